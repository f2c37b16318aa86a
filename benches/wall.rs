//! What a contained, warm case costs: four kinds of programs through `practice run --jobs 2 --sandbox full`, against two
//! plain workers that start `python solution.py` on the same inputs. Both in the same rounds of one run, with the same
//! interpreter; the figures that count are the ratios of the medians. `cargo bench --bench wall`, or `-- numpy torch`
//!
//! PRACTICE_BENCH_TORCH=1 installs torch for its row if it is not there yet.

mod common;
#[path = "common/plain.rs"]
mod plain;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use common::{Bench, INPUTS, ROWS, Result, Row, TRIVIAL, WORKERS, median, millis};

/// By row: how often each program has each input in a run of ours, rounds, the ratio that is allowed, the one aimed at.
const PLAN: [(usize, usize, f64, f64); 4] =
    [(10, 7, 0.6, 0.3), (10, 7, 0.13, 0.06), (10, 5, 0.045, 0.02), (3, 3, 0.03, 0.012)];
const TRIVIAL_RUNS: usize = 10;
const TRIVIAL_MOST: f64 = 150.0;

/// What one run of ours took, in milliseconds.
struct Took {
    /// A case, from the first result to the last.
    steady: f64,
    /// A case, from the shell and back.
    total: f64,
    /// To the first result.
    first: f64,
}

fn run(bench: &Bench, tier: &str, mode: &str) -> Command {
    let mut command = bench.practice();
    command.args(["run", tier, "--jobs", &WORKERS.to_string(), "--sandbox", mode]);
    command
}

fn tier(index: usize) -> String {
    format!("tier{}", index + 1)
}

/// Runs all cases of a row; each must pass, and be a fork of a warm interpreter.
fn ours(bench: &Bench, index: usize, mode: &str, cases: usize) -> Result<Took> {
    let start = Instant::now();
    let mut child = run(bench, &tier(index), mode).arg("--json").stdout(Stdio::piped()).spawn()?;
    let (mut first, mut last, mut good) = (start, start, 0);
    for line in BufReader::new(child.stdout.take().ok_or("no stdout")?).lines() {
        let line = line?;
        if line.contains("\"kind\":\"case_finished\"") {
            last = Instant::now();
            if good == 0 {
                first = last;
            }
            if !line.contains("\"verdict\":\"passed\"") || !line.contains("\"warm\":true") {
                return Err(format!("a case did not pass in a warm interpreter: {line}").into());
            }
            good += 1;
        }
    }
    if !child.wait()?.success() || good != cases {
        return Err(format!("{good} of {cases} cases passed").into());
    }
    let total = millis(start.elapsed()) / cases as f64;
    Ok(Took { steady: millis(last - first) / (cases - 1) as f64, total, first: millis(first - start) })
}

/// What one row says.
fn row(bench: &Bench, index: usize, mode: &str) -> Result<String> {
    let (row, (repeats, rounds, most, goal)) = (&ROWS[index], PLAN[index]);
    let Some(python) = bench.python_of(row)? else {
        return Ok(format!("{:<26} not installed here; PRACTICE_BENCH_TORCH=1 has it installed (5.8 GB)", row.name));
    };
    let (programs, inputs) = (row.programs()?, row.inputs());
    let answers = answers(&python, row, &programs, &inputs)?;
    let all: Vec<(&str, &str)> = inputs.iter().map(String::as_str).zip(answers.iter().map(String::as_str)).collect();
    for (number, program) in programs.iter().enumerate() {
        bench.exercise(&tier(index), &format!("solution-{number}"), row, program, &all.repeat(repeats))?;
    }
    let cases = programs.len() * INPUTS * repeats;
    let (mut naked, mut steady, mut total, mut first) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // Once without being counted: plain ones have been run to get the answers.
    ours(bench, index, mode, cases)?;
    for _ in 0..rounds {
        naked.push(plain::loop_of(&python, &programs, &inputs, &answers)?);
        let took = ours(bench, index, mode, cases)?;
        steady.push(took.steady);
        total.push(took.total);
        first.push(took.first);
    }
    let [naked, steady, total, first] = [naked, steady, total, first].map(median);
    let ratio = steady / naked;
    let judged = if ratio <= most { "" } else { "  MISSED" };
    Ok(format!(
        "{:<26} {naked:8.2} {steady:8.2} {ratio:8.4} {most:8.3} {goal:7.3} {total:8.2} {:8.4} {first:9.0} {cases:6}{judged}",
        row.name,
        total / naked
    ))
}

