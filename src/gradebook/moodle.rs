//! `moodle.csv`: the instructor's own grading worksheet of Moodle with its column of grades filled.
//!
//! The worksheet's header is in the language of the site, so its columns are known by where they are: the participant
//! is the first, the maximum follows the grade. The grade's own name is given, or one of those that are known here. Rows
//! without a result stay as they are, and so does every other cell: Moodle looks at the time of the last grade.

use std::path::Path;

use super::join::{Kind, Person};
use super::template::{Template, TemplateError, listed};
use super::upload::{Mark, Others, Scale, Sheet, Upload, possible};

/// The roster's column of the number in `Participant 12345`.
const PLATFORM: &str = "moodle_participant";
const KIND: &str = "a grading worksheet of Moodle (Download grading worksheet, in the assignment)";

/// What the column of grades is called in some languages.
const GRADE: [&str; 10] =
    ["Grade", "Bewertung", "Note", "Calificación", "Valutazione", "Nota", "Cijfer", "Ocena", "Betyg", "Karakter"];
/// Where a name has the register's id.
const ID_NUMBER: [&str; 6] =
    ["ID number", "ID-Nummer", "Numéro d'identification", "Número de ID", "Numero ID", "ID-nummer"];
const NAME: [&str; 6] =
    ["Full name", "Vollständiger Name", "Nom complet", "Nombre completo", "Nome completo", "Cognome/Nome"];

/// Will write `moodle.csv` into the folder `out`: `worksheet` with the points of this batch. `grade` is what the site
/// calls the column of grades, where that is none of the names known here.
pub fn upload(worksheet: &Path, grade: Option<&str>, scale: Scale, out: &Path) -> Result<Upload, TemplateError> {
    let template = Template::read(worksheet, KIND, |cells| cells.len() >= 4)?;
    Ok(Upload::new(sheet(template, grade, scale)?, PLATFORM, out, "moodle.csv"))
}

/// The worksheet, ready to be filled.
pub fn sheet(template: Template, grade: Option<&str>, scale: Scale) -> Result<Sheet, TemplateError> {
    let header = template.values(0);
    let one_of = |names: &[&str]| header.iter().position(|cell| names.iter().any(|name| cell == name));
    let grade = grade.map(str::trim);
    let column = match grade {
        Some(name) => one_of(&[name]),
        None => one_of(&GRADE),
    };
    let Some(column) = column else {
        let there = listed(header.iter().cloned());
        let name = grade.map_or_else(String::new, |name| format!(" `{name}`"));
        let what = format!("no column of grades{name}: say which of these it is: {there}");
        return Err(template.wrong(Some(0), what));
    };
    let rows: Vec<usize> = (1..template.len()).filter(|&row| !template.value(row, 0).is_empty()).collect();
    let is_numbered = |row: &usize| template.value(*row, 0).ends_with(|c: char| c.is_ascii_digit());
    if let Some(row) = rows.iter().find(|row| !is_numbered(row)) {
        let what = format!("the first cell is no participant such as `Participant 12345`: is it {KIND}?");
        return Err(template.wrong(Some(*row), what));
    }
    let most: Vec<_> = rows.iter().map(|&row| possible(&template.value(row, column + 1))).collect();
    if let Some(at) = most.iter().position(Option::is_none) {
        let what = "no maximum follows the grade: a scale or a rubric is on, which takes no points";
        return Err(template.wrong(Some(rows[at]), what));
    }
    let address = (1..column).find(|&column| holds_addresses(rows.iter().map(|&row| template.value(row, column))));
    let ids: Vec<(Kind, usize)> =
        [(Kind::Sis, one_of(&ID_NUMBER)), (Kind::Login, one_of(&["Username"])), (Kind::Email, address)]
            .into_iter()
            .filter_map(|(kind, column)| Some((kind, column?)))
            .chain([(Kind::Platform, 0)])
            .collect();
    let name = one_of(&NAME);
    let person = |&row: &usize| {
        let ids = ids.iter().map(|(kind, column)| (*kind, template.value(row, *column))).collect();
        (row, Person { ids, name: name.map_or_else(String::new, |column| template.value(row, column)) })
    };
    let people = rows.iter().map(person).collect();
    let marked = rows.iter().flat_map(|&row| [column, column + 1].map(|column| template.value(row, column)));
    let mark = Mark::of(marked);
    let title = header[column].clone();
    // What is above the maximum is skipped without a word.
    Ok(Sheet { people, column, title, possible: most, bounded: true, mark, scale, others: Others::Unchanged, template })
}

