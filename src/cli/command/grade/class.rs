//! The class: who takes part, what they handed in, and that everybody is accounted for.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::Args;
use crate::batch::StudentInfo;
use crate::batch::exam::{Entrant, Handed, Work};
use crate::batch::late::{self, HandedIn, Policy};
use crate::catalog::Exercise;
use crate::cli::CliError;
use crate::cli::context::Context;
use crate::gradebook::csv::check_ids;
use crate::intake::assign::{self, Wanted};
use crate::intake::ledger::{BrokenEntry, Ledger};
use crate::intake::roster::{self, Student};
use crate::intake::{self, Caps, IntakeError, Layout, Source, Submission, matching};
use crate::model::StudentId;

/// A class that was read.
pub struct Class {
    /// The students, sorted by id.
    pub entrants: Vec<Entrant>,
    /// Where everything and everybody is.
    pub ledger: Ledger,
    /// How the submissions lie.
    pub layout: Layout,
    /// What is no submission, and why.
    pub ignored: Vec<(String, String)>,
    /// An archive's contents, until the batch has ended.
    _spool: TempDir,
}

/// A submission, for the exercises that are graded.
struct OneOf {
    submission: Submission,
    wanted: Arc<[Wanted]>,
}

/// So many files that belong to nothing are named.
const MOST_NAMED: usize = 5;

impl Work for OneOf {
    fn read(&self) -> io::Result<Handed> {
        let (files, mut notes) = self.submission.read(Caps::USUAL)?;
        let assigned = assign::assign(files, &self.wanted);
        if !assigned.rest.is_empty() {
            let named: Vec<&str> = assigned.rest.iter().map(String::as_str).take(MOST_NAMED).collect();
            let more = match assigned.rest.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            notes.push(format!("of no exercise that is graded: {}{more}", named.join(", ")));
        }
        Ok(Handed { files: assigned.files, notes })
    }
}

/// The work of one student at `path`, for these exercises.
pub fn one(path: &Path, exercises: &[Arc<Exercise>]) -> Box<dyn Work> {
    let source = match path.is_dir() {
        true => Source::Folder(path.to_owned()),
        false => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Source::File { path: path.to_owned(), name }
        }
    };
    let submission = Submission {
        key: path.display().to_string(),
        by: Vec::new(),
        at: None,
        late: false,
        sources: vec![source],
        notes: Vec::new(),
    };
    Box::new(OneOf { submission, wanted: wanted(exercises) })
}

fn wanted(exercises: &[Arc<Exercise>]) -> Arc<[Wanted]> {
    let one = |exercise: &Arc<Exercise>| Wanted { id: exercise.id.clone(), entry: exercise.entry().to_owned() };
    exercises.iter().map(one).collect()
}

/// Reads the class.
pub fn read(
    args: &Args,
    submissions: &Path,
    context: &Context,
    exercises: &[Arc<Exercise>],
) -> Result<Class, CliError> {
    let spool = tempfile::Builder::new().prefix("practice-intake-").tempdir()?;
    let is_work =
        |name: &str| exercises.iter().any(|exercise| exercise.id.tier().as_str() == name || exercise.id.slug() == name);
    let received = intake::open(submissions, args.layout, spool.path(), Caps::USUAL, &is_work).map_err(told)?;
    let wanted = wanted(exercises);
    let settings = &context.settings;
    let policy = settings.due.value.map(|due| Policy {
        due,
        grace: settings.grace.value,
        percent_per_day: settings.late_percent_per_day.value,
        most_percent: settings.late_most_percent.value,
    });
    let mut sound = Vec::new();
    let mut broken = Vec::new();
    for submission in received.submissions {
        match submission.fault() {
            Some(because) => broken.push(BrokenEntry { submission: submission.key, because }),
            None => sound.push(submission),
        }
    }
    let (mut entrants, mut ledger) = match &args.roster {
        Some(path) => {
            let roster = roster::read(path).map_err(told)?;
            let of_roster = of_roster(sound, &roster, &wanted, policy.as_ref());
            let mistake = of_roster.0.iter().find_map(|entrant| check_ids(&entrant.info).err());
            if let Some(mistake) = mistake {
                return Err(CliError::usage(format!("{}: {mistake}", path.display())));
            }
            of_roster
        }
        None => of_nobody_else(sound, &wanted, policy.as_ref())?,
    };
    ledger.take_broken(broken);
    entrants.sort_by(|a, b| a.info.id.cmp(&b.info.id));
    Ok(Class { entrants, ledger, layout: received.layout, ignored: received.ignored, _spool: spool })
}

