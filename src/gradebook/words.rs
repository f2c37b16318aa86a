//! Sentences that several of the files need.

use crate::batch::{Flag, Lateness, StudentResult};
use crate::model::CaseId;

/// Columns that a foreign name or note may take on one line.
pub const MOST_COLUMNS: usize = 300;

/// How late: `2 days 3 h late`, `late` where nobody tells by how much.
pub fn late(late: &Lateness) -> String {
    let Some(seconds) = late.seconds else { return "late".to_owned() };
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let days_word = if days == 1 { "day" } else { "days" };
    match (days, hours, minutes) {
        (0, 0, 0) => "less than a minute late".to_owned(),
        (0, 0, minutes) => format!("{minutes} min late"),
        (0, hours, 0) => format!("{hours} h late"),
        (0, hours, minutes) => format!("{hours} h {minutes} min late"),
        (days, 0, _) => format!("{days} {days_word} late"),
        (days, hours, _) => format!("{days} {days_word} {hours} h late"),
    }
}

/// A flag for an instructor: `unstable: keeps-first, empty`.
pub fn flag(flag: &Flag) -> String {
    match flag {
        Flag::Unstable { cases } => format!("unstable: {}", list(cases)),
        Flag::Lowered { before } => format!("lowered: {before} before"),
        Flag::NearLimit { cases } => format!("near limit: {}", list(cases)),
    }
}

/// All flags of a student, each with its exercise.
pub fn flags(result: &StudentResult) -> String {
    let of_record = |record: &'_ crate::batch::Record| {
        let id = record.exercise.clone();
        record.flags.iter().map(move |one| format!("{id} {}", flag(one))).collect::<Vec<_>>()
    };
    result.records.iter().flat_map(of_record).collect::<Vec<_>>().join("; ")
}

/// `a, b, c`
pub fn list(cases: &[CaseId]) -> String {
    cases.iter().map(CaseId::as_str).collect::<Vec<_>>().join(", ")
}

/// The start of a text: at most so many bytes, cut between characters.
pub fn start(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_cut_between_characters() {
        for (most, expected) in [(0, ""), (1, "a"), (2, "a"), (3, "aü"), (4, "aüb"), (9, "aüb")] {
            assert_eq!(start("aüb", most), expected);
        }
    }

    #[test]
    fn how_late() {
        for (seconds, text) in [
            (Some(5), "less than a minute late"),
            (Some(300), "5 min late"),
            (Some(7200), "2 h late"),
            (Some(7260), "2 h 1 min late"),
            (Some(86_400), "1 day late"),
            (Some(2 * 86_400 + 3 * 3600 + 59), "2 days 3 h late"),
            (None, "late"),
        ] {
            assert_eq!(late(&Lateness { seconds, percent: 0 }), text);
        }
    }
}
