//! An instructor's own export as a template: some cells are written anew, every other byte stays as it is: quotes,
//! separators, line ends, a byte order mark.
//!
//! A CSV library gives the values of cells but not where their bytes are, so that is read here.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::report::escape;

/// An export cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {what}", path.display(), line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct TemplateError {
    /// The export.
    pub path: PathBuf,
    /// The line, from 1, where it is one line's fault.
    pub line: Option<usize>,
    /// What is wrong, and the way out.
    pub what: String,
}

/// The most bytes of an export.
const MOST_BYTES: u64 = 64 << 20;
/// The most cells.
const MOST_CELLS: usize = 4_000_000;
/// What separates cells, in the order in which it is tried.
const SEPARATORS: [u8; 3] = *b",;\t";

/// A CSV file with the place of every cell.
#[derive(Debug)]
pub struct Template {
    path: PathBuf,
    text: String,
    separator: u8,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    line: usize,
    /// Where it is, its line end included.
    span: Range<usize>,
    cells: Vec<Range<usize>>,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It stays as it is.
    Keep,
    /// It is not in the new file.
    LeaveOut,
    /// The cell of this column (from 0) gets this text.
    Cell(usize, String),
}

impl Template {
    /// Reads an export. `is_header` tells the first row of the right kind of file: with it the separator is found, and
    /// `kind` names that file where there is no such row.
    pub fn read(path: &Path, kind: &str, is_header: impl Fn(&[String]) -> bool) -> Result<Template, TemplateError> {
        let bytes = match fs_err::metadata(path) {
            Ok(about) if about.len() > MOST_BYTES => {
                return Err(wrong(path, None, format!("larger than {} MiB: is it {kind}?", MOST_BYTES >> 20)));
            }
            Ok(_) => fs_err::read(path),
            Err(error) => Err(error),
        };
        let bytes = bytes.map_err(|error| wrong(path, None, error.to_string()))?;
        Template::parse(path, bytes, kind, is_header)
    }

    /// The same, of bytes that were read already.
    pub fn parse(
        path: &Path,
        bytes: Vec<u8>,
        kind: &str,
        is_header: impl Fn(&[String]) -> bool,
    ) -> Result<Template, TemplateError> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            wrong(path, Some(line), "not UTF-8: download it again and do not save it in a spreadsheet program")
        })?;
        let mut template = Template { path: path.to_owned(), text, separator: b',', rows: Vec::new() };
        let mut first_error = None;
        for separator in SEPARATORS {
            template.separator = separator;
            match template.scan(1) {
                Ok(()) if !template.rows.is_empty() && is_header(&template.values(0)) => {
                    template.scan(usize::MAX)?;
                    return Ok(template);
                }
                Ok(()) => {}
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        let not_it = format!("this is not {kind}: its first line has other columns");
        Err(first_error.unwrap_or_else(|| wrong(path, Some(1), not_it)))
    }

    /// Finds the cells of at most so many rows.
    fn scan(&mut self, most: usize) -> Result<(), TemplateError> {
        let bytes = self.text.as_bytes();
        self.rows.clear();
        let (mut at, mut line, mut count) = (if self.text.starts_with('\u{feff}') { 3 } else { 0 }, 1, 0);
        while at < bytes.len() && self.rows.len() < most {
            let (start, first_line, mut cells) = (at, line, Vec::new());
            loop {
                let cell = self.cell(at, &mut line)?;
                at = cell.end;
                cells.push(cell);
                count += 1;
                if count > MOST_CELLS {
                    return Err(wrong(&self.path, Some(line), format!("more than {MOST_CELLS} cells")));
                }
                if bytes.get(at) != Some(&self.separator) {
                    break;
                }
                at += 1;
            }
            at += match &bytes[at..] {
                [b'\r', b'\n', ..] => 2,
                [] => 0,
                _ => 1,
            };
            line += 1;
            self.rows.push(Row { line: first_line, span: start..at, cells });
        }
        Ok(())
    }

    /// The cell that begins at `at`: up to a separator or line end that is outside of quotes.
    fn cell(&self, at: usize, line: &mut usize) -> Result<Range<usize>, TemplateError> {
        let bytes = self.text.as_bytes();
        let ends = |byte: u8| byte == self.separator || byte == b'\n' || byte == b'\r';
        if bytes.get(at) != Some(&b'"') {
            let length = bytes[at..].iter().position(|&byte| ends(byte)).unwrap_or(bytes.len() - at);
            return Ok(at..at + length);
        }
        let (mut end, begun) = (at + 1, *line);
        loop {
            match bytes[end..] {
                [] => return Err(wrong(&self.path, Some(begun), "a quote is opened and never closed")),
                [b'"', b'"', ..] => end += 2,
                [b'"', next, ..] if !ends(next) => {
                    return Err(wrong(&self.path, Some(*line), "text follows a closing quote"));
                }
                [b'"', ..] => return Ok(at..end + 1),
                [byte, ..] => {
                    *line += usize::from(byte == b'\n');
                    end += 1;
                }
            }
        }
    }

    /// How many rows there are, the header included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is not even a header.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What separates cells.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// The line in which a row begins, from 1.
    pub fn line(&self, row: usize) -> usize {
        self.rows.get(row).map_or(0, |row| row.line)
    }

    /// The value of a cell, without the quotes of CSV; empty where the row has no such column.
    pub fn raw(&self, row: usize, column: usize) -> String {
        let Some(range) = self.rows.get(row).and_then(|row| row.cells.get(column)) else { return String::new() };
        let text = &self.text[range.clone()];
        match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => text.to_owned(),
        }
    }

    /// The value of a cell as it is meant: also without the `="007"` that keeps spreadsheets from reading a number, and
    /// without space around it.
    pub fn value(&self, row: usize, column: usize) -> String {
        let raw = self.raw(row, column);
        let text = raw.trim();
        let meant = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"')).map(str::trim);
        meant.unwrap_or(text).to_owned()
    }

    /// All values of a row.
    pub fn values(&self, row: usize) -> Vec<String> {
        let columns = self.rows.get(row).map_or(0, |row| row.cells.len());
        (0..columns).map(|column| self.value(row, column)).collect()
    }

    /// Whether the row has a cell in that column.
    pub fn has(&self, row: usize, column: usize) -> bool {
        self.rows.get(row).is_some_and(|row| column < row.cells.len())
    }

    /// An error at a row.
    pub fn wrong(&self, row: Option<usize>, what: impl Into<String>) -> TemplateError {
        wrong(&self.path, row.map(|row| self.line(row)), what)
    }

    /// The file with these changes, one for each row; rows without one are kept.
    pub fn with(&self, changes: &[Change]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.text.len() + 1024);
        let first = self.rows.first().map_or(self.text.len(), |row| row.span.start);
        bytes.extend(self.text[..first].bytes());
        for (index, row) in self.rows.iter().enumerate() {
            match changes.get(index) {
                None | Some(Change::Keep) => bytes.extend(self.text[row.span.clone()].bytes()),
                Some(Change::LeaveOut) => {}
                Some(Change::Cell(column, text)) => match row.cells.get(*column) {
                    None => bytes.extend(self.text[row.span.clone()].bytes()),
                    Some(cell) => {
                        bytes.extend(self.text[row.span.start..cell.start].bytes());
                        bytes.extend(self.cell_of(text, self.text[cell.clone()].starts_with('"')));
                        bytes.extend(self.text[cell.end..row.span.end].bytes());
                    }
                },
            }
        }
        bytes
    }

    /// A text as a cell: quoted where it must be, and where the one before it was.
    fn cell_of(&self, text: &str, was_quoted: bool) -> Vec<u8> {
        let needs = |byte: u8| byte == self.separator || matches!(byte, b'"' | b'\n' | b'\r');
        if was_quoted || text.bytes().any(needs) {
            format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
        } else {
            text.as_bytes().to_vec()
        }
    }
}

