//! Values as Python writes them, and calls: the notation of `cases.toml`, of `.pyv` files and of everything that is
//! shown to people. docs/exercise-format.md has the whole of it.

mod canonical;
mod construct;
mod lines;
mod number;
mod parse;
mod strings;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use lines::write_call_lines;
pub(in crate::codec) use parse::parse_int;
pub use parse::{parse_call, parse_value};
pub use write::{write, write_call};

use crate::model::Value;

/// What a value is for, which decides what `Name(key=2)` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Given to a call: a [`Value::New`] that the learner's class is to build.
    Input,
    /// Expected of a call: a [`Value::Object`] with these fields.
    Expectation,
}

/// Finds what `load('…')` names.
pub trait Load {
    /// The value that a file holds, its path relative to the exercise; an error is a sentence for the author.
    fn load(&self, path: &str) -> Result<Value, String>;
}

/// Text without files: every `load('…')` in it is an error.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFiles;

impl Load for NoFiles {
    fn load(&self, _path: &str) -> Result<Value, String> {
        Err("files cannot be loaded here".into())
    }
}

/// A call of the learner's code: the steps from their module to the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// At least one; the first is looked up in the module, each other one in what the step before it gave. A
    /// single one is a [`Step::Call`].
    pub steps: Vec<Step>,
}

/// A step of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Only the name: `Counter` in `Counter.from_text('a')`, or a property at the end.
    Attribute(String),
    /// A name with arguments: `from_text('a')`.
    Call {
        /// The function, class or method.
        name: String,
        /// Positional arguments.
        args: Vec<Value>,
        /// Keyword arguments, each name once.
        kwargs: Vec<(String, Value)>,
    },
}

/// Text is not in the notation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {at})")]
pub struct NotationError {
    /// Where, as a byte offset into the text, always at the border of a character.
    pub at: usize,
    /// What is wrong there, and what to write instead where that is known; a sentence without its full stop.
    pub message: String,
}
