mod attacks;
mod generators;
mod mutants;
mod schedule;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap_complete::ArgValueCompleter;

use self::mutants::Caught;
use self::schedule::Phases;
pub use self::schedule::outcomes;
use crate::catalog::{Case, Exercise};
use crate::cli::context::Context;
use crate::cli::environments::Environments;
use crate::cli::wall::Raised;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;
use crate::engine::{Outcome, Task};
use crate::model::{CaseId, ExerciseId, Facts, Verdict, WorkFile};
use crate::solution;

/// Prove exercises: the starter does not pass, the reference does, every wrong solution fails where it says
///
/// The reference runs twice and must give the same bytes, well within its limits. For authors.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which exercises
    #[arg(value_name = "SELECTOR", add = ArgValueCompleter::new(complete::selectors))]
    selectors: Vec<String>,
    /// How many cases at once
    #[arg(long, short, value_name = "N")]
    jobs: Option<usize>,
    /// Start an interpreter for each case, instead of forking a warm one
    #[arg(long)]
    cold: bool,
    /// Make mutants of the references too, and see how many the cases catch: nine of ten must be
    #[arg(long)]
    mutants: bool,
    /// Write the shares of mutants that are caught into this file, as a Markdown table
    #[arg(long, value_name = "FILE", requires = "mutants")]
    table: Option<PathBuf>,
}

/// A wrong solution has at least that: it may be slow and still pass some cases, on a machine that is busy.
const SHORTEST_WRONG: Duration = Duration::from_secs(4);

/// What a solution of an exercise is to prove, by all of its cases.
#[derive(Clone, Copy)]
enum Proof {
    /// The reference must pass again, with the same bytes.
    Again,
    /// The wrong solution of this index must fail exactly where it says.
    Wrong(usize),
}

/// A solution's cases among the tasks.
struct Part {
    /// The index of the exercise.
    exercise: usize,
    proof: Proof,
    first: usize,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let flags = Raw { jobs: args.jobs, ..Raw::default() };
    let context = Context::load(global, flags)?;
    let pack = context.pack()?;
    let exercises = context.select(&pack, &args.selectors, "all")?;
    let (exercises, skipped): (Vec<_>, Vec<_>) =
        exercises.into_iter().partition(|exercise| solution::missing_tool(exercise).is_none());
    let environments = Environments::prepare(&context, &pack, exercises.iter().map(AsRef::as_ref))?;

    let jobs = context.settings.jobs.value;
    let wall = Raised::with_slots(&context, &environments, schedule::most_slots(jobs), args.cold)?;
    let tasks = |exercise: &Arc<Exercise>, solution: Arc<[WorkFile]>| -> Vec<Task> {
        let (python, preload) = environments.runtime(exercise);
        let task = |case| Task {
            exercise: exercise.clone(),
            case,
            solution: solution.clone(),
            python: python.clone(),
            preload: preload.clone(),
            hash_seed: 0,
            time_factor: context.settings.time_factor.value,
            most_output: None,
        };
        (0..exercise.cases.len()).map(task).collect()
    };
    let of_references = exercises.iter().flat_map(|exercise| tasks(exercise, exercise.reference.as_slice().into()));
    let mut all = outcomes(&wall, jobs, of_references.collect())?.into_iter();
    let references: Vec<Vec<Outcome>> =
        exercises.iter().map(|exercise| all.by_ref().take(exercise.cases.len()).collect()).collect();
    let (parts, outcomes) = prove(&wall, jobs, &exercises, &references, tasks)?;
    let (passing, faults) = unearned(&wall, jobs, &exercises, &references, tasks)?;

