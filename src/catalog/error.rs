//! Mistakes in a pack: what, in which file, at which line, and the way out. The author's, never the learner's.

use std::fmt;
use std::ops::Range;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogError {
    /// The file, as a path to open, or as its path in the pack when that is embedded.
    pub file: String,
    /// Line and column, from 1.
    pub place: Option<(usize, usize)>,
    /// The line itself.
    pub line: Option<String>,
    /// What is wrong, and the way out.
    pub message: String,
}

impl CatalogError {
    /// A mistake of a whole file.
    pub fn new(file: impl Into<String>, message: impl Into<String>) -> CatalogError {
        CatalogError { file: file.into(), place: None, line: None, message: message.into() }
    }

    /// A mistake at a place of a file with this text.
    pub fn at(
        file: impl Into<String>,
        text: &str,
        span: Option<Range<usize>>,
        message: impl Into<String>,
    ) -> CatalogError {
        let mut error = CatalogError::new(file, message);
        if let Some(before) = span.and_then(|span| text.get(..span.start)) {
            let number = before.matches('\n').count();
            let column = before.rsplit('\n').next().unwrap_or("").chars().count();
            error.place = Some((number + 1, column + 1));
            error.line = text.lines().nth(number).map(str::to_owned);
        }
        error
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        if let (Some((_, column)), Some(line)) = (self.place, &self.line) {
            // A long line is shown around the place, so that the caret stays on the screen.
            let from = column.saturating_sub(41);
            let cut: String = line.chars().skip(from).take(76).collect();
            write!(f, "\n    {cut}\n    {}^", " ".repeat(column - 1 - from))?;
        }
        Ok(())
    }
}

/// All mistakes of a pack, at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CatalogErrors(pub Vec<CatalogError>);

impl fmt::Display for CatalogErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_line_and_column() {
        let error = CatalogError::at("a.toml", "one\ntwo = 2\n", Some(8..9), "no");
        assert_eq!(error.to_string(), "a.toml:2:5: no\n    two = 2\n        ^");
    }
}
