use super::*;

fn frame(file: &str, line: u32, function: &str, source: &str, columns: Option<(u32, u32)>) -> FrameShown {
    FrameShown { file: file.into(), line, function: function.into(), source: source.into(), columns }
}

fn check(text: &str, class: &str, message: &str, frames: Vec<FrameShown>) {
    let expected = ExceptionShown { class: class.into(), message: message.into(), frames };
    assert_eq!(parse(text.as_bytes()), Some(expected));
}

#[test]
fn only_the_learners_frames_are_kept() {
    check(
        "noise\nTraceback (most recent call last):\n  File \"/tmp/x/solution/solution.py\", line 4, in <module>\n    \
         main()\n  File \"/usr/lib/python3.11/json/__init__.py\", line 346, in loads\n    return _default_decoder.decode(s)\n           \
         ^^^^^^^^^^^^^^^^^^^^^^^^^^\n  File \"/tmp/x/solution/lib/a.py\", line 2, in f\n    x = d[\"k\"]\n        ~^^^^^\nKeyError: 'k'\n",
        "KeyError",
        "'k'",
        vec![
            frame("solution.py", 4, "<module>", "main()", None),
            frame("lib/a.py", 2, "f", "x = d[\"k\"]", Some((4, 10))),
        ],
    );
}

#[test]
fn a_syntax_error_has_no_first_line() {
    check(
        "  File \"/t/solution/solution.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n",
        "SyntaxError",
        "invalid syntax",
        vec![frame("solution.py", 1, "<module>", "def f(:", Some((6, 7)))],
    );
}

#[test]
fn the_last_of_a_chain_counts() {
    check(
        "Traceback (most recent call last):\n  File \"/t/solution/solution.py\", line 1, in f\n    a\nKeyError: 1\n\nDuring handling of the \
         above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \
         \"/t/solution/solution.py\", line 2, in f\n    b\nsolution.Broken: two\nlines\n",
        "Broken",
        "two\nlines",
        vec![frame("solution.py", 2, "f", "b", None)],
    );
}

#[test]
fn text_without_a_traceback_has_none() {
    for text in
        ["", "all good", "Traceback (most recent call last):\n", "Traceback (most recent call last):\n  File \"x"]
    {
        assert_eq!(parse(text.as_bytes()), None, "{text}");
    }
}
