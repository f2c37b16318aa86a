//! A class for the tests of all files, also of those outside of the library: who includes this has `batch`, `event` and
//! `model` beside it.

use std::collections::BTreeMap;

use super::batch::*;
use super::event::{Containment, PythonUsed};
use super::model::{StudentId, Verdict};

/// Texts that somebody may choose to be called by, or print.
pub const HOSTILE: [&str; 12] = [
    "=cmd|' /C calc'!A0",
    "</script><script>alert(1)</script>",
    "::error file=x.yml::owned",
    "../../x",
    "Ada \u{202e}ecalevoL",
    "two\nlines\r\n::warning::three",
    "@everyone ![pixel](https://evil.example/x.png) <img src=x onerror=alert(1)>",
    "```\n# heading\n````\n[link](javascript:alert(1)) www.evil.example",
    "Doe, \"Jane\"; 'x'\t|y",
    "\u{1b}[31m]]>\u{0}\u{fffe}",
    "%0A::set-output name=x::y",
    "Zoë 😀 ÅÄÖ 李",
];

/// A batch of three exercises: one with a hidden case, one with a group, one in tier 2.
pub fn batch() -> Batch {
    Batch {
        version: "0.1.0".into(),
        pack: ("core".into(), "Core exercises".into()),
        begun: "2026-11-03T10:00:00Z".into(),
        exercises: vec![
            exercise("tier1/dedupe", "Without duplicates", &["keeps-first", "empty", "hidden-twin"]),
            exercise("tier1/totals", "Sums by *key*", &["one-key", "group-a", "group-b"]),
            exercise("tier2/rows", "Rows | of an array", &["shape"]),
        ],
        containment: Containment { mode: "full".into(), in_force: vec!["namespaces".into()], not_in_force: Vec::new() },
        python: vec![PythonUsed { environment: "stdlib".into(), version: "3.11.7".into() }],
        machine: Machine {
            architecture: "x86_64".into(),
            processor: "a processor".into(),
            processors: 2,
            memory_bytes: 8 << 30,
            kernel: "6.1.0".into(),
            jobs: 2,
        },
    }
}

fn exercise(id: &str, title: &str, cases: &[&str]) -> ExerciseInfo {
    let case = |name: &&str| CaseInfo {
        id: name.parse().unwrap(),
        purpose: format!("what {name} is for"),
        hidden: name.starts_with("hidden"),
        weight: if name.starts_with("hidden") { 3 } else { 1 },
        group: name.starts_with("group").then(|| "both".into()),
    };
    let cases: Vec<CaseInfo> = cases.iter().map(case).collect();
    let id = id.parse::<super::model::ExerciseId>().unwrap();
    ExerciseInfo {
        uid: id.slug().parse().unwrap(),
        id,
        title: title.into(),
        topic: "json".into(),
        max_points: Points::whole(cases.iter().map(|case| case.weight).sum()),
        cases,
        clock: Clock { reference_ms: Some(12.345_678_9), factor: 1.5 },
    }
}

pub fn student(id: &str, name: &str) -> StudentInfo {
    let handle: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    StudentInfo {
        id: StudentId::try_from(id.to_owned()).unwrap(),
        name: name.into(),
        email: format!("{handle}@example.org"),
        more: BTreeMap::from([("section".into(), "A".into())]),
        submission: Some(format!("{id}.zip")),
        at: Some("2026-11-02T23:59:00Z".into()),
        late: None,
        notes: Vec::new(),
    }
}

/// The result of a student whose cases came out like this: a letter for each, exercise by exercise. `.` passed,
/// `F` failed, `C` crashed, `T` timed out, `M` machine error, `X` exercise error, `U` unstable and mostly passed,
/// `u` unstable and mostly not; an exercise without letters was not attempted.
pub fn result(student: StudentInfo, outcomes: [&str; 3]) -> StudentResult {
    let batch = batch();
    let id = student.id.clone();
    let all = batch.exercises.iter().zip(outcomes);
    StudentResult::new(student, all.map(|(exercise, letters)| record(&id, exercise, letters)).collect())
}

