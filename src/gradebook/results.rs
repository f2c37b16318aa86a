//! `results.jsonl`: a line for each student and exercise, sorted by both, equal bytes for equal results.
//!
//! Nothing in it depends on time or machine, so two of them can be compared: see [`super::diff`].

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file::{Draft, refused};
use super::number::Exact;
use crate::batch::{Batch, CaseInfo, Flag, Grade, Key, Lateness, Output, Record, Runs, StudentResult};
use crate::model::{CaseId, ExerciseId, StudentId};

/// A line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The student.
    pub student: StudentId,
    /// The exercise.
    pub exercise: ExerciseId,
    /// The verdict of all its cases.
    pub verdict: Grade,
    /// Cases that passed.
    pub passed: usize,
    /// Cases in all.
    pub total: usize,
    /// Points, lateness taken off: their sum is the student's total. `None` when the machine or the exercise is at fault,
    /// which is not the same as 0.
    pub points: Option<Exact>,
    /// The most points.
    pub max_points: Exact,
    /// How late it was, and what that took off.
    pub late: Option<Lateness>,
    /// Why it was not attempted, in one sentence.
    pub reason: Option<String>,
    /// What an instructor should look at.
    pub flags: Vec<FlagLine>,
    /// Its cases, in the order of the exercise.
    pub cases: Vec<CaseLine>,
    /// What the verdict depends on.
    pub key: Key,
}

/// A case of a [`Line`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseLine {
    /// The case.
    pub case: CaseId,
    /// Whether students see nothing of it.
    pub hidden: bool,
    /// The verdict of all its runs.
    pub verdict: Grade,
    /// How often it came out how, when it was run more than once.
    #[serde(default, skip_serializing_if = "Runs::is_empty")]
    pub runs: Runs,
    /// What went wrong, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

/// A [`Flag`], with points as everywhere in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum FlagLine {
    /// Cases whose runs did not agree.
    Unstable {
        /// Which.
        cases: Vec<CaseId>,
    },
    /// The same files had more points before.
    Lowered {
        /// Points before.
        before: Exact,
    },
    /// It passed close to a time limit.
    NearLimit {
        /// Which cases did.
        cases: Vec<CaseId>,
    },
}

impl From<&Flag> for FlagLine {
    fn from(flag: &Flag) -> FlagLine {
        match flag {
            Flag::Unstable { cases } => FlagLine::Unstable { cases: cases.clone() },
            Flag::Lowered { before } => FlagLine::Lowered { before: Exact(*before) },
            Flag::NearLimit { cases } => FlagLine::NearLimit { cases: cases.clone() },
        }
    }
}

impl Line {
    /// The line of a record. `cases` are the exercise's.
    pub fn of(record: &Record, late: Option<&Lateness>, cases: &[CaseInfo]) -> Line {
        let is_hidden = |id: &CaseId| cases.iter().any(|case| case.id == *id && case.hidden);
        let case = |case: &crate::batch::CaseRecord| CaseLine {
            case: case.case.clone(),
            hidden: is_hidden(&case.case),
            verdict: case.verdict,
            runs: case.runs.clone(),
            cause: case.cause.as_ref().map(|cause| cause.label.clone()),
        };
        Line {
            student: record.student.clone(),
            exercise: record.exercise.clone(),
            verdict: record.verdict,
            passed: record.passed,
            total: record.total,
            points: record.is_scored().then(|| Exact(record.points_less(late))),
            max_points: Exact(record.max_points),
            late: late.cloned(),
            reason: record.reason.clone(),
            flags: record.flags.iter().map(FlagLine::from).collect(),
            cases: record.cases.iter().map(case).collect(),
            key: record.key.clone(),
        }
    }

    /// What the lines are sorted by.
    fn place(&self) -> (&StudentId, &ExerciseId) {
        (&self.student, &self.exercise)
    }
}

/// Writes `results.jsonl`.
pub struct Results {
    draft: Draft,
    last: Option<StudentId>,
}

impl Results {
    /// Will write into the folder `out`.
    pub fn create(out: &Path) -> io::Result<Results> {
        Ok(Results { draft: Draft::create(out.join("results.jsonl"))?, last: None })
    }
}

impl Output for Results {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let id = &result.student.id;
        if let Some(last) = self.last.replace(id.clone()).filter(|last| last >= id) {
            return Err(refused(format!("results.jsonl: student `{}` came after `{}`", id.as_str(), last.as_str())));
        }
        let cases =
            |id: &ExerciseId| batch.exercises.iter().find(|one| one.id == *id).map_or(&[][..], |one| &one.cases);
        let line = |record: &Record| Line::of(record, result.student.late.as_ref(), cases(&record.exercise));
        let mut lines: Vec<Line> = result.records.iter().map(line).collect();
        lines.sort_by(|a, b| a.exercise.cmp(&b.exercise));
        for line in &lines {
            serde_json::to_writer(&mut self.draft, line)?;
            self.draft.write_all(b"\n")?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        self.draft.finish()
    }
}

