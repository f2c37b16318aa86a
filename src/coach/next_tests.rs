#![expect(clippy::unwrap_used, reason = "the shipped pack is sound")]
use super::*;
use crate::catalog::{Expectations, PackSource, load};
use crate::ledger::{Standing, TestOut};

fn pack() -> Pack {
    load(&PackSource::Shipped, Expectations::Required).unwrap()
}

fn standing(verdict: &str, passed: usize) -> Standing {
    let passed_at = (verdict == "passed").then(|| "2026-01-01T00:00:00Z".to_owned());
    Standing { verdict: verdict.to_owned(), passed, total: 10, attempts: 1, passed_at, ..Standing::default() }
}

fn names(pack: &Pack, progress: &Progress, role: Option<Role>) -> Vec<String> {
    suggestions(pack, progress, role).iter().map(|one| one.exercise.id.to_string()).collect()
}

#[test]
fn needs_come_before_what_needs_them() {
    let pack = pack();
    let mut progress = Progress::default();
    let mut order = Vec::new();
    // Somebody who does what is suggested has always done what it needs.
    while let Some(first) = suggestions(&pack, &progress, None).first() {
        for need in &first.exercise.needs {
            assert!(order.contains(need), "{} before {need}", first.exercise.id);
        }
        order.push(first.exercise.id.clone());
        progress.exercises.insert(first.exercise.uid.to_string(), standing("passed", 10));
    }
    assert_eq!(order.len(), pack.exercises.len());
}

#[test]
fn what_was_begun_comes_first() {
    let pack = pack();
    let mut progress = Progress::default();
    for (at, passed) in [(7, 3), (9, 8)] {
        progress.exercises.insert(pack.exercises[at].uid.to_string(), standing("failed", passed));
    }
    let all = suggestions(&pack, &progress, None);
    assert_eq!((&all[0].exercise.id, all[0].why.as_str()), (&pack.exercises[9].id, "2 of 10 cases to go"));
    assert_eq!(all[1].exercise.id, pack.exercises[7].id);
}

#[test]
fn a_role_gets_what_it_needs_and_what_that_needs() {
    let pack = pack();
    for &role in Role::ALL {
        let of_role = names(&pack, &Progress::default(), Some(role));
        for exercise in pack.exercises.iter().filter(|exercise| exercise.roles.contains(&role)) {
            assert!(of_role.contains(&exercise.id.to_string()));
            assert!(exercise.needs.iter().all(|need| of_role.contains(&need.to_string())), "{}", exercise.id);
        }
    }
}

#[test]
fn a_tier_that_is_proved_is_left_out() {
    let pack = pack();
    let uid = pack.exercises[0].uid.to_string();
    let tier = pack.exercises[0].id.tier().clone();
    let mut progress = Progress::default();
    let offer = TestOut { exercises: vec![uid.clone()], at: String::new() };
    progress.test_outs.insert(tier.to_string(), offer);
    let of_tier = |names: &[String]| names.iter().filter(|name| name.starts_with(tier.as_str())).count();
    assert!(of_tier(&names(&pack, &progress, None)) > 0 && !is_proved(&progress, &tier));
    progress.exercises.insert(uid.clone(), standing("passed", 10));
    assert_eq!(of_tier(&names(&pack, &progress, None)), 0);
    // Once is enough.
    progress.exercises.insert(uid, Standing { verdict: "failed".to_owned(), ..standing("passed", 10) });
    assert!(is_proved(&progress, &tier));
}
