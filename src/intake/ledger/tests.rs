use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::intake::Claims;
use crate::intake::matching::matched;

fn student(number: usize) -> Student {
    Student {
        id: StudentId::try_from(format!("s{number}")).unwrap(),
        name: format!("Student Number{number}"),
        email: String::new(),
        ids: BTreeMap::new(),
        extension: Default::default(),
        due: None,
        time_factor: 1.0,
        more: BTreeMap::new(),
    }
}

fn submission(key: usize, by: &[usize]) -> Submission {
    let claims = |number: &usize| Claims { ids: vec![("id", format!("s{number}"))], name: None };
    Submission {
        key: format!("k{key}"),
        by: by.iter().map(claims).collect(),
        at: None,
        late: false,
        sources: Vec::new(),
        notes: Vec::new(),
    }
}

proptest! {
    /// Whoever hands in what: every submission and every student is in one place, and the sum is right.
    #[test]
    fn it_balances(students in 1..12_usize, by in prop::collection::vec(prop::collection::vec(0..16_usize, 0..4), 0..20)) {
        let roster: Vec<Student> = (0..students).map(student).collect();
        let submissions: Vec<Submission> = by.iter().enumerate().map(|(key, by)| submission(key, by)).collect();
        let ledger = Ledger::of_roster(&submissions, &roster, &matched(&submissions, &roster));
        let sum = ledger.graded.len() + ledger.missing.len() + ledger.duplicate.len() + ledger.unmatched.len();
        prop_assert_eq!(ledger.received, sum);
        let mut keys: Vec<&String> = ledger.graded.iter().map(|entry| &entry.submission).collect();
        keys.extend(ledger.duplicate.iter().map(|entry| &entry.submission));
        keys.extend(ledger.unmatched.iter().map(|entry| &entry.submission));
        keys.sort();
        let mut expected: Vec<&String> = submissions.iter().map(|one| &one.key).collect();
        expected.sort();
        prop_assert_eq!(keys, expected);
        let mut people: Vec<&StudentId> = ledger.graded.iter().flat_map(|entry| &entry.students).collect();
        people.extend(ledger.missing.iter().map(|entry| &entry.student));
        people.sort();
        let mut expected: Vec<&StudentId> = roster.iter().map(|student| &student.id).collect();
        expected.sort();
        prop_assert_eq!(people, expected);
    }
}

#[test]
fn the_nearest_student_is_offered() {
    let roster = [student(1), student(22)];
    let mut typo = submission(0, &[]);
    typo.by = vec![Claims { ids: Vec::new(), name: Some("Student Numbr22".to_owned()) }];
    let all = [typo];
    let ledger = Ledger::of_roster(&all, &roster, &matched(&all, &roster));
    assert_eq!(ledger.unmatched[0].nearest, Some(roster[1].id.clone()));
    assert_eq!((ledger.received, ledger.missing.len()), (3, 2));
}
