//! The exports whose names say it all: Canvas, Moodle, GitHub Classroom, nbgrader.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::{Entry, Layout, Received, list};
use crate::intake::{Claims, Source, Submission};

/// A name as Canvas writes it.
#[derive(Debug, PartialEq, Eq)]
pub struct CanvasName<'a> {
    /// The student's or group's name, small letters only; `None` for an anonymous one.
    pub name: Option<&'a str>,
    /// The user's number, or the anonymous id.
    pub user: &'a str,
    /// The attachment's number; later ones are larger.
    pub attachment: u64,
    /// Whether it is late.
    pub late: bool,
    /// The file as the student named it, but for a suffix of resubmissions.
    pub file: &'a str,
}

/// Reads a name as Canvas writes it: `doejane_LATE_123_456_solution-1.py`.
pub fn canvas_name(text: &str) -> Option<CanvasName<'_>> {
    let number = |part: &str| part.parse::<u64>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()));
    let (is_late, rest) = text.strip_prefix("LATE_").map_or((false, text), |rest| (true, rest));
    if let Some(rest) = rest.strip_prefix("anon_") {
        let (user, rest) = rest.split_once('_')?;
        let (attachment, file) = rest.split_once('_')?;
        return Some(CanvasName { name: None, user, attachment: number(attachment)?, late: is_late, file });
    }
    // The first two numbers side by side; a name may have `_` in it as well as a file.
    let starts: Vec<usize> = text.match_indices('_').map(|(at, _)| at).collect();
    for (&before, &between) in starts.iter().zip(starts.iter().skip(1)) {
        let (name, user, rest) = (&text[..before], &text[before + 1..between], &text[between + 1..]);
        let Some(_) = number(user).filter(|_| !name.is_empty()) else { continue };
        if ["text.html", "link.html"].contains(&rest) {
            let late = name.ends_with("_LATE");
            let name = name.strip_suffix("_LATE").unwrap_or(name);
            return Some(CanvasName { name: Some(name), user, attachment: 0, late, file: rest });
        }
        let Some((attachment, file)) = rest.split_once('_').filter(|(_, file)| !file.is_empty()) else { continue };
        let Some(attachment) = number(attachment) else { continue };
        let late = name.ends_with("_LATE");
        let name = name.strip_suffix("_LATE").unwrap_or(name);
        return Some(CanvasName { name: Some(name), user, attachment, late, file });
    }
    None
}

/// A file's name without the number that Canvas puts into that of a file handed in again: `a-1.py`, `a.tar-1.gz`.
fn without_attempt(file: &str) -> (String, u64) {
    let Some((stem, ending)) = file.rsplit_once('.') else { return (file.to_owned(), 0) };
    let numbered = stem.rsplit_once('-').and_then(|(plain, number)| Some((plain, number.parse::<u64>().ok()?)));
    match numbered.filter(|(plain, number)| !plain.is_empty() && (1..100).contains(number)) {
        Some((plain, number)) => (format!("{plain}.{ending}"), number),
        None => (file.to_owned(), 0),
    }
}

pub(super) fn canvas(entries: Vec<Entry>) -> Received {
    let mut received = Received { layout: Layout::Canvas, submissions: Vec::new(), ignored: Vec::new() };
    let mut by_user: BTreeMap<String, Submission> = BTreeMap::new();
    let mut files: BTreeMap<(String, String), (u64, u64, Entry)> = BTreeMap::new();
    for entry in entries {
        let Some(name) = canvas_name(&entry.name).filter(|_| !entry.is_dir) else {
            received.ignored.push((entry.name, "its name is none that Canvas writes".to_owned()));
            continue;
        };
        let user = name.user.to_owned();
        let submission = by_user.entry(user.clone()).or_insert_with(|| Submission {
            key: format!("{}_{user}", name.name.unwrap_or("anon")),
            by: vec![Claims { ids: vec![("canvas_id", user.clone())], name: name.name.map(str::to_owned) }],
            at: None,
            late: false,
            sources: Vec::new(),
            notes: Vec::new(),
        });
        submission.late |= name.late;
        match name.file {
            "text.html" => submission.notes.push("a text was typed in, which is no program".to_owned()),
            "link.html" => submission.notes.push("a link was handed in, which is not followed".to_owned()),
            file => {
                let (plain, attempt) = without_attempt(file);
                let order = (attempt, name.attachment);
                // The newest of several of one name.
                match files.get(&(user.clone(), plain.clone())) {
                    Some((attempt, attachment, _)) if (*attempt, *attachment) >= order => {}
                    _ => drop(files.insert((user, plain), (order.0, order.1, entry))),
                }
            }
        }
    }
    for ((user, plain), (_, _, entry)) in files {
        if let Some(submission) = by_user.get_mut(&user) {
            submission.sources.push(Source::File { path: entry.path, name: plain });
        }
    }
    received.submissions = by_user.into_values().collect();
    received
}

/// Reads a name as Moodle writes it: full name, participant's number, whether it is a text, and the file of a flat export.
pub fn moodle_name(text: &str) -> Option<(&str, &str, bool, Option<&str>)> {
    let (before, after) = text.split_once("_assignsubmission_")?;
    let (name, participant) = before.rsplit_once('_')?;
    if name.is_empty() || participant.is_empty() || !participant.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (plugin, file) = after.split_once('_').map_or((after, None), |(plugin, file)| (plugin, Some(file)));
    let file = file.filter(|file| !file.is_empty());
    match plugin {
        "file" => Some((name, participant, false, file)),
        "onlinetext" => Some((name, participant, true, file)),
        _ => None,
    }
}

