//! What values tell, and arguments that were changed.

use super::Row;
use crate::model::{Channel, DifferenceKind, NearMiss, Verdict};

/// The rows of this subject.
pub const ROWS: &[Row] = &[
    Row {
        id: "changes-its-input",
        mistake: "changes its argument in place",
        explain: |case| {
            let is_argument = |one: &crate::model::Difference| matches!(one.channel, Channel::Argument(_));
            case.differences.iter().any(is_argument).then(|| {
                "The call changes what it was given, and the caller still holds that: work on a copy (`sorted(x)`, `x.copy()`, `{**d}`), also of what is inside.".to_owned()
            })
        },
    },
    Row {
        id: "lazy-result",
        mistake: "returns a generator, a view or a map",
        explain: |case| {
            let kinds = [
                "<generator object",
                "<map object",
                "<filter object",
                "<zip object",
                "dict_keys(",
                "dict_values(",
                "dict_items(",
                "<reversed",
                "<enumerate object",
            ];
            let is_lazy = |one: &&crate::model::Difference| {
                one.actual.as_deref().is_some_and(|text| kinds.iter().any(|kind| text.starts_with(kind)))
            };
            case.differences.iter().find(is_lazy).map(|_| {
                "The result is a recipe and not yet a list: `list(...)` makes one of a generator, `map`, `zip` or `dict.keys()`.".to_owned()
            })
        },
    },
    Row {
        id: "coroutine-returned",
        mistake: "returns a coroutine",
        explain: |case| {
            let is_one = |one: &crate::model::Difference| {
                one.actual.as_deref().is_some_and(|text| text.starts_with("<coroutine object"))
            };
            case.differences
                .iter()
                .any(is_one)
                .then(|| "The result is a coroutine: `await` it before you return it.".to_owned())
        },
    },
    Row {
        id: "state-between-calls",
        mistake: "keeps something between calls",
        explain: |case| {
            let reached = case.steps.iter().filter(|step| step.verdict == Verdict::Passed).count();
            let extra =
                case.differences.iter().any(|one| matches!(one.kind, DifferenceKind::Extra | DifferenceKind::Length));
            (reached > 1 && extra && case.verdict == Verdict::Failed).then(|| {
                "There is more than this step can know of: a default argument such as `[]`, or an attribute of the class, is made once and shared by all. Make it in `__init__`, or for each call.".to_owned()
            })
        },
    },
    Row {
        id: "raises-another",
        mistake: "raises another exception than asked for",
        explain: |case| {
            let raised = case.differences.iter().find(|one| one.channel == Channel::Raised && one.path.is_empty())?;
            match (raised.expected.as_deref(), raised.actual.as_deref()) {
                (Some(expected), None) => Some(format!(
                    "The call returns, and {expected} is to be raised: an error is caught and forgotten, or a check is missing."
                )),
                _ => None,
            }
        },
    },
    Row {
        id: "nan-is-not-equal",
        mistake: "lets NaN through",
        explain: |case| {
            let is_nan = |one: &crate::model::Difference| {
                matches!(one.actual.as_deref(), Some("nan" | "NaN"))
                    && one.expected.as_deref().is_some_and(|text| text.parse::<f64>().is_ok_and(f64::is_finite))
            };
            case.differences.iter().any(is_nan).then(|| {
                "A NaN comes out: 0/0, the logarithm of a negative number, or a NaN of the input that was not left out. `x != x` is true of NaN alone; `math.isnan` and `np.isnan` find it.".to_owned()
            })
        },
    },
    Row {
        id: "rounded",
        mistake: "rounds too early, or not at all",
        explain: |case| {
            let difference = case.differences.first()?;
            let near = matches!(difference.near, Some(NearMiss::OffBy { by }) if by < 0.01 && by > 1e-7);
            let digits =
                |text: Option<&str>| text.and_then(|text| text.split_once('.')).map_or(0, |(_, digits)| digits.len());
            let (expected, actual) = (digits(difference.expected.as_deref()), digits(difference.actual.as_deref()));
            if !near {
                return None;
            }
            match expected.cmp(&actual) {
                std::cmp::Ordering::Greater if actual <= 4 => Some("The number was rounded: keep all digits while you compute, and round only where the statement says so.".to_owned()),
                std::cmp::Ordering::Less if expected <= 4 => Some(format!("The statement asks for a rounded number here: `round(x, {expected})`.")),
                _ => None,
            }
        },
    },
];
