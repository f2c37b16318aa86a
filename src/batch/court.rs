//! Who is heard again: one run of a case that does not pass could be bad luck, and a grade is not to hang on luck.
//!
//! - A case that did not pass is run a second time; a pass that came close to a time limit as well.
//! - When the two do not agree, it is run until there are [`RUNS`], and the case is `unstable`, with the counts.
//! - Of the cases that ran into the time limit only the first is run again: an endless loop is one, however many cases
//!   meet it. When that one does not hold, all of them are run again.
//! - Where the first [`HOPELESS`] cases all run into the time limit, the others are not run: `not_reached`.

use super::{Grade, Runs};
use crate::model::{Limits, Usage, Verdict};

/// How often a case is run in all whose first two runs do not agree.
pub const RUNS: u32 = 5;
/// After so many cases that all ran into the time limit, none having done anything else, the rest is not run.
pub const HOPELESS: usize = 3;
/// A pass that took more than this share of a time limit is close to it.
const CLOSE: f64 = 0.8;

/// What a case's first run was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// Its verdict.
    pub verdict: Verdict,
    /// Whether it came close to a time limit.
    pub close: bool,
}

/// Whether a run that used this much came close to a time limit.
pub fn is_close(usage: &Usage, limits: &Limits) -> bool {
    let share =
        |used: std::time::Duration, limit: std::time::Duration| used.as_secs_f64() > limit.as_secs_f64() * CLOSE;
    share(usage.wall, limits.wall.0) || share(usage.cpu, limits.cpu.0)
}

/// Whether the cases after these are not to be run.
pub fn is_hopeless(so_far: &[First]) -> bool {
    so_far.len() >= HOPELESS && so_far[..HOPELESS].iter().all(|first| first.verdict == Verdict::TimedOut)
}

/// Which cases are to be run again, by index.
pub fn to_hear(firsts: &[First]) -> Vec<usize> {
    let first_timeout = firsts.iter().position(|first| first.verdict == Verdict::TimedOut);
    let wanted = |(at, first): &(usize, &First)| match first.verdict {
        Verdict::Passed => first.close,
        Verdict::TimedOut => Some(*at) == first_timeout,
        Verdict::Failed | Verdict::Crashed | Verdict::OutOfMemory | Verdict::OutputLimit => true,
        Verdict::NotAttempted | Verdict::NotReached | Verdict::ExerciseError | Verdict::MachineError => false,
    };
    firsts.iter().enumerate().filter(wanted).map(|(at, _)| at).collect()
}

/// What follows from a case's runs, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// The grade, and the counts where they say more than it.
    Grade(Grade, Runs),
    /// It has to be run once more.
    Again,
}

/// The ruling on a case whose runs gave these verdicts, at least one.
pub fn rule(runs: &[Verdict]) -> Ruling {
    let first = runs.first().copied().unwrap_or(Verdict::MachineError);
    // A fault of the machine says nothing of the work.
    let said: Vec<Verdict> = runs.iter().copied().filter(|verdict| verdict.counts()).collect();
    let Some(&one) = said.first() else { return Ruling::Grade(Grade::Stable(first), Runs::default()) };
    if said.iter().all(|verdict| *verdict == one) {
        return Ruling::Grade(Grade::Stable(one), Runs::default());
    }
    if said.len() < RUNS as usize {
        return Ruling::Again;
    }
    let mut counts = Runs::default();
    said.into_iter().for_each(|verdict| *counts.0.entry(verdict).or_default() += 1);
    Ruling::Grade(Grade::UNSTABLE, counts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::{Bytes, Time};

    fn first(verdict: Verdict) -> First {
        First { verdict, close: false }
    }

    #[test]
    fn who_is_run_again() {
        use Verdict::*;
        let close = First { verdict: Passed, close: true };
        let firsts = [first(Passed), first(Failed), close, first(TimedOut), first(TimedOut), first(NotReached)];
        assert_eq!(to_hear(&firsts), [1, 2, 3]);
        assert_eq!(to_hear(&[first(MachineError), first(ExerciseError), first(Crashed)]), [2]);
    }

    #[test]
    fn only_a_program_that_never_did_anything_else_is_hopeless() {
        let loops = first(Verdict::TimedOut);
        assert!(is_hopeless(&[loops; 3]));
        assert!(!is_hopeless(&[loops; 2]));
        // Nor do those that were not run for it change that.
        assert!(is_hopeless(&[loops, loops, loops, first(Verdict::NotReached)]));
        assert!(!is_hopeless(&[loops, first(Verdict::Failed), loops, loops]));
    }

    #[test]
    fn runs_that_do_not_agree_are_counted() {
        use Verdict::*;
        assert_eq!(rule(&[Failed, Failed]), Ruling::Grade(Grade::Stable(Failed), Runs::default()));
        assert_eq!(rule(&[Failed, Passed]), Ruling::Again);
        let Ruling::Grade(grade, runs) = rule(&[Failed, Passed, Passed, Passed, Failed]) else { unreachable!() };
        assert_eq!((grade, runs.0.get(&Passed), runs.0.get(&Failed)), (Grade::UNSTABLE, Some(&3), Some(&2)));
        assert!(runs.mostly_passed());
        // The machine's faults say nothing of the work.
        assert_eq!(rule(&[Failed, MachineError, Failed]), Ruling::Grade(Grade::Stable(Failed), Runs::default()));
        assert_eq!(rule(&[MachineError]), Ruling::Grade(Grade::Stable(MachineError), Runs::default()));
    }

    #[test]
    fn close_is_more_than_four_fifths_of_a_time_limit() {
        let second = Time(Duration::from_secs(1));
        let limits = Limits { wall: second, cpu: second, memory: Bytes(1), output: Bytes(1), files: Bytes(1) };
        let used = |wall, cpu| Usage { wall: Duration::from_millis(wall), cpu: Duration::from_millis(cpu), memory: 0 };
        assert!(is_close(&used(801, 10), &limits));
        assert!(is_close(&used(100, 900), &limits));
        assert!(!is_close(&used(800, 800), &limits));
    }
}
