//! How submissions lie in a folder: as people put them there, or as a learning platform exports them.
//!
//! | layout | an entry |
//! |---|---|
//! | `folders` | `<student>/...`, `<student>.zip` (tar, tar.gz), `<student>.py`, `<student>.ipynb` |
//! | `canvas` | `<name>[_LATE]_<user id>_<attachment id>_<file>`; `[LATE_]anon_<id>_<attachment id>_<file>` |
//! | `moodle` | `<full name>_<participant>_assignsubmission_file[_]/...`, or flat with `_<file>` |
//! | `gradescope` | `submission_metadata.yml` and `submission_<id>/...` |
//! | `github-classroom` | `<assignment>-submissions/<assignment>-<login>/...` |
//! | `nbgrader` | `submitted/<student>/<assignment>/...`, with a `timestamp.txt` |

mod exports;
mod gradescope;

use std::fmt;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::archive::{self, ArchiveKind};
use super::name::Refusal;
use super::spool::Spool;
use super::{Caps, Claims, IntakeError, Source, Submission, name};

/// A layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One entry a student.
    Folders,
    /// Canvas: "Download Submissions".
    Canvas,
    /// Moodle: "Download all submissions".
    Moodle,
    /// Gradescope: "Export Submissions".
    Gradescope,
    /// GitHub Classroom: `gh classroom clone student-repos`.
    GithubClassroom,
    /// nbgrader's `submitted` folder.
    Nbgrader,
}

impl Layout {
    /// All of them.
    pub const ALL: [Layout; 6] = [
        Layout::Folders,
        Layout::Canvas,
        Layout::Moodle,
        Layout::Gradescope,
        Layout::GithubClassroom,
        Layout::Nbgrader,
    ];

