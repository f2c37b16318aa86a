//! The one palette. Colour only repeats what words and signs already say.

use anstyle::{AnsiColor, Style};

use crate::model::Verdict;

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ordinary text.
    Plain,
    /// A name or a heading.
    Strong,
    /// Of less weight.
    Dim,
    /// Passed.
    Good,
    /// Failed.
    Bad,
    /// Neither: not attempted, or not the learner's doing.
    Odd,
    /// What was expected.
    Expected,
    /// The part of it that differs.
    ExpectedMark,
    /// What was there.
    Actual,
    /// The part of it that differs.
    ActualMark,
}

impl Role {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Role::Plain => Style::new(),
            Role::Strong => Style::new().bold(),
            Role::Dim => Style::new().dimmed(),
            Role::Good | Role::Expected => colour(AnsiColor::Green),
            Role::Bad | Role::Actual => colour(AnsiColor::Red),
            Role::Odd => colour(AnsiColor::Yellow),
            Role::ExpectedMark => colour(AnsiColor::Green).bold().underline(),
            Role::ActualMark => colour(AnsiColor::Red).bold().underline(),
        }
    }
}

/// The role of a verdict's sign and word.
pub fn role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Passed => Role::Good,
        Verdict::Failed | Verdict::Crashed | Verdict::TimedOut | Verdict::OutOfMemory | Verdict::OutputLimit => {
            Role::Bad
        }
        Verdict::NotAttempted | Verdict::NotReached | Verdict::ExerciseError | Verdict::MachineError => Role::Odd,
    }
}

/// The sign before a verdict's word: done, wrong, not run, or not the learner's doing.
pub fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::NotAttempted | Verdict::NotReached => "-",
        Verdict::ExerciseError | Verdict::MachineError => "!",
        _ => "✗",
    }
}

/// Puts colour around text, or does not.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Whether to use colour.
    pub color: bool,
}

impl Palette {
    /// The text in the colour of its role.
    pub fn paint(self, role: Role, text: &str) -> String {
        if !self.color || role == Role::Plain || text.is_empty() {
            return text.to_owned();
        }
        let style = role.style();
        format!("{style}{text}{style:#}")
    }
}
