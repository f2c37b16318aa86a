#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
use super::*;

fn standing(verdict: &str) -> Standing {
    Standing {
        exercise: "tier1/a".into(),
        pack: "p".into(),
        verdict: verdict.into(),
        passed: 1,
        total: 2,
        at: "2026-01-01T00:00:00Z".into(),
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
