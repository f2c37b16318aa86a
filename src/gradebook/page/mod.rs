//! `report.html`: a class on one page, for whoever teaches it.
//!
//! One file that needs nothing else and no network. Its policy allows its own style and script and nothing more; the
//! script puts data into the page as text only. What students are called and what their programs say is data in JSON.
//! Everything that differs between two runs of the same work is in two blocks of their own, `times` and `measured`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use class::Class;

use crate::batch::{Batch, Output, StudentResult};

mod causes;
mod class;
mod cut;
mod html;
mod items;
mod json;
mod overview;
mod rows;
mod stats;
mod surroundings;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod samples;

/// Writes the page when all students have come. It holds a compact row for each of them, not what their programs said.
#[derive(Debug)]
pub struct Page {
    path: PathBuf,
    class: Option<Class>,
}

impl Page {
    /// Will write to `path`, whose folder must be there when it is finished.
    pub fn new(path: impl Into<PathBuf>) -> Page {
        Page { path: path.into(), class: None }
    }

    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        let class = self.class.get_or_insert_with(|| Class::new(batch));
        let folder = self.path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        // For its owner alone, as such a file is by default: these are grades.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let mut writer = BufWriter::new(file.as_file_mut());
        class.write(batch, &mut writer)?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        File::open(folder)?.sync_all()
    }
}

impl Output for Page {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        self.class.get_or_insert_with(|| Class::new(batch)).student(batch, result).map_err(|error| self.at(error))
    }

    fn finish(mut self: Box<Self>, batch: &Batch) -> io::Result<()> {
        self.write(batch).map_err(|error| self.at(error))
    }
}

impl Page {
    /// An error with the file that it is about.
    fn at(&self, error: io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
    }
}
