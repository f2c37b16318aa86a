//! A class that is made up: students by exercises with a seeded mix of results, and hostile names and outputs.

use practice::batch::{
    Batch, CaseInfo, CaseRecord, Cause, Clock, ExerciseInfo, Flag, Grade, Key, Lateness, Machine, Points, Record, Runs,
    StudentInfo, StudentResult,
};
use practice::event::{Containment, PythonUsed};
use practice::model::{StudentId, Verdict};

/// Cases of an exercise; the last two are hidden.
const CASES: usize = 8;

/// Names that are no names.
pub const HOSTILE: [&str; 6] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "Eve \u{202e}gnp.exe",
    "🙂 Zoë Ångström 花子",
    "'\"><svg/onload=alert(3)>{{script}}<!--",
    "",
];

/// Steele's and Vigna's splitmix64: the same numbers everywhere.
struct Mix(u64);

impl Mix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// True so many times of a hundred.
    fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }
}

/// A batch of so many exercises in four tiers.
pub fn batch(exercises: usize) -> Batch {
    let names =
        ["jsonl-dedupe", "retry-backoff", "stable-softmax", "merge-settings", "window-means", "parse-traceback"];
    let case = |place: usize| CaseInfo {
        id: format!("case-{place}").parse().unwrap(),
        purpose: format!("keeps what is <b>{place}</b> & nothing else"),
        hidden: place + 2 >= CASES,
        weight: 5,
        group: (place < 2).then(|| "basics".to_owned()),
    };
    let exercise = |place: usize| {
        let (tier, name) = (place * 4 / exercises + 1, names[place % names.len()]);
        ExerciseInfo {
            id: format!("tier{tier}/{name}-{place}").parse().unwrap(),
            uid: format!("uid-{place}").parse().unwrap(),
            title: format!("Exercise {place}: {}", name.replace('-', " ")),
            topic: "data".to_owned(),
            max_points: Points::whole(5 * u32::try_from(CASES).unwrap()),
            cases: (0..CASES).map(case).collect(),
            clock: Clock { reference_ms: (place % 5 != 4).then_some(3.5 + place as f64), factor: 1.25 },
        }
    };
    Batch {
        version: "0.1.0".to_owned(),
        pack: ("ai-engineering".to_owned(), "Python for AI engineers <i>2026</i>".to_owned()),
        begun: "2026-11-20T18:30:00Z".to_owned(),
        exercises: (0..exercises).map(exercise).collect(),
        containment: Containment {
            mode: "full".to_owned(),
            in_force: ["namespaces", "Landlock", "seccomp", "control groups"].map(str::to_owned).to_vec(),
            not_in_force: vec!["swap is not limited".to_owned()],
        },
        python: ["stdlib", "data", "torch"]
            .map(|name| PythonUsed { environment: name.to_owned(), version: "3.11.2".to_owned() })
            .to_vec(),
        machine: Machine {
            architecture: "x86_64".to_owned(),
            processor: "Example processor @ 2.40GHz".to_owned(),
            processors: 8,
            memory_bytes: 16 << 30,
            kernel: "6.1.0-28-amd64".to_owned(),
            jobs: 8,
        },
    }
}

/// The student of this number, always the same one. `own` gives each failing case a text that nobody else has.
pub fn student(batch: &Batch, number: usize, own: bool) -> StudentResult {
    let mut mix = Mix(number as u64 * 1_000_003 + 17);
    let able = 20 + mix.below(75);
    let id = format!("s{number:05}");
    let absent = number % 23 == 22;
    let mut info = StudentInfo {
        id: StudentId::try_from(id.clone()).unwrap(),
        name: name(number, &mut mix),
        email: format!("{id}@university.example"),
        more: [("section".to_owned(), ["A", "B"][number % 2].to_owned())].into(),
        submission: (!absent).then(|| format!("student_{number}_solution.zip")),
        at: (!absent).then(|| "2026-11-19T21:04:11Z".to_owned()),
        late: (number % 11 == 3).then_some(Lateness { seconds: Some(93_784), percent: 10 }),
        notes: Vec::new(),
    };
    if number % 17 == 1 {
        info.notes.push("`__MACOSX/._solution.py` is junk and was left out.".to_owned());
        info.notes
            .push("The entry `../../<script>alert(4)</script>` was refused: it leads out of its folder.".to_owned());
    }
    let records =
        (0..batch.exercises.len()).map(|place| record(batch, place, &id, absent, able, own, &mut mix)).collect();
    StudentResult::new(info, records)
}