pub(super) fn moodle(entries: Vec<Entry>) -> Received {
    let mut received = Received { layout: Layout::Moodle, submissions: Vec::new(), ignored: Vec::new() };
    let mut all: BTreeMap<String, Submission> = BTreeMap::new();
    for entry in entries {
        let Some((name, participant, is_text, file)) = moodle_name(&entry.name) else {
            received.ignored.push((entry.name, "its name is none that Moodle writes".to_owned()));
            continue;
        };
        // Anonymous ones are called `Participant_<number>`.
        let real = (name != "Participant").then(|| name.replace('_', " "));
        let submission = all.entry(participant.to_owned()).or_insert_with(|| Submission {
            key: format!("{name}_{participant}"),
            by: vec![Claims { ids: vec![("moodle_participant", participant.to_owned())], name: real }],
            at: None,
            late: false,
            sources: Vec::new(),
            notes: Vec::new(),
        });
        match (is_text, entry.is_dir) {
            (true, _) => submission.notes.push("a text was typed in, which is no program".to_owned()),
            (false, true) => submission.sources.push(Source::Folder(entry.path)),
            (false, false) => {
                let name = file.unwrap_or(&entry.name).to_owned();
                submission.sources.push(Source::File { path: entry.path, name });
            }
        }
    }
    received.submissions = all.into_values().collect();
    received
}

/// The assignment of a folder that GitHub Classroom's command cloned into.
pub(super) fn assignment_of(root: &Path, entries: &[Entry]) -> Option<String> {
    let name = root.file_name()?.to_str()?;
    let assignment = name.strip_suffix("-submissions").filter(|assignment| !assignment.is_empty())?;
    let start = format!("{assignment}-");
    let folders: Vec<&Entry> = entries.iter().filter(|entry| entry.is_dir && !entry.name.starts_with('.')).collect();
    let all = !folders.is_empty() && folders.iter().all(|entry| entry.name.starts_with(&start));
    all.then(|| assignment.to_owned())
}

pub(super) fn github(root: &Path, entries: Vec<Entry>) -> Received {
    let assignment = assignment_of(root, &entries).or_else(|| common_start(&entries));
    let mut received = Received { layout: Layout::GithubClassroom, submissions: Vec::new(), ignored: Vec::new() };
    for entry in entries {
        if !entry.is_dir {
            received.ignored.push((entry.name, "it is no repository".to_owned()));
            continue;
        }
        let start = assignment.as_ref().map(|assignment| format!("{assignment}-")).unwrap_or_default();
        let login = entry.name.strip_prefix(&start).filter(|login| !login.is_empty()).unwrap_or(&entry.name).to_owned();
        let ids = vec![("github", login.clone()), ("id", login)];
        received.submissions.push(Submission {
            key: entry.name,
            by: vec![Claims { ids, name: None }],
            at: None,
            late: false,
            sources: vec![Source::Folder(entry.path)],
            notes: Vec::new(),
        });
    }
    received
}

/// What all folders' names start with, up to a `-`: the assignment, where its own folder does not tell.
fn common_start(entries: &[Entry]) -> Option<String> {
    let mut names = entries.iter().filter(|entry| entry.is_dir).map(|entry| entry.name.as_str());
    let first = names.next()?;
    let mut start = first;
    for name in names {
        let same = start.char_indices().zip(name.chars()).take_while(|((_, a), b)| a == b);
        let end = same.last().map_or(0, |((at, c), _)| at + c.len_utf8());
        start = &start[..end];
    }
    let (assignment, _) = start.rsplit_once('-').filter(|_| start.len() < first.len())?;
    Some(assignment.to_owned())
}

pub(super) fn nbgrader(root: &Path, entries: Vec<Entry>) -> std::io::Result<Received> {
    let mut received = Received { layout: Layout::Nbgrader, submissions: Vec::new(), ignored: Vec::new() };
    let students = match entries.iter().find(|entry| entry.name == "submitted" && entry.is_dir) {
        Some(submitted) => list(&submitted.path)?,
        None => list(root)?,
    };
    for student in students {
        if !student.is_dir {
            received.ignored.push((student.name, "it is no student's folder".to_owned()));
            continue;
        }
        let times = list(&student.path)?;
        let times = times.iter().filter(|entry| entry.is_dir).map(|entry| entry.path.join("timestamp.txt"));
        let newest = times.filter_map(|path| timestamp(&path)).max();
        received.submissions.push(Submission {
            key: student.name.clone(),
            by: vec![Claims { ids: vec![("id", student.name)], name: None }],
            at: newest,
            late: false,
            sources: vec![Source::Folder(student.path)],
            notes: Vec::new(),
        });
    }
    Ok(received)
}

/// The time in a `timestamp.txt`: `2015-02-02 14:58:23.948203 America/Los_Angeles`, or with an offset, or in UTC.
fn timestamp(path: &Path) -> Option<Timestamp> {
    // The student can write this file: no more than a line of it is read.
    let text = std::fs::read(path).ok().filter(|bytes| bytes.len() <= 200)?;
    parse_time(std::str::from_utf8(&text).ok()?.trim())
}

/// A time as nbgrader writes it.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let (date, rest) = text.split_once(' ')?;
    let (time, zone) = rest.split_once(' ').unwrap_or((rest, "UTC"));
    let local: jiff::civil::DateTime = format!("{date}T{time}").parse().ok()?;
    local.in_tz(zone).ok().map(|zoned| zoned.timestamp())
}
