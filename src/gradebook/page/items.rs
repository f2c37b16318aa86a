//! Item analysis: how hard each case and each exercise is, whether it tells good work from bad, and what to do about it.
//!
//! A student counts for an item when it has a verdict on their work: who did not attempt an exercise, and whose verdict
//! is a fault of the exercise or the machine, is left out of it.

use std::collections::HashMap;

use super::stats::{Bits, best_quarter, correlation};
use crate::batch::{Batch, Record};

/// Fewer students than this say nothing on an item.
pub const ENOUGH: usize = 10;

/// Below this correlation an item tells little.
const BLUNT: f64 = 0.1;

/// Below this one it tells the wrong way round; nearer to 0 it may be chance.
const INVERTED: f64 = -0.05;

/// What became of an item, student by student.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Column {
    asked: Bits,
    passed: Bits,
}

/// What is known of a class for its item analysis: two bits for each case and student, and the points.
#[derive(Debug)]
pub struct Items {
    /// By exercise, its cases.
    cases: Vec<Vec<Column>>,
    /// By exercise: who has a verdict, and passed it.
    exercises: Vec<Column>,
    /// By exercise, by student: points in hundredths.
    points: Vec<Vec<u32>>,
    /// By student: cases that passed, in all exercises.
    correct: Vec<u32>,
}

/// What the class says of a case or an exercise.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Students with a verdict on it.
    pub asked: usize,
    /// Those of them who passed it.
    pub passed: usize,
    /// Difficulty: the share of those asked who passed a case, the mean share of the points of an exercise; 0 to 1.
    pub share: Option<f64>,
    /// The correlation with all else that the student did (cases passed; points for an exercise), this item left out.
    pub discrimination: Option<f64>,
    /// What an author should do.
    pub advice: Vec<Advice>,
}

/// What an item's numbers suggest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// All pass.
    NobodyFails,
    /// None passes.
    NobodyPasses,
    /// Who is good otherwise fails it more often.
    Inverted,
    /// More than half of the best quarter do not pass it.
    GoodOnesFail,
    /// Passing it has little to do with all else.
    Blunt,
    /// These other cases of the exercise pass and fail for the same students.
    SameAs(Vec<usize>),
}

impl Items {
    /// Nobody has done anything yet.
    pub fn new(batch: &Batch) -> Items {
        let columns = |count: usize| (0..count).map(|_| Column::default()).collect::<Vec<_>>();
        Items {
            cases: batch.exercises.iter().map(|exercise| columns(exercise.cases.len())).collect(),
            exercises: columns(batch.exercises.len()),
            points: vec![Vec::new(); batch.exercises.len()],
            correct: Vec::new(),
        }
    }

    /// Takes the next student: by exercise the record, and for each of its cases whether it passed (`None` without a
    /// verdict on the student's work).
    pub fn student(&mut self, records: &[Record], cases: &[Vec<Option<bool>>]) {
        for (index, (record, cases)) in records.iter().zip(cases).enumerate() {
            let asked = !record.cases.is_empty() && record.is_scored();
            self.exercises[index].asked.push(asked);
            self.exercises[index].passed.push(asked && record.passed == record.total);
            let points = if record.is_scored() { record.points.in_hundredths() } else { 0 };
            self.points[index].push(u32::try_from(points).unwrap_or(u32::MAX));
            for (column, passed) in self.cases[index].iter_mut().zip(cases) {
                column.asked.push(passed.is_some());
                column.passed.push(*passed == Some(true));
            }
        }
        let correct = cases.iter().flatten().filter(|passed| **passed == Some(true)).count();
        self.correct.push(u32::try_from(correct).unwrap_or(u32::MAX));
    }

    /// By exercise, what its cases say.
    pub fn cases(&self) -> Vec<Vec<Item>> {
        self.cases.iter().map(|columns| self.of_cases(columns)).collect()
    }

