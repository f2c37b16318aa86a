//! Late work: how late, and what that costs.

use jiff::{SignedDuration, Timestamp};

use super::Lateness;

/// When work is due, and what lateness costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// When it is due.
    pub due: Timestamp,
    /// So much later is still in time.
    pub grace: SignedDuration,
    /// What a day costs that has begun, in percent of the points.
    pub percent_per_day: u32,
    /// The most that is taken off, in percent.
    pub most_percent: u32,
}

/// What an export and the roster say of a submission.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandedIn {
    /// When it was handed in.
    pub at: Option<Timestamp>,
    /// Whether the export marks it as late.
    pub marked_late: bool,
    /// How much longer this student has.
    pub extension: SignedDuration,
    /// When it is due for this student alone; goes before the policy's time and its extension.
    pub due: Option<Timestamp>,
}

/// How late a submission is; `None` when it is in time, or nobody can tell.
///
/// An export that only says "late" tells no time, and nobody knows how many days that are: it is told and costs nothing.
pub fn lateness(policy: Option<&Policy>, handed: &HandedIn) -> Option<Lateness> {
    let unknown = Lateness { seconds: None, percent: 0 };
    let (Some(policy), Some(at)) = (policy, handed.at) else { return handed.marked_late.then_some(unknown) };
    let due = handed.due.or_else(|| policy.due.checked_add(handed.extension).ok()).unwrap_or(policy.due);
    let late = at.duration_since(due);
    if late <= policy.grace {
        return None;
    }
    let seconds = u64::try_from(late.as_secs()).unwrap_or(0);
    let days = u32::try_from(seconds.div_ceil(24 * 60 * 60)).unwrap_or(u32::MAX);
    let percent = policy.percent_per_day.saturating_mul(days).min(policy.most_percent).min(100);
    Some(Lateness { seconds: Some(seconds), percent })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_once_they_have_begun() {
        let due: Timestamp = "2026-11-01T22:59:00Z".parse().unwrap();
        let policy = Policy { due, grace: SignedDuration::from_mins(15), percent_per_day: 10, most_percent: 50 };
        let percent = |minutes: i64, extension_days: i64| {
            let at = Some(due + SignedDuration::from_mins(minutes));
            let extension = SignedDuration::from_hours(24 * extension_days);
            let late = lateness(Some(&policy), &HandedIn { at, extension, ..HandedIn::default() });
            late.map(|late| late.percent)
        };
        assert_eq!(percent(-60, 0), None);
        assert_eq!(percent(15, 0), None);
        assert_eq!(percent(16, 0), Some(10));
        assert_eq!(percent(24 * 60, 0), Some(10));
        assert_eq!(percent(24 * 60 + 1, 0), Some(20));
        assert_eq!(percent(24 * 60 + 1, 1), None);
        assert_eq!(percent(30 * 24 * 60, 0), Some(50));
        let own = HandedIn { at: Some(due + SignedDuration::from_hours(5)), due: Some(due), ..HandedIn::default() };
        assert_eq!(lateness(Some(&policy), &own).unwrap().seconds, Some(5 * 3600));
        let marked = HandedIn { marked_late: true, ..HandedIn::default() };
        assert_eq!(lateness(Some(&policy), &marked), Some(Lateness { seconds: None, percent: 0 }));
        assert_eq!(lateness(None, &HandedIn::default()), None);
    }
}
