use std::str::FromStr;

use clap_complete::ArgValueCompleter;

use crate::catalog::{Exercise, Pack};
use crate::cli::context::Context;
use crate::cli::{CliError, ExitStatus, Global, complete, ui};
use crate::coach;
use crate::config::Raw;
use crate::ledger::TestOut;
use crate::model::{TierId, nearest};

/// Prove that you know a tier by a few of its exercises, and go on with the next
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The tier
    #[arg(value_name = "TIER", add = ArgValueCompleter::new(complete::tiers))]
    tier: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitStatus, CliError> {
    let context = Context::load(global, Raw::default())?;
    let pack = context.pack()?;
    let tier = tier(&pack, &args.tier)?;
    let at = format!("{:.3}", jiff::Timestamp::now());
    let ledger = context.ledger();
    // The offer stays as it was made, unless an exercise of it is gone.
    let progress = ledger.update(|progress| {
        let is_there = |uid: &String| pack.exercises.iter().any(|exercise| exercise.uid.as_str() == uid);
        let stands = progress.test_outs.get(tier.as_str());
        if stands.is_none_or(|offer| offer.exercises.is_empty() || !offer.exercises.iter().all(is_there)) {
            let exercises = coach::test_out(&pack, &tier).iter().map(|exercise| exercise.uid.to_string()).collect();
            progress.test_outs.insert(tier.to_string(), TestOut { exercises, at });
        }
    })?;
    let uids = progress.test_outs.get(tier.as_str()).map(|offer| offer.exercises.clone()).unwrap_or_default();
    let chosen: Vec<&Exercise> = uids
        .iter()
        .filter_map(|uid| pack.exercises.iter().find(|exercise| exercise.uid.as_str() == uid).map(AsRef::as_ref))
        .collect();
    let all = pack.of_tier(&tier).count();
    if coach::is_proved(&progress, &tier) {
        ui::print(&format!(
            "{tier} is proved: you passed the {} exercises that tell.\n`practice next` goes on after it.\n",
            chosen.len()
        ))?;
        return Ok(ExitStatus::Ok);
    }
    let mut text = format!(
        "Pass these {} of the {all} exercises of {tier}, and the tier counts as known:\n`practice next` goes on after it.\n\n",
        chosen.len()
    );
    let widest = chosen.iter().map(|exercise| exercise.id.to_string().len()).max().unwrap_or(0);
    for exercise in &chosen {
        let state = if progress.was_passed(exercise.uid.as_str()) { "passed" } else { "open  " };
        let id = exercise.id.to_string();
        let line = format!("  {state}  {id:<widest$}  {} (about {} minutes)", exercise.title, exercise.minutes);
        text.push_str(&ui::fitted(&line));
        text.push('\n');
    }
    text.push_str(&format!("\n  practice test-out {tier}    shows how far you are\n"));
    ui::print(&text)?;
    Ok(ExitStatus::Ok)
}

fn tier(pack: &Pack, text: &str) -> Result<TierId, CliError> {
    let known = || pack.tiers.iter().map(|tier| tier.id.as_str());
    if let Some(tier) = TierId::from_str(text).ok().filter(|tier| pack.tiers.iter().any(|one| one.id == *tier)) {
        return Ok(tier);
    }
    let error = CliError::usage(format!("there is no tier `{text}`"));
    Err(match nearest(text, known()) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint(format!("there are {}", known().collect::<Vec<_>>().join(", "))),
    })
}
