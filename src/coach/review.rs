//! When a passed exercise comes back with new inputs.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::catalog::{Exercise, Pack};
use crate::ledger::Progress;

/// Days from the first pass to the first review, from that to the second, and so on; the last one goes on.
const DAYS: [i32; 4] = [7, 21, 60, 180];

/// An exercise that is due.
#[derive(Debug, Clone, Copy)]
pub struct Due<'a> {
    /// Which one.
    pub exercise: &'a Exercise,
    /// Days since it was passed or reviewed.
    pub days: i32,
}

/// The exercises to be reviewed on this day, the one that waits longest beyond its time in front. Only those that were
/// passed, and that can make new inputs.
pub fn due<'a>(pack: &'a Pack, progress: &Progress, today: Date) -> Vec<Due<'a>> {
    let mut all: Vec<(i32, Due<'a>)> = pack
        .exercises
        .iter()
        .filter(|exercise| exercise.generator.is_some())
        .filter_map(|exercise| {
            let uid = exercise.uid.as_str();
            let reviews = progress.reviews.get(uid).map_or(&[][..], |reviews| reviews);
            let last = reviews.last().map(|review| review.at.as_str());
            let passed = progress.standing(uid)?.passed_at.as_deref();
            let days = days_between(last.or(passed)?, today)?;
            let wait = DAYS.get(reviews.len()).or(DAYS.last()).copied()?;
            (days >= wait).then_some((days - wait, Due { exercise, days }))
        })
        .collect();
    all.sort_by_key(|(over, _)| -over);
    all.into_iter().map(|(_, due)| due).collect()
}

/// Days from a moment, as RFC 3339 writes it, to a day.
fn days_between(at: &str, today: Date) -> Option<i32> {
    let at: Timestamp = at.parse().ok()?;
    let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    day.until(today).ok().map(|span| span.get_days())
}

#[cfg(test)]
#[path = "review_tests.rs"]
mod tests;
