//! The tables of a pack's files as authors write them, before settings are inherited and names are resolved.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::kind::ArgumentRule;
use crate::model::{
    Bytes, DtypeRule, Format, Keys, Limits, Nan, Options, Order, Pattern, Time, Tolerance, Types, Whitespace,
};

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant),+];

            /// The name that authors and learners write.
            pub fn id(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }
        }
    };
}

names!(
    /// What an exercise practises.
    Topic {
        /// Lists, dicts, sets, nested payloads.
        Data = "data",
        /// JSON, JSONL, CSV, text, pathlib.
        Io = "io",
        /// Functions, type hints, small classes.
        Functions = "functions",
        /// Environments, dependencies, settings.
        Env = "env",
        /// Exceptions, retries, logging.
        Errors = "errors",
        /// Arrays.
        Numpy = "numpy",
        /// Tables.
        Pandas = "pandas",
        /// asyncio and HTTP.
        Async = "async",
        /// Training and tensors.
        Torch = "torch",
        /// Threads, processes, queues.
        Concurrency = "concurrency",
        /// C extensions and performance.
        Native = "native",
        /// Several of these at once.
        Project = "project",
    }
);

names!(
    /// In which way something is learned.
    #[derive(Default)]
    Way {
        /// Write it.
        #[default]
        Build = "build",
        /// Read production-style code, and extend it.
        Read = "read",
        /// Fix what linters and type checkers find.
        Static = "static",
        /// Find the wrong line.
        Debug = "debug",
    }
);

names!(
    /// Who an exercise is for.
    Role {
        /// AI application / LLM engineer.
        LlmEngineer = "llm-engineer",
        /// ML engineer (training, fine-tuning).
        MlEngineer = "ml-engineer",
        /// Data scientist / ML analyst.
        DataScientist = "data-scientist",
        /// AI infrastructure / MLOps engineer.
        Mlops = "mlops",
        /// AI researcher.
        Researcher = "researcher",
    }
);

/// `pack.toml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackToml {
    /// The version of the format: 1.
    pub format: u32,
    /// The pack's name, recorded with every run.
    pub name: String,
    /// The pack's title.
    pub title: String,
    /// Python environments by name.
    #[serde(default)]
    pub environments: BTreeMap<String, EnvironmentToml>,
    /// Inherited by everything below.
    #[serde(default)]
    pub python: PythonToml,
    /// Inherited by everything below.
    #[serde(default)]
    pub limits: LimitsToml,
    /// Inherited by everything below.
    #[serde(default)]
    pub compare: CompareToml,
}

/// A Python environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnvironmentToml {
    /// The lock file: pip's format, every line with hashes.
    #[schemars(with = "String")]
    pub lock: Spanned<String>,
    /// What people import from it.
    #[serde(default)]
    pub imports: Vec<String>,
    /// How much it takes on disk.
    pub size: Option<String>,
}

/// `tier.toml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierToml {
    /// The version of the format: 1.
    pub format: u32,
    /// The tier's title.
    pub title: String,
    /// One sentence.
    #[serde(default)]
    pub summary: String,
    /// Inherited by its exercises.
    #[serde(default)]
    pub python: PythonToml,
    /// Inherited by its exercises.
    #[serde(default)]
    pub limits: LimitsToml,
    /// Inherited by its exercises.
    #[serde(default)]
    pub compare: CompareToml,
}

/// `exercise.toml`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExerciseToml {
    /// The version of the format: 1.
    pub format: u32,
    /// Never reused; survives a rename of the folder.
    #[schemars(with = "String")]
    pub uid: Spanned<String>,
    /// The exercise's title.
    pub title: String,
    /// One line on what is to be done.
    pub summary: String,
    /// What it practises.
    pub topic: Topic,
    /// In which way it is learned.
    #[serde(default)]
    pub way: Way,
    /// Who needs it.
    pub roles: Vec<Role>,
    /// 1 (ten lines, one idea) to 5 (a small system).
    #[schemars(with = "u8", range(min = 1, max = 5))]
    pub difficulty: Spanned<u8>,
    /// For somebody who knows the topic a little.
    pub minutes: u16,
    /// Ids of exercises to do before.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub needs: Vec<Spanned<String>>,
    /// What its cases are unless a case says otherwise.
    #[schemars(with = "String")]
    pub kind: Spanned<String>,
    /// What the learner writes; the first is run or imported.
    #[serde(default = "solution")]
    pub files: Vec<String>,
    /// Programs of the system that a solution needs, such as `cc`: names in `/usr/local/bin`, `/usr/bin` or `/bin`.
    #[serde(default)]
    pub tools: Vec<String>,
    /// A Python file of this folder that makes new cases from a seed, for reviews.
    #[schemars(with = "Option<String>")]
    pub generator: Option<Spanned<String>>,
    /// Whether calls may change their arguments in place.
    #[serde(default)]
    pub arguments: ArgumentRule,
    /// How points are given.
    #[serde(default)]
    pub scoring: Scoring,
    /// What a solution can import.
    #[serde(default)]
    pub python: PythonToml,
    /// Inherited by its cases.
    #[serde(default)]
    pub limits: LimitsToml,
    /// Inherited by its cases.
    #[serde(default)]
    pub compare: CompareToml,
    /// Hints.
    #[serde(default)]
    pub hint: Vec<HintToml>,
    /// Mistakes that people make.
    #[serde(default)]
    pub wrong: Vec<WrongToml>,
    /// Mutants of the reference that no case can catch.
    #[serde(default)]
    pub equal: Vec<EqualToml>,
}

