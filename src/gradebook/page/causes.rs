//! Failing cases by their cause, and what students were told of them: each text once, and not more of them than a page
//! can hold.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cut;
use super::json::Array;
use crate::batch::{CaseRecord, Cause};

/// Up to so many bytes, every text is kept.
const FREE: usize = 8 << 20;
/// After that the first of each cause are, up to so many bytes.
const MOST: usize = 11 << 20;
/// How many are the first.
const FIRST: u32 = 2;
/// The most causes that are told apart; more come together as "other causes" of their exercise.
const MOST_CAUSES: usize = 20_000;

/// The causes of a class.
#[derive(Debug, Default)]
pub struct Causes {
    known: HashMap<(usize, Cause), usize>,
    all: Vec<Cluster>,
    texts: Array,
    /// Digest of a text to its place in `texts`.
    places: HashMap<[u8; 32], i64>,
    left_out: u64,
    limits: Limits,
}

#[derive(Debug)]
struct Limits {
    free: usize,
    most: usize,
    causes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { free: FREE, most: MOST, causes: MOST_CAUSES }
    }
}

/// A cause, and who has it.
#[derive(Debug, Serialize)]
pub struct Cluster {
    /// The exercise, by its place in the batch.
    pub exercise: usize,
    /// What it is, on one line.
    pub label: String,
    /// Whether it is one of a hidden case.
    pub hidden: bool,
    /// How many cases fail of it, over all students.
    pub failing: u64,
    /// How many students have it.
    pub students: u64,
    /// The cases that fail of it, by their places in the exercise.
    pub cases: BTreeSet<usize>,
    /// The first student who has it and what they were told: places in the class and in the texts.
    pub example: Option<(usize, i64)>,
    #[serde(skip)]
    last: Option<usize>,
    #[serde(skip)]
    kept: u32,
}

/// Where a failing case belongs: the cause's place, and the place of what was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The cause.
    pub cause: usize,
    /// The text: its place, [`Place::NOTHING`] or [`Place::LEFT_OUT`].
    pub text: i64,
}

impl Place {
    /// Nothing was told.
    pub const NOTHING: i64 = -1;
    /// Something was told, but the page has no room for it.
    pub const LEFT_OUT: i64 = -2;
}

impl Causes {
    /// Takes a case that did not pass: of which student, exercise and case, by their places.
    pub fn failing(&mut self, student: usize, exercise: usize, case: usize, found: &CaseRecord) -> io::Result<Place> {
        let cause = match &found.cause {
            Some(cause) => Cause { label: cut::line(&cause.label), hidden: cause.hidden },
            None => Cause { label: found.verdict.words().to_owned(), hidden: false },
        };
        let index = self.cluster(exercise, cause);
        let text = self.text(index, &found.told)?;
        let cluster = &mut self.all[index];
        cluster.failing += 1;
        cluster.cases.insert(case);
        if cluster.last != Some(student) {
            cluster.last = Some(student);
            cluster.students += 1;
        }
        if cluster.example.is_none() && text >= 0 {
            cluster.example = Some((student, text));
        }
        Ok(Place { cause: index, text })
    }

    fn cluster(&mut self, exercise: usize, cause: Cause) -> usize {
        let key = (exercise, cause);
        if let Some(index) = self.known.get(&key) {
            return *index;
        }
        let key = match self.all.len() < self.limits.causes {
            true => key,
            false => (exercise, Cause { label: "other causes".to_owned(), hidden: false }),
        };
        if let Some(index) = self.known.get(&key) {
            return *index;
        }
        let (label, hidden) = (key.1.label.clone(), key.1.hidden);
        let (failing, students, cases, example, last, kept) = (0, 0, BTreeSet::new(), None, None, 0);
        self.all.push(Cluster { exercise, label, hidden, failing, students, cases, example, last, kept });
        self.known.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }

