//! Streams of events for the tests of all reporters.

mod odd;

pub use self::odd::*;
use crate::event::*;
use crate::model::{CaseId, Channel, Difference, DifferenceKind, NearMiss, Verdict};

/// Events with their places in a stream.
pub fn stream(events: Vec<Event>) -> Vec<Envelope> {
    let envelope = |(seq, event)| Envelope {
        schema: SCHEMA,
        seq: seq as u64,
        at: "2026-11-03T10:00:00.000Z".into(),
        elapsed_ms: seq as u64 * 10,
        event,
    };
    events.into_iter().enumerate().map(envelope).collect()
}

pub fn containment() -> Containment {
    Containment {
        mode: "none".into(),
        in_force: vec!["time and memory limits".into()],
        not_in_force: vec!["no wall between a solution and your files".into(), "no wall to the network".into()],
    }
}

pub fn case(name: &str, purpose: &str, verdict: Verdict, reason: &str) -> CaseFinished {
    CaseFinished {
        exercise: "tier1/x".parse().unwrap(),
        case: name.parse::<CaseId>().unwrap(),
        purpose: purpose.into(),
        verdict,
        hidden: false,
        weight: 1,
        wall_ms: 12.5,
        cpu_ms: 10.0,
        memory_bytes: 12 << 20,
        warm: true,
        reason: (!reason.is_empty()).then(|| reason.into()),
        explanation: None,
        input: Vec::new(),
        steps: Vec::new(),
        differences: Vec::new(),
        differences_total: 0,
        exception: None,
        seen: None,
        stdout: String::new(),
        stderr: String::new(),
        output_cut: false,
    }
}

pub fn passed(name: &str) -> CaseFinished {
    case(name, "something that works", Verdict::Passed, "")
}

pub fn shown(label: &str, text: &str) -> Shown {
    Shown { label: label.into(), text: text.into(), cut_from: None }
}

pub fn difference(channel: Channel, path: &str, kind: DifferenceKind, expected: &str, actual: &str) -> Difference {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Difference {
        channel,
        path: path.into(),
        kind,
        expected: some(expected),
        actual: some(actual),
        near: None,
        note: None,
    }
}

pub fn near(mut difference: Difference, near: NearMiss) -> Difference {
    difference.near = Some(near);
    difference
}

pub fn differing(mut case: CaseFinished, differences: Vec<Difference>) -> CaseFinished {
    case.differences_total = differences.len();
    case.differences = differences;
    case
}

/// An exercise of these cases: its start, they, and its end.
pub fn exercise(id: &str, title: &str, cases: Vec<CaseFinished>) -> Vec<Event> {
    let id: crate::model::ExerciseId = id.parse().unwrap();
    let total = cases.len();
    let passed = cases.iter().filter(|case| case.verdict == Verdict::Passed).count();
    let verdict = cases.iter().map(|case| case.verdict).max().unwrap_or(Verdict::NotAttempted);
    let mut events =
        vec![Event::ExerciseStarted(ExerciseStarted { exercise: id.clone(), title: title.into(), cases: total })];
    events.extend(
        cases.into_iter().map(|case| Event::CaseFinished(Box::new(CaseFinished { exercise: id.clone(), ..case }))),
    );
    events.push(Event::ExerciseFinished(ExerciseFinished {
        exercise: id.clone(),
        uid: id.slug().parse().unwrap(),
        title: title.into(),
        verdict,
        passed,
        total,
        partial: false,
        points: passed as u32,
        max_points: total as u32,
        reason: (verdict == Verdict::NotAttempted).then(|| "solution.py is still the starter.".into()),
        explanation: None,
        file: Some(format!("/home/ada/course/solutions/{id}/solution.py")),
    }));
    events
}

pub fn tier(id: &str, title: &str, complete: usize, total: usize) -> Event {
    Event::TierFinished(TierFinished { tier: id.parse().unwrap(), title: title.into(), complete, total })
}

/// A whole run around these exercises.
pub fn run(exercises: Vec<Vec<Event>>, tiers: Vec<Event>, next: Option<Next>) -> Vec<Envelope> {
    let mut ids = Vec::new();
    let mut cases = 0;
    let mut summary = Summary::default();
    for event in exercises.iter().flatten() {
        summary.apply(event);
        match event {
            Event::ExerciseStarted(started) => ids.push(started.exercise.clone()),
            Event::CaseFinished(_) => cases += 1,
            _ => {}
        }
    }
    let mut events = vec![Event::RunStarted(RunStarted {
        version: "0.1.0".into(),
        pack: "core".into(),
        exercises: ids,
        cases,
        jobs: 2,
        containment: containment(),
        python: vec![PythonUsed { environment: "stdlib".into(), version: "3.11.7".into() }],
    })];
    events.extend(exercises.into_iter().flatten());
    events.extend(tiers);
    events.push(Event::RunFinished(RunFinished { summary, wall_ms: 1234.5, interrupted: false, next }));
    stream(events)
}

