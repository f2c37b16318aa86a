//! Which files of a submission belong to which exercise.
//!
//! The first rule that fits a file decides:
//! 1. `.../<tier>/<slug>/<file>`, at most four folders deep: a whole workspace, or its `solutions` folder.
//! 2. `.../<slug>/<file>`.
//! 3. A file named after the exercise: `<slug>.py`, `<tier>-<slug>.py`, with `_` or `-`.
//! 4. When one exercise is wanted and nothing was found for it: its own file names, wherever they all are; or the only
//!    Python file that there is, whatever it is called.

use std::collections::BTreeMap;

use crate::model::{ExerciseId, WorkFile};

/// An exercise that files are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its id.
    pub id: ExerciseId,
    /// The file that is run or imported.
    pub entry: String,
}

/// The files of each exercise, with paths as in a solution's folder; and what belongs to none, by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// By exercise.
    pub files: BTreeMap<ExerciseId, Vec<WorkFile>>,
    /// What belongs to none.
    pub rest: Vec<String>,
}

/// Folders that may stand before an exercise's own.
const MOST_BEFORE: usize = 4;

/// Tells the files of `wanted` apart.
pub fn assign(files: Vec<WorkFile>, wanted: &[Wanted]) -> Assigned {
    let mut assigned = Assigned::default();
    let mut rest = Vec::new();
    for file in files {
        match place(&file.path, wanted) {
            Some((exercise, path)) => {
                let mine = assigned.files.entry(exercise.id.clone()).or_default();
                // Two copies of one file: the first rule that found one stands, and the order of paths is fixed.
                match mine.iter().any(|other| other.path == path) {
                    true => assigned.rest.push(file.path),
                    false => mine.push(WorkFile { path, ..file }),
                }
            }
            None => rest.push(file),
        }
    }
    if let [only] = wanted
        && !assigned.files.contains_key(&only.id)
    {
        let (mine, others) = only_one(rest, only);
        if !mine.is_empty() {
            assigned.files.insert(only.id.clone(), mine);
        }
        rest = others;
    }
    assigned.rest.extend(rest.into_iter().map(|file| file.path));
    assigned.rest.sort();
    assigned
}

/// The exercise of a path by the rules that need no other file, and the path in its folder.
fn place<'a>(path: &str, wanted: &'a [Wanted]) -> Option<(&'a Wanted, String)> {
    let parts: Vec<&str> = path.split('/').collect();
    let (file, folders) = parts.split_last()?;
    let same = |a: &str, b: &str| a.replace('_', "-").eq_ignore_ascii_case(b);
    let tier = |one: &Wanted| one.id.tier().as_str().to_owned();
    for at in 0..folders.len().min(MOST_BEFORE + 1) {
        let found = wanted.iter().find(|one| {
            same(folders[at], &tier(one)) && folders.get(at + 1).is_some_and(|slug| same(slug, one.id.slug()))
        });
        if let Some(one) = found {
            return Some((one, parts[at + 2..].join("/")));
        }
    }
    for at in 0..folders.len().min(MOST_BEFORE + 1) {
        if let Some(one) = wanted.iter().find(|one| same(folders[at], one.id.slug())) {
            return Some((one, parts[at + 1..].join("/")));
        }
    }
    let stem = file.strip_suffix(".py")?;
    let named = |one: &&Wanted| same(stem, one.id.slug()) || same(stem, &format!("{}-{}", tier(one), one.id.slug()));
    wanted.iter().find(named).map(|one| (one, one.entry.clone()))
}

/// The files of the only exercise that is wanted, and the others.
fn only_one(files: Vec<WorkFile>, only: &Wanted) -> (Vec<WorkFile>, Vec<WorkFile>) {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    // The shallowest file of that name; all that lies beside it and below is the solution.
    let named = files.iter().filter(|file| file.path.rsplit('/').next() == Some(only.entry.as_str()));
    if let Some(entry) = named.min_by_key(|file| file.path.matches('/').count()) {
        let root = folder(&entry.path);
        let (mine, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.path.starts_with(&root));
        let inside = |file: WorkFile| WorkFile { path: file.path[root.len()..].to_owned(), ..file };
        return (mine.into_iter().map(inside).collect(), others);
    }
    let python = |file: &&WorkFile| file.path.ends_with(".py");
    match files.iter().filter(python).count() {
        1 => {
            let (mine, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.path.ends_with(".py"));
            (mine.into_iter().map(|file| WorkFile { path: only.entry.clone(), ..file }).collect(), others)
        }
        _ => (Vec::new(), files),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    fn wanted(ids: &[&str]) -> Vec<Wanted> {
        ids.iter().map(|id| Wanted { id: id.parse().unwrap(), entry: "solution.py".to_owned() }).collect()
    }

    /// `exercise: path` of each file, and the rest.
    fn told(paths: &[&str], ids: &[&str]) -> (Vec<String>, Vec<String>) {
        let file = |path: &&str| WorkFile { path: (*path).to_owned(), bytes: [].into() };
        let assigned = assign(paths.iter().map(file).collect(), &wanted(ids));
        let one = |(id, files): (ExerciseId, Vec<WorkFile>)| {
            files.into_iter().map(|file| format!("{id}: {}", file.path)).collect::<Vec<_>>()
        };
        (assigned.files.into_iter().flat_map(one).collect(), assigned.rest)
    }

    #[test]
    fn files_find_their_exercise() {
        let two = ["tier1/a-b", "tier2/c"];
        let paths = [
            "hw/solutions/tier1/a-b/solution.py",
            "hw/solutions/tier1/a-b/data/x.json",
            "hw/runner.toml",
            "c/solution.py",
            "other.py",
        ];
        let (files, rest) = told(&paths, &two);
        assert_eq!(files, ["tier1/a-b: solution.py", "tier1/a-b: data/x.json", "tier2/c: solution.py"]);
        assert_eq!(rest, ["hw/runner.toml", "other.py"]);
        let (files, rest) = told(&["a_b.py", "tier2-c.py", "x/y.py"], &two);
        assert_eq!(files, ["tier1/a-b: solution.py", "tier2/c: solution.py"]);
        assert_eq!(rest, ["x/y.py"]);
        // Two copies: nothing vanishes in silence.
        let (files, rest) = told(&["a-b.py", "a_b.py"], &two);
        assert_eq!((files.len(), rest), (1, vec!["a_b.py".to_owned()]));
    }

    #[test]
    fn the_only_exercise_takes_what_there_is() {
        let one = ["tier1/a"];
        assert_eq!(
            told(&["hw1/solution.py", "hw1/helper.py", "z.txt"], &one).0,
            ["tier1/a: solution.py", "tier1/a: helper.py"]
        );
        assert_eq!(
            told(&["my homework.py", "notes.txt"], &one),
            (vec!["tier1/a: solution.py".to_owned()], vec!["notes.txt".to_owned()])
        );
        assert_eq!(told(&["x.py", "y.py"], &one).0, [""; 0]);
        assert_eq!(told(&["x.py"], &["tier1/a", "tier1/b"]).0, [""; 0]);
    }
}