fn wrong(path: &Path, line: Option<usize>, what: impl Into<String>) -> TemplateError {
    TemplateError { path: path.to_owned(), line, what: what.into() }
}

/// Names for an error: at most 40 of them, made visible.
pub fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    const MOST: usize = 40;
    let left = names.len().saturating_sub(MOST);
    let shown: Vec<String> = names.take(MOST).map(|name| format!("`{}`", escape::cut(&name, 80))).collect();
    let more = if left > 0 { format!(" and {left} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &[u8]) -> Result<Template, TemplateError> {
        Template::parse(Path::new("export.csv"), text.to_vec(), "an export", |cells| {
            cells.iter().any(|cell| cell == "ID")
        })
    }

    #[test]
    fn only_the_cell_is_written_anew() {
        let text = "\u{feff}Name;\"ID\";Grade\r\n\"Doe; Jane\n\"\"x\"\"\";=\"007\";\"1,5\"\r\n\nlast;8;";
        let template = parsed(text.as_bytes()).unwrap();
        assert_eq!((template.len(), template.separator()), (4, b';'));
        assert_eq!(template.values(1), ["Doe; Jane\n\"x\"", "007", "1,5"]);
        assert_eq!((template.line(1), template.line(2), template.line(3)), (2, 4, 5));
        assert_eq!(template.with(&[]), text.as_bytes());
        let keep = Change::Keep;
        let changed =
            template.with(&[keep.clone(), Change::Cell(2, "12,25".into()), keep, Change::Cell(2, "a;b".into())]);
        let expected = text.replace("\"1,5\"", "\"12,25\"").replace("last;8;", "last;8;\"a;b\"");
        assert_eq!(String::from_utf8(changed).unwrap(), expected);
        let without = template.with(&[Change::Keep, Change::LeaveOut]);
        assert_eq!(String::from_utf8(without).unwrap(), "\u{feff}Name;\"ID\";Grade\r\n\nlast;8;");
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        for (text, line, what) in [
            (&b"ID,x\na,\"b\n"[..], Some(2), "never closed"),
            (b"ID,x\na,\"b\"c\n", Some(2), "follows a closing quote"),
            (b"ID,x\na,\xe9\n", Some(2), "not UTF-8"),
            (b"No,x\na,b\n", Some(1), "not an export"),
            (b"", Some(1), "not an export"),
            (b"\xff\xfeI\0D\0", Some(1), "not UTF-8"),
        ] {
            let error = parsed(text).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().contains(what) && error.to_string().contains("export.csv"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_the_csv_crate_writes(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9 ,;\"'=\n\r\t|ü]{0,8}", 2..4), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            writer.write_record(["ID", "x"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let template = parsed(&bytes).unwrap();
            prop_assert_eq!(template.with(&[]), bytes);
            prop_assert_eq!(template.len(), rows.len() + 1);
            for (index, row) in rows.iter().enumerate() {
                let values: Vec<String> = (0..row.len()).map(|column| template.raw(index + 1, column)).collect();
                prop_assert_eq!(&values, row);
            }
        }
    }
}
