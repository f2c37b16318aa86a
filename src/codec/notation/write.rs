//! From values to text, within a budget of bytes.
//!
//! A value is first tried in full; as soon as the text passes its budget, that is given up and the value is written
//! again with parts left out. Both are steps over the text, never over the value, so a list of a million items costs
//! no more than the few items that are shown.

use std::fmt::Write as _;

use num_bigint::{BigInt, Sign};

use super::number::{float, float_of};
use super::text::{plain, quoted};
use super::{Call, Step};
use crate::model::{Array, ArrayData, Column, Frame, Series, TemporalKind, Text, Value};

/// Deeper than this nothing is shown.
const DEEPEST: usize = 150;
/// An item that does not fit is cut only when there is this much room for it; otherwise it is counted as left out.
const WORTH_CUTTING: usize = 24;

/// Writes a value as Python would, cut to about `most` bytes with `…` where something is left out.
///
/// Text that is not cut reads back as the same value, unless there is a [`Value::Opaque`] in it.
pub fn write(value: &Value, most: usize) -> String {
    let mut writer = Writer::default();
    writer.node(Node::Value(value), most, 0);
    writer.out
}

/// Writes a call as in `Window(4).push('a')`, cut to about `most` bytes.
pub fn write_call(call: &Call, most: usize) -> String {
    let mut writer = Writer::default();
    for (place, step) in call.steps.iter().enumerate() {
        if place > 0 {
            writer.out.push('.');
        }
        match step {
            Step::Attribute(name) => writer.out.push_str(name),
            Step::Call { name, args, kwargs } => writer.node(Node::Arguments(name, args, kwargs), most, 0),
        }
    }
    writer.out
}

/// The text has passed its budget.
pub(super) struct Full;

