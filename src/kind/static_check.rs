//! `kind = "static"`: the learner's files are looked at with ruff, mypy, a formatter and rules on the syntax tree; nothing of
//! them is run.

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::source::is_inside;
use super::{
    Context, Entry, Judgement, Kind, ReadError, Replay, Setup, Snapped, cut_short, read_table, shell_word, shown,
};
use crate::event::Shown;
use crate::model::{
    Bytes, Channel, Comparison, Difference, DifferenceKind, Exit, Facts, Job, Limits, Program, Sockets, Verdict,
    WorkFile, nearest,
};

pub const ENTRY: Entry = Entry {
    name: "static",
    keys: &["ruff", "mypy", "format", "must_use", "must_not_use", "checks"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The program that looks. It is in the place of a solution; the learner's files are its input.
const ENTRY_FILE: &str = "static_check.py";
const PROGRAM: [(&str, &str); 4] = [
    (ENTRY_FILE, include_str!("static_check/static_check.py")),
    ("names.py", include_str!("static_check/names.py")),
    ("rules.py", include_str!("static_check/rules.py")),
    ("switches.py", include_str!("static_check/switches.py")),
];
/// Where the learner's files are, in the work folder.
const FOLDER: &str = "learner";
/// What `syntax` rules may name, besides `bare-except`; the program has the same list.
const SYNTAX: [&str; 17] = [
    "for",
    "while",
    "loop",
    "comprehension",
    "try",
    "with",
    "lambda",
    "global",
    "nonlocal",
    "class",
    "async",
    "await",
    "yield",
    "match",
    "assert",
    "f-string",
    "bare-except",
];
/// How a rule may begin.
const KINDS: [&str; 3] = ["call", "import", "syntax"];
const LINE_LENGTH: u32 = 88;
/// The findings need no more than that.
const LEAST_OUTPUT: Bytes = Bytes(1 << 20);

/// The keys of a static case.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// Rules of ruff.
    ruff: Option<Ruff>,
    /// What mypy is to find nothing with.
    mypy: Option<Mypy>,
    /// Whether `ruff format` has to leave the files as they are.
    format: bool,
    /// What has to be used somewhere.
    #[schemars(with = "Vec<Rule>")]
    must_use: Vec<Spanned<Rule>>,
    /// What must not be used anywhere.
    #[schemars(with = "Vec<Rule>")]
    must_not_use: Vec<Spanned<Rule>>,
    /// The files that are looked at; default: all Python files that the learner writes.
    #[schemars(with = "Vec<String>")]
    checks: Vec<Spanned<String>>,
}

/// Rules of ruff.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ruff {
    /// Codes or their beginnings that fail the case: what the exercise teaches.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    select: Vec<Spanned<String>>,
    /// Codes or their beginnings that are counted, and fail nothing. Of two codes that name a rule the longer one decides.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    notes: Vec<Spanned<String>>,
    /// The longest line, also for `format`; default 88.
    line_length: Option<u32>,
}

/// How strict mypy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mypy {
    /// Its defaults.
    Default,
    /// `--strict`
    Strict,
}

/// A rule on the syntax tree.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// `call open`, `call .append`, `import os.path`, `syntax while`.
    what: String,
    /// Why, for the learner.
    #[serde(default)]
    why: String,
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        let is_name = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        let is_dotted = |name: &str| name.split('.').all(is_name);
        match self.what.split_once(' ') {
            Some(("call", name)) if is_dotted(name.strip_prefix('.').unwrap_or(name)) => Ok(()),
            Some(("import", name)) if is_dotted(name) => Ok(()),
            Some((kind @ ("call" | "import"), name)) => Err(format!("`{name}` is no name that `{kind}` can have")),
            Some(("syntax", name)) if SYNTAX.contains(&name) => Ok(()),
            Some(("syntax", name)) => Err(format!("`{name}` is no syntax: {}", offer(name, &SYNTAX))),
            Some((kind, name)) if nearest(kind, KINDS.into_iter()).is_some() => {
                let near = nearest(kind, KINDS.into_iter()).unwrap_or_default();
                Err(format!("unknown check `{kind}`: did you mean `{near} {name}`?"))
            }
            _ => Err(format!("`{}` is no rule: write `call NAME`, `import MODULE` or `syntax WORD`", self.what)),
        }
    }
}

