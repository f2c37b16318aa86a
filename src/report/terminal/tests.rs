#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;
use crate::report::samples;

/// A writer whose bytes can be looked at afterwards.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const LOOK: Look = Look { width: 80, color: false, live: false, verbose: false, surroundings: false, links: false };

fn check(events: &[Envelope], look: Look) -> String {
    let sink = Sink::default();
    let mut reporter: Box<dyn Reporter> = Box::new(TerminalReporter::new(Box::new(sink.clone()), look));
    for event in events {
        reporter.event(event).unwrap();
    }
    reporter.finish().unwrap();
    let bytes = sink.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// Compares with `tests/golden/report/<name>.txt`; `SNAPSHOTS=overwrite` accepts what is there now.
fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report").join(format!("{name}.txt"));
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(snapbox::Data::text(actual).raw(), expected);
}

#[test]
fn at_eighty_columns_without_colour() {
    for (name, events) in samples::all() {
        golden(name, &check(&events, LOOK));
    }
}

#[test]
fn at_forty_columns() {
    golden("everyday-40", &check(&samples::everyday(), Look { width: 40, ..LOOK }));
    golden("verdicts-40", &check(&samples::verdicts(), Look { width: 40, ..LOOK }));
}

#[test]
fn verbose() {
    golden("everyday-verbose", &check(&samples::everyday(), Look { verbose: true, surroundings: true, ..LOOK }));
    golden("near-misses-verbose", &check(&samples::near_misses(), Look { verbose: true, surroundings: true, ..LOOK }));
}

#[test]
fn in_colour() {
    let coloured = check(&samples::everyday(), Look { color: true, ..LOOK });
    golden("everyday-colour", &coloured.replace('\x1b', "␛"));
}

#[test]
fn colour_adds_nothing_but_colour() {
    for (name, events) in samples::all() {
        let plain = check(&events, LOOK);
        let coloured = check(&events, Look { color: true, ..LOOK });
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain, "{name}");
    }
}

#[test]
fn a_progress_bar_changes_nothing_on_standard_output() {
    let events = samples::everyday();
    assert_eq!(check(&events, Look { live: true, ..LOOK }), check(&events, LOOK));
}

#[test]
fn a_message_of_many_lines_keeps_them() {
    let mut case = samples::case("lines", "", Verdict::Crashed, "");
    case.exception = Some(crate::event::ExceptionShown {
        class: "ValidationError".into(),
        message: (0..15).map(|line| format!("line {line}\n")).collect(),
        frames: Vec::new(),
    });
    let text = check(&samples::run(vec![samples::exercise("tier1/x", "X", vec![case])], Vec::new(), None), LOOK);
    assert!(text.contains("    ValidationError: line 0\n      line 1\n"), "{text}");
    assert!(text.contains("      line 10\n      ... and 4 more lines\n"), "{text}");
}

#[test]
fn links_lead_to_the_learners_files() {
    let linked = check(&samples::everyday(), Look { links: true, ..LOOK });
    let file = "file:///home/ada/course/solutions/tier1/retry-backoff/helpers/lists.py";
    assert!(linked.contains(&format!("\x1b]8;;{file}\x1b\\helpers/lists.py:4\x1b]8;;\x1b\\")), "{linked}");
    let plain = check(&samples::everyday(), LOOK);
    assert_eq!(anstream::adapter::strip_str(&linked).to_string(), plain);
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for (name, events) in samples::all() {
        for (width, verbose) in [(20, false), (30, true), (40, false), (63, true), (64, false), (80, true), (200, true)]
        {
            for line in check(&events, Look { width, verbose, surroundings: verbose, ..LOOK }).lines() {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                assert!(columns <= width, "{name} at {width}: {columns} columns in {line:?}");
                assert_eq!(line.trim_end(), line, "{name} at {width}");
            }
        }
    }
}

#[test]
fn nothing_hostile_reaches_the_screen() {
    for (name, events) in samples::all() {
        for verbose in [false, true] {
            let text = check(&events, Look { verbose, surroundings: verbose, ..LOOK });
            assert!(!text.chars().any(|c| c != '\n' && escape::is_hostile(c)), "{name}");
            assert!(!text.contains("\n\n\n"), "{name} has two empty lines in a row:\n{text}");
        }
    }
}

#[test]
fn a_hidden_case_stays_hidden() {
    for verbose in [false, true] {
        let text = check(&samples::hidden(), Look { verbose, surroundings: verbose, ..LOOK });
        assert!(!text.contains("SECRET"), "{text}");
        assert!(text.contains("(hidden)"), "{text}");
    }
}

#[test]
fn a_stream_that_just_ends_is_told_in_full() {
    let mut events = samples::everyday();
    events.truncate(10);
    let text = check(&events, LOOK);
    assert!(text.contains("tier1/retry-backoff  not finished"), "{text}");
}
