//! Comma-separated values with a header. Columns are known by their names, and cells that are numbers compare as numbers.

use crate::model::{DifferenceKind, Keys, Nan, NearMiss, Options, Text, Types, Value};

use super::cx::{Cx, Dialect, Step};
use super::json::{self, Problem};
use super::{decimal, decode, near, value};

/// More cells than this are refused.
const MOST_CELLS: usize = 1 << 19;

/// Two CSV files. A cell's place is `/row/column`, the first row below the header being 0.
pub(super) fn compare(cx: &mut Cx<'_>, expected: &[u8], actual: &[u8]) {
    let Some((e_text, a_text)) = decode::both(cx, expected, actual) else { return };
    if e_text == a_text && cx.options.nan == Nan::Equal {
        return;
    }
    let (e, a) = match (Table::read(e_text), Table::read(a_text)) {
        (Err(problem), _) => return json::expectation(cx, problem),
        (_, Err(problem)) => return cx.texts(problem.kind, None, None, (None, Some(problem.note))),
        (Ok(e), Ok(a)) => (e, a),
    };
    if a.header.is_empty() && !e.header.is_empty() {
        let note = "there is nothing, not even a header; is a `print` or a `write` missing?".to_owned();
        return cx.texts(DifferenceKind::Missing, Some(e.header.join(",")), None, (None, Some(note)));
    }
    let columns = header(cx, &e.header, &a.header);
    if columns.is_empty() && !e.header.is_empty() {
        return;
    }
    let (e_columns, a_columns): (Vec<usize>, Vec<usize>) = columns.into_iter().unzip();
    let e_rows = e.rows(&e_columns, &e.header, &e_columns);
    let a_rows = a.rows(&a_columns, &e.header, &e_columns);
    let options = Options { types: Types::Numeric, ..cx.options.clone() };
    cx.merge(value::compare(cx.channel, &e_rows, &a_rows, &options, Dialect::Csv));
}

/// A file as cells of text.
struct Table {
    header: Vec<String>,
    records: Vec<csv::StringRecord>,
}

impl Table {
    fn read(text: &str) -> Result<Table, Problem> {
        let problem = |kind, note: String| Problem { kind, note, at: 0 };
        let cells = text.bytes().filter(|byte| matches!(byte, b',' | b'\n')).count();
        if cells > MOST_CELLS {
            return Err(problem(DifferenceKind::TooLarge, format!("too large to compare: some {cells} cells")));
        }
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records();
        let read = |record: csv::Result<csv::StringRecord>| {
            record.map_err(|error| problem(DifferenceKind::Malformed, format!("not CSV: {error}")))
        };
        let header = match records.next() {
            Some(record) => names(&read(record)?),
            None => vec![],
        };
        Ok(Table { header, records: records.map(read).collect::<Result<_, _>>()? })
    }

    /// The rows with these of their columns, which are called as in `header` at the places `named`.
    fn rows(&self, columns: &[usize], header: &[String], named: &[usize]) -> Value {
        let row = |record: &csv::StringRecord| {
            if record.len() != self.header.len() {
                let line = record.position().map_or(0, csv::Position::line);
                let note = format!("line {line} has {} cells, the header has {}", record.len(), self.header.len());
                return Value::Opaque { class: note, repr: record.iter().collect::<Vec<_>>().join(",") };
            }
            let cells = columns.iter().zip(named).map(|(&column, &name)| {
                let name = header.get(name).map_or("", String::as_str);
                (Value::str(name), cell(record.get(column).unwrap_or("")))
            });
            Value::Dict(cells.collect())
        };
        Value::List(self.records.iter().map(row).collect())
    }
}

/// The column names, made different from one another.
fn names(record: &csv::StringRecord) -> Vec<String> {
    let mut names: Vec<String> = vec![];
    let mut seen = std::collections::HashMap::new();
    for name in record {
        let times = seen.entry(name).or_insert(0usize);
        *times += 1;
        names.push(if *times == 1 { name.to_owned() } else { format!("{name}#{times}") });
    }
    names
}

/// A cell: a number where it reads as one. `007` is not, it is somebody's code.
fn cell(text: &str) -> Value {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_code = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    let is_special = matches!(digits.to_ascii_lowercase().as_str(), "nan" | "inf" | "infinity");
    let is_number = is_special || (!is_code && !text.starts_with('+') && decimal::parse(text).is_some());
    if is_number { Value::Decimal(text.to_owned()) } else { Value::Str(Text::Valid(text.to_owned())) }
}

/// Pairs the columns by name, and says which are missing, too many, or elsewhere.
fn header(cx: &mut Cx<'_>, e: &[String], a: &[String]) -> Vec<(usize, usize)> {
    let places: std::collections::HashMap<&String, usize> =
        a.iter().enumerate().map(|(place, name)| (name, place)).collect();
    let is_expected: std::collections::HashSet<&String> = e.iter().collect();
    let extra: Vec<&String> = a.iter().filter(|name| !is_expected.contains(name)).collect();
    if let ([one], true) = (a, e.len() > 1)
        && let Some(other) = [';', '\t', '|'].into_iter().find(|&other| one.contains(other))
    {
        let note = format!("the cells are separated by {other:?} and not by a comma");
        cx.texts(DifferenceKind::Malformed, Some(e.join(",")), Some(one.clone()), (None, Some(note)));
        return vec![];
    }
    let is_ignored = |cx: &mut Cx<'_>, name: &str| {
        let name = Value::str(name);
        // `*` stands for every row, and no other pattern matches this place.
        let star = Value::str("*");
        let mut inner = Cx::quiet(cx.channel, cx.options, Dialect::Csv);
        inner.at_all([Step::Key(&star), Step::Key(&name)].into_iter(), |inner| inner.is_ignored())
    };
    let mut pairs = vec![];
    for (place, name) in e.iter().enumerate() {
        if let Some(&other) = places.get(name) {
            pairs.push((place, other));
        } else if !is_ignored(cx, name) {
            let similar = extra.iter().find_map(|other| near::text(name, other).map(|near| (near, other)));
            let (near, note) = match similar {
                Some((near, other)) => (Some(near), format!("the column is missing; there is {other:?}")),
                None => (None, "the column is missing".to_owned()),
            };
            cx.texts(DifferenceKind::Missing, Some(name.clone()), None, (near, Some(note)));
        }
    }
    if cx.options.keys == Keys::Exact {
        for name in extra {
            if !is_ignored(cx, name) {
                let note = match name.as_str() {
                    "" => "a column without a name is not expected: in pandas, to_csv(..., index=False)",
                    _ => "the column is not expected",
                };
                cx.texts(DifferenceKind::Extra, None, Some(name.clone()), (None, Some(note.into())));
            }
        }
    }
    if !pairs.iter().map(|&(_, other)| other).is_sorted() {
        let note = "the columns are in another order".to_owned();
        let detail = (Some(NearMiss::Order), Some(note));
        cx.texts(DifferenceKind::Order, Some(e.join(",")), Some(a.join(",")), detail);
    }
    pairs
}

#[cfg(test)]
mod tests;
