//! A small class for the tests of this module.

use std::collections::BTreeMap;

use crate::batch::{
    Batch, CaseInfo, CaseRecord, Cause, Clock, ExerciseInfo, Flag, Grade, Key, Lateness, Machine, Points, Record, Runs,
    StudentInfo, StudentResult,
};
use crate::event::{Containment, PythonUsed};
use crate::model::{CaseId, StudentId, Verdict};

/// A case that failed of this.
pub fn failed(case: &str, label: &str, told: &str) -> CaseRecord {
    let cause = Cause { label: label.to_owned(), hidden: false };
    CaseRecord { cause: Some(cause), told: told.to_owned(), ..case_of(case, Verdict::Failed) }
}

/// A case with this verdict, and nothing to tell of it.
pub fn case_of(case: &str, verdict: Verdict) -> CaseRecord {
    CaseRecord {
        case: case.parse().unwrap(),
        verdict: Grade::Stable(verdict),
        runs: Runs::default(),
        wall_ms: 12.5,
        cpu_ms: 10.0,
        memory_bytes: 20 << 20,
        cause: None,
        told: String::new(),
    }
}

/// A batch of these exercises, each with these cases, of ten points.
pub fn batch(exercises: &[(&str, &[&str])]) -> Batch {
    let case = |id: &&str| CaseInfo {
        id: id.parse().unwrap(),
        purpose: format!("checks <{id}>"),
        hidden: id.starts_with("hidden"),
        weight: 5,
        group: None,
    };
    let exercise = |(id, cases): &(&str, &[&str])| ExerciseInfo {
        id: id.parse().unwrap(),
        uid: id.replace('/', "-").parse().unwrap(),
        title: format!("Title of {id}"),
        topic: "data".to_owned(),
        max_points: Points::whole(10),
        cases: cases.iter().map(case).collect(),
        clock: Clock { reference_ms: Some(7.25), factor: 1.5 },
    };
    Batch {
        version: "0.1.0".to_owned(),
        pack: ("mini".to_owned(), "Mini & <more>".to_owned()),
        begun: "2026-11-20T12:00:00Z".to_owned(),
        exercises: exercises.iter().map(exercise).collect(),
        containment: Containment {
            mode: "full".to_owned(),
            in_force: vec!["namespaces".to_owned()],
            not_in_force: vec![],
        },
        python: vec![PythonUsed { environment: "stdlib".to_owned(), version: "3.11.2".to_owned() }],
        machine: Machine {
            architecture: "x86_64".to_owned(),
            processor: "A processor".to_owned(),
            processors: 2,
            memory_bytes: 24 << 30,
            kernel: "6.1".to_owned(),
            jobs: 2,
        },
    }
}

/// A record of these cases: points are five for each that passed, the verdict is the worst.
pub fn record(student: &str, exercise: &str, cases: Vec<CaseRecord>) -> Record {
    let passed = cases.iter().filter(|case| case.is_passed()).count();
    let worst = cases.iter().map(|case| case.verdict).max_by_key(|grade| match grade {
        Grade::Stable(verdict) => *verdict,
        Grade::Unstable(_) => Verdict::Failed,
    });
    Record {
        student: StudentId::try_from(student.to_owned()).unwrap(),
        exercise: exercise.parse().unwrap(),
        verdict: worst.unwrap_or(Grade::Stable(Verdict::NotAttempted)),
        passed,
        total: cases.len(),
        points: Points::whole(5 * u32::try_from(passed).unwrap()),
        max_points: Points::whole(10),
        reason: cases.is_empty().then(|| "no solution.py".to_owned()),
        flags: Vec::new(),
        cases,
        key: Key {
            submission: String::new(),
            exercise: String::new(),
            driver: String::new(),
            environment: String::new(),
            limits: String::new(),
        },
    }
}

/// A student with a submission.
pub fn student(id: &str, name: &str) -> StudentInfo {
    StudentInfo {
        id: StudentId::try_from(id.to_owned()).unwrap(),
        name: name.to_owned(),
        email: String::new(),
        more: BTreeMap::new(),
        submission: Some(format!("{id}.zip")),
        at: Some("2026-11-19T23:59:00Z".to_owned()),
        late: None,
        notes: Vec::new(),
    }
}

/// Four students: one with all points, one with a quarter and a flag, one who cannot be scored, one with nothing.
pub fn class() -> (Batch, Vec<StudentResult>) {
    let batch = batch(&[("tier1/one", &["a", "b"]), ("tier2/two", &["a", "hidden-b"])]);
    let all = |id: &str, exercise: &str, second: &str| {
        record(id, exercise, vec![case_of("a", Verdict::Passed), case_of(second, Verdict::Passed)])
    };
    let best =
        StudentResult::new(student("s1", "Ada"), vec![all("s1", "tier1/one", "b"), all("s1", "tier2/two", "hidden-b")]);

    let told = "expected: 1\nactual:   </script><script>alert(1)</script>";
    let mut first =
        record("s2", "tier1/one", vec![case_of("a", Verdict::Passed), failed("b", "returned: other value", told)]);
    first.flags.push(Flag::NearLimit { cases: vec!["a".parse::<CaseId>().unwrap()] });
    let second =
        vec![failed("a", "KeyError in load", "KeyError: 'id'"), failed("hidden-b", "wrong", "A hidden case failed.")];
    let mut weak = student("s2", "");
    weak.late = Some(Lateness { seconds: Some(3600), percent: 0 });
    weak.notes.push("an entry was refused: ../<b>".to_owned());
    let weak = StudentResult::new(weak, vec![first, record("s2", "tier2/two", second)]);

    let crashed = vec![failed("a", "ValueError in load", ""), case_of("b", Verdict::NotReached)];
    let fault = vec![case_of("a", Verdict::MachineError), case_of("hidden-b", Verdict::Passed)];
    let unscored = StudentResult::new(
        student("s3", "Grace"),
        vec![record("s3", "tier1/one", crashed), record("s3", "tier2/two", fault)],
    );
    let mut absent = student("s4", "Zoë");
    absent.submission = None;
    absent.at = None;
    let absent = StudentResult::new(absent, vec![record("s4", "tier1/one", vec![]), record("s4", "tier2/two", vec![])]);
    (batch, vec![best, weak, unscored, absent])
}
