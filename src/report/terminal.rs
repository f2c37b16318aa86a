//! The report for a person: what failed and how, then how far each tier is done.
//!
//! Nothing depends on colour, no line is wider than the screen, and it can be read aloud.

mod live;
mod summary;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use self::live::Live;
use super::Reporter;
use super::case::{self, Amount};
use super::escape;
use super::page::{Page, file_link, plain, span};
use super::style::{Palette, Role, role, sign};
use super::words;
use crate::event::{CaseFinished, Envelope, Event, ExerciseFinished, RunStarted};
use crate::model::{ExerciseId, Verdict};

/// Cases of an exercise that are told in full.
const MOST_CASES: usize = 3;
/// Below this many columns there is no room for aligned columns.
const NARROW: usize = 64;
/// Columns of a verdict's words; the few that are longer may push the rest aside.
const VERDICT: usize = 13;

/// What the screen can do and what the learner wants of it.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns; no line is wider. At least 20 are taken.
    pub width: usize,
    /// Whether to use colour.
    pub color: bool,
    /// Whether a person watches standard error: then a progress bar is drawn there.
    pub live: bool,
    /// Whether to tell everything: all cases, all differences, all output.
    pub verbose: bool,
    /// Whether to tell what it ran on and what stands around it, also where that goes without saying.
    pub surroundings: bool,
    /// Whether the screen makes links of OSC 8 sequences.
    pub links: bool,
}

/// Writes the report for a person.
pub struct TerminalReporter {
    out: Box<dyn Write + Send>,
    look: Look,
    page: Page,
    /// Columns of the longest exercise id.
    id_width: usize,
    /// Cases of exercises that are not finished yet.
    pending: HashMap<ExerciseId, Pending>,
    /// Exercises that are not finished yet, in the order of their first case.
    order: Vec<ExerciseId>,
    live: Option<Live>,
    summary: summary::Collected,
    /// Whether the last line that was written is empty.
    after_blank: bool,
}

/// What is known of an exercise before its verdict.
#[derive(Default)]
struct Pending {
    /// Cases to tell in full.
    full: Vec<CaseFinished>,
    /// Names of cases that failed with the very exception of one told in full, by its index there.
    same: BTreeMap<usize, Vec<String>>,
    /// Names of cases that failed and are not told in full.
    others: Vec<String>,
    /// Names of cases that were not reached.
    not_reached: Vec<String>,
    /// Passed ones, for the verbose.
    passed: Vec<CaseFinished>,
}

impl Pending {
    /// The case told in full that ended with the same exception at the same place: a syntax error fails all cases, and
    /// once is enough to say so.
    fn told_already(&self, case: &CaseFinished) -> Option<usize> {
        let exception = case.exception.as_ref().filter(|exception| !exception.frames.is_empty())?;
        let same = |full: &CaseFinished| full.verdict == case.verdict && full.exception.as_ref() == Some(exception);
        self.full.iter().position(same)
    }
}

impl TerminalReporter {
    /// Reports to `out`. The progress bar, if any, goes to standard error.
    pub fn new(out: Box<dyn Write + Send>, look: Look) -> TerminalReporter {
        TerminalReporter {
            out,
            look,
            page: Page::new(look.width, Palette { color: look.color }),
            id_width: 0,
            pending: HashMap::new(),
            order: Vec::new(),
            live: None,
            summary: summary::Collected::default(),
            after_blank: true,
        }
    }

    fn started(&mut self, run: &RunStarted) {
        self.id_width = run.exercises.iter().map(|id| id.to_string().len()).max().unwrap_or(0).min(32);
        if self.look.live {
            self.live = Some(Live::start(run.cases));
        }
        // The best of what machines have goes without saying; `practice doctor` tells what each mode is made of.
        let mode = run.containment.mode.as_str();
        if !["none", "bare"].contains(&mode) && !self.look.surroundings {
            return;
        }
        let at_once = if run.jobs == 1 { "one at a time".to_owned() } else { format!("{} at once", run.jobs) };
        let mut line = format!(
            "{}, {}, {at_once}",
            words::count(run.exercises.len(), "exercise"),
            words::count(run.cases, "case")
        );
        line.push_str(&match mode {
            "none" => " · not walled in (containment: none)".to_owned(),
            _ => format!(" · containment: {mode}"),
        });
        self.page.para(0, 2, &[span(Role::Dim, line)]);
        if self.look.surroundings {
            let python = run.python.iter().map(|used| format!("{} ({})", used.version, used.environment));
            let mut lines = vec![("Python: ", python.collect::<Vec<_>>())];
            if mode == "none" {
                lines.push(("Not in force: ", run.containment.not_in_force.clone()));
            }
            for (label, entries) in lines {
                if !entries.is_empty() {
                    self.page.para(2, 4, &[span(Role::Dim, format!("{label}{}", entries.join("; ")))]);
                }
            }
        }
        self.page.blank();
    }