/// Whether most cells of a column are e-mail addresses. One of them may be anything: a name can hold an `@`.
fn holds_addresses(cells: impl Iterator<Item = String>) -> bool {
    let is_address = |cell: &str| {
        let parts =
            cell.split_once('@').is_some_and(|(who, at)| !who.is_empty() && at.contains('.') && !at.contains('@'));
        parts && !cell.contains(char::is_whitespace)
    };
    let filled: Vec<bool> = cells.filter(|cell| !cell.is_empty()).map(|cell| is_address(&cell)).collect();
    filled.iter().filter(|&&is_address| is_address).count() * 2 > filled.len()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::super::join::Scored;
    use super::*;
    use crate::gradebook::samples;

    const ENGLISH: &str = "\
\u{feff}Identifier,\"Full name\",\"ID number\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Grade can be changed\",\"Last modified (submission)\",\"Last modified (grade)\",\"Feedback comments\"\n\
\"Participant 501\",\"Ada Lovelace\",=\"007\",s001@example.org,\"Submitted for grading - \",,100.00,Yes,\"Monday, 2 November 2026, 11:59 PM\",-,\n\
\"Participant 502\",\"Jane Doe\",,s002@example.org,\"Submitted for grading - \",2.00,100.00,Yes,-,-,\"<p>a, b</p>\"\n\
\"Participant 503\",\"Grace Hopper\",,s003@example.org,Submitted,5.00,100.00,Yes,-,-,\n\
\"Participant 504\",\"Edsger Dijkstra\",,s004@example.org,Submitted,7.50,100.00,Yes,-,-,\n\
\"Participant 509\",\"Nobody Else\",,nobody@example.org,Submitted,8.00,100.00,Yes,-,-,\n";

    fn read(text: &str) -> Template {
        Template::parse(Path::new("worksheet.csv"), text.into(), KIND, |cells| cells.len() >= 4).unwrap()
    }

    fn students() -> Vec<Scored> {
        samples::class().iter().take(6).map(|result| Scored::of(result, PLATFORM)).collect()
    }

    #[test]
    fn only_grades_that_differ_are_written() {
        let filled = sheet(read(ENGLISH), None, Scale::Points).unwrap().fill("moodle.csv", &students());
        let expected = ENGLISH.replace("grading - \",,100.00", "grading - \",9,100.00").replace(",5.00,", ",6.4,");
        assert_eq!(String::from_utf8(filled.bytes).unwrap(), expected);
        assert_eq!((filled.changes.same, filled.changes.others), (1, 2));
        let scaled = sheet(read(ENGLISH), None, Scale::ToPossible).unwrap().fill("moodle.csv", &students());
        let after: Vec<&str> = scaled.changes.cells.iter().map(|cell| cell.after.as_str()).collect();
        assert_eq!(after, ["100", "22.22", "71.11"]);
    }

    #[test]
    fn a_name_with_an_at_sign_is_no_address() {
        let text = ENGLISH.replace("Nobody Else", "@everyone a@b.org").replace("Jane Doe", "jane@evil.example");
        let sheet = sheet(read(&text), None, Scale::Points).unwrap();
        assert!(sheet.people[0].1.ids.contains(&(Kind::Email, "s001@example.org".into())), "{:?}", sheet.people);
    }

    #[test]
    fn a_site_in_another_language() {
        let german = "ID;Name;Status;Bewertung;Bestwertung;Änderbar\n\
                      Teilnehmer/in503;\"Hopper; Grace\";;;\"100,00\";Ja\nTeilnehmer/in501;;;;\"100,00\";Ja\n";
        let mut students = students();
        students.truncate(3);
        let mut class = samples::class();
        class[2].student.more.insert(PLATFORM.into(), "503".into());
        students[2] = Scored::of(&class[2], PLATFORM);
        let filled = sheet(read(german), None, Scale::Points).unwrap().fill("moodle.csv", &students);
        let text = String::from_utf8(filled.bytes).unwrap();
        assert_eq!(text, german.replace("Grace\";;;", "Grace\";;6,4;"));
        let own = german.replace("Bewertung", "Puncte");
        let error = sheet(read(&own), None, Scale::Points).unwrap_err().to_string();
        assert!(error.contains("worksheet.csv:1") && error.contains("`Puncte`"), "{error}");
        assert!(sheet(read(&own), Some("Puncte"), Scale::Points).is_ok());
        assert!(sheet(read(&own), Some("Grade"), Scale::Points).is_err());
    }

    #[test]
    fn what_moodle_would_skip_is_told() {
        let small = ENGLISH.replace("100.00", "5.00");
        let filled = sheet(read(&small), None, Scale::Points).unwrap().fill("moodle.csv", &students());
        let why = &filled.changes.unwritten[0].why;
        assert_eq!(why, "has 9, more than the 5 that are possible: scale the points");
    }

    #[test]
    fn a_fraction_needs_a_mark_that_the_file_shows() {
        let whole = ENGLISH.replace(".00", "").replace(".50", "");
        let filled = sheet(read(&whole), None, Scale::Points).unwrap().fill("moodle.csv", &students());
        let after: Vec<&str> = filled.changes.cells.iter().map(|cell| cell.after.as_str()).collect();
        assert_eq!(after, ["9"]);
        assert!(filled.changes.unwritten[0].why.contains("by hand"), "{:?}", filled.changes.unwritten);
    }

    #[test]
    fn what_is_no_worksheet_is_told() {
        for (from, to, what) in [
            ("Participant 502\"", "Someone\"", "worksheet.csv:3: the first cell is no participant"),
            ("2.00,100.00", "2.00,Good", "worksheet.csv:3: no maximum follows the grade"),
        ] {
            let error = sheet(read(&ENGLISH.replace(from, to)), None, Scale::Points).unwrap_err().to_string();
            assert!(error.starts_with(what), "{error}");
        }
    }
}