    let mut found: Vec<Vec<String>> = Vec::new();
    for (index, (exercise, reference)) in exercises.iter().zip(&references).enumerate() {
        let mut of_it = passing[index].clone();
        of_it.extend(exercise.cases.iter().zip(reference).filter_map(|(case, outcome)| judge_reference(case, outcome)));
        for part in parts.iter().filter(|part| part.exercise == index) {
            of_it.extend(judge(exercise, part.proof, &outcomes[part.first..][..exercise.cases.len()], reference));
        }
        if exercise.hints.is_empty() {
            of_it.push("it has no hints: write three [[hint]], by rising level".to_owned());
        }
        of_it.extend(generators::judge(&context, &pack, &environments, &wall, exercise)?);
        found.push(of_it);
    }
    let caught = match args.mutants {
        true => {
            // One that does not hold has other things to mend first.
            let sound = exercises.iter().zip(&references).zip(&found).filter(|(_, found)| found.is_empty());
            let sound: Vec<_> =
                sound.map(|((exercise, reference), _)| (exercise.clone(), reference.as_slice())).collect();
            let caught = mutants::run(&context, &environments, &wall, &sound)?;
            sound.into_iter().map(|(exercise, _)| exercise.id.clone()).zip(caught).collect()
        }
        false => BTreeMap::new(),
    };
    for (exercise, found) in exercises.iter().zip(&mut found) {
        found.extend(caught.get(&exercise.id).map(judge_mutants).unwrap_or_default());
    }
    if let Some(path) = &args.table {
        fs_err::write(path, table(&exercises, &caught))?;
    }

    let mut text = String::new();
    for exercise in &skipped {
        let tool = solution::missing_tool(exercise).unwrap_or_default();
        text.push_str(&format!(
            "skip  {}: it needs the program `{tool}`, which this machine does not have\n",
            exercise.id
        ));
    }
    let mistakes = found.iter().filter(|found| !found.is_empty()).count();
    for (exercise, found) in exercises.iter().zip(found) {
        let mutants = caught.get(&exercise.id);
        if found.is_empty() {
            let (cases, wrong, hints) = (exercise.cases.len(), exercise.wrong.len(), exercise.hints.len());
            let hidden = exercise.cases.iter().filter(|case| case.hidden).count();
            let of_mutants = mutants.map(|caught| format!(", {} of {} mutants caught", caught.caught, caught.total));
            text.push_str(&format!(
                "ok    {}: {cases} cases ({hidden} hidden), {wrong} wrong solutions, {hints} hints{}\n",
                exercise.id,
                of_mutants.unwrap_or_default()
            ));
        } else {
            text.push_str(&format!("WRONG {}\n", exercise.id));
            for one in found {
                text.push_str(&format!("      {one}\n"));
            }
        }
        for survivor in mutants.iter().flat_map(|caught| &caught.survivors) {
            text.push_str(&format!("      no case catches {survivor}\n"));
        }
    }
    text.push_str(&match mistakes {
        0 if exercises.len() == 1 => "1 exercise holds\n".to_owned(),
        0 => format!("{} exercises hold\n", exercises.len()),
        _ => format!("{mistakes} of {} exercises do not hold\n", exercises.len()),
    });
    ui::print(&text)?;
    let is_fault = |outcome: &Outcome| outcome.judgement.verdict == Verdict::MachineError;
    if faults || references.iter().flatten().chain(&outcomes).any(is_fault) {
        return Ok(ExitStatus::Machine);
    }
    Ok(if mistakes == 0 { ExitStatus::Ok } else { ExitStatus::Pack })
}

