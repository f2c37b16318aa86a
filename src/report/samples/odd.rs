//! Streams that are rare, large or malicious.

use super::*;

/// One exercise for each verdict.
pub fn verdicts() -> Vec<Envelope> {
    let reasons = [
        ("", Verdict::Passed),
        ("The exit code is 3, expected is 0.", Verdict::Failed),
        ("Python was killed by signal 11 (SIGSEGV).", Verdict::Crashed),
        ("It ran for more than 2 s.", Verdict::TimedOut),
        ("It used more than 256 MiB of memory.", Verdict::OutOfMemory),
        ("It wrote more than 1 MiB to standard output.", Verdict::OutputLimit),
        ("", Verdict::NotReached),
        ("", Verdict::NotAttempted),
        ("cases.toml names a file that is not there: data.csv.", Verdict::ExerciseError),
        ("The sandbox could not be started: no space left on device.", Verdict::MachineError),
    ];
    let of = |(reason, verdict): (&str, Verdict)| {
        let mut one = case("first", "the usual", verdict, reason);
        match verdict {
            Verdict::Failed => {
                one = differing(one, vec![difference(Channel::Exit, "", DifferenceKind::Value, "0", "3")])
            }
            Verdict::OutputLimit => {
                one.stdout = "all work and no play makes jack a dull boy\n".repeat(300);
                one.output_cut = true;
            }
            Verdict::Crashed => one.stderr = "Fatal Python error: Segmentation fault\n".into(),
            _ => {}
        }
        exercise(&format!("tier1/{}", verdict.id().replace('_', "-")), "An exercise", vec![one])
    };
    run(reasons.into_iter().map(of).collect(), vec![tier("tier1", "All verdicts", 1, 10)], None)
}

/// A case for each near miss, and for each kind of difference.
pub fn near_misses() -> Vec<Envelope> {
    use DifferenceKind as Kind;
    let returned =
        |path: &str, kind, expected: &str, actual: &str| difference(Channel::Returned, path, kind, expected, actual);
    let stdout =
        |path: &str, kind, expected: &str, actual: &str| difference(Channel::Stdout, path, kind, expected, actual);
    let misses = vec![
        ("space-at-end", near(stdout("/0", Kind::Text, "total: 12", "total: 12  "), NearMiss::Whitespace)),
        ("tab", near(stdout("/3", Kind::Text, "id  name", "id\tname"), NearMiss::Whitespace)),
        ("line-ends", near(stdout("/3", Kind::Text, "id,name\n", "id,name\r\n"), NearMiss::Whitespace)),
        ("case", near(returned("/name", Kind::Value, "'Ada Lovelace'", "'ada lovelace'"), NearMiss::Case)),
        ("order", near(returned("", Kind::Order, "[1, 2, 3]", "[3, 1, 2]"), NearMiss::Order)),
        ("type", near(returned("/0/id", Kind::Type, "7", "'7'"), NearMiss::TypeOnly)),
        (
            "off-by",
            near(
                returned("/mean", Kind::Value, "0.3", "0.30000000000000004"),
                NearMiss::OffBy { by: 5.551115123125783e-17 },
            ),
        ),
        (
            "repr",
            near(
                stdout("", Kind::Malformed, "{\"ok\": true, \"id\": null}", "{'ok': True, 'id': None}"),
                NearMiss::PythonRepr,
            ),
        ),
        (
            "around",
            near(
                stdout("", Kind::Malformed, "{\"ok\": true}", "The answer is:\n{\"ok\": true}\n"),
                NearMiss::AroundJson,
            ),
        ),
        ("one-more", near(returned("", Kind::Length, "[0, 1, 2, 3]", "[0, 1, 2, 3, 4]"), NearMiss::OffByOne)),
        (
            "mark",
            near(
                difference(Channel::File("out.csv".into()), "", Kind::Text, "id,name", "\u{feff}id,name"),
                NearMiss::Encoding,
            ),
        ),
        ("key", returned("/a~1b/it's", Kind::Extra, "", "None")),
        ("argument", difference(Channel::Argument("rows".into()), "/2", Kind::Missing, "{'id': 3}", "")),
        ("shape", returned("", Kind::Shape, "(3, 2)", "(2, 3)")),
        ("dtype", returned("/price", Kind::Dtype, "float64", "object")),
        ("raised", difference(Channel::Raised, "/message", Kind::Value, "'no such key: id'", "'no such key: name'")),
        (
            "no-raise",
            Difference {
                note: Some("The call returned None.".into()),
                ..difference(Channel::Raised, "", Kind::Missing, "ValueError", "")
            },
        ),
        (
            "large",
            Difference { note: Some("It nests more than 200 levels.".into()), ..returned("", Kind::TooLarge, "", "") },
        ),
        ("homoglyph", returned("/name", Kind::Value, "'paper'", "'p\u{430}per'")),
        ("two-forms", returned("/name", Kind::Value, "'caf\u{e9}'", "'cafe\u{301}'")),
        ("empty", stdout("/0", Kind::Text, "hello there", "\n")),
    ];
    let cases = misses
        .into_iter()
        .map(|(name, difference)| differing(case(name, "what it is for", Verdict::Failed, ""), vec![difference]))
        .collect();
    run(vec![exercise("tier1/near", "Near misses", cases)], vec![], None)
}

/// A hidden case among others.
pub fn hidden() -> Vec<Envelope> {
    let mut hidden =
        case("large-input", "it is fast enough for a million rows", Verdict::TimedOut, "It ran for more than 2 s.");
    hidden.hidden = true;
    // Whoever makes the events must not fill these; a reporter does not show them in any case.
    hidden.stdout = "SECRET".into();
    hidden.input = vec![shown("call", "SECRET()")];
    hidden = differing(hidden, vec![difference(Channel::Returned, "", DifferenceKind::Value, "'SECRET'", "'SECRET'")]);
    run(vec![exercise("tier1/hidden", "A hidden case", vec![passed("small-input"), hidden])], vec![], None)
}

