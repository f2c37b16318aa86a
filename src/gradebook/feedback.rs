//! `students/<id>/feedback.md`: what a student reads.
//!
//! Markdown is shown by many programs, each with its own extras: links that nobody wrote, people who are notified,
//! pictures that are fetched. So foreign text is prose only when it is made of plain words; else it is code, inline or
//! fenced, where nothing is special but the end of the code.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::file;
use super::number::percent;
use super::words;
use crate::batch::{Batch, CaseInfo, CaseRecord, ExerciseInfo, Flag, Grade, Output, Record, Runs, StudentResult};
use crate::model::CaseId;
use crate::report::escape::{self, visible_block};
use crate::report::words::{count, not_your_fault};

/// The most notes of the intake that are told.
const MOST_NOTES: usize = 50;

/// Writes a file for each student.
pub struct Feedback {
    out: PathBuf,
}

impl Feedback {
    /// Will write below the folder `out`.
    pub fn create(out: &Path) -> Feedback {
        Feedback { out: out.to_owned() }
    }
}

impl Output for Feedback {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let path = file::of_student(&self.out, &result.student.id).join("feedback.md");
        file::write(path, text(batch, result).as_bytes())
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        Ok(())
    }
}

/// The text of a student's file.
pub fn text(batch: &Batch, result: &StudentResult) -> String {
    let mut page = String::from("# Feedback\n");
    head(&mut page, batch, result);
    table(&mut page, result);
    for record in &result.records {
        let info = batch.exercises.iter().find(|info| info.id == record.exercise);
        exercise(&mut page, info, record);
    }
    notes(&mut page, result);
    page
}

/// A paragraph.
fn para(page: &mut String, text: &str) {
    page.push('\n');
    page.push_str(text);
    page.push('\n');
}

fn head(page: &mut String, batch: &Batch, result: &StudentResult) {
    let student = &result.student;
    let id = inline(student.id.as_str());
    let who = if student.name.is_empty() { id } else { format!("{} ({id})", inline(&student.name)) };
    para(page, &format!("For {who}, on {}.", inline(&batch.pack.1)));
    let total = match result.points {
        Some(points) => {
            let share = percent(points, result.max_points).map(|share| format!(" ({share} %)"));
            format!("**{points} of {} points**{}", result.max_points, share.unwrap_or_default())
        }
        None => {
            "**No points yet**: something went wrong that is not your fault, as told below. It will be graded again."
                .to_owned()
        }
    };
    para(page, &total);
    if student.submission.is_none() {
        para(page, "Nothing was received from you. If you did hand something in, tell your instructor.");
    }
    if let Some(late) = &student.late {
        let taken = match late.percent {
            0 => "Nothing is taken off for that.".to_owned(),
            percent => {
                format!("{percent} % is taken off the points of each exercise; the points below are what is left.")
            }
        };
        para(page, &format!("Your submission is {}. {taken}", words::late(late)));
    }
}

fn table(page: &mut String, result: &StudentResult) {
    page.push_str("\n| exercise | points | cases passed | |\n|---|---|---|---|\n");
    for record in &result.records {
        let points = match record.is_scored() {
            true => record.points_less(result.student.late.as_ref()).to_string(),
            false => "-".to_owned(),
        };
        let (most, verdict) = (record.max_points, record.verdict.words());
        let _ = writeln!(
            page,
            "| {} | {points} of {most} | {} of {} | {verdict} |",
            record.exercise, record.passed, record.total
        );
    }
}

fn exercise(page: &mut String, info: Option<&ExerciseInfo>, record: &Record) {
    let is_passed = |case: &&CaseRecord| case.verdict.words() == "passed";
    if record.reason.is_none() && record.flags.is_empty() && record.cases.iter().all(|case| is_passed(&case)) {
        return;
    }
    let title = info.map_or_else(String::new, |info| format!(": {}", inline(&info.title)));
    para(page, &format!("## {}{title}", record.exercise));
    if record.cases.is_empty() {
        para(page, &told_of(record.verdict, record.reason.as_deref()));
    }
    for one in &record.flags {
        para(page, &flag(one));
    }
    for record in record.cases.iter().filter(|case| !is_passed(case)) {
        case(page, info.and_then(|info| info.cases.iter().find(|info| info.id == record.case)), record);
    }
}

