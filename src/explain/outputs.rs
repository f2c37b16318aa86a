//! What standard output, files and exit codes tell.

use super::Row;
use crate::event::CaseFinished;
use crate::model::{Channel, Difference, DifferenceKind, NearMiss, Verdict};

/// The rows of this subject.
pub const ROWS: &[Row] = &[
    Row {
        id: "printed-not-returned",
        mistake: "prints the result instead of returning it",
        explain: |case| {
            let returned = first(case, &Channel::Returned)?;
            let expected = returned.expected.as_deref()?.trim_matches(['\'', '"']);
            (returned.actual.as_deref() == Some("None")
                && expected != "None"
                && !expected.is_empty()
                && case.stdout.contains(expected))
            .then(|| "The result is printed, and the function returns nothing: `return` it.".to_owned())
        },
    },
    Row {
        id: "nothing-returned",
        mistake: "returns nothing",
        explain: |case| {
            let returned = first(case, &Channel::Returned).filter(|difference| difference.path.is_empty())?;
            (returned.actual.as_deref() == Some("None") && returned.expected.as_deref() != Some("None"))
                .then(|| "The function ends without a `return`, at least on this path.".to_owned())
        },
    },
    Row {
        id: "log-on-stdout",
        mistake: "prints notes among the data",
        explain: |case| {
            let stdout = first(case, &Channel::Stdout)?;
            let text = stdout.actual.as_deref()?.trim_start();
            let looks_like_a_note = [
                "INFO",
                "DEBUG",
                "WARNING",
                "ERROR",
                "done",
                "Done",
                "processing",
                "Processing",
                "debug",
                "loaded",
                "Loaded",
            ]
            .iter()
            .any(|word| text.starts_with(word));
            (looks_like_a_note && !stdout.expected.as_deref().unwrap_or_default().contains(text)).then(|| {
                "Standard output is for the data alone: notes go to standard error, with `logging` or `print(..., file=sys.stderr)`.".to_owned()
            })
        },
    },
    Row {
        id: "nothing-printed",
        mistake: "prints nothing",
        explain: |case| {
            let stdout = first(case, &Channel::Stdout)?;
            (case.verdict == Verdict::Failed && case.stdout.is_empty() && stdout.expected.is_some()).then(|| {
                "Nothing was printed: a `main` must be called, at the end of the file, and what it finds printed."
                    .to_owned()
            })
        },
    },
    Row {
        id: "file-not-written",
        mistake: "does not write the file, or elsewhere",
        explain: |case| {
            let is_missing = |difference: &&Difference| {
                matches!(difference.channel, Channel::File(_))
                    && difference.path.is_empty()
                    && difference.kind == DifferenceKind::Missing
            };
            let difference = case.differences.iter().find(is_missing)?;
            let Channel::File(name) = &difference.channel else { return None };
            Some(format!(
                "There is no file {name} in the folder where the program runs: paths are relative to that one."
            ))
        },
    },
    Row {
        id: "wrong-exit-code",
        mistake: "ends with another exit code",
        explain: |case| {
            let exit = first(case, &Channel::Exit)?;
            let only = case.differences_total == 1;
            (only && exit.actual.as_deref() == Some("0")).then(|| {
                "All that it printed is right, and it ends with 0: `sys.exit(code)` at the end, or `sys.exit(main())` with a `return` in `main`.".to_owned()
            })
        },
    },
    Row {
        id: "keys-in-another-case",
        mistake: "names keys a little differently",
        explain: |case| {
            let key = |difference: &Difference| difference.path.rsplit('/').next().map(str::to_owned);
            let missing =
                case.differences.iter().find(|one| one.kind == DifferenceKind::Missing && !one.path.is_empty())?;
            let wanted = key(missing)?;
            let plain =
                |text: &str| text.chars().filter(|char| char.is_alphanumeric()).collect::<String>().to_lowercase();
            let found = case
                .differences
                .iter()
                .filter(|one| one.kind == DifferenceKind::Extra)
                .filter_map(key)
                .find(|found| *found != wanted && !plain(&wanted).is_empty() && plain(found) == plain(&wanted))?;
            Some(format!("The key is `{wanted}`, not `{found}`."))
        },
    },
    Row {
        id: "sorted-as-text",
        mistake: "sorts numbers as text",
        explain: |case| {
            let order = case.differences.iter().find(|one| one.near == Some(NearMiss::Order))?;
            let numbers = |text: &str| -> Option<Vec<i64>> {
                let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
                inner.split(',').map(|item| item.trim().trim_matches(['\'', '"']).parse().ok()).collect()
            };
            let (expected, actual) = (numbers(order.expected.as_deref()?)?, numbers(order.actual.as_deref()?)?);
            let mut as_text = actual.clone();
            as_text.sort_by_key(i64::to_string);
            (expected.is_sorted() && actual == as_text && actual.len() > 1).then(|| {
                "The numbers are sorted as text, where 10 comes before 9: sort by `int`, with `key=int`.".to_owned()
            })
        },
    },
];

/// The first difference of this channel.
fn first<'a>(case: &'a CaseFinished, channel: &Channel) -> Option<&'a Difference> {
    case.differences.iter().find(|difference| difference.channel == *channel)
}
