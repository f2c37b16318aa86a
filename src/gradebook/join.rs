//! Which row of a learning platform's export is which student: by ids, never by a guess.
//!
//! The strongest id that both sides have decides: the platform's own, the id of the student register, the login, the
//! e-mail address; then the roster's id as any of these. A row that has another value for a strong id is not taken, even
//! when a weaker one fits. A name counts only for a student of whom nothing else is known, when exactly one row and one
//! student are called so. When two students are led to one row, neither gets it.

use std::collections::{BTreeMap, HashMap};

use crate::batch::{Points, StudentResult};
use crate::model::StudentId;

/// What an id is to the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The platform's own number.
    Platform,
    /// The id in the student register.
    Sis,
    /// The name that the student logs in with.
    Login,
    /// The e-mail address.
    Email,
}

/// A person as a row of the export knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Ids, those that the row has.
    pub ids: Vec<(Kind, String)>,
    /// The name; empty when the export has none.
    pub name: String,
}

/// A student with what goes into a platform's gradebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    /// The roster's id.
    pub id: StudentId,
    /// The name; may be empty.
    pub name: String,
    /// Ids by kind, in the order in which they decide; the platform's own first.
    ids: Vec<(Kind, String)>,
    /// Points in all; `None` when they cannot be told.
    pub points: Option<Points>,
    /// The most points.
    pub most: Points,
    /// Whether anything was handed in.
    pub handed_in: bool,
}

impl Scored {
    /// What counts of a result. `platform` is the roster's column of the platform's own number, such as `canvas_id`.
    pub fn of(result: &StudentResult, platform: &str) -> Scored {
        let student = &result.student;
        let more = |column: &str| student.more.get(column).cloned().unwrap_or_default();
        let login = more("login");
        let ids = [
            (Kind::Platform, more(platform)),
            (Kind::Sis, more("sid")),
            (Kind::Login, login),
            (Kind::Email, student.email.clone()),
            (Kind::Login, student.email.clone()),
        ];
        Scored {
            id: student.id.clone(),
            name: student.name.clone(),
            ids: ids.into_iter().map(|(kind, id)| (kind, key(kind, &id))).filter(|(_, id)| !id.is_empty()).collect(),
            points: result.points,
            most: result.max_points,
            handed_in: student.submission.is_some(),
        }
    }
}

/// An id as it is compared: logins and addresses know no case, the platform's own number may follow a word
/// (`Participant 12345`).
fn key(kind: Kind, id: &str) -> String {
    let id = id.trim();
    match kind {
        Kind::Platform => {
            let digits = id.len() - id.bytes().rev().take_while(u8::is_ascii_digit).count();
            let is_worded = id[..digits].chars().all(|c| c.is_alphabetic() || c.is_whitespace() || c == '/');
            if is_worded && digits < id.len() { id[digits..].to_owned() } else { id.to_owned() }
        }
        Kind::Sis => id.to_owned(),
        Kind::Login | Kind::Email => id.to_lowercase(),
    }
}