/// Output that attacks the screen.
pub fn hostile() -> Vec<Envelope> {
    let attack = "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\\r\u{9b}31m\0\x08\u{202e}txt.exe\u{200b}\u{feff}\u{fffd}\u{2028}e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{e0041}\u{fffe}";
    let mut one = case("hostile", &format!("purpose {attack}"), Verdict::Failed, &format!("reason {attack}"));
    one.input = vec![shown("call", &format!("f('{attack}')")), shown("stdin", &format!("{attack}\n{attack}\n"))];
    one.stderr = format!(
        "{attack}\n\ttab\n   \nnot \u{65e5}\u{672c}\u{8a9e} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} end  \n"
    );
    one.exception = Some(ExceptionShown {
        class: "Error\x1b[31m".into(),
        message: attack.into(),
        frames: vec![FrameShown {
            file: "solution\x1b.py".into(),
            line: 1,
            function: "f\n\u{202e}".into(),
            source: "x = \u{65e5}\u{672c} + \"\x1b[1m\"  # \t".into(),
            columns: Some((4, 6)),
        }],
    });
    one = differing(
        one,
        vec![
            Difference {
                note: Some(attack.into()),
                ..difference(Channel::Returned, &format!("/{attack}"), DifferenceKind::Value, "'plain'", attack)
            },
            difference(
                Channel::File(attack.into()),
                "/0",
                DifferenceKind::Text,
                "red green blue, and so on",
                "red gr\u{200b}een blue,\u{a0}and so on",
            ),
        ],
    );
    let mut events = exercise("tier1/hostile", attack, vec![one]);
    events.push(Event::Notice(Notice { text: attack.into() }));
    run(
        vec![events],
        vec![tier("tier1", attack, 0, 1)],
        Some(Next { exercise: "tier1/hostile".parse().unwrap(), title: attack.into(), why: attack.into() }),
    )
}

/// Lines and values far longer than any screen.
pub fn long() -> Vec<Envelope> {
    let words = "the quick brown fox jumps over the lazy dog and ".repeat(40);
    let changed = words.replacen("lazy", "crazy", 20).replacen("crazy", "lazy", 19);
    let mut one = case("long", &words[..300], Verdict::Failed, &"because".repeat(60));
    one.input = vec![
        shown("call", &format!("f({:?})", &words[..600])),
        Shown { label: "stdin".into(), text: format!("{words}\n").repeat(3), cut_from: Some(2_000_000) },
        Shown {
            label: "file a/very/long/name/of/a/file/that/goes/on/and/on/and/on/until/the/end.csv".into(),
            text: "a\n".repeat(100),
            cut_from: None,
        },
    ];
    one.stderr = format!("{}\n{}", "x".repeat(5000), "y\n".repeat(50));
    one = differing(
        one,
        vec![
            difference(Channel::Returned, &"/key".repeat(40), DifferenceKind::Value, &words, &changed),
            difference(Channel::Returned, "/other", DifferenceKind::Value, &"a".repeat(2000), &"\u{65e5}".repeat(1000)),
        ],
    );
    one.differences_total = 4000;
    let title = "A title that is much too long for a line of eighty columns, and then some more";
    let others = (0..9).map(|index| case(&format!("another-case-{index}"), "", Verdict::Failed, "It differs."));
    let cases = [one].into_iter().chain(others).chain([case("never", "", Verdict::NotReached, "")]).collect();
    run(
        vec![exercise(&format!("tier1/{}", "long-".repeat(12)), title, cases)],
        vec![tier(&"t".repeat(60), title, 7, 1234)],
        None,
    )
}

/// Twelve exercises of three tiers.
pub fn twelve() -> Vec<Envelope> {
    let names = [
        "jsonl-dedupe",
        "retry",
        "csv",
        "cli",
        "config",
        "paths",
        "dates",
        "logs",
        "batching",
        "cache",
        "topk",
        "merge",
    ];
    let of = |(index, name): (usize, &&str)| {
        let mut cases: Vec<CaseFinished> = (0..4 + index % 5).map(|number| passed(&format!("c{number}"))).collect();
        if index % 4 == 1 {
            let failed = case("edge", "the edge", Verdict::Failed, "The returned value differs.");
            cases.push(differing(
                failed,
                vec![difference(Channel::Returned, "", DifferenceKind::Value, "[1, 2]", "[1]")],
            ));
        }
        exercise(&format!("tier{}/{name}", index / 4 + 1), &format!("Exercise number {index}"), cases)
    };
    let tiers = vec![
        tier("tier1", "Every day, in every role", 3, 4),
        tier("tier2", "Data", 3, 4),
        tier("tier3", "Services and models", 4, 4),
    ];
    run(names.iter().enumerate().map(of).collect(), tiers, next())
}

pub fn all_passed() -> Vec<Envelope> {
    let exercises =
        ["a", "b", "c"].map(|name| exercise(&format!("tier1/{name}"), "Fine", vec![passed("one"), passed("two")]));
    run(exercises.to_vec(), vec![tier("tier1", "Every day, in every role", 5, 5)], None)
}

/// Stopped within the second exercise.
pub fn interrupted() -> Vec<Envelope> {
    let mut events: Vec<Event> = everyday().into_iter().map(|envelope| envelope.event).collect();
    events.truncate(10);
    let mut summary = Summary::default();
    events.iter().for_each(|event| summary.apply(event));
    events.push(Event::RunFinished(RunFinished { summary, wall_ms: 700.0, interrupted: true, next: None }));
    stream(events)
}
