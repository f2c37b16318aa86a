use std::collections::BTreeMap;

use serde_json::json;

use crate::catalog::{Exercise, Role, State};
use crate::cli::context::{Context, state};
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::config::Raw;

/// Show how far each tier and topic is done
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what this role needs
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn role(text: &str) -> Result<Role, String> {
    let known = || Role::ALL.iter().map(|role| role.id()).collect::<Vec<_>>().join(", ");
    Role::ALL.iter().copied().find(|role| role.id() == text).ok_or_else(|| format!("known are {}", known()))
}

/// How many of some exercises are passed.
#[derive(Default)]
struct Count {
    passed: usize,
    total: usize,
}

impl Count {
    fn add(&mut self, state: State) {
        self.total += 1;
        self.passed += usize::from(state == State::Passed);
    }

    fn line(&self, name: &str, what: &str) -> String {
        let filled = (self.passed * 10).checked_div(self.total).unwrap_or(0);
        let bar = format!("{}{}", "#".repeat(filled), "-".repeat(10 - filled));
        let line = format!("  {name:<12} [{bar}] {:>2}/{:<2}  {what}", self.passed, self.total);
        format!("{}\n", line.trim_end())
    }
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let progress = context.ledger().read()?;
    let wanted = |exercise: &&std::sync::Arc<Exercise>| args.role.is_none_or(|role| exercise.roles.contains(&role));
    let exercises: Vec<_> = pack.exercises.iter().filter(wanted).collect();

    let mut tiers: BTreeMap<&str, Count> = BTreeMap::new();
    let mut topics: BTreeMap<&str, Count> = BTreeMap::new();
    for exercise in &exercises {
        let state = state(&progress, exercise);
        tiers.entry(exercise.id.tier().as_str()).or_default().add(state);
        topics.entry(exercise.topic.id()).or_default().add(state);
    }
    let open = |exercise: &Exercise| state(&progress, exercise) != State::Passed;
    let ready =
        |exercise: &Exercise| exercise.needs.iter().all(|need| pack.exercise(need).is_none_or(|need| !open(need)));
    let next: Vec<_> = exercises.iter().filter(|exercise| open(exercise) && ready(exercise)).take(3).collect();

    if args.json {
        let counts = |all: &BTreeMap<&str, Count>| -> serde_json::Map<String, serde_json::Value> {
            all.iter()
                .map(|(name, count)| ((*name).to_owned(), json!({ "passed": count.passed, "total": count.total })))
                .collect()
        };
        let next: Vec<_> = next.iter().map(|exercise| exercise.id.to_string()).collect();
        let all = json!({
            "pack": pack.name, "solutions": context.settings.solutions.value, "role": args.role.map(Role::id),
            "tiers": counts(&tiers), "topics": counts(&topics), "next": next, "exercises": progress.exercises,
        });
        ui::print(&format!("{all:#}\n"))?;
        return Ok(ExitStatus::Ok);
    }

    let mut text = match args.role {
        Some(role) => format!("What the role {} needs\n\n", role.id()),
        None => String::new(),
    };
    for tier in &pack.tiers {
        if let Some(count) = tiers.get(tier.id.as_str()) {
            text.push_str(&count.line(tier.id.as_str(), &tier.title));
        }
    }
    text.push_str("\nTopics\n");
    for (name, count) in &topics {
        text.push_str(&count.line(name, ""));
    }
    if !next.is_empty() {
        text.push_str("\nNext\n");
        for exercise in next {
            let line = format!("  {}: {} (about {} minutes)", exercise.id, exercise.title, exercise.minutes);
            match line.chars().count() <= ui::width() {
                true => text.push_str(&line),
                false => text.extend(line.chars().take(ui::width() - 1).chain(['…'])),
            }
            text.push('\n');
        }
    }
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
