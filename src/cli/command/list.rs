use clap_complete::ArgValueCompleter;
use serde_json::json;

use crate::catalog::{Exercise, State};
use crate::cli::context::{Context, state};
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::config::Raw;

/// List exercises by tier, with state, topic and difficulty
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which ones: tier2, tier1/jsonl-dedupe, tier*/json*, topic:numpy, role:ml-engineer, state:failing, all
    #[arg(value_name = "SELECTOR", add = ArgValueCompleter::new(complete::selectors))]
    selectors: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let progress = context.ledger().read()?;
    let exercises = context.select(&pack, &args.selectors, "all")?;
    let is_changed = |exercise: &Exercise| progress.is_about_another(exercise.uid.as_str(), &pack.digest(exercise));
    if args.json {
        let all: Vec<_> = exercises
            .iter()
            .map(|exercise| {
                let roles: Vec<&str> = exercise.roles.iter().map(|role| role.id()).collect();
                json!({
                    "id": exercise.id, "uid": exercise.uid, "title": exercise.title, "summary": exercise.summary,
                    "tier": exercise.id.tier(), "topic": exercise.topic.id(), "way": exercise.way.id(), "roles": roles,
                    "difficulty": exercise.difficulty, "minutes": exercise.minutes, "needs": exercise.needs,
                    "environment": exercise.environment, "cases": exercise.cases.len(),
                    "state": state(&progress, exercise).id(), "changed": is_changed(exercise),
                })
            })
            .collect();
        ui::print(&format!("{:#}\n", json!(all)))?;
        return Ok(ExitStatus::Ok);
    }
    let widest = exercises.iter().map(|exercise| exercise.id.slug().len()).max().unwrap_or(0);
    let mut text = String::new();
    for tier in &pack.tiers {
        let mut of_tier = exercises.iter().filter(|exercise| exercise.id.tier() == &tier.id).peekable();
        if of_tier.peek().is_none() {
            continue;
        }
        text.push_str(&format!("{}  {}\n", tier.id, tier.title));
        for exercise in of_tier {
            let state = match state(&progress, exercise) {
                State::Passed => "passed ",
                State::Failing => "failing",
                State::Todo => "todo   ",
            };
            let level = usize::from(exercise.difficulty);
            let changed = if is_changed(exercise) { " (changed since: run it again)" } else { "" };
            let line = format!(
                "  {state} {:<widest$} {:<11} {}{} {}{changed}",
                exercise.id.slug(),
                exercise.topic.id(),
                "*".repeat(level),
                ".".repeat(5_usize.saturating_sub(level)),
                exercise.title,
            );
            text.push_str(&ui::fitted(&line));
            text.push('\n');
        }
        text.push('\n');
    }
    text.push_str(&format!("{} exercises; `practice show TIER/NAME` tells what one asks for\n", exercises.len()));
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