    fn case(&mut self, case: &CaseFinished) {
        if let Some(live) = &self.live {
            live.case(case);
        }
        if !self.pending.contains_key(&case.exercise) {
            self.order.push(case.exercise.clone());
        }
        let pending = self.pending.entry(case.exercise.clone()).or_default();
        if !self.look.verbose
            && let Some(index) = pending.told_already(case)
        {
            pending.same.entry(index).or_default().push(case.case.to_string());
            return;
        }
        match case.verdict {
            Verdict::Passed if self.look.verbose => pending.passed.push(case.clone()),
            Verdict::Passed | Verdict::NotAttempted => {}
            Verdict::NotReached => pending.not_reached.push(case.case.to_string()),
            _ if self.look.verbose => pending.full.push(case.clone()),
            _ if pending.full.len() < MOST_CASES => pending.full.push(case.clone()),
            Verdict::Failed => pending.others.push(case.case.to_string()),
            verdict => pending.others.push(format!("{} ({})", case.case, verdict.words())),
        }
    }

    fn exercise(&mut self, done: &ExerciseFinished) {
        self.summary.partial |= done.partial;
        self.order.retain(|id| *id != done.exercise);
        let pending = self.pending.remove(&done.exercise).unwrap_or_default();
        let has_more = !pending.full.is_empty() || !pending.not_reached.is_empty() || !pending.passed.is_empty();
        if has_more && !self.after_blank {
            self.page.blank();
        }
        self.heading(done);
        let link = done.file.as_deref().filter(|_| self.look.links).and_then(file_link);
        let is_failing = !matches!(done.verdict, Verdict::Passed | Verdict::NotAttempted);
        if let Some(file) = done.file.as_deref().filter(|_| is_failing && done.verdict.counts()) {
            self.page.para(2, 4, &[span(Role::Dim, file).leading_to(link)]);
        }
        if done.max_points as usize != done.total && is_failing {
            self.page.para(2, 4, &[plain(format!("{} of {} points", done.points, done.max_points))]);
        }
        if let Some(reason) = &done.reason {
            self.page.para(2, 4, &[plain(reason.as_str())]);
        }
        if let Some(explanation) = &done.explanation {
            self.page.para(
                2,
                4,
                &[span(Role::Strong, format!("{}: ", words::KNOWN_MISTAKE)), plain(explanation.as_str())],
            );
        }
        if pending.full.is_empty()
            && let Some(sentence) = words::not_your_fault(done.verdict)
        {
            self.page.para(2, 4, &[plain(sentence)]);
        }
        // Only an absolute path can be a link.
        let folder = done.file.as_deref().filter(|_| self.look.links).and_then(|file| file.rsplit_once('/'));
        self.details(&pending, folder.map(|(folder, _)| folder));
        if has_more {
            self.page.blank();
        }
    }

