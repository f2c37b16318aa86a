//! A call over several lines, for people: every argument is seen, long ones are cut.

use super::{Call, Step, write, write_call};
use crate::model::Value;

/// A call up to this long stays on one line.
const ONE_LINE: usize = 160;
/// An item up to this long stays on one line.
const ONE_ITEM: usize = 100;
/// Longer items are cut to so many bytes.
const MOST_ITEM: usize = 240;
/// Of a list that takes several lines, so many items are written.
const MOST_ITEMS: usize = 8;

/// The call as Python would write it: on one line when it is short, else an argument a line, and the items of a long
/// list or dict a line each, the first [`MOST_ITEMS`] of them.
pub fn write_call_lines(call: &Call) -> String {
    // What is asked for more than it may be is not cut to fit.
    let short = write_call(call, ONE_LINE * 10);
    if short.len() <= ONE_LINE {
        return short;
    }
    let mut steps = Vec::new();
    for step in &call.steps {
        match step {
            Step::Attribute(name) => steps.push(name.clone()),
            Step::Call { name, args, kwargs } => {
                let mut text = format!("{name}(\n");
                let positional = args.iter().map(|value| (String::new(), value));
                let named = kwargs.iter().map(|(name, value)| (format!("{name}="), value));
                for (name, value) in positional.chain(named) {
                    text.push_str(&format!("    {name}"));
                    item(value, 1, &mut text);
                    text.push_str(",\n");
                }
                text.push(')');
                steps.push(text);
            }
        }
    }
    steps.join(".")
}

/// Writes a value that stands `depth` levels deep.
fn item(value: &Value, depth: usize, text: &mut String) {
    let short = write(value, ONE_ITEM * 10);
    let is_short = short.len() <= ONE_ITEM;
    let items: Vec<(String, &Value)> = match value {
        Value::List(items) | Value::Tuple(items) if !is_short && depth < 3 => {
            items.iter().take(MOST_ITEMS).map(|item| (String::new(), item)).collect()
        }
        Value::Dict(items) if !is_short && depth < 3 => {
            let key = |key: &Value| format!("{}: ", write(key, ONE_ITEM));
            items.iter().take(MOST_ITEMS).map(|(name, value)| (key(name), value)).collect()
        }
        _ => {
            text.push_str(&if is_short { short } else { write(value, MOST_ITEM) });
            return;
        }
    };
    let (open, close, all) = match value {
        Value::Tuple(all) => ('(', ')', all.len()),
        Value::Dict(all) => ('{', '}', all.len()),
        Value::List(all) => ('[', ']', all.len()),
        _ => ('[', ']', items.len()),
    };
    text.push(open);
    text.push('\n');
    let indent = "    ".repeat(depth + 1);
    let written = items.len();
    for (name, value) in items {
        text.push_str(&format!("{indent}{name}"));
        item(value, depth + 1, text);
        text.push_str(",\n");
    }
    if all > written {
        text.push_str(&format!("{indent}… {} more\n", all - written));
    }
    text.push_str(&"    ".repeat(depth));
    text.push(close);
}

#[cfg(test)]
mod tests {
    use super::super::{NoFiles, parse_call};
    use super::*;

    fn check(call: &str, expected: &str) {
        let parsed = parse_call(call, &NoFiles);
        assert_eq!(parsed.map(|call| write_call_lines(&call)).as_deref(), Ok(expected));
    }

    #[test]
    fn short_calls_stay_on_a_line() {
        check("f([1, 2], key=None).g('x')", "f([1, 2], key=None).g('x')");
    }

    #[test]
    fn the_last_argument_is_always_seen() {
        let text = "x".repeat(90);
        let message = format!("{{'role': 'user', 'content': '{text}'}}");
        check(
            &format!("trim([{message}, {message}], budget=40)"),
            &format!(
                "trim(\n    [\n        {{\n            'role': 'user',\n            'content': '{text}',\n        }},\n        \
                 {{\n            'role': 'user',\n            'content': '{text}',\n        }},\n    ],\n    budget=40,\n)"
            ),
        );
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let numbers: Vec<String> = (10_000..10_100).map(|number| number.to_string()).collect();
        check(
            &format!("f([{}], 3)", numbers.join(", ")),
            "f(\n    [\n        10000,\n        10001,\n        10002,\n        10003,\n        10004,\n        10005,\n        \
             10006,\n        10007,\n        … 92 more\n    ],\n    3,\n)",
        );
    }
}
