//! `students/<id>/receipt.json`: what a student's points were given for, to be compared when the work is graded again.
//!
//! It holds hashes of everything that the verdicts depend on, the verdicts, the points, and the machine. It is the one
//! file that tells when and where the batch ran. `sha256` is the SHA-256 of the same content without that field, in
//! canonical form: compact JSON, keys sorted. It shows that a receipt was damaged; it is no signature.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::file;
use super::number::Exact;
use crate::batch::{Batch, Clock, Grade, Key, Lateness, Machine, Output, Record, StudentResult};
use crate::event::PythonUsed;
use crate::model::{CaseId, ExerciseId, StudentId, Uid};
use crate::report::escape::visible;

/// The version of the format.
const SCHEMA: u32 = 1;
/// The most bytes of a receipt.
const MOST_BYTES: u64 = 8 << 20;

/// A receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// The version of the format: 1.
    pub schema: u32,
    /// The student.
    pub student: StudentId,
    /// What was handed in, by the name that it was received under.
    pub submission: Option<String>,
    /// When it was handed in.
    pub at: Option<String>,
    /// How late it was.
    pub late: Option<Lateness>,
    /// Points in all; `None` when they could not be told.
    pub points: Option<Exact>,
    /// The most points.
    pub max_points: Exact,
    /// The exercises, in the order of the batch.
    pub exercises: Vec<ExerciseReceipt>,
    /// Name and title of the exercise pack.
    pub pack: (String, String),
    /// The version of the program that graded.
    pub version: String,
    /// When the batch was begun.
    pub begun: String,
    /// What stood between the submission and the machine: the mode's name.
    pub containment: String,
    /// The interpreters.
    pub python: Vec<PythonUsed>,
    /// The machine.
    pub machine: Machine,
}

/// An exercise of a [`Receipt`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExerciseReceipt {
    /// Its id.
    pub exercise: ExerciseId,
    /// Its id that survives a rename; `None` when the batch did not know it.
    pub uid: Option<Uid>,
    /// The verdict.
    pub verdict: Grade,
    /// Points before anything is taken off for lateness; `None` when they could not be told.
    pub points: Option<Exact>,
    /// The most points.
    pub max_points: Exact,
    /// Its cases' verdicts.
    pub cases: Vec<CaseReceipt>,
    /// Hashes of what the verdict depends on.
    pub key: Key,
    /// How its time limits were set.
    pub clock: Option<Clock>,
}

/// A case of a [`Receipt`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseReceipt {
    /// The case.
    pub case: CaseId,
    /// The verdict.
    pub verdict: Grade,
}

/// A receipt cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {what}", path.display())]
pub struct ReceiptError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong, and the way out.
    pub what: String,
}

/// A part of a receipt that is not so any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The exercise; `None` when it is about the student.
    pub exercise: Option<ExerciseId>,
    /// The case, when it is about one.
    pub case: Option<CaseId>,
    /// What it is.
    pub part: Part,
    /// What the receipt says; empty when it says nothing.
    pub before: String,
    /// What is so now; empty when nothing is.
    pub now: String,
}

/// What a [`Disagreement`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Whose it is.
    Student,
    /// How late it was.
    Late,
    /// The student's files.
    Submission,
    /// Cases, weights, comparisons, given files.
    Exercise,
    /// This program.
    Driver,
    /// The interpreter and its packages.
    Environment,
    /// The limits and the student's accommodation.
    Limits,
    /// The verdict.
    Verdict,
    /// The points.
    Points,
    /// The most points.
    MaxPoints,
}

impl Part {
    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Part::Student => "student",
            Part::Late => "lateness",
            Part::Submission => "the student's files",
            Part::Exercise => "the exercise",
            Part::Driver => "this program",
            Part::Environment => "Python or its packages",
            Part::Limits => "the limits",
            Part::Verdict => "verdict",
            Part::Points => "points",
            Part::MaxPoints => "most points",
        }
    }
}

/// `tier1/x keeps-first, verdict: passed, now failed`
impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(exercise) = &self.exercise {
            write!(f, "{exercise}")?;
            if let Some(case) = &self.case {
                write!(f, " {case}")?;
            }
            f.write_str(", ")?;
        }
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { visible(text) };
        write!(f, "{}: {}, now {}", self.part.words(), shown(&self.before), shown(&self.now))
    }
}

