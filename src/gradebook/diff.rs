//! Who moves between two batches, by how much, and why: two `results.jsonl`, read side by side.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

use super::number::Exact;
use super::results::{CaseLine, Line, Lines, ResultsError};
use crate::batch::{Grade, Points};
use crate::model::{CaseId, ExerciseId, StudentId};
use crate::report::escape;
use crate::report::words::count;

/// What differs between two batches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// Students of both who are not as they were; the largest move first, those whose points became known or unknown
    /// before all others, a loss before a gain of the same size.
    pub moved: Vec<Move>,
    /// How many are as they were.
    pub same: usize,
    /// Students of the old batch only.
    pub only_old: Vec<StudentId>,
    /// Students of the new one only.
    pub only_new: Vec<StudentId>,
}

/// A student who is not as before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The student.
    pub student: StudentId,
    /// Points in all before; `None` when they could not be told.
    pub before: Option<Points>,
    /// Points in all now.
    pub after: Option<Points>,
    /// Exercises that are not as before.
    pub exercises: Vec<ExerciseMove>,
}

/// An exercise of a student that is not as before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExerciseMove {
    /// The exercise.
    pub exercise: ExerciseId,
    /// Verdict and points before; `None` when it was not in the batch.
    pub before: Option<Standing>,
    /// Verdict and points now.
    pub after: Option<Standing>,
    /// Cases with another verdict.
    pub cases: Vec<CaseMove>,
    /// What is known to have changed; empty when nothing is, so that the same work came out differently.
    pub why: Vec<Why>,
}

/// How an exercise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The verdict.
    pub verdict: Grade,
    /// Points, lateness taken off; `None` when they could not be told.
    pub points: Option<Points>,
}

/// A case with another verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMove {
    /// The case.
    pub case: CaseId,
    /// The verdict before; `None` when the case was not there or not run.
    pub before: Option<Grade>,
    /// The verdict now.
    pub after: Option<Grade>,
}

/// A reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The student's files.
    Submission,
    /// Cases, weights, comparisons, given files.
    Exercise,
    /// This program.
    Driver,
    /// The interpreter or its packages.
    Environment,
    /// The limits or the student's accommodation.
    Limits,
    /// What is taken off for lateness.
    Lateness,
}

impl Why {
    /// The name for people.
    pub fn words(self) -> &'static str {
        match self {
            Why::Submission => "the student's files changed",
            Why::Exercise => "the exercise changed",
            Why::Driver => "the program changed",
            Why::Environment => "Python or its packages changed",
            Why::Limits => "the limits changed",
            Why::Lateness => "lateness is counted otherwise",
        }
    }

    fn of(old: &Line, new: &Line) -> Vec<Why> {
        let (a, b) = (&old.key, &new.key);
        let percent = |line: &Line| line.late.as_ref().map_or(0, |late| late.percent);
        let all = [
            (a.submission != b.submission, Why::Submission),
            (a.exercise != b.exercise, Why::Exercise),
            (a.driver != b.driver, Why::Driver),
            (a.environment != b.environment, Why::Environment),
            (a.limits != b.limits, Why::Limits),
            (percent(old) != percent(new), Why::Lateness),
        ];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, why)| why).collect()
    }
}

impl Move {
    /// By how many hundredths of a point; `None` when one of the two is not known.
    pub fn hundredths(&self) -> Option<i64> {
        by(self.before, self.after)
    }

    /// What it is sorted by.
    fn place(&self) -> (bool, Reverse<u64>, i64, &StudentId) {
        let by = self.hundredths();
        // Points that became known or unknown are a move of no known size; without any they did not move at all.
        let is_known = by.is_some() || (self.before.is_none() && self.after.is_none());
        let by = by.unwrap_or(0);
        (is_known, Reverse(by.unsigned_abs()), by.signum(), &self.student)
    }
}

fn by(before: Option<Points>, after: Option<Points>) -> Option<i64> {
    let hundredths = |points: Points| i64::try_from(points.in_hundredths()).ok();
    hundredths(after?)?.checked_sub(hundredths(before?)?)
}

