//! `kind = "artifact"`: a program or a call that writes files; they are compared by their type, and nothing else in the
//! work folder may be new or changed.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeTable;

use super::source::{Source, is_inside};
use super::{
    Context, Entry, ExpectedFile, Judgement, Kind, ReadError, Setup, Snapped, SnappedValue, call, check_writes, ending,
    read_table, script,
};
use crate::compare;
use crate::event::Shown;
use crate::model::{Content, Facts, Format, Job, Limits, Options, Verdict};

pub const ENTRY: Entry = Entry {
    name: "artifact",
    keys: &[
        "writes",
        "call",
        "returns",
        "raises",
        "arguments",
        "after",
        "args",
        "stdin",
        "env",
        "files",
        "stdout",
        "exit",
    ],
    read,
    schema: |generator| generator.root_schema_for::<Table>().to_value().try_into().unwrap_or_default(),
};

/// The keys of an artifact case, besides those of `call` or `script`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Files expected in the work folder afterwards, and no other new or changed ones.
    #[schemars(with = "Option<BTreeMap<String, Source>>")]
    writes: Option<Spanned<BTreeMap<String, Source>>>,
}

/// An artifact case.
#[derive(Debug)]
struct Artifact {
    inner: Box<dyn Kind>,
    writes: Option<Vec<ExpectedFile>>,
    options: Options,
}

fn read(table: Spanned<DeTable<'_>>, context: &Context<'_>) -> Result<Box<dyn Kind>, ReadError> {
    let span = table.span();
    let (own, inner): (DeTable<'_>, DeTable<'_>) =
        table.into_inner().into_iter().partition(|(key, _)| key.get_ref() == "writes");
    let is_call = inner.iter().any(|(key, _)| key.get_ref() == "call");
    let own: Table = read_table(Spanned::new(span.clone(), own))?;
    let one = |(name, source): (&String, &Source)| {
        if !is_inside(name) {
            let at = own.writes.as_ref().map(Spanned::span);
            return Err(ReadError { message: format!("`{name}` is not a path inside the work folder"), span: at });
        }
        let format = context.options.format.or(source.format()).unwrap_or_else(|| Format::of_name(name));
        Ok((name.clone(), format, source.bytes(context.files)?))
    };
    let writes = own.writes.as_ref().map(|writes| writes.get_ref().iter().map(one).collect::<Result<Vec<_>, _>>());
    let read = if is_call { call::ENTRY.read } else { script::ENTRY.read };
    let (writes, inner) = (writes.transpose()?, read(Spanned::new(span, inner), context)?);
    check_writes(writes.as_deref().unwrap_or_default(), inner.inputs())
        .map_err(|message| ReadError { message, span: own.writes.as_ref().map(Spanned::span) })?;
    Ok(Box::new(Artifact { writes, inner, options: context.options.clone() }))
}

impl Kind for Artifact {
    fn shown(&self) -> Vec<Shown> {
        self.inner.shown()
    }

    fn job(&self, setup: &Setup) -> Job {
        Job { collect_files: true, ..self.inner.job(setup) }
    }

    fn judge(&self, facts: &Facts, limits: &Limits) -> Judgement {
        let judgement = self.inner.judge(facts, limits);
        let Some(writes) = &self.writes else { return judgement };
        if !matches!(judgement.verdict, Verdict::Passed | Verdict::Failed) {
            return judgement;
        }
        let found = compare::tree(writes, self.inner.inputs(), &facts.files, &self.options);
        if found.is_equal() {
            return judgement;
        }
        let mut all = judgement.comparison;
        all.extend(found);
        Judgement { exception: judgement.exception, ..Judgement::compared(all) }
    }

    fn has_expectation(&self) -> bool {
        self.writes.is_some()
    }

    fn snap(&self, facts: &Facts) -> Result<Vec<Snapped>, String> {
        let mut all = self.inner.snap(facts)?;
        // A script tells its files itself.
        all.retain(|snapped| !snapped.key.starts_with("writes."));
        for file in &facts.files {
            let Content::Regular(bytes) = &file.content else {
                return Err(format!("the reference left `{}`, which is no regular file", file.path));
            };
            let ending = ending(Format::of_name(&file.path));
            let value = SnappedValue::Bytes(bytes.clone(), ending);
            all.push(Snapped { key: format!("writes.{}", file.path), value });
        }
        Ok(all)
    }
}
