//! The one place that writes to the terminal outside of a run's reporters.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::CliError;
use crate::config::Color;

/// Whether to colour a stream.
pub fn colored(color: Color, terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Whether to colour standard output.
pub fn stdout_colored(color: Color) -> bool {
    colored(color, io::stdout().is_terminal())
}

/// The width of the terminal in columns; 80 where there is none.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let asked = || rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok().map(|size| usize::from(size.ws_col));
    columns.or_else(asked).filter(|&columns: &usize| columns >= 20).unwrap_or(80).min(200)
}

/// A line that is no wider than the terminal: what is too much becomes an ellipsis.
pub fn fitted(line: &str) -> String {
    let width = width();
    match line.width() <= width {
        true => line.to_owned(),
        false => {
            let mut used = 0;
            let room = |c: &char| {
                used += c.width().unwrap_or(0);
                used < width
            };
            line.chars().take_while(room).chain(['…']).collect()
        }
    }
}

/// Writes data to standard output.
pub fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Says something to the person at the terminal. If standard error is closed, nobody is there to be told.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints an error and its ways out to standard error.
pub fn print_error(error: &CliError, color: Color) {
    let (red, bold) = if colored(color, io::stderr().is_terminal()) {
        (AnsiColor::Red.on_default().bold(), Style::new().bold())
    } else {
        (Style::new(), Style::new())
    };
    let mut text = format!("{red}error{red:#}: {}", error.message());
    for hint in error.hints() {
        text.push_str(&format!("\n{bold}hint{bold:#}: {hint}"));
    }
    say(&text);
}
