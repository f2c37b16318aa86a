//! The exercise pack: found, read, checked for mistakes of form. Nothing is run here.

mod error;
mod load;
mod raw;
mod schema;
mod select;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::kind::Kind;
use crate::model::{CaseId, EnvironmentName, ExerciseId, Limits, TierId, Uid, Verdict, WorkFile, digest};

pub use error::{CatalogError, CatalogErrors};
pub use load::{Expectations, load};
pub use raw::{Role, Scoring, Topic, Way, default_limits};
pub use schema::schemas;
pub use select::{SelectError, Selector, State, select};
pub use source::PackSource;

/// The version of the exercise format that this program reads.
pub const FORMAT: u32 = 1;

/// A pack of exercises.
#[derive(Debug)]
pub struct Pack {
    /// Its name, recorded with every run.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Where it was read from.
    pub source: PackSource,
    /// Its Python environments by name; `stdlib` is always there and not listed.
    pub environments: BTreeMap<EnvironmentName, PackEnvironment>,
    /// Its tiers, sorted by id.
    pub tiers: Vec<Tier>,
    /// Its exercises: by tier, then by difficulty, then by name.
    pub exercises: Vec<Arc<Exercise>>,
}

impl Pack {
    /// The exercise of this id.
    pub fn exercise(&self, id: &ExerciseId) -> Option<&Arc<Exercise>> {
        self.exercises.iter().find(|exercise| exercise.id == *id)
    }

    /// The exercises of a tier.
    pub fn of_tier<'a>(&'a self, tier: &'a TierId) -> impl Iterator<Item = &'a Arc<Exercise>> {
        self.exercises.iter().filter(move |exercise| exercise.id.tier() == tier)
    }

    /// A hash of all of an exercise that a verdict can depend on: not its statement and hints, and not its wrong solutions.
    pub fn digest(&self, exercise: &Exercise) -> String {
        let folder = exercise.id.to_string();
        let matters = |path: &str| path != "README.md" && path != "generate.py" && !path.starts_with("wrong/");
        let files: Vec<WorkFile> =
            self.source.files_below(&folder).into_iter().filter(|file| matters(&file.path)).collect();
        let above = ["pack.toml".to_owned(), format!("{}/tier.toml", exercise.id.tier())];
        let above: Vec<_> = above.iter().filter_map(|path| self.source.read(path)).collect();
        let files = digest::of_files(&files);
        digest::hash(above.iter().map(|bytes| &**bytes).chain([files.as_bytes()]))
    }
}

/// A Python environment that a pack defines.
#[derive(Debug, Clone)]
pub struct PackEnvironment {
    /// The lock file: pip's format, with hashes.
    pub lock: Arc<[u8]>,
    /// What people import from it.
    pub imports: Vec<String>,
    /// How much it takes on disk, in the author's words.
    pub size: Option<String>,
}

/// A tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// The name of its folder.
    pub id: TierId,
    /// Its title.
    pub title: String,
    /// One sentence.
    pub summary: String,
}

/// An exercise.
#[derive(Debug)]
pub struct Exercise {
    /// `<tier>/<slug>`
    pub id: ExerciseId,
    /// Its id that survives a rename.
    pub uid: Uid,
    /// Its title.
    pub title: String,
    /// One line on what is to be done.
    pub summary: String,
    /// What it practises.
    pub topic: Topic,
    /// In which way it is learned.
    pub way: Way,
    /// Who needs it.
    pub roles: Vec<Role>,
    /// 1 to 5.
    pub difficulty: u8,
    /// How long it takes somebody who knows the topic a little.
    pub minutes: u16,
    /// Exercises to do before.
    pub needs: Vec<ExerciseId>,
    /// The learner's files; the first is run or imported.
    pub files: Vec<String>,
    /// Programs of the system that a solution needs.
    pub tools: Vec<String>,
    /// What a solution can import.
    pub environment: EnvironmentName,
    /// The oldest Python.
    pub requires: PythonVersion,
    /// Modules of the environment that a warm interpreter has loaded before a case starts.
    pub preload: Vec<String>,
    /// The statement, Markdown.
    pub statement: String,
    /// What the learner starts from.
    pub starter: Vec<WorkFile>,
    /// The author's solution.
    pub reference: Vec<WorkFile>,
    /// Typical mistakes, each as a whole solution.
    pub wrong: Vec<Wrong>,
    /// Mutants of the reference that no case can catch: their names, and why.
    pub equal: Vec<(String, String)>,
    /// Hints, by rising level.
    pub hints: Vec<Hint>,
    /// The Python that makes new cases from a seed, for reviews.
    pub generator: Option<Arc<[u8]>>,
    /// How points are given.
    pub scoring: Scoring,
    /// The proof.
    pub cases: Vec<Case>,
}

