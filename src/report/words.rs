//! Sentences and names for what the events hold as data.

use super::escape::visible;
use crate::model::{Channel, Difference, DifferenceKind, NearMiss, Verdict};

/// What stands before an author's words on a mistake that fails exactly the cases that failed.
pub const KNOWN_MISTAKE: &str = "A mistake that fails just these cases, perhaps yours";

/// What was compared, as a learner calls it.
pub fn channel(channel: &Channel) -> String {
    match channel {
        Channel::Stdout => "stdout".to_owned(),
        Channel::Exit => "exit code".to_owned(),
        Channel::Returned => "returned value".to_owned(),
        Channel::Raised => "exception".to_owned(),
        Channel::Argument(name) => format!("argument {} after the call", visible(name)),
        Channel::File(name) => format!("file {}", visible(name)),
        Channel::Speed => "speed".to_owned(),
        Channel::Reply(step) => format!("answer to {}", visible(step)),
        Channel::Requests(route) if route.is_empty() => "requests".to_owned(),
        Channel::Requests(route) => format!("requests to {}", visible(route)),
    }
}

/// Where the difference is: `stdout, line 13`, `returned value, at ['items'][3]`.
///
/// `all` are the differences of the same case. They tell whether a missing or extra `/12` is a line of a text or an
/// item of a list: lines that differ are always of kind [`DifferenceKind::Text`].
pub fn place(difference: &Difference, all: &[Difference]) -> String {
    let base = channel(&difference.channel);
    let Some(pointer) = difference.path.strip_prefix('/') else { return base };
    let of_text = |other: &Difference| other.kind == DifferenceKind::Text && other.channel == difference.channel;
    let may_be_line = difference.kind == DifferenceKind::Text
        || (matches!(difference.kind, DifferenceKind::Missing | DifferenceKind::Extra) && all.iter().any(of_text));
    match pointer.parse::<usize>() {
        Ok(line) if may_be_line => format!("{base}, line {}", line.saturating_add(1)),
        _ if difference.channel == Channel::Raised => format!("{base}, its {}", visible(&pointer.replace('/', " "))),
        _ if matches!(difference.channel, Channel::Requests(_)) && !pointer.contains('/') => {
            format!("{base}, {}", of_requests(pointer))
        }
        _ => format!("{base}, at {}", subscripts(pointer)),
    }
}

/// What is said of requests as a whole.
fn of_requests(name: &str) -> String {
    match name {
        "count" => "how many".to_owned(),
        "peak" => "how many at once at most".to_owned(),
        "connections" => "on how many connections".to_owned(),
        "cancelled" => "how many were given up".to_owned(),
        "spacing" => "the wait before the next attempt".to_owned(),
        "paths" => "what was asked for".to_owned(),
        other => format!("their {}", visible(other)),
    }
}

/// A JSON Pointer (without its first `/`) as Python writes it: `['items'][3]`.
fn subscripts(pointer: &str) -> String {
    let mut text = String::new();
    for token in pointer.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_digit()) {
            let quoted = visible(&token).replace('\\', "\\\\").replace('\'', "\\'");
            text.push_str(&format!("['{quoted}']"));
        } else {
            text.push_str(&format!("[{token}]"));
        }
    }
    text
}

/// In what way it differs, where the two values do not say so themselves.
pub fn manner(kind: DifferenceKind) -> Option<&'static str> {
    match kind {
        DifferenceKind::Value | DifferenceKind::Text | DifferenceKind::Finding => None,
        DifferenceKind::Type => Some("another type"),
        DifferenceKind::Missing => Some("missing"),
        DifferenceKind::Extra => Some("not expected"),
        DifferenceKind::Length => Some("another length"),
        DifferenceKind::Order => Some("another order"),
        DifferenceKind::Shape => Some("another shape"),
        DifferenceKind::Dtype => Some("another dtype"),
        DifferenceKind::Malformed => Some("not readable"),
        DifferenceKind::TooLarge => Some("too large to compare"),
    }
}

