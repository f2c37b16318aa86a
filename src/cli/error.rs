//! How a command ends: the exit codes, and errors with the way out.

use std::process::ExitCode;

use crate::batch::journal::JournalError;
use crate::catalog::{CatalogErrors, SelectError};
use crate::config::ConfigError;
use crate::ledger::LedgerError;
use crate::python::PythonError;

/// The exit codes. `docs/exit-codes.md` is this table for people; a test holds them together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All that was selected passed.
    Ok,
    /// Something did not pass.
    NotPassed,
    /// Wrong usage or configuration.
    Usage,
    /// The exercise pack is wrong.
    Pack,
    /// The machine failed: environment, sandbox, disk.
    Machine,
    /// A report could not be written.
    Report,
    /// Interrupted.
    Interrupted,
}

impl ExitStatus {
    /// All of them.
    pub const ALL: [ExitStatus; 7] = [
        ExitStatus::Ok,
        ExitStatus::NotPassed,
        ExitStatus::Usage,
        ExitStatus::Pack,
        ExitStatus::Machine,
        ExitStatus::Report,
        ExitStatus::Interrupted,
    ];

    /// The number.
    pub fn number(self) -> u8 {
        match self {
            ExitStatus::Ok => 0,
            ExitStatus::NotPassed => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Pack => 3,
            ExitStatus::Machine => 4,
            ExitStatus::Report => 5,
            ExitStatus::Interrupted => 130,
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            ExitStatus::Ok => "all that was selected passed",
            ExitStatus::NotPassed => "something did not pass",
            ExitStatus::Usage => "wrong usage or settings",
            ExitStatus::Pack => "the exercise pack is wrong",
            ExitStatus::Machine => "the machine failed: Python environment, sandbox, disk",
            ExitStatus::Report => "a report could not be written",
            ExitStatus::Interrupted => "interrupted",
        }
    }

    /// For the end of `main`.
    pub fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }
}

/// A command could not do what it was asked to.
#[derive(Debug)]
pub struct CliError {
    status: ExitStatus,
    message: String,
    hints: Vec<String>,
}

impl CliError {
    fn new(status: ExitStatus, message: impl Into<String>) -> CliError {
        CliError { status, message: message.into(), hints: Vec::new() }
    }

    /// The user asked for something that makes no sense.
    pub fn usage(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Usage, message)
    }

    /// The pack is wrong.
    pub fn pack(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Pack, message)
    }

    /// The machine failed.
    pub fn machine(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Machine, message)
    }

    /// A report could not be written.
    pub fn report(message: impl Into<String>) -> CliError {
        CliError::new(ExitStatus::Report, message)
    }

    /// The user said stop.
    pub fn interrupted() -> CliError {
        CliError::new(ExitStatus::Interrupted, "interrupted")
    }

    /// The same, with a way out.
    pub fn hint(mut self, hint: impl Into<String>) -> CliError {
        self.hints.push(hint.into());
        self
    }

    /// How the program ends.
    pub fn status(&self) -> ExitStatus {
        self.status
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The ways out.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> CliError {
        CliError::usage(error.to_string())
    }
}

impl From<CatalogErrors> for CliError {
    fn from(errors: CatalogErrors) -> CliError {
        let count = errors.0.len();
        let what = if count == 1 { "a mistake".to_owned() } else { format!("{count} mistakes") };
        CliError::pack(format!("the exercise pack has {what}\n{errors}"))
    }
}

impl From<SelectError> for CliError {
    fn from(error: SelectError) -> CliError {
        CliError::usage(error.to_string())
    }
}

impl From<JournalError> for CliError {
    fn from(error: JournalError) -> CliError {
        match &error {
            JournalError::Io { .. } => CliError::machine(error.to_string()),
            JournalError::Busy(_) => CliError::usage(error.to_string()),
            JournalError::Line { .. } | JournalError::TooNew { .. } => {
                CliError::usage(error.to_string()).hint("name another folder with --out: this one is left as it is")
            }
        }
    }
}

impl From<LedgerError> for CliError {
    fn from(error: LedgerError) -> CliError {
        CliError::machine(error.to_string())
    }
}

impl From<PythonError> for CliError {
    fn from(error: PythonError) -> CliError {
        CliError::machine(error.to_string())
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> CliError {
        // A reader that has seen enough (`| head`) closes the pipe; that is for the last writer to notice.
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return CliError::report("the output was closed");
        }
        CliError::machine(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_exit_codes_is_in_the_documents() {
        let document = include_str!("../../docs/exit-codes.md");
        for status in ExitStatus::ALL {
            let row = format!("| {} | {} |", status.number(), status.meaning());
            assert!(document.contains(&row), "{row} is not in docs/exit-codes.md");
        }
    }
}