pub fn next() -> Option<Next> {
    Some(Next {
        exercise: "tier1/csv-report".parse().unwrap(),
        title: "Report on a CSV file".into(),
        why: "It is the first one of this tier that you have not tried.".into(),
    })
}

/// The everyday run: one passed, one failing in the usual ways, one not tried.
pub fn everyday() -> Vec<Envelope> {
    let mut delay = case(
        "caps-the-delay",
        "no delay is longer than the cap",
        Verdict::Failed,
        "The returned value differs in 2 places.",
    );
    delay.input = vec![shown("call", "backoff(attempts=6, base=0.5, cap=8.0, jitter=False)")];
    delay = differing(
        delay,
        vec![
            difference(Channel::Returned, "/4/delay", DifferenceKind::Value, "8.0", "16.0"),
            near(
                difference(
                    Channel::Returned,
                    "/4/note",
                    DifferenceKind::Value,
                    "'retry in 8.0 s (capped)'",
                    "'retry in 8.0 s  (capped)'",
                ),
                NearMiss::Whitespace,
            ),
        ],
    );
    delay.stdout = "attempt 1\nattempt 2\n".into();
    let mut lines =
        case("prints-a-log", "the log goes to standard output", Verdict::Failed, "Standard output differs in 3 lines.");
    lines.input = vec![
        shown("command", "python solution.py --verbose"),
        shown("stdin", "429 Too Many Requests\n503 Service Unavailable\n200 OK\n"),
    ];
    lines = differing(
        lines,
        vec![
            difference(
                Channel::Stdout,
                "/1",
                DifferenceKind::Text,
                "503 Service Unavailable: wait 1.0 s",
                "503 Service Unavailable, wait 1.0 s",
            ),
            difference(Channel::Stdout, "/2", DifferenceKind::Missing, "200 OK: done", ""),
        ],
    );
    lines.differences_total = 3;
    let mut crash = case(
        "empty-input",
        "no attempts give no delays",
        Verdict::Crashed,
        "The call raised IndexError; a returned value is expected.",
    );
    crash.input = vec![shown("call", "backoff(attempts=0)")];
    crash.exception = Some(index_error());
    crash.stderr = "Traceback (most recent call last):\n  ...\nIndexError: list index out of range\n".into();
    let mut more = case("jitter", "jitter stays within bounds", Verdict::TimedOut, "It ran for more than 2 s.");
    more.hidden = true;
    let retry = vec![passed("doubles"), passed("first-delay"), delay, lines, crash, more, passed("keeps-the-base")];
    run(
        vec![
            exercise(
                "tier1/jsonl-dedupe",
                "Remove duplicates from JSON Lines",
                vec![passed("a"), passed("b"), passed("c")],
            ),
            exercise("tier1/retry-backoff", "Retry with exponential backoff", retry),
            exercise("tier1/csv-report", "Report on a CSV file", vec![case("a", "", Verdict::NotAttempted, "")]),
        ],
        vec![tier("tier1", "Every day, in every role", 3, 5), tier("tier2", "Data in bulk", 0, 12)],
        next(),
    )
}

pub fn index_error() -> ExceptionShown {
    ExceptionShown {
        class: "IndexError".into(),
        message: "list index out of range".into(),
        frames: vec![
            FrameShown {
                file: "solution.py".into(),
                line: 31,
                function: "backoff".into(),
                source: "return pad(delays, first(delays))".into(),
                columns: Some((19, 32)),
            },
            FrameShown {
                file: "helpers/lists.py".into(),
                line: 4,
                function: "first".into(),
                source: "return items[0]".into(),
                columns: Some((7, 15)),
            },
        ],
    }
}

/// All of these streams, by name.
pub fn all() -> Vec<(&'static str, Vec<Envelope>)> {
    vec![
        ("everyday", everyday()),
        ("verdicts", verdicts()),
        ("near-misses", near_misses()),
        ("hidden", hidden()),
        ("hostile", hostile()),
        ("long", long()),
        ("twelve", twelve()),
        ("all-passed", all_passed()),
        ("interrupted", interrupted()),
    ]
}
