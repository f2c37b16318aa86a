//! Markdown for the terminal: statements and hints, wrapped, with or without colour.

use anstyle::{AnsiColor, Style};
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::highlight;
use super::wrap::wrapped;

/// Renders Markdown at most `width` columns wide. Code blocks keep their lines as they are; the last column of a table is
/// wrapped.
pub fn render(text: &str, width: usize, color: bool) -> String {
    let mut page = Page { width: width.max(20), color, ..Page::default() };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        page.event(event);
    }
    page.flush("", "");
    let mut out = page.out.trim_end().to_owned();
    out.push('\n');
    out
}

/// The last column of a table is no narrower, however wide the others are.
const NARROWEST: usize = 24;

/// A piece of a line that is not broken, and whether space stands before it.
struct Word {
    text: String,
    style: Option<Style>,
    spaced: bool,
}

#[derive(Default)]
struct Page {
    width: usize,
    color: bool,
    out: String,
    words: Vec<Word>,
    space: bool,
    style: Option<Style>,
    /// Numbers of the lists around us; `None` for one with bullets.
    lists: Vec<Option<u64>>,
    /// What the first line of the list item begins with.
    bullet: Option<String>,
    code: Option<String>,
    /// What is written behind the fence of the code: a language, or nothing.
    language: String,
    table: Option<Vec<Vec<String>>>,
    link: Option<String>,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.text(&text),
            },
            Event::Code(code) => self.word(&format!("`{code}`"), Some(AnsiColor::Cyan.on_default())),
            Event::SoftBreak => self.space = true,
            Event::HardBreak => self.flush("", ""),
            Event::Rule => self.out.push_str("---\n\n"),
            // Statements have no HTML; if one does, it is shown as it is.
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                let style = Style::new().bold();
                self.style = Some(if level == HeadingLevel::H1 { style.underline() } else { style });
                self.blank();
            }
            Tag::Strong => self.style = Some(Style::new().bold()),
            Tag::Emphasis => self.style = Some(Style::new().italic()),
            Tag::CodeBlock(kind) => {
                self.flush_item();
                self.blank();
                self.language = match kind {
                    CodeBlockKind::Fenced(info) => info.split([' ', ',']).next().unwrap_or_default().to_owned(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.flush_item();
                self.lists.push(first);
            }
            Tag::Item => {
                self.bullet = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                });
            }
            Tag::Table(_) => self.table = Some(Vec::new()),
            Tag::TableHead | Tag::TableRow => {
                if let Some(rows) = &mut self.table {
                    rows.push(Vec::new());
                }
            }
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.style = None;
                self.flush("", "");
                self.blank();
            }
            TagEnd::Strong | TagEnd::Emphasis => self.style = None,
            TagEnd::Paragraph => {
                self.flush_item();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Item => self.flush_item(),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::CodeBlock => {
                let indent = " ".repeat(4 + self.indent());
                let code = self.code.take().unwrap_or_default();
                let lines = match self.color {
                    true => highlight::lines(&code, &self.language),
                    false => code.lines().map(str::to_owned).collect(),
                };
                for line in lines {
                    self.out.push_str(format!("{indent}{line}").trim_end());
                    self.out.push('\n');
                }
                self.blank();
            }
            TagEnd::TableCell => {
                let mut cell = String::new();
                for word in self.words.drain(..) {
                    if word.spaced && !cell.is_empty() {
                        cell.push(' ');
                    }
                    cell.push_str(&word.text);
                }
                self.space = false;
                if let Some(row) = self.table.as_mut().and_then(|rows| rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => self.print_table(),
            TagEnd::Link => {
                if let Some(url) = self.link.take().filter(|url| url.contains("://")) {
                    self.space = true;
                    self.word(&format!("({url})"), None);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        for (index, part) in text.split(char::is_whitespace).enumerate() {
            self.space |= index > 0;
            if !part.is_empty() {
                self.word(part, self.style);
            }
        }
    }

    fn word(&mut self, text: &str, style: Option<Style>) {
        self.words.push(Word { text: text.to_owned(), style, spaced: self.space });
        self.space = false;
    }

    fn painted(&self, text: &str, style: Option<Style>) -> String {
        match style.filter(|_| self.color) {
            Some(style) => format!("{style}{text}{style:#}"),
            None => text.to_owned(),
        }
    }

    /// Columns of indentation of a list item's text.
    fn indent(&self) -> usize {
        self.lists.len() * 2
    }

    fn flush_item(&mut self) {
        let indent = self.indent();
        let first = match self.bullet.take() {
            Some(bullet) => format!("{}{bullet}", " ".repeat(indent.saturating_sub(2))),
            None => " ".repeat(indent),
        };
        let rest = " ".repeat(first.len().max(indent));
        self.flush(&first, &rest);
    }

    /// Writes the words gathered so far as lines that begin with `first`, then with `rest`.
    fn flush(&mut self, first: &str, rest: &str) {
        if self.words.is_empty() {
            return;
        }
        let words = std::mem::take(&mut self.words);
        let mut line = first.to_owned();
        let mut used = first.width();
        let mut empty = true;
        // Words without space between them stay together, such as `code` and the comma behind it.
        let mut index = 0;
        while index < words.len() {
            let length = 1 + words[index + 1..].iter().take_while(|word| !word.spaced).count();
            let group = &words[index..index + length];
            let wide: usize = group.iter().map(|word| word.text.width()).sum();
            if !empty && used + 1 + wide > self.width {
                self.out.push_str(line.trim_end());
                self.out.push('\n');
                line = rest.to_owned();
                used = rest.width();
                empty = true;
            }
            if !empty {
                line.push(' ');
                used += 1;
            }
            for word in group {
                line.push_str(&self.painted(&word.text, word.style));
            }
            used += wide;
            empty = false;
            index += length;
        }
        self.out.push_str(line.trim_end());
        self.out.push('\n');
        self.space = false;
    }

    /// One blank line, unless there is one or nothing above.
    fn blank(&mut self) {
        self.flush("", "");
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn print_table(&mut self) {
        let rows = self.table.take().unwrap_or_default();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns).map(width).collect();
        let Some(last) = widths.pop() else { return };
        let before = 2 + widths.iter().map(|width| width + 2).sum::<usize>();
        let last = last.min(self.width.saturating_sub(before).max(NARROWEST));
        for (number, row) in rows.iter().enumerate() {
            // A table without a heading is a list in columns.
            if number == 0 && row.iter().all(String::is_empty) {
                continue;
            }
            let mut line = "  ".to_owned();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell}{}  ", " ".repeat(width - cell.width())));
            }
            let text = row.get(widths.len()).map_or("", String::as_str);
            for part in wrapped(if text.is_empty() { " " } else { text }, last).lines() {
                line.push_str(part);
                self.out.push_str(line.trim_end());
                self.out.push('\n');
                line = " ".repeat(before);
            }
            if number == 0 {
                let rule: Vec<String> = widths.iter().chain([&last]).map(|width| "-".repeat(*width)).collect();
                self.out.push_str(&format!("  {}\n", rule.join("  ")));
            }
        }
        self.blank();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, width: usize, expected: &str) {
        assert_eq!(render(markdown, width, false), expected);
    }

    #[test]
    fn paragraphs_are_wrapped_and_code_keeps_its_comma() {
        check("# Title\n\nOne two `three four`, five\nsix.\n", 20, "Title\n\nOne two\n`three four`, five\nsix.\n");
    }

    #[test]
    fn lists_nest() {
        check("- a\n- b\n  1. c\n  2. d\n\nend", 40, "- a\n- b\n  1. c\n  2. d\n\nend\n");
    }

    #[test]
    fn code_blocks_keep_their_lines() {
        check("Text:\n\n```python\nx = [1,  2]\n\ny\n```\n", 10, "Text:\n\n    x = [1,  2]\n\n    y\n");
    }

    #[test]
    fn tables_are_aligned() {
        check("| a | long |\n|---|---|\n| bb | c |\n", 40, "  a   long\n  --  ----\n  bb  c\n");
    }

    #[test]
    fn tables_fit_and_need_no_heading() {
        check(
            "| | |\n|---|---|\n| `x`, `y` | numbers of which *one* (the *last*) is left out |\n| `k` | how many |\n",
            40,
            "  `x`, `y`  numbers of which one (the\n              last) is left out\n  `k`       how many\n",
        );
    }

    #[test]
    fn code_in_a_list_stands_apart() {
        check("1. One:\n   ```\n   x\n   ```\n   more\n2. Two\n", 40, "1. One:\n\n      x\n\n  more\n2. Two\n");
    }

    #[test]
    fn color_is_off_unless_wanted() {
        assert!(!render("**bold** `code`", 40, false).contains('\u{1b}'));
        assert!(render("**bold** `code`", 40, true).contains('\u{1b}'));
    }
}
