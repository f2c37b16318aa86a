//! Who takes part: a CSV file with a header. Only `id` has to be there; other columns are known by several names, and
//! what is not known goes through to the gradebook.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::IntakeError;
use crate::model::StudentId;

/// A roster is no larger than that.
const MOST_BYTES: u64 = 64 << 20;

/// A student of the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Student {
    /// The id that everything is joined on.
    pub id: StudentId,
    /// The name; empty when there is none.
    pub name: String,
    /// The e-mail address; empty when there is none.
    pub email: String,
    /// Ids by kind, as [`super::Claims`] has them.
    pub ids: BTreeMap<&'static str, String>,
    /// How much longer this student has.
    pub extension: SignedDuration,
    /// When it is due for this student alone.
    pub due: Option<Timestamp>,
    /// Time limits are multiplied with this for this student.
    pub time_factor: f64,
    /// Columns that mean nothing to us.
    pub more: BTreeMap<String, String>,
}

/// Columns that are known, each with its other names; compared without case, spaces and `_`.
const COLUMNS: [(&str, &[&str]); 12] = [
    ("id", &["studentid", "userid", "username"]),
    ("name", &["student", "fullname"]),
    ("email", &["emailaddress", "mail"]),
    ("login", &["sisloginid", "loginid"]),
    ("sid", &["sisuserid", "sisid", "idnumber"]),
    ("canvas_id", &["canvasid", "canvas"]),
    ("moodle_participant", &["moodleparticipant", "participant", "identifier"]),
    ("github", &["githubusername", "githublogin"]),
    ("extension", &["extensiondays"]),
    ("due", &["extendeddue", "duedate"]),
    ("time_factor", &["timefactor", "accommodation"]),
    ("group", &["team"]),
];

/// Columns that are ids.
const IDS: [&str; 5] = ["login", "sid", "canvas_id", "moodle_participant", "github"];

/// Reads a roster.
pub fn read(path: &Path) -> Result<Vec<Student>, IntakeError> {
    let io = |error| IntakeError::Io { path: path.to_owned(), error };
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)).map_err(io)?;
    parse(&bytes).map_err(|(line, why)| IntakeError::File { path: path.to_owned(), line, why })
}

/// A mistake with its line.
type Mistake = (Option<u64>, String);

fn parse(bytes: &[u8]) -> Result<Vec<Student>, Mistake> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        (Some(line), "it is not UTF-8: save it as \"CSV UTF-8\"".to_owned())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    let delimiter = [';', '\t'].into_iter().find(|c| count(*c) > count(',')).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter as u8).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| (Some(1), error.to_string()))?.clone();
    let columns: Vec<Option<&'static str>> = header.iter().map(known).collect();
    for (name, _) in COLUMNS {
        if columns.iter().filter(|column| **column == Some(name)).count() > 1 {
            return Err((Some(1), format!("two columns are `{name}`: leave one")));
        }
    }
    if !columns.contains(&Some("id")) {
        let found: Vec<&str> = header.iter().collect();
        return Err((Some(1), format!("there is no column `id`; there are: {}", found.join(", "))));
    }
    let mut students: Vec<Student> = Vec::new();
    let mut seen: HashMap<StudentId, u64> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| (error.position().map(csv::Position::line), error.to_string()))?;
        let line = record.position().map(csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != header.len() {
            let why = format!("it has {} columns, and the header has {}", record.len(), header.len());
            return Err((line, why));
        }
        let student = student(&header, &columns, &record).map_err(|why| (line, why))?;
        if let Some(before) = seen.insert(student.id.clone(), line.unwrap_or(0)) {
            return Err((line, format!("the id `{}` is that of line {before} already", student.id.as_str())));
        }
        students.push(student);
    }
    if students.is_empty() {
        return Err((None, "it names no student".to_owned()));
    }
    Ok(students)
}

/// The known column that a header's cell means.
fn known(cell: &str) -> Option<&'static str> {
    let plain: String = cell.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let is_it = |(name, others): &&(&'static str, &[&str])| name.replace('_', "") == plain || others.contains(&&*plain);
    COLUMNS.iter().find(is_it).map(|(name, _)| *name)
}