    /// The name on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Layout::Folders => "folders",
            Layout::Canvas => "canvas",
            Layout::Moodle => "moodle",
            Layout::Gradescope => "gradescope",
            Layout::GithubClassroom => "github-classroom",
            Layout::Nbgrader => "nbgrader",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Layout {
    type Err = String;
    fn from_str(text: &str) -> Result<Layout, String> {
        Layout::ALL.into_iter().find(|layout| layout.id() == text).ok_or_else(|| {
            let known: Vec<&str> = Layout::ALL.iter().map(|layout| layout.id()).collect();
            format!("known are {}", known.join(", "))
        })
    }
}

/// What was found.
#[derive(Debug)]
pub struct Received {
    /// How it lies.
    pub layout: Layout,
    /// The submissions, sorted by key.
    pub submissions: Vec<Submission>,
    /// Entries that are no submission, and why: a text that was typed in, a loose file ...
    pub ignored: Vec<LeftOut>,
}

/// An entry of the folder that submissions lie in.
struct Entry {
    name: String,
    path: PathBuf,
    is_dir: bool,
}

/// The name of an entry that is no submission, and why.
pub type LeftOut = (String, String);

/// Finds the submissions at `path`: a folder, or an archive that is unpacked into `spool`. `is_work` tells the names of
/// folders that are work and no student's: tiers, exercises.
pub fn open(
    path: &Path,
    layout: Option<Layout>,
    spool: &Path,
    caps: Caps,
    is_work: &dyn Fn(&str) -> bool,
) -> Result<Received, IntakeError> {
    let io = |error| IntakeError::Io { path: path.to_owned(), error };
    let about = std::fs::metadata(path).map_err(io)?;
    let mut refused = Vec::new();
    let root = if about.is_dir() {
        path.to_owned()
    } else {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (kind, _) = ArchiveKind::of(&name).ok_or_else(|| IntakeError::Kind(path.to_owned()))?;
        let mut unpacked = Spool::new(spool, caps.class_files, caps.class_bytes);
        let file = std::fs::File::open(path).map_err(io)?;
        archive::read(kind, BufReader::new(file), &mut unpacked).map_err(io)?;
        if let Some(error) = unpacked.error {
            return Err(IntakeError::Io { path: spool.to_owned(), error });
        }
        if unpacked.is_over {
            let (files, megabytes) = (caps.class_files, caps.class_bytes >> 20);
            return Err(IntakeError::TooLarge { path: path.to_owned(), files, megabytes });
        }
        refused = unpacked.refused;
        spool.to_owned()
    };
    let (root, before) = below_one_folder(root, is_work).map_err(io)?;
    let (entries, mut left_out) = look(&root).map_err(io)?;
    if entries.is_empty() {
        return Err(IntakeError::Empty(path.to_owned()));
    }
    let layout = match layout {
        Some(layout) => layout,
        None => recognise(path, &root, &entries)?,
    };
    let (junk, entries): (Vec<Entry>, Vec<Entry>) =
        entries.into_iter().partition(|entry| name::is_junk(&entry.name) || entry.name.starts_with('.'));
    left_out
        .extend(junk.into_iter().map(|entry| (entry.name, "nobody hands that in: its name is a tool's".to_owned())));
    let mut received = match layout {
        Layout::Folders => folders(entries),
        Layout::Canvas => exports::canvas(entries),
        Layout::Moodle => exports::moodle(entries),
        Layout::Gradescope => gradescope::read(&root, entries)?,
        Layout::GithubClassroom => exports::github(&root, entries),
        Layout::Nbgrader => exports::nbgrader(&root, entries).map_err(io)?,
    };
    received.submissions.sort_by(|a, b| a.key.cmp(&b.key));
    received.ignored.extend(left_out);
    // What an archive's own reader refused is told to whom it belongs to.
    for (entry, why) in refused {
        let inside = entry.strip_prefix(&before).unwrap_or(&entry);
        let note = format!("{inside} was not taken: {why}");
        match received.submissions.iter_mut().find(|one| inside.starts_with(&one.key)) {
            Some(submission) => submission.notes.push(note),
            None => received.ignored.push((entry, why.to_string())),
        }
    }
    if received.submissions.is_empty() {
        return Err(IntakeError::Empty(path.to_owned()));
    }
    Ok(received)
}

/// Goes into a folder that is the only thing there and is no student's, at most twice; what stands before, too.
fn below_one_folder(mut root: PathBuf, is_work: &dyn Fn(&str) -> bool) -> std::io::Result<(PathBuf, String)> {
    let mut before = String::new();
    for _ in 0..2 {
        let entries: Vec<Entry> = list(&root)?.into_iter().filter(|entry| !name::is_junk(&entry.name)).collect();
        let [only] = &entries[..] else { break };
        if !only.is_dir || only.name == "submitted" {
            break;
        }
        let inside = list(&only.path)?;
        let looks_like_work = |entry: &Entry| {
            is_work(&entry.name) || entry.name == "solutions" || !entry.is_dir && entry.name.ends_with(".py")
        };
        // One student's folder, then; and a single thing in a folder says nothing about either.
        if inside.iter().any(looks_like_work) || inside.len() < 2 {
            break;
        }
        before = format!("{before}{}/", only.name);
        root = only.path.clone();
    }
    Ok((root, before))
}

/// The entries of a folder, sorted by name; links and special files left out.
fn list(folder: &Path) -> std::io::Result<Vec<Entry>> {
    look(folder).map(|(entries, _)| entries)
}

/// The entries of a folder, and the names of links and special files, which are none, with what they are; sorted.
fn look(folder: &Path) -> std::io::Result<(Vec<Entry>, Vec<LeftOut>)> {
    let (mut entries, mut others) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() || kind.is_file() {
            entries.push(Entry { name, path: entry.path(), is_dir: kind.is_dir() });
        } else {
            let refusal = if kind.is_symlink() { Refusal::Link } else { Refusal::Special };
            others.push((name, refusal.to_string()));
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    others.sort();
    Ok((entries, others))
}

/// The layout that the names speak of.
fn recognise(path: &Path, root: &Path, entries: &[Entry]) -> Result<Layout, IntakeError> {
    let has = |name: &str| entries.iter().any(|entry| entry.name == name);
    if has("submission_metadata.yml") {
        return Ok(Layout::Gradescope);
    }
    if has("submitted") && entries.iter().any(|entry| entry.name == "submitted" && entry.is_dir) {
        return Ok(Layout::Nbgrader);
    }
    if exports::assignment_of(root, entries).is_some() {
        return Ok(Layout::GithubClassroom);
    }
    let share = |fits: &dyn Fn(&Entry) -> bool| {
        let counted = entries.iter().filter(|entry| !name::is_junk(&entry.name)).count();
        entries.iter().filter(|entry| fits(entry)).count() * 2 > counted
    };
    let moodle = share(&|entry| exports::moodle_name(&entry.name).is_some());
    let canvas = share(&|entry| !entry.is_dir && exports::canvas_name(&entry.name).is_some());
    match (moodle, canvas) {
        (true, true) => {
            Err(IntakeError::Ambiguous { path: path.to_owned(), first: Layout::Moodle, second: Layout::Canvas })
        }
        (true, false) => Ok(Layout::Moodle),
        (false, true) => Ok(Layout::Canvas),
        (false, false) => Ok(Layout::Folders),
    }
}

/// One entry a student.
fn folders(entries: Vec<Entry>) -> Received {
    let mut received = Received { layout: Layout::Folders, submissions: Vec::new(), ignored: Vec::new() };
    for entry in entries {
        let stem = match (entry.is_dir, ArchiveKind::of(&entry.name)) {
            (true, _) => Some(entry.name.as_str()),
            (false, Some((_, stem))) => Some(stem),
            (false, None) => [".py", ".ipynb"].iter().find_map(|ending| entry.name.strip_suffix(ending)),
        };
        let Some(stem) = stem else {
            received.ignored.push((entry.name, "it is neither a folder nor an archive, script or notebook".to_owned()));
            continue;
        };
        let claims = Claims { ids: vec![("id", stem.to_owned())], name: Some(stem.to_owned()) };
        let source = match entry.is_dir {
            true => Source::Folder(entry.path),
            false => Source::File { path: entry.path, name: entry.name.clone() },
        };
        received.submissions.push(Submission {
            key: entry.name.clone(),
            by: vec![claims],
            at: None,
            late: false,
            sources: vec![source],
            notes: Vec::new(),
        });
    }
    received
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests;
