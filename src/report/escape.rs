//! Foreign text, made visible and harmless: what a learner prints can hold terminal commands, text that runs
//! backwards and characters that nobody sees.
//!
//! One convention everywhere: a control character becomes its picture (`␛`, `␀`), a tab `→`, a line end `↵`, and any
//! other character without a look of its own its number (`<U+202E>`).

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most combining marks that are drawn over one character; more of them would climb into other lines.
const MOST_MARKS: usize = 3;

/// A piece of text on the screen that must not be divided: a character with its marks, or what stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What is shown.
    pub text: String,
    /// Columns that it takes.
    pub width: usize,
    /// The characters of the original that it stands for.
    pub source: String,
}

impl Cell {
    /// A cell that stands for `source` and is shown as something else.
    pub fn standing_for(source: &str, text: String) -> Cell {
        Cell { width: text.width(), text, source: source.to_owned() }
    }

    /// Whether it shows the end of a line.
    pub fn ends_line(&self) -> bool {
        self.source == "\n"
    }
}

/// Whether a character could do harm, mislead or go unseen when shown as it is.
pub fn is_hostile(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        // Spaces that look like another space, or like nothing.
        | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{2800}'
        // Invisible characters, direction marks and overrides, line and paragraph separators.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        // The last two of every plane are no characters, and XML does not take them.
        || u32::from(c) & 0xfffe == 0xfffe
}

/// What stands for a hostile character.
fn sign(c: char) -> String {
    match c {
        '\t' => "→".to_owned(),
        '\n' => "↵".to_owned(),
        '\x7f' => "␡".to_owned(),
        // Unicode has a picture for each of them, in the same order.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).map_or_else(String::new, String::from),
        _ => number(c),
    }
}

/// A character by its number: `<U+00E9>`.
pub fn number(c: char) -> String {
    format!("<U+{:04X}>", u32::from(c))
}

/// The text as cells, hostile characters replaced. A line end is a cell too; whoever prints decides what follows it.
pub fn cells(text: &str) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::with_capacity(text.len());
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if is_hostile(c) {
            cells.push(Cell::standing_for(c.encode_utf8(&mut [0; 4]), sign(c)));
        } else if width > 0 {
            cells.push(Cell { text: c.to_string(), width, source: c.to_string() });
        } else {
            // A combining mark belongs to the character before it, if there is one that is shown as it is.
            match cells.last_mut() {
                Some(last) if last.text == last.source && last.source.chars().count() <= MOST_MARKS => {
                    last.text.push(c);
                    last.source.push(c);
                }
                _ => cells.push(Cell::standing_for(c.encode_utf8(&mut [0; 4]), number(c))),
            }
        }
    }
    cells
}

/// Columns that cells take.
pub fn width_of(cells: &[Cell]) -> usize {
    cells.iter().map(|cell| cell.width).sum()
}

/// Columns that a text takes once it is made visible.
pub fn width(text: &str) -> usize {
    width_of(&cells(text))
}

/// Whether a character is shown as it is: nearly all are, and a text of such need not be taken apart into cells.
fn is_plain(c: char) -> bool {
    (' '..='~').contains(&c) || (!c.is_ascii() && !is_hostile(c) && c.width().unwrap_or(0) > 0)
}

/// The text on one line: line ends are shown, not obeyed.
pub fn visible(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    cells(text).into_iter().map(|cell| cell.text).collect()
}

/// The text with its lines kept and everything else hostile made visible.
pub fn visible_block(text: &str) -> String {
    if text.chars().all(|c| c == '\n' || is_plain(c)) {
        return text.to_owned();
    }
    cells(text).into_iter().map(|cell| if cell.ends_line() { "\n".to_owned() } else { cell.text }).collect()
}

/// The text on one line, cut to `width` columns; `…` tells that it was.
pub fn cut(text: &str, width: usize) -> String {
    let cells = cells(text);
    if width_of(&cells) <= width {
        return cells.into_iter().map(|cell| cell.text).collect();
    }
    let mut shown = String::new();
    let mut room = width.saturating_sub(1);
    for cell in cells {
        if cell.width > room {
            break;
        }
        room -= cell.width;
        shown.push_str(&cell.text);
    }
    if width > 0 {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests;
