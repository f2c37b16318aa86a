//! `canvas.csv`: the instructor's own export of Canvas's gradebook with one column filled.
//!
//! Canvas makes an assignment of a header without a known number, a student of a row that it cannot find, and clears a
//! grade where a cell is blank. So the header stays as it is, and rows of students without a result are left out.

use std::path::Path;

use super::join::{Kind, Person};
use super::template::{Template, TemplateError, listed};
use super::upload::{Mark, Others, Scale, Sheet, Upload, possible};

/// The roster's column of Canvas's own number of a student.
const PLATFORM: &str = "canvas_id";

/// An assignment of the export: a column that is called `Title (4711)`.
struct Assignment {
    column: usize,
    header: String,
    title: String,
    number: String,
}

/// Will write `canvas.csv` into the folder `out`: `export` with the points of this batch in the column of `assignment`,
/// which is its number, its title, or the whole header.
pub fn upload(export: &Path, assignment: &str, scale: Scale, out: &Path) -> Result<Upload, TemplateError> {
    let template = Template::read(export, KIND, is_header)?;
    Ok(Upload::new(sheet(template, assignment, scale)?, PLATFORM, out, "canvas.csv"))
}

const KIND: &str = "an export of Canvas's gradebook (Grades, Export, Export Entire Gradebook)";

fn is_header(cells: &[String]) -> bool {
    let first = cells.first().map_or("", String::as_str);
    (first.contains("Student") || first == "LastName") && cells.iter().any(|cell| cell == "ID")
}

/// The export, ready to be filled.
pub fn sheet(template: Template, assignment: &str, scale: Scale) -> Result<Sheet, TemplateError> {
    let header = template.values(0);
    let column_of = |name: &str| header.iter().position(|cell| cell == name);
    let number = column_of("ID").unwrap_or(1);
    // What stands before the section is about the person, whatever it is called.
    let personal = column_of("Section").unwrap_or(number);
    let assignments = assignments(&header, personal);
    let wanted = chosen(&template, &assignments, assignment)?;
    let ids: Vec<(Kind, usize)> = [(Kind::Platform, "ID"), (Kind::Sis, "SIS User ID"), (Kind::Login, "SIS Login ID")]
        .into_iter()
        .filter_map(|(kind, name)| Some((kind, column_of(name)?)))
        .collect();
    let mut people = Vec::new();
    let mut most = None;
    for row in 1..template.len() {
        let values = template.values(row);
        let value = |column: usize| values.get(column).cloned().unwrap_or_default();
        if !value(number).is_empty() {
            let name = match column_of("FirstName") {
                Some(first) => format!("{}, {}", value(0), value(first)),
                None => value(0),
            };
            people
                .push((row, Person { ids: ids.iter().map(|(kind, column)| (*kind, value(*column))).collect(), name }));
        } else if value(0) == "Points Possible" {
            most = possible(&value(wanted.column));
            if value(wanted.column) == "(read only)" {
                return Err(template.wrong(Some(row), "Canvas computes that column itself: choose an assignment"));
            }
        }
    }
    if scale == Scale::ToPossible && most.is_none() {
        let what = format!("no points are possible for `{}`: set them in Canvas and export again", wanted.header);
        return Err(template.wrong(None, what));
    }
    let marked = assignments.iter().flat_map(|one| (1..template.len()).map(|row| template.value(row, one.column)));
    // Canvas reads either mark.
    let mark = Some(Mark::of(marked).unwrap_or(Mark::Point));
    Ok(Sheet {
        possible: vec![most; people.len()],
        people,
        column: wanted.column,
        title: wanted.header.clone(),
        bounded: false,
        mark,
        scale,
        others: Others::LeftOut,
        template,
    })
}

fn assignments(header: &[String], personal: usize) -> Vec<Assignment> {
    let all = header.iter().enumerate().skip(personal + 1);
    all.filter_map(|(column, header)| {
        let (title, number) = header.strip_suffix(')')?.rsplit_once('(')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let (title, number) = (title.trim().to_owned(), number.to_owned());
        is_number.then(|| Assignment { column, header: header.clone(), title, number })
    })
    .collect()
}

