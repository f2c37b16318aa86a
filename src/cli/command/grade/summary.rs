//! What an instructor is told at the end of a batch.

use std::collections::BTreeMap;
use std::path::Path;

use super::class::Class;
use crate::batch::exam::Found;
use crate::batch::{Batch, Flag, Grade, StudentResult};
use crate::cli::ExitStatus;
use crate::model::Verdict;
use crate::report::escape::visible;
use crate::report::words;

/// Counts over a class.
#[derive(Debug, Default)]
pub struct Summary {
    students: usize,
    verdicts: BTreeMap<Grade, usize>,
    /// Shares of the points, in thousandths, of the students who can be scored.
    shares: Vec<u32>,
    unscored: usize,
    unstable: usize,
    lowered: usize,
    late: usize,
}

impl Summary {
    /// Takes a student into account.
    pub fn add(&mut self, result: &StudentResult) {
        self.students += 1;
        self.late += usize::from(result.student.late.is_some());
        match result.points {
            Some(points) => self.shares.push((points.share_of(result.max_points) * 1000.0).round() as u32),
            None => self.unscored += 1,
        }
        for record in &result.records {
            *self.verdicts.entry(record.verdict).or_default() += 1;
            for flag in &record.flags {
                match flag {
                    Flag::Unstable { .. } => self.unstable += 1,
                    Flag::Lowered { .. } => self.lowered += 1,
                    Flag::NearLimit { .. } => {}
                }
            }
        }
    }

    /// How the command ends: a fault of the machine or the pack is told, whatever the grades are.
    pub fn status(&self) -> ExitStatus {
        let any = |verdict| self.verdicts.contains_key(&Grade::Stable(verdict));
        if any(Verdict::MachineError) {
            ExitStatus::Machine
        } else if any(Verdict::ExerciseError) {
            ExitStatus::Pack
        } else {
            ExitStatus::Ok
        }
    }

    /// The summary as text.
    pub fn text(mut self, batch: &Batch, class: &Class, found: &Found, out: &Path) -> String {
        self.shares.sort_unstable();
        let mut text = format!(
            "{}, {}: {} run, {} known already\n",
            words::count(self.students, "student"),
            words::count(batch.exercises.len(), "exercise"),
            found.todo.len(),
            found.known
        );
        let all = Verdict::ALL.into_iter().map(Grade::Stable).chain([Grade::UNSTABLE]);
        let verdicts = all.filter_map(|grade| Some(format!("{} {}", self.verdicts.get(&grade)?, grade.words())));
        text += &format!("  {}\n", verdicts.collect::<Vec<_>>().join(", "));
        if let [low, .., high] = self.shares[..] {
            let (below, above) = (self.shares[(self.shares.len() - 1) / 2], self.shares[self.shares.len() / 2]);
            let middle = below.midpoint(above);
            let percent = |share: u32| format!("{:.1} %", f64::from(share) / 10.0);
            text += &format!("  points: median {}, from {} to {}\n", percent(middle), percent(low), percent(high));
        }
        text += &accounted(class);
        for (count, what) in [
            (self.late, "handed in late"),
            (self.unstable, "unstable: the same work gave different verdicts"),
            (self.lowered, "with fewer points than the same files had before"),
            (self.unscored, "without a grade: the machine or an exercise failed"),
        ] {
            if count > 0 {
                text += &format!("  {count} {what}\n");
            }
        }
        text + &format!("written to {}\n", out.display())
    }
}

/// So many are named; ledger.json has them all.
const MOST_NAMED: usize = 5;

/// The ledger in words: the sum, and by name what an instructor has to look at.
fn accounted(class: &Class) -> String {
    let ledger = &class.ledger;
    let mut text = format!(
        "  {} accounted for ({}): {} graded, {} missing, {} duplicate, {} unmatched, {} broken\n",
        ledger.received,
        class.layout,
        ledger.graded.len(),
        ledger.missing.len(),
        ledger.duplicate.len(),
        ledger.unmatched.len(),
        ledger.broken.len()
    );
    let unmatched = ledger.unmatched.iter().map(|entry| {
        let near = entry.nearest.as_ref().map(|near| format!("; nearest is {}", visible(near.as_str())));
        format!("unmatched: {}: {}{}", visible(&entry.submission), visible(&entry.because), near.unwrap_or_default())
    });
    let broken = ledger.broken.iter();
    let broken = broken.map(|entry| format!("broken: {}: {}", visible(&entry.submission), visible(&entry.because)));
    let ignored = class.ignored.iter().map(|(name, why)| format!("left out: {}: {}", visible(name), visible(why)));
    for lines in [unmatched.collect::<Vec<_>>(), broken.collect(), ignored.collect()] {
        for line in lines.iter().take(MOST_NAMED) {
            text += &format!("    {line}\n");
        }
        if lines.len() > MOST_NAMED {
            text += &format!("    ... and {} more\n", lines.len() - MOST_NAMED);
        }
    }
    text
}
