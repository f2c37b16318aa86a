//! The kinds of case: what an author writes for one, what program runs for it, how its outcome is judged.
//!
//! A kind is one file with a type that implements [`Kind`], and one line in [`KINDS`].

mod answer;
mod artifact;
mod call;
mod http_client;
mod http_server;
mod requests;
mod scenario;
mod script;
mod source;
mod speed;
mod static_check;
mod traceback;

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::DeTable;

use crate::client::Plan;
use crate::event::{ExceptionShown, Shown};
use crate::model::{
    Channel, Comparison, Difference, DifferenceKind, Exit, Facts, Format, Job, LimitKind, Limits, Options, Verdict,
    WorkFile,
};
use crate::world::World;

pub use answer::ArgumentRule;
pub use source::Source;

/// What is particular to a case of one kind.
pub trait Kind: fmt::Debug + Send + Sync {
    /// What the program is given, for people.
    fn shown(&self) -> Vec<Shown>;

    /// The program to run.
    fn job(&self, setup: &Setup) -> Job;

    /// The job after those that these facts are of, in the same slot; `None` when nothing more is to be learned.
    fn then(&self, _: &Setup, _: &[Facts]) -> Option<Job> {
        None
    }

    /// How a person runs it by hand.
    fn replay(&self, setup: &Setup) -> Replay {
        Replay::Job(self.job(setup))
    }

    /// Who talks with the program from our side of the wall, when these are its limits.
    fn peer(&self, _: &Limits) -> Peer {
        Peer::None
    }

    /// Whether the program talks to services.
    fn has_world(&self) -> bool {
        false
    }

    /// The files that are put into the work folder.
    fn inputs(&self) -> &[WorkFile] {
        &[]
    }

    /// Whether anything of the learner's is run. Where nothing is, what the program puts out is ours, and not for people.
    fn runs_solution(&self) -> bool {
        true
    }

    /// What it does step by step, for people; empty where it has no steps.
    fn steps(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The judgement on what the program did.
    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement;

    /// Whether the author has written down anything to compare with.
    fn has_expectation(&self) -> bool;

    /// What the program did, as the expectations that it meets; or why it cannot be one.
    fn snap(&self, facts: &Facts) -> Result<Vec<Snapped>, String>;
}

/// Who talks with a program from our side of the wall.
#[derive(Debug)]
pub enum Peer {
    /// Nobody.
    None,
    /// Services that it talks to, at [`crate::world::ADDRESS`].
    World(Arc<World>),
    /// Somebody who talks to it.
    Client(Plan),
}

/// How a case is run by hand.
#[derive(Debug)]
pub enum Replay {
    /// As this job: the program, or the call.
    Job(Job),
    /// A function of the solution is called with what `make(size)` of a Python file returns.
    Sized {
        /// The surroundings: its program makes an input.
        job: Job,
        /// The function.
        call: String,
        /// The sizes, rising.
        sizes: Vec<u32>,
    },
    /// Nothing is run: a program of ours looks at the files of the solution that are the job's inputs.
    Looks(Job),
}

/// The surroundings of a job.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The interpreter of the exercise's environment.
    pub python: PathBuf,
    /// The learner's files.
    pub solution: Vec<WorkFile>,
    /// The author's.
    pub reference: Vec<WorkFile>,
    /// The one of them that is run or imported.
    pub entry: String,
    /// Those that the learner writes.
    pub files: Vec<String>,
    /// Those of the solution that the author gives.
    pub given: Vec<String>,
    /// What the case may use.
    pub limits: Limits,
    /// Modules that a warm interpreter has loaded.
    pub preload: Arc<[String]>,
    /// `PYTHONHASHSEED`
    pub hash_seed: u32,
    /// The seed of `random`, `numpy.random` and `torch`.
    pub seed: u64,
}

/// A verdict and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// One sentence on why; `None` when it passed.
    pub reason: Option<String>,
    /// What differs.
    pub comparison: Comparison,
    /// The exception that ended it.
    pub exception: Option<ExceptionShown>,
    /// The step at which it was not as it should be, from 0; those after it were not reached.
    pub reached: Option<usize>,
}

impl Judgement {
    fn of(verdict: Verdict, reason: impl Into<String>) -> Judgement {
        Judgement {
            verdict,
            reason: Some(reason.into()),
            comparison: Comparison::default(),
            exception: None,
            reached: None,
        }
    }