    fn text(&mut self, cause: usize, told: &str) -> io::Result<i64> {
        if told.is_empty() {
            return Ok(Place::NOTHING);
        }
        let digest: [u8; 32] = Sha256::digest(told.as_bytes()).into();
        if let Some(place) = self.places.get(&digest) {
            return Ok(*place);
        }
        let (size, kept) = (self.texts.bytes(), self.all[cause].kept);
        if size >= self.limits.most || (size >= self.limits.free && kept >= FIRST) {
            self.left_out += 1;
            return Ok(Place::LEFT_OUT);
        }
        let place = i64::try_from(self.texts.len()).unwrap_or(i64::MAX);
        self.texts.push(&cut::block(told, CaseRecord::MOST_TOLD))?;
        self.places.insert(digest, place);
        self.all[cause].kept += 1;
        Ok(place)
    }

    /// The causes, in the order in which they were seen.
    pub fn all(&self) -> &[Cluster] {
        &self.all
    }

    /// How many failing cases have a text that the page has no room for.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Writes the texts as a JSON array.
    pub fn write_texts(&self, writer: &mut impl Write) -> io::Result<()> {
        self.texts.write(writer)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::super::samples::failed;
    use super::*;

    fn texts(causes: &Causes) -> Vec<String> {
        let mut bytes = Vec::new();
        causes.write_texts(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn equal_causes_are_one_and_equal_texts_are_one() {
        let mut causes = Causes::default();
        let first = causes.failing(0, 0, 1, &failed("b", "KeyError in load", "no `id`")).unwrap();
        let again = causes.failing(0, 0, 2, &failed("c", "KeyError in load", "no `id`")).unwrap();
        let other = causes.failing(1, 0, 1, &failed("b", "KeyError in load", "no `name`")).unwrap();
        let elsewhere = causes.failing(1, 1, 0, &failed("a", "KeyError in load", "no `id`")).unwrap();
        assert_eq!((first, again), (Place { cause: 0, text: 0 }, Place { cause: 0, text: 0 }));
        assert_eq!((other, elsewhere), (Place { cause: 0, text: 1 }, Place { cause: 1, text: 0 }));
        let one = &causes.all()[0];
        assert_eq!((one.failing, one.students, one.cases.len(), one.example), (3, 2, 2, Some((0, 0))));
        assert_eq!(texts(&causes), ["no `id`", "no `name`"]);
    }

    #[test]
    fn a_full_page_keeps_the_first_of_each_cause() {
        let mut causes = Causes { limits: Limits { free: 40, most: 120, causes: 10 }, ..Causes::default() };
        let mut kept = Vec::new();
        for student in 0..6 {
            let told = format!("{student} has said something of its own");
            kept.push(causes.failing(student, 0, 0, &failed("a", "wrong", &told)).unwrap().text);
        }
        assert_eq!(kept, [0, 1, -2, -2, -2, -2]);
        assert_eq!(causes.failing(6, 0, 0, &failed("a", "another", "this is told, it is the first")).unwrap().text, 2);
        assert_eq!(causes.failing(7, 0, 0, &failed("a", "a third", "and there is room for one")).unwrap().text, 3);
        assert_eq!(causes.failing(8, 0, 0, &failed("a", "a fourth", "but not for more")).unwrap().text, -2);
        assert_eq!((causes.left_out(), texts(&causes).len()), (5, 4));
    }

    #[test]
    fn too_many_causes_come_together() {
        let mut causes = Causes { limits: Limits { causes: 2, ..Limits::default() }, ..Causes::default() };
        let labels = ["a", "b", "c", "d", "a"];
        let places = labels.map(|label| causes.failing(0, 0, 0, &failed("a", label, "")).unwrap().cause);
        assert_eq!(places, [0, 1, 2, 2, 0]);
        assert_eq!((causes.all()[2].label.as_str(), causes.all()[2].failing), ("other causes", 2));
    }
}
