#![expect(clippy::panic, reason = "a test stops at what it did not expect")]

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::batch::Points;
use crate::gradebook::samples;
use crate::report::escape::is_hostile;

fn of(result: &StudentResult) -> String {
    text(&samples::batch(), result)
}

#[test]
fn the_whole_of_one() {
    let mut result =
        samples::late(samples::result(samples::student("s002", "Jane Doe"), ["F.T", "u..", ""]), Some(90_000), 20);
    result.student.notes = vec!["The notebook a.ipynb was reduced to its code.".into()];
    let expected = "\
# Feedback

For Jane Doe (`s002`), on Core exercises.

**2.4 of 9 points** (26.67 %)

Your submission is 1 day 1 h late. 20 % is taken off the points of each exercise; the points below are what is left.

| exercise | points | cases passed | |
|---|---|---|---|
| tier1/dedupe | 0.8 of 5 | 1 of 3 | timed out |
| tier1/totals | 1.6 of 3 | 2 of 3 | unstable |
| tier2/rows | 0 of 1 | 0 of 1 | not attempted |

## tier1/dedupe: Without duplicates

### keeps-first: what keeps-first is for

Failed.

```text
returned value, at [3]
  expected 'a'
  you have 'b'
raised in solution.py:7, load
```

### hidden-twin (hidden)

Timed out.

## tier1/totals: Sums by `*key*`

Some cases came out differently when the same files were run again: `one-key`. Somebody will look at that. Usual \
reasons are random numbers, the order of a set, or work that is still going on when the program ends.

### one-key: what one-key is for

Unstable. It was run more than once: passed 1 time, failed 2 times.

```text
returned value, at [3]
  expected 'a'
  you have 'b'
raised in solution.py:7, load
```

## tier2/rows: Rows `|` of an array

Not attempted: `solution.py` is still the starter.

## About your files

- The notebook `a.ipynb` was reduced to its code.
";
    // A name of letters and digits alone is a word, too.
    assert_eq!(of(&result), expected.replace("(`s002`)", "(s002)"));
}

#[test]
fn one_who_passed_reads_little() {
    let text = of(&samples::class()[0]);
    assert!(text.contains("**9 of 9 points** (100 %)") && !text.contains("## "), "{text}");
}

#[test]
fn who_has_no_points_yet_or_handed_in_nothing() {
    let class = samples::class();
    let text = of(&class[3]);
    assert!(text.contains("**No points yet**") && text.contains("| - of 3 |"), "{text}");
    assert!(text.contains("Machine error. Not your fault: this machine could not run it."), "{text}");
    assert!(of(&class[4]).contains("Nothing was received from you."));
}

#[test]
fn flags_in_kind_words() {
    let mut result = samples::result(samples::student("s1", ""), ["...", "...", "."]);
    result.records[0].flags = vec![
        Flag::Lowered { before: Points::hundredths(450) },
        Flag::NearLimit { cases: vec!["empty".parse().unwrap()] },
    ];
    let text = of(&result);
    assert!(text.contains("The same files had 4.5 points when they were graded before."), "{text}");
    assert!(text.contains("Close to the time limit: `empty`."), "{text}");
}

#[test]
fn notes_are_bounded() {
    let mut student = samples::student("s1", "");
    student.notes = vec!["x".repeat(1000); 60];
    let text = of(&samples::result(student, ["...", "...", "."]));
    assert!(text.ends_with("- and 10 more notes\n"), "{text}");
    assert!(text.len() < 20_000);
}

/// With every extension of the parser on: no foreign text becomes anything but words and code.
#[test]
fn foreign_text_stays_text() {
    for result in samples::class() {
        let text = of(&result);
        assert!(!text.chars().any(|c| c != '\n' && is_hostile(c)), "{text}");
        let mut code = 0;
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Start(Tag::CodeBlock(_)) => code += 1,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => code -= 1,
                Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => panic!("{text}"),
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::BlockQuote(_)) => {
                    panic!("{text}")
                }
                Event::Start(Tag::Heading { level, .. }) => assert!(level as usize <= 3, "{text}"),
                // What GitHub makes links of by itself.
                Event::Text(words) if code == 0 => {
                    let words = words.to_lowercase();
                    assert!(!words.contains(['@', '<', '\\']), "{words}");
                    assert!(!words.contains("://") && !words.contains("www."), "{words}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn backticks_never_end_the_code() {
    assert_eq!(code("a"), "`a`");
    assert_eq!(code("`"), "`` ` ``");
    assert_eq!(code("a``b"), "```a``b```");
    assert_eq!(code(""), "`  `");
    assert_eq!(fenced("x\n````\n# y\n"), "`````text\nx\n````\n# y\n`````");
    for text in ["```", "` `` ```", "a`b", "`` `"] {
        let events: Vec<Event<'_>> = Parser::new(&code(text)).map(Event::into_static).collect();
        assert!(events.contains(&Event::Code(text.into())), "{text}: {events:?}");
    }
}

#[test]
fn only_plain_words_are_prose() {
    for (text, expected) in [
        ("Ada Lovelace", "Ada Lovelace"),
        ("O'Neil-Smith, Zoë (she).", "O'Neil-Smith, Zoë (she)."),
        ("- item", "`-` item"),
        ("1. item", "`1.` item"),
        ("1) item", "`1)` item"),
        ("2 files were left out: caches", "2 files were left out: caches"),
        (":tada: https://x", "`:tada: https://x`"),
        ("see evil.example or GH-12 or 0a1b2c3d", "see `evil.example` or `GH-12` or `0a1b2c3d`"),
        ("two *odd* _words_ here", "two `*odd* _words_` here"),
        ("a `b ``c", "a ``` `b ``c ```"),
        ("", "`  `"),
    ] {
        assert_eq!(inline(text), expected);
    }
}