    fn of_cases(&self, columns: &[Column]) -> Vec<Item> {
        let mut alike: HashMap<&Column, Vec<usize>> = HashMap::new();
        for (index, column) in columns.iter().enumerate() {
            alike.entry(column).or_default().push(index);
        }
        let mut items = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let rest = |student: usize| self.correct[student] - u32::from(column.passed.get(student));
            let share = |student: usize| f64::from(u8::from(column.passed.get(student)));
            let mut item = self.item(column, share, rest);
            let others: Vec<usize> = alike[column].iter().copied().filter(|other| *other != index).collect();
            // Cases that all pass, or all fail, are alike without telling anything of each other.
            if item.asked >= ENOUGH && (1..item.asked).contains(&item.passed) && !others.is_empty() {
                item.advice.push(Advice::SameAs(others));
            }
            items.push(item);
        }
        items
    }

    /// What the exercises say; `most` has the most points of each, in hundredths.
    pub fn exercises(&self, most: &[u64]) -> Vec<Item> {
        let total = |student: usize| self.points.iter().map(|points| points[student]).fold(0, u32::saturating_add);
        let totals: Vec<u32> = (0..self.correct.len()).map(total).collect();
        let of = |((column, points), most): ((&Column, &Vec<u32>), &u64)| {
            let share = |student: usize| f64::from(points[student]) / (*most).max(1) as f64;
            self.item(column, share, |student| totals[student] - points[student])
        };
        self.exercises.iter().zip(&self.points).zip(most).map(of).collect()
    }

    fn item(&self, column: &Column, share: impl Fn(usize) -> f64, rest: impl Fn(usize) -> u32) -> Item {
        let asked: Vec<usize> = (0..self.correct.len()).filter(|student| column.asked.get(*student)).collect();
        let passed = column.passed.count();
        let sum: f64 = asked.iter().map(|student| share(*student)).sum();
        let discrimination = correlation(asked.iter().map(|student| (share(*student), f64::from(rest(*student)))));
        let least = best_quarter(&mut asked.iter().map(|student| rest(*student)).collect::<Vec<_>>());
        let good: Vec<usize> = asked.iter().copied().filter(|student| Some(rest(*student)) >= least).collect();
        let good_passed = good.iter().filter(|student| column.passed.get(**student)).count();
        let advice = match discrimination {
            _ if asked.len() < ENOUGH => None,
            _ if passed == asked.len() => Some(Advice::NobodyFails),
            _ if passed == 0 => Some(Advice::NobodyPasses),
            Some(r) if r < INVERTED => Some(Advice::Inverted),
            Some(_) if good_passed * 2 < good.len() => Some(Advice::GoodOnesFail),
            Some(r) if r < BLUNT => Some(Advice::Blunt),
            _ => None,
        };
        Item {
            asked: asked.len(),
            passed,
            share: (!asked.is_empty()).then(|| sum / asked.len() as f64),
            discrimination,
            advice: advice.into_iter().collect(),
        }
    }
}

impl Advice {
    /// In a sentence; `name` has the ids of the exercise's cases, and `what` is `case` or `exercise`.
    pub fn sentence(&self, what: &str, name: impl Fn(usize) -> String) -> String {
        match self {
            Advice::NobodyFails => {
                format!(
                    "Nobody fails this {what}, so it tells nobody apart: keep it as an easy start, or make it harder."
                )
            }
            Advice::NobodyPasses => {
                format!("Nobody passes this {what}: check what it expects, and whether the text says so.")
            }
            Advice::Inverted => format!(
                "Those who do well elsewhere fail this {what} more often than the others: check what it expects, and \
                 whether the text can be read in two ways."
            ),
            Advice::GoodOnesFail => format!(
                "More than half of the best quarter do not pass this {what}: read a few of their answers before you trust it."
            ),
            Advice::Blunt => {
                format!("Passing this {what} has little to do with the rest: see whether it tests what is taught.")
            }
            Advice::SameAs(others) => {
                let names: Vec<String> = others.iter().take(5).map(|other| name(*other)).collect();
                let more = others.len().saturating_sub(names.len());
                let and = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!(
                    "Passes and fails for the same students as {}{and}: one of them is enough, unless each teaches \
                     something of its own.",
                    names.join(", ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests;
