use std::collections::BTreeSet;

use super::samples::*;
use super::*;
use crate::event::StepShown;
use crate::model::{Channel, DifferenceKind as Kind, NearMiss};

/// A case that shows the mistake of each row.
fn shown() -> Vec<(&'static str, CaseFinished)> {
    let step = |verdict| StepShown { text: "s".into(), verdict };
    let steps = [Verdict::Passed, Verdict::Passed, Verdict::Failed].map(step).to_vec();
    let stdout =
        |expected: &str, actual: &str| failed(vec![differs(Channel::Stdout, "/0", Kind::Text, expected, actual)]);
    let file = Channel::File("out.csv".into());
    let column = |name: &str, kind| differs(Channel::Returned, &format!("/columns/{name}"), kind, "", name);
    vec![
        ("reads-input", raised("EOFError", "EOF when reading a line", "name = input()")),
        ("module-not-there", raised("ModuleNotFoundError", "No module named 'numpy'", "import numpy")),
        ("does-not-compile", raised("SyntaxError", "'(' was never closed", "print((1)")),
        ("none-has-no-attribute", raised("AttributeError", "'NoneType' object has no attribute 'group'", "m.group()")),
        ("missing-key", raised("KeyError", "'user'", "row['user']")),
        ("empty-sequence", raised("ValueError", "max() arg is an empty sequence", "max(x)")),
        (
            "bad-json",
            raised("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)", "json.loads(x)"),
        ),
        ("not-serializable", raised("TypeError", "Object of type set is not JSON serializable", "json.dumps(x)")),
        ("unhashable", raised("TypeError", "unhashable type: 'list'", "seen.add(x)")),
        ("decoding", raised("UnicodeDecodeError", "'utf-8' codec can't decode byte 0xe9", "path.read_text()")),
        ("encoding", raised("UnicodeEncodeError", "'ascii' codec can't encode character", "print(x)")),
        (
            "running-loop",
            raised("RuntimeError", "asyncio.run() cannot be called from a running event loop", "asyncio.run(f())"),
        ),
        ("not-awaited", raised("TypeError", "'coroutine' object is not subscriptable", "f()[0]")),
        ("changed-while-looping", raised("RuntimeError", "dictionary changed size during iteration", "for k in d:")),
        ("recursion", raised("RecursionError", "maximum recursion depth exceeded", "return f(x)")),
        (
            "recursion",
            raised("RecursionError", "maximum recursion depth exceeded while decoding a JSON array", "json.loads(x)"),
        ),
        ("number-from-text", raised("TypeError", "can only concatenate str (not \"int\") to str", "a + 1")),
        (
            "number-from-text",
            raised("TypeError", "unsupported operand type(s) for /: 'str' and 'str'", "folder / \"a.jsonl\""),
        ),
        ("wrong-arguments", raised("TypeError", "f() takes 1 positional argument but 2 were given", "f(1, 2)")),
        (
            "shapes-do-not-fit",
            raised("ValueError", "operands could not be broadcast together with shapes (3,) (2,)", "a - b"),
        ),
        (
            "needs-grad",
            raised(
                "RuntimeError",
                "a leaf Variable that requires grad is being used in an in-place operation.",
                "w -= g",
            ),
        ),
        ("grows-without-end", case(Verdict::OutOfMemory)),
        ("prints-without-end", case(Verdict::OutputLimit)),
        ("one-after-the-other", requests(Verdict::TimedOut, 10, 1)),
        ("never-ends", case(Verdict::TimedOut)),
        ("printed-not-returned", CaseFinished { stdout: "42\n".into(), ..returned(Kind::Type, "42", "None") }),
        ("nothing-returned", returned(Kind::Type, "42", "None")),
        ("log-on-stdout", CaseFinished { stdout: "x".into(), ..stdout("{\"a\": 1}", "INFO loaded 3 rows") }),
        ("nothing-printed", stdout("3", "")),
        ("file-not-written", failed(vec![differs(file, "", Kind::Missing, "a,b", "")])),
        ("wrong-exit-code", failed(vec![differs(Channel::Exit, "", Kind::Value, "3", "0")])),
        (
            "keys-in-another-case",
            failed(vec![
                differs(Channel::Returned, "/user_id", Kind::Missing, "1", ""),
                differs(Channel::Returned, "/userId", Kind::Extra, "", "1"),
            ]),
        ),
        ("sorted-as-text", near(NearMiss::Order, "[9, 10]", "[10, 9]")),
        ("array-of-objects", returned(Kind::Dtype, "float64", "object")),
        ("another-float", returned(Kind::Dtype, "float32", "float64")),
        ("another-float", returned(Kind::Dtype, "float64", "float32")),
        ("axis-lost", returned(Kind::Shape, "(2, 3)", "(3, 2)")),
        ("merge-suffixes", failed(vec![column("score_x", Kind::Extra)])),
        ("changes-its-input", failed(vec![differs(Channel::Argument("0".into()), "/0", Kind::Value, "1", "2")])),
        ("lazy-result", returned(Kind::Type, "[1]", "<generator object f at 0x7f>")),
        ("coroutine-returned", returned(Kind::Type, "[1]", "<coroutine object f at 0x7f>")),
        (
            "state-between-calls",
            CaseFinished { steps, ..failed(vec![differs(Channel::Returned, "/0", Kind::Extra, "", "'old'")]) },
        ),
        ("raises-another", failed(vec![differs(Channel::Raised, "", Kind::Missing, "ValueError", "")])),
        ("nan-is-not-equal", returned(Kind::Value, "0.5", "nan")),
        ("rounded", near(NearMiss::OffBy { by: 0.003 }, "0.123456", "0.12")),
    ]
}

#[test]
fn each_row_recognises_its_mistake_and_is_the_first_to() {
    let shown = shown();
    for (id, case) in &shown {
        let found = rows().find(|row| (row.explain)(case).is_some()).map(|row| row.id);
        assert_eq!(found, Some(*id));
        let text = explain(case).unwrap_or_default();
        assert!(text.ends_with('.') && text.len() < 400 && !text.contains('\n'), "{text}");
    }
    let ids: BTreeSet<&str> = rows().map(|row| row.id).collect();
    assert_eq!(ids, shown.iter().map(|(id, _)| *id).collect(), "each row has a case here, and one only");
    assert_eq!(ids.len(), rows().count());
}

#[test]
fn what_is_not_a_mistake_is_not_explained() {
    for case in [
        case(Verdict::Passed),
        case(Verdict::MachineError),
        CaseFinished { hidden: true, ..raised("KeyError", "'secret'", "x") },
        raised("learner.OwnError", "no", "raise OwnError('no')"),
        // Theirs on purpose: no dict is involved, and nothing is empty.
        raised("KeyError", "'no template greeting'", "raise KeyError(f\"no template {name}\")"),
        raised("ValueError", "the batch is empty", "raise ValueError('the batch is empty') from None"),
        raised("TypeError", "'<' not supported between instances of 'str' and 'str'", "a < b"),
        returned(Kind::Value, "4", "5"),
        near(NearMiss::Order, "[1, 2]", "[2, 1]"),
        returned(Kind::Shape, "(2, 3)", "(4, 7)"),
    ] {
        assert_eq!(explain(&case), None, "{case:?}");
    }
}

#[test]
fn the_table_in_the_documents_is_this_one() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/learning.md");
    let page = std::fs::read_to_string(path).unwrap_or_default();
    for row in rows() {
        assert!(
            page.contains(&format!("| `{}` | {} |", row.id, row.mistake)),
            "docs/learning.md lacks: | `{}` | {} |",
            row.id,
            row.mistake
        );
    }
}
