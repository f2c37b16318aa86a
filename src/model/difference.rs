//! What differs between an expectation and what came out, as data. Only a report turns it into text.

use serde::Serialize;

/// One place where the actual result is not the expected one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// What was compared: the standard output, the returned value, a file ...
    pub channel: Channel,
    /// Where in it: a JSON Pointer (`/items/3/price`), `/12` for line 13 of a text, `/12/4` for column 5 of it; empty for
    /// the whole.
    pub path: String,
    /// In what way.
    pub kind: DifferenceKind,
    /// What was expected there, as the channel writes it (a Python value, JSON, a line of text), cut to
    /// [`Difference::MOST_TEXT`] bytes; `None` where nothing was expected.
    pub expected: Option<String>,
    /// What was there, in the same way.
    pub actual: Option<String>,
    /// How the two are nearly the same, if they are.
    pub near: Option<NearMiss>,
    /// A sentence that adds what the fields do not say.
    pub note: Option<String>,
}

impl Difference {
    /// The most bytes of [`Difference::expected`] and [`Difference::actual`], each.
    pub const MOST_TEXT: usize = 4096;
    /// The most differences that one comparison lists; it counts the others.
    pub const MOST_LISTED: usize = 20;
    /// The most findings that it lists: each is a line, and they are mended one by one.
    pub const MOST_FINDINGS: usize = 100;

    /// A finding as tools write one, `solution.py:5:17 B006 and what it is`; `None` for what is no finding.
    pub fn finding(&self) -> Option<String> {
        let (Channel::File(file), DifferenceKind::Finding) = (&self.channel, self.kind) else { return None };
        let from_one = |part: &str| part.parse::<usize>().ok().map(|number| format!(":{}", number.saturating_add(1)));
        let place: String = self.path.split('/').filter_map(from_one).collect();
        Some(format!("{file}{place} {}", self.actual.as_deref().unwrap_or_default()))
    }

    /// The rule of a finding, such as `B006`.
    pub fn rule(&self) -> Option<&str> {
        let text = self.actual.as_deref().filter(|_| self.kind == DifferenceKind::Finding)?;
        text.split(' ').next()
    }
}

/// What was compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Standard output.
    Stdout,
    /// The exit code.
    Exit,
    /// The value that the call returned.
    Returned,
    /// The exception that the call raised.
    Raised,
    /// An argument after the call: its position or keyword.
    Argument(String),
    /// A file of the work folder.
    File(String),
    /// What the services of the case's world saw, by route; empty for all of them.
    Requests(String),
    /// What a server answered to this request: `POST /documents`.
    Reply(String),
    /// Time and memory beside the reference's.
    Speed,
}

/// In what way two things differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Another value of the same type.
    Value,
    /// Another type.
    Type,
    /// Expected, and not there.
    Missing,
    /// There, and not expected.
    Extra,
    /// Another number of items.
    Length,
    /// The same items in another order.
    Order,
    /// Another line of text.
    Text,
    /// Another shape of an array.
    Shape,
    /// Another element type of an array or a column.
    Dtype,
    /// Not readable as what it should be (JSON, CSV, UTF-8 ...).
    Malformed,
    /// Too large or too deep to compare.
    TooLarge,
    /// What a tool or a rule found in a file of the learner: nothing is expected there.
    Finding,
}

/// How a wrong result is nearly right.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NearMiss {
    /// Only spaces, tabs or line ends differ.
    Whitespace,
    /// Only upper and lower case differ.
    Case,
    /// The same items in another order.
    Order,
    /// The same value with another type: `1`, `1.0`, `"1"`, `true`.
    TypeOnly,
    /// Numbers apart by this much.
    OffBy {
        /// The absolute distance, finite.
        by: f64,
    },
    /// A Python `repr` (`{'a': None}`) where JSON was expected.
    PythonRepr,
    /// The right JSON with text before or after it.
    AroundJson,
    /// Equal but for an unexpected start or end, such as one line too many.
    OffByOne,
    /// Only the byte order mark or the encoding differs.
    Encoding,
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The first differences, at most [`Difference::MOST_LISTED`], or [`Difference::MOST_FINDINGS`] findings.
    pub differences: Vec<Difference>,
    /// How many there are in all; at least the length of the list.
    pub total: usize,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn is_equal(&self) -> bool {
        self.total == 0
    }

    /// Adds a difference: lists it while there is room, counts it in any case.
    pub fn push(&mut self, difference: Difference) {
        self.total += 1;
        let most = match difference.kind {
            DifferenceKind::Finding => Difference::MOST_FINDINGS,
            _ => Difference::MOST_LISTED,
        };
        if self.differences.len() < most {
            self.differences.push(difference);
        }
    }

    /// Adds what another comparison found.
    pub fn extend(&mut self, other: Comparison) {
        self.total += other.total;
        let room = Difference::MOST_LISTED.saturating_sub(self.differences.len());
        self.differences.extend(other.differences.into_iter().take(room));
    }
}