/// How an exercise gives points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scoring {
    /// A case that passes gives its weight; those of a group give theirs when all of the group pass.
    #[default]
    Cases,
    /// All points when every case passes, otherwise none.
    AllOrNothing,
}

fn solution() -> Vec<String> {
    vec!["solution.py".to_owned()]
}

/// `[python]`
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PythonToml {
    /// The name of an environment of the pack, or `stdlib`.
    #[schemars(with = "Option<String>")]
    pub environment: Option<Spanned<String>>,
    /// The oldest Python: `>=3.11`.
    #[schemars(with = "Option<String>")]
    pub requires: Option<Spanned<String>>,
    /// Modules that a warm interpreter has loaded before a case starts; without it, the `imports` of the environment.
    #[schemars(with = "Option<Vec<String>>")]
    pub preload: Option<Spanned<Vec<String>>>,
}

impl PythonToml {
    /// These settings where they are given, else `outer`'s.
    pub fn or(&self, outer: &PythonToml) -> PythonToml {
        PythonToml {
            environment: self.environment.clone().or_else(|| outer.environment.clone()),
            requires: self.requires.clone().or_else(|| outer.requires.clone()),
            preload: self.preload.clone().or_else(|| outer.preload.clone()),
        }
    }
}

/// `[limits]`
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsToml {
    /// Time on the clock: `"250ms"`, `"10s"`.
    #[schemars(with = "Option<String>")]
    pub wall: Option<Spanned<String>>,
    /// Processor time; as `wall` unless given.
    #[schemars(with = "Option<String>")]
    pub cpu: Option<Spanned<String>>,
    /// Resident memory: `"512MB"`.
    #[schemars(with = "Option<String>")]
    pub memory: Option<Spanned<String>>,
    /// Bytes of stdout and stderr, each.
    #[schemars(with = "Option<String>")]
    pub output: Option<Spanned<String>>,
    /// Bytes of files written.
    #[schemars(with = "Option<String>")]
    pub files: Option<Spanned<String>>,
}

/// A mistake with its place in the file.
pub type Placed = (std::ops::Range<usize>, String);

fn parse<T: std::str::FromStr>(text: &Option<Spanned<String>>) -> Result<Option<T>, Placed>
where
    T::Err: std::fmt::Display,
{
    let one = |text: &Spanned<String>| text.get_ref().parse().map_err(|error: T::Err| (text.span(), error.to_string()));
    text.as_ref().map(one).transpose()
}

impl LimitsToml {
    /// `limits` with what is given here in its place.
    pub fn apply(&self, limits: Limits) -> Result<Limits, Placed> {
        let wall: Option<Time> = parse(&self.wall)?;
        Ok(Limits {
            wall: wall.unwrap_or(limits.wall),
            cpu: parse(&self.cpu)?.or(wall).unwrap_or(limits.cpu),
            memory: parse(&self.memory)?.unwrap_or(limits.memory),
            output: parse(&self.output)?.unwrap_or(limits.output),
            files: parse(&self.files)?.unwrap_or(limits.files),
        })
    }
}

/// The limits of a case when nobody says anything.
pub fn default_limits() -> Limits {
    let wall = Time(std::time::Duration::from_secs(10));
    Limits { wall, cpu: wall, memory: Bytes(1 << 30), output: Bytes(8 << 20), files: Bytes(64 << 20) }
}

/// `[compare]`
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CompareToml {
    /// How bytes are read; else the file's name tells.
    #[serde(rename = "as")]
    pub format: Option<Format>,
    /// Absolute tolerance of numbers.
    #[schemars(with = "Option<f64>")]
    pub abs: Option<Spanned<f64>>,
    /// Relative tolerance of numbers.
    #[schemars(with = "Option<f64>")]
    pub rel: Option<Spanned<f64>>,
    /// Whether NaN equals NaN.
    pub nan: Option<Nan>,
    /// Whether `1` equals `1.0`.
    pub types: Option<Types>,
    /// How element types of arrays and columns are compared.
    pub dtype: Option<DtypeRule>,
    /// Whether rows, lines or the outermost items have an order.
    pub order: Option<Order>,
    /// Lists at these paths have no order.
    #[schemars(with = "Option<Vec<String>>")]
    pub unordered: Option<Vec<Spanned<String>>>,
    /// Whether unexpected keys are allowed.
    pub keys: Option<Keys>,
    /// What is at these paths is not compared.
    #[schemars(with = "Option<Vec<String>>")]
    pub ignore: Option<Vec<Spanned<String>>>,
    /// Whether space at line ends counts.
    pub whitespace: Option<Whitespace>,
}

