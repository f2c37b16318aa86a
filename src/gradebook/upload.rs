//! One column of an instructor's export, filled, and what that changes.
//!
//! What is never done: a header that is not there, a grade made blank, a student made up, a cell that holds something
//! else than a number (`EX`, `N/A`) written over, a grade for who handed in nothing. Every student who is not written is
//! named with the reason.

use std::fmt::{self, Write as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::file;
use super::join::{Person, Scored, join};
use super::number::scaled;
use super::template::{Change, Template};
use crate::batch::{Batch, Output, Points, StudentResult};
use crate::model::StudentId;
use crate::report::escape;
use crate::report::words::count;

/// What the number in the cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// The points, as the exercises give them.
    Points,
    /// The same share of what the platform says is possible.
    ToPossible,
}

/// What becomes of the rows of people without a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are left out.
    LeftOut,
    /// They stay as they are.
    Unchanged,
}

/// The decimal mark of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `12.5`
    Point,
    /// `12,5`
    Comma,
}

impl Mark {
    /// The mark that these cells show. `None` when none shows one (`1,234` may be either), or when they disagree.
    pub fn of(cells: impl Iterator<Item = String>) -> Option<Mark> {
        let mut found = None;
        for mark in cells.filter_map(|cell| shown_mark(&cell)) {
            match found {
                None => found = Some(mark),
                Some(other) if other == mark => {}
                Some(_) => return None,
            }
        }
        found
    }

    fn text(self, points: Points) -> String {
        match self {
            Mark::Point => points.to_string(),
            Mark::Comma => points.to_string().replace('.', ","),
        }
    }
}

fn shown_mark(cell: &str) -> Option<Mark> {
    if !cell.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',') {
        return None;
    }
    let last = cell.rfind(['.', ','])?;
    let (before, after) = (&cell[..last], &cell[last + 1..]);
    let mark = if cell[last..].starts_with(',') { Mark::Comma } else { Mark::Point };
    let other = if mark == Mark::Comma { '.' } else { ',' };
    let is_sure = before.contains(other) || (after.len() != 3 && !before.contains(['.', ',']));
    (is_sure && !before.is_empty() && !after.is_empty()).then_some(mark)
}

/// The number in a cell, in hundredths; the last `.` or `,` is the decimal mark. `None` when it is no number.
pub fn hundredths(cell: &str) -> Option<i64> {
    let plain = match cell.rfind(['.', ',']) {
        Some(at) => format!("{}.{}", cell[..at].replace(['.', ','], ""), &cell[at + 1..]),
        None => cell.to_owned(),
    };
    let is_number = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
    let number: f64 = plain.parse().ok().filter(|_| is_number)?;
    // Nobody's grade has more digits than a float holds exactly.
    (number.abs() < 1e12).then(|| (number * 100.0).round() as i64)
}

/// What a platform says is possible, in a cell; `None` when it is no number above 0, or may be two: `1,000`.
pub fn possible(cell: &str) -> Option<Points> {
    let is_sure = !cell.contains(['.', ',']) || shown_mark(cell).is_some();
    let number = hundredths(cell).filter(|&number| is_sure && number > 0)?;
    u64::try_from(number).ok().map(Points::hundredths)
}

/// An export that is ready to be filled.
#[derive(Debug)]
pub struct Sheet {
    /// The export.
    pub template: Template,
    /// Its people and the row (from 0) of each.
    pub people: Vec<(usize, Person)>,
    /// The column that is filled, from 0.
    pub column: usize,
    /// What the column is called.
    pub title: String,
    /// What is possible, for each of `people`; `None` where the export does not tell.
    pub possible: Vec<Option<Points>>,
    /// Whether more than is possible would be lost without a word when it is uploaded.
    pub bounded: bool,
    /// The decimal mark to write; `None` when the file does not show it, and it matters.
    pub mark: Option<Mark>,
    /// What the number is.
    pub scale: Scale,
    /// What becomes of the rows of others.
    pub others: Others,
}

