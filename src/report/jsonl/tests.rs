#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use super::*;
use crate::report::samples;

#[test]
fn every_event_is_one_line_that_means_the_same() {
    for (name, events) in samples::all() {
        for event in &events {
            let line = line(event).unwrap();
            assert!(!line.chars().any(is_hostile), "{name}: {line}");
            let read: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(read, serde_json::to_value(event).unwrap(), "{name}");
            assert_eq!(read["schema"], 1);
        }
    }
}

#[test]
fn no_number_is_infinite() {
    let mut events = samples::everyday();
    let last = events.last_mut().unwrap();
    if let crate::event::Event::RunFinished(run) = &mut last.event {
        run.wall_ms = f64::INFINITY;
    }
    assert!(line(last).unwrap().contains("\"wall_ms\":null"));
}
