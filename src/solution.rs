//! Reads what a learner wrote: a folder of files, hostile until proven otherwise.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{Mode, OFlags};

use crate::catalog::Exercise;
use crate::model::WorkFile;

/// A solution has at most so many files ...
const MOST_FILES: usize = 500;
/// ... so many bytes in all ...
const MOST_BYTES: u64 = 32 << 20;
/// ... and folders so deep.
const MOST_DEPTH: usize = 8;

/// What was found in a solution's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Files to run.
    Solution(Arc<[WorkFile]>),
    /// Nothing that could be run, and why, in one sentence.
    NotAttempted(String),
}

/// The folder of an exercise's solution.
pub fn folder(solutions: &Path, exercise: &Exercise) -> PathBuf {
    solutions.join(exercise.id.tier().as_str()).join(exercise.id.slug())
}

/// Reads the solution of `exercise` in `folder`; `current` is the folder that paths in messages are relative to.
///
/// Fails only when the machine does. A folder that is missing, too large, or not a folder is no attempt.
pub fn read(folder: &Path, exercise: &Exercise, current: &Path) -> io::Result<Attempt> {
    Ok(match found(folder, exercise, current)? {
        Err(why) => Attempt::NotAttempted(why),
        Ok(files) if is_starter(&files, exercise) => {
            let entry = folder.strip_prefix(current).unwrap_or(folder).join(exercise.entry());
            Attempt::NotAttempted(format!("{} is still the starter", entry.display()))
        }
        Ok(files) => Attempt::Solution(with_given(files, exercise)),
    })
}

/// The same, also of what is still the starter: the files that a case would run, or why there are none.
pub fn read_begun_or_not(
    folder: &Path,
    exercise: &Exercise,
    current: &Path,
) -> io::Result<Result<Arc<[WorkFile]>, String>> {
    Ok(found(folder, exercise, current)?.map(|files| with_given(files, exercise)))
}

/// Whether a program that is started in `folder` finds just these files there: those that a case runs.
pub fn is_as_run(folder: &Path, files: &[WorkFile]) -> bool {
    let mut left = files.len();
    for entry in walk(folder) {
        let Ok(entry) = entry else { return false };
        if entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path().strip_prefix(folder).ok().and_then(Path::to_str);
        let is_run = |file: &WorkFile| {
            Some(file.path.as_str()) == path
                && read_regular(entry.path(), file.bytes.len() as u64)
                    .is_ok_and(|read| read.as_deref() == Some(&*file.bytes))
        };
        if !files.iter().any(is_run) {
            return false;
        }
        left = left.saturating_sub(1);
    }
    left == 0
}

/// What of a folder could be a solution's: not what is hidden or made by tools.
fn walk(folder: &Path) -> impl Iterator<Item = walkdir::Result<walkdir::DirEntry>> {
    let skipped =
        |name: &str| name.starts_with('.') || name == "__pycache__" || name == "node_modules" || name == "venv";
    let walk = walkdir::WalkDir::new(folder).max_depth(MOST_DEPTH).sort_by_file_name().into_iter();
    walk.filter_entry(move |entry| entry.depth() == 0 || !skipped(&entry.file_name().to_string_lossy()))
}

/// The files in a solution's folder, or why there is no solution.
fn found(folder: &Path, exercise: &Exercise, current: &Path) -> io::Result<Result<Vec<WorkFile>, String>> {
    let not = |why: String| Ok(Err(why));
    let entry = exercise.entry();
    let shown = folder.strip_prefix(current).unwrap_or(folder);
    match fs_err::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return not(format!("there is no {}: `practice init` writes the starter", shown.join(entry).display()));
        }
        Err(error) => return Err(error),
        Ok(about) if !about.is_dir() => return not(format!("{} is not a folder", shown.display())),
        Ok(_) => {}
    }
    match fs_err::metadata(folder.join(entry)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return not(format!("there is no {entry} in {}: `practice init` writes the starter", shown.display()));
        }
        Err(error) => return Err(error),
        Ok(about) if !about.is_file() => return not(format!("{} is not a file", shown.join(entry).display())),
        Ok(_) => {}
    }
    if let Some(tool) = missing_tool(exercise) {
        return not(format!("it needs the program `{tool}`, which this machine does not have"));
    }
    let mut files = Vec::new();
    let mut bytes = 0;
    for entry in walk(folder) {
        let entry = entry.map_err(io::Error::from)?;
        if !entry.file_type().is_file() {
            // Links are not followed: what they point to is not handed in.
            continue;
        }
        let Some(path) = entry.path().strip_prefix(folder).ok().and_then(Path::to_str) else { continue };
        let read = read_regular(entry.path(), MOST_BYTES - bytes)?;
        let Some(read) = read.filter(|_| files.len() < MOST_FILES) else {
            return not(format!(
                "{} is too large for a solution: at most {MOST_FILES} files and {} MB",
                shown.display(),
                MOST_BYTES >> 20
            ));
        };
        bytes += read.len() as u64;
        files.push(WorkFile { path: path.to_owned(), bytes: read.into() });
    }
    Ok(Ok(files))
}

