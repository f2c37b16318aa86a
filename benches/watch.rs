//! From a save to its verdict on the screen of `practice watch`: `cargo bench --bench watch -- [SAVES]`.
//!
//! A real terminal, a trivial exercise of three cases, saves as editors make them: a new file that is renamed. Each save
//! turns a right solution into a wrong one or back, so that the screen says which of them it is about.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark that cannot go on has failed")]

#[path = "../tests/it/env.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod env;
#[path = "../tests/it/terminal.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
mod terminal;

use std::fs;
use std::time::{Duration, Instant};

use env::Env;
use terminal::Terminal;

const CASES: &str = "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"double(2)\"\nreturns = \"4\"\n\
                     [[case]]\nid = \"b\"\npurpose = \"p\"\ncall = \"double(3)\"\nreturns = \"6\"\n\
                     [[case]]\nid = \"c\"\npurpose = \"p\"\ncall = \"double(4)\"\nreturns = \"8\"\n";

fn main() {
    let saves: usize = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(50);
    let env = Env::new();
    env.exercise("tier1/double", "call", CASES);
    env.solution("tier1/double", "# write here\n");
    let mut command = env.command(&["watch"]);
    command.env("TERM", "xterm-256color").env_remove("COLUMNS");
    let terminal = Terminal::start(&command, 24, 80);
    terminal.shows("not attempted");
    let file = env.path("solutions/tier1/double/solution.py");
    let new = env.path("solutions/tier1/double/.new");
    let mut times: Vec<Duration> = (0..=saves)
        .map(|number| {
            let (factor, verdict) = if number % 2 == 0 { (2, "passed, 3 of 3") } else { (3, "failed, 0 of 3") };
            fs::write(&new, format!("def double(x):\n    return {factor} * x\n")).unwrap();
            let begun = Instant::now();
            fs::rename(&new, &file).unwrap();
            terminal.shows(verdict);
            begun.elapsed()
        })
        // The first one has an interpreter to warm.
        .skip(1)
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("{saves} saves: median {:.0} ms, worst {:.0} ms", ms(times[saves / 2]), ms(times[saves - 1]));
}