fn chosen<'a>(template: &Template, all: &'a [Assignment], wanted: &str) -> Result<&'a Assignment, TemplateError> {
    let wanted = wanted.trim();
    let of = |wants: &dyn Fn(&Assignment) -> bool| all.iter().filter(|one| wants(one)).collect::<Vec<_>>();
    let whole = of(&|one| one.header == wanted);
    let some = if whole.is_empty() { of(&|one| one.title == wanted || one.number == wanted) } else { whole };
    let headers = |all: &[&Assignment]| listed(all.iter().map(|one| one.header.clone()));
    match some[..] {
        [one] => Ok(one),
        [] if all.is_empty() => Err(template.wrong(Some(0), "there is no assignment in this export")),
        [] => {
            let there = headers(&all.iter().collect::<Vec<_>>());
            Err(template.wrong(Some(0), format!("no assignment `{wanted}`: there are {there}")))
        }
        _ => Err(template.wrong(Some(0), format!("`{wanted}` is {}: give the whole header of one", headers(&some)))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::super::join::Scored;
    use super::*;
    use crate::gradebook::samples;

    const EXPORT: &str = "\
Student,ID,SIS User ID,SIS Login ID,Section,\"Homework 1, part a (4711)\",Essay (4712),Essay (4713),Final Score\r
,,,,,Manual Posting,,,\r
    Points Possible,,,,,20.00,10,10,(read only)\r
\"Doe, Jane\",101,=\"007\",s002@example.org,\"A, B\",2.00,1.5,,88\r
\"Lovelace, Ada\",102,008,S001@EXAMPLE.ORG,A,12.50,,,\r
\"Hopper, Grace\",103,009,s003@example.org,A,EX,,,\r
\"Dijkstra, Edsger\",104,010,s004@example.org,A,7,,,\r
\"Turing, Alan\",105,011,s005@example.org,A,3,,,\r
\"Nobody, Else\",106,012,nobody@example.org,A,4,,,\r
\"Student, Test\",999,,a1b2c3,A,,,,\r
";

    fn read(text: &str) -> Template {
        Template::parse(Path::new("export.csv"), text.into(), KIND, is_header).unwrap()
    }

    fn students() -> Vec<Scored> {
        samples::class().iter().take(6).map(|result| Scored::of(result, PLATFORM)).collect()
    }

    #[test]
    fn one_column_is_filled_and_the_rest_stays() {
        let filled = sheet(read(EXPORT), "4711", Scale::Points).unwrap().fill("canvas.csv", &students());
        let expected = "\
Student,ID,SIS User ID,SIS Login ID,Section,\"Homework 1, part a (4711)\",Essay (4712),Essay (4713),Final Score\r
,,,,,Manual Posting,,,\r
    Points Possible,,,,,20.00,10,10,(read only)\r
\"Doe, Jane\",101,=\"007\",s002@example.org,\"A, B\",2.00,1.5,,88\r
\"Lovelace, Ada\",102,008,S001@EXAMPLE.ORG,A,9,,,\r
";
        assert_eq!(String::from_utf8(filled.bytes).unwrap(), expected);
        let told = filled.changes.to_string();
        let expected = "\
canvas.csv, column `Homework 1, part a (4711)`: 1 cell to change, 1 the same already

  student              name                           before         after
  s001                 Lovelace, Ada                   12.50 ->          9  !

  ! lower than before: 1 cell

Not written: 4 students
  s003, Grace Hopper
    has `EX` there, which is kept
  s004, Edsger Dijkstra
    has no points: the machine or an exercise is at fault
  s005, Alan Turing
    handed in nothing
  s006
    is not in the file

Without a result in this batch: 5 rows of the file
";
        assert_eq!(told, expected);
    }

    #[test]
    fn points_are_scaled_when_asked() {
        let filled = sheet(read(EXPORT), "Homework 1, part a", Scale::ToPossible).unwrap().fill("x", &students());
        let after: Vec<&str> = filled.changes.cells.iter().map(|cell| cell.after.as_str()).collect();
        assert_eq!(after, ["4.44", "20"]);
        let without = EXPORT.replace("20.00,10,10", ",10,10");
        let error = sheet(read(&without), "4711", Scale::ToPossible).unwrap_err();
        assert!(error.to_string().contains("no points are possible"), "{error}");
    }

    #[test]
    fn semicolons_commas_and_a_byte_order_mark_stay() {
        let export = "\u{feff}Student;ID;SIS Login ID;Section;HW (1);Old (2)\n    Points Possible;;;;10;10\n\
                      Hopper;103;s003@example.org;A;;9,5\n";
        let filled = sheet(read(export), "HW", Scale::Points).unwrap().fill("canvas.csv", &students());
        let text = String::from_utf8(filled.bytes).unwrap();
        assert_eq!(text, export.replace("A;;9,5", "A;6,4;9,5"));
        let comma = export.replace(';', ",").replace("9,5", "\"9,5\"");
        let filled = sheet(read(&comma), "1", Scale::Points).unwrap().fill("canvas.csv", &students());
        assert!(String::from_utf8(filled.bytes).unwrap().contains("A,\"6,4\",\"9,5\"\n"));
    }

    #[test]
    fn names_in_two_columns() {
        let export = "LastName,FirstName,ID,SIS User ID,Section,HW (1)\nHopper,Grace,103,s003,A,\n";
        let filled = sheet(read(export), "1", Scale::Points).unwrap().fill("canvas.csv", &students());
        assert_eq!(filled.changes.cells[0].name, "Hopper, Grace");
    }

    #[test]
    fn the_assignment_must_be_one() {
        let error = |wanted: &str| sheet(read(EXPORT), wanted, Scale::Points).unwrap_err().to_string();
        let nobody = error("Homework");
        assert!(nobody.starts_with("export.csv:1: no assignment `Homework`"), "{nobody}");
        assert!(nobody.contains("`Homework 1, part a (4711)`, `Essay (4712)`"), "{nobody}");
        assert!(error("Essay").contains("`Essay (4712)`, `Essay (4713)`: give the whole header"), "{}", error("Essay"));
        assert_eq!(sheet(read(EXPORT), "Essay (4713)", Scale::Points).unwrap().column, 7);
        assert!(error("Final Score").contains("no assignment"));
    }

    #[test]
    fn another_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.csv");
        fs_err::write(&path, "id,name\n1,x\n").unwrap();
        let error = upload(&path, "1", Scale::Points, folder.path()).err().unwrap().to_string();
        assert!(error.contains("other.csv:1") && error.contains("Export Entire Gradebook"), "{error}");
    }
}
