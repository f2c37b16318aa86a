//! Reads a pack: every file, every setting, every name in it. All mistakes are collected, none stops the reading of
//! what is beside it.

mod cases;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::error::{CatalogError, CatalogErrors};
use super::raw::{
    CompareToml, ExerciseToml, HintToml, LimitsToml, PackToml, PythonToml, TierToml, WrongToml, default_limits,
};
use super::source::PackSource;
use super::{Case, Exercise, FORMAT, Hint, Pack, PackEnvironment, PythonVersion, Tier, When, Wrong};
use crate::model::{
    CaseId, EnvironmentName, ExerciseId, Limits, Options, TierId, Uid, Verdict, WorkFile, did_you_mean, nearest,
};

/// Whether cases must have expectations already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectations {
    /// A case without one is a mistake.
    Required,
    /// They are about to be written.
    Open,
}

/// A file of the pack with its text, for messages.
struct Doc {
    shown: String,
    text: String,
}

/// What is collected on the way.
struct Reader<'a> {
    source: &'a PackSource,
    errors: Vec<CatalogError>,
}

/// Settings on their way down from the pack to the case.
#[derive(Clone)]
struct Inherited {
    python: PythonToml,
    limits: Limits,
    options: Options,
}

impl Doc {
    fn error(&self, span: Option<Range<usize>>, message: impl Into<String>) -> CatalogError {
        CatalogError::at(&self.shown, &self.text, span, message)
    }
}

/// Reads the pack at `source`.
pub fn load(source: &PackSource, expectations: Expectations) -> Result<Pack, CatalogErrors> {
    let mut reader = Reader { source, errors: Vec::new() };
    let pack = reader.pack(expectations);
    match pack {
        Some(pack) if reader.errors.is_empty() => Ok(pack),
        _ => Err(CatalogErrors(reader.errors)),
    }
}

