//! Annotations for GitHub's runner: `::error file=..,line=..,title=..::text`, one a line.
//!
//! GitHub shows ten of a kind, so there are at most ten, the errors first, and a line that tells how many more there are.
//! A command ends at the end of its line, and these are escaped: no foreign text begins a line.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::words;
use crate::batch::{Batch, CaseRecord, Output, Record, StudentResult};
use crate::report::escape::{self, visible_block};

/// The most annotations.
pub const MOST: usize = 10;
/// The most bytes of a message, before it is escaped.
const MOST_TEXT: usize = 2000;

/// Whose results they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One student's, in a repository where the exercises' folders are below this path (`solutions`): places in files
    /// are told.
    Student {
        /// The path from the repository's root; empty when it is that.
        solutions: String,
    },
    /// A class: the student is named, and there are no files to point to.
    Class,
}

/// Writes annotations to a writer when all students are known.
pub struct Annotations<W> {
    to: W,
    scope: Scope,
    errors: Kept,
    warnings: Kept,
}

/// The first lines of a kind, and how many there are.
#[derive(Debug, Default)]
struct Kept {
    lines: Vec<String>,
    count: usize,
}

impl Kept {
    fn add(&mut self, line: impl FnOnce() -> String) {
        self.count += 1;
        if self.lines.len() < MOST {
            self.lines.push(line());
        }
    }
}

impl<W: Write> Annotations<W> {
    /// Will write to `to`.
    pub fn new(to: W, scope: Scope) -> Annotations<W> {
        Annotations { to, scope, errors: Kept::default(), warnings: Kept::default() }
    }

    /// The annotations of those who were added so far.
    pub fn text(&self) -> String {
        let all = self.errors.lines.iter().chain(&self.warnings.lines).take(MOST);
        let mut text: String = all.flat_map(|line| [line, "\n"]).collect();
        let left = (self.errors.count + self.warnings.count).saturating_sub(MOST);
        if left > 0 {
            let _ = writeln!(text, "::notice title=practice::{left} more, which are not shown here");
        }
        text
    }

    fn add(&mut self, batch: &Batch, result: &StudentResult) {
        for record in &result.records {
            if record.cases.is_empty() {
                let message = record.reason.clone().unwrap_or_default();
                self.warnings.add(|| line(&self.scope, result, record, None, &message));
            }
            let info = batch.exercises.iter().find(|info| info.id == record.exercise);
            for case in record.cases.iter().filter(|case| !case.is_passed()) {
                let info = info.and_then(|info| info.cases.iter().find(|info| info.id == case.case));
                // What the batch does not know of is not shown.
                let told = if info.is_none_or(|info| info.hidden) { "" } else { &case.told };
                let kept = if case.verdict.counts() { &mut self.errors } else { &mut self.warnings };
                kept.add(|| line(&self.scope, result, record, Some(case), told));
            }
        }
    }
}

impl<W: Write> Output for Annotations<W> {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        self.add(batch, result);
        Ok(())
    }

    fn finish(mut self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        let text = self.text();
        self.to.write_all(text.as_bytes())?;
        self.to.flush()
    }
}

fn line(scope: &Scope, result: &StudentResult, record: &Record, case: Option<&CaseRecord>, told: &str) -> String {
    let verdict = case.map_or(record.verdict, |case| case.verdict);
    let command = match case {
        Some(case) if case.verdict.counts() => "error",
        _ => "warning",
    };
    let what = match case {
        Some(case) => format!("{} {}: {}", record.exercise, case.case, verdict.words()),
        None => format!("{}: {}", record.exercise, verdict.words()),
    };
    let (place, title) = match scope {
        Scope::Student { solutions } => (place(solutions, record, told), what),
        Scope::Class => (String::new(), format!("{} {what}", escape::cut(result.student.id.as_str(), 60))),
    };
    let message =
        if told.is_empty() { verdict.words().to_owned() } else { visible_block(words::start(told, MOST_TEXT)) };
    format!("::{command} {place}title={}::{}", property(&title), data(message.trim_end()))
}

