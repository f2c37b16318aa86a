//! `kind = "speed"`: a call on inputs of growing size, in turns with the exercise's reference, each in a process of its own.
//! What its processor time is beside the reference's, and how it grows, is judged; never seconds.
//!
//! Processor time is what the kernel has counted for the whole process, so that a program that changes clocks gains
//! nothing. A function that does nothing takes its turn, too: what starting and reading the input cost is taken off.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use toml::Spanned;
use toml::de::DeTable;

use super::answer::{ArgumentRule, Expectation, answer, returned, unanswered};
use super::{Context, Entry, Judgement, Kind, ReadError, Replay, Setup, Snapped, cut_short, read_table, shown};
use crate::codec::notation::{Call, Step};
use crate::codec::wire;
use crate::event::Shown;
use crate::model::{
    Channel, Comparison, Difference, DifferenceKind, Facts, Job, Limits, Options, Program, Sockets, Value, Verdict,
    WorkFile,
};

pub const ENTRY: Entry = Entry {
    name: "speed",
    keys: &["call", "input", "sizes", "ratio", "growth", "memory"],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// How often each is run; the least time counts, since whatever else a machine does only ever adds.
const ROUNDS: usize = 3;
/// Who takes turns: a function that does nothing, the reference, the learner.
const TURNS: usize = 3;
const LEARNER: usize = 2;
/// Less is not told from nothing.
const LEAST: Duration = Duration::from_millis(2);
/// Less memory than this, in bytes, counts as this: so much an interpreter takes or not, whatever the program does.
const LEAST_MEMORY: u64 = 8 << 20;
const SIZES: std::ops::RangeInclusive<usize> = 3..=8;
/// The function of an `input` file.
const MAKE: &str = "make";

/// The keys of a speed case.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// The name of the function that is called.
    #[schemars(with = "String")]
    call: Spanned<String>,
    /// A Python file of the exercise, whose `make(n)` returns the tuple of arguments of size n: the same in each run.
    #[schemars(with = "String")]
    input: Spanned<String>,
    /// The sizes: 3 to 8, each larger than the one before.
    #[schemars(with = "Vec<u64>")]
    sizes: Spanned<Vec<u32>>,
    /// The most of the reference's processor time that it may take at the largest size; above 1.
    #[schemars(with = "f64")]
    ratio: Spanned<f64>,
    /// The largest exponent with which its time may grow: 1 is as the size does, 2 as its square.
    growth: Option<f64>,
    /// The most of the reference's memory that it may take at the largest size.
    memory: Option<f64>,
}

/// A speed case.
#[derive(Debug)]
struct Speed {
    call: String,
    input: WorkFile,
    sizes: Vec<u32>,
    ratio: f64,
    growth: Option<f64>,
    memory: Option<f64>,
    options: Options,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let table: Table = read_table(table)?;
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(char::is_numeric)
    };
    if !is_name(table.call.get_ref()) {
        return Err(ReadError::at(table.call.span(), "`call` is the name of a function, without arguments"));
    }
    let path = table.input.get_ref();
    let Some(bytes) = context.files.read(path).filter(|_| path.ends_with(".py")) else {
        let message = format!("there is no Python file `{path}` in the exercise's folder");
        return Err(ReadError::at(table.input.span(), message));
    };
    let sizes = table.sizes.get_ref();
    if !SIZES.contains(&sizes.len()) || sizes[0] == 0 || sizes.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(ReadError::at(table.sizes.span(), "`sizes` are 3 to 8 numbers from 1, each larger than the last"));
    }
    if !(table.ratio.get_ref().is_finite() && *table.ratio.get_ref() > 1.0) {
        return Err(ReadError::at(table.ratio.span(), "`ratio` is above 1: the reference itself takes 1"));
    }
    Ok(Box::new(Speed {
        input: WorkFile { path: "input.py".to_owned(), bytes },
        call: table.call.into_inner(),
        sizes: table.sizes.into_inner(),
        ratio: table.ratio.into_inner(),
        growth: table.growth,
        memory: table.memory,
        options: context.options.clone(),
    }))
}

/// What a job of the case is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Makes the input of this size.
    Input(usize),
    /// Runs somebody's call on the input of this size.
    Call { size: usize, who: usize },
}

/// What an author's program did wrong.
fn fault(what: &str, facts: &Facts, limits: &Limits) -> Judgement {
    let why = cut_short(facts, limits).or_else(|| Some(unanswered(facts))).and_then(|judgement| judgement.reason);
    let why = match facts.answer.as_deref().and_then(answer) {
        Some(answer) => match answer.raised.or(answer.not_loaded) {
            Some(raised) => format!("{}: {}", raised.class, raised.message),
            None => "what it returned cannot be used".to_owned(),
        },
        None => why.unwrap_or_default(),
    };
    Judgement::of(Verdict::ExerciseError, format!("{what} failed: {why}"))
}

