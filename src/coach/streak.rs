//! On which days something was done.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// How regularly somebody practises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// Days on which something was tried.
    pub days: usize,
    /// Days in a row up to today, or up to yesterday while today has none.
    pub in_a_row: usize,
}

/// The streak on the day `today`, from days such as `2026-11-23`. What is no day counts for nothing.
pub fn streak(days: &BTreeSet<String>, today: Date) -> Streak {
    let days: BTreeSet<Date> = days.iter().filter_map(|day| day.parse().ok()).collect();
    let yesterday = |day: Date| day.yesterday().ok();
    let mut day = if days.contains(&today) { Some(today) } else { yesterday(today) };
    let mut in_a_row = 0;
    while let Some(one) = day.filter(|one| days.contains(one)) {
        in_a_row += 1;
        day = yesterday(one);
    }
    Streak { days: days.len(), in_a_row }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(days: &[&str], today: &str) -> (usize, usize) {
        let days = days.iter().map(|day| (*day).to_owned()).collect();
        #[expect(clippy::unwrap_used, reason = "a test's own date")]
        let streak = streak(&days, today.parse().unwrap());
        (streak.days, streak.in_a_row)
    }

    #[test]
    fn days_in_a_row_end_today_or_yesterday() {
        assert_eq!(of(&[], "2026-03-01"), (0, 0));
        assert_eq!(of(&["2026-02-27", "2026-02-28"], "2026-03-01"), (2, 2));
        assert_eq!(of(&["2026-02-27", "2026-02-28", "2026-03-01"], "2026-03-01"), (3, 3));
        assert_eq!(of(&["2026-02-26", "2026-02-28"], "2026-03-01"), (2, 1));
        assert_eq!(of(&["2026-02-26"], "2026-03-01"), (1, 0));
        assert_eq!(of(&["no day"], "2026-03-01"), (0, 0));
    }
}
