//! Cases that failed, for the tests of the rows.

use crate::event::{CaseFinished, ExceptionShown, FrameShown, RequestShown, SeenShown};
use crate::model::{Channel, Difference, DifferenceKind, NearMiss, Verdict};
use crate::report::samples;

pub fn case(verdict: Verdict) -> CaseFinished {
    samples::case("a", "p", verdict, "")
}

pub fn failed(differences: Vec<Difference>) -> CaseFinished {
    samples::differing(case(Verdict::Failed), differences)
}

pub fn differs(channel: Channel, path: &str, kind: DifferenceKind, expected: &str, actual: &str) -> Difference {
    samples::difference(channel, path, kind, expected, actual)
}

pub fn returned(kind: DifferenceKind, expected: &str, actual: &str) -> CaseFinished {
    failed(vec![differs(Channel::Returned, "", kind, expected, actual)])
}

pub fn near(near: NearMiss, expected: &str, actual: &str) -> CaseFinished {
    let difference = differs(Channel::Returned, "", DifferenceKind::Value, expected, actual);
    failed(vec![samples::near(difference, near)])
}

pub fn raised(class: &str, message: &str, source: &str) -> CaseFinished {
    let frame =
        FrameShown { file: "solution.py".into(), line: 1, function: "f".into(), source: source.into(), columns: None };
    let exception = ExceptionShown { class: class.into(), message: message.into(), frames: vec![frame] };
    CaseFinished { exception: Some(exception), ..case(Verdict::Crashed) }
}

pub fn requests(verdict: Verdict, count: u64, at_once: usize) -> CaseFinished {
    let requests: Vec<RequestShown> = Vec::new();
    let seen = SeenShown { requests, requests_total: count, at_once, connections: 1 };
    CaseFinished { seen: Some(seen), ..case(verdict) }
}