/// A part of the text.
#[derive(Clone, Copy)]
enum Node<'a> {
    Value(&'a Value),
    /// `name(1, key=2)`
    Arguments(&'a str, &'a [Value], &'a [(String, Value)]),
    /// `key: value`
    Pair(&'a Value, &'a Value),
    /// `key=value`
    Keyword(&'a str, &'a Value),
    /// `index=[…]`
    Index(&'a [Value]),
    /// The nested lists of an array, from this axis on and from this element on.
    Rows(&'a Array, usize, usize),
    /// `shape=(0, 3)`
    Shape(&'a [usize]),
    /// `dtype='float32'`
    Dtype(&'a str),
    /// A list whose numbers are of this dtype.
    Items(&'a [Value], Option<&'a str>),
    /// A number of this dtype.
    Number(f64, Option<&'a str>),
    /// `'column': [1, 2]`
    Column(&'a Column),
    /// `{'a': [1, 2]}`
    Columns(&'a [Column]),
    /// `dtypes={'a': 'int64'}`
    Dtypes(&'a [Column]),
    /// `'a': 'int64'`
    DtypeOf(&'a Column),
}

/// What a node is made of.
enum Form<'a> {
    /// Text that is short.
    Short(String),
    Str(&'a Text),
    Bytes(&'a [u8]),
    Int(&'a BigInt),
    /// Foreign text, shown without quotes.
    Raw(&'a str),
    /// One node and then another, with this between them.
    Two(Node<'a>, &'static str, Node<'a>),
    /// Short text and then a node.
    After(String, Node<'a>),
    Branch(Branch<'a>),
}

/// Items between brackets.
struct Branch<'a> {
    open: String,
    close: &'static str,
    items: Items<'a>,
}

enum Items<'a> {
    Values(&'a [Value], Option<&'a str>),
    Pairs(&'a [(Value, Value)]),
    Arguments(&'a [Value], &'a [(String, Value)]),
    Nodes(Vec<Node<'a>>),
    Columns(&'a [Column]),
    Rows { array: &'a Array, axis: usize, from: usize, stride: usize },
}

impl<'a> Items<'a> {
    fn len(&self) -> usize {
        match self {
            Items::Values(items, _) => items.len(),
            Items::Pairs(items) => items.len(),
            Items::Arguments(args, kwargs) => args.len() + kwargs.len(),
            Items::Nodes(items) => items.len(),
            Items::Columns(items) => items.len(),
            Items::Rows { array, axis, .. } => array.shape.get(*axis).copied().unwrap_or(0),
        }
    }

    fn get(&self, index: usize) -> Option<Node<'a>> {
        match self {
            Items::Values(items, dtype) => items.get(index).map(|item| match (item, dtype) {
                (Value::Float(number), Some(_)) => Node::Number(*number, *dtype),
                _ => Node::Value(item),
            }),
            Items::Pairs(items) => items.get(index).map(|(key, value)| Node::Pair(key, value)),
            Items::Arguments(args, kwargs) => match args.get(index) {
                Some(value) => Some(Node::Value(value)),
                None => kwargs.get(index - args.len()).map(|(name, value)| Node::Keyword(name, value)),
            },
            Items::Nodes(items) => items.get(index).copied(),
            Items::Columns(items) => items.get(index).map(Node::Column),
            Items::Rows { array, axis, from, stride } => {
                Some(Node::Rows(array, axis + 1, from.saturating_add(index.saturating_mul(*stride))))
            }
        }
    }
}

fn form(node: Node<'_>) -> Form<'_> {
    match node {
        Node::Value(value) => form_of_value(value),
        Node::Arguments(name, args, kwargs) => branch(format!("{}(", plain(name)), Items::Arguments(args, kwargs), ")"),
        Node::Pair(key, value) => Form::Two(Node::Value(key), ": ", Node::Value(value)),
        Node::Keyword(name, value) => Form::After(format!("{}=", plain(name)), Node::Value(value)),
        Node::Index(labels) => Form::After("index=".into(), Node::Items(labels, None)),
        Node::Rows(array, axis, from) => rows(array, axis, from),
        Node::Shape(shape) => {
            let axes: Vec<String> = shape.iter().map(usize::to_string).collect();
            Form::Short(format!("shape=({}{})", axes.join(", "), if axes.len() == 1 { "," } else { "" }))
        }
        Node::Dtype(dtype) => Form::Short(format!("dtype={}", quoted(dtype))),
        Node::Items(items, dtype) => branch("[".into(), Items::Values(items, dtype), "]"),
        Node::Number(number, dtype) => Form::Short(float_of(number, dtype)),
        Node::Column(column) => {
            Form::Two(Node::Value(&column.name), ": ", Node::Items(&column.values, column.dtype.as_deref()))
        }
        Node::Columns(columns) => branch("{".into(), Items::Columns(columns), "}"),
        Node::Dtypes(columns) => {
            let known = columns.iter().filter(|column| column.dtype.is_some()).map(Node::DtypeOf);
            branch("dtypes={".into(), Items::Nodes(known.collect()), "}")
        }
        Node::DtypeOf(column) => {
            // The dtype stands in the place of a value, and is short.
            let mut label = Writer::default();
            label.node(Node::Value(&column.name), 100, 0);
            Form::Short(format!("{}: {}", label.out, quoted(column.dtype.as_deref().unwrap_or_default())))
        }
    }
}

fn form_of_value(value: &Value) -> Form<'_> {
    let list = |open: &str, items, close| branch(open.into(), Items::Values(items, None), close);
    match value {
        Value::None => Form::Short("None".into()),
        Value::Bool(true) => Form::Short("True".into()),
        Value::Bool(false) => Form::Short("False".into()),
        Value::Int(number) => Form::Int(number),
        Value::Float(number) => Form::Short(float(*number)),
        Value::Complex(re, im) => Form::Short(format!("complex({}, {})", float(*re), float(*im))),
        Value::Str(text) => Form::Str(text),
        Value::Bytes(bytes) => Form::Bytes(bytes),
        Value::List(items) => list("[", items, "]"),
        Value::Tuple(items) if items.len() == 1 => list("(", items, ",)"),
        Value::Tuple(items) => list("(", items, ")"),
        Value::Set(items) if items.is_empty() => Form::Short("set()".into()),
        Value::Set(items) => list("{", items, "}"),
        Value::FrozenSet(items) if items.is_empty() => Form::Short("frozenset()".into()),
        Value::FrozenSet(items) => list("frozenset({", items, "})"),
        Value::Dict(items) => branch("{".into(), Items::Pairs(items), "}"),
        Value::Object { class, fields } => form(Node::Arguments(class, &[], fields)),
        Value::New { class, args, kwargs } => form(Node::Arguments(class, args, kwargs)),
        Value::EnumMember { class, member } => Form::Short(format!("{}.{}", plain(class), plain(member))),
        Value::Temporal(TemporalKind::Delta, text) => Form::Short(format!("timedelta({})", plain(text))),
        Value::Temporal(kind, text) => Form::Short(format!("{}({})", kind.name(), quoted(text))),
        Value::Path(text) => Form::Short(format!("Path({})", quoted(text))),
        Value::Decimal(text) => Form::Short(format!("Decimal({})", quoted(text))),
        Value::Scalar(array) => form_of_array("scalar(", array),
        Value::Array(array) => form_of_array("array(", array),
        Value::Tensor(array) => form_of_array("tensor(", array),
        Value::Series(series) => form_of_series(series),
        Value::Frame(frame) => form_of_frame(frame),
        Value::Opaque { class, repr } if repr.is_empty() => Form::Short(format!("<{}>", plain(class))),
        Value::Opaque { repr, .. } => Form::Raw(repr),
    }
}

fn branch<'a>(open: String, items: Items<'a>, close: &'static str) -> Form<'a> {
    Form::Branch(Branch { open, close, items })
}

fn form_of_array<'a>(open: &str, array: &'a Array) -> Form<'a> {
    let mut nodes = vec![Node::Rows(array, 0, 0), Node::Dtype(&array.dtype)];
    // `[]` says nothing of the axes after an empty one, nor of where an array ends and lists inside it begin.
    let inner = array.shape.split_last().map_or(&[][..], |(_, rest)| rest);
    let lists = matches!(&array.data, ArrayData::Values(items) if matches!(items.first(), Some(Value::List(_))));
    if inner.contains(&0) || lists {
        nodes.push(Node::Shape(&array.shape));
    }
    branch(open.into(), Items::Nodes(nodes), ")")
}

fn form_of_series(series: &Series) -> Form<'_> {
    let mut nodes = vec![Node::Items(&series.column.values, series.column.dtype.as_deref())];
    nodes.extend(series.column.dtype.as_deref().map(Node::Dtype));
    nodes.extend(series.index.as_deref().map(Node::Index));
    if series.column.name != Value::None {
        nodes.push(Node::Keyword("name", &series.column.name));
    }
    branch("Series(".into(), Items::Nodes(nodes), ")")
}

fn form_of_frame(frame: &Frame) -> Form<'_> {
    let mut nodes = vec![Node::Columns(&frame.columns)];
    if frame.columns.iter().any(|column| column.dtype.is_some()) {
        nodes.push(Node::Dtypes(&frame.columns));
    }
    nodes.extend(frame.index.as_deref().map(Node::Index));
    branch("DataFrame(".into(), Items::Nodes(nodes), ")")
}

fn rows(array: &Array, axis: usize, from: usize) -> Form<'_> {
    if let Some(inner) = array.shape.get(axis + 1..) {
        let stride = inner.iter().fold(1usize, |product, &length| product.saturating_mul(length));
        return branch("[".into(), Items::Rows { array, axis, from, stride }, "]");
    }
    match &array.data {
        ArrayData::Values(items) => items.get(from).map_or(Form::Short("…".into()), form_of_value),
        ArrayData::Float(items) => {
            let number = items.get(from).copied().unwrap_or(f64::NAN);
            Form::Short(float_of(number, Some(&array.dtype)))
        }
        other => {
            let mut element = Writer::default();
            element.node(Node::Value(&other.get(from).unwrap_or(Value::None)), 80, 0);
            Form::Short(element.out)
        }
    }
}

#[derive(Default)]
pub(super) struct Writer {
    pub(super) out: String,
}

impl Writer {
    /// Writes a node until the text is `end` bytes long, about; with parts left out when it does not fit.
    fn node(&mut self, node: Node<'_>, end: usize, depth: usize) {
        let start = self.out.len();
        if self.full(node, end, depth).is_err() {
            self.out.truncate(start);
            self.cut(node, end, depth);
        }
    }

    /// Writes all of a node, or gives up.
    fn full(&mut self, node: Node<'_>, end: usize, depth: usize) -> Result<(), Full> {
        if depth > DEEPEST {
            return Err(Full);
        }
        match form(node) {
            Form::Short(text) => self.out.push_str(&text),
            Form::Str(text) => self.string(text, end)?,
            Form::Bytes(bytes) => self.bytes(bytes, end)?,
            Form::Raw(text) => self.raw(text, end)?,
            Form::Int(number) => {
                // Three bits are less than a digit: too long a number is never turned into digits.
                if usize::try_from(number.bits()).unwrap_or(usize::MAX) / 4 > end {
                    return Err(Full);
                }
                let _ = write!(self.out, "{number}");
            }
            Form::Two(first, between, second) => {
                self.full(first, end, depth + 1)?;
                self.out.push_str(between);
                self.full(second, end, depth + 1)?;
            }
            Form::After(text, rest) => {
                self.out.push_str(&text);
                self.full(rest, end, depth + 1)?;
            }
            Form::Branch(branch) => {
                self.out.push_str(&branch.open);
                for index in 0..branch.items.len() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    if let Some(item) = branch.items.get(index) {
                        self.full(item, end, depth + 1)?;
                    }
                }
                self.out.push_str(branch.close);
            }
        }
        if self.out.len() > end { Err(Full) } else { Ok(()) }
    }

    /// Writes a node that does not fit.
    fn cut(&mut self, node: Node<'_>, end: usize, depth: usize) {
        if depth > DEEPEST {
            return self.out.push('…');
        }
        match form(node) {
            Form::Short(text) => self.out.push_str(&text),
            Form::Str(text) => {
                let count = match text {
                    Text::Valid(text) => text.chars().count(),
                    Text::Surrogates(points) => points.len(),
                };
                self.cut_string(end, count, "characters", |writer, end| writer.string(text, end));
            }
            Form::Bytes(bytes) => self.cut_string(end, bytes.len(), "bytes", |writer, end| writer.bytes(bytes, end)),
            Form::Raw(text) => {
                let _ = self.raw(text, end);
                self.out.push('…');
            }
            Form::Int(number) => self.cut_int(number, end.saturating_sub(self.out.len())),
            Form::Two(first, between, second) => {
                let room = end.saturating_sub(self.out.len());
                self.node(first, self.out.len() + room / 2, depth + 1);
                self.out.push_str(between);
                self.node(second, end, depth + 1);
            }
            Form::After(text, rest) => {
                self.out.push_str(&text);
                self.node(rest, end, depth + 1);
            }
            Form::Branch(branch) => self.cut_branch(&branch, end, depth),
        }
    }

    /// Items while there is room, and how many more there are.
    fn cut_branch(&mut self, branch: &Branch<'_>, end: usize, depth: usize) {
        self.out.push_str(&branch.open);
        let count = branch.items.len();
        // What says how many are left out, and the closing bracket, need room too.
        let end = end.saturating_sub(branch.close.len() + ", … 1000000 more".len());
        for index in 0..count {
            let start = self.out.len();
            if index > 0 {
                self.out.push_str(", ");
            }
            let Some(item) = branch.items.get(index) else { break };
            let before = self.out.len();
            if self.full(item, end, depth + 1).is_ok() {
                continue;
            }
            self.out.truncate(before);
            let left = end.saturating_sub(before);
            // What the items after it do not need, and at least half.
            let share = left - Writer::size(branch, index + 1, left / 2, depth).unwrap_or(left.div_ceil(2));
            if share < WORTH_CUTTING {
                self.out.truncate(start);
                let between = if index > 0 { ", " } else { "" };
                let _ = write!(self.out, "{between}… {} more", count - index);
                break;
            }
            self.cut(item, before + share, depth + 1);
        }
        self.out.push_str(branch.close);
    }

    /// How many bytes the items from `first` on take, if that is at most `room`.
    fn size(branch: &Branch<'_>, first: usize, room: usize, depth: usize) -> Option<usize> {
        let mut rest = Writer::default();
        for index in first..branch.items.len() {
            rest.out.push_str(", ");
            rest.full(branch.items.get(index)?, room, depth + 1).ok()?;
        }
        Some(rest.out.len())
    }

    fn cut_string(
        &mut self,
        end: usize,
        count: usize,
        unit: &str,
        write: impl Fn(&mut Writer, usize) -> Result<(), Full>,
    ) {
        let note = format!(" ({count} {unit})");
        let start = self.out.len();
        // The writer stops after the character that passes the end, with the opening quote already written.
        let _ = write(self, end.saturating_sub(note.len() + 6).max(start + 4));
        let quote = self.out[start..].trim_start_matches('b').chars().next().unwrap_or('\'');
        self.out.push('…');
        self.out.push(quote);
        self.out.push_str(&note);
    }

    /// A number with its middle left out: `123…789 (5000 digits)`.
    fn cut_int(&mut self, number: &BigInt, room: usize) {
        let sign = if number.sign() == Sign::Minus { "-" } else { "" };
        let shown = (room.saturating_sub(24) / 2).clamp(6, 1000);
        if number.bits() <= 16_384 {
            let digits = number.magnitude().to_string();
            if digits.len() <= 2 * shown + 1 {
                let _ = write!(self.out, "{sign}{digits}");
                return;
            }
            let (first, last) = (&digits[..shown], &digits[digits.len() - shown..]);
            let _ = write!(self.out, "{sign}{first}…{last} ({} digits)", digits.len());
            return;
        }
        // Decimal digits of so large a number take long; its ends in hexadecimal are there already.
        let mut words = number.magnitude().iter_u64_digits();
        let last = words.next().unwrap_or(0);
        let first = words.next_back().unwrap_or(0);
        let digits = (number.bits() as f64 * std::f64::consts::LOG10_2).ceil();
        let _ = write!(self.out, "{sign}0x{first:x}…{last:016x} (about {digits} digits)");
    }
}