fn record(student: &StudentId, exercise: &ExerciseInfo, letters: &str) -> Record {
    let cases: Vec<CaseRecord> =
        exercise.cases.iter().zip(letters.chars()).map(|(info, letter)| case(info, letter)).collect();
    let group_passed = |group: &str| {
        exercise.cases.iter().zip(&cases).all(|(i, c)| i.group.as_deref() != Some(group) || c.is_passed())
    };
    let gives =
        |(info, case): &(&CaseInfo, &CaseRecord)| case.is_passed() && info.group.as_deref().is_none_or(group_passed);
    let points = exercise.cases.iter().zip(&cases).filter(gives).map(|(info, _)| Points::whole(info.weight)).sum();
    let worst = |a: &CaseRecord, b: &CaseRecord| a.verdict.cmp(&b.verdict);
    let unstable: Vec<_> =
        cases.iter().filter(|case| case.verdict == Grade::UNSTABLE).map(|case| case.case.clone()).collect();
    Record {
        student: student.clone(),
        exercise: exercise.id.clone(),
        verdict: cases.iter().max_by(|a, b| worst(a, b)).map_or(Grade::Stable(Verdict::NotAttempted), |c| c.verdict),
        passed: cases.iter().filter(|case| case.is_passed()).count(),
        total: exercise.cases.len(),
        points,
        max_points: exercise.max_points,
        reason: cases.is_empty().then(|| "solution.py is still the starter.".into()),
        flags: if unstable.is_empty() { Vec::new() } else { vec![Flag::Unstable { cases: unstable }] },
        cases,
        key: Key {
            submission: format!("sub-{}", student.as_str()),
            exercise: format!("ex-{}", exercise.id),
            driver: "driver-1".into(),
            environment: "3.11.7 lock-1".into(),
            limits: "limits-1".into(),
        },
    }
}

fn case(info: &CaseInfo, letter: char) -> CaseRecord {
    let unstable =
        |passed, failed| (Grade::UNSTABLE, Runs([(Verdict::Passed, passed), (Verdict::Failed, failed)].into()));
    let (verdict, runs) = match letter {
        '.' => (Grade::Stable(Verdict::Passed), Runs::default()),
        'F' => (Grade::Stable(Verdict::Failed), Runs::default()),
        'C' => (Grade::Stable(Verdict::Crashed), Runs::default()),
        'T' => (Grade::Stable(Verdict::TimedOut), Runs::default()),
        'M' => (Grade::Stable(Verdict::MachineError), Runs::default()),
        'X' => (Grade::Stable(Verdict::ExerciseError), Runs::default()),
        'U' => unstable(2, 1),
        'u' => unstable(1, 2),
        _ => unreachable!(),
    };
    let passed = letter == '.';
    CaseRecord {
        case: info.id.clone(),
        verdict,
        runs,
        wall_ms: 12.5,
        cpu_ms: 10.25,
        memory_bytes: 12 << 20,
        cause: (!passed).then(|| Cause { label: format!("{} in load", verdict.words()), hidden: info.hidden }),
        told: match (passed, info.hidden) {
            (true, _) => String::new(),
            (false, true) => "A hidden case was not passed.".into(),
            (false, false) => {
                "returned value, at [3]\n  expected 'a'\n  you have 'b'\nraised in solution.py:7, load".into()
            }
        },
    }
}

/// The result with another told text in all visible cases that have one, as the batch would write it.
pub fn telling(mut result: StudentResult, told: &str) -> StudentResult {
    for case in result.records.iter_mut().flat_map(|record| &mut record.cases) {
        if !case.told.is_empty() && !case.case.as_str().starts_with("hidden") {
            case.told = told.into();
        }
    }
    result
}

/// The result, so much late.
pub fn late(mut result: StudentResult, seconds: Option<u64>, percent: u32) -> StudentResult {
    result.student.late = Some(Lateness { seconds, percent });
    StudentResult::new(result.student, result.records)
}

/// A class with one of everything, in the order of ids.
pub fn class() -> Vec<StudentResult> {
    let mut all = vec![
        result(student("s001", "Ada Lovelace"), ["...", "...", "."]),
        result(student("s002", "Doe, Jane"), [".FF", ".C.", "T"]),
        late(result(student("s003", "Grace Hopper"), ["...", "...", "F"]), Some(90_000), 20),
        // The machine failed: no number to show.
        result(student("s004", "Edsger Dijkstra"), ["...", "..M", "."]),
        // Nothing was handed in.
        result(StudentInfo { submission: None, at: None, ..student("s005", "Alan Turing") }, ["", "", ""]),
        result(student("s006", ""), [".U.", "u..", ""]),
    ];
    for (index, hostile) in HOSTILE.iter().enumerate() {
        let mut foreign = student(&format!("t{index:03}"), hostile);
        foreign.notes = vec![format!("refused: {hostile}")];
        foreign.more.insert("remark".into(), (*hostile).into());
        foreign.submission = Some((*hostile).into());
        let mut foreign = telling(result(foreign, ["FFF", "", "C"]), hostile);
        foreign.records[1].reason = Some((*hostile).into());
        for case in foreign.records.iter_mut().flat_map(|record| &mut record.cases) {
            case.cause = case.cause.take().map(|cause| Cause { label: (*hostile).into(), ..cause });
        }
        all.push(foreign);
    }
    all.push(result(student("t900", &"long ".repeat(40)), ["...", "", ""]));
    all
}

/// Writes the class to one output.
pub fn written(output: impl Output + 'static) -> std::io::Result<()> {
    Outputs(vec![Box::new(output)]).write(&batch(), class().into_iter().map(Ok))
}
