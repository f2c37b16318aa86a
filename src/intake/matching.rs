//! Whose each submission is: by the strongest id that both sides know, by the whole name where there is no id, never by a
//! guess.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::roster::Student;
use super::{Claims, Submission};

/// What became of the submissions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// By the student's index in the roster: the indices of the submissions, the one that counts first.
    pub by_student: BTreeMap<usize, Vec<usize>>,
    /// Submissions of nobody in the roster: index, and why.
    pub unmatched: Vec<(usize, String)>,
    /// Why the one that counts does, by student; only where there are several.
    pub chosen: BTreeMap<usize, String>,
}

/// Matches submissions with a roster.
pub fn matched(submissions: &[Submission], roster: &[Student]) -> Matched {
    let index = Index::new(roster);
    let mut matched = Matched::default();
    for (at, submission) in submissions.iter().enumerate() {
        let mut found = Vec::new();
        let mut why = Vec::new();
        for claims in &submission.by {
            match index.student(claims) {
                Ok(student) => found.push(student),
                Err(reason) => why.push(reason),
            }
        }
        if submission.by.is_empty() {
            why.push("it does not say whose it is".to_owned());
        }
        if found.is_empty() {
            matched.unmatched.push((at, why.join("; ")));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().for_each(|student| matched.by_student.entry(student).or_default().push(at));
    }
    for (student, mine) in &mut matched.by_student {
        if mine.len() > 1 {
            matched.chosen.insert(*student, choose(mine, submissions));
        }
    }
    matched
}

/// Puts the submission that counts first, and tells why it does.
fn choose(mine: &mut [usize], submissions: &[Submission]) -> String {
    let is_timed = mine.iter().all(|at| submissions[*at].at.is_some());
    // Natural order, so that `hw-10` comes after `hw-9`.
    mine.sort_by_key(|at| (submissions[*at].at, natural(&submissions[*at].key)));
    mine.reverse();
    match is_timed {
        true => "it was handed in last".to_owned(),
        false => "it is the last by name, since no time is known".to_owned(),
    }
}

/// A text as numbers and what stands between them.
fn natural(text: &str) -> Vec<(String, u64)> {
    let mut parts = vec![(String::new(), 0_u64)];
    let mut in_number = false;
    for c in text.chars() {
        let digit = c.to_digit(10).map(u64::from);
        if in_number && digit.is_none() {
            parts.push((String::new(), 0));
        }
        in_number = digit.is_some();
        if let Some(last) = parts.last_mut() {
            match digit {
                Some(digit) => last.1 = last.1.saturating_mul(10).saturating_add(digit),
                None => last.0.push(c),
            }
        }
    }
    parts
}

/// Finds students by what they are called.
struct Index {
    ids: HashMap<(&'static str, String), Vec<usize>>,
    names: HashMap<String, Vec<usize>>,
}

impl Index {
    fn new(roster: &[Student]) -> Index {
        let mut ids: HashMap<(&'static str, String), Vec<usize>> = HashMap::new();
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, student) in roster.iter().enumerate() {
            let own = student.ids.iter().map(|(kind, id)| (*kind, id.clone()));
            let plain = [("id", student.id.as_str().to_owned()), ("email", student.email.clone())];
            for (kind, id) in own.chain(plain).filter(|(_, id)| !id.is_empty()) {
                ids.entry((kind, same_id(kind, &id))).or_default().push(at);
            }
            if !student.name.is_empty() {
                names.entry(same_name(&student.name)).or_default().push(at);
                let squeezed = same_name(&student.name).split(' ').collect::<String>();
                names.entry(squeezed).or_default().push(at);
                let sortable = sortable(&student.name);
                names.entry(sortable).or_default().push(at);
            }
        }
        for all in names.values_mut() {
            all.dedup();
        }
        Index { ids, names }
    }

    /// The one student whom these claims mean; or why there is none.
    fn student(&self, claims: &Claims) -> Result<usize, String> {
        for (kind, id) in &claims.ids {
            // A learning platform's own id may be what the roster calls `id`, and a folder may be named by any of them.
            let kinds: &[&'static str] = match *kind {
                "id" => &["id", "login", "github", "sid", "email"],
                "sid" => &["sid", "id"],
                "github" => &["github", "login", "id"],
                "email" => &["email", "login", "id"],
                "canvas_id" => &["canvas_id", "id"],
                kind => std::slice::from_ref(match kind {
                    "moodle_participant" => &"moodle_participant",
                    _ => &"login",
                }),
            };
            for known in kinds {
                match self.ids.get(&(*known, same_id(known, id))).map(Vec::as_slice) {
                    Some([one]) => return Ok(*one),
                    Some([_, ..]) => return Err(format!("several students have the {known} {id}")),
                    _ => {}
                }
            }
        }
        let Some(name) = &claims.name else { return Err("no student has its id".to_owned()) };
        for form in [same_name(name), same_name(name).split(' ').collect()] {
            match self.names.get(&form).map(Vec::as_slice) {
                Some([one]) => return Ok(*one),
                Some([_, ..]) => return Err(format!("several students are called {name}")),
                _ => {}
            }
        }
        Err(format!("nobody in the roster is called {name}"))
    }
}

/// What two spellings of one id share. Moodle's is written with its word in worksheets.
fn same_id(kind: &str, id: &str) -> String {
    let id = id.trim();
    match kind {
        "moodle_participant" => id.rsplit(' ').next().unwrap_or(id).to_owned(),
        "email" | "github" | "login" => id.to_lowercase(),
        _ => id.to_owned(),
    }
}

/// What two spellings of one name share: no accents, no case, `Doe, Jane` as `Jane Doe`, one space between words.
fn same_name(name: &str) -> String {
    let plain: String =
        name.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect::<String>().to_lowercase();
    let turned = match plain.split_once(',') {
        Some((last, first)) => format!("{first} {last}"),
        None => plain,
    };
    let words = turned.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A name as Canvas writes it: the last name first, nothing but letters.
fn sortable(name: &str) -> String {
    let name = same_name(name);
    let words: Vec<&str> = name.split(' ').collect();
    match words.split_last() {
        Some((last, first)) => format!("{last}{}", first.concat()),
        None => String::new(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    fn student(id: &str, name: &str, ids: &[(&'static str, &str)]) -> Student {
        Student {
            id: id.to_owned().try_into().unwrap(),
            name: name.to_owned(),
            email: format!("{id}@x.org"),
            ids: ids.iter().map(|(kind, id)| (*kind, (*id).to_owned())).collect(),
            extension: Default::default(),
            due: None,
            time_factor: 1.0,
            more: BTreeMap::new(),
        }
    }

    fn submission(key: &str, ids: &[(&'static str, &str)], name: Option<&str>) -> Submission {
        let ids = ids.iter().map(|(kind, id)| (*kind, (*id).to_owned())).collect();
        Submission {
            key: key.to_owned(),
            by: vec![Claims { ids, name: name.map(str::to_owned) }],
            at: None,
            late: false,
            sources: Vec::new(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn ids_before_names_and_no_guesses() {
        let roster = [
            student("s1", "José Muñoz", &[("canvas_id", "77"), ("moodle_participant", "Participant 9")]),
            student("s2", "Jane van der Doe", &[("github", "JaneD")]),
            student("s3", "Sam Lee", &[]),
            student("s4", "Sam Lee", &[]),
        ];
        let submissions = [
            submission("a", &[("canvas_id", "77")], Some("somebodyelse")),
            submission("b", &[("moodle_participant", "9")], None),
            submission("c", &[("github", "janed")], None),
            submission("d", &[("id", "S3")], Some("S3")),
            submission("e", &[], Some("Munoz, Jose")),
            submission("f", &[("canvas_id", "1")], Some("doejanevander")),
            submission("g", &[], Some("sam lee")),
            submission("h", &[("email", "S4@X.ORG")], None),
        ];
        let matched = matched(&submissions, &roster);
        let of = |student: usize| matched.by_student.get(&student).cloned().unwrap_or_default();
        assert_eq!(of(0), [4, 1, 0]);
        assert_eq!(of(1), [5, 2]);
        assert_eq!((of(2), of(3)), (vec![], vec![7]));
        let unmatched: Vec<_> = matched.unmatched.iter().map(|(at, why)| (*at, why.as_str())).collect();
        assert_eq!(unmatched, [(3, "nobody in the roster is called S3"), (6, "several students are called sam lee")]);
        assert_eq!(matched.chosen[&0], "it is the last by name, since no time is known");
    }

    #[test]
    fn the_last_one_by_time_counts_and_ten_comes_after_nine() {
        let roster = [student("s1", "A", &[])];
        let mut submissions = [submission("hw-10", &[("id", "s1")], None), submission("hw-9", &[("id", "s1")], None)];
        assert_eq!(matched(&submissions, &roster).by_student[&0], [0, 1]);
        submissions[0].at = Some("2026-11-01T10:00:00Z".parse().unwrap());
        submissions[1].at = Some("2026-11-02T10:00:00Z".parse().unwrap());
        let matched = matched(&submissions, &roster);
        assert_eq!((&matched.by_student[&0][..], &*matched.chosen[&0]), (&[1, 0][..], "it was handed in last"));
    }
}
