//! Makes classes whose grades are known: students who hand in right, wrong, crashing, looping, hostile work and none.
//!
//! What a student hands in follows from the student's number alone, so a class of 300 is the start of one of 10,000.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "shared by a benchmark and tests, each of which uses a part"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use practice::catalog::Exercise;
use practice::model::WorkFile;

/// What a student hands in for one exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// The reference.
    Right,
    /// A wrong solution of the exercise, which fails the cases that it says.
    Wrong,
    /// It raises at its first line.
    Crashing,
    /// It never ends.
    Looping,
    /// It tries to end as if all were well, to flood, or to be equal to everything.
    Hostile,
    /// The starter as it is.
    Untouched,
    /// Nothing.
    Missing,
}

/// What must come out for a student's exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What was handed in.
    pub work: Work,
    /// The points.
    pub points: u32,
    /// The cases that pass.
    pub passed: usize,
}

/// How many of a thousand units of work are of each sort; right work is the rest.
const MIX: [(Work, u64); 6] = [
    (Work::Wrong, 300),
    (Work::Crashing, 60),
    (Work::Looping, 4),
    (Work::Hostile, 30),
    (Work::Untouched, 40),
    (Work::Missing, 60),
];

/// Programs that solve nothing and want points, or harm.
const HOSTILE: [&str; 5] = [
    "import os\nos.write(1, b'all passed')\nos._exit(0)\n",
    "import sys\nprint('all passed')\nsys.exit(0)\n",
    "import sys\nwhile True:\n    sys.stdout.write('all passed\\n' * 4096)\n",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        time.sleep(60)\nprint('all passed')\nraise SystemExit(0)\n",
];

/// The id of a student.
pub fn student(number: usize) -> String {
    format!("s{number:05}")
}

/// A number that looks random and is the same in every run (SplitMix64).
fn draw(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What this student hands in for this exercise, and what must come out. `loops` is whether anything loops.
pub fn work(number: usize, exercise: &Exercise, loops: bool) -> (Vec<WorkFile>, Known) {
    let name = exercise.id.to_string().bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31) + u64::from(byte));
    let seed = draw(number as u64 ^ name.rotate_left(20));
    let mut rest = seed % 1000;
    let drawn = MIX.iter().find(|(_, share)| {
        let is_it = rest < *share;
        rest = rest.wrapping_sub(*share);
        is_it
    });
    let mut work = drawn.map_or(Work::Right, |(work, _)| *work);
    if work == Work::Looping && !loops {
        work = Work::Crashing;
    }
    let all: BTreeSet<usize> = (0..exercise.cases.len()).collect();
    let known = |work, passed: BTreeSet<usize>| Known { work, points: exercise.points(&passed), passed: passed.len() };
    let none = || known(work, BTreeSet::new());
    let alone = |text: &str| {
        let entry = exercise.entry();
        let changed = |file: &WorkFile| match file.path == entry {
            true => WorkFile { path: file.path.clone(), bytes: Arc::from(text.as_bytes()) },
            false => file.clone(),
        };
        exercise.reference.iter().map(changed).collect::<Vec<_>>()
    };
    let pick = |count: usize| draw(seed) as usize % count;
    match work {
        Work::Right => (exercise.reference.clone(), known(work, all)),
        Work::Wrong => {
            let wrong = &exercise.wrong[pick(exercise.wrong.len())];
            let passed = all.into_iter().filter(|index| !wrong.fails.contains(&exercise.cases[*index].id)).collect();
            (wrong.solution.clone(), known(work, passed))
        }
        Work::Crashing => (alone("raise RuntimeError('not today')\n"), none()),
        Work::Looping => (alone("while True:\n    pass\n"), none()),
        Work::Hostile => (alone(HOSTILE[pick(HOSTILE.len())]), none()),
        Work::Untouched => (exercise.starter.clone(), none()),
        Work::Missing => (Vec::new(), none()),
    }
}

/// Writes the work of students `0..students` below `folder`, one folder each, and a roster beside it at `roster`. What must
/// come out, by student and exercise.
pub fn write(
    folder: &Path,
    roster: &Path,
    students: usize,
    exercises: &[Arc<Exercise>],
    loops: bool,
) -> BTreeMap<(String, String), Known> {
    let mut known = BTreeMap::new();
    let mut list = "id,name,email\n".to_owned();
    for number in 0..students {
        let id = student(number);
        list += &format!("{id},Student {number},{id}@example.org\n");
        for exercise in exercises {
            let (files, expected) = work(number, exercise, loops);
            let place = folder.join(&id).join(exercise.id.to_string());
            for file in &files {
                let path = place.join(&file.path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, &file.bytes).unwrap();
            }
            known.insert((id.clone(), exercise.id.to_string()), expected);
        }
    }
    fs::write(roster, list).unwrap();
    known
}
