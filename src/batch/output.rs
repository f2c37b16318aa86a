//! What is written from a batch.

use std::io;

use super::{Batch, StudentResult};

/// Writes something from a batch: a gradebook, a report, a file for each student.
pub trait Output {
    /// Takes the next student. They come in the order of their ids.
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()>;

    /// Completes what is written: beside its place first, then moved there, so that nobody reads half of it.
    fn finish(self: Box<Self>, batch: &Batch) -> io::Result<()>;
}

/// All outputs of a batch, fed in one pass.
pub struct Outputs(pub Vec<Box<dyn Output>>);

impl Outputs {
    /// Feeds every output with every student.
    pub fn write(mut self, batch: &Batch, students: impl Iterator<Item = io::Result<StudentResult>>) -> io::Result<()> {
        for student in students {
            let student = student?;
            for output in &mut self.0 {
                output.student(batch, &student)?;
            }
        }
        self.0.into_iter().try_for_each(|output| output.finish(batch))
    }
}