impl Receipt {
    /// The receipt of a result.
    pub fn of(batch: &Batch, result: &StudentResult) -> Receipt {
        let student = &result.student;
        Receipt {
            schema: SCHEMA,
            student: student.id.clone(),
            submission: student.submission.clone(),
            at: student.at.clone(),
            late: student.late.clone(),
            points: result.points.map(Exact),
            max_points: Exact(result.max_points),
            exercises: result.records.iter().map(|record| ExerciseReceipt::of(batch, record)).collect(),
            pack: batch.pack.clone(),
            version: batch.version.clone(),
            begun: batch.begun.clone(),
            containment: batch.containment.mode.clone(),
            python: batch.python.clone(),
            machine: batch.machine.clone(),
        }
    }

    /// The text of the file.
    pub fn text(&self) -> io::Result<String> {
        let mut json = serde_json::to_value(self)?;
        let hash = hash(&json);
        if let Json::Object(fields) = &mut json {
            fields.insert("sha256".to_owned(), Json::String(hash));
        }
        Ok(serde_json::to_string_pretty(&json)? + "\n")
    }

    /// Reads a receipt, and refuses one that is not as it was written.
    pub fn read(path: &Path) -> Result<Receipt, ReceiptError> {
        let wrong = |what: String| ReceiptError { path: path.to_owned(), what };
        let mut text = String::new();
        let opened = fs_err::File::open(path);
        let read = opened.and_then(|file| file.take(MOST_BYTES + 1).read_to_string(&mut text));
        let length = read.map_err(|error| wrong(error.to_string()))?;
        if length as u64 > MOST_BYTES {
            return Err(wrong(format!("larger than {} MiB: this is no receipt", MOST_BYTES >> 20)));
        }
        Receipt::parse(&text).map_err(wrong)
    }

    /// The receipt in a text; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Receipt, String> {
        let no_receipt = |error: serde_json::Error| format!("this is no receipt of `practice grade` ({error})");
        let mut json: Json = serde_json::from_str(text).map_err(no_receipt)?;
        let Some(fields) = json.as_object_mut() else {
            return Err("this is no receipt of `practice grade`".to_owned());
        };
        match fields.get("schema").and_then(Json::as_u64) {
            Some(schema) if schema == u64::from(SCHEMA) => {}
            Some(schema) => {
                return Err(format!(
                    "its format is version {schema} and {SCHEMA} is known: use the version that wrote it"
                ));
            }
            None => return Err("this is no receipt of `practice grade`: it has no `schema`".to_owned()),
        }
        let told = fields.shift_remove("sha256");
        if told.as_ref().and_then(Json::as_str) != Some(&hash(&json)) {
            let what =
                "it was changed after it was written: its content does not give its `sha256`. Ask for the original";
            return Err(what.to_owned());
        }
        serde_json::from_value(json).map_err(no_receipt)
    }

    /// What is not as the receipt says, when the same work has this result now: first what it depends on, then what
    /// came out. Empty when all agrees.
    pub fn compare(&self, now: &StudentResult) -> Vec<Disagreement> {
        let mut found = Found::default();
        found.compare(Part::Student, self.student.as_str(), now.student.id.as_str());
        let late = |late: Option<&Lateness>| late.map_or_else(String::new, |late| format!("{} %", late.percent));
        found.compare(Part::Late, &late(self.late.as_ref()), &late(now.student.late.as_ref()));
        for before in &self.exercises {
            let record = now.records.iter().find(|record| record.exercise == before.exercise);
            found.exercise(Some(before), record.map(ExerciseReceipt::of_record).as_ref());
        }
        for record in &now.records {
            if !self.exercises.iter().any(|before| before.exercise == record.exercise) {
                found.exercise(None, Some(&ExerciseReceipt::of_record(record)));
            }
        }
        found.place = (None, None);
        found.compare(Part::Points, &points(self.points), &points(now.points.map(Exact)));
        found.compare(Part::MaxPoints, &points(Some(self.max_points)), &now.max_points.to_string());
        found.all
    }
}

