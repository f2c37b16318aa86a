//! The ledger of a batch: everything that was received, and everybody who was expected, in exactly one place.

use serde::Serialize;

use super::Submission;
use super::matching::Matched;
use super::roster::Student;
use crate::model::{StudentId, nearest};

/// A submission that is graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradedEntry {
    /// Whose: several for a group.
    pub students: Vec<StudentId>,
    /// What it is called where it was found.
    pub submission: String,
}

/// A student of whom nothing was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingEntry {
    /// Who.
    pub student: StudentId,
    /// The name.
    pub name: String,
}

/// A submission in whose place another one of the same student is graded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuplicateEntry {
    /// Whose.
    pub student: StudentId,
    /// What it is called where it was found.
    pub submission: String,
    /// The one that is graded.
    pub graded: String,
    /// Why that one.
    pub because: String,
}

/// A submission of nobody in the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmatchedEntry {
    /// What it is called where it was found.
    pub submission: String,
    /// Why it is nobody's.
    pub because: String,
    /// The student whose id or name is nearest: an offer, nothing more.
    pub nearest: Option<StudentId>,
}

/// A submission that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenEntry {
    /// What it is called where it was found.
    pub submission: String,
    /// Why.
    pub because: String,
}

/// The ledger: `received` is the number of all the entries below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Everything accounted for: submissions, and students of whom there is none.
    pub received: usize,
    /// Graded.
    pub graded: Vec<GradedEntry>,
    /// Expected, and not there.
    pub missing: Vec<MissingEntry>,
    /// Handed in before or beside the one that is graded.
    pub duplicate: Vec<DuplicateEntry>,
    /// Of nobody in the roster.
    pub unmatched: Vec<UnmatchedEntry>,
    /// Not to be read.
    pub broken: Vec<BrokenEntry>,
}

impl Ledger {
    /// The ledger of submissions that were matched with a roster.
    pub fn of_roster(submissions: &[Submission], roster: &[Student], matched: &Matched) -> Ledger {
        let mut ledger = Ledger::default();
        let key = |at: usize| submissions[at].key.clone();
        // One that counts for somebody is graded, even if another member of the group handed in a later one.
        let mut students: Vec<Vec<StudentId>> = vec![Vec::new(); submissions.len()];
        for (student, mine) in &matched.by_student {
            if let Some(&first) = mine.first() {
                students[first].push(roster[*student].id.clone());
            }
        }
        let mut is_told = vec![false; submissions.len()];
        for (student, mine) in &matched.by_student {
            for &other in mine.iter().skip(1) {
                if students[other].is_empty() && !std::mem::replace(&mut is_told[other], true) {
                    ledger.duplicate.push(DuplicateEntry {
                        student: roster[*student].id.clone(),
                        submission: key(other),
                        graded: key(mine[0]),
                        because: matched.chosen.get(student).cloned().unwrap_or_default(),
                    });
                }
            }
        }
        for (at, students) in students.into_iter().enumerate().filter(|(_, students)| !students.is_empty()) {
            ledger.graded.push(GradedEntry { students, submission: key(at) });
        }
        for (at, student) in roster.iter().enumerate() {
            if !matched.by_student.contains_key(&at) {
                ledger.missing.push(MissingEntry { student: student.id.clone(), name: student.name.clone() });
            }
        }
        for (at, why) in &matched.unmatched {
            let nearest = nearest_student(&submissions[*at], roster);
            ledger.unmatched.push(UnmatchedEntry { submission: key(*at), because: why.clone(), nearest });
        }
        ledger.balance()
    }

    /// The ledger where there is no roster: every submission is somebody's.
    pub fn without_roster(entries: impl Iterator<Item = (StudentId, String)>) -> Ledger {
        let graded = entries.map(|(student, submission)| GradedEntry { students: vec![student], submission });
        Ledger { graded: graded.collect(), ..Ledger::default() }.balance()
    }

    /// Sorted, and counted.
    fn balance(mut self) -> Ledger {
        self.graded.sort_by(|a, b| a.submission.cmp(&b.submission));
        self.missing.sort_by(|a, b| a.student.cmp(&b.student));
        self.duplicate.sort_by(|a, b| a.submission.cmp(&b.submission));
        self.unmatched.sort_by(|a, b| a.submission.cmp(&b.submission));
        self.broken.sort_by(|a, b| a.submission.cmp(&b.submission));
        self.received =
            self.graded.len() + self.missing.len() + self.duplicate.len() + self.unmatched.len() + self.broken.len();
        self
    }

    /// The same with submissions that cannot be graded.
    pub fn take_broken(&mut self, broken: Vec<BrokenEntry>) {
        self.broken.extend(broken);
        *self = std::mem::take(self).balance();
    }
}

/// The student whose id, name or e-mail address is nearest to what a submission says.
fn nearest_student(submission: &Submission, roster: &[Student]) -> Option<StudentId> {
    let said = submission.by.iter().flat_map(|claims| claims.name.iter().chain(claims.ids.iter().map(|(_, id)| id)));
    let mut said = said.chain([&submission.key]);
    said.find_map(|text| {
        let lower = text.to_lowercase();
        let forms: Vec<(String, &Student)> = roster
            .iter()
            .flat_map(|student| {
                [student.id.as_str(), &student.name, &student.email].map(|form| (form.to_lowercase(), student))
            })
            .filter(|(form, _)| !form.is_empty())
            .collect();
        let near = nearest(&lower, forms.iter().map(|(form, _)| form.as_str()))?.to_owned();
        forms.iter().find(|(form, _)| *form == near).map(|(_, student)| student.id.clone())
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
