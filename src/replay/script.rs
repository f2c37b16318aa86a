//! The script that runs a case by hand.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::Subject;
use crate::kind::{Peer, Replay};
use crate::model::Program;
use crate::report::escape;

/// Columns of a comment.
const WIDE: usize = 110;
/// Names that `run.py` has itself.
const RESERVED: [&str; 9] = ["Case", "args", "begun", "case", "kwargs", "os", "solution", "sys", "value"];
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// `run.py`
pub fn script(subject: &Subject<'_>) -> String {
    let job = subject.job();
    let (exercise, case) = (subject.exercise, subject.case);
    let title = format!("{}, case {}: {}", exercise.id, case.id, case.purpose);
    let mut text = format!(
        "{}\n# Runs your solution as the case does; README.md has the commands. `practice replay` writes this file anew.\n\n\
         import os\nimport sys\n\n\
         sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), \".practice\"))\n\
         from by_hand import Case\n\ncase = Case(\n    python={},\n    solution={},\n    entry={},\n    seed={},\n    env={{\n",
        comment(&title),
        quoted(&job.python.to_string_lossy()),
        quoted(&subject.solution().to_string_lossy()),
        quoted(exercise.entry()),
        job.seed,
    );
    for (name, value) in &subject.env {
        let _ = writeln!(text, "        {}: {},", quoted(name), quoted(value));
    }
    text.push_str("    },\n");
    if matches!(subject.peer, Peer::Client(_)) {
        text.push_str("    serves=True,\n");
    }
    text.push_str(")\ncase.begin()\n\n");
    match (subject.replay, &job.program) {
        (Replay::Job(_), Program::Script { args, .. }) => {
            let args: Vec<String> = args.iter().map(|arg| quoted(arg)).collect();
            let _ = writeln!(text, "case.run_script([{}])", args.join(", "));
        }
        (Replay::Job(_), Program::Call { question, .. }) => {
            let question = serde_json::from_slice(question).unwrap_or_default();
            text.push_str(&calls(subject, &question));
        }
        (Replay::Sized { call, sizes, .. }, _) => {
            let largest = sizes.last().copied().unwrap_or_default();
            let sizes: Vec<String> = sizes.iter().map(u32::to_string).collect();
            let _ = write!(
                text,
                "# The sizes of the case: {}.\nargs = case.make({largest})\nsolution = case.load()\n\
                 begun = case.clock()\nvalue = {}(*args)\ncase.took(begun)\ncase.returned(value)\ncase.end()\n",
                sizes.join(", "),
                member("solution", call),
            );
        }
        (Replay::Looks(job), _) => {
            text.push_str("case.look(\n    [\n");
            for file in &job.inputs {
                let _ = writeln!(text, "        {},", quoted(&file.path));
            }
            text.push_str("    ]\n)\n");
        }
    }
    text
}

/// The lines of a call, or of the steps of a scenario: the question that the driver is asked, as a program.
fn calls(subject: &Subject<'_>, question: &Value) -> String {
    let mut text = String::from("solution = case.load()\n");
    let mut number = 0;
    let Some(scenario) = question["scenario"].as_array() else {
        let shown = subject.case.kind.shown();
        let call = shown.iter().find(|part| part.label == "call").map(|part| part.text.trim_end());
        let call = call.filter(|call| !call.contains('\n')).unwrap_or("The call is in README.md.");
        let _ = write!(text, "\n{}\n", comment(call));
        text.push_str(&one_call(question, &mut number, &BTreeSet::new()));
        text.push_str("case.end()\n");
        return text;
    };
    let steps = subject.case.kind.steps();
    let mut kept = BTreeSet::new();
    for (index, one) in scenario.iter().enumerate() {
        let shown = steps.get(index).copied().unwrap_or_default();
        let _ = write!(text, "\nwith case.step({}):\n", quoted(&escape::cut(shown, WIDE)));
        for line in one_call(one, &mut number, &kept).lines() {
            let _ = writeln!(text, "    {line}");
        }
        kept.extend(one["name"].as_str().map(str::to_owned));
    }
    text.push_str("\ncase.end()\n");
    text
}

/// The lines of one call: `name(args).name(args)...`, its first name one of `kept`, or else the module's. `number` counts
/// the calls of the case, as `given` does.
fn one_call(one: &Value, number: &mut usize, kept: &BTreeSet<String>) -> String {
    let mut text = String::new();
    let mut before = "solution".to_owned();
    let links = one["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let name = one["name"].as_str().map(|name| local(name, kept));
    let target = name.as_deref().unwrap_or("value");
    let mut has_arguments = false;
    for (index, link) in links.iter().enumerate() {
        let called = link["name"].as_str().unwrap_or_default();
        let found = match index {
            0 if kept.contains(called) => local(called, kept),
            _ => member(&before, called),
        };
        let is_last = index + 1 == links.len();
        let into = if is_last { target } else { "value" };
        if link.get("args").is_some() {
            has_arguments = true;
            let _ = write!(text, "args, kwargs = case.given({number})\n{into} = {found}(*args, **kwargs)\n");
            *number += 1;
            before = into.to_owned();
        } else if is_last {
            let _ = writeln!(text, "{into} = {found}");
        } else {
            before = found;
        }
    }
    if name.is_none() {
        text.push_str("case.returned(value)\n");
    }
    if has_arguments && one["arguments"].as_bool() == Some(true) {
        text.push_str("case.after(args, kwargs)\n");
    }
    text
}

/// An attribute of what an expression gives.
fn member(of: &str, name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true => format!("getattr({of}, {})", quoted(name)),
        false => format!("{of}.{name}"),
    }
}

/// What `run.py` calls what a scenario keeps under a name.
fn local(name: &str, kept: &BTreeSet<String>) -> String {
    let mut own = name.to_owned();
    while RESERVED.contains(&own.as_str()) || KEYWORDS.contains(&own.as_str()) || (own != name && kept.contains(&own)) {
        own.push('_');
    }
    own
}

/// A text as Python writes it: JSON's notation is Python's, too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A comment of one line.
fn comment(text: &str) -> String {
    format!("# {}", escape::cut(text, WIDE))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_becomes_a_program() {
        let kept = BTreeSet::from(["args".to_owned(), "class".to_owned()]);
        let call = |name: &str| json!({ "name": name, "args": [], "kwargs": [] });
        let mut number = 3;
        let one =
            json!({ "name": "class", "steps": [call("Box"), { "name": "inner" }, call("pass")], "arguments": true });
        assert_eq!(
            one_call(&one, &mut number, &BTreeSet::new()),
            "args, kwargs = case.given(3)\nvalue = solution.Box(*args, **kwargs)\nargs, kwargs = case.given(4)\n\
             class_ = getattr(value.inner, \"pass\")(*args, **kwargs)\ncase.after(args, kwargs)\n"
        );
        assert_eq!(number, 5);
        let one = json!({ "name": null, "steps": [{ "name": "args" }, { "name": "size" }], "arguments": true });
        assert_eq!(one_call(&one, &mut number, &kept), "value = args_.size\ncase.returned(value)\n");
        let taken = BTreeSet::from(["args".to_owned(), "args_".to_owned()]);
        assert_eq!((local("args", &taken), local("args_", &taken)), ("args__".to_owned(), "args_".to_owned()));
    }

    #[test]
    fn texts_of_an_author_stay_texts() {
        assert_eq!(quoted("a\"\n\\é"), r#""a\"\n\\é""#);
        assert_eq!(comment("one\ntwo\u{202e}"), "# one↵two<U+202E>");
    }
}