    /// Passed or failed, as the comparison says.
    fn compared(comparison: Comparison) -> Judgement {
        let equal = comparison.is_equal();
        Judgement {
            verdict: if equal { Verdict::Passed } else { Verdict::Failed },
            reason: comparison.differences.first().map(|first| differing(first, comparison.total)),
            comparison,
            exception: None,
            reached: None,
        }
    }
}

/// The verdict on a program that an exception ended.
fn ended_by(exception: Option<&ExceptionShown>) -> Verdict {
    match exception {
        // Asked for at once, so that no limit on what is in use was passed.
        Some(exception) if exception.class == "MemoryError" => Verdict::OutOfMemory,
        _ => Verdict::Crashed,
    }
}

/// The sentence for a result that differs in `total` places, the first of them here.
fn differing(first: &Difference, total: usize) -> String {
    let what = match &first.channel {
        Channel::Stdout => "standard output".to_owned(),
        Channel::Exit => "the exit code".to_owned(),
        Channel::Returned => "the returned value".to_owned(),
        Channel::Raised => {
            return match (first.kind, &first.actual) {
                (DifferenceKind::Missing, None) => "an exception was expected, and none came".to_owned(),
                _ => "another exception was expected".to_owned(),
            };
        }
        Channel::Argument(name) => format!("argument {name} after the call"),
        Channel::File(path) => format!("the file {path}"),
        Channel::Speed => match total {
            1 => return "it is slower, or larger, than it should be".to_owned(),
            _ => return format!("it is slower, or larger, than it should be; {total} figures are too high"),
        },
        Channel::Reply(step) => format!("the answer to {step}"),
        Channel::Requests(_) => match total {
            1 => return "its requests are not as expected".to_owned(),
            _ => return format!("its requests are not as expected; {total} differences in all"),
        },
    };
    match total {
        1 => format!("{what} is not as expected"),
        _ => format!("{what} is not as expected; {total} differences in all"),
    }
}

/// An expectation that a run of the reference gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapped {
    /// The key of `[[case]]`; for a table of expectations, `writes.<name>`.
    pub key: String,
    /// What to write there.
    pub value: SnappedValue,
}

/// How a snapped expectation is written.
#[derive(Debug, Clone, PartialEq)]
pub enum SnappedValue {
    /// An integer.
    Integer(i64),
    /// Value notation: inline when it is short, else a `.pyv` file.
    Notation(String),
    /// Bytes, for a source: inline when they are short text, else a file with this ending.
    Bytes(Vec<u8>, &'static str),
    /// A table of texts.
    Table(Vec<(String, String)>),
}

/// The files of an exercise, by their path in its folder.
pub trait Files {
    /// What the file holds; `None` when there is none. Paths that leave the folder do not exist.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;
}

/// What a case is read with.
pub struct Context<'a> {
    /// The files that it may name.
    pub files: &'a dyn Files,
    /// How to compare, with all inherited settings.
    pub options: Options,
    /// The exercise's rule for changed arguments.
    pub arguments: ArgumentRule,
    /// The files that the learner writes.
    pub solution: &'a [String],
}

/// A mistake in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// What is wrong, and the way out.
    pub message: String,
    /// Where in the file, in bytes.
    pub span: Option<Range<usize>>,
}

impl ReadError {
    /// A mistake at this place.
    pub fn at(span: Range<usize>, message: impl Into<String>) -> ReadError {
        ReadError { message: message.into(), span: Some(span) }
    }
}

impl From<toml::de::Error> for ReadError {
    fn from(error: toml::de::Error) -> ReadError {
        ReadError { message: error.message().to_owned(), span: error.span() }
    }
}

/// A file that is expected: its name, its format, what it holds.
type ExpectedFile = (String, Format, Arc<[u8]>);

/// A message for whoever expects a file to be written that is given with just these bytes.
fn check_writes(writes: &[ExpectedFile], inputs: &[WorkFile]) -> Result<(), String> {
    let is_given =
        |(name, _, bytes): &&ExpectedFile| inputs.iter().any(|file| file.path == *name && file.bytes == *bytes);
    match writes.iter().find(is_given) {
        None => Ok(()),
        Some((name, ..)) => Err(format!(
            "`writes` expects `{name}` as `files` gives it, so there is nothing to write: leave it out of `writes`, since a \
             file that is not named there has to stay as it is"
        )),
    }
}