/// The attempt of somebody whose files these are: bounded and named by whoever read them.
pub fn of_files(files: Vec<WorkFile>, exercise: &Exercise) -> Attempt {
    if files.is_empty() {
        return Attempt::NotAttempted("nothing was handed in for it".to_owned());
    }
    let entry = exercise.entry();
    if !files.iter().any(|file| file.path == entry) {
        let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).take(5).collect();
        return Attempt::NotAttempted(format!("there is no {entry} in what was handed in, only {}", names.join(", ")));
    }
    if is_starter(&files, exercise) {
        return Attempt::NotAttempted(format!("{entry} is still the starter"));
    }
    Attempt::Solution(with_given(files, exercise))
}

/// A learner's files with those that the author gives as the author wrote them, whatever became of them since.
fn with_given(mut files: Vec<WorkFile>, exercise: &Exercise) -> Arc<[WorkFile]> {
    let given: Vec<&WorkFile> = exercise.given().collect();
    files.retain(|file| !given.iter().any(|given| given.path == file.path || hides(&file.path, &given.path)));
    files.extend(given.into_iter().cloned());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.into()
}

/// Whether Python, or a type checker, would take `path` in the place of the module `given`: a package of its name, a
/// library or a stub.
fn hides(path: &str, given: &str) -> bool {
    let Some(module) = given.strip_suffix(".py") else { return false };
    let Some(rest) = path.strip_prefix(module) else { return false };
    rest.starts_with('/') || rest.starts_with('.') && [".so", ".pyc", ".pyi"].iter().any(|end| rest.ends_with(end))
}

/// The first program that solutions of this exercise need and this machine does not have where cases look for programs.
pub fn missing_tool(exercise: &Exercise) -> Option<&str> {
    let is_there =
        |tool: &str| ["/usr/local/bin", "/usr/bin", "/bin"].iter().any(|at| Path::new(at).join(tool).exists());
    exercise.tools.iter().map(String::as_str).find(|tool| !is_there(tool))
}

/// The bytes of a regular file, or `None` when they are more than `most` or it is no regular file any more.
fn read_regular(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fd = rustix::fs::open(path, flags, Mode::empty())
        .map_err(|error| io::Error::new(io::Error::from(error).kind(), format!("{}: {error}", path.display())))?;
    let file = std::fs::File::from(fd);
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Whether nothing was changed yet in the files that the learner writes.
fn is_starter(files: &[WorkFile], exercise: &Exercise) -> bool {
    exercise.files.iter().all(|name| {
        let of = |all: &[WorkFile]| all.iter().find(|file| file.path == *name).map(|file| file.bytes.clone());
        of(files) == of(&exercise.starter)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_module_cannot_be_hidden() {
        for path in ["usage/__init__.py", "usage.so", "usage.cpython-311-x86_64-linux-gnu.so", "usage.pyi", "usage.pyc"]
        {
            assert!(hides(path, "usage.py"), "{path}");
        }
        for path in ["usage.py", "usages.py", "usage.txt", "usage_2/a.py", "sub/usage.py", "usage"] {
            assert!(!hides(path, "usage.py"), "{path}");
        }
        assert!(hides("lib/usage/__init__.py", "lib/usage.py"));
        assert!(!hides("data/a", "data"));
    }
}