/// What is written, and what that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The new file.
    pub bytes: Vec<u8>,
    /// What is to be shown before it is uploaded.
    pub changes: Changes,
}

/// What an upload would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The file.
    pub file: String,
    /// The column.
    pub column: String,
    /// Cells that change, in the order of the file.
    pub cells: Vec<CellChange>,
    /// How many students have that grade already.
    pub same: usize,
    /// Students of the batch who are not written.
    pub unwritten: Vec<Unwritten>,
    /// People of the export without a result.
    pub others: usize,
}

/// A cell that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    /// The student.
    pub student: StudentId,
    /// The name, as the export has it.
    pub name: String,
    /// The line of the export, from 1.
    pub line: usize,
    /// What is there; empty when nothing is.
    pub before: String,
    /// What will be.
    pub after: String,
    /// Whether it is less than before.
    pub is_lower: bool,
}

/// A student of the batch who is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritten {
    /// The student.
    pub student: StudentId,
    /// The name; may be empty.
    pub name: String,
    /// Why, in words that follow the name.
    pub why: String,
}

impl Sheet {
    /// Fills the column with these students' points. `file` is what the new file is called.
    pub fn fill(&self, file: &str, students: &[Scored]) -> Filled {
        let people: Vec<Person> = self.people.iter().map(|(_, person)| person.clone()).collect();
        let mut changes: Vec<Change> = vec![Change::Keep; self.template.len()];
        let mut without: Vec<bool> = vec![true; people.len()];
        let mut told = Changes {
            file: file.to_owned(),
            column: self.title.clone(),
            cells: Vec::new(),
            same: 0,
            unwritten: Vec::new(),
            others: 0,
        };
        for (student, found) in students.iter().zip(join(&people, students)) {
            match found.and_then(|index| self.cell(index, student).map(|cell| (index, cell))) {
                Ok((index, cell)) => {
                    without[index] = false;
                    match cell {
                        None => told.same += 1,
                        Some(cell) => {
                            changes[self.people[index].0] = Change::Cell(self.column, cell.after.clone());
                            told.cells.push(cell);
                        }
                    }
                }
                Err(why) => {
                    let (student, name) = (student.id.clone(), student.name.clone());
                    told.unwritten.push(Unwritten { student, name, why });
                }
            }
        }
        told.cells.sort_by_key(|cell| cell.line);
        told.others = without.iter().filter(|&&without| without).count();
        if self.others == Others::LeftOut {
            for ((row, _), _) in self.people.iter().zip(&without).filter(|(_, without)| **without) {
                changes[*row] = Change::LeaveOut;
            }
        }
        Filled { bytes: self.template.with(&changes), changes: told }
    }

    /// The change for a student; `None` when the cell has that number already, an error when it is not to be touched.
    fn cell(&self, index: usize, student: &Scored) -> Result<Option<CellChange>, String> {
        let (row, person) = &self.people[index];
        let points = student.points.ok_or("has no points: the machine or an exercise is at fault")?;
        if !student.handed_in {
            return Err("handed in nothing".to_owned());
        }
        if !self.template.has(*row, self.column) {
            return Err(format!("has a row without that column, in line {}", self.template.line(*row)));
        }
        let possible = self.possible[index];
        let points = match self.scale {
            Scale::Points => points,
            Scale::ToPossible => {
                let possible = possible.ok_or("cannot be scaled: the file does not tell what is possible")?;
                scaled(points, student.most, possible).ok_or("cannot be scaled: the exercises give no points")?
            }
        };
        if let Some(possible) = possible.filter(|possible| self.bounded && points > *possible) {
            return Err(format!("has {points}, more than the {possible} that are possible: scale the points"));
        }
        let before = self.template.value(*row, self.column);
        let has = hundredths(&before);
        if !before.is_empty() && has.is_none() {
            return Err(format!("has `{}` there, which is kept", escape::cut(&before, 40)));
        }
        let new = i64::try_from(points.in_hundredths()).unwrap_or(i64::MAX);
        if has == Some(new) {
            return Ok(None);
        }
        let is_whole = new % 100 == 0;
        let mark = self.mark.or(is_whole.then_some(Mark::Point));
        let mark = mark.ok_or(
            "has a fraction of a point, and the file does not show whether `.` or `,` is its decimal mark: enter that \
             grade by hand",
        )?;
        let (student, name, line) = (student.id.clone(), person.name.clone(), self.template.line(*row));
        let (after, is_lower) = (mark.text(points), has.is_some_and(|has| new < has));
        Ok(Some(CellChange { student, name, line, before, after, is_lower }))
    }
}