impl Reader<'_> {
    /// Keeps a mistake and goes on.
    fn note<T>(&mut self, result: Result<T, CatalogError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn doc(&mut self, path: &str) -> Option<Doc> {
        let shown = self.source.display(path);
        let Some(bytes) = self.source.read(path) else {
            self.errors.push(CatalogError::new(shown, "there is no such file"));
            return None;
        };
        match String::from_utf8(bytes.to_vec()) {
            Ok(text) => Some(Doc { shown, text }),
            Err(error) => {
                let message = format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to());
                self.errors.push(CatalogError::new(shown, message));
                None
            }
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, doc: &Doc) -> Option<T> {
        let parsed = toml::from_str(&doc.text).map_err(|error| doc.error(error.span(), did_you_mean(error.message())));
        self.note(parsed)
    }

    fn format(&mut self, doc: &Doc, format: u32) {
        if format != FORMAT {
            let message =
                format!("format {format} is not known to this version of practice, which reads format {FORMAT}");
            self.errors.push(doc.error(None, message));
        }
    }

    fn name<T: FromStr>(&mut self, doc: &Doc, text: &Spanned<String>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let parsed = text.get_ref().parse().map_err(|error: T::Err| doc.error(Some(text.span()), error.to_string()));
        self.note(parsed)
    }

    fn inherit(
        &mut self,
        doc: &Doc,
        outer: &Inherited,
        python: &PythonToml,
        limits: &LimitsToml,
        compare: &CompareToml,
    ) -> Inherited {
        let limits = limits.apply(outer.limits).map_err(|(span, message)| doc.error(Some(span), message));
        let options = compare.apply(&outer.options).map_err(|(span, message)| doc.error(Some(span), message));
        Inherited {
            python: python.or(&outer.python),
            limits: self.note(limits).unwrap_or(outer.limits),
            options: self.note(options).unwrap_or_else(|| outer.options.clone()),
        }
    }

    fn pack(&mut self, expectations: Expectations) -> Option<Pack> {
        let doc = self.doc("pack.toml")?;
        let toml: PackToml = self.parse(&doc)?;
        self.format(&doc, toml.format);
        let mut environments = BTreeMap::new();
        for (name, environment) in &toml.environments {
            let parsed = name.parse::<EnvironmentName>().map_err(|error| doc.error(None, error.to_string()));
            let Some(name) = self.note(parsed) else { continue };
            let Some(lock) = self.source.read(environment.lock.get_ref()) else {
                let message = format!("there is no lock file `{}` in the pack", environment.lock.get_ref());
                self.errors.push(doc.error(Some(environment.lock.span()), message));
                continue;
            };
            let (imports, size) = (environment.imports.clone(), environment.size.clone());
            environments.insert(name, PackEnvironment { lock, imports, size });
        }
        let top = Inherited { python: PythonToml::default(), limits: default_limits(), options: Options::default() };
        let top = self.inherit(&doc, &top, &toml.python, &toml.limits, &toml.compare);

        let mut tiers = Vec::new();
        let mut exercises = Vec::new();
        for folder in self.source.folders("") {
            // `locks` and the like are folders of a pack, too: a tier is what says that it is one.
            if self.source.read(&format!("{folder}/tier.toml")).is_none() {
                continue;
            }
            self.tier(&folder, &top, &environments, expectations, &mut tiers, &mut exercises);
        }
        if tiers.is_empty() && self.errors.is_empty() {
            self.errors
                .push(doc.error(None, "the pack has no tier: make a folder with a `tier.toml` beside this file"));
        }
        self.references(&exercises);
        exercises
            .sort_by(|a, b| (a.id.tier(), a.difficulty, a.id.slug()).cmp(&(b.id.tier(), b.difficulty, b.id.slug())));
        let exercises = exercises.into_iter().map(Arc::new).collect();
        Some(Pack { name: toml.name, title: toml.title, source: self.source.clone(), environments, tiers, exercises })
    }

    fn tier(
        &mut self,
        folder: &str,
        outer: &Inherited,
        environments: &BTreeMap<EnvironmentName, PackEnvironment>,
        expectations: Expectations,
        tiers: &mut Vec<Tier>,
        exercises: &mut Vec<Exercise>,
    ) {
        let Some(doc) = self.doc(&format!("{folder}/tier.toml")) else { return };
        let Some(toml) = self.parse::<TierToml>(&doc) else { return };
        self.format(&doc, toml.format);
        let id = folder.parse::<TierId>().map_err(|error| doc.error(None, error.to_string()));
        let Some(id) = self.note(id) else { return };
        let settings = self.inherit(&doc, outer, &toml.python, &toml.limits, &toml.compare);
        for slug in self.source.folders(folder) {
            exercises.extend(self.exercise(&id, &slug, &settings, environments, expectations));
        }
        tiers.push(Tier { id, title: toml.title, summary: toml.summary });
    }

    fn exercise(
        &mut self,
        tier: &TierId,
        slug: &str,
        outer: &Inherited,
        environments: &BTreeMap<EnvironmentName, PackEnvironment>,
        expectations: Expectations,
    ) -> Option<Exercise> {
        let folder = format!("{tier}/{slug}");
        let doc = self.doc(&format!("{folder}/exercise.toml"))?;
        let id = ExerciseId::new(tier.clone(), slug).map_err(|error| doc.error(None, error.to_string()));
        let id = self.note(id)?;
        let toml: ExerciseToml = self.parse(&doc)?;
        self.format(&doc, toml.format);
        let uid: Uid = self.name(&doc, &toml.uid)?;
        let settings = self.inherit(&doc, outer, &toml.python, &toml.limits, &toml.compare);
        let (environment, requires) = self.python(&doc, &settings.python, environments);
        let preload = self.preload(&doc, &settings.python, environments.get(&environment));
        if !(1..=5).contains(toml.difficulty.get_ref()) {
            self.errors.push(doc.error(Some(toml.difficulty.span()), "`difficulty` is 1 to 5"));
        }
        if toml.files.is_empty() || toml.files.iter().any(|file| !file.ends_with(".py") || file.contains("..")) {
            self.errors.push(
                doc.error(None, "`files` names the Python files that the learner writes, such as [\"solution.py\"]"),
            );
        }
        let needs = toml.needs.iter().filter_map(|need| self.name(&doc, need)).collect();

        let cases = self.cases(&doc, &folder, &toml, &settings, expectations);
        let statement = self.doc(&format!("{folder}/README.md")).map(|doc| doc.text).unwrap_or_default();
        let starter = self.solution(&doc, &folder, "starter", &toml.files);
        let reference = self.solution(&doc, &folder, "reference", &toml.files);
        let reference = self.with_given(&doc, &starter, reference, &toml.files);
        let wrong = toml
            .wrong
            .iter()
            .filter_map(|wrong| self.wrong(&doc, &folder, wrong, &toml.files, &reference, &cases))
            .collect();
        let generator = toml.generator.as_ref().and_then(|path| {
            let found = self.source.read(&format!("{folder}/{}", path.get_ref()));
            if found.is_none() || path.get_ref().contains("..") {
                let message = format!("there is no `{}` in this folder", path.get_ref());
                self.errors.push(doc.error(Some(path.span()), message));
            }
            found
        });
        let mut hints: Vec<Hint> = toml.hint.iter().filter_map(|hint| self.hint(&doc, hint, &cases)).collect();
        hints.sort_by_key(|hint| hint.level);
        Some(Exercise {
            id,
            uid,
            title: toml.title,
            summary: toml.summary,
            topic: toml.topic,
            way: toml.way,
            roles: toml.roles,
            difficulty: *toml.difficulty.get_ref(),
            minutes: toml.minutes,
            needs,
            files: toml.files,
            tools: toml.tools,
            environment,
            requires,
            preload,
            statement,
            starter,
            reference,
            wrong,
            equal: toml.equal.into_iter().map(|equal| (equal.mutant, equal.reason)).collect(),
            hints,
            generator,
            scoring: toml.scoring,
            cases,
        })
    }

    fn python(
        &mut self,
        doc: &Doc,
        python: &PythonToml,
        environments: &BTreeMap<EnvironmentName, PackEnvironment>,
    ) -> (EnvironmentName, PythonVersion) {
        let mut environment = EnvironmentName::stdlib();
        if let Some(name) = &python.environment {
            // The span is the file's that the setting was inherited from, which may be another one.
            match name.get_ref().parse::<EnvironmentName>() {
                Ok(named) if named.is_stdlib() || environments.contains_key(&named) => environment = named,
                _ => {
                    let known: Vec<&str> = environments.keys().map(EnvironmentName::as_str).chain(["stdlib"]).collect();
                    let message = format!(
                        "there is no environment `{}` in pack.toml: known are {}",
                        name.get_ref(),
                        known.join(", ")
                    );
                    self.errors.push(doc.error(None, message));
                }
            }
        }
        let mut requires = PythonVersion(3, 11);
        if let Some(text) = &python.requires {
            match parse_requires(text.get_ref()) {
                Some(version) => requires = version,
                None => {
                    let message = format!("`{}` is not a Python requirement: write \">=3.11\"", text.get_ref());
                    self.errors.push(doc.error(None, message));
                }
            }
        }
        (environment, requires)
    }

    /// The modules that are loaded ahead.
    fn preload(&mut self, doc: &Doc, python: &PythonToml, environment: Option<&PackEnvironment>) -> Vec<String> {
        let Some(named) = &python.preload else {
            return environment.map(|environment| environment.imports.clone()).unwrap_or_default();
        };
        let is_name = |part: &str| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        };
        for module in named.get_ref().iter().filter(|module| !module.split('.').all(is_name)) {
            let message = format!("`preload` names modules, such as \"numpy\"; `{module}` is none");
            self.errors.push(doc.error(None, message));
        }
        named.get_ref().clone()
    }

    /// The files of `starter/` or `reference/`, which must have all that the learner is to write.
    fn solution(&mut self, doc: &Doc, folder: &str, name: &str, files: &[String]) -> Vec<WorkFile> {
        let found = self.source.files_below(&format!("{folder}/{name}"));
        for file in files {
            if !found.iter().any(|have| have.path == *file) {
                self.errors.push(doc.error(None, format!("there is no `{name}/{file}` in this folder")));
            }
        }
        found
    }

    /// The reference with the files that the starter gives. It may have them, too, but no others of their names: what
    /// learners run with is the starter's.
    fn with_given(
        &mut self,
        doc: &Doc,
        starter: &[WorkFile],
        mut reference: Vec<WorkFile>,
        files: &[String],
    ) -> Vec<WorkFile> {
        // With a wrong name in `files`, which was told, nobody knows what is given.
        if !files.iter().all(|name| starter.iter().any(|file| file.path == *name)) {
            return reference;
        }
        for given in starter.iter().filter(|file| !files.contains(&file.path)) {
            match reference.iter().find(|file| file.path == given.path) {
                Some(own) if own.bytes != given.bytes => {
                    let path = &given.path;
                    let message = format!(
                        "`starter/{path}` is given, and `reference/{path}` is not the same: name it in `files` if learners \
                         are to change it, otherwise leave it out of `reference`"
                    );
                    self.errors.push(doc.error(None, message));
                }
                Some(_) => {}
                None => reference.push(given.clone()),
            }
        }
        reference
    }

    fn wrong(
        &mut self,
        doc: &Doc,
        folder: &str,
        toml: &WrongToml,
        files: &[String],
        reference: &[WorkFile],
        cases: &[Case],
    ) -> Option<Wrong> {
        let path = toml.file.get_ref();
        let Some(bytes) = self.source.read(&format!("{folder}/{path}")) else {
            self.errors.push(doc.error(Some(toml.file.span()), format!("there is no `{path}` in this folder")));
            return None;
        };
        let mut solution = reference.to_vec();
        if let Some(file) = solution.iter_mut().find(|file| Some(&file.path) == files.first()) {
            file.bytes = bytes;
        }
        let fails = toml.fails.iter().filter_map(|case| self.case_name(doc, case, cases)).collect::<Vec<_>>();
        if toml.fails.is_empty() {
            self.errors.push(
                doc.error(Some(toml.file.span()), "a wrong solution fails at least one case: name them in `fails`"),
            );
        }
        Some(Wrong { file: path.clone(), solution, fails, says: toml.says.clone() })
    }

    /// The id of a case that there is.
    fn case_name(&mut self, doc: &Doc, text: &Spanned<String>, cases: &[Case]) -> Option<CaseId> {
        if let Some(case) = cases.iter().find(|case| case.id.as_str() == text.get_ref()) {
            return Some(case.id.clone());
        }
        let near = nearest(text.get_ref(), cases.iter().map(|case| case.id.as_str()));
        let offer = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
        self.errors.push(doc.error(Some(text.span()), format!("there is no case `{}`{offer}", text.get_ref())));
        None
    }

    fn hint(&mut self, doc: &Doc, toml: &HintToml, cases: &[Case]) -> Option<Hint> {
        let when = match &toml.when {
            None => None,
            Some(when) => {
                let verdict = match &when.verdict {
                    None => None,
                    Some(text) => match Verdict::ALL.iter().find(|verdict| verdict.id() == text.get_ref()) {
                        Some(verdict) => Some(*verdict),
                        None => {
                            self.errors.push(
                                doc.error(Some(text.span()), format!("there is no verdict `{}`", text.get_ref())),
                            );
                            None
                        }
                    },
                };
                let case = when.case.as_ref().and_then(|case| self.case_name(doc, case, cases));
                Some(When { case, verdict, exception: when.exception.clone(), rule: when.rule.clone() })
            }
        };
        if !(1..=9).contains(toml.level.get_ref()) {
            self.errors.push(doc.error(Some(toml.level.span()), "`level` is 1 to 9"));
        }
        Some(Hint { level: *toml.level.get_ref(), when, text: toml.text.clone() })
    }

    /// Checks what exercises say of each other.
    fn references(&mut self, exercises: &[Exercise]) {
        let mut seen: HashMap<&Uid, &Exercise> = HashMap::new();
        for exercise in exercises {
            let file =
                |source: &PackSource, exercise: &Exercise| source.display(&format!("{}/exercise.toml", exercise.id));
            if let Some(other) = seen.insert(&exercise.uid, exercise) {
                let message = format!(
                    "two exercises have the uid `{}`: the other is {}; a uid is never used twice",
                    exercise.uid,
                    file(self.source, other)
                );
                self.errors.push(CatalogError::new(file(self.source, exercise), message));
            }
            for need in &exercise.needs {
                if !exercises.iter().any(|other| other.id == *need) {
                    let ids: Vec<String> = exercises.iter().map(|other| other.id.to_string()).collect();
                    let near = nearest(&need.to_string(), ids.iter().map(String::as_str)).map(str::to_owned);
                    let offer = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
                    let message = format!("`needs` names `{need}`, which is not in the pack{offer}");
                    self.errors.push(CatalogError::new(file(self.source, exercise), message));
                }
            }
        }
    }
}

/// Reads `">=3.11"`.
fn parse_requires(text: &str) -> Option<PythonVersion> {
    let (major, minor) = text.strip_prefix(">=")?.trim().split_once('.')?;
    Some(PythonVersion(major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests;