/// A verdict as a sentence.
fn told_of(grade: Grade, reason: Option<&str>) -> String {
    let fault = match grade {
        Grade::Stable(verdict) => not_your_fault(verdict),
        Grade::Unstable(_) => None,
    };
    let words = grade.words();
    let mut sentence = format!("{}{}.", words[..1].to_uppercase(), &words[1..]);
    if let Some(reason) = reason {
        sentence = format!("{}: {}.", sentence.trim_end_matches('.'), inline(reason.trim_end_matches('.')));
    }
    if let Some(fault) = fault {
        sentence.push(' ');
        sentence.push_str(fault);
    }
    sentence
}

fn case(page: &mut String, info: Option<&CaseInfo>, case: &CaseRecord) {
    // What the batch does not know of is not shown.
    let hidden = info.is_none_or(|info| info.hidden);
    if hidden {
        para(page, &format!("### {} (hidden)", case.case));
        para(page, &told_of(case.verdict, None));
        return;
    }
    let purpose = info.filter(|info| !info.purpose.is_empty());
    let purpose = purpose.map_or_else(String::new, |info| format!(": {}", inline(&info.purpose)));
    para(page, &format!("### {}{purpose}", case.case));
    let mut sentence = told_of(case.verdict, None);
    if !case.runs.is_empty() {
        let _ = write!(sentence, " It was run more than once: {}.", runs(&case.runs));
    }
    para(page, &sentence);
    if !case.told.is_empty() {
        para(page, &fenced(&case.told));
    }
}

fn runs(runs: &Runs) -> String {
    let each = runs.0.iter().map(|(verdict, &times)| format!("{} {}", verdict.words(), count(times as usize, "time")));
    each.collect::<Vec<_>>().join(", ")
}

fn flag(flag: &Flag) -> String {
    let names = |cases: &[CaseId]| cases.iter().map(|case| format!("`{case}`")).collect::<Vec<_>>().join(", ");
    match flag {
        Flag::Unstable { cases } => format!(
            "Some cases came out differently when the same files were run again: {}. Somebody will look at that. Usual \
             reasons are random numbers, the order of a set, or work that is still going on when the program ends.",
            names(cases)
        ),
        Flag::Lowered { before } => {
            format!("The same files had {before} points when they were graded before. Somebody will look at why.")
        }
        Flag::NearLimit { cases } => {
            format!("Close to the time limit: {}. On a slower machine that might not pass.", names(cases))
        }
    }
}

fn notes(page: &mut String, result: &StudentResult) {
    let notes = &result.student.notes;
    if notes.is_empty() {
        return;
    }
    para(page, "## About your files");
    page.push('\n');
    for note in notes.iter().take(MOST_NOTES) {
        let _ = writeln!(page, "- {}", inline(note));
    }
    if notes.len() > MOST_NOTES {
        let _ = writeln!(page, "- and {}", count(notes.len() - MOST_NOTES, "more note"));
    }
}

/// Foreign text within a line: plain words as they are, all others as code.
fn inline(text: &str) -> String {
    let text = escape::cut(text.trim(), words::MOST_COLUMNS);
    let words: Vec<&str> = text.split(' ').collect();
    // A line must not begin with what may be a list or a heading.
    let is_start = |word: &str| word.starts_with(char::is_alphanumeric) && !word.ends_with(['.', ')']);
    let is_code = |at: usize, word: &str| {
        !is_plain(word) || (at == 0 && !word.starts_with(char::is_alphabetic) && !is_start(word))
    };
    let marked: Vec<(bool, &str)> = words.iter().enumerate().map(|(at, word)| (is_code(at, word), *word)).collect();
    let together = marked.chunk_by(|one, next| one.0 == next.0);
    let parts = together.map(|part| {
        let text = part.iter().map(|(_, word)| *word).collect::<Vec<_>>().join(" ");
        if part[0].0 { code(&text) } else { text }
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// Whether a word is nothing but a word: a dot within it may make an address of it, and a number behind a hyphen, or a
/// long one, the name of an issue or a commit.
fn is_plain(word: &str) -> bool {
    let within = word.trim_end_matches(['.', ',', ';', ':', '?', '!', ')']);
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ',' | ';' | '\'' | '(' | ')' | '-' | '?' | '!');
    let has_digit = within.contains(|c: char| c.is_ascii_digit());
    within.chars().all(is_plain)
        && !within.contains("--")
        && !(has_digit && (within.contains('-') || within.len() >= 7))
}

/// Text as code within a line, whatever backticks are in it.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    // Without a space a backtick at either end would belong to the fence; and there is no code without text.
    let needs_space = text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text as a block of code.
fn fenced(text: &str) -> String {
    let text = visible_block(text);
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end_matches('\n'))
}

/// How many backticks follow each other at most.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
