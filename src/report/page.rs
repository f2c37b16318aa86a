//! A page of fixed width: paragraphs that wrap at spaces, and text that must be shown as it is.

use super::escape::{self, Cell};
use super::style::{Palette, Role};

/// Text of one role, and what it leads to when clicked.
#[derive(Debug, Clone)]
pub struct Span {
    role: Role,
    text: String,
    link: Option<String>,
    together: bool,
}

/// A span without a link.
pub fn span(role: Role, text: impl Into<String>) -> Span {
    Span { role, text: text.into(), link: None, together: false }
}

/// A plain span.
pub fn plain(text: impl Into<String>) -> Span {
    span(Role::Plain, text)
}

impl Span {
    /// The same, with somewhere to go.
    pub fn leading_to(self, link: Option<String>) -> Span {
        Span { link, ..self }
    }

    /// The same, not to be broken at its spaces.
    pub fn together(self) -> Span {
        Span { together: true, ..self }
    }
}

/// A run of cells that look alike.
#[derive(Debug)]
struct Run<'a> {
    span: &'a Span,
    text: String,
}

/// Lines in the making.
#[derive(Debug)]
pub struct Page {
    text: String,
    width: usize,
    palette: Palette,
}

impl Page {
    /// An empty page.
    pub fn new(width: usize, palette: Palette) -> Page {
        Page { text: String::new(), width: width.max(20), palette }
    }

    /// Columns there are.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Takes what was written so far.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Whether nothing was written since the last [`Page::take`].
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph: its first line indented by `indent`, the following ones by `hang`. What it says is made visible.
    pub fn para(&mut self, indent: usize, hang: usize, spans: &[Span]) {
        let (indent, hang) = (indent.min(self.width / 2), hang.min(self.width / 2));
        let cells: Vec<(Cell, &Span)> =
            spans.iter().flat_map(|span| escape::cells(&span.text).into_iter().map(move |cell| (cell, span))).collect();
        let mut line: Vec<(Cell, &Span)> = Vec::new();
        let (mut margin, mut used) = (indent, indent);
        let mut rest = cells.into_iter().peekable();
        while rest.peek().is_some() {
            let mut word = Vec::new();
            let is_space = |(cell, span): &(Cell, &Span)| cell.text == " " && !span.together;
            let space = rest.peek().is_some_and(is_space);
            while let Some(next) = rest.next_if(|next| is_space(next) == space) {
                word.push(next);
            }
            let wide: usize = word.iter().map(|(cell, _)| cell.width).sum();
            if used + wide > self.width && used > margin {
                self.line(margin, &line);
                line.clear();
                (margin, used) = (hang, hang);
                if space {
                    continue;
                }
            }
            for (cell, span) in word {
                if used + cell.width > self.width {
                    self.line(margin, &line);
                    line.clear();
                    (margin, used) = (hang, hang);
                }
                used += cell.width;
                line.push((cell, span));
            }
        }
        if !line.is_empty() {
            self.line(margin, &line);
        }
    }

    /// One line of cells that is known to fit, without the spaces at its end.
    fn line(&mut self, margin: usize, cells: &[(Cell, &Span)]) {
        let end = cells.iter().rposition(|(cell, _)| cell.text != " ").map_or(0, |last| last + 1);
        let mut runs: Vec<Run<'_>> = Vec::new();
        for (cell, span) in &cells[..end] {
            match runs.last_mut() {
                Some(run) if std::ptr::eq(run.span, *span) => run.text.push_str(&cell.text),
                _ => runs.push(Run { span, text: cell.text.clone() }),
            }
        }
        if end > 0 {
            self.text.push_str(&" ".repeat(margin));
        }
        for run in runs {
            let painted = self.palette.paint(run.span.role, &run.text);
            match &run.span.link {
                // OSC 8: a terminal that knows it makes a link of it, another one shows the text alone.
                Some(link) => self.text.push_str(&format!("\x1b]8;;{link}\x1b\\{painted}\x1b]8;;\x1b\\")),
                None => self.text.push_str(&painted),
            }
        }
        self.text.push('\n');
    }

    /// One line of pieces that are visible already and fit.
    pub fn pieces(&mut self, pieces: &[(Role, &str)]) {
        let end =
            pieces.iter().rposition(|(_, text)| !text.trim_end_matches(' ').is_empty()).map_or(0, |last| last + 1);
        for run in pieces[..end].chunk_by(|a, b| a.0 == b.0) {
            let text: String = run.iter().map(|(_, text)| *text).collect();
            if let Some((role, _)) = run.first() {
                self.text.push_str(&self.palette.paint(*role, &text));
            }
        }
        self.text.truncate(self.text.trim_end_matches(' ').len());
        self.text.push('\n');
    }
}

/// A `file:` address for an absolute path; nothing for another.
pub fn file_link(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return None;
    }
    let mut link = "file://".to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            link.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests;
