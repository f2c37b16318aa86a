#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use std::path::Path;

use super::*;

fn standing(verdict: &str) -> Standing {
    Standing {
        exercise: "tier1/a".into(),
        pack: "p".into(),
        verdict: verdict.into(),
        passed: 1,
        total: 2,
        at: "2026-01-01T00:00:00Z".into(),
        ..Standing::default()
    }
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    assert_eq!(ledger.read().unwrap().exercises.len(), 0);
    ledger.update(|progress| drop(progress.exercises.insert("a".into(), standing("passed")))).unwrap();
    assert!(ledger.read().unwrap().is_passed("a"));
}

#[test]
fn a_torn_file_gives_way_to_its_backup() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    for uid in ["a", "b"] {
        ledger.update(|progress| drop(progress.exercises.insert(uid.into(), standing("passed")))).unwrap();
    }
    fs_err::write(ledger.path(), "{\"format\": 1, \"exer").unwrap();
    let progress = ledger.read().unwrap();
    assert!(progress.is_passed("a") && !progress.is_passed("b"));
}

#[test]
fn a_newer_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    fs_err::write(ledger.path(), "{\"format\": 9, \"solutions\": \"\", \"exercises\": {}}").unwrap();
    assert!(matches!(ledger.update(|_| {}), Err(LedgerError::TooNew { format: 9, .. })));
}

#[test]
fn two_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let ledger = &ledger;
            scope.spawn(move || {
                for number in 0..10 {
                    let uid = format!("{writer}-{number}");
                    ledger.update(|progress| drop(progress.exercises.insert(uid, standing("failed")))).unwrap();
                }
            });
        }
    });
    assert_eq!(ledger.read().unwrap().exercises.len(), 40);
}

fn finished(verdict: Verdict, passed: usize, partial: bool) -> ExerciseFinished {
    ExerciseFinished {
        exercise: "tier1/a".parse().unwrap(),
        uid: "a".parse().unwrap(),
        title: String::new(),
        verdict,
        passed,
        total: 2,
        partial,
        points: 0,
        max_points: 2,
        reason: None,
        explanation: None,
        file: None,
    }
}

fn record(progress: &mut Progress, done: &ExerciseFinished, digest: &str, at: &str) {
    let failure = Failure { case: "c".into(), verdict: Verdict::Failed, exception: None, rules: BTreeSet::new() };
    let failures = if done.verdict == Verdict::Passed { vec![] } else { vec![failure] };
    progress.record(&Ran { done, failures: &failures, pack: "p", digest, at, day: "2026-01-02" });
}

#[test]
fn a_standing_tells_of_the_last_try_and_of_the_first_pass() {
    let mut progress = Progress::default();
    record(&mut progress, &finished(Verdict::Failed, 1, false), "d1", "1");
    record(&mut progress, &finished(Verdict::Passed, 2, true), "d1", "2");
    assert!(!progress.is_passed("a"), "a part of the cases proves nothing");
    record(&mut progress, &finished(Verdict::MachineError, 0, false), "d1", "3");
    record(&mut progress, &finished(Verdict::NotAttempted, 0, false), "d1", "4");
    assert_eq!(progress.standing("a").unwrap().failures.len(), 1);
    record(&mut progress, &finished(Verdict::Passed, 2, false), "d1", "5");
    record(&mut progress, &finished(Verdict::Failed, 1, false), "d2", "6");
    let standing = progress.standing("a").unwrap();
    assert_eq!((standing.attempts, standing.passed_at.as_deref(), standing.at.as_str()), (3, Some("5"), "6"));
    assert!(!progress.is_passed("a") && progress.was_passed("a"));
    assert!(progress.is_about_another("a", "d3") && !progress.is_about_another("a", "d2"));
    assert_eq!(progress.days.len(), 1);
}

#[test]
fn the_first_format_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    let old = r#"{"format": 1, "solutions": "", "exercises": {"a": {"exercise": "tier1/a", "pack": "p", "verdict":
        "passed", "passed": 2, "total": 2, "at": "2025-01-01T00:00:00Z"}}}"#;
    fs_err::write(ledger.path(), old).unwrap();
    let progress =
        ledger.update(|progress| record(progress, &finished(Verdict::Failed, 1, false), "d", "2026")).unwrap();
    assert_eq!(progress.standing("a").unwrap().passed_at.as_deref(), Some("2025-01-01T00:00:00Z"));
    assert!(fs_err::read_to_string(ledger.path()).unwrap().contains("\"format\": 2"));
}

#[test]
fn files_that_cannot_be_read_are_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    for number in 1..4 {
        fs_err::write(ledger.path(), "not JSON").unwrap();
        ledger.update(|progress| drop(progress.exercises.insert(number.to_string(), standing("passed")))).unwrap();
    }
    assert_eq!(ledger.read().unwrap().exercises.len(), 1);
    assert!(
        folder
            .path()
            .read_dir()
            .unwrap()
            .filter(|one| one.as_ref().unwrap().path().to_string_lossy().contains("broken"))
            .count()
            == 3
    );
}

#[test]
fn a_folder_that_cannot_be_written_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    ledger.update(|progress| drop(progress.exercises.insert("a".into(), standing("passed")))).unwrap();
    // Where a new file would go there is a folder: as root, modes do not refuse anything.
    fs_err::create_dir(ledger.path().with_extension("json.new")).unwrap();
    assert!(ledger.update(|progress| progress.exercises.clear()).is_err());
    assert!(ledger.read().unwrap().is_passed("a"));
}

#[test]
fn a_full_disk_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    ledger.update(|progress| drop(progress.exercises.insert("a".into(), standing("passed")))).unwrap();
    // Whatever is written there, the kernel says that there is no room.
    std::os::unix::fs::symlink("/dev/full", ledger.path().with_extension("json.new")).unwrap();
    let error = ledger.update(|progress| progress.exercises.clear()).unwrap_err().to_string();
    assert!(error.contains("No space left on device"), "{error}");
    assert!(ledger.read().unwrap().is_passed("a"));
}

#[test]
fn what_a_killed_run_left_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::of(folder.path(), Path::new("/nowhere"));
    fs_err::write(ledger.path().with_extension("json.new"), "{\"format\": 2, \"exer").unwrap();
    ledger.update(|progress| drop(progress.exercises.insert("a".into(), standing("passed")))).unwrap();
    // Killed between the two renames: only the backup is there, and the new file.
    fs_err::copy(ledger.path(), ledger.path().with_extension("json.bak")).unwrap();
    fs_err::rename(ledger.path(), ledger.path().with_extension("json.new")).unwrap();
    assert!(ledger.read().unwrap().is_passed("a"));
    ledger.update(|progress| drop(progress.exercises.insert("b".into(), standing("passed")))).unwrap();
    let progress = ledger.read().unwrap();
    assert!(progress.is_passed("a") && progress.is_passed("b"));
    assert!(!ledger.path().with_extension("json.new").exists());
}