impl Exercise {
    /// The file that is run or imported.
    pub fn entry(&self) -> &str {
        self.files.first().map_or("solution.py", String::as_str)
    }

    /// The files of the starter that the learner does not write: they are always as the author wrote them.
    pub fn given(&self) -> impl Iterator<Item = &WorkFile> {
        self.starter.iter().filter(|file| !self.files.contains(&file.path))
    }

    /// The sum of the cases' weights.
    pub fn max_points(&self) -> u32 {
        self.cases.iter().map(|case| case.weight).sum()
    }

    /// The points when these of its cases passed, as its scoring says.
    pub fn points(&self, passed: &BTreeSet<usize>) -> u32 {
        if self.scoring == Scoring::AllOrNothing && passed.len() < self.cases.len() {
            return 0;
        }
        let lost: BTreeSet<&String> = self
            .with_index()
            .filter_map(|(at, case)| (!passed.contains(&at)).then_some(case.group.as_ref()).flatten())
            .collect();
        let gives = |(at, case): &(usize, &Case)| {
            passed.contains(at) && case.group.as_ref().is_none_or(|group| !lost.contains(group))
        };
        self.with_index().filter(gives).map(|(_, case)| case.weight).sum()
    }

    fn with_index(&self) -> impl Iterator<Item = (usize, &Case)> {
        self.cases.iter().enumerate()
    }
}

/// The oldest Python that will do: major and minor version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PythonVersion(pub u32, pub u32);

/// A mistake that people make, as a whole solution.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// Its path in the exercise's folder.
    pub file: String,
    /// The solution: the reference with this file in the place of the first one.
    pub solution: Vec<WorkFile>,
    /// The cases that it fails, exactly.
    pub fails: Vec<CaseId>,
    /// One sentence that explains the mistake to a learner.
    pub says: String,
}

/// A hint.
#[derive(Debug, Clone)]
pub struct Hint {
    /// 1 nudges, 2 names the tool, 3 all but gives it away.
    pub level: u8,
    /// The failure that it is for; `None` for any.
    pub when: Option<When>,
    /// Markdown.
    pub text: String,
}

/// A failure that a hint is for. What is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// This case failed.
    pub case: Option<CaseId>,
    /// A case has this verdict.
    pub verdict: Option<Verdict>,
    /// A case ended with an exception of this class.
    pub exception: Option<String>,
    /// A linter or type checker found this.
    pub rule: Option<String>,
}

/// A case.
#[derive(Debug)]
pub struct Case {
    /// Its id, unique in the exercise.
    pub id: CaseId,
    /// What it is there for, in the author's words.
    pub purpose: String,
    /// Points.
    pub weight: u32,
    /// Whether its input, expectation and output are kept from the learner.
    pub hidden: bool,
    /// The group that it gives its points with.
    pub group: Option<String>,
    /// The texts of its table, and the files that it names: what nobody may read where the case is hidden.
    pub texts: Vec<Arc<[u8]>>,
    /// The case that this one corrects.
    pub replaces: Option<CaseId>,
    /// What it may use.
    pub limits: Limits,
    /// What is particular to its kind.
    pub kind: Box<dyn Kind>,
}
