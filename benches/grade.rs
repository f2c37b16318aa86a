//! A class of known grades, graded: how long it takes, what share of that is the students' own code, and what a repetition
//! without any change costs. `cargo bench --bench grade -- [STUDENTS] [--exercises N] [--no-loops] [--keep DIR]`
//!
//! The ten exercises are of tier 1 and tier 2 and need no packages but NumPy and pandas; `--exercises` takes the first of
//! them, and with `--no-loops` nobody hands in what never ends, for a large class in a short time.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod class;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice::catalog::{self, Exercise, Expectations, Pack, PackSource};
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The exercises of the class.
const EXERCISES: [&str; 10] = [
    "tier1/jsonl-dedupe",
    "tier1/csv-to-jsonl",
    "tier1/merge-config",
    "tier1/trim-history",
    "tier1/metric-classes",
    "tier1/parse-model-json",
    "tier1/flatten-outputs",
    "tier2/cosine-top-k",
    "tier2/stable-softmax",
    "tier2/leaderboard",
];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let students: usize = args.first().map_or(Ok(300), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let option = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let keep = option("--keep").map(PathBuf::from);
    let count: usize = option("--exercises").map_or(Ok(EXERCISES.len()), |text| text.parse())?;
    let loops = !args.iter().any(|arg| arg == "--no-loops");
    let names = &EXERCISES[..count.clamp(1, EXERCISES.len())];
    let root = keep.as_deref().unwrap_or(folder.path());
    std::fs::create_dir_all(root)?;
    let pack: Pack = catalog::load(&PackSource::Shipped, Expectations::Required)?;
    let ids: Vec<_> = names.iter().map(|id| id.parse()).collect::<std::result::Result<_, _>>()?;
    let exercises: Vec<Arc<Exercise>> = ids.iter().filter_map(|id| pack.exercise(id)).cloned().collect();
    let known = class::write(&root.join("work"), &root.join("roster.csv"), students, &exercises, loops);
    println!("{students} students x {} exercises in {}", exercises.len(), root.display());

    let (first, peak) = grade(root, names)?;
    let records = records(&root.join("out/journal.jsonl"))?;
    let own: f64 = records
        .iter()
        .flat_map(|record| record["cases"].as_array().into_iter().flatten())
        .filter_map(|case| case["wall_ms"].as_f64())
        .sum();
    let cases: usize = records.iter().map(|record| record["cases"].as_array().map_or(0, Vec::len)).sum();
    let (again, _) = grade(root, names)?;
    println!("first run     {first:8.1} s   {cases} cases, {:.2} ms a case", first * 1e3 / cases as f64);
    println!("their own     {:8.1} s   {:.0} % of it: each case once, over two workers", own / 2e3, own / 20.0 / first);
    println!("nothing new   {again:8.2} s");
    println!("memory        {:8} MB  of the runner, at most", peak >> 10);
    let wrong = records.iter().filter(|record| {
        let name = |field: &str| record[field].as_str().unwrap_or_default().to_owned();
        let expected = &known[&(name("student"), name("exercise"))];
        let is = (record["points"].as_u64(), record["passed"].as_u64());
        let differs = is != (Some(u64::from(expected.points) * 100), Some(expected.passed as u64));
        if differs {
            println!("WRONG {} {}: {expected:?}, got {is:?} {}", name("student"), name("exercise"), record["verdict"]);
        }
        differs
    });
    let wrong = wrong.count();
    println!("{} of {} verdicts are as known", known.len() - wrong, known.len());
    if wrong > 0 || records.len() != known.len() { Err("the grades are not as known".into()) } else { Ok(()) }
}

/// Grades the class; seconds on the clock, and the most memory of the runner in kilobytes.
fn grade(root: &Path, names: &[&str]) -> Result<(f64, u64)> {
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice"));
    command.current_dir(root).args([
        "grade",
        "work",
        "--out",
        "out",
        "--roster",
        "roster.csv",
        "--jobs",
        "2",
        "--quiet",
        "--exercises",
    ]);
    let mut child = command.args(names).spawn()?;
    let about = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        // The kernel keeps the most; what is missed is what it rose by at the very end.
        let text = std::fs::read_to_string(&about).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    };
    if !status.success() {
        return Err(format!("practice grade ended with {status}").into());
    }
    Ok((start.elapsed().as_secs_f64(), peak))
}

/// The newest record of each student's exercise.
fn records(journal: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(journal)?;
    let lines = text.lines().map(serde_json::from_str::<Value>).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter_map(|line| line.get("record").cloned()).collect())
}