/// `file=..,line=..,` of where an exception was raised, when that was told.
fn place(solutions: &str, record: &Record, told: &str) -> String {
    let Some((file, line)) = raised_in(told) else { return String::new() };
    let root = if solutions.is_empty() { String::new() } else { format!("{}/", solutions.trim_end_matches('/')) };
    let path = format!("{root}{}/{file}", record.exercise);
    format!("file={},line={line},", property(&escape::visible(&path)))
}

/// The file and line of the last `raised in solution.py:7` of a told text. A name that leads elsewhere is none.
fn raised_in(told: &str) -> Option<(&str, u32)> {
    let place = told.lines().rev().find_map(|line| line.trim_start().strip_prefix("raised in "))?;
    let (file, rest) = place.split_once(':')?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let stays = !file.starts_with('/') && file.split('/').all(|part| !part.is_empty() && part != "..");
    let line = rest[..digits].parse().ok()?;
    (file.ends_with(".py") && file.chars().all(is_plain) && stays).then_some((file, line))
}

/// Text after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;
    use crate::gradebook::samples;

    fn of(scope: Scope, class: &[StudentResult]) -> String {
        let mut written = Vec::new();
        let mut output = Box::new(Annotations::new(&mut written, scope));
        for result in class {
            output.student(&samples::batch(), result).unwrap();
        }
        output.finish(&samples::batch()).unwrap();
        String::from_utf8(written).unwrap()
    }

    fn student() -> Scope {
        Scope::Student { solutions: "solutions/".into() }
    }

    #[test]
    fn of_one_student_with_places() {
        let result = samples::result(samples::student("s1", "Ada"), [".CF", "..M", ""]);
        let told = "returned value, at [3]%0A  expected 'a'%0A  you have 'b'%0Araised in solution.py:7, load";
        let expected = format!(
            "::error file=solutions/tier1/dedupe/solution.py,line=7,title=tier1/dedupe empty%3A crashed::{told}\n\
             ::error title=tier1/dedupe hidden-twin%3A failed::failed\n\
             ::warning file=solutions/tier1/totals/solution.py,line=7,title=tier1/totals group-b%3A machine error::{told}\n\
             ::warning title=tier2/rows%3A not attempted::solution.py is still the starter.\n"
        );
        assert_eq!(of(student(), &[result]), expected);
    }

    #[test]
    fn no_foreign_text_begins_a_command_and_no_more_than_ten() {
        let text = of(Scope::Class, &samples::class());
        assert_eq!(text.lines().count(), MOST + 1);
        assert!(text.lines().last().unwrap().starts_with("::notice title=practice::"), "{text}");
        for result in &samples::class() {
            for scope in [student(), Scope::Class] {
                for line in of(scope, std::slice::from_ref(result)).split(['\n', '\r']).filter(|line| !line.is_empty())
                {
                    let known = ["::error ", "::warning ", "::notice title=practice::"];
                    assert!(known.iter().any(|known| line.starts_with(known)), "{line}");
                    let (properties, _) = line[2..].split_once("::").unwrap();
                    assert!(properties.matches("title=").count() == 1, "{line}");
                    assert!(!line.contains(escape::is_hostile), "{line}");
                }
            }
        }
        assert_eq!(of(student(), &samples::class()[..1]), "");
    }

    #[test]
    fn errors_come_first() {
        let all = [
            samples::result(samples::student("s1", ""), ["", "", ""]),
            samples::result(samples::student("s2", ""), ["FFF", "FFF", "F"]),
        ];
        let text = of(Scope::Class, &all);
        assert!(text.starts_with("::error title=s2 tier1/dedupe keeps-first%3A failed::"), "{text}");
        assert_eq!(text.matches("::warning").count(), 3);
    }

    #[test]
    fn a_place_stays_in_the_folder() {
        assert_eq!(raised_in("x\n  raised in a/b.py:12, f\n"), Some(("a/b.py", 12)));
        for told in [
            "raised in ../x.py:1",
            "raised in /etc/x.py:1",
            "raised in a,b.py:1",
            "raised in x.yml:1",
            "raised in x.py:",
            "raised in a//x.py:1",
            "x raised in x.py:1",
            "raised in x.py:99999999999",
        ] {
            assert_eq!(raised_in(told), None, "{told}");
        }
    }
}