/// A `results.jsonl` cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line}: {what}", path.display())]
pub struct ResultsError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1; 0 when it is the file as a whole.
    pub line: usize,
    /// What is wrong, and the way out.
    pub what: String,
}

/// The lines of a `results.jsonl`, one by one; in their order, or an error.
pub struct Lines {
    path: PathBuf,
    reader: BufReader<fs_err::File>,
    number: usize,
    last: Option<(StudentId, ExerciseId)>,
}

impl Lines {
    /// The most bytes of a line.
    const MOST: u64 = 4 << 20;

    /// Opens a file, or the one in a folder that a batch was written into.
    pub fn open(path: &Path) -> Result<Lines, ResultsError> {
        let path = if path.is_dir() { path.join("results.jsonl") } else { path.to_owned() };
        match fs_err::File::open(&path) {
            Ok(file) => Ok(Lines { path, reader: BufReader::new(file), number: 0, last: None }),
            Err(error) => Err(ResultsError { path, line: 0, what: error.to_string() }),
        }
    }

    fn wrong(&self, what: impl Into<String>) -> ResultsError {
        ResultsError { path: self.path.clone(), line: self.number, what: what.into() }
    }

    fn read(&mut self) -> Result<Option<Line>, ResultsError> {
        self.number += 1;
        let mut text = Vec::new();
        let read = self.reader.by_ref().take(Self::MOST).read_until(b'\n', &mut text);
        if read.map_err(|error| self.wrong(error.to_string()))? == 0 {
            return Ok(None);
        }
        if text.last() != Some(&b'\n') {
            let whole = "the line is too long or has no end: is it the whole file?";
            return Err(self.wrong(whole));
        }
        let no_line =
            |error: serde_json::Error| format!("no line of `results.jsonl` ({error}): `practice grade` writes it");
        let line: Line = serde_json::from_slice(&text).map_err(|error| self.wrong(no_line(error)))?;
        let place = (line.student.clone(), line.exercise.clone());
        if self.last.as_ref().is_some_and(|last| (&last.0, &last.1) >= line.place()) {
            return Err(
                self.wrong("not sorted by student and exercise, or twice the same: grade again to have it sorted")
            );
        }
        self.last = Some(place);
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = Result<Line, ResultsError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;
    use crate::batch::Points;
    use crate::gradebook::samples;

    fn lines(text: &str) -> Vec<Result<Line, ResultsError>> {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("results.jsonl"), text).unwrap();
        Lines::open(folder.path()).unwrap().collect()
    }

    fn text() -> String {
        let folder = tempfile::tempdir().unwrap();
        samples::written(Results::create(folder.path()).unwrap()).unwrap();
        fs_err::read_to_string(folder.path().join("results.jsonl")).unwrap()
    }

    #[test]
    fn a_line_for_each_student_and_exercise_that_is_read_back() {
        let text = text();
        assert_eq!(text.lines().count(), samples::class().len() * 3);
        let read: Vec<Line> = lines(&text).into_iter().map(Result::unwrap).collect();
        let again: String = read.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
        assert_eq!(again, text);
        let third = &read[6];
        assert_eq!((third.student.as_str(), third.points), ("s003", Some(Exact(Points::whole(4)))));
        assert_eq!(read[10].points, None, "the machine failed");
        assert!(read[3].cases[2].hidden && !read[3].cases[1].hidden);
    }

    #[test]
    fn nothing_depends_on_time_or_machine() {
        let text = text();
        for word in ["12.5", "10.25", "_ms", "memory", "2026", "processor"] {
            assert!(!text.contains(word), "{word}");
        }
        assert_eq!(text, self::text());
    }

    #[test]
    fn what_is_no_such_file_is_told_with_its_line() {
        let text = text();
        let mut swapped: Vec<&str> = text.lines().collect();
        swapped.swap(0, 1);
        for (bad, line, what) in [
            (swapped.join("\n") + "\n", 2, "not sorted"),
            (text.replacen("s003", "s002", 1), 7, "not sorted"),
            ("{}\n".to_owned(), 1, "missing field `student`"),
            (text[..text.len() - 1].to_owned(), 57, "has no end"),
            ("[".repeat(5000) + "\n", 1, "no line"),
        ] {
            let errors: Vec<ResultsError> = lines(&bad).into_iter().filter_map(Result::err).collect();
            assert_eq!(errors[0].line, line, "{}", errors[0]);
            assert!(errors[0].to_string().contains(what), "{}", errors[0]);
        }
        assert!(Lines::open(Path::new("/no/such/file")).err().unwrap().to_string().contains("/no/such/file"));
    }

    #[test]
    fn students_must_come_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut results = Results::create(folder.path()).unwrap();
        let class = samples::class();
        results.student(&samples::batch(), &class[1]).unwrap();
        let error = results.student(&samples::batch(), &class[0]).unwrap_err();
        assert!(error.to_string().contains("`s001` came after `s002`"), "{error}");
    }
}