fn name(number: usize, mix: &mut Mix) -> String {
    if let Some(hostile) = HOSTILE.get(number) {
        return (*hostile).to_owned();
    }
    if number == HOSTILE.len() {
        return "Maximilian ".repeat(30)[..300].to_owned();
    }
    let first = ["Ada", "Grace", "Linus", "Barbara", "Edsger", "Katherine", "Alan", "Radia", "Donald", "Frances"];
    let last = ["Lovelace", "Hopper", "Liskov", "Dijkstra", "Johnson", "Turing", "Perlman", "Knuth", "Allen", "Okafor"];
    format!("{} {}", first[mix.below(10) as usize], last[mix.below(10) as usize])
}

fn record(batch: &Batch, place: usize, id: &str, absent: bool, able: u64, own: bool, mix: &mut Mix) -> Record {
    let exercise = &batch.exercises[place];
    let hard = 100 - place as u64 * 40 / batch.exercises.len() as u64;
    let skipped = absent || mix.percent(4 + place as u64 / 4);
    let cases: Vec<CaseRecord> = match skipped {
        true => Vec::new(),
        false if mix.percent(able * hard / 110) => {
            (0..CASES).map(|case| one(exercise, case, Verdict::Passed, own, id, mix)).collect()
        }
        false => (0..CASES)
            .map(|case| {
                let verdict = match mix.below(100) {
                    roll if roll < able * hard / 100 && case != 5 => Verdict::Passed,
                    roll if roll < 90 => Verdict::Failed,
                    roll if roll < 96 => Verdict::Crashed,
                    97 => Verdict::TimedOut,
                    98 => Verdict::OutOfMemory,
                    _ if id.ends_with("91") => Verdict::MachineError,
                    _ => Verdict::NotReached,
                };
                one(exercise, case, verdict, own, id, mix)
            })
            .collect(),
    };
    let passed = cases.iter().filter(|case| case.is_passed()).count();
    let worst = cases.iter().map(|case| case.verdict).max();
    let mut flags = Vec::new();
    if !skipped && mix.percent(1) {
        flags.push(Flag::NearLimit { cases: vec![exercise.cases[0].id.clone()] });
    }
    if !skipped && id.ends_with("07") && place == 1 {
        flags.push(Flag::Lowered { before: Points::whole(40) });
    }
    Record {
        student: StudentId::try_from(id.to_owned()).unwrap(),
        exercise: exercise.id.clone(),
        verdict: worst.unwrap_or(Grade::Stable(Verdict::NotAttempted)),
        passed,
        total: CASES,
        points: Points::whole(5 * u32::try_from(passed).unwrap()),
        max_points: exercise.max_points,
        reason: skipped.then(|| "there is no solution.py in this exercise's folder".to_owned()),
        flags,
        cases,
        key: Key {
            submission: String::new(),
            exercise: String::new(),
            driver: String::new(),
            environment: String::new(),
            limits: String::new(),
        },
    }
}

fn one(exercise: &ExerciseInfo, place: usize, verdict: Verdict, own: bool, id: &str, mix: &mut Mix) -> CaseRecord {
    let info = &exercise.cases[place];
    let kind = mix.below(3) as usize;
    let (label, mut told) = match verdict {
        Verdict::Passed | Verdict::NotReached => (None, String::new()),
        _ if info.hidden => (Some(verdict.words().to_owned()), "A hidden case did not pass.".to_owned()),
        Verdict::Failed => (
            Some(["returned: other value at [0]", "returned: other type at [*].score", "stdout: one line more"][kind].to_owned()),
            format!(
                "call      dedupe(['Hi', 'hi '], key=None)\nreturned  at [0]\nexpected  'Hi'\nactual    {}",
                ["'hi '", "'</script><script>alert(5)</script>'", "<img src=x onerror=alert(6)>"][kind]
            ),
        ),
        _ => (
            Some(format!("{} in load", ["KeyError", "ValueError", "RecursionError"][kind])),
            "Traceback (most recent call last):\n  File \"solution.py\", line 12, in load\n    return row[\"id\"]\nKeyError: 'id'".to_owned(),
        ),
    };
    if own && !told.is_empty() {
        told.push_str(&format!("\n{id} {} {}", exercise.id, "was told something that nobody else was ".repeat(8)));
    }
    let wall_ms = 4.0 + mix.below(4000) as f64 / 100.0;
    CaseRecord {
        case: info.id.clone(),
        verdict: Grade::Stable(verdict),
        runs: match verdict {
            Verdict::TimedOut => Runs([(Verdict::TimedOut, 2), (Verdict::Passed, 1)].into()),
            _ => Runs::default(),
        },
        wall_ms,
        cpu_ms: wall_ms * 0.8,
        memory_bytes: (20 + mix.below(40)) << 20,
        cause: label.map(|label| Cause { label, hidden: info.hidden }),
        told,
    }
}