fn texts(all: &[Spanned<String>]) -> Vec<&str> {
    all.iter().map(|text| text.get_ref().as_str()).collect()
}

/// A static case.
#[derive(Debug)]
struct StaticCheck {
    table: Table,
    /// The files that are looked at.
    checks: Vec<String>,
}

/// The nearest of the known names, or all of them.
fn offer(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// Whether a code could be one of ruff's: letters, then digits.
fn check_code(code: &str) -> Result<(), String> {
    let digits = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
    if digits.len() < code.len() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let upper = code.to_ascii_uppercase();
    match upper != code && check_code(&upper).is_ok() {
        true => Err(format!("`{code}` is not a code of ruff: did you mean `{upper}`?")),
        false => Err(format!("`{code}` is not a code of ruff, such as `B006` or `F`")),
    }
}

/// Whether this file is there to be looked at.
fn check_file(name: &str, context: &Context<'_>) -> Result<(), String> {
    let is_there = context.solution.iter().any(|file| file == name)
        || is_inside(name) && context.files.read(&format!("starter/{name}")).is_some();
    match (is_there, name.ends_with(".py")) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("`{name}` is no Python file, and only those are looked at")),
        (false, _) => {
            let files: Vec<&str> = context.solution.iter().map(String::as_str).collect();
            Err(format!("a solution has no file `{name}`: {}", offer(name, &files)))
        }
    }
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let table: Table = read_table(table)?;
    for rule in table.must_use.iter().chain(&table.must_not_use) {
        rule.get_ref().check().map_err(|message| ReadError::at(rule.span(), message))?;
    }
    for code in table.ruff.iter().flat_map(|ruff| ruff.select.iter().chain(&ruff.notes)) {
        check_code(code.get_ref()).map_err(|message| ReadError::at(code.span(), message))?;
    }
    for file in &table.checks {
        check_file(file.get_ref(), context).map_err(|message| ReadError::at(file.span(), message))?;
    }
    let checks = match table.checks.is_empty() {
        true => context.solution.iter().filter(|file| file.ends_with(".py")).cloned().collect(),
        false => table.checks.iter().map(|file| file.get_ref().clone()).collect(),
    };
    Ok(Box::new(StaticCheck { table, checks }))
}

/// What the program that looks prints.
#[derive(Debug, Deserialize)]
struct Found {
    /// The first findings that count.
    found: Vec<Finding>,
    /// How many they are in all.
    gates: usize,
    /// How many there are that do not count.
    notes: usize,
}

/// Something that was found.
#[derive(Debug, Deserialize)]
struct Finding {
    rule: String,
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
}

impl Finding {
    fn difference(self) -> Difference {
        let place = [self.line, self.column].into_iter().map_while(|number| Some(number?.saturating_sub(1)));
        Difference {
            channel: Channel::File(self.file),
            path: place.map(|number| format!("/{number}")).collect(),
            kind: DifferenceKind::Finding,
            expected: None,
            actual: Some(format!("{} {}", self.rule, self.message)),
            near: None,
            note: None,
        }
    }
}

impl StaticCheck {
    fn line_length(&self) -> u32 {
        self.table.ruff.as_ref().and_then(|ruff| ruff.line_length).unwrap_or(LINE_LENGTH)
    }
}

impl Kind for StaticCheck {
    fn shown(&self) -> Vec<Shown> {
        // What gives the same by hand, in the solution's folder; `static_check.py` has the same options.
        let mut commands = Vec::new();
        let files: Vec<String> = self.checks.iter().map(|file| shell_word(file)).collect();
        let files = files.join(" ");
        let settings = format!("--isolated --target-version py311 --line-length {}", self.line_length());
        let select = self.table.ruff.iter().flat_map(|ruff| texts(&ruff.select)).collect::<Vec<_>>().join(",");
        if !select.is_empty() {
            commands.push(format!("ruff check {settings} --ignore-noqa --select {select} {files}"));
        }
        if self.table.format {
            commands.push(format!("ruff format {settings} --diff {files}"));
        }
        if let Some(mypy) = self.table.mypy {
            let strict = if mypy == Mypy::Strict { "--strict " } else { "" };
            commands.push(format!("mypy {strict}--config-file= --no-site-packages --explicit-package-bases {files}"));
        }
        if commands.is_empty() { Vec::new() } else { vec![shown("checks", commands.join("\n").as_bytes())] }
    }

