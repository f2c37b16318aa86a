//! Where a comparison is, what it has found, and how it writes what it found.

use crate::codec::notation;
use crate::model::{Channel, Comparison, Difference, DifferenceKind, NearMiss, Options, Order, Pattern, Value};

use super::written;

/// The deepest nesting that is compared. `serde_json` reads 127 levels, so every JSON document fits.
pub(super) const MOST_DEPTH: usize = 130;
/// The most values that one comparison visits, repeated visits included.
const MOST_VISITS: u64 = 40_000_000;

/// The notation in which values are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// As Python writes them.
    Python,
    /// As JSON. A [`Value::Opaque`] in it stands for a row that is not JSON, with what is wrong as its class.
    Json,
    /// As a cell or a row of CSV. [`Value::Decimal`] is a number, [`Value::Opaque`] a ragged row.
    Csv,
}

/// A step from a value to a value in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'v> {
    /// Into a list.
    Index(usize),
    /// Into a dict, or to the row label of a frame.
    Key(&'v Value),
    /// Into an object, or to a column.
    Name(&'v str),
}

/// A comparison under way.
pub(super) struct Cx<'v> {
    /// What is compared.
    pub channel: &'v Channel,
    /// How.
    pub options: &'v Options,
    /// How values are written.
    pub dialect: Dialect,
    /// Whether the visits ran out, so that the answer is not to be trusted.
    pub exhausted: bool,
    /// The sum of the numbers that were hashed, see [`super::matching::Print`].
    pub weight: f64,
    path: Vec<Step<'v>>,
    found: Comparison,
    /// Only whether something differs is asked; the first difference ends it.
    quiet: bool,
    visits: u64,
}

/// What a difference says beside the two values.
pub(super) type Detail = (Option<NearMiss>, Option<String>);

