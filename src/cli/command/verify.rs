use std::path::PathBuf;
use std::sync::Arc;

use super::grade::{self, Crew, Ended, Events, Voice};
use crate::batch::StudentInfo;
use crate::batch::exam::{Entrant, Exam};
use crate::batch::journal::Journal;
use crate::batch::run::FindPython;
use crate::catalog::Exercise;
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;
use crate::gradebook::receipt::Receipt;
use crate::model::nearest;

/// Replay a receipt: grade the same work again, and tell what is not as the receipt says
///
/// Exit code 0 when all of it is so, 1 when something is not.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The receipt: students/<id>/receipt.json of a batch
    #[arg(value_name = "RECEIPT", value_hint = clap::ValueHint::FilePath)]
    receipt: PathBuf,
    /// What that student handed in: the folder, archive, script or notebook
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::AnyPath)]
    submission: PathBuf,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    grade::needs_a_wall(&context)?;
    let receipt = Receipt::read(&args.receipt).map_err(|error| CliError::usage(error.to_string()))?;
    if !args.submission.exists() {
        return Err(CliError::usage(format!("there is no {}", args.submission.display())));
    }
    let pack = context.pack()?;
    let mut exercises: Vec<Arc<Exercise>> = Vec::new();
    for graded in &receipt.exercises {
        let Some(exercise) = pack.exercise(&graded.exercise) else {
            let id = graded.exercise.to_string();
            let known: Vec<String> = pack.exercises.iter().map(|one| one.id.to_string()).collect();
            let near = nearest(&id, known.iter().map(String::as_str));
            let near = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
            let message = format!("the receipt is for {id}, which the pack {} does not have{near}", pack.name);
            return Err(CliError::usage(message).hint(format!("it was graded with the pack {}", receipt.pack.0)));
        };
        exercises.push(exercise.clone());
    }
    let environments = Environments::prepare(&context, &pack, exercises.iter().map(AsRef::as_ref))?;
    let mut questions = grade::questions(&pack, &exercises, &environments);
    for (question, graded) in questions.iter_mut().zip(&receipt.exercises) {
        // The limits that the student had.
        question.factor = graded.clock.map_or(1.0, |clock| clock.factor);
    }
    let entrant = Entrant {
        info: StudentInfo {
            id: receipt.student.clone(),
            name: String::new(),
            email: String::new(),
            more: Default::default(),
            submission: receipt.submission.clone(),
            at: receipt.at.clone(),
            late: receipt.late.clone(),
            notes: Vec::new(),
        },
        work: Some(grade::one(&args.submission, &exercises)),
        time_factor: 1.0,
    };
    let time_factor = context.settings.time_factor.value;
    let mut exam = Exam { entrants: vec![entrant], questions, time_factor };
    let folder = tempfile::Builder::new().prefix("practice-verify-").tempdir()?;
    let mut journal = Journal::open(&folder.path().join("journal.jsonl"))?;
    let found = exam.look(&mut journal)?;
    let exam = Arc::new(exam);
    if !found.todo.is_empty() {
        let cases = exercises.iter().map(|exercise| exercise.cases.len()).sum();
        let wall = Raised::new(&context, &environments, cases, false)?;
        let python: Arc<FindPython> = Arc::new(move |exercise: &Exercise| environments.runtime(exercise));
        let crew = Crew { exam: &exam, wall: &wall, python: &python, jobs: context.settings.jobs.value };
        let mut events = Events::new(Voice::Quiet);
        if grade::work_off(&crew, &found.todo, &mut journal, Voice::Quiet, &mut events)? == Ended::Interrupted {
            return Err(CliError::interrupted());
        }
    }
    let now = exam.result(0, &journal).map_err(|error| journal.io(error))?;
    let disagreements = receipt.compare(&now);
    if disagreements.is_empty() {
        let points = now.points.map_or_else(|| "no".to_owned(), |points| points.to_string());
        ui::print(&format!("all is as the receipt says: {points} of {} points\n", now.max_points))?;
        return Ok(ExitStatus::Ok);
    }
    let mut text = format!(
        "{} not as the receipt says\n",
        match disagreements.len() {
            1 => "one thing is".to_owned(),
            count => format!("{count} things are"),
        }
    );
    disagreements.iter().for_each(|one| text += &format!("  {one}\n"));
    ui::print(&text)?;
    Ok(ExitStatus::NotPassed)
}
