//! What a world adds to a case: the same program with a scripted service and one request to it, and without both, in
//! alternating rounds of one run; warm, contained, two workers. `cargo bench --bench world`

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const CASES: usize = 200;
const WORKERS: &str = "2";
const ROUNDS: usize = 9;
/// What a world may cost a case, in milliseconds.
const MOST: f64 = 15.0;
const SOLUTION: &str = "import http.client, sys
if 'ask' in sys.stdin.read():
    connection = http.client.HTTPConnection('127.0.0.1', 8000)
    connection.request('GET', '/')
    print(connection.getresponse().read().decode())
else:
    print('well')
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A pack with one exercise of `CASES` cases in each of two tiers, and a solution of both.
fn write_pack(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder.join("pack"))?;
    std::fs::write(folder.join("runner.toml"), "exercises = \"pack\"\n")?;
    std::fs::write(folder.join("pack/pack.toml"), "format = 1\nname = \"bench\"\ntitle = \"Bench\"\n")?;
    for (tier, kind, input, more) in [
        ("tier1", "script", "stay", ""),
        ("tier2", "http-client", "ask", "world = \"world.toml\"\nrequests = [{ count = 1 }]\n"),
    ] {
        let exercise = folder.join("pack").join(tier).join("one");
        for name in ["starter", "reference"] {
            std::fs::create_dir_all(exercise.join(name))?;
        }
        std::fs::write(exercise.with_file_name("tier.toml"), "format = 1\ntitle = \"Bench\"\n")?;
        std::fs::write(exercise.join("README.md"), "# One\n")?;
        std::fs::write(exercise.join("starter/solution.py"), "raise NotImplementedError\n")?;
        std::fs::write(exercise.join("reference/solution.py"), SOLUTION)?;
        std::fs::write(exercise.join("world.toml"), "format = 1\n[[route]]\npath = \"/\"\ntext = \"well\"\n")?;
        let about = format!(
            "format = 1\nuid = \"{tier}-one\"\ntitle = \"One\"\nsummary = \"\"\ntopic = \"async\"\nroles = []\ndifficulty = 1\n\
             minutes = 1\nkind = \"{kind}\"\n[python]\npreload = [\"http.client\"]\n"
        );
        std::fs::write(exercise.join("exercise.toml"), about)?;
        let case = |number: usize| {
            format!("[[case]]\nid = \"c{number}\"\npurpose = \"\"\nstdin = \"{input}\"\nstdout = \"well\\n\"\n{more}\n")
        };
        let cases: String = (0..CASES).map(case).collect();
        std::fs::write(exercise.join("cases.toml"), format!("format = 1\n{cases}"))?;
        let solution = folder.join("solutions").join(tier).join("one");
        std::fs::create_dir_all(&solution)?;
        std::fs::write(solution.join("solution.py"), SOLUTION)?;
    }
    Ok(())
}

/// Milliseconds a case, from the first result to the last. Each must pass, in a fork of a warm interpreter.
fn steady(folder: &Path, tier: &str) -> Result<f64> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_practice"));
    command.current_dir(folder).env("XDG_STATE_HOME", folder.join("state"));
    let mut child = command.args(["run", tier, "--jobs", WORKERS, "--json"]).stdout(Stdio::piped()).spawn()?;
    let (mut first, mut last, mut good) = (Instant::now(), Instant::now(), 0);
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
    if !child.wait()?.success() || good != CASES {
        return Err(format!("{good} of {CASES} cases passed").into());
    }
    Ok((last - first).as_secs_f64() * 1e3 / (CASES - 1) as f64)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()?;
    write_pack(folder.path())?;
    let (mut plain, mut world) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let times = (steady(folder.path(), "tier1")?, steady(folder.path(), "tier2")?);
        if round > 0 {
            plain.push(times.0);
            world.push(times.1);
        }
    }
    let (plain, world) = (median(plain), median(world));
    let judged = if world - plain <= MOST { "" } else { "  MISSED" };
    let mut out = std::io::stdout();
    writeln!(out, "{WORKERS} workers, medians of {ROUNDS} rounds of {CASES} cases; milliseconds a case")?;
    writeln!(out, "plain {plain:.2}, with a world and a request to it {world:.2}")?;
    writeln!(out, "a world costs {:.2} more; at most {MOST:.0}{judged}", world - plain)?;
    Ok(())
}
