//! Colours for code: strings, comments, keywords, numbers, names that are defined. In the sixteen colours of the terminal,
//! so that they fit whatever the learner has chosen for it.

use std::sync::LazyLock;

use anstyle::{AnsiColor, Style};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

/// Longer code is left as it is: nobody reads it in a terminal.
const MOST_BYTES: usize = 200_000;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// What is coloured, the first that is the start of a scope wins.
static COLORS: LazyLock<Vec<(Scope, Style)>> = LazyLock::new(|| {
    let color = |color: AnsiColor| color.on_default();
    let all = [
        ("comment", Style::new().dimmed()),
        ("string", color(AnsiColor::Green)),
        ("constant", color(AnsiColor::Yellow)),
        ("keyword", color(AnsiColor::Magenta)),
        ("storage", color(AnsiColor::Magenta)),
        ("entity.name", color(AnsiColor::Blue)),
        ("support", color(AnsiColor::Cyan)),
    ];
    all.into_iter().filter_map(|(scope, style)| Some((Scope::new(scope).ok()?, style))).collect()
});

/// The lines of `code` with colours; as they are where the language is not known.
pub fn lines(code: &str, language: &str) -> Vec<String> {
    let plain = || code.lines().map(str::to_owned).collect();
    if language.is_empty() || code.len() > MOST_BYTES {
        return plain();
    }
    let Some(syntax) = SYNTAXES.find_syntax_by_token(language) else { return plain() };
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in code.lines() {
        let whole = format!("{line}\n");
        let Ok(changes) = state.parse_line(&whole, &SYNTAXES) else { return plain() };
        let mut text = String::new();
        let mut from = 0;
        for (at, change) in changes {
            let at = at.min(line.len());
            paint(&mut text, &stack, &line[from..at]);
            from = at;
            if stack.apply(&change).is_err() {
                return plain();
            }
        }
        paint(&mut text, &stack, &line[from..]);
        lines.push(text);
    }
    lines
}

/// Appends a piece of code in the colour of what it is.
fn paint(text: &mut String, stack: &ScopeStack, piece: &str) {
    if piece.is_empty() {
        return;
    }
    let is_in = |(scope, _): &&(Scope, Style)| stack.scopes.iter().rev().any(|one| scope.is_prefix_of(*one));
    match COLORS.iter().find(is_in) {
        Some((_, style)) => text.push_str(&format!("{style}{piece}{style:#}")),
        None => text.push_str(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_has_colours_and_loses_no_character() {
        let code = "# note\ndef load(path: str) -> dict:\n    return json.loads(\"{}\") or {1: 'é'}\n";
        let lines = lines(code, "python");
        let plain: Vec<String> = lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect();
        assert_eq!(plain, code.lines().collect::<Vec<_>>());
        for (line, part) in
            [(0, "\u{1b}[2m"), (1, "\u{1b}[35m"), (1, "\u{1b}[34mload"), (2, "\u{1b}[32m"), (2, "\u{1b}[33m1")]
        {
            assert!(lines[line].contains(part), "{part:?} {:?}", lines[line]);
        }
    }

    #[test]
    fn other_languages_stay_as_they_are() {
        for language in ["", "nothing-known"] {
            assert_eq!(lines("a = 1\nb", language), ["a = 1", "b"]);
        }
    }
}