impl<'v> Cx<'v> {
    /// A comparison that lists what differs.
    pub fn new(channel: &'v Channel, options: &'v Options, dialect: Dialect) -> Cx<'v> {
        Cx {
            channel,
            options,
            dialect,
            exhausted: false,
            weight: 0.0,
            path: vec![],
            found: Comparison::default(),
            quiet: false,
            visits: 0,
        }
    }

    /// A comparison that only finds out whether something differs.
    pub fn quiet(channel: &'v Channel, options: &'v Options, dialect: Dialect) -> Cx<'v> {
        Cx { quiet: true, ..Cx::new(channel, options, dialect) }
    }

    /// What was found.
    pub fn finish(self) -> Comparison {
        self.found
    }

    /// Adds what another comparison of the same thing found.
    pub fn merge(&mut self, other: Comparison) {
        self.found.extend(other);
    }

    /// How many differences were found so far.
    pub fn total(&self) -> usize {
        self.found.total
    }

    /// Whether only a yes or no is wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether nothing more needs to be looked at.
    pub fn is_done(&self) -> bool {
        self.exhausted || (self.quiet && self.found.total > 0)
    }

    /// Counts a visit. Without any left a question is answered with "they differ", and a list ends where it is.
    pub fn visit(&mut self) {
        self.visits += 1;
        if self.visits > MOST_VISITS && !self.exhausted {
            self.exhausted = true;
            if self.quiet {
                self.found.total += 1;
            }
        }
    }

    /// Does something one step further down.
    pub fn at<R>(&mut self, step: Step<'v>, inside: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(step);
        let result = inside(self);
        self.path.pop();
        result
    }

    /// Does something several steps further down.
    pub fn at_all<R>(&mut self, steps: impl Iterator<Item = Step<'v>>, inside: impl FnOnce(&mut Self) -> R) -> R {
        let depth = self.path.len();
        self.path.extend(steps);
        let result = inside(self);
        self.path.truncate(depth);
        result
    }

    /// Whether `inside` finds no difference; nothing is listed.
    pub fn probe(&mut self, inside: impl FnOnce(&mut Self)) -> bool {
        let was_quiet = std::mem::replace(&mut self.quiet, true);
        let found = std::mem::take(&mut self.found);
        inside(self);
        let equal = self.found.is_equal() && !self.exhausted;
        self.quiet = was_quiet;
        self.found = found;
        equal
    }

    /// How many steps down.
    pub fn depth(&self) -> usize {
        self.path.len()
    }

    /// Whether an author wants this place left alone.
    pub fn is_ignored(&self) -> bool {
        self.is_at(&self.options.ignore)
    }

    /// Whether an author wants an element of the array at this place left alone.
    pub fn is_ignored_below(&self, indices: &[usize]) -> bool {
        let parts: Vec<String> = self.path.iter().map(part).chain(indices.iter().map(usize::to_string)).collect();
        self.options.ignore.iter().any(|pattern| pattern.matches(&parts))
    }

    /// Whether the list at this place has no order.
    pub fn is_unordered(&self) -> bool {
        (self.path.is_empty() && self.options.order == Order::Any) || self.is_at(&self.options.unordered)
    }

    fn is_at(&self, patterns: &[Pattern]) -> bool {
        if patterns.is_empty() {
            return false;
        }
        let parts: Vec<String> = self.path.iter().map(part).collect();
        patterns.iter().any(|pattern| pattern.matches(&parts))
    }

    /// The place as a JSON Pointer.
    pub fn pointer(&self) -> String {
        self.path.iter().map(|step| format!("/{}", part(step).replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// Notes a difference between two values at this place. `detail` is only asked when it will be listed.
    pub fn differs(
        &mut self,
        kind: DifferenceKind,
        expected: Option<&Value>,
        actual: Option<&Value>,
        detail: impl FnOnce() -> Detail,
    ) {
        if self.will_list() {
            let write = |value: &Value| self.write(value);
            self.texts(kind, expected.map(write), actual.map(write), detail());
        } else {
            self.found.total += 1;
        }
    }

    /// Notes a difference that is already text.
    pub fn texts(&mut self, kind: DifferenceKind, expected: Option<String>, actual: Option<String>, detail: Detail) {
        let (near, note) = detail;
        let difference = Difference {
            channel: self.channel.clone(),
            path: self.pointer(),
            kind,
            expected: expected.map(|text| written::cut(&text, Difference::MOST_TEXT)),
            actual: actual.map(|text| written::cut(&text, Difference::MOST_TEXT)),
            near,
            note,
        };
        self.found.push(difference);
    }

    /// Counts differences that are not listed.
    pub fn count(&mut self, more: usize) {
        self.found.total += more;
    }

    /// Whether the next difference will be listed.
    pub fn will_list(&self) -> bool {
        !self.quiet && self.found.differences.len() < Difference::MOST_LISTED
    }

    /// A value in the dialect of this comparison.
    pub fn write(&self, value: &Value) -> String {
        match self.dialect {
            Dialect::Python => notation::write(value, Difference::MOST_TEXT),
            Dialect::Json => written::json(value, Difference::MOST_TEXT),
            Dialect::Csv => written::csv(value, Difference::MOST_TEXT),
        }
    }
}

/// A step as a part of a JSON Pointer, not escaped.
fn part(step: &Step<'_>) -> String {
    match step {
        Step::Index(index) => index.to_string(),
        Step::Name(name) => (*name).to_owned(),
        Step::Key(Value::Str(text)) => text.lossy(),
        Step::Key(Value::Int(number)) => number.to_string(),
        Step::Key(Value::None) => "None".into(),
        Step::Key(Value::Bool(true)) => "True".into(),
        Step::Key(Value::Bool(false)) => "False".into(),
        Step::Key(Value::Temporal(_, text) | Value::Path(text) | Value::Decimal(text)) => text.clone(),
        Step::Key(other) => notation::write(other, 80),
    }
}