/// Runs the references again and the wrong solutions, through all of their cases. What does not prove what it should is run
/// once more, by itself: another program may have taken its time.
fn prove(
    wall: &Raised,
    jobs: usize,
    exercises: &[Arc<Exercise>],
    references: &[Vec<Outcome>],
    tasks: impl Fn(&Arc<Exercise>, Arc<[WorkFile]>) -> Vec<Task>,
) -> Result<(Vec<Part>, Vec<Outcome>), CliError> {
    let (mut parts, mut count) = (Vec::new(), 0);
    for (index, exercise) in exercises.iter().enumerate() {
        let wrong = (0..exercise.wrong.len()).map(Proof::Wrong);
        for proof in std::iter::once(Proof::Again).chain(wrong) {
            parts.push(Part { exercise: index, proof, first: count });
            count += exercise.cases.len();
        }
    }
    let tasks = |part: &Part| -> Vec<(usize, Task)> {
        let exercise = &exercises[part.exercise];
        let tasks = match part.proof {
            Proof::Again => tasks(exercise, exercise.reference.as_slice().into()),
            Proof::Wrong(at) => {
                // Whoever is to fail need not be waited for as long as a learner is.
                let tasks = tasks(exercise, exercise.wrong[at].solution.as_slice().into()).into_iter();
                let shortened = |(task, reference)| schedule::shortened(task, reference, SHORTEST_WRONG);
                tasks.zip(&references[part.exercise]).map(shortened).collect()
            }
        };
        (part.first..).zip(tasks).collect()
    };
    let mut phases = Phases::new();
    for part in &parts {
        phases.entry(schedule::at_once(&references[part.exercise])).or_default().extend(tasks(part));
    }
    let mut outcomes: Vec<Outcome> = schedule::run(wall, jobs, phases)?.into_values().collect();
    let surprises = |part: &&Part| {
        let exercise = &exercises[part.exercise];
        let mine = &outcomes[part.first..][..exercise.cases.len()];
        !judge(exercise, part.proof, mine, &references[part.exercise]).is_empty()
    };
    let again = Phases::from([(1, parts.iter().filter(surprises).flat_map(tasks).collect())]);
    for (at, outcome) in schedule::run(wall, jobs, again)? {
        outcomes[at] = outcome;
    }
    Ok((parts, outcomes))
}

/// Runs what solves nothing, starters and attacks, each to the first case that it does not pass. What passes all is told,
/// by exercise, and what the machine could not run; the second says whether there is any of those.
fn unearned(
    wall: &Raised,
    jobs: usize,
    exercises: &[Arc<Exercise>],
    references: &[Vec<Outcome>],
    tasks: impl Fn(&Arc<Exercise>, Arc<[WorkFile]>) -> Vec<Task>,
) -> Result<(Vec<Vec<String>>, bool), CliError> {
    let mut lists = Vec::new();
    let mut names = Vec::new();
    for (index, (exercise, reference)) in exercises.iter().zip(references).enumerate() {
        let mut add = |solution: Vec<WorkFile>, most_output, name: String| {
            let tasks = tasks(exercise, solution.into()).into_iter().zip(reference);
            let shortened = tasks.map(|(task, reference)| {
                let task = schedule::shortened(task, reference, SHORTEST_WRONG);
                Task { most_output, ..task }
            });
            lists.push((names.len(), shortened.collect::<Vec<_>>()));
            names.push((index, name));
        };
        add(exercise.starter.to_vec(), None, "the starter".to_owned());
        for (name, text) in attacks::ALL {
            let most_output = (name == attacks::FLOOD).then_some(attacks::MOST_FLOOD);
            add(attacks::solution(exercise, text), most_output, format!("the attack `{name}`"));
        }
    }
    let failures = schedule::first_failures(wall, jobs, Phases::from([(1, lists)]))?;
    let (mut passing, mut faults) = (vec![Vec::new(); exercises.len()], false);
    for ((index, name), failure) in names.into_iter().zip(failures.into_values()) {
        match failure {
            None if name == "the starter" => passing[index].push(format!("{name} passes every case")),
            None => passing[index].push(format!("{name} passes every case: look for a case that expects nothing")),
            Some(failure) if failure.verdict == Verdict::MachineError => {
                faults = true;
                let why = failure.reason.unwrap_or_default();
                passing[index].push(format!("{name}: the machine failed: {why}"));
            }
            Some(_) => {}
        }
    }
    Ok((passing, faults))
}

/// What is wrong with how an exercise catches mutants.
fn judge_mutants(caught: &Caught) -> Vec<String> {
    let mut found = caught.stale.clone();
    if caught.percent() < mutants::LEAST {
        found.push(format!(
            "its cases catch {} of {} mutants, {} %; {} % must be: add cases, or declare [[equal]] what does the same",
            caught.caught,
            caught.total,
            caught.percent(),
            mutants::LEAST
        ));
    }
    found
}

