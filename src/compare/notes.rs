//! What to say about results that are not values at all.

use crate::model::{Channel, Value};

/// A sentence on a result of an unexpected kind, where there is one to say.
pub(super) fn on(channel: &Channel, is_whole: bool, expected: &Value, actual: &Value) -> Option<String> {
    match actual {
        Value::None if is_whole && *channel == Channel::Returned && *expected != Value::None => {
            Some("the function returned None: is a `return` missing?".into())
        }
        Value::Opaque { class, .. } => on_class(class, is_whole && *channel == Channel::Returned),
        _ => None,
    }
}

fn on_class(class: &str, is_returned: bool) -> Option<String> {
    let name = class.rsplit('.').next().unwrap_or(class);
    let what = if is_returned { "you returned" } else { "this is" };
    let text = match name {
        "generator" => format!("{what} a generator: wrap it in list(...), or return a list instead of using `yield`"),
        "coroutine" => format!("{what} a coroutine: an `await` is missing"),
        "async_generator" => format!("{what} an async generator: collect it with `[x async for x in ...]`"),
        "map" | "filter" | "zip" | "enumerate" | "reversed" | "range" | "islice" | "chain" => {
            format!("{what} a lazy `{name}`: wrap it in list(...)")
        }
        "dict_keys" | "dict_values" | "dict_items" => format!("{what} a view of a dict: wrap it in list(...)"),
        _ if name.ends_with("iterator") => format!("{what} an iterator: wrap it in list(...)"),
        "function" | "method" | "builtin_function_or_method" | "lambda" => {
            format!("{what} a function and not its result: are the parentheses of a call missing?")
        }
        "type" | "ABCMeta" | "EnumMeta" | "EnumType" => {
            format!("{what} a class and not an object: are the parentheses missing?")
        }
        "module" => format!("{what} a module"),
        "NotImplementedType" => {
            format!("{what} NotImplemented; to say that something is missing, `raise NotImplementedError`")
        }
        "NoneType" => format!("{what} None: is a `return` missing?"),
        "ellipsis" => format!("{what} `...`: the body is still to be written"),
        "TextIOWrapper" | "BufferedReader" | "BufferedWriter" => {
            format!("{what} an open file: return what it holds, `.read()`")
        }
        "DataFrameGroupBy" | "SeriesGroupBy" => {
            format!("{what} a groupby that is not yet aggregated: call .sum(), .mean(), .agg(...)")
        }
        "Task" | "Future" => format!("{what} a {name}: its result needs an `await` or `.result()`"),
        _ => return None,
    };
    Some(text)
}