/// What each input is answered with: the same by all programs. Leaves all that is imported compiled.
fn answers(python: &str, row: &Row, programs: &[PathBuf], inputs: &[String]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for input in inputs {
        let told = programs.iter().map(|program| Ok(String::from_utf8(plain::answer(python, program, input)?)?));
        let told = told.collect::<Result<Vec<String>>>()?;
        if told[0].is_empty() || told.iter().any(|one| *one != told[0]) {
            return Err(format!("the programs of {} do not agree: {told:?}", row.name).into());
        }
        all.extend(told.into_iter().next());
    }
    Ok(all)
}

/// One case from the shell to the last line, without the time of an interpreter that does as little.
fn trivial(bench: &Bench, mode: &str) -> Result<String> {
    let python = bench.python("stdlib", false)?.ok_or("no interpreter")?;
    let (mut naked, mut through) = (Vec::new(), Vec::new());
    for round in 0..=TRIVIAL_RUNS {
        let mut plain = plain::naked(&python);
        let mut contained = run(bench, TRIVIAL, mode);
        for (command, times) in
            [(plain.args(["-c", "import json"]), &mut naked), (contained.stdout(Stdio::piped()), &mut through)]
        {
            let start = Instant::now();
            if !command.output()?.status.success() {
                return Err("the trivial exercise did not pass".into());
            }
            if round > 0 {
                times.push(millis(start.elapsed()));
            }
        }
    }
    let [naked, through] = [naked, through].map(median);
    let judged = if through - naked <= TRIVIAL_MOST { "" } else { "  MISSED" };
    Ok(format!(
        "one trivial exercise from the shell to the last line: {through:.0} ms, {:.0} more than `import json` \
         ({naked:.0} ms); at most {TRIVIAL_MOST:.0}{judged}",
        through - naked
    ))
}

/// The strongest of the two modes with warm interpreters that this machine has.
fn mode(bench: &Bench) -> Result<&'static str> {
    bench.python("stdlib", true)?;
    for mode in ["full", "user"] {
        if run(bench, TRIVIAL, mode).output()?.status.success() {
            return Ok(mode);
        }
    }
    Err("neither mode `full` nor `user` can be had here: `practice doctor` tells why".into())
}

fn main() -> Result<()> {
    let bench = common::bench()?;
    let mode = mode(&bench)?;
    let python = bench.python("stdlib", false)?.ok_or("no interpreter")?;
    let mut out = std::io::stdout();
    if mode != "full" {
        writeln!(out, "note: mode `full` cannot be had here; this is mode `{mode}`")?;
    }
    writeln!(out, "{WORKERS} workers, mode `{mode}`, medians; milliseconds a case; {}", common::machine(&python)?)?;
    writeln!(
        out,
        "{:<26} {:>8} {:>8} {:>8} {:>8} {:>7} {:>8} {:>8} {:>9} {:>6}",
        "", "naked", "steady", "ratio", "at most", "goal", "total", "ratio", "first ms", "cases"
    )?;
    for index in (0..ROWS.len()).filter(|&index| ROWS[index].is_wanted()) {
        let line = row(&bench, index, mode)?;
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    // In a pack of its own: reading all those cases is no part of it.
    writeln!(out, "{}", trivial(&common::bench()?, mode)?)?;
    Ok(())
}
