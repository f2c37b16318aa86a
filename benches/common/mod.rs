//! What the benchmarks of the wall share: a few kinds of programs with their inputs, a pack of them, and what they cost
//! without a wall.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Workers, on both sides.
pub const WORKERS: usize = 2;
/// Inputs of each program.
pub const INPUTS: usize = 10;

/// Whatever went wrong ends the benchmark.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// One kind of exercise.
pub struct Row {
    /// What it does.
    pub name: &'static str,
    /// The folder of its programs, and the tier in which they are.
    pub id: &'static str,
    /// The Python environment.
    pub environment: &'static str,
    /// What its exercises have loaded ahead: the libraries that they import.
    pub preload: &'static [&'static str],
    input: fn(usize) -> String,
}

pub const ROWS: [Row; 4] = [
    Row { name: "stdlib JSON in, JSON out", id: "stdlib", environment: "stdlib", preload: &[], input: orders_json },
    Row { name: "NumPy top-k", id: "numpy", environment: "data", preload: &["numpy"], input: scores },
    Row { name: "pandas groupby", id: "pandas", environment: "data", preload: &["pandas"], input: orders_csv },
    Row { name: "torch, small forward pass", id: "torch", environment: "torch", preload: &["torch"], input: network },
];

const CITIES: [&str; 5] = ["Berlin", "Lagos", "Lima", "Osaka", "Oslo"];

fn orders(seed: usize) -> impl Iterator<Item = (&'static str, usize, usize)> {
    (0..200).map(move |i| (CITIES[(i * (seed + 3)) % CITIES.len()], (i + seed) % 7 + 1, (i * 31 + seed) % 97 + 1))
}

fn orders_json(seed: usize) -> String {
    let all: Vec<_> = orders(seed)
        .map(|(city, count, price)| serde_json::json!({ "city": city, "count": count, "price": price }))
        .collect();
    serde_json::Value::from(all).to_string()
}

fn orders_csv(seed: usize) -> String {
    orders(seed)
        .fold("city,count,price\n".to_owned(), |text, (city, count, price)| text + &format!("{city},{count},{price}\n"))
}

fn scores(seed: usize) -> String {
    // All different, so that there is one answer.
    let all: Vec<usize> = (0..1000).map(|i| (i * 7919 + seed * 131) % 10_007).collect();
    serde_json::json!({ "k": 10, "scores": all }).to_string()
}

fn network(seed: usize) -> String {
    // Small whole numbers: the products are exact, in whatever order they are added.
    let row = |columns: usize, from: usize| -> Vec<f64> {
        (0..columns).map(|column| ((from * 5 + column * 3 + seed) % 9) as f64 - 4.0).collect()
    };
    let matrix = |rows: usize, columns: usize| (0..rows).map(|one| row(columns, one)).collect::<Vec<_>>();
    let network = serde_json::json!({ "x": matrix(3, 4), "w1": matrix(8, 4), "b1": row(8, 1), "w2": matrix(2, 8), "b2": row(2, 2) });
    network.to_string()
}

impl Row {
    /// Arguments of the benchmark name rows; without any it is all of them.
    pub fn is_wanted(&self) -> bool {
        let mut named = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
        named.peek().is_none() || named.any(|name| name == self.id)
    }

    /// All inputs.
    pub fn inputs(&self) -> Vec<String> {
        (0..INPUTS).map(self.input).collect()
    }

    /// The files of its programs, all of which answer the same.
    pub fn programs(&self) -> Result<Vec<PathBuf>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs").join(self.id);
        let mut files: Vec<PathBuf> = folder.read_dir()?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        files.sort();
        Ok(files)
    }
}

/// A folder with a pack and solutions of it.
pub struct Bench {
    folder: tempfile::TempDir,
}

/// The tier of the trivial exercise.
pub const TRIVIAL: &str = "tier5";