/// What a job returned, if it did.
fn value(facts: &Facts) -> Option<Value> {
    let mut answer = facts.answer.as_deref().and_then(answer)?;
    returned(&mut answer)?.ok()
}

/// The arguments that an input file has made.
fn arguments(facts: &Facts) -> Option<Vec<Value>> {
    match value(facts)? {
        Value::Tuple(items) => Some(items),
        _ => None,
    }
}

impl Speed {
    fn turn(&self, index: usize) -> Option<Turn> {
        let Some(after) = index.checked_sub(self.sizes.len()) else { return Some(Turn::Input(index)) };
        let one_round = self.sizes.len() * TURNS;
        let size = after % one_round / TURNS;
        (after < ROUNDS * one_round).then_some(Turn::Call { size, who: after % TURNS })
    }

    fn program(&self, setup: &Setup, solution: Vec<WorkFile>, entry: &str, name: &str, args: &[Value]) -> Job {
        let args: Vec<_> = args.iter().map(wire::encode).collect();
        let step = json!({ "name": name, "args": args, "kwargs": [] });
        let question = json!({ "steps": [step], "arguments": false });
        Job {
            python: setup.python.clone(),
            preload: setup.preload.clone(),
            program: Program::Call { entry: entry.to_owned(), question: question.to_string().into_bytes().into() },
            env: Vec::new(),
            solution,
            inputs: Vec::new(),
            stdin: [].into(),
            hash_seed: setup.hash_seed,
            seed: setup.seed,
            limits: setup.limits,
            collect_files: false,
            sockets: Sockets::None,
        }
    }

    fn input(&self, setup: &Setup, size: usize) -> Job {
        let number = Value::Int(self.sizes[size].into());
        self.program(setup, vec![self.input.clone()], &self.input.path, MAKE, &[number])
    }

    /// Processor time by size for one of those who take turns: the least of all rounds, without what doing nothing takes.
    fn costs(&self, all: &[&Facts], who: usize) -> Vec<Duration> {
        let least = |size: usize, who: usize| {
            let times = all.iter().enumerate().filter(|(index, _)| self.turn(*index) == Some(Turn::Call { size, who }));
            times.map(|(_, facts)| facts.usage.cpu).min().unwrap_or_default()
        };
        (0..self.sizes.len()).map(|size| least(size, who).saturating_sub(least(size, 0))).collect()
    }

