#![expect(clippy::unwrap_used, reason = "the shipped pack is sound")]
use super::*;
use crate::catalog::{Expectations, PackSource, load};
use crate::ledger::{Review, Standing};

#[test]
fn reviews_come_at_growing_distances() {
    let pack = load(&PackSource::Shipped, Expectations::Required).unwrap();
    let mut able = pack.exercises.iter().filter(|exercise| exercise.generator.is_some());
    let (one, two) = (able.next().unwrap(), able.next().unwrap());
    let unable = pack.exercises.iter().find(|exercise| exercise.generator.is_none()).unwrap();
    let mut progress = Progress::default();
    for exercise in [one, two, unable] {
        let passed_at = Some("2026-01-01T23:30:00.000Z".to_owned());
        let standing = Standing { verdict: "passed".into(), passed_at, ..Standing::default() };
        progress.exercises.insert(exercise.uid.to_string(), standing);
    }
    let due = |progress: &Progress, day: &str| -> Vec<(String, i32)> {
        due(&pack, progress, day.parse().unwrap()).iter().map(|due| (due.exercise.id.to_string(), due.days)).collect()
    };
    let (one_id, two_id) = (one.id.to_string(), two.id.to_string());
    assert_eq!(due(&progress, "2026-01-07"), []);
    assert_eq!(due(&progress, "2026-01-08"), [(one_id.clone(), 7), (two_id.clone(), 7)]);
    let review = Review { at: "2026-01-08T10:00:00Z".into(), passed: 3, total: 5, seed: 1 };
    progress.reviews.insert(one.uid.to_string(), vec![review.clone()]);
    assert_eq!(due(&progress, "2026-01-28"), [(two_id.clone(), 27)]);
    assert_eq!(due(&progress, "2026-01-29"), [(two_id.clone(), 28), (one_id.clone(), 21)]);
    progress.reviews.insert(two.uid.to_string(), vec![review; 9]);
    assert_eq!(due(&progress, "2026-07-07"), [(one_id.clone(), 180), (two_id, 180)]);
    assert_eq!(due(&progress, "2026-07-06"), [(one_id, 179)]);
}
