//! `gradebook.csv`: a row for each student, for a spreadsheet or a script.
//!
//! UTF-8 without a byte order mark, as RFC 4180 wants it. A cell without a number is empty, never 0. Free text that a
//! spreadsheet would take for a formula has a `'` before it; an id is never altered, so one that looks like a formula is
//! an error: see [`check_ids`].

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use csv::{Terminator, Writer, WriterBuilder};

use super::file::{Draft, refused};
use super::number::percent;
use super::words;
use crate::batch::{Batch, Output, Record, StudentInfo, StudentResult};
use crate::report::escape;

/// Columns of the roster that hold ids: files are joined on them.
const IDS: [&str; 5] = ["canvas_id", "github", "login", "moodle_participant", "sid"];

/// Refuses ids of a student that a spreadsheet would take for formulas, naming the first: before a batch is run, not
/// after it.
pub fn check_ids(student: &StudentInfo) -> Result<(), String> {
    let more = student.more.iter().filter(|(column, _)| IDS.contains(&column.as_str()));
    let ids = more.map(|(column, id)| (column.as_str(), id.as_str()));
    let mut all = std::iter::once(("id", student.id.as_str())).chain(ids);
    let named = |error| format!("student `{}`: {error}", escape::visible(student.id.as_str()));
    all.try_for_each(|(column, id)| check(column, id).map_err(named))
}

fn check(column: &str, id: &str) -> Result<(), String> {
    match id.chars().next() {
        Some(first) if looks_like_formula(first) => Err(format!(
            "the {column} `{}` begins with `{}`, which spreadsheets take for a formula, and ids are never altered: give \
             the student another one in the roster, or rename the folder",
            escape::visible(id),
            escape::visible(&first.to_string())
        )),
        _ => Ok(()),
    }
}

/// Whether a spreadsheet may evaluate a cell that begins with this. The wide forms count: some programs fold them.
fn looks_like_formula(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// Free text for a cell: on one line, made visible, and with a `'` before it where it looks like a formula. A number is
/// none, even when it is negative.
fn guarded(text: &str) -> String {
    let text = escape::cut(text, words::MOST_COLUMNS);
    let is_number = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, rest) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
        [whole, rest].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    // A space before it does not hide it from every program.
    match text.trim_start().chars().next() {
        Some(first) if looks_like_formula(first) && !is_number(&text) => format!("'{text}"),
        _ => text,
    }
}

/// A row before the columns of all the others are known.
type Row = (Vec<String>, BTreeMap<String, String>, Vec<String>);

/// Writes `gradebook.csv`.
pub struct Gradebook {
    path: PathBuf,
    /// The rows so far, a JSON text on each line: which columns there are is known at the end.
    spool: BufWriter<std::fs::File>,
    columns: BTreeSet<String>,
}

impl Gradebook {
    /// Will write into the folder `out`.
    pub fn create(out: &Path) -> io::Result<Gradebook> {
        let path = out.join("gradebook.csv");
        fs_err::create_dir_all(out)?;
        let spool = BufWriter::new(tempfile::tempfile_in(out)?);
        Ok(Gradebook { path, spool, columns: BTreeSet::new() })
    }

    fn more(&mut self, student: &StudentInfo) -> BTreeMap<String, String> {
        self.columns.extend(student.more.keys().cloned());
        let cell = |(column, value): (&String, &String)| {
            let is_id = IDS.contains(&column.as_str());
            (column.clone(), if is_id { value.clone() } else { guarded(value) })
        };
        student.more.iter().map(cell).collect()
    }
}

/// The header. A column of the roster that is called like one of ours says where it is from.
fn header(batch: &Batch, columns: &BTreeSet<String>) -> Vec<String> {
    let exercises = || batch.exercises.iter().map(|exercise| exercise.id.to_string());
    let first = ["id", "name", "email"].map(str::to_owned);
    let middle = ["total", "max", "percent"].map(str::to_owned);
    let last = ["late_seconds", "late_percent", "flags"].map(str::to_owned);
    let ours: BTreeSet<String> = [&first, &middle, &last].into_iter().flatten().cloned().chain(exercises()).collect();
    let theirs = columns.iter().map(|column| {
        let name = guarded(column);
        if ours.contains(&name.to_lowercase()) { format!("roster {name}") } else { name }
    });
    let verdicts = exercises().map(|id| format!("{id} verdict"));
    first.iter().cloned().chain(theirs).chain(middle).chain(exercises()).chain(verdicts).chain(last).collect()
}