fn of_roster(
    submissions: Vec<Submission>,
    roster: &[Student],
    wanted: &Arc<[Wanted]>,
    policy: Option<&Policy>,
) -> (Vec<Entrant>, Ledger) {
    let matched = matching::matched(&submissions, roster);
    let ledger = Ledger::of_roster(&submissions, roster, &matched);
    let entrant = |(at, student): (usize, &Student)| {
        let submission = matched.by_student.get(&at).and_then(|mine| mine.first()).map(|first| &submissions[*first]);
        let handed = HandedIn {
            at: submission.and_then(|one| one.at),
            marked_late: submission.is_some_and(|one| one.late),
            extension: student.extension,
            due: student.due,
        };
        let mut more = student.more.clone();
        more.extend(student.ids.iter().map(|(kind, id)| ((*kind).to_owned(), id.clone())));
        Entrant {
            info: StudentInfo {
                id: student.id.clone(),
                name: student.name.clone(),
                email: student.email.clone(),
                more,
                submission: submission.map(|one| one.key.clone()),
                at: handed.at.map(|at| at.to_string()),
                late: late::lateness(policy, &handed),
                notes: Vec::new(),
            },
            work: submission
                .map(|one| -> Box<dyn Work> { Box::new(OneOf { submission: one.clone(), wanted: wanted.clone() }) }),
            time_factor: student.time_factor,
        }
    };
    (roster.iter().enumerate().map(entrant).collect(), ledger)
}

/// Without a roster, every submission is its own student's, under the strongest id that it has.
fn of_nobody_else(
    submissions: Vec<Submission>,
    wanted: &Arc<[Wanted]>,
    policy: Option<&Policy>,
) -> Result<(Vec<Entrant>, Ledger), CliError> {
    let mut ids: HashMap<StudentId, String> = HashMap::new();
    let mut entrants = Vec::new();
    let mut broken = Vec::new();
    for submission in submissions {
        let claims = submission.by.first().cloned().unwrap_or_default();
        let id = claims.ids.first().map_or(submission.key.clone(), |(_, id)| id.clone());
        let id: StudentId = match id.try_into() {
            Ok(id) => id,
            Err(error) => {
                let error: crate::model::BadStudent = error;
                broken.push(BrokenEntry { submission: submission.key, because: error.to_string() });
                continue;
            }
        };
        if let Some(other) = ids.insert(id.clone(), submission.key.clone()) {
            let message = format!("{other} and {} are both of the student `{}`", submission.key, id.as_str());
            return Err(CliError::usage(message).hint("leave one of them, or tell who takes part with --roster"));
        }
        let handed = HandedIn { at: submission.at, marked_late: submission.late, ..HandedIn::default() };
        let email = claims.ids.iter().find(|(kind, _)| *kind == "email").map(|(_, email)| email.clone());
        let name = claims.name.filter(|name| name != id.as_str()).unwrap_or_default();
        let more = claims.ids.iter().map(|(kind, id)| ((*kind).to_owned(), id.clone()));
        let info = StudentInfo {
            name,
            email: email.unwrap_or_default(),
            more: more.filter(|(kind, _)| kind != "id").collect(),
            submission: Some(submission.key.clone()),
            at: handed.at.map(|at| at.to_string()),
            late: late::lateness(policy, &handed),
            notes: Vec::new(),
            id,
        };
        if let Err(because) = check_ids(&info) {
            broken.push(BrokenEntry { submission: submission.key, because });
            continue;
        }
        entrants.push(Entrant {
            info,
            work: Some(Box::new(OneOf { submission, wanted: wanted.clone() })),
            time_factor: 1.0,
        });
    }
    let graded = entrants.iter().map(|one| (one.info.id.clone(), one.info.submission.clone().unwrap_or_default()));
    let mut ledger = Ledger::without_roster(graded);
    ledger.take_broken(broken);
    Ok((entrants, ledger))
}

fn told(error: IntakeError) -> CliError {
    let message = error.to_string();
    match error {
        IntakeError::Io { error, .. } if error.kind() == io::ErrorKind::NotFound => CliError::usage(message),
        IntakeError::Io { .. } => CliError::machine(message),
        IntakeError::Ambiguous { .. } => CliError::usage(message).hint("say which with --layout"),
        IntakeError::Kind(_) | IntakeError::TooLarge { .. } | IntakeError::Empty(_) | IntakeError::File { .. } => {
            CliError::usage(message)
        }
    }
}