    /// The line of an exercise: sign, id, verdict, cases, title.
    fn heading(&mut self, done: &ExerciseFinished) {
        let cases = format!("{}/{}", done.passed, done.total);
        let id = done.exercise.to_string();
        let verdict = role(done.verdict);
        let sign = span(verdict, format!("{} ", sign(done.verdict)));
        let id_width = self.id_width;
        // The sign, the id, the verdict and the count, with the spaces between them.
        let fixed =
            2 + id_width.max(id.len()) + 2 + VERDICT.max(done.verdict.words().len()) + 1 + cases.len().max(5) + 2;
        let room = self.look.width.saturating_sub(fixed);
        if self.look.width < NARROW || room < 12 {
            let rest = format!(", {cases} cases, {}", done.title);
            let spans = [sign, span(Role::Strong, id), plain("  "), span(verdict, done.verdict.words()), plain(rest)];
            return self.page.para(0, 2, &spans);
        }
        let title = escape::cut(&done.title, room);
        let spans = [
            sign,
            span(Role::Strong, format!("{id:<id_width$}")),
            plain("  "),
            span(verdict, format!("{:<VERDICT$}", done.verdict.words())),
            plain(format!(" {cases:>5}  {title}")),
        ];
        self.page.para(0, 2, &spans);
    }

    fn details(&mut self, pending: &Pending, folder: Option<&str>) {
        let amount = if self.look.verbose { Amount::ALL } else { Amount::SHORT };
        for case in &pending.passed {
            let time = span(Role::Dim, format!("  {}", words::duration(case.wall_ms)));
            let name = format!("{}: {}", case.case, case.purpose);
            self.page.para(2, 4, &[span(Role::Good, "✓ "), plain("passed  "), plain(name), time]);
        }
        for (index, case) in pending.full.iter().enumerate() {
            self.page.blank();
            case::title(&mut self.page, case);
            case::body(&mut self.page, case, amount, folder);
            if let Some(names) = pending.same.get(&index) {
                self.page.blank();
                self.page.para(
                    4,
                    6,
                    &[plain(format!("The same in {}: {}", words::count(names.len(), "more case"), names.join(", ")))],
                );
            }
        }
        for (names, verb) in [(&pending.others, "more"), (&pending.not_reached, "not reached")] {
            if names.is_empty() {
                continue;
            }
            self.page.blank();
            let text = match (verb, names.len()) {
                ("more", 1) => format!("1 more case fails: {}", names.join(", ")),
                ("more", count) => format!("{count} more cases fail: {}", names.join(", ")),
                (_, _) => format!("Not reached, since an earlier step failed: {}", names.join(", ")),
            };
            self.page.para(2, 4, &[plain(text)]);
        }
        if !pending.others.is_empty() {
            self.page.para(2, 4, &[span(Role::Dim, "`--case NAME` shows one of them, `-v` all.")]);
        }
    }

    /// What is known of exercises that never got a verdict.
    fn unfinished(&mut self) {
        for id in std::mem::take(&mut self.order) {
            let pending = self.pending.remove(&id).unwrap_or_default();
            if !self.after_blank || !self.page.is_empty() {
                self.page.blank();
            }
            self.page.para(0, 2, &[span(Role::Odd, "- "), span(Role::Strong, id.to_string()), plain("  not finished")]);
            self.details(&pending, None);
        }
    }

    /// Brings what is on the page to the screen, above the progress bar.
    fn show(&mut self) -> io::Result<()> {
        if self.page.is_empty() {
            return Ok(());
        }
        let text = self.page.take();
        self.after_blank = text == "\n" || text.ends_with("\n\n");
        let out = &mut self.out;
        let mut write = || out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match &self.live {
            Some(live) => live.above(write),
            None => write(),
        }
    }
}

impl Reporter for TerminalReporter {
    fn event(&mut self, envelope: &Envelope) -> io::Result<()> {
        match &envelope.event {
            Event::RunStarted(run) => self.started(run),
            Event::ExerciseStarted(exercise) => {
                if let Some(live) = &self.live {
                    live.exercise(exercise);
                }
            }
            Event::CaseFinished(case) => self.case(case),
            Event::ExerciseFinished(done) => self.exercise(done),
            Event::TierFinished(tier) => self.summary.tiers.push(tier.clone()),
            Event::Notice(notice) => {
                self.page.para(0, 2, &[span(Role::Odd, "Note: "), plain(notice.text.as_str())]);
            }
            Event::RunFinished(finished) => {
                self.live = None;
                self.unfinished();
                self.show()?;
                if !self.after_blank {
                    self.page.blank();
                }
                self.summary.write(&mut self.page, finished);
            }
        }
        self.show()
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.live = None;
        self.unfinished();
        self.show()
    }
}

#[cfg(test)]
mod tests;
