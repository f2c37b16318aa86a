//! The files that a graded batch writes. Each is a type that implements [`crate::batch::Output`] and is fed the students
//! one by one; what it knows of them is in [`crate::batch`], and nothing is looked up.
//!
//! For the class: [`results`] (what everything can be made from again, and what [`diff`] compares), [`csv`],
//! [`page`] (`report.html`), [`canvas`] and [`moodle`] (the instructor's own export, filled in), [`junit`], [`annotations`]. For each student:
//! [`feedback`], [`gradescope`], [`receipt`]. [`leak`] reads what the students get and looks for what is secret.
//!
//! A file is written beside its place and moved there. Nothing that depends on time or machine is in any of them but the
//! receipts, so that the same results give the same bytes.
//!
//! Names, notes and what a program printed are foreign text: made visible by [`crate::report::escape`] first, and then
//! escaped for the place where it is shown.

pub mod annotations;
pub mod canvas;
pub mod csv;
pub mod diff;
pub mod feedback;
pub mod file;
pub mod gradescope;
pub mod join;
pub mod junit;
pub mod leak;
pub mod moodle;
pub mod number;
pub mod page;
pub mod receipt;
pub mod results;
pub mod template;
pub mod upload;
pub mod words;

// Named here, so that the integration tests can use the samples, too: there `super` is another crate.
#[cfg(test)]
use crate::{batch, event, model};

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod samples;
