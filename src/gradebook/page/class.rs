//! A class on its way to the page: students go in one by one, compact rows and sums stay.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use super::causes::Causes;
use super::items::Items;
use super::json::{self, Array};
use super::overview::Overview;
use super::rows::{self, Cell, Class as Common};
use super::stats::quantile;
use super::{html, surroundings};
use crate::batch::{Batch, CaseRecord, ExerciseInfo, Grade, Record, StudentResult};
use crate::model::{CaseId, Verdict};

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(
    include_str!("script.js"),
    include_str!("script/filter.js"),
    include_str!("script/heat.js"),
    include_str!("script/views.js"),
    include_str!("script/student.js"),
    include_str!("script/start.js"),
);

/// What the page says of the students so far.
#[derive(Debug)]
pub struct Class {
    /// By exercise: its cases by id.
    cases: Vec<HashMap<CaseId, usize>>,
    overview: Overview,
    items: Items,
    causes: Causes,
    students: Array,
    measured: Array,
    /// By exercise: milliseconds on the clock of each student who attempted it.
    walls: Vec<Vec<u32>>,
}

/// What differs between two runs of the same work.
#[derive(Debug, Serialize)]
struct Times<'a> {
    begun: &'a str,
    /// By exercise: the reference's milliseconds, and what limits are multiplied with.
    clocks: Vec<(Option<f64>, f64)>,
    /// By exercise: milliseconds on the clock of all cases of a student: median, nine tenths, most.
    used: Vec<Option<[f64; 3]>>,
}

impl Class {
    /// Nobody has come yet.
    pub fn new(batch: &Batch) -> Class {
        let by_id = |exercise: &ExerciseInfo| {
            exercise.cases.iter().enumerate().map(|(place, case)| (case.id.clone(), place)).collect()
        };
        Class {
            cases: batch.exercises.iter().map(by_id).collect(),
            overview: Overview::new(batch),
            items: Items::new(batch),
            causes: Causes::default(),
            students: Array::default(),
            measured: Array::default(),
            walls: vec![Vec::new(); batch.exercises.len()],
        }
    }

    /// Takes the next student. Fails when the records are not those of the batch: one for each exercise, in its order.
    pub fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let known = batch.exercises.iter().map(|exercise| &exercise.id);
        if !known.eq(result.records.iter().map(|record| &record.exercise)) {
            return Err(wrong(format!(
                "the records of student {:?} are not of this batch",
                result.student.id.as_str()
            )));
        }
        let student = self.students.len();
        let mut cells = Vec::new();
        let mut passed = Vec::new();
        let mut measured = Vec::new();
        for (exercise, record) in result.records.iter().enumerate() {
            let places = self.places(exercise, record)?;
            let total = self.cases[exercise].len();
            let mut verdicts = vec![None; total];
            for (case, place) in record.cases.iter().zip(&places) {
                verdicts[*place] = case.verdict.counts().then(|| case.is_passed());
            }
            cells.push(self.cell(student, exercise, result, record, &places)?);
            passed.push(verdicts);
            measured.push(self.measure(exercise, record));
        }
        self.overview.student(result);
        self.items.student(&result.records, &passed);
        self.students.push(&rows::row(result, cells))?;
        self.measured.push(&measured)
    }

    /// The places of a record's cases in its exercise.
    fn places(&self, exercise: usize, record: &Record) -> io::Result<Vec<usize>> {
        let place = |case: &CaseRecord| {
            let found = self.cases[exercise].get(&case.case).copied();
            found.ok_or_else(|| {
                wrong(format!("{} has no case `{}`, of which there is a record", record.exercise, case.case))
            })
        };
        record.cases.iter().map(place).collect()
    }

    fn cell(
        &mut self,
        student: usize,
        exercise: usize,
        result: &StudentResult,
        record: &Record,
        places: &[usize],
    ) -> io::Result<Cell> {
        let mut failing = Vec::new();
        for (case, place) in record.cases.iter().zip(places) {
            // What was not reached failed of what came before it.
            if !matches!(case.verdict, Grade::Stable(Verdict::Passed | Verdict::NotReached)) {
                failing.push((*place, self.causes.failing(student, exercise, *place, case)?));
            }
        }
        Ok(rows::cell(result, record, self.cases[exercise].len(), places, &failing))
    }

    fn measure(&mut self, exercise: usize, record: &Record) -> Option<rows::Measured> {
        if record.cases.is_empty() {
            return None;
        }
        // A cast of a float saturates; what is no number becomes 0.
        let sum = |of: fn(&CaseRecord) -> f64| record.cases.iter().map(of).sum::<f64>().round() as u64;
        let (wall, cpu) = (sum(|case| case.wall_ms), sum(|case| case.cpu_ms));
        let memory = record.cases.iter().map(|case| case.memory_bytes).max().unwrap_or(0);
        self.walls[exercise].push(u32::try_from(wall).unwrap_or(u32::MAX));
        Some((cpu, wall, memory.div_ceil(1 << 20)))
    }

    /// Writes the page.
    pub fn write(&self, batch: &Batch, writer: &mut impl Write) -> io::Result<()> {
        let most: Vec<u64> = batch.exercises.iter().map(|exercise| exercise.max_points.in_hundredths()).collect();
        let (exercises, cases) = (self.items.exercises(&most), self.items.cases());
        html::fill(writer, TEMPLATE, |writer, name| match name {
            "policy" => write!(writer, "{}", policy()),
            "style" => writer.write_all(STYLE.as_bytes()),
            "script" => writer.write_all(SCRIPT.as_bytes()),
            "title" => write!(writer, "{}", html::text(&batch.pack.1)),
            "overview" => writer.write_all(self.overview.html(batch, &exercises).as_bytes()),
            "surroundings" => writer.write_all(surroundings::html(batch).as_bytes()),
            "class" => json::write(
                writer,
                &Common {
                    max_points: batch.max_points().in_hundredths(),
                    grades: rows::grade_names(),
                    flags: rows::FLAGS.to_vec(),
                    exercises: rows::exercises(batch, &exercises, &cases),
                    causes: self.causes.all(),
                    left_out: self.causes.left_out(),
                },
            ),
            "students" => self.students.write(writer),
            "texts" => self.causes.write_texts(writer),
            "times" => json::write(writer, &self.times(batch)),
            "measured" => self.measured.write(writer),
            other => Err(io::Error::other(format!("nothing fills `{other}` of the page"))),
        })
    }

    fn times<'a>(&self, batch: &'a Batch) -> Times<'a> {
        let used = |walls: &Vec<u32>| {
            let mut sorted: Vec<f64> = walls.iter().copied().map(f64::from).collect();
            sorted.sort_by(f64::total_cmp);
            let of = |share| quantile(&sorted, share).map(f64::round);
            Some([of(0.5)?, of(0.9)?, of(1.0)?])
        };
        let clock = |exercise: &ExerciseInfo| (exercise.clock.reference_ms, exercise.clock.factor);
        Times {
            begun: &batch.begun,
            clocks: batch.exercises.iter().map(clock).collect(),
            used: self.walls.iter().map(used).collect(),
        }
    }
}

/// What the page may do: show its own style, run its own script, and nothing else; not even that may put text into the
/// page as HTML.
fn policy() -> String {
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        html::source(STYLE),
        html::source(SCRIPT)
    )
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
