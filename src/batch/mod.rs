//! Grading a batch: many people's work on the same exercises, each verdict kept the moment it is known.
//!
//! [`record`] is what is known of a student's exercise, and what every output is written from. An [`Output`] is fed the
//! students one by one, in the order of their ids: nothing here holds a whole class in memory.

pub mod clock;
pub mod court;
pub mod exam;
pub mod journal;
mod key;
pub mod late;
mod machine;
mod output;
mod points;
mod record;
pub mod run;

pub use output::{Output, Outputs};
pub use points::Points;
pub use record::{
    Batch, CaseInfo, CaseRecord, Cause, Clock, ExerciseInfo, Flag, Grade, Key, Lateness, Machine, Record, Runs,
    StudentInfo, StudentResult,
};