    /// What is said of times that were all measured.
    fn compare(&self, all: &[&Facts]) -> Comparison {
        let (reference, learner) = (self.costs(all, 1), self.costs(all, LEARNER));
        let mut found = Comparison::default();
        let mut push = |path: &str, expected: f64, actual: f64, note: String| {
            found.push(Difference {
                channel: Channel::Speed,
                path: path.to_owned(),
                kind: DifferenceKind::Value,
                expected: Some(format!("at most {expected}")),
                actual: Some(format!("{actual:.1}")),
                near: None,
                note: Some(note),
            });
        };
        let last = self.sizes.len() - 1;
        let ratio = ratio(learner[last], reference[last]);
        if ratio > self.ratio {
            let note = format!("at size {} it takes {ratio:.1} times as long as the reference", self.sizes[last]);
            push("/ratio", self.ratio, ratio, note);
        }
        if let (Some(most), Some(growth)) = (self.growth, growth(&self.sizes, &learner))
            && growth > most
        {
            push("/growth", most, growth, format!("its time grows like n^{growth:.1}, where n is the size"));
        }
        let peak = |who| {
            let turns = all.iter().enumerate();
            let turns = turns.filter(|(index, _)| self.turn(*index) == Some(Turn::Call { size: last, who }));
            turns.map(|(_, facts)| facts.usage.memory).min().unwrap_or_default()
        };
        if let Some(most) = self.memory {
            let [learner, reference] = [LEARNER, 1].map(|who| to_f64(peak(who).max(LEAST_MEMORY)));
            let times = learner / reference;
            if times > most {
                let note = format!("at size {} it takes {times:.1} times the reference's memory", self.sizes[last]);
                push("/memory", most, times, note);
            }
        }
        found
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure of bytes, for a ratio of two digits")]
fn to_f64(bytes: u64) -> f64 {
    bytes as f64
}

/// How many times the reference's time the learner's is; 1 where both are too short to be measured.
fn ratio(learner: Duration, reference: Duration) -> f64 {
    learner.max(LEAST).as_secs_f64() / reference.max(LEAST).as_secs_f64()
}

/// The exponent with which times grow with sizes: the slope of the straight line, by least squares, through their
/// logarithms. `None` when fewer than two of them are long enough to be measured.
fn growth(sizes: &[u32], times: &[Duration]) -> Option<f64> {
    let measured = sizes.iter().zip(times).filter(|(_, time)| **time >= LEAST);
    let points: Vec<(f64, f64)> =
        measured.map(|(size, time)| (f64::from(*size).ln(), time.as_secs_f64().ln())).collect();
    let count = f64::from(u32::try_from(points.len()).ok().filter(|count| *count >= 2)?);
    let (mean_x, mean_y) =
        (points.iter().map(|(x, _)| x).sum::<f64>() / count, points.iter().map(|(_, y)| y).sum::<f64>() / count);
    let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    Some(covariance / variance)
}

impl Kind for Speed {
    fn shown(&self) -> Vec<Shown> {
        let sizes: Vec<String> = self.sizes.iter().map(u32::to_string).collect();
        vec![shown("call", format!("{}(...) at sizes {}", self.call, sizes.join(", ")).as_bytes())]
    }

    fn job(&self, setup: &Setup) -> Job {
        self.input(setup, 0)
    }

    fn then(&self, setup: &Setup, done: &[Facts]) -> Option<Job> {
        // Whoever failed: there is nothing more to learn.
        let last = done.last()?;
        value(last)?;
        match self.turn(done.len())? {
            Turn::Input(size) => Some(self.input(setup, size)),
            Turn::Call { size, who } => {
                let args = arguments(done.get(size)?)?;
                let nothing = format!("def {}(*args):\n    pass\n", self.call);
                let nothing = || vec![WorkFile { path: setup.entry.clone(), bytes: nothing.as_bytes().into() }];
                let solution = match who {
                    0 => nothing(),
                    LEARNER => setup.solution.clone(),
                    _ => setup.reference.clone(),
                };
                Some(self.program(setup, solution, &setup.entry, &self.call, &args))
            }
        }
    }

    fn replay(&self, setup: &Setup) -> Replay {
        Replay::Sized { job: self.input(setup, 0), call: self.call.clone(), sizes: self.sizes.clone() }
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        let all: Vec<&Facts> = facts.earlier.iter().chain([facts]).collect();
        let mut expected: Vec<Option<Value>> = vec![None; self.sizes.len()];
        for (index, facts) in all.iter().enumerate() {
            match self.turn(index) {
                Some(Turn::Input(size)) if arguments(facts).is_none() => {
                    let made = facts.answer.is_some() && value(facts).is_some();
                    let message = format!("`{MAKE}({})` of the input file returns no tuple", self.sizes[size]);
                    return match made {
                        true => Judgement::of(Verdict::ExerciseError, message),
                        false => fault("the input file", facts, limits),
                    };
                }
                Some(Turn::Call { size, who: 1 }) => match value(facts) {
                    Some(value) => expected[size] = Some(value),
                    None => return fault("the reference", facts, limits),
                },
                Some(Turn::Call { size, who: LEARNER }) => {
                    if let Some(judgement) = cut_short(facts, limits) {
                        let reason = judgement.reason.map(|why| format!("at size {}: {why}", self.sizes[size]));
                        return Judgement { reason, ..judgement };
                    }
                    let judged = self.judge_answer(facts, expected[size].take());
                    if judged.verdict != Verdict::Passed {
                        return judged;
                    }
                }
                _ => {}
            }
        }
        if self.turn(all.len()).is_some() {
            // The function that does nothing is ours.
            return Judgement::of(Verdict::MachineError, "not all turns were taken");
        }
        Judgement::compared(self.compare(&all))
    }

    fn has_expectation(&self) -> bool {
        true
    }

    fn snap(&self, _: &Facts) -> Result<Vec<Snapped>, String> {
        Err("what a speed case expects is what the reference does".to_owned())
    }
}

impl Speed {
    /// The judgement on what the learner returned.
    fn judge_answer(&self, facts: &Facts, expected: Option<Value>) -> Judgement {
        let Some(answer) = facts.answer.as_deref().and_then(answer) else { return unanswered(facts) };
        let expected = Expectation {
            returns: expected,
            raises: None,
            arguments: ArgumentRule::Any,
            after: Vec::new(),
            options: self.options.clone(),
        };
        let call = Call { steps: vec![Step::Attribute(self.call.clone())] };
        let forged = |why: String| Judgement::of(Verdict::Crashed, format!("the answer cannot be read: {why}"));
        expected.judge(&call, answer).unwrap_or_else(forged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_set_beside_each_other() {
        let ms = Duration::from_millis;
        assert_eq!(ratio(ms(30), ms(10)), 3.0);
        assert_eq!(ratio(ms(1), ms(0)), 1.0);
        assert_eq!(ratio(ms(20), ms(0)), 10.0);
    }

    #[test]
    fn growth_is_an_exponent() {
        let times = |all: &[u64]| all.iter().map(|one| Duration::from_millis(*one)).collect::<Vec<_>>();
        let close = |found: Option<f64>, wanted: f64| (found.unwrap_or(f64::NAN) - wanted).abs() < 1e-9;
        assert!(close(growth(&[100, 200, 400], &times(&[10, 20, 40])), 1.0));
        assert!(close(growth(&[100, 200, 400], &times(&[10, 40, 160])), 2.0));
        assert!(close(growth(&[100, 200, 400], &times(&[0, 20, 40])), 1.0));
        assert_eq!(growth(&[100, 200, 400], &times(&[0, 0, 40])), None);
    }
}
