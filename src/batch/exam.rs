//! What is to be done for a class: which student's exercise has to be run, and why; what is known already.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::journal::{Journal, JournalError};
use super::run::Unit;
use super::{Grade, Key, Points, Record, StudentInfo, StudentResult, clock};
use crate::catalog::{Exercise, Pack};
use crate::model::{ExerciseId, Verdict, WorkFile, digest};
use crate::solution::{self, Attempt};

/// What a student handed in; read only when it is needed, since a class does not fit into memory.
pub trait Work: Send + Sync {
    /// The files that belong to each exercise, and what there is to say about the rest. Bounded.
    fn read(&self) -> io::Result<Handed>;
}

/// What was read of a submission.
#[derive(Debug, Default)]
pub struct Handed {
    /// Its files, by exercise, with paths as in a solution's folder.
    pub files: BTreeMap<ExerciseId, Vec<WorkFile>>,
    /// What the student and the instructor should know: entries that were refused, notebooks that were reduced ...
    pub notes: Vec<String>,
}

/// A student who takes part.
pub struct Entrant {
    /// Who.
    pub info: StudentInfo,
    /// What was handed in; `None` when there is nothing.
    pub work: Option<Box<dyn Work>>,
    /// The student's time limits are multiplied with this.
    pub time_factor: f64,
}

/// An exercise of the exam, with all of its key that is the same for every student.
pub struct Question {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// What its verdicts depend on, without submission and limits.
    base: Key,
    /// Time limits are multiplied with this on this machine.
    pub factor: f64,
}

impl Question {
    /// The question, when `environment` tells what its solutions can import and `driver` what runs them.
    pub fn new(pack: &Pack, exercise: Arc<Exercise>, driver: &str, environment: String) -> Question {
        let base = Key {
            submission: String::new(),
            exercise: pack.digest(&exercise),
            driver: driver.to_owned(),
            environment,
            limits: String::new(),
        };
        Question { exercise, base, factor: 1.0 }
    }

    fn key(&self, files: &[WorkFile], entrant: &Entrant, time_factor: f64) -> Key {
        let limits = clock::limits_key(&self.exercise, entrant.time_factor * time_factor);
        Key { submission: digest::of_files(files), limits, ..self.base.clone() }
    }
}

/// A student's exercise that has to be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Todo {
    /// Which entrant.
    pub entrant: usize,
    /// Which question.
    pub question: usize,
    /// Why: what changed since it was graded, or that it never was.
    pub why: String,
}

/// What a look at all submissions found.
pub struct Found {
    /// What has to be run.
    pub todo: Vec<Todo>,
    /// How many verdicts are known: those of the journal that stand, and of what was not attempted.
    pub known: usize,
}

/// So many records are kept at once.
const CHUNK: usize = 256;

/// A class with its questions.
pub struct Exam {
    /// The students, sorted by id.
    pub entrants: Vec<Entrant>,
    /// The questions, in the order in which they are reported.
    pub questions: Vec<Question>,
    /// All time limits are multiplied with this: the instructor's setting.
    pub time_factor: f64,
}

impl Exam {
    /// Looks at every submission: what has to be run, and what need not be. The notes of the intake become the students';
    /// what was not attempted goes into the journal at once.
    pub fn look(&mut self, journal: &mut Journal) -> Result<Found, JournalError> {
        let mut found = Found { todo: Vec::new(), known: 0 };
        let mut settled = Vec::new();
        for at in 0..self.entrants.len() {
            let mut handed = self.read(at).map_err(|error| journal.io(error))?;
            self.entrants[at].info.notes.append(&mut handed.notes);
            let entrant = &self.entrants[at];
            for (number, question) in self.questions.iter().enumerate() {
                let files = handed.files.remove(&question.exercise.id).unwrap_or_default();
                let attempt = self.attempt(entrant, question, files);
                let key = match &attempt {
                    Attempt::Solution(files) => question.key(files, entrant, self.time_factor),
                    Attempt::NotAttempted(_) => question.key(&[], entrant, self.time_factor),
                };
                let kept = journal.kept(&entrant.info.id, &question.exercise.id);
                if kept.is_some_and(|kept| kept.key == key.digest() && kept.is_scored) {
                    found.known += 1;
                    continue;
                }
                match attempt {
                    Attempt::NotAttempted(why) => {
                        found.known += 1;
                        settled.push(not_attempted(entrant, question, why, key));
                    }
                    Attempt::Solution(_) => {
                        let why = why(journal, entrant, question, &key).map_err(|error| journal.io(error))?;
                        found.todo.push(Todo { entrant: at, question: number, why });
                    }
                }
            }
            if settled.len() >= CHUNK {
                journal.keep(&std::mem::take(&mut settled))?;
            }
        }
        journal.keep(&settled)?;
        Ok(found)
    }

    fn read(&self, entrant: usize) -> io::Result<Handed> {
        self.entrants[entrant].work.as_ref().map_or_else(|| Ok(Handed::default()), |work| work.read())
    }

    fn attempt(&self, entrant: &Entrant, question: &Question, files: Vec<WorkFile>) -> Attempt {
        match entrant.work {
            None => Attempt::NotAttempted("nothing was handed in".to_owned()),
            Some(_) => solution::of_files(files, &question.exercise),
        }
    }

    /// A student with all records, as the journal has them; those that it has not are left out.
    pub fn result(&self, entrant: usize, journal: &Journal) -> io::Result<StudentResult> {
        let info = &self.entrants[entrant].info;
        let records = self.questions.iter().map(|question| journal.record(&info.id, &question.exercise.id));
        let records: Vec<Option<Record>> = records.collect::<io::Result<_>>()?;
        Ok(StudentResult::new(info.clone(), records.into_iter().flatten().collect()))
    }

    /// The unit of a [`Todo`], with the files as they are now; `None` when there is nothing to run any more.
    pub fn unit(&self, todo: &Todo) -> io::Result<Option<Unit>> {
        let (entrant, question) = (&self.entrants[todo.entrant], &self.questions[todo.question]);
        let files = self.read(todo.entrant)?.files.remove(&question.exercise.id).unwrap_or_default();
        let Attempt::Solution(solution) = self.attempt(entrant, question, files) else { return Ok(None) };
        Ok(Some(Unit {
            student: entrant.info.id.clone(),
            exercise: question.exercise.clone(),
            key: question.key(&solution, entrant, self.time_factor),
            solution,
            time_factor: question.factor * entrant.time_factor * self.time_factor,
            before: None,
        }))
    }
}

fn not_attempted(entrant: &Entrant, question: &Question, why: String, key: Key) -> Record {
    Record {
        student: entrant.info.id.clone(),
        exercise: question.exercise.id.clone(),
        verdict: Grade::Stable(Verdict::NotAttempted),
        passed: 0,
        total: question.exercise.cases.len(),
        points: Points::ZERO,
        max_points: Points::whole(question.exercise.max_points()),
        reason: Some(why),
        flags: Vec::new(),
        cases: Vec::new(),
        key,
    }
}

/// Why a verdict that is kept, if one is, does not do.
fn why(journal: &Journal, entrant: &Entrant, question: &Question, key: &Key) -> io::Result<String> {
    Ok(match journal.record(&entrant.info.id, &question.exercise.id)? {
        None => "it was never graded".to_owned(),
        Some(record) if !record.is_scored() => format!("its last verdict was {}", record.verdict.words()),
        Some(record) => match &key.changed_since(&record.key)[..] {
            [] => "its record cannot be used".to_owned(),
            [one] => format!("{one} changed"),
            [all @ .., last] => format!("{} and {last} changed", all.join(", ")),
        },
    })
}
