//! What the page's script is given, in as few bytes as is readable: points in hundredths, verdicts and flags by their
//! places in the lists of [`Class`].

use serde::Serialize;

use super::causes::{Cluster, Place};
use super::cut;
use super::items::Item;
use super::stats::thousandths;
use crate::batch::{Batch, CaseInfo, ExerciseInfo, Flag, Grade, Record, StudentInfo, StudentResult};
use crate::model::{CaseId, Verdict};

/// The most entries of a list that is told of a student.
const MOST_ENTRIES: usize = 12;

/// What all students have in common.
#[derive(Debug, Serialize)]
pub struct Class<'a> {
    /// The most points, in hundredths.
    pub max_points: u64,
    /// The verdicts, with their sign.
    pub grades: Vec<GradeName>,
    /// The flags of a student.
    pub flags: Vec<FlagName>,
    /// The exercises.
    pub exercises: Vec<Exercise>,
    /// The causes.
    pub causes: &'a [Cluster],
    /// How many failing cases have a text that the page has no room for.
    pub left_out: u64,
}

/// A verdict's names.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GradeName {
    /// For classes of style.
    pub id: &'static str,
    /// For people.
    pub words: &'static str,
    /// One character, for a cell.
    pub sign: &'static str,
    /// Whether it says something of the student's work.
    pub counts: bool,
}

/// A flag's names.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct FlagName {
    /// For people.
    pub words: &'static str,
    /// What it means, where the words and the rest of the student do not tell.
    pub means: &'static str,
}

/// An exercise.
#[derive(Debug, Serialize)]
pub struct Exercise {
    id: String,
    title: String,
    topic: String,
    tier: String,
    max: u64,
    item: ItemRow,
    cases: Vec<Case>,
}

/// A case.
#[derive(Debug, Serialize)]
struct Case {
    id: String,
    purpose: String,
    hidden: bool,
    weight: u32,
    group: Option<String>,
    item: ItemRow,
}

/// The numbers of an item.
#[derive(Debug, Serialize)]
struct ItemRow {
    asked: usize,
    passed: usize,
    share: Option<f64>,
    r: Option<f64>,
    advice: Vec<String>,
}

/// A student.
#[derive(Debug, Serialize)]
pub struct Row {
    id: String,
    name: String,
    email: String,
    /// In hundredths, lateness taken off; `None` when not scored.
    points: Option<u64>,
    submission: Option<String>,
    at: Option<String>,
    /// Seconds, percent.
    late: Option<(Option<u64>, u32)>,
    more: Vec<(String, String)>,
    notes: Vec<String>,
    flags: Vec<usize>,
    /// What became of each exercise.
    cells: Vec<Cell>,
}

/// A student's exercise: verdict, points before lateness, points after it, cases passed; a letter for each case (`a` is
/// the first verdict, `-` none); for each that did not pass its place, its cause and its text; what else there is.
#[derive(Debug, Serialize)]
pub struct Cell(usize, u64, u64, usize, String, Vec<i64>, Option<More>);

/// What few exercises have.
#[derive(Debug, Serialize)]
struct More {
    reason: Option<String>,
    /// In sentences.
    flags: Vec<String>,
    /// By case that was run more than once: how its runs ended.
    runs: Vec<(usize, String)>,
}

/// What is measured and never twice the same: processor time, time on the clock, in milliseconds, and memory in MiB.
pub type Measured = (u64, u64, u64);

/// All grades, in the order of the letters.
pub fn grades() -> Vec<Grade> {
    Verdict::ALL.iter().copied().map(Grade::Stable).chain([Grade::UNSTABLE]).collect()
}

/// The place of a grade.
fn place_of(grade: Grade) -> usize {
    grades().iter().position(|other| *other == grade).unwrap_or(0)
}

fn sign(grade: Grade) -> &'static str {
    match grade {
        Grade::Unstable(_) => "~",
        Grade::Stable(verdict) => match verdict {
            Verdict::Passed => "✓",
            Verdict::Failed => "✗",
            Verdict::Crashed => "!",
            Verdict::TimedOut => "T",
            Verdict::OutOfMemory => "M",
            Verdict::OutputLimit => "O",
            Verdict::NotReached => "…",
            Verdict::NotAttempted => "–",
            Verdict::ExerciseError => "E",
            Verdict::MachineError => "#",
        },
    }
}

/// The names of all grades.
pub fn grade_names() -> Vec<GradeName> {
    let name =
        |grade: Grade| GradeName { id: grade.id(), words: grade.words(), sign: sign(grade), counts: grade.counts() };
    grades().into_iter().map(name).collect()
}

/// The flags of a student, in the order of their numbers in a [`Row`].
pub const FLAGS: [FlagName; 7] = [
    FlagName { words: "unstable", means: "the same work gave different verdicts when it was repeated" },
    FlagName { words: "lowered", means: "the same files had more points when they were graded before" },
    FlagName { words: "near limit", means: "a case passed close to its time limit" },
    FlagName { words: "late", means: "" },
    FlagName { words: "not scored", means: "" },
    FlagName { words: "nothing handed in", means: "" },
    FlagName { words: "notes", means: "" },
];