/// One sentence on how the result is nearly right; `None` where its note says that and more.
pub fn near_miss(difference: &Difference) -> Option<String> {
    let sentence = match difference.near.as_ref()? {
        NearMiss::Whitespace | NearMiss::Order if difference.note.is_some() => return None,
        NearMiss::Whitespace => whitespace(difference),
        NearMiss::Case => "Only upper and lower case differ.".to_owned(),
        NearMiss::Order => "Only the order differs: the items are the same.".to_owned(),
        NearMiss::TypeOnly => {
            match (python_type(difference.actual.as_deref()), python_type(difference.expected.as_deref())) {
                (Some(actual), Some(expected)) if actual != expected => {
                    format!("The value is right but its type is not: you have {actual}, but {expected} is expected.")
                }
                _ => "The value is right but its type is not.".to_owned(),
            }
        }
        NearMiss::OffBy { by } => format!("Close: off by {}.", number(*by)),
        NearMiss::PythonRepr => "This is how Python prints a value, not JSON: use json.dumps.".to_owned(),
        NearMiss::AroundJson => "The JSON is right, but there is other text around it: print nothing else.".to_owned(),
        NearMiss::OffByOne => {
            "All the rest is equal: there is one too many or one too few, at the start or the end.".to_owned()
        }
        NearMiss::Encoding => "Only the encoding differs: write UTF-8 without a byte order mark.".to_owned(),
    };
    Some(sentence)
}

/// Which whitespace it is that differs.
fn whitespace(difference: &Difference) -> String {
    let (Some(expected), Some(actual)) = (difference.expected.as_deref(), difference.actual.as_deref()) else {
        return "Only whitespace differs.".to_owned();
    };
    let unquoted = |text: &str| text.trim_matches(['\'', '"']).to_owned();
    let (expected, actual) = (unquoted(expected), unquoted(actual));
    if actual.replace('\r', "") == expected {
        return "Only the line end differs: there is a carriage return (\\r) in it.".to_owned();
    }
    let side = if expected.trim_end() == actual.trim_end() {
        " at the end"
    } else if expected.trim_start() == actual.trim_start() {
        " at the start"
    } else {
        ""
    };
    let foreign = |c: char| c.is_whitespace() && !expected.contains(c);
    if side.is_empty() && actual.contains(foreign) {
        return "Only whitespace differs: it is of another kind.".to_owned();
    }
    let amount = match actual.chars().count().cmp(&expected.chars().count()) {
        std::cmp::Ordering::Less => "some is missing",
        std::cmp::Ordering::Greater => "there is too much",
        std::cmp::Ordering::Equal => "it is of another kind",
    };
    format!("Only whitespace differs: {amount}{side}.")
}

/// The Python type of a literal, with its article; `None` where it is no plain literal.
fn python_type(text: Option<&str>) -> Option<&'static str> {
    let text = text?.trim();
    let digits = text.trim_start_matches(['+', '-']);
    match text {
        "None" => return Some("None"),
        "null" => return Some("null"),
        "True" | "False" | "true" | "false" => return Some("a bool"),
        _ => {}
    }
    match digits.chars().next()? {
        '\'' | '"' => Some("a str"),
        'b' if digits.starts_with("b'") || digits.starts_with("b\"") => Some("bytes"),
        '[' => Some("a list"),
        '(' => Some("a tuple"),
        '{' if text == "{}" || text.contains(':') => Some("a dict"),
        '{' => Some("a set"),
        '0'..='9' if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => Some("an int"),
        '0'..='9' | '.' if digits.parse::<f64>().is_ok() => Some("a float"),
        'D' if digits.starts_with("Decimal(") => Some("a Decimal"),
        'n' if matches!(digits, "nan") => Some("a float"),
        'i' if matches!(digits, "inf") => Some("a float"),
        _ => None,
    }
}

/// A distance, in at most six digits.
fn number(by: f64) -> String {
    if !by.is_finite() {
        return "an unknown amount".to_owned();
    }
    let short: f64 = format!("{by:.5e}").parse().unwrap_or(by);
    if short == 0.0 || (1e-4..1e9).contains(&short.abs()) { format!("{short}") } else { format!("{short:e}") }
}

/// Whose matter it is, when it is not the learner's.
pub fn not_your_fault(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::ExerciseError => {
            Some("Not your fault: something is wrong with the exercise itself. It does not count.")
        }
        Verdict::MachineError => Some("Not your fault: this machine could not run it. It does not count."),
        _ => None,
    }
}

/// A span of time: `12 ms`, `3.4 s`, `2 min 5 s`.
pub fn duration(ms: f64) -> String {
    let ms = if ms.is_finite() { ms.max(0.0) } else { 0.0 };
    if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else if ms < 59_950.0 {
        format!("{:.1} s", ms / 1000.0)
    } else {
        let seconds = (ms / 1000.0).round() as u64;
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// `1 case`, `2 cases`.
pub fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests;