    fn job(&self, setup: &Setup) -> Job {
        // Stubs (`.pyi`) are left out: a type checker would believe them more than what is run.
        let is_python = |file: &&WorkFile| file.path.ends_with(".py");
        let is_own = |file: &&WorkFile| !setup.given.contains(&file.path);
        let python = setup.solution.iter().filter(is_python);
        let own: Vec<&str> = python.clone().filter(is_own).map(|file| file.path.as_str()).collect();
        // What the learner adds is looked at, too: nothing is to be had by moving it there.
        let is_added = |path: &str| own.contains(&path) && !setup.files.iter().any(|file| file == path);
        let wanted = |path: &&str| self.checks.iter().any(|name| name == path) || is_added(path);
        let files: Vec<&str> = python.map(|file| file.path.as_str()).filter(wanted).collect();
        let length = self.line_length();
        let rules = |rules: &[Spanned<Rule>]| -> Vec<_> {
            rules.iter().map(|rule| json!({ "what": rule.get_ref().what, "why": rule.get_ref().why })).collect()
        };
        let ruff = self.table.ruff.as_ref();
        let ruff = ruff
            .map(|ruff| json!({ "select": texts(&ruff.select), "notes": texts(&ruff.notes), "line_length": length }));
        let question = json!({
            "files": files,
            "added": files.iter().filter(|path| is_added(path)).collect::<Vec<_>>(),
            "own": own,
            "ruff": ruff,
            "mypy": self.table.mypy.map(|mypy| mypy == Mypy::Strict),
            "format": self.table.format.then_some(length),
            "must_use": rules(&self.table.must_use),
            "must_not_use": rules(&self.table.must_not_use),
        });
        let part = |(path, text): (&str, &str)| WorkFile { path: path.to_owned(), bytes: text.as_bytes().into() };
        let data = |file: &WorkFile| WorkFile { path: format!("{FOLDER}/{}", file.path), bytes: file.bytes.clone() };
        Job {
            python: setup.python.clone(),
            preload: setup.preload.clone(),
            program: Program::Script { entry: ENTRY_FILE.to_owned(), args: Vec::new() },
            env: Vec::new(),
            solution: PROGRAM.map(part).to_vec(),
            inputs: setup.solution.iter().filter(is_python).map(data).collect(),
            stdin: question.to_string().into_bytes().into(),
            hash_seed: setup.hash_seed,
            seed: setup.seed,
            // What it prints is ours, and bounded.
            limits: Limits { output: setup.limits.output.max(LEAST_OUTPUT), ..setup.limits },
            collect_files: false,
            sockets: Sockets::None,
        }
    }

    fn replay(&self, setup: &Setup) -> Replay {
        Replay::Looks(self.job(setup))
    }

    fn runs_solution(&self) -> bool {
        false
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        if let Some(judgement) = cut_short(facts, limits) {
            return judgement;
        }
        let told = (facts.exit == Exit::Code(0)).then(|| serde_json::from_slice::<Found>(&facts.stdout.bytes));
        let Some(Ok(told)) = told else {
            // Nothing of the learner's was run: what went wrong is the environment's or the case's.
            let said = String::from_utf8_lossy(&facts.stderr.bytes);
            let last = said.lines().last().unwrap_or("it said nothing");
            return Judgement::of(Verdict::ExerciseError, format!("the checks could not be made: {last}"));
        };
        let mut comparison = Comparison::default();
        for finding in told.found {
            comparison.push(finding.difference());
        }
        comparison.total = comparison.total.max(told.gates);
        if comparison.is_equal() {
            return Judgement::compared(comparison);
        }
        let things = if comparison.total == 1 { "thing" } else { "things" };
        let more = match told.notes {
            0 => String::new(),
            1 => "; besides, 1 that does not count".to_owned(),
            count => format!("; besides, {count} that do not count"),
        };
        let reason = Some(format!("the checks found {} {things}{more}", comparison.total));
        Judgement { reason, ..Judgement::compared(comparison) }
    }

    fn has_expectation(&self) -> bool {
        let table = &self.table;
        let rules = table.must_use.len() + table.must_not_use.len();
        table.ruff.is_some() || table.mypy.is_some() || table.format || rules > 0
    }

    fn snap(&self, _: &Facts) -> Result<Vec<Snapped>, String> {
        Err("a static case has nothing to write: its rules are its expectation".to_owned())
    }
}
