use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::batch::{CaseRecord, Flag, Grade, Machine, Runs};
use crate::event::Containment;
use crate::model::Verdict;

fn batch() -> Batch {
    Batch {
        version: "1".to_owned(),
        pack: ("mini".to_owned(), "Mini".to_owned()),
        begun: "2026-11-01T10:00:00Z".to_owned(),
        exercises: Vec::new(),
        containment: Containment { mode: "full".to_owned(), in_force: Vec::new(), not_in_force: Vec::new() },
        python: Vec::new(),
        machine: Machine {
            architecture: "x86_64".to_owned(),
            processor: "p".to_owned(),
            processors: 2,
            memory_bytes: 1,
            kernel: "6".to_owned(),
            jobs: 2,
        },
    }
}

fn record(student: &str, exercise: &str, points: u32) -> Record {
    let text = |text: &str| text.to_owned();
    let runs = Runs(BTreeMap::from([(Verdict::Passed, 3), (Verdict::Failed, 2)]));
    Record {
        student: text(student).try_into().unwrap(),
        exercise: exercise.parse().unwrap(),
        verdict: Grade::UNSTABLE,
        passed: 1,
        total: 1,
        points: Points::whole(points),
        max_points: Points::whole(9),
        reason: None,
        flags: vec![Flag::Lowered { before: Points::hundredths(950) }],
        cases: vec![CaseRecord {
            case: "one".parse().unwrap(),
            verdict: Grade::UNSTABLE,
            runs,
            wall_ms: 1.25,
            cpu_ms: 0.1,
            memory_bytes: 3,
            cause: None,
            told: "line\n\"two\"\u{2028}".to_owned(),
        }],
        key: Key {
            submission: format!("{student}{points}"),
            exercise: text("e"),
            driver: text("d"),
            environment: text("v"),
            limits: text("l"),
        },
    }
}

fn id(text: &str) -> StudentId {
    text.to_owned().try_into().unwrap()
}

#[test]
fn the_newest_record_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = Journal::open(&path).unwrap();
    assert!(journal.last().is_none() && journal.unfinished().is_none());
    journal.begin(&batch()).unwrap();
    journal.keep(&[record("ada", "tier1/a", 3), record("bob", "tier1/a", 4)]).unwrap();
    journal.keep(&[record("ada", "tier1/a", 5)]).unwrap();
    let exercise = "tier1/a".parse().unwrap();
    let check = |journal: &Journal| {
        assert_eq!(journal.record(&id("ada"), &exercise).unwrap(), Some(record("ada", "tier1/a", 5)));
        assert_eq!(journal.record(&id("bob"), &exercise).unwrap(), Some(record("bob", "tier1/a", 4)));
        assert_eq!(journal.record(&id("eve"), &exercise).unwrap(), None);
        let kept = journal.kept(&id("ada"), &exercise).unwrap();
        assert_eq!((kept.points, kept.submission.as_str()), (Points::whole(5), "ada5"));
    };
    check(&journal);
    assert!(matches!(Journal::open(&path), Err(JournalError::Busy(_))));
    drop(journal);
    let mut journal = Journal::open(&path).unwrap();
    check(&journal);
    assert_eq!(journal.unfinished(), Some(&batch()));
    journal.complete(2).unwrap();
    drop(journal);
    let journal = Journal::open(&path).unwrap();
    check(&journal);
    assert_eq!(journal.unfinished(), None);
}

/// Wherever a killed batch stopped writing, everything before the torn line is there, and writing goes on.
#[test]
fn a_torn_end_is_cut_off_wherever_it_is_torn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = Journal::open(&path).unwrap();
    journal.begin(&batch()).unwrap();
    journal.keep(&[record("ada", "tier1/a", 3)]).unwrap();
    let whole = journal.end;
    journal.keep(&[record("bob", "tier1/a", 4)]).unwrap();
    drop(journal);
    let bytes = fs::read(&path).unwrap();
    let whole = usize::try_from(whole).unwrap();
    for length in (whole..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        fs::write(&path, &bytes[..length]).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        let exercise = "tier1/a".parse().unwrap();
        assert!(journal.kept(&id("ada"), &exercise).is_some());
        assert!(journal.kept(&id("bob"), &exercise).is_none());
        journal.keep(&[record("bob", "tier1/a", 4)]).unwrap();
        assert_eq!(journal.record(&id("bob"), &exercise).unwrap(), Some(record("bob", "tier1/a", 4)));
        drop(journal);
        assert_eq!(fs::read(&path).unwrap(), bytes, "{length}");
    }
}

#[test]
fn what_is_no_line_of_a_journal_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let mut journal = Journal::open(&path).unwrap();
    journal.begin(&batch()).unwrap();
    drop(journal);
    let mut bytes = fs::read(&path).unwrap();
    bytes.extend(b"what is this\n{\"complete\":{\"students\":1}}\n");
    fs::write(&path, &bytes).unwrap();
    let error = Journal::open(&path).unwrap_err().to_string();
    assert!(error.contains("journal.jsonl:2: this is no line of a journal"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), bytes, "nothing is lost");
    fs::write(&path, "{\"batch\":{\"format\":9,\"batch\":null}}\n").unwrap();
    let error = Journal::open(&path).unwrap_err().to_string();
    assert!(error.contains("journal.jsonl"), "{error}");
}
