use std::collections::BTreeMap;

use serde_json::json;

use crate::catalog::{Exercise, Role, State};
use crate::cli::context::{Context, state};
use crate::cli::{CliError, ExitStatus, Global, ui};
use crate::coach;
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

/// How many of the next exercises are named.
const NEXT: usize = 3;

/// Reads the name of a role.
pub fn role(text: &str) -> Result<Role, String> {
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
    let suggestions = coach::suggestions(&pack, &progress, args.role);
    let next: Vec<_> = suggestions.iter().take(NEXT).collect();
    let due = coach::due(&pack, &progress, jiff::Zoned::now().date());
    let streak = coach::streak(&progress.days, jiff::Zoned::now().date());
    let is_changed = |exercise: &Exercise| {
        progress.was_passed(exercise.uid.as_str())
            && progress.is_about_another(exercise.uid.as_str(), &pack.digest(exercise))
    };
    let changed: Vec<String> = exercises.iter().filter(|one| is_changed(one)).map(|one| one.id.to_string()).collect();
    let proved: Vec<&str> =
        pack.tiers.iter().filter(|tier| coach::is_proved(&progress, &tier.id)).map(|tier| tier.id.as_str()).collect();

    if args.json {
        let counts = |all: &BTreeMap<&str, Count>| -> serde_json::Map<String, serde_json::Value> {
            all.iter()
                .map(|(name, count)| ((*name).to_owned(), json!({ "passed": count.passed, "total": count.total })))
                .collect()
        };
        let next: Vec<_> = next.iter().map(|one| one.exercise.id.to_string()).collect();
        let all = json!({
            "pack": pack.name, "solutions": context.settings.solutions.value, "role": args.role.map(Role::id),
            "tiers": counts(&tiers), "topics": counts(&topics), "next": next, "exercises": progress.exercises,
            "proved": proved, "changed": changed,
            "due": due.iter().map(|due| due.exercise.id.to_string()).collect::<Vec<_>>(), "days": streak.days, "days_in_a_row": streak.in_a_row,
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
            let proved = if proved.contains(&tier.id.as_str()) { " (proved)" } else { "" };
            text.push_str(&count.line(tier.id.as_str(), &format!("{}{proved}", tier.title)));
        }
    }
    text.push_str("\nTopics\n");
    for (name, count) in &topics {
        text.push_str(&count.line(name, ""));
    }
    if streak.in_a_row > 1 {
        text.push_str(&format!("\nPractised on {} days, {} of them in a row.\n", streak.days, streak.in_a_row));
    }
    if !due.is_empty() {
        text.push_str(&format!("\nDue for review: {}; `practice review` runs the first on new inputs.\n", due.len()));
    }
    if !changed.is_empty() {
        text.push_str("\nChanged since you passed them; your pass stands, run them again to see\n");
        text.extend(changed.iter().map(|id| format!("  {id}\n")));
    }
    if !next.is_empty() {
        text.push_str("\nNext\n");
        for one in next {
            let line = format!("  {}: {} ({})", one.exercise.id, one.exercise.title, one.why);
            text.push_str(&ui::fitted(&line));
            text.push('\n');
        }
    }
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}