/// The shares that are caught, as a document.
fn table(exercises: &[Arc<Exercise>], caught: &BTreeMap<ExerciseId, Caught>) -> String {
    let mut text = "# Mutants\n\nThe references with one small change each, and how many of them the cases catch. Written by `practice check \
                    --mutants --table`;\n[the format](exercise-format.md#mutants) tells what is changed.\n\n\
                    | exercise | mutants | caught | share | declared equal |\n|---|---|---|---|---|\n".to_owned();
    for exercise in exercises {
        if let Some(of_it) = caught.get(&exercise.id) {
            let Caught { total, caught, equal, .. } = of_it;
            text += &format!("| {} | {total} | {caught} | {} % | {equal} |\n", exercise.id, of_it.percent());
        }
    }
    text
}

/// What a solution's outcomes do not prove.
fn judge(exercise: &Exercise, proof: Proof, outcomes: &[Outcome], reference: &[Outcome]) -> Vec<String> {
    let mut found = Vec::new();
    for (case, outcome) in exercise.cases.iter().zip(outcomes) {
        if outcome.judgement.verdict == Verdict::MachineError {
            let why = outcome.judgement.reason.as_deref().unwrap_or("");
            found.push(format!("case {}: the machine failed: {why}", case.id));
        }
    }
    match proof {
        Proof::Again => {
            for ((case, now), before) in exercise.cases.iter().zip(outcomes).zip(reference) {
                if before.judgement.verdict == Verdict::Passed && now.judgement.verdict != Verdict::Passed {
                    found.extend(judge_reference(case, now));
                } else if now.facts.as_ref().map(bytes) != before.facts.as_ref().map(bytes) {
                    found.push(format!("case {}: two runs of the reference give different bytes", case.id));
                }
            }
        }
        Proof::Wrong(index) => {
            let ran = exercise.cases.iter().zip(outcomes);
            let failing = ran.filter(|(_, outcome)| outcome.judgement.verdict != Verdict::Passed);
            let failing: BTreeSet<&CaseId> = failing.map(|(case, _)| &case.id).collect();
            let wrong = &exercise.wrong[index];
            let said: BTreeSet<&CaseId> = wrong.fails.iter().collect();
            let list = |ids: Vec<&&CaseId>| ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ");
            let (more, fewer) =
                (failing.difference(&said).collect::<Vec<_>>(), said.difference(&failing).collect::<Vec<_>>());
            if !more.is_empty() {
                found.push(format!("{} fails {} as well, which its `fails` does not name", wrong.file, list(more)));
            }
            if !fewer.is_empty() {
                found.push(format!("{} should fail {}, and passes", wrong.file, list(fewer)));
            }
        }
    }
    found
}

/// What is wrong with the reference's run of a case.
fn judge_reference(case: &Case, outcome: &Outcome) -> Option<String> {
    let judgement = &outcome.judgement;
    if judgement.verdict != Verdict::Passed {
        let why = judgement.reason.as_deref().unwrap_or("");
        let first = judgement.comparison.differences.first().map(|difference| {
            if let Some(finding) = difference.finding() {
                return format!("; {finding}");
            }
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
            format!(
                "; at {:?}{}: expected {}, got {}",
                difference.channel,
                difference.path,
                side(&difference.expected),
                side(&difference.actual)
            )
        });
        let exception =
            judgement.exception.as_ref().map(|exception| format!("; {}: {}", exception.class, exception.message));
        return Some(format!(
            "case {}: the reference {}: {why}{}{}",
            case.id,
            judgement.verdict.words(),
            first.unwrap_or_default(),
            exception.unwrap_or_default()
        ));
    }
    let usage = outcome.facts.as_ref()?.usage;
    // A machine half as fast must still do.
    (usage.cpu * 2 > case.limits.cpu.0).then(|| {
        format!(
            "case {}: the reference uses {:?} of processor time, more than half the limit of {}",
            case.id, usage.cpu, case.limits.cpu
        )
    })
}

/// What two runs must have in common: all that came out, but for the name of the temporary folder.
fn bytes(facts: &Facts) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&facts.folder, "");
    let answer = facts.answer.as_deref().map(text);
    format!("{:?} {:?} {answer:?} {:?}", facts.exit, text(&facts.stdout.bytes), facts.files)
}
