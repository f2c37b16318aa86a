use super::super::results::Results;
use super::*;
use crate::batch::{Output, Outputs, StudentResult};
use crate::gradebook::samples;

fn of(id: &str, outcomes: [&str; 3]) -> StudentResult {
    samples::result(samples::student(id, ""), outcomes)
}

fn diff(old: Vec<StudentResult>, new: Vec<StudentResult>) -> Diff {
    let folder = tempfile::tempdir().unwrap();
    for (name, class) in [("old", old), ("new", new)] {
        let output: Box<dyn Output> = Box::new(Results::create(&folder.path().join(name)).unwrap());
        Outputs(vec![output]).write(&samples::batch(), class.into_iter().map(Ok)).unwrap();
    }
    files(&folder.path().join("old"), &folder.path().join("new/results.jsonl")).unwrap()
}

#[test]
fn nothing_moves_between_equals() {
    let same = diff(samples::class(), samples::class());
    assert_eq!(same, Diff { same: samples::class().len(), ..Diff::default() });
    assert_eq!(same.to_string(), "19 students in both batches: 0 down, 0 up, 19 as before\n");
    assert_eq!(diff(Vec::new(), Vec::new()), Diff::default());
}

#[test]
fn who_moves_by_how_much_and_why() {
    let old = vec![
        of("a-gone", ["...", "...", "."]),
        of("b-up", ["F..", "...", "."]),
        of("c-same", ["...", "...", "."]),
        of("d-down", ["...", "...", "."]),
        of("e-unknown", ["...", "...", "."]),
        of("f-level", ["F..", "...", "."]),
    ];
    let mut down = of("d-down", ["..F", ".", ""]);
    down.records[0].key.exercise = "other".into();
    down.records[0].key.limits = "other".into();
    down.records[1] = of("d-down", ["", "...", ""]).records.remove(1);
    let new = vec![
        of("b-up", ["...", "...", "."]),
        of("c-same", ["...", "...", "."]),
        StudentResult::new(down.student, down.records),
        of("e-unknown", ["...", "...", "M"]),
        of("f-level", ["C..", "...", "."]),
        of("g-new", ["...", "...", "."]),
    ];
    let found = diff(old, new);
    let order: Vec<&str> = found.moved.iter().map(|moved| moved.student.as_str()).collect();
    assert_eq!(order, ["e-unknown", "d-down", "b-up", "f-level"]);
    assert_eq!((found.moved[0].hundredths(), found.moved[1].hundredths()), (None, Some(-400)));
    assert_eq!(found.moved[1].exercises[0].why, [Why::Exercise, Why::Limits]);
    let expected = "\
5 students in both batches: 1 down, 1 up, 1 as before
2 with other verdicts, or points known in one batch only
tier1: 3 changes, -2 points in all
tier2: 2 changes, -1 points in all
tier1/dedupe keeps-first: 2 students
tier2/rows shape: 2 students
tier1/dedupe hidden-twin: 1 student

e-unknown                                        9 -> unknown
  tier2/rows: passed 1 -> machine error unknown
    shape: passed -> machine error
    nothing changed that is known: the same work came out differently

d-down                                           9 -> 5                -4
  tier1/dedupe: passed 5 -> failed 2
    hidden-twin: passed -> failed
    because the exercise changed, the limits changed
  tier2/rows: passed 1 -> not attempted 0
    shape: passed -> not there
    nothing changed that is known: the same work came out differently

b-up                                             8 -> 9                +1
  tier1/dedupe: failed 4 -> passed 5
    keeps-first: failed -> passed
    nothing changed that is known: the same work came out differently

f-level                                          8 -> 8                 0
  tier1/dedupe: failed 4 -> crashed 4
    keeps-first: failed -> crashed
    nothing changed that is known: the same work came out differently

Only in the old batch: 1 student
  a-gone

Only in the new batch: 1 student
  g-new
";
    assert_eq!(found.to_string(), expected);
}

#[test]
fn lateness_and_exercises_of_one_batch_only() {
    let mut old = of("s", ["...", "...", "."]);
    old.records.pop();
    let old = StudentResult::new(old.student, old.records);
    let found = diff(vec![old], vec![samples::late(of("s", ["...", "...", "."]), None, 50)]);
    let moved = &found.moved[0];
    assert_eq!((moved.hundredths(), moved.exercises.len()), (Some(-350), 3));
    assert_eq!(moved.exercises[0].why, [Why::Lateness]);
    assert_eq!((moved.exercises[2].before, moved.exercises[2].cases.len()), (None, 0));
    assert!(found.to_string().contains("  tier2/rows: not in the batch -> passed 0.5\n"), "{found}");
}

#[test]
fn a_screen_is_wide_enough_for_any_id() {
    let mut moved = diff(vec![of("s", ["FFF", "...", "."])], vec![of("s", ["CTF", "...", "."])]).moved.remove(0);
    moved.student = StudentId::try_from(format!("{}::error::", "長い".repeat(58))).unwrap();
    let long = "x".repeat(64);
    moved.exercises[0].exercise = format!("{long}/{long}").parse().unwrap();
    moved.exercises[0].cases[0].case = long.parse().unwrap();
    moved.exercises[0].why =
        vec![Why::Submission, Why::Exercise, Why::Driver, Why::Environment, Why::Limits, Why::Lateness];
    let only_new = vec![moved.student.clone()];
    let text = Diff { moved: vec![moved], only_new, ..Diff::default() }.to_string();
    for line in text.lines() {
        assert!(escape::width(line) <= 80 && !line.contains(escape::is_hostile), "{line}");
    }
    assert!(text.contains("because the student's files changed"));
}

#[test]
fn a_damaged_file_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        let path = folder.path().join(name);
        samples::written(Results::create(&path).unwrap()).unwrap();
    }
    let path = folder.path().join("b/results.jsonl");
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, &text[..text.len() / 2]).unwrap();
    let error = files(&folder.path().join("a"), &folder.path().join("b")).unwrap_err();
    assert!(error.to_string().contains("b/results.jsonl:"), "{error}");
}