/// The exercises with what their items say.
pub fn exercises(batch: &Batch, items: &[Item], cases: &[Vec<Item>]) -> Vec<Exercise> {
    let exercise = |((info, item), cases): ((&ExerciseInfo, &Item), &Vec<Item>)| {
        let name = |place: usize| info.cases[place].id.as_str().to_owned();
        let case = |(info, item): (&CaseInfo, &Item)| Case {
            id: info.id.as_str().to_owned(),
            purpose: cut::line(&info.purpose),
            hidden: info.hidden,
            weight: info.weight,
            group: info.group.as_deref().map(cut::line),
            item: item_row(item, "case", &name),
        };
        Exercise {
            id: info.id.to_string(),
            title: cut::line(&info.title),
            topic: cut::line(&info.topic),
            tier: info.id.tier().as_str().to_owned(),
            max: info.max_points.in_hundredths(),
            item: item_row(item, "exercise", &name),
            cases: info.cases.iter().zip(cases).map(case).collect(),
        }
    };
    batch.exercises.iter().zip(items).zip(cases).map(exercise).collect()
}

fn item_row(item: &Item, what: &str, name: &impl Fn(usize) -> String) -> ItemRow {
    ItemRow {
        asked: item.asked,
        passed: item.passed,
        share: item.share.map(thousandths),
        r: item.discrimination.map(thousandths),
        advice: item.advice.iter().map(|advice| advice.sentence(what, name)).collect(),
    }
}

/// A student's row.
pub fn row(result: &StudentResult, cells: Vec<Cell>) -> Row {
    let StudentInfo { id, name, email, more, submission, at, late, notes } = &result.student;
    let has = |wanted: fn(&Flag) -> bool| result.records.iter().flat_map(|record| &record.flags).any(wanted);
    let flags = [
        has(|flag| matches!(flag, Flag::Unstable { .. })),
        has(|flag| matches!(flag, Flag::Lowered { .. })),
        has(|flag| matches!(flag, Flag::NearLimit { .. })),
        late.is_some(),
        result.points.is_none(),
        submission.is_none(),
        !notes.is_empty(),
    ];
    Row {
        id: cut::line(id.as_str()),
        name: cut::line(name),
        email: cut::line(email),
        points: result.points.map(|points| points.in_hundredths()),
        submission: submission.as_deref().map(cut::line),
        at: at.as_deref().map(cut::line),
        late: late.as_ref().map(|late| (late.seconds, late.percent)),
        more: more.iter().take(MOST_ENTRIES).map(|(name, value)| (cut::line(name), cut::line(value))).collect(),
        notes: cut::lines(notes.iter(), MOST_ENTRIES),
        flags: (0..flags.len()).filter(|place| flags[*place]).collect(),
        cells,
    }
}

/// A student's exercise. `found` has the places of its cases in the exercise, in the order of the record; `failing` the
/// place of each case that did not pass, with its cause.
pub fn cell(
    result: &StudentResult,
    record: &Record,
    total: usize,
    found: &[usize],
    failing: &[(usize, Place)],
) -> Cell {
    let mut letters = vec!['-'; total];
    let mut runs = Vec::new();
    for (case, place) in record.cases.iter().zip(found) {
        letters[*place] = u8::try_from(place_of(case.verdict)).map_or('-', |number| char::from(b'a' + number));
        if !case.runs.is_empty() {
            let counts: Vec<String> =
                case.runs.0.iter().map(|(verdict, count)| format!("{} {count} times", verdict.words())).collect();
            runs.push((*place, counts.join(", ")));
        }
    }
    let fail = |(case, place): &(usize, Place)| {
        [i64::try_from(*case).unwrap_or(-1), i64::try_from(place.cause).unwrap_or(-1), place.text]
    };
    let flags: Vec<String> = record.flags.iter().map(sentence).collect();
    let reason = record.reason.as_deref().map(cut::line);
    let more = (reason.is_some() || !flags.is_empty() || !runs.is_empty()).then_some(More { reason, flags, runs });
    let net = record.points_less(result.student.late.as_ref());
    Cell(
        place_of(record.verdict),
        record.points.in_hundredths(),
        net.in_hundredths(),
        record.passed,
        letters.into_iter().collect(),
        failing.iter().flat_map(fail).collect(),
        more,
    )
}

fn sentence(flag: &Flag) -> String {
    let names = |cases: &[CaseId]| cases.iter().map(CaseId::as_str).collect::<Vec<_>>().join(", ");
    match flag {
        Flag::Unstable { cases } => format!("Unstable: the runs of {} did not agree.", names(cases)),
        Flag::Lowered { before } => format!("Lowered: the same files had {before} points before."),
        Flag::NearLimit { cases } => format!("Near limit: {} passed close to the time limit.", names(cases)),
    }
}
