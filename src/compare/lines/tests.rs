use super::super::tests::options;
use super::*;

#[track_caller]
fn check(expected: &str, actual: &str, with: &str, is_equal: bool) {
    assert_eq!(equal(expected, actual, &options(with)), is_equal, "{expected:?} {actual:?} {with}");
}

#[test]
fn numbers_within_text() {
    for (expected, actual, with, is_equal) in [
        ("loss 0.500", "loss 0.501", "abs=0.01", true),
        ("loss 0.500", "loss 0.501", "", false),
        ("loss 0.5", "Loss 0.5", "abs=0.01", false),
        ("loss=0.5, n=3", "loss=0.501, n=3", "abs=0.01", true),
        ("x -1.5", "x -1.501", "abs=0.01", true),
        ("x -1.5", "x 1.5", "abs=0.01", false),
        ("1e-3 s", "0.001 s", "abs=1e-9", true),
        ("12ms", "13ms", "abs=1", true),
        // A word, a version, a date and a range are no numbers.
        ("model_v2", "model_v3", "abs=5", false),
        ("1.2.3", "1.2.4", "abs=5", false),
        ("5-3", "5-4", "abs=0.5", false),
        ("a1.5", "a1.6", "abs=5", false),
        ("50%", "50.1%", "abs=0.5", true),
        ("é1", "é2", "abs=5", false),
        ("nan", "NaN", "abs=5", false),
        ("x  ", "x", "whitespace=trim", true),
        ("x  ", "x", "", false),
        ("  x", "x", "whitespace=trim", false),
        (&"9".repeat(50), &"8".repeat(50), "rel=1", false),
        ("", "1", "abs=5", false),
    ] {
        check(expected, actual, with, is_equal);
    }
}

#[test]
fn tokens_give_the_line_back() {
    for line in ["a 1.5 b -2e5-7 --3 +4 1.2.3.4 v5 .5 5. é-1", "", "-", "1", "1e", "1e+", "....1", "+-+-1"] {
        let mut at = 0;
        for token in Tokens::of(line) {
            if let Token::Text(text) = token {
                assert!(line[at..].contains(text));
                at += line[at..].find(text).map_or(0, |found| found + text.len());
            }
        }
        assert!(equal(line, line, &options("abs=1")), "{line}");
    }
}
