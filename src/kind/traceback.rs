//! Reads Python's traceback text: which exception, and where in the learner's own files.

use crate::event::{ExceptionShown, FrameShown};

/// More of the learner's frames than this are left out, the oldest first.
const MOST_FRAMES: usize = 10;
/// A message is cut to this many characters.
const MOST_MESSAGE: usize = 2000;

/// The last traceback in what a program wrote, or `None` when there is none.
///
/// The text is the learner's to forge; it is only ever shown, and no verdict rests on it.
pub fn parse(text: &[u8]) -> Option<ExceptionShown> {
    // A traceback stands at the end; a flood before it need not be read.
    let text = &text[text.len().saturating_sub(256 * 1024)..];
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().rposition(|line| line.starts_with("Traceback (most recent call last)"));
    // A SyntaxError in the main file comes without that line.
    let start = match start {
        Some(start) => start + 1,
        None => {
            // One that is not UTF-8 comes without a place, too.
            let place = lines.iter().rposition(|line| line.starts_with("  File \""));
            place.or_else(|| lines.iter().rposition(|line| line.starts_with("SyntaxError: ")))?
        }
    };
    let mut frames: Vec<FrameShown> = Vec::new();
    let mut index = start;
    while let Some(line) = lines.get(index) {
        if let Some(place) = line.strip_prefix("  File \"") {
            let detail: Vec<&str> =
                lines[index + 1..].iter().take_while(|next| next.starts_with("    ")).take(4).copied().collect();
            frames.extend(frame(place, &detail));
            index += 1;
        } else if line.starts_with(' ') || line.is_empty() {
            index += 1;
        } else {
            break;
        }
    }
    let (class, message) = match lines.get(index)?.split_once(": ") {
        Some((class, message)) if is_name(class) => (class, message),
        _ => (*lines.get(index)?, ""),
    };
    if !is_name(class) {
        return None;
    }
    let message: Vec<&str> = std::iter::once(message).chain(lines[index + 1..].iter().copied()).collect();
    let mut message: String = message.join("\n").trim_end().chars().take(MOST_MESSAGE).collect();
    let class = class.strip_prefix("solution.").unwrap_or(class).to_owned();
    if let Some(end) = message.find("\nTraceback ") {
        message.truncate(end);
    }
    let oldest = frames.len().saturating_sub(MOST_FRAMES);
    Some(ExceptionShown { class, message, frames: frames.split_off(oldest) })
}

/// Whether this is a dotted Python name.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text.split('.').all(|part| {
            part.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
}

/// One `File "…", line N, in name` with the lines below it, when it is in the learner's folder.
fn frame(place: &str, detail: &[&str]) -> Option<FrameShown> {
    let (path, rest) = place.split_once("\", line ")?;
    let (_, file) = path.rsplit_once("/solution/")?;
    let (line, function) = match rest.split_once(", in ") {
        Some((line, function)) => (line, function),
        None => (rest, "<module>"),
    };
    let source = detail.first().map(|line| line.trim().to_owned()).unwrap_or_default();
    let indent = detail.first().map_or(0, |line| line.len() - line.trim_start().len());
    let marks = detail.get(1).filter(|line| line.trim().chars().all(|c| c == '^' || c == '~'));
    let columns = marks.and_then(|marks| {
        let column = |byte: usize| u32::try_from(byte.checked_sub(indent)?).ok();
        Some((column(marks.find(['^', '~'])?)?, column(marks.trim_end().len())?))
    });
    Some(FrameShown { file: file.to_owned(), line: line.parse().ok()?, function: function.to_owned(), source, columns })
}

#[cfg(test)]
mod tests;