impl Output for Gradebook {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let student = &result.student;
        check_ids(student).map_err(refused)?;
        let more = self.more(student);
        let head = vec![student.id.as_str().to_owned(), guarded(&student.name), guarded(&student.email)];
        let late = student.late.as_ref();
        let total = result.points.map(|points| points.to_string());
        let share = result.points.and_then(|points| percent(points, result.max_points)).map(|share| share.to_string());
        let mut tail = vec![total.unwrap_or_default(), result.max_points.to_string(), share.unwrap_or_default()];
        // A cell for each exercise of the header, whatever the student has.
        let records: Vec<Option<&Record>> = batch
            .exercises
            .iter()
            .map(|exercise| result.records.iter().find(|record| record.exercise == exercise.id))
            .collect();
        let points = |record: &Option<&Record>| match record {
            Some(record) if record.is_scored() => record.points_less(late).to_string(),
            _ => String::new(),
        };
        let verdict = |record: &Option<&Record>| record.map_or("", |record| record.verdict.words()).to_owned();
        tail.extend(records.iter().map(points));
        tail.extend(records.iter().map(verdict));
        tail.push(late.and_then(|late| late.seconds).map(|seconds| seconds.to_string()).unwrap_or_default());
        tail.push(late.map(|late| late.percent.to_string()).unwrap_or_default());
        tail.push(words::flags(result));
        let row: Row = (head, more, tail);
        serde_json::to_writer(&mut self.spool, &row)?;
        self.spool.write_all(b"\n")
    }

    fn finish(self: Box<Self>, batch: &Batch) -> io::Result<()> {
        let mut spool = self.spool.into_inner().map_err(io::IntoInnerError::into_error)?;
        spool.rewind()?;
        let mut writer: Writer<Draft> =
            WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Draft::create(&self.path)?);
        writer.write_record(header(batch, &self.columns)).map_err(io::Error::other)?;
        for line in BufReader::new(spool).lines() {
            let (head, more, tail): Row = serde_json::from_str(&line?)?;
            let theirs = self.columns.iter().map(|column| more.get(column).map_or("", String::as_str));
            let cells = head.iter().map(String::as_str).chain(theirs).chain(tail.iter().map(String::as_str));
            writer.write_record(cells).map_err(io::Error::other)?;
        }
        writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?.finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;
    use crate::gradebook::samples;

    fn written(class: Vec<StudentResult>) -> io::Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let output: Box<dyn Output> = Box::new(Gradebook::create(folder.path()).unwrap());
        crate::batch::Outputs(vec![output]).write(&samples::batch(), class.into_iter().map(Ok))?;
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
        fs_err::read_to_string(folder.path().join("gradebook.csv"))
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_whole_of_a_small_one() {
        let mut class = samples::class();
        class.truncate(6);
        let expected = "\
id,name,email,section,total,max,percent,tier1/dedupe,tier1/totals,tier2/rows,tier1/dedupe verdict,\
tier1/totals verdict,tier2/rows verdict,late_seconds,late_percent,flags\r
s001,Ada Lovelace,s001@example.org,A,9,9,100,5,3,1,passed,passed,passed,,,\r
s002,\"Doe, Jane\",s002@example.org,A,2,9,22.22,1,1,0,failed,crashed,timed out,,,\r
s003,Grace Hopper,s003@example.org,A,6.4,9,71.11,4,2.4,0,passed,passed,failed,90000,20,\r
s004,Edsger Dijkstra,s004@example.org,A,,9,,5,,1,passed,machine error,passed,,,\r
s005,Alan Turing,s005@example.org,A,0,9,0,0,0,0,not attempted,not attempted,not attempted,,,\r
s006,,s006@example.org,A,7,9,77.78,5,2,0,unstable,unstable,not attempted,,,\
tier1/dedupe unstable: empty; tier1/totals unstable: one-key\r
";
        assert_eq!(written(class).unwrap(), expected);
    }

    #[test]
    fn no_cell_is_a_formula_or_a_line_of_its_own() {
        let text = written(samples::class()).unwrap();
        let rows = cells(&text);
        assert_eq!(rows.len(), samples::class().len() + 1);
        for cell in rows.iter().flatten() {
            assert!(!cell.starts_with(looks_like_formula), "{cell}");
            assert!(!cell.contains(escape::is_hostile), "{cell}");
        }
        assert!(rows.iter().flatten().any(|cell| cell == "'=cmd|' /C calc'!A0"));
        assert!(!text.starts_with('\u{feff}'));
    }

    #[test]
    fn guards_text_and_leaves_numbers() {
        for (text, expected) in [
            ("-5", "-5"),
            ("+1,5", "+1,5"),
            ("-1+1", "'-1+1"),
            (" =1", "' =1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("＝1", "'＝1"),
            ("\t=1", "→=1"),
            ("a=1", "a=1"),
            ("", ""),
            ("-", "'-"),
        ] {
            assert_eq!(guarded(text), expected);
        }
    }

    #[test]
    fn an_id_is_refused_rather_than_altered() {
        for id in ["=1+1", "+x", "-rf", "@ada"] {
            let class = vec![samples::result(samples::student(id, ""), ["", "", ""])];
            let error = written(class).unwrap_err().to_string();
            assert!(error.contains(&escape::visible(id)) && error.contains("roster"), "{error}");
        }
        let mut student = samples::student("s1", "");
        student.more.insert("sid".into(), "=7".into());
        let error = written(vec![samples::result(student, ["", "", ""])]).unwrap_err().to_string();
        assert!(error.contains("`s1`") && error.contains("the sid `=7`"), "{error}");
    }

    #[test]
    fn a_cell_is_below_its_own_header() {
        let mut result = samples::result(samples::student("s1", ""), ["...", "F..", "."]);
        result.records.remove(0);
        let rows = cells(&written(vec![result]).unwrap());
        assert_eq!(rows[1][7..13], ["", "2", "1", "", "failed", "passed"]);
    }

    #[test]
    fn columns_of_some_are_empty_for_the_others() {
        let mut first = samples::student("s1", "");
        first.more = BTreeMap::from([("total".into(), "9".into()), ("=x".into(), "1".into())]);
        let class =
            vec![samples::result(first, ["", "", ""]), samples::result(samples::student("s2", ""), ["", "", ""])];
        let rows = cells(&written(class).unwrap());
        assert_eq!(rows[0][3..7], ["'=x", "section", "roster total", "total"]);
        assert_eq!(rows[1][3..6], ["1", "", "9"]);
        assert_eq!(rows[2][3..6], ["", "A", ""]);
    }
}