/// Compares two files, or the folders of two batches. Neither is held in memory; what differs is.
pub fn files(old: &Path, new: &Path) -> Result<Diff, ResultsError> {
    let (mut old, mut new) = (Students::open(old)?, Students::open(new)?);
    let mut diff = Diff::default();
    let (mut left, mut right) = (old.next()?, new.next()?);
    loop {
        let order = match (&left, &right) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(left), Some(right)) => left[0].student.cmp(&right[0].student),
        };
        match order {
            Ordering::Less => {
                diff.only_old.extend(left.iter().map(|lines| lines[0].student.clone()));
                left = old.next()?;
            }
            Ordering::Greater => {
                diff.only_new.extend(right.iter().map(|lines| lines[0].student.clone()));
                right = new.next()?;
            }
            Ordering::Equal => {
                if let (Some(before), Some(after)) = (&left, &right) {
                    match student(before, after) {
                        Some(moved) => diff.moved.push(moved),
                        None => diff.same += 1,
                    }
                }
                (left, right) = (old.next()?, new.next()?);
            }
        }
    }
    diff.moved.sort_by(|a, b| a.place().cmp(&b.place()));
    Ok(diff)
}

/// The lines of a file, a student at a time.
struct Students {
    lines: Lines,
    ahead: Option<Line>,
}

impl Students {
    fn open(path: &Path) -> Result<Students, ResultsError> {
        let mut lines = Lines::open(path)?;
        let ahead = lines.next().transpose()?;
        Ok(Students { lines, ahead })
    }

    /// The lines of the next student; never empty.
    fn next(&mut self) -> Result<Option<Vec<Line>>, ResultsError> {
        let Some(first) = self.ahead.take() else { return Ok(None) };
        let mut all = vec![first];
        for line in self.lines.by_ref() {
            let line = line?;
            if line.student != all[0].student {
                self.ahead = Some(line);
                break;
            }
            all.push(line);
        }
        Ok(Some(all))
    }
}

fn student(before: &[Line], after: &[Line]) -> Option<Move> {
    let total = |lines: &[Line]| lines.iter().map(|line| line.points.map(|points| points.0)).sum::<Option<Points>>();
    let mut exercises = Vec::new();
    for pair in pairs(before, after, |line| &line.exercise) {
        exercises.extend(exercise(pair));
    }
    let moved = Move { student: before[0].student.clone(), before: total(before), after: total(after), exercises };
    (!moved.exercises.is_empty()).then_some(moved)
}

fn exercise((old, new): (Option<&Line>, Option<&Line>)) -> Option<ExerciseMove> {
    let standing = |line: &Line| Standing { verdict: line.verdict, points: line.points.map(|Exact(points)| points) };
    let cases = |line: Option<&'_ Line>| line.map_or(Vec::new(), |line| line.cases.clone());
    let (old_cases, new_cases) = (cases(old), cases(new));
    let verdict = |case: Option<&CaseLine>| case.map(|case| case.verdict);
    // What an exercise that came or went has of cases is no news.
    let both = old.zip(new);
    let cases = pairs(&old_cases, &new_cases, |case| &case.case)
        .into_iter()
        .filter(|(a, b)| both.is_some() && verdict(*a) != verdict(*b))
        .filter_map(|(a, b)| Some(CaseMove { case: a.or(b)?.case.clone(), before: verdict(a), after: verdict(b) }))
        .collect::<Vec<_>>();
    let (before, after) = (old.map(standing), new.map(standing));
    let moved = ExerciseMove {
        exercise: old.or(new)?.exercise.clone(),
        before,
        after,
        cases,
        why: both.map(|(old, new)| Why::of(old, new)).unwrap_or_default(),
    };
    (before != after || !moved.cases.is_empty()).then_some(moved)
}

/// The items of both that have the same key, beside each other: in the order of the first, then those of the second only.
fn pairs<'a, T, K: Ord>(old: &'a [T], new: &'a [T], key: impl Fn(&T) -> &K) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let find = |all: &'a [T], like: &T| all.iter().find(|one| key(one) == key(like));
    let first = old.iter().map(|one| (Some(one), find(new, one)));
    let second = new.iter().filter(|one| find(old, one).is_none()).map(|one| (None, Some(one)));
    first.chain(second).collect()
}

/// A text of at most 80 columns a line.
impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.summary(&mut text)?;
        for moved in &self.moved {
            writeln!(text, "\n{}", total(moved))?;
            for exercise in &moved.exercises {
                exercise_text(&mut text, exercise)?;
            }
        }
        for (title, ids) in [("Only in the old batch", &self.only_old), ("Only in the new batch", &self.only_new)] {
            if !ids.is_empty() {
                writeln!(text, "\n{title}: {}", count(ids.len(), "student"))?;
            }
            for id in ids {
                writeln!(text, "  {}", escape::cut(id.as_str(), 78))?;
            }
        }
        f.write_str(&text)
    }
}