/// A text of at most 80 columns a line.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let column = escape::cut(&self.column, 40);
        writeln!(
            text,
            "{}, column `{column}`: {} to change, {} the same already",
            self.file,
            cells(self.cells.len()),
            self.same
        )?;
        if !self.cells.is_empty() {
            writeln!(text, "\n  {:<20} {:<26} {:>10}    {:>10}", "student", "name", "before", "after")?;
        }
        for cell in &self.cells {
            let before = if cell.before.is_empty() { "-" } else { &cell.before };
            let (id, name) = (padded(cell.student.as_str(), 20), padded(&cell.name, 26));
            let note = if cell.is_lower { "  !" } else { "" };
            writeln!(
                text,
                "  {id} {name} {:>10} -> {:>10}{note}",
                escape::cut(before, 10),
                escape::cut(&cell.after, 10)
            )?;
        }
        let lower = self.cells.iter().filter(|cell| cell.is_lower).count();
        if lower > 0 {
            writeln!(text, "\n  ! lower than before: {}", cells(lower))?;
        }
        if !self.unwritten.is_empty() {
            writeln!(text, "\nNot written: {}", count(self.unwritten.len(), "student"))?;
        }
        for left in &self.unwritten {
            let name = if left.name.is_empty() { String::new() } else { format!(", {}", escape::cut(&left.name, 26)) };
            writeln!(text, "  {}{name}\n    {}", escape::cut(left.student.as_str(), 40), left.why)?;
        }
        if self.others > 0 {
            writeln!(text, "\nWithout a result in this batch: {} of the file", count(self.others, "row"))?;
        }
        f.write_str(&text)
    }
}

fn cells(number: usize) -> String {
    count(number, "cell")
}

/// A foreign text in a column: by its width on the screen, which is not its number of characters.
fn padded(text: &str, width: usize) -> String {
    let shown = escape::cut(text, width);
    let room = width.saturating_sub(escape::width(&shown));
    shown + &" ".repeat(room)
}

/// Writes the filled export when all students are known.
pub struct Upload {
    path: PathBuf,
    platform: &'static str,
    sheet: Sheet,
    students: Vec<Scored>,
    changes: Arc<OnceLock<Changes>>,
}

impl Upload {
    /// Will write `sheet` as the file `name` into the folder `out`. `platform` is the roster's column of the platform's
    /// own number.
    pub fn new(sheet: Sheet, platform: &'static str, out: &Path, name: &str) -> Upload {
        Upload { path: out.join(name), platform, sheet, students: Vec::new(), changes: Arc::default() }
    }

    /// Where the changes can be read once the file is written.
    pub fn changes(&self) -> Arc<OnceLock<Changes>> {
        Arc::clone(&self.changes)
    }
}

impl Output for Upload {
    fn student(&mut self, _batch: &Batch, result: &StudentResult) -> io::Result<()> {
        self.students.push(Scored::of(result, self.platform));
        Ok(())
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let filled = self.sheet.fill(&name, &self.students);
        file::write(&self.path, &filled.bytes)?;
        // Nobody else sets it.
        let _ = self.changes.set(filled.changes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
