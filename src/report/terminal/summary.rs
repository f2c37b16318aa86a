//! The end of the report: how far each tier is done, the counts, and what to do next.

use std::collections::BTreeMap;

use crate::event::{RunFinished, TierFinished};
use crate::model::Verdict;
use crate::report::escape;
use crate::report::page::{Page, Span, plain, span};
use crate::report::style::{Role, role};
use crate::report::words;

/// Characters of a bar, without its ends.
const BAR: usize = 20;

/// What the end of the report needs of earlier events.
#[derive(Debug, Default)]
pub struct Collected {
    /// The tiers so far.
    pub tiers: Vec<TierFinished>,
    /// Whether some cases were left out.
    pub partial: bool,
}

impl Collected {
    /// Writes the end of the report.
    pub fn write(&self, page: &mut Page, run: &RunFinished) {
        self.tiers(page);
        if !self.tiers.is_empty() {
            page.blank();
        }
        let exercises: usize = run.summary.exercises.values().sum();
        let passed = run.summary.exercises_with(Verdict::Passed);
        let time = words::duration(run.wall_ms);
        if run.interrupted {
            let sentence = "Interrupted: what is not listed above did not run.";
            page.para(0, 2, &[span(Role::Odd, sentence)]);
        }
        if exercises == 0 && !run.interrupted {
            page.para(0, 2, &[plain("Nothing was run.")]);
        } else if passed == exercises && !run.interrupted {
            let cases = words::count(run.summary.cases.values().sum(), "case");
            let what = match exercises {
                1 => "It passed".to_owned(),
                2 => "Both exercises passed".to_owned(),
                many => format!("All {many} exercises passed"),
            };
            let praise = match self.partial {
                true => {
                    format!("The cases that were asked for passed: {cases} in {time}. Run without --case to finish.")
                }
                false => format!("{what}, {cases} in {time}. Well done!"),
            };
            page.para(0, 2, &[span(Role::Good, praise)]);
        } else {
            for (label, counts) in [("Exercises  ", &run.summary.exercises), ("Cases      ", &run.summary.cases)] {
                page.para(0, 11, &counted(label, counts));
            }
            page.para(0, 11, &[plain("Time       "), plain(time)]);
        }
        if let Some(next) = &run.next {
            page.blank();
            page.para(
                0,
                6,
                &[plain("Next: "), span(Role::Strong, next.exercise.to_string()), plain(format!("  {}", next.title))],
            );
            page.para(6, 6, &[plain(next.why.as_str())]);
        }
    }

    fn tiers(&self, page: &mut Page) {
        let widest = |width: &dyn Fn(&TierFinished) -> usize| self.tiers.iter().map(width).max().unwrap_or(0);
        let standing = |tier: &TierFinished| format!("{}/{}", tier.complete, tier.total);
        let id_width = widest(&|tier| tier.tier.as_str().len());
        let standing_width = widest(&|tier| standing(tier).len());
        // Two spaces after the id and the title, brackets around the bar and a space after it.
        let fixed = id_width + 2 + 2 + (BAR + 2) + 1 + standing_width;
        let room = page.width().saturating_sub(fixed);
        let title_width = widest(&|tier| escape::width(&tier.title)).min(room);
        for tier in &self.tiers {
            let done = tier.complete == tier.total && tier.total > 0;
            let role = if done { Role::Good } else { Role::Plain };
            let id = format!("{:<id_width$}", tier.tier.as_str());
            let standing = format!("{:>standing_width$}", standing(tier));
            if room < 16 {
                page.para(0, 2, &[span(Role::Strong, tier.tier.as_str()), plain(format!("  {}", tier.title))]);
                let size = page.width().saturating_sub(2 + 2 + 1 + standing_width).clamp(1, BAR);
                page.pieces(&[(Role::Plain, "  "), (role, &bar(tier, size)), (Role::Plain, " "), (role, &standing)]);
            } else {
                let title = escape::cut(&tier.title, title_width);
                let pad = " ".repeat(title_width.saturating_sub(escape::width(&title)));
                let title = format!("  {title}{pad}  ");
                let bar = bar(tier, BAR);
                page.pieces(&[
                    (Role::Strong, &id),
                    (Role::Plain, &title),
                    (role, &bar),
                    (Role::Plain, " "),
                    (role, &standing),
                ]);
            }
        }
    }
}

/// `[######----]`; full only when all is done, empty only when nothing is.
fn bar(tier: &TierFinished, size: usize) -> String {
    let (complete, total) = (tier.complete.min(tier.total), tier.total.max(1));
    let full = match complete * size / total {
        0 if complete > 0 => 1,
        full => full,
    };
    format!("[{}{}]", "#".repeat(full), "-".repeat(size - full))
}

/// `2 passed, 1 failed`, in the order of [`Verdict::ALL`].
fn counted(label: &str, counts: &BTreeMap<String, usize>) -> Vec<Span> {
    let mut spans = vec![plain(label)];
    for verdict in Verdict::ALL {
        let count = counts.get(verdict.id()).copied().unwrap_or(0);
        if count > 0 {
            if spans.len() > 1 {
                spans.push(plain(", "));
            }
            spans.push(span(role(verdict), format!("{count} {}", verdict.words())).together());
        }
    }
    if spans.len() == 1 {
        spans.push(plain("none"));
    }
    spans
}