/// A name as it is compared: without case, `Doe, Jane` as `jane doe`.
fn name_key(name: &str) -> String {
    let turned = match name.split_once(',') {
        Some((last, first)) => format!("{first} {last}"),
        None => name.to_owned(),
    };
    turned.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// For each student the index of the person, or why there is none, in words that follow the student's name.
pub fn join(people: &[Person], students: &[Scored]) -> Vec<Result<usize, String>> {
    let rows = Rows::of(people);
    let mut name_count: HashMap<String, usize> = HashMap::new();
    for student in students {
        *name_count.entry(name_key(&student.name)).or_default() += 1;
    }
    let mut found: Vec<Result<usize, String>> =
        students.iter().map(|student| rows.find(student, name_count[&name_key(&student.name)] == 1)).collect();
    let mut takers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (student, row) in found.iter().enumerate() {
        if let Ok(row) = row {
            takers.entry(*row).or_default().push(student);
        }
    }
    for taken in takers.values().filter(|taken| taken.len() > 1) {
        for &student in taken {
            let other = taken.iter().find(|&&other| other != student).map_or("", |&other| students[other].id.as_str());
            found[student] = Err(format!("has the same row as student `{other}`: mend the ids in the roster"));
        }
    }
    found
}

/// The people of an export, by all that they can be found by.
struct Rows<'a> {
    people: &'a [Person],
    by_id: HashMap<(Kind, String), Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl<'a> Rows<'a> {
    fn of(people: &'a [Person]) -> Rows<'a> {
        let mut rows = Rows { people, by_id: HashMap::new(), by_name: HashMap::new() };
        for (index, person) in people.iter().enumerate() {
            for (kind, id) in &person.ids {
                let key = key(*kind, id);
                if !key.is_empty() {
                    rows.by_id.entry((*kind, key)).or_default().push(index);
                }
            }
            rows.by_name.entry(name_key(&person.name)).or_default().push(index);
        }
        rows
    }

    fn find(&self, student: &Scored, is_only_one_of_that_name: bool) -> Result<usize, String> {
        let own = [Kind::Sis, Kind::Login, Kind::Email, Kind::Platform];
        let own = own.into_iter().map(|kind| (kind, key(kind, student.id.as_str()), kind == Kind::Platform));
        let told = student.ids.iter().map(|(kind, id)| (*kind, id.clone(), false));
        for (kind, id, must_have_name) in told.chain(own) {
            match self.by_id.get(&(kind, id)).map_or(&[][..], Vec::as_slice) {
                [] => {}
                [row] if must_have_name && !self.has_name(*row, student) => {}
                [row] if self.contradicts(*row, student) => {}
                [row] => return Ok(*row),
                [..] => return Err("has an id that several rows have".to_owned()),
            }
        }
        let name = name_key(&student.name);
        if !student.ids.is_empty() || name.is_empty() || !is_only_one_of_that_name {
            return Err("is not in the file".to_owned());
        }
        match self.by_name.get(&name).map_or(&[][..], Vec::as_slice) {
            [row] => Ok(*row),
            [] => Err("is not in the file".to_owned()),
            [..] => Err("has a name that several rows have, and no id".to_owned()),
        }
    }

    fn has_name(&self, row: usize, student: &Scored) -> bool {
        let name = name_key(&student.name);
        !name.is_empty() && name_key(&self.people[row].name) == name
    }

    /// Whether a strong id of the student is another one in that row.
    fn contradicts(&self, row: usize, student: &Scored) -> bool {
        let strong = student.ids.iter().filter(|(kind, _)| matches!(kind, Kind::Platform | Kind::Sis));
        let mut pairs = strong
            .flat_map(|(kind, id)| self.people[row].ids.iter().filter(move |of| of.0 == *kind).map(move |of| (of, id)));
        pairs.any(|((kind, other), id)| !other.trim().is_empty() && key(*kind, other) != *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gradebook::samples;

    fn person(platform: &str, sis: &str, login: &str, name: &str) -> Person {
        let ids = [(Kind::Platform, platform), (Kind::Sis, sis), (Kind::Login, login)];
        Person { ids: ids.map(|(kind, id)| (kind, id.to_owned())).into(), name: name.into() }
    }

    fn student(id: &str, name: &str, email: &str, more: &[(&str, &str)]) -> Scored {
        let mut student = samples::student(id, name);
        student.email = email.into();
        student.more = more.iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned())).collect();
        Scored::of(&samples::result(student, ["...", "...", "."]), "canvas_id")
    }

    fn joined(students: &[Scored]) -> Vec<Result<usize, String>> {
        let people = [
            person("1", "", "ADA@x.org", "Lovelace, Ada"),
            person("2", "900", "jane", "Doe, Jane"),
            person("3", "901", "jane2", "Doe, Jane"),
            person("4", "902", "", "Only One"),
            person("5", "1", "", "Misleading, Five"),
        ];
        join(&people, students)
    }

    #[test]
    fn ids_decide_the_strongest_first() {
        let students = [
            student("x", "whoever", "ada@X.org", &[]),
            student("900", "", "", &[]),
            student("y", "", "jane@x.org", &[("canvas_id", "3"), ("login", "jane")]),
            student("z", "One, Only", "", &[("sid", "902")]),
        ];
        let rows: Vec<usize> = joined(&students).into_iter().map(Result::unwrap_or_default).collect();
        assert_eq!(rows, [0, 1, 2, 3]);
    }

    #[test]
    fn a_name_counts_when_nothing_else_is_known() {
        let why = |student: Scored| joined(&[student]).remove(0);
        assert_eq!(why(student("folder", "only one", "", &[])), Ok(3));
        assert_eq!(
            why(student("folder", "Jane Doe", "", &[])),
            Err("has a name that several rows have, and no id".into())
        );
        assert_eq!(why(student("folder", "Only One", "o@x.org", &[])), Err("is not in the file".into()));
        assert_eq!(why(student("folder", "", "", &[])), Err("is not in the file".into()));
        let twins = [student("a", "Only One", "", &[]), student("b", "One, Only", "", &[])];
        assert!(joined(&twins).iter().all(Result::is_err));
    }

    #[test]
    fn a_weaker_id_never_beats_a_strong_one_that_differs() {
        let other = student("x", "", "", &[("canvas_id", "77"), ("login", "jane")]);
        assert_eq!(joined(&[other]), [Err("is not in the file".into())]);
        // The roster's own id as the platform's number needs the name, too: it may be a number of another kind.
        assert_eq!(joined(&[student("4", "Only One", "", &[])]), [Ok(3)]);
        assert_eq!(joined(&[student("4", "Somebody", "", &[])]), [Err("is not in the file".into())]);
    }

    #[test]
    fn two_students_never_share_a_row() {
        let students = [student("a", "", "", &[("canvas_id", "2")]), student("b", "", "", &[("login", "jane")])];
        let found = joined(&students);
        assert!(found[0].as_ref().is_err_and(|why| why.contains("`b`")), "{found:?}");
        assert!(found[1].as_ref().is_err_and(|why| why.contains("`a`")), "{found:?}");
    }

    #[test]
    fn a_participant_is_its_number() {
        for (text, expected) in [
            ("Participant 12345", "12345"),
            ("Teilnehmer/in12345", "12345"),
            ("12345", "12345"),
            ("1~23", "1~23"),
            ("ab-7", "ab-7"),
            ("", ""),
        ] {
            assert_eq!(key(Kind::Platform, text), expected);
        }
    }
}
