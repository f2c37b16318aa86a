//! What a run looks like to whoever reads it. A reporter is fed the stream of [`crate::event`] and looks nothing up.
//!
//! - [`terminal`]: for a person at a screen, or listening to one.
//! - [`jsonl`]: for programs, the stream itself.
//! - [`junit`]: for whatever reads JUnit's XML.
//!
//! A new reporter is a file with a type that implements [`Reporter`]. [`words`], [`diff`] and [`escape`] are there for
//! all of them.

use std::io;

use crate::event::Envelope;

pub mod case;
pub mod diff;
pub mod escape;
mod highlight;
pub mod jsonl;
pub mod junit;
pub mod markdown;
mod page;
pub mod style;
pub mod terminal;
pub mod words;
pub mod wrap;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
pub(crate) mod samples;

/// Takes the events of a run, in order, and makes a report of them.
pub trait Reporter {
    /// Takes the next event.
    fn event(&mut self, envelope: &Envelope) -> io::Result<()>;

    /// Completes the report. The stream may have ended early: what is known is reported in any case.
    fn finish(self: Box<Self>) -> io::Result<()>;
}