impl Diff {
    fn summary(&self, text: &mut String) -> fmt::Result {
        let signs: Vec<i64> = self.moved.iter().filter_map(Move::hundredths).map(i64::signum).collect();
        let of = |sign: i64| signs.iter().filter(|&&one| one == sign).count();
        let students = count(self.moved.len() + self.same, "student");
        writeln!(text, "{students} in both batches: {} down, {} up, {} as before", of(-1), of(1), self.same)?;
        let level = self.moved.len() - of(-1) - of(1);
        if level > 0 {
            writeln!(
                text,
                "{}",
                wrapped(0, &format!("{} with other verdicts, or points known in one batch only", level))
            )?;
        }
        let mut tiers: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
        let mut cases: BTreeMap<(&ExerciseId, &CaseId), usize> = BTreeMap::new();
        for moved in self.moved.iter().flat_map(|moved| &moved.exercises) {
            let points = |standing: Option<Standing>| standing.and_then(|standing| standing.points);
            let of_tier = tiers.entry(moved.exercise.tier().as_str()).or_default();
            of_tier.0 += 1;
            of_tier.1 += by(points(moved.before), points(moved.after)).unwrap_or(0);
            for case in &moved.cases {
                *cases.entry((&moved.exercise, &case.case)).or_default() += 1;
            }
        }
        for (tier, (times, by)) in tiers {
            let line = format!("{tier}: {}, {} points in all", count(times, "change"), signed(by));
            writeln!(text, "{}", wrapped(0, &line))?;
        }
        const MOST: usize = 5;
        let mut cases: Vec<_> = cases.into_iter().collect();
        cases.sort_by_key(|(_, times)| Reverse(*times));
        for ((exercise, case), times) in cases.into_iter().take(MOST) {
            writeln!(text, "{}", wrapped(0, &format!("{exercise} {case}: {}", count(times, "student"))))?;
        }
        Ok(())
    }
}

/// `s001   12 -> 8.5   -3.5`
fn total(moved: &Move) -> String {
    let id = escape::cut(moved.student.as_str(), 40);
    let id = format!("{id}{}", " ".repeat(40 - escape::width(&id)));
    let change = moved.hundredths().map(signed).unwrap_or_default();
    format!("{id} {:>9} -> {:<9} {change:>9}", known(moved.before), known(moved.after)).trim_end().to_owned()
}

fn known(points: Option<Points>) -> String {
    points.map_or_else(|| "unknown".to_owned(), |points| points.to_string())
}

/// `+3.5`
fn signed(hundredths: i64) -> String {
    let sign = ["-", "", "+"][(hundredths.signum() + 1) as usize];
    format!("{sign}{}", Points::hundredths(hundredths.unsigned_abs()))
}

fn exercise_text(text: &mut String, moved: &ExerciseMove) -> fmt::Result {
    let standing = |standing: Option<Standing>| match standing {
        Some(Standing { verdict, points }) => format!("{} {}", verdict.words(), known(points)),
        None => "not in the batch".to_owned(),
    };
    let (before, after) = (standing(moved.before), standing(moved.after));
    writeln!(text, "{}", wrapped(2, &format!("{}: {before} -> {after}", moved.exercise)))?;
    let verdict = |grade: Option<Grade>| grade.map_or("not there", Grade::words);
    for case in &moved.cases {
        let line = format!("{}: {} -> {}", case.case, verdict(case.before), verdict(case.after));
        writeln!(text, "{}", wrapped(4, &line))?;
    }
    let why: Vec<&str> = moved.why.iter().map(|why| why.words()).collect();
    let both = moved.before.is_some() && moved.after.is_some();
    match (why.is_empty(), both) {
        (false, _) => writeln!(text, "{}", wrapped(4, &format!("because {}", why.join(", "))))?,
        (true, true) => writeln!(text, "    nothing changed that is known: the same work came out differently")?,
        (true, false) => {}
    }
    Ok(())
}

/// A line of 80 columns at most, and more lines for what is left, indented. No word is longer than an id may be.
fn wrapped(indent: usize, line: &str) -> String {
    let mut text = " ".repeat(indent);
    let mut column = indent;
    for (index, word) in line.split(' ').enumerate() {
        let room = 80 - (indent + 4);
        let word = escape::cut(word, room);
        let width = escape::width(&word);
        if index > 0 && column + 1 + width > 80 {
            text.push('\n');
            text.push_str(&" ".repeat(indent + 4));
            column = indent + 4;
        } else if index > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(&word);
        column += width;
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
