//! Explains failures: the mistakes that people make in this field, recognised in what differs or in the exception, each in
//! a sentence or two with the way out. Pure.
//!
//! A row of [`rows`] recognises one mistake. It looks at what the learner is shown anyway, and says nothing when it is not
//! sure: a wrong explanation costs more than none. To add one, write a row in the file of its subject, with its test.

mod arrays;
mod exceptions;
mod known;
mod limits;
mod outputs;
mod values;

use crate::event::CaseFinished;
use crate::model::Verdict;

pub use known::known_mistake;

/// A mistake that can be recognised.
pub struct Row {
    /// Its name in documents and tests.
    pub id: &'static str,
    /// What a learner did, in a few words, for the table of the documents.
    pub mistake: &'static str,
    /// The explanation, when this case shows the mistake.
    pub explain: fn(&CaseFinished) -> Option<String>,
}

/// All rows, those first that are the surest: the first that recognises something is taken.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [exceptions::ROWS, limits::ROWS, outputs::ROWS, arrays::ROWS, values::ROWS].into_iter().flatten()
}

/// The explanation of a case. None for one that passed, for a hidden one, and for what is not the learner's doing.
pub fn explain(case: &CaseFinished) -> Option<String> {
    let is_theirs = case.verdict.counts() && !matches!(case.verdict, Verdict::Passed | Verdict::NotAttempted);
    rows().filter(|_| is_theirs && !case.hidden).find_map(|row| (row.explain)(case))
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