impl CompareToml {
    /// `options` with what is given here in its place.
    pub fn apply(&self, options: &Options) -> Result<Options, Placed> {
        let patterns = |list: &Option<Vec<Spanned<String>>>, old: &[Pattern]| -> Result<Vec<Pattern>, Placed> {
            let Some(list) = list else { return Ok(old.to_vec()) };
            let one = |text: &Spanned<String>| {
                text.get_ref().parse().map_err(|error: crate::model::BadPattern| (text.span(), error.to_string()))
            };
            list.iter().map(one).collect()
        };
        let number = |given: &Option<Spanned<f64>>, old: f64| -> Result<f64, Placed> {
            match given {
                None => Ok(old),
                Some(given) if given.get_ref().is_finite() && *given.get_ref() >= 0.0 => Ok(*given.get_ref()),
                Some(given) => Err((given.span(), "a tolerance is a finite number, 0 or more".to_owned())),
            }
        };
        Ok(Options {
            format: self.format.or(options.format),
            tolerance: Tolerance {
                abs: number(&self.abs, options.tolerance.abs)?,
                rel: number(&self.rel, options.tolerance.rel)?,
            },
            nan: self.nan.unwrap_or(options.nan),
            types: self.types.unwrap_or(options.types),
            dtype: self.dtype.unwrap_or(options.dtype),
            order: self.order.unwrap_or(options.order),
            unordered: patterns(&self.unordered, &options.unordered)?,
            keys: self.keys.unwrap_or(options.keys),
            ignore: patterns(&self.ignore, &options.ignore)?,
            whitespace: self.whitespace.unwrap_or(options.whitespace),
        })
    }
}

/// `[[hint]]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HintToml {
    /// 1 nudges, 2 names the tool, 3 all but gives it away.
    #[schemars(with = "u8", range(min = 1, max = 9))]
    pub level: Spanned<u8>,
    /// The failure that it is for.
    pub when: Option<WhenToml>,
    /// Markdown.
    pub text: String,
}

/// `when` of a hint.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenToml {
    /// This case failed.
    #[schemars(with = "Option<String>")]
    pub case: Option<Spanned<String>>,
    /// A case has this verdict.
    #[schemars(with = "Option<String>")]
    pub verdict: Option<Spanned<String>>,
    /// A case ended with an exception of this class.
    pub exception: Option<String>,
    /// A linter or type checker found this: the rule's code, such as `B006` or `arg-type`.
    pub rule: Option<String>,
}

/// `[[wrong]]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongToml {
    /// Stands in for the first of `files`.
    #[schemars(with = "String")]
    pub file: Spanned<String>,
    /// Exactly these cases.
    #[schemars(with = "Vec<String>")]
    pub fails: Vec<Spanned<String>>,
    /// One sentence to the learner.
    pub says: String,
}

/// `[[equal]]`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EqualToml {
    /// The mutant as `practice check --mutants` names it: `function: before -> after`.
    pub mutant: String,
    /// Why it does the same as the reference, in one sentence.
    pub reason: String,
}

/// The keys that every `[[case]]` has; the others belong to its kind.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseToml {
    /// Unique in the exercise, never reused for another check.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// What it is there for; shown to the learner.
    pub purpose: String,
    /// The kind of case, unless it is the exercise's.
    #[schemars(with = "Option<String>")]
    pub kind: Option<Spanned<String>>,
    /// Points.
    #[serde(default = "one")]
    pub weight: u32,
    /// Whether input, expectation and output are never shown.
    #[serde(default)]
    pub hidden: bool,
    /// The cases of a group give their points only together.
    pub group: Option<String>,
    /// The id of the case that this one corrects.
    #[schemars(with = "Option<String>")]
    pub replaces: Option<Spanned<String>>,
    /// For this case alone.
    #[serde(default)]
    pub limits: LimitsToml,
    /// For this case alone.
    #[serde(default)]
    pub compare: CompareToml,
}

fn one() -> u32 {
    1
}

impl CaseToml {
    /// The keys that are common to all kinds.
    pub const KEYS: &[&str] = &["id", "purpose", "kind", "weight", "hidden", "group", "replaces", "limits", "compare"];
}
