//! Notebooks, reduced to what can be run: their code cells.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// A notebook as far as it is read. Outputs and attachments are skipped, however large they are.
#[derive(Deserialize)]
struct Notebook {
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    cell_type: String,
    #[serde(default)]
    source: Source,
    #[serde(default, rename = "outputs")]
    _outputs: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Lines(Vec<String>),
}

impl Default for Source {
    fn default() -> Source {
        Source::Lines(Vec::new())
    }
}

/// The code of a notebook.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its code cells, one after the other.
    pub text: String,
    /// How many there are.
    pub cells: usize,
    /// Lines that are IPython's and not Python's, left out.
    pub dropped: usize,
}

impl Code {
    /// What became of the notebook, for people.
    pub fn said(&self) -> String {
        let cells = if self.cells == 1 { "code cell" } else { "code cells" };
        match self.dropped {
            0 => format!("its {} {cells}", self.cells),
            1 => format!("its {} {cells}, without a line of IPython commands", self.cells),
            count => format!("its {} {cells}, without {count} lines of IPython commands", self.cells),
        }
    }
}

/// The code of a notebook. The error says why there is none, in one sentence.
pub fn code(bytes: &[u8]) -> Result<Code, String> {
    let notebook: Notebook =
        serde_json::from_slice(bytes).map_err(|error| format!("it is no notebook of format 4 ({error})"))?;
    let mut code = Code { text: String::new(), cells: 0, dropped: 0 };
    for cell in notebook.cells.iter().filter(|cell| cell.cell_type == "code") {
        let text = match &cell.source {
            Source::Text(text) => text.clone(),
            Source::Lines(lines) => lines.concat(),
        };
        code.cells += 1;
        // A cell that begins with `%%` is another language's, or a command over all of it.
        if text.trim_start().starts_with("%%") {
            code.dropped += text.lines().count();
            continue;
        }
        for line in text.lines() {
            let start = line.trim_start();
            if start.starts_with(['%', '!']) || start.ends_with('?') && !start.starts_with('#') {
                code.dropped += 1;
                continue;
            }
            code.text.push_str(line);
            code.text.push('\n');
        }
        code.text.push('\n');
    }
    match code.cells {
        0 => Err("it has no code cells".to_owned()),
        _ => Ok(code),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;

    #[test]
    fn code_cells_are_kept_and_commands_dropped() {
        let text = serde_json::json!({"nbformat": 4, "cells": [
            {"cell_type": "markdown", "source": ["# Title\n"]},
            {"cell_type": "code", "source": ["%matplotlib inline\n", "import json\n", "!pip install x\n", "json?"],
             "outputs": [{"data": {"image/png": "x".repeat(100_000)}}]},
            {"cell_type": "code", "source": "%%bash\nrm -rf /\n"},
            {"cell_type": "code", "source": "def f():\n    return 1"},
        ]});
        let code = code(text.to_string().as_bytes()).unwrap();
        assert_eq!(code.text, "import json\n\ndef f():\n    return 1\n\n");
        assert_eq!(code.said(), "its 3 code cells, without 5 lines of IPython commands");
    }

    #[test]
    fn what_is_no_notebook_says_so() {
        assert!(code(b"{}").unwrap_err().contains("no notebook of format 4"));
        assert!(code(b"{\"cells\": []}").unwrap_err().contains("no code cells"));
        let deep = "[".repeat(100_000);
        assert!(code(format!("{{\"cells\": {deep}").as_bytes()).is_err());
    }
}
