#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at what it did not expect")]

use super::super::samples::{batch, case_of, record};
use super::*;
use crate::batch::Points;
use crate::model::Verdict;

/// A class of which student by student, for each case of one exercise, it is told whether it passed.
fn class(cases: &[&str], rows: &[&str]) -> Items {
    let batch = batch(&[("tier1/one", cases)]);
    let mut items = Items::new(&batch);
    for row in rows {
        let passed: Vec<Option<bool>> = row.chars().map(|c| (c != '-').then_some(c == '1')).collect();
        let verdict = |passed: &bool| if *passed { Verdict::Passed } else { Verdict::Failed };
        let found = cases.iter().zip(&passed).filter_map(|(id, passed)| Some(case_of(id, verdict(passed.as_ref()?))));
        items.student(&[record("s", "tier1/one", found.collect())], &[passed]);
    }
    items
}

const TEN: [&str; 10] = ["1111", "1101", "1101", "1011", "1101", "0101", "0110", "0100", "0100", "0100"];

#[test]
fn numbers_of_cases() {
    let items = class(&["a", "b", "c", "d"], &TEN).cases().remove(0);
    let [a, b, _, d] = &items[..] else { panic!("{items:?}") };
    assert_eq!((a.asked, a.passed, a.share), (10, 5, Some(0.5)));
    // numpy.corrcoef of column a with the sum of the others.
    assert!((a.discrimination.unwrap() - 0.666_666_666_666_666_5).abs() < 1e-9, "{:?}", a.discrimination);
    assert_eq!((b.passed, d.passed), (9, 6));
}

#[test]
fn advice_that_follows() {
    let items =
        class(&["a", "b", "c", "d", "e"], &TEN.map(|row| format!("{row}{}", &row[..1])).each_ref().map(String::as_str));
    let cases = items.cases().remove(0);
    assert_eq!(cases[0].advice, [Advice::SameAs(vec![4])]);
    // The only one who fails `b` is good.
    assert_eq!(cases[1].advice, [Advice::Inverted]);
    assert_eq!(cases[3].advice, []);

    let flat = class(&["a", "b", "c"], &["101"; 6].iter().chain(&["100"; 6]).copied().collect::<Vec<_>>());
    let cases = flat.cases().remove(0);
    assert_eq!([&cases[0].advice, &cases[1].advice], [&[Advice::NobodyFails], &[Advice::NobodyPasses]]);
}

#[test]
fn cases_that_good_ones_fail_and_blunt_ones() {
    // Three of the best four fail `d`, and yet those who pass it are better than those who do not.
    let rows = ["1111", "1110", "1110", "1110", "1001", "0100", "0000", "0000", "0000", "0000", "0000", "0000"];
    let case = class(&["a", "b", "c", "d"], &rows).cases().remove(0).remove(3);
    assert!(case.discrimination.unwrap() > BLUNT, "{case:?}");
    assert_eq!(case.advice, [Advice::GoodOnesFail]);
    // `c` passes as often for the good ones as for the others.
    let rows = ["110", "111", "100", "101", "010", "011", "000", "001", "110", "111", "000", "001"];
    let case = class(&["a", "b", "c"], &rows).cases().remove(0).remove(2);
    assert_eq!(case.advice, [Advice::Blunt]);
}

#[test]
fn few_students_say_nothing() {
    let case = class(&["a", "b"], &["10", "10", "01"]).cases().remove(0).remove(0);
    assert_eq!((case.asked, case.advice), (3, vec![]));
    let nobody = class(&["a"], &[]).cases().remove(0).remove(0);
    assert_eq!(nobody, Item { asked: 0, passed: 0, share: None, discrimination: None, advice: vec![] });
}

#[test]
fn who_has_no_verdict_is_left_out() {
    let case = class(&["a", "b"], &["10", "-1", "01"]).cases().remove(0).remove(0);
    assert_eq!((case.asked, case.passed, case.share), (2, 1, Some(0.5)));
}

#[test]
fn numbers_of_exercises() {
    let batch = batch(&[("tier1/one", &["a", "b"]), ("tier1/two", &["a", "b"])]);
    let mut items = Items::new(&batch);
    // Points of the two: 10 and 10, 5 and 5, 0 and 0, and one who did not try the second.
    for passed in [2, 1, 0] {
        let verdict = |place| if place < passed { Verdict::Passed } else { Verdict::Failed };
        let cases = || vec![case_of("a", verdict(0)), case_of("b", verdict(1))];
        let records = [record("s", "tier1/one", cases()), record("s", "tier1/two", cases())];
        items.student(&records, &[vec![Some(passed > 0), Some(passed > 1)], vec![Some(passed > 0), Some(passed > 1)]]);
    }
    let cases = vec![case_of("a", Verdict::Passed), case_of("b", Verdict::Passed)];
    items.student(
        &[record("s", "tier1/one", cases), record("s", "tier1/two", vec![])],
        &[vec![Some(true), Some(true)], vec![None, None]],
    );
    let most = [Points::whole(10).in_hundredths(); 2];
    let [one, two] = &items.exercises(&most)[..] else { panic!() };
    assert_eq!((one.asked, one.passed, one.share), (4, 2, Some(0.625)));
    assert_eq!((two.asked, two.passed, two.share), (3, 1, Some(0.5)));
    assert!((two.discrimination.unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn sentences_name_what_they_speak_of() {
    let name = |place: usize| format!("case-{place}");
    assert!(Advice::NobodyFails.sentence("case", name).starts_with("Nobody fails this case"));
    assert!(Advice::SameAs((0..7).collect()).sentence("case", name).contains("case-4 and 2 more: one"));
}
