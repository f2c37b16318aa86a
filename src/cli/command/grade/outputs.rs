//! All that is written from a batch, in one pass over the class.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::Args;
use super::class::Class;
use crate::batch::exam::Exam;
use crate::batch::journal::Journal;
use crate::batch::{Batch, Output, Outputs};
use crate::catalog::Exercise;
use crate::cli::{CliError, ui};
use crate::gradebook::annotations::{Annotations, Scope};
use crate::gradebook::leak::{Finding, Scanner, Secret};
use crate::gradebook::upload::{Changes, Scale};
use crate::gradebook::{canvas, csv, feedback, file, gradescope, junit, moodle, page, receipt, results};

use super::summary::Summary;

/// What the files of learning platforms would change, once they are written.
pub type Uploads = Vec<Arc<OnceLock<Changes>>>;

/// Checks what can be checked before anything is run: that the platforms' files can be filled.
pub fn prepare(args: &Args, out: &Path) -> Result<(Vec<Box<dyn Output>>, Uploads), CliError> {
    let mut outputs: Vec<Box<dyn Output>> = Vec::new();
    let mut uploads = Vec::new();
    let scale = if args.scale { Scale::ToPossible } else { Scale::Points };
    let wrong = |error: crate::gradebook::template::TemplateError| CliError::usage(error.to_string());
    if let Some(export) = &args.canvas {
        let assignment = args.canvas_assignment.as_deref().unwrap_or_default();
        let upload = canvas::upload(export, assignment, scale, out).map_err(wrong)?;
        uploads.push(upload.changes());
        outputs.push(Box::new(upload));
    }
    if let Some(worksheet) = &args.moodle {
        let upload = moodle::upload(worksheet, None, scale, out).map_err(wrong)?;
        uploads.push(upload.changes());
        outputs.push(Box::new(upload));
    }
    if let Some(solutions) = &args.github {
        let scope = match solutions {
            Some(solutions) => Scope::Student { solutions: solutions.clone() },
            None => Scope::Class,
        };
        outputs.push(Box::new(Annotations::new(std::io::stdout(), scope)));
    }
    Ok((outputs, uploads))
}

/// Counts what will be written, and writes it.
pub fn write(
    out: &Path,
    class: &Class,
    exam: &Exam,
    batch: &Batch,
    journal: &Journal,
    mut outputs: Vec<Box<dyn Output>>,
) -> Result<Summary, CliError> {
    let report = |error: std::io::Error| CliError::report(error.to_string());
    let ledger = serde_json::to_string_pretty(&class.ledger).map_err(|error| report(error.into()))? + "\n";
    file::write(out.join("ledger.json"), ledger.as_bytes()).map_err(report)?;
    let ours: [Box<dyn Output>; 7] = [
        Box::new(results::Results::create(out).map_err(report)?),
        Box::new(csv::Gradebook::create(out).map_err(report)?),
        Box::new(junit::Junit::create(out).map_err(report)?),
        Box::new(feedback::Feedback::create(out)),
        Box::new(gradescope::Gradescope::create(out)),
        Box::new(receipt::Receipts::create(out)),
        Box::new(page::Page::new(out.join("report.html"))),
    ];
    outputs.extend(ours);
    let mut summary = Summary::default();
    let results = (0..exam.entrants.len()).map(|entrant| {
        let result = exam.result(entrant, journal)?;
        summary.add(&result);
        Ok(result)
    });
    Outputs(outputs).write(batch, results).map_err(report)?;
    Ok(summary)
}

/// Looks for what is secret in all that students get. A finding fails the batch: nothing is to be handed out then.
pub fn scan(out: &Path, exam: &Exam) -> Result<(), CliError> {
    let exercises: Vec<&Exercise> = exam.questions.iter().map(|question| &*question.exercise).collect();
    let text = |bytes: &Arc<[u8]>| String::from_utf8_lossy(bytes).into_owned();
    let mut secrets = Vec::new();
    let mut public: Vec<String> = Vec::new();
    for exercise in exercises {
        public.extend([exercise.statement.clone(), exercise.title.clone(), exercise.summary.clone()]);
        public.extend(exercise.starter.iter().map(|file| text(&file.bytes)));
        for case in &exercise.cases {
            public.extend([case.purpose.clone(), case.id.to_string()]);
            let texts = case.texts.iter().map(text);
            match case.hidden {
                false => public.extend(texts),
                true => secrets.extend(texts.map(|text| Secret {
                    exercise: exercise.id.clone(),
                    case: case.id.clone(),
                    text,
                })),
            }
        }
    }
    let public: Vec<&str> = public.iter().map(String::as_str).collect();
    let scanner = Scanner::new(&secrets, &public)?;
    let students = out.join("students");
    let found = if students.is_dir() { scanner.folder(&students)? } else { Vec::new() };
    match &found[..] {
        [] => Ok(()),
        all => Err(leaked(all)),
    }
}

fn leaked(all: &[Finding]) -> CliError {
    all.iter().take(20).for_each(|finding| ui::say(&finding.to_string()));
    let message = format!(
        "{} of hidden cases in files that students get: hand out none of them",
        match all.len() {
            1 => "a text".to_owned(),
            count => format!("{count} texts"),
        }
    );
    CliError::report(message).hint("a case whose texts students can guess is no secret: make it visible, or change it")
}
