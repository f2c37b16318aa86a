#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use super::*;
use crate::report::samples;

fn written(events: &[Envelope]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("junit.xml");
    let mut reporter: Box<dyn Reporter> = Box::new(JunitReporter::create(&path).unwrap());
    for event in events {
        reporter.event(event).unwrap();
    }
    reporter.finish().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_stream_is_read_back() {
    for (name, events) in samples::all() {
        let text = written(&events);
        let report = Report::deserialize_from_str(&text).unwrap();
        let cases = events.iter().filter(|event| matches!(event.event, Event::CaseFinished(_))).count();
        assert_eq!(report.tests, cases, "{name}");
        assert!(!text.chars().any(|c| c != '\n' && super::super::escape::is_hostile(c)), "{name}");
        assert_eq!(text, written(&events), "{name}");
    }
}

#[test]
fn failures_errors_and_skipped_are_told_apart() {
    let report = Report::deserialize_from_str(&written(&samples::verdicts())).unwrap();
    assert_eq!((report.tests, report.failures, report.errors, report.skipped), (10, 5, 2, 2));
    let names: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).take(3).collect();
    assert_eq!(names, ["tier1/passed", "tier1/failed", "tier1/crashed"]);
}

#[test]
fn suites_are_in_the_order_of_the_plan() {
    let mut events = samples::twelve();
    let end = events.len() - 1;
    events[1..end].reverse();
    let report = Report::deserialize_from_str(&written(&events)).unwrap();
    let names: Vec<&str> = report.test_suites.iter().map(|suite| suite.name.as_str()).collect();
    assert_eq!(names.first(), Some(&"tier1/jsonl-dedupe"));
    assert_eq!(names.last(), Some(&"tier3/merge"));
}

#[test]
fn a_hidden_case_stays_hidden() {
    assert!(!written(&samples::hidden()).contains("SECRET"));
}

#[test]
fn a_missing_folder_is_named_at_once() {
    let error = JunitReporter::create("/no/such/folder/junit.xml").err().unwrap();
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
    assert!(error.to_string().contains("/no/such/folder/junit.xml"), "{error}");
}

#[test]
fn everyday() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/report/everyday.junit.xml");
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new()
        .action_env("SNAPSHOTS")
        .eq(snapbox::Data::text(written(&samples::everyday())).raw(), expected);
}