/// The environments and lock files of the shipped pack, with one trivial exercise.
pub fn bench() -> Result<Bench> {
    let folder = tempfile::tempdir()?;
    let (pack, shipped) = (folder.path().join("pack"), Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises"));
    std::fs::create_dir_all(pack.join("locks"))?;
    std::fs::copy(shipped.join("pack.toml"), pack.join("pack.toml"))?;
    for entry in shipped.join("locks").read_dir()? {
        let entry = entry?;
        std::fs::copy(entry.path(), pack.join("locks").join(entry.file_name()))?;
    }
    let bench = Bench { folder };
    let row = &ROWS[0];
    bench.exercise(TRIVIAL, "trivial", row, &row.programs()?[0], &[("[]", "{}\n")])?;
    Ok(bench)
}

impl Bench {
    /// The binary, with this pack and these solutions.
    pub fn practice(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_practice"));
        command.current_dir(self.folder.path()).env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.arg("--pack").arg(self.folder.path().join("pack"));
        command
    }

    /// The interpreter of an environment, if it is installed; `install` has it installed first.
    pub fn python(&self, environment: &str, install: bool) -> Result<Option<String>> {
        if install && !self.practice().args(["env", "sync", environment]).stdout(Stdio::null()).status()?.success() {
            return Err(format!("the environment {environment} could not be installed").into());
        }
        let found = self.practice().args(["env", "path", environment]).stderr(Stdio::null()).output()?;
        Ok(found.status.success().then(|| String::from_utf8_lossy(&found.stdout).trim().to_owned()))
    }

    /// The interpreter of a row; `None` where it is torch, that is not installed, and nobody asked for it.
    pub fn python_of(&self, row: &Row) -> Result<Option<String>> {
        let wanted = row.environment != "torch" || std::env::var_os("PRACTICE_BENCH_TORCH").is_some();
        self.python(row.environment, wanted)
    }

    /// Writes an exercise with these cases, input and output, and a solution of it.
    pub fn exercise(&self, tier: &str, name: &str, row: &Row, solution: &Path, cases: &[(&str, &str)]) -> Result<()> {
        let exercise = self.folder.path().join("pack").join(tier).join(name);
        let solutions = self.folder.path().join("solutions").join(tier).join(name);
        for folder in [&exercise.join("starter"), &exercise.join("reference"), &solutions] {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(exercise.join("../tier.toml"), "format = 1\ntitle = \"Bench\"\n")?;
        std::fs::write(exercise.join("README.md"), "# Bench\n")?;
        std::fs::write(exercise.join("starter/solution.py"), "raise NotImplementedError\n")?;
        for folder in [exercise.join("reference"), solutions] {
            std::fs::copy(solution, folder.join("solution.py"))?;
        }
        let about = format!(
            "format = 1\nuid = \"{tier}-{name}\"\ntitle = \"{name}\"\nsummary = \"\"\ntopic = \"data\"\nroles = []\n\
             difficulty = 1\nminutes = 1\nkind = \"script\"\n\n[python]\nenvironment = \"{}\"\npreload = {:?}\n",
            row.environment, row.preload
        );
        std::fs::write(exercise.join("exercise.toml"), about)?;
        let mut text = "format = 1\n".to_owned();
        for (number, (stdin, stdout)) in cases.iter().enumerate() {
            // A string of JSON is one of TOML.
            let [stdin, stdout] = [stdin, stdout].map(serde_json::to_string);
            write!(
                text,
                "[[case]]\nid = \"c{number}\"\npurpose = \"bench\"\nstdin = {}\nstdout = {}\n",
                stdin?, stdout?
            )?;
        }
        Ok(std::fs::write(exercise.join("cases.toml"), text)?)
    }
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The number of cores, the kernel and the interpreter, for the first line of a table.
pub fn machine(python: &str) -> Result<String> {
    let told = |command: &mut Command| -> Result<String> {
        Ok(String::from_utf8(command.output()?.stdout)?.trim().to_owned())
    };
    let cores = std::thread::available_parallelism()?;
    let version = told(Command::new(python).args(["-c", "import platform; print(platform.python_version())"]))?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let number = kernel.trim().split('-').next().unwrap_or_default().to_owned();
    Ok(format!("{cores} cores, Linux {number}, Python {version}"))
}