fn student(
    header: &csv::StringRecord,
    columns: &[Option<&'static str>],
    record: &csv::StringRecord,
) -> Result<Student, String> {
    let cell = |name: &str| {
        let at = columns.iter().position(|column| *column == Some(name));
        at.and_then(|at| record.get(at)).map(str::trim).filter(|cell| !cell.is_empty())
    };
    let id = cell("id").ok_or("the id is missing")?;
    let id: StudentId = id.to_owned().try_into().map_err(|error: crate::model::BadStudent| error.to_string())?;
    let mut extension = SignedDuration::ZERO;
    if let Some(text) = cell("extension") {
        let number = text.strip_suffix("days").or_else(|| text.strip_suffix("day")).or_else(|| text.strip_suffix('d'));
        let days = number.unwrap_or(text).trim().parse::<i64>().ok().filter(|days| (0..=3650).contains(days));
        let days = days.ok_or_else(|| format!("`{text}` is no extension: write a number of days, such as `3`"))?;
        extension = SignedDuration::from_hours(24 * days);
    }
    let due = cell("due").map(|text| {
        text.parse::<Timestamp>()
            .map_err(|_| format!("`{text}` is no time with its offset from UTC: write 2026-11-01T23:59:00+01:00"))
    });
    let factor = cell("time_factor").map(|text| {
        let factor = text.replace(',', ".").parse::<f64>().ok().filter(|factor| (1.0..=10.0).contains(factor));
        factor.ok_or_else(|| format!("`{text}` is no time factor: write a number from 1 to 10"))
    });
    let unknown = header
        .iter()
        .zip(columns)
        .zip(record)
        .filter(|((_, column), cell)| (column.is_none() || **column == Some("group")) && !cell.trim().is_empty());
    Ok(Student {
        id,
        name: cell("name").unwrap_or_default().to_owned(),
        email: cell("email").unwrap_or_default().to_owned(),
        ids: IDS.into_iter().filter_map(|name| Some((name, cell(name)?.to_owned()))).collect(),
        extension,
        due: due.transpose()?,
        time_factor: factor.transpose()?.unwrap_or(1.0),
        more: unknown.map(|((name, _), cell)| (name.trim().to_owned(), cell.trim().to_owned())).collect(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_several_names() {
        let text = "\u{feff}Student ID;Full name;E-mail address;SIS User ID;Section;Extension;time_factor\n\
                    ada;Ada Lovelace;ada@x.org;007;A;3 days;1,5\n\nbob;\"Bob; Builder\";;;;;\n";
        let students = parse(text.as_bytes()).unwrap();
        assert_eq!(students.len(), 2);
        let ada = &students[0];
        assert_eq!((ada.id.as_str(), &*ada.name, &*ada.email), ("ada", "Ada Lovelace", "ada@x.org"));
        assert_eq!(ada.ids, BTreeMap::from([("sid", "007".to_owned())]));
        assert_eq!(ada.more, BTreeMap::from([("Section".to_owned(), "A".to_owned())]));
        assert_eq!((ada.extension, ada.time_factor), (SignedDuration::from_hours(72), 1.5));
        assert_eq!(students[1].name, "Bob; Builder");
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line, says) in [
            ("name\nx\n", Some(1), "there is no column `id`; there are: name"),
            ("id,name\na,x\n,y\n", Some(3), "the id is missing"),
            ("id\na\nb\na\n", Some(4), "the id `a` is that of line 2 already"),
            ("id,name\na\n", Some(2), "it has 1 columns, and the header has 2"),
            ("id,extension\na,soon\n", Some(2), "`soon` is no extension"),
            ("id,due\na,tomorrow\n", Some(2), "`tomorrow` is no time"),
            ("id,time_factor\na,99\n", Some(2), "`99` is no time factor"),
            ("id,userid\na,b\n", Some(1), "two columns are `id`"),
            ("id\n", None, "it names no student"),
            ("id\na\u{202e}b\n", Some(2), "is no student's id"),
        ] {
            let (at, why) = parse(text.as_bytes()).unwrap_err();
            assert!(at == line && why.contains(says), "{text:?}: {at:?} {why}");
        }
        let (line, why) = parse(b"id\na\nb\xe4r\n").unwrap_err();
        assert!(line == Some(3) && why.contains("save it as \"CSV UTF-8\""), "{why}");
    }
}