/// Reads the table of a kind's own keys.
pub type Read = fn(Spanned<DeTable<'_>>, &Context<'_>) -> Result<Box<dyn Kind>, ReadError>;

/// A kind's entry in the table of kinds.
pub struct Entry {
    /// The name that authors write.
    pub name: &'static str,
    /// The keys of a case that are this kind's.
    pub keys: &'static [&'static str],
    /// Reads the table of those keys.
    pub read: Read,
    /// The JSON schema of that table.
    pub schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
}

/// All kinds.
pub const KINDS: &[Entry] = &[
    script::ENTRY,
    call::ENTRY,
    http_client::ENTRY,
    scenario::ENTRY,
    static_check::ENTRY,
    artifact::ENTRY,
    http_server::ENTRY,
    speed::ENTRY,
];

/// The kind of this name.
pub fn entry(name: &str) -> Option<&'static Entry> {
    KINDS.iter().find(|entry| entry.name == name)
}

/// Reads a table into a plain struct.
fn read_table<T: DeserializeOwned>(table: Spanned<DeTable<'_>>) -> Result<T, ReadError> {
    T::deserialize(toml::Deserializer::from(table)).map_err(ReadError::from)
}

/// The judgement on a run that was ended by a limit or a signal; `None` for one that ended by itself.
fn cut_short(facts: &Facts, limits: &Limits) -> Option<Judgement> {
    let (verdict, reason) = match facts.exit {
        Exit::Code(_) => return None,
        Exit::Limit(LimitKind::Wall) => (
            Verdict::TimedOut,
            format!("still running after {}: look for a loop that never ends, or a wait", limits.wall),
        ),
        Exit::Limit(LimitKind::Cpu) => (
            Verdict::TimedOut,
            format!("used more than {} of processor time: look for a loop that never ends", limits.cpu),
        ),
        Exit::Limit(LimitKind::Memory) => (Verdict::OutOfMemory, format!("used more than {} of memory", limits.memory)),
        Exit::Limit(LimitKind::Output) => (Verdict::OutputLimit, format!("printed more than {}", limits.output)),
        Exit::Limit(LimitKind::Files) => {
            (Verdict::OutputLimit, format!("wrote more than {} of files, or too many files", limits.files))
        }
        Exit::Limit(LimitKind::Processes) => (Verdict::Crashed, "started too many processes or threads".to_owned()),
        Exit::Signal(signal) => (Verdict::Crashed, format!("ended by signal {signal}{}", signal_meaning(signal))),
    };
    Some(Judgement::of(verdict, reason))
}

/// What a signal says of a Python program.
fn signal_meaning(signal: i32) -> &'static str {
    match signal {
        libc::SIGSEGV => " (SIGSEGV): native code touched memory that is not its own, or a recursion was too deep",
        libc::SIGABRT => " (SIGABRT): native code gave up; look at stderr",
        libc::SIGKILL => " (SIGKILL)",
        libc::SIGTERM => " (SIGTERM)",
        libc::SIGFPE => " (SIGFPE): an integer division by zero in native code",
        libc::SIGILL => " (SIGILL)",
        libc::SIGBUS => " (SIGBUS)",
        _ => "",
    }
}

/// An environment variable as one would type it in a shell, so that white space in it is seen.
fn shown_variable((name, value): &(String, String)) -> Shown {
    shown("env", format!("{name}={}", shell_word(value)).as_bytes())
}

/// A word as one would type it in a shell.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    let is_plain = !word.is_empty() && word.chars().all(plain);
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// The usual ending of a file of this format.
fn ending(format: Format) -> &'static str {
    match format {
        Format::Text => "txt",
        Format::Json => "json",
        Format::Jsonl => "jsonl",
        Format::Csv => "csv",
        Format::Npy => "npy",
        Format::Bytes => "bin",
    }
}

/// The most bytes of a [`Shown`] text.
const MOST_SHOWN: usize = 2048;

/// A part of the input, cut for a reader.
fn shown(label: impl Into<String>, bytes: &[u8]) -> Shown {
    let cut = bytes.len() > MOST_SHOWN;
    let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_SHOWN)]).into_owned();
    if cut {
        // Whole lines read better than half ones.
        if let Some(end) = text.rfind('\n').filter(|&end| end > MOST_SHOWN / 4) {
            text.truncate(end + 1);
        }
    }
    Shown { label: label.into(), text, cut_from: cut.then_some(bytes.len() as u64) }
}