impl ExerciseReceipt {
    fn of(batch: &Batch, record: &Record) -> ExerciseReceipt {
        let info = batch.exercises.iter().find(|info| info.id == record.exercise);
        ExerciseReceipt {
            uid: info.map(|info| info.uid.clone()),
            clock: info.map(|info| info.clock),
            ..ExerciseReceipt::of_record(record)
        }
    }

    fn of_record(record: &Record) -> ExerciseReceipt {
        let case = |case: &crate::batch::CaseRecord| CaseReceipt { case: case.case.clone(), verdict: case.verdict };
        ExerciseReceipt {
            exercise: record.exercise.clone(),
            uid: None,
            verdict: record.verdict,
            points: record.is_scored().then_some(Exact(record.points)),
            max_points: Exact(record.max_points),
            cases: record.cases.iter().map(case).collect(),
            key: record.key.clone(),
            clock: None,
        }
    }

    fn case(&self, id: &CaseId) -> &'static str {
        self.cases.iter().find(|case| case.case == *id).map_or("", |case| case.verdict.id())
    }
}

fn points(points: Option<Exact>) -> String {
    points.map(|points| points.0.to_string()).unwrap_or_default()
}

/// Disagreements, and where we are.
#[derive(Default)]
struct Found {
    all: Vec<Disagreement>,
    place: (Option<ExerciseId>, Option<CaseId>),
}

impl Found {
    fn compare(&mut self, part: Part, before: &str, now: &str) {
        if before != now {
            let (exercise, case) = self.place.clone();
            let (before, now) = (before.to_owned(), now.to_owned());
            self.all.push(Disagreement { exercise, case, part, before, now });
        }
    }

    fn exercise(&mut self, before: Option<&ExerciseReceipt>, now: Option<&ExerciseReceipt>) {
        let Some(some) = before.or(now) else { return };
        self.place = (Some(some.exercise.clone()), None);
        let key = |part: fn(&Key) -> &String| {
            [before, now].map(|one| one.map_or_else(String::new, |one| part(&one.key).clone()))
        };
        if before.is_some() && now.is_some() {
            for (part, [before, now]) in [
                (Part::Submission, key(|key| &key.submission)),
                (Part::Exercise, key(|key| &key.exercise)),
                (Part::Driver, key(|key| &key.driver)),
                (Part::Environment, key(|key| &key.environment)),
                (Part::Limits, key(|key| &key.limits)),
            ] {
                self.compare(part, &before, &now);
            }
        }
        let verdict = |one: Option<&ExerciseReceipt>| one.map_or("", |one| one.verdict.id());
        self.compare(Part::Verdict, verdict(before), verdict(now));
        let of = |one: Option<&ExerciseReceipt>| points(one.and_then(|one| one.points));
        self.compare(Part::Points, &of(before), &of(now));
        let most = |one: Option<&ExerciseReceipt>| points(one.map(|one| one.max_points));
        self.compare(Part::MaxPoints, &most(before), &most(now));
        let mut cases: Vec<&CaseId> =
            [before, now].into_iter().flatten().flat_map(|one| &one.cases).map(|c| &c.case).collect();
        let mut seen = std::collections::HashSet::new();
        cases.retain(|case| seen.insert(*case));
        for case in cases {
            self.place.1 = Some(case.clone());
            let of = |one: Option<&ExerciseReceipt>| one.map_or("", |one| one.case(case));
            self.compare(Part::Verdict, of(before), of(now));
        }
    }
}

/// The hash of a receipt's content.
fn hash(json: &Json) -> String {
    let mut text = String::new();
    canonical(json, &mut text);
    file::hex(&Sha256::digest(text.as_bytes()))
}

/// Compact JSON, keys sorted. A text that was read is no deeper than the reader's limit of 128.
fn canonical(json: &Json, text: &mut String) {
    match json {
        Json::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Json::String(key.clone()).to_string());
                text.push(':');
                canonical(&fields[key], text);
            }
            text.push('}');
        }
        Json::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                canonical(item, text);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

/// Writes a receipt for each student.
pub struct Receipts {
    out: PathBuf,
}

impl Receipts {
    /// Will write below the folder `out`.
    pub fn create(out: &Path) -> Receipts {
        Receipts { out: out.to_owned() }
    }
}

impl Output for Receipts {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let path = file::of_student(&self.out, &result.student.id).join("receipt.json");
        file::write(path, Receipt::of(batch, result).text()?.as_bytes())
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
