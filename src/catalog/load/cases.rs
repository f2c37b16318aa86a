//! `cases.toml`: the keys that all cases have, and the rest for the kind to read.

use std::cell::RefCell;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Doc, Expectations, Inherited, Reader};
use crate::catalog::Case;
use crate::catalog::raw::{CaseToml, ExerciseToml, PythonToml};
use crate::catalog::source::ExerciseFiles;
use crate::kind::{self, Context};
use crate::model::{CaseId, did_you_mean, nearest};

impl Reader<'_> {
    /// Reads `cases.toml`. Those that are wrong are left out, with a mistake noted for each.
    pub(super) fn cases(
        &mut self,
        exercise: &Doc,
        folder: &str,
        toml: &ExerciseToml,
        settings: &Inherited,
        expectations: Expectations,
    ) -> Vec<Case> {
        let Some(doc) = self.doc(&format!("{folder}/cases.toml")) else { return Vec::new() };
        if kind::entry(toml.kind.get_ref()).is_none() {
            self.errors.push(exercise.error(Some(toml.kind.span()), unknown_kind(toml.kind.get_ref())));
            return Vec::new();
        }
        let table = DeTable::parse(&doc.text).map_err(|error| doc.error(error.span(), did_you_mean(error.message())));
        let Some(table) = self.note(table) else { return Vec::new() };
        let mut cases: Vec<Case> = Vec::new();
        let mut format = None;
        for (key, value) in table.into_inner() {
            match (key.get_ref().as_ref(), value.into_inner()) {
                ("format", DeValue::Integer(number)) => format = number.as_str().parse::<u32>().ok(),
                ("case", DeValue::Array(items)) => {
                    for item in items {
                        let span = item.span();
                        let DeValue::Table(table) = item.into_inner() else {
                            self.errors.push(doc.error(Some(span), "a case is a table: write [[case]]"));
                            continue;
                        };
                        let read = self.case(&doc, folder, toml, settings, Spanned::new(span.clone(), table));
                        let Some(case) = read else { continue };
                        if cases.iter().any(|other| other.id == case.id) {
                            self.errors.push(doc.error(Some(span), format!("two cases have the id `{}`", case.id)));
                        } else if expectations == Expectations::Required && !case.kind.has_expectation() {
                            let message = format!(
                                "the case `{}` expects nothing: write its expectation, or run `practice snap {folder}`",
                                case.id
                            );
                            self.errors.push(doc.error(Some(span), message));
                        } else {
                            cases.push(case);
                        }
                    }
                }
                (name, _) => {
                    let message = format!("unknown key `{name}`: a cases file has `format = 1` and [[case]] tables");
                    self.errors.push(doc.error(Some(key.span()), message));
                }
            }
        }
        match format {
            Some(format) => self.format(&doc, format),
            None => self.errors.push(doc.error(None, "`format = 1` is missing")),
        }
        if cases.is_empty() && self.errors.is_empty() {
            self.errors.push(doc.error(None, "the exercise has no cases"));
        }
        cases
    }

    fn case(
        &mut self,
        doc: &Doc,
        folder: &str,
        exercise: &ExerciseToml,
        settings: &Inherited,
        table: Spanned<DeTable<'_>>,
    ) -> Option<Case> {
        let span = table.span();
        let (common, own): (DeTable<'_>, DeTable<'_>) =
            table.into_inner().into_iter().partition(|(key, _)| CaseToml::KEYS.contains(&key.get_ref().as_ref()));
        let common = toml::Deserializer::from(Spanned::new(span.clone(), common));
        let common = <CaseToml as serde::Deserialize>::deserialize(common)
            .map_err(|error| doc.error(error.span().or(Some(span.clone())), did_you_mean(error.message())));
        let common: CaseToml = self.note(common)?;
        let id: CaseId = self.name(doc, &common.id)?;
        let kind_name = common.kind.as_ref().unwrap_or(&exercise.kind);
        let Some(entry) = kind::entry(kind_name.get_ref()) else {
            self.errors.push(doc.error(Some(kind_name.span()), unknown_kind(kind_name.get_ref())));
            return None;
        };
        for (key, _) in &own {
            if !entry.keys.contains(&key.get_ref().as_ref()) {
                let known = || CaseToml::KEYS.iter().chain(entry.keys).copied();
                let message = match nearest(key.get_ref(), known()) {
                    Some(near) => format!("unknown key `{}`: did you mean `{near}`?", key.get_ref()),
                    None => {
                        format!("unknown key `{}`: known are {}", key.get_ref(), known().collect::<Vec<_>>().join(", "))
                    }
                };
                self.errors.push(doc.error(Some(key.span()), message));
                return None;
            }
        }
        let settings = self.inherit(doc, settings, &PythonToml::default(), &common.limits, &common.compare);
        let mut texts = Vec::new();
        own.iter().for_each(|(_, value)| texts_in(value.get_ref(), &mut texts));
        let files = ExerciseFiles { source: self.source, folder, read: RefCell::default() };
        let context = Context {
            files: &files,
            options: settings.options,
            arguments: exercise.arguments,
            solution: &exercise.files,
        };
        let read = (entry.read)(Spanned::new(span.clone(), own), &context);
        let kind = read.map_err(|error| {
            let message = format!("case `{id}`: {}", did_you_mean(&error.message));
            doc.error(error.span.or(Some(span)), message)
        });
        texts.extend(files.read.into_inner());
        let replaces = common.replaces.as_ref().and_then(|replaces| self.name(doc, replaces));
        Some(Case {
            id,
            purpose: common.purpose,
            weight: common.weight,
            hidden: common.hidden,
            group: common.group,
            texts,
            replaces,
            limits: settings.limits,
            kind: self.note(kind)?,
        })
    }
}

/// All texts in a value.
fn texts_in(value: &DeValue<'_>, found: &mut Vec<Arc<[u8]>>) {
    match value {
        DeValue::String(text) => found.push(Arc::from(text.as_bytes())),
        DeValue::Array(items) => items.iter().for_each(|item| texts_in(item.get_ref(), found)),
        DeValue::Table(table) => table.iter().for_each(|(_, item)| texts_in(item.get_ref(), found)),
        _ => {}
    }
}

fn unknown_kind(name: &str) -> String {
    let known: Vec<&str> = kind::KINDS.iter().map(|entry| entry.name).collect();
    format!("there is no kind of case `{name}`: known are {}", known.join(", "))
}
