//! Who reads what a batch writes: axe-core, a strict HTML parser and a parser of JUnit files, fetched once from PyPI by
//! version and hash.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/readers.txt");
const VALIDATE: &str = "
import sys, html5lib
for path in sys.argv[1:]:
    with open(path, 'rb') as file:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(file, transport_encoding='utf-8')
    for position, code, details in parser.errors:
        print(path, position, html5lib.constants.E[code] % details)
";

/// The folder with all of them, for `PYTHONPATH`; installed on first use.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers");
        let wanted = fs::read_to_string(REQUIREMENTS).unwrap();
        let done = folder.join("done");
        if fs::read_to_string(&done).is_ok_and(|found| found == wanted) {
            return folder;
        }
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let pip = Command::new("python3").args(["-m", "pip", "--version"]).output();
        let mut install = match pip.is_ok_and(|output| output.status.success()) {
            true => {
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "--disable-pip-version-check"]);
                pip
            }
            false => {
                let mut uv = Command::new("uv");
                uv.arg("pip");
                uv
            }
        };
        install.args(["install", "--quiet", "--no-deps", "--require-hashes", "--target"]).arg(&folder);
        let output = install.args(["-r", REQUIREMENTS]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::write(&done, wanted).unwrap();
        folder
    })
}

/// The source of axe-core.
pub fn axe() -> String {
    fs::read_to_string(folder().join("axe_playwright_python/axe.min.js")).unwrap()
}

/// What is wrong with these files as HTML; nothing when all is right.
pub fn mistakes(files: &[PathBuf]) -> String {
    let output = Command::new("python3")
        .args(["-B", "-c", VALIDATE])
        .args(files)
        .env("PYTHONPATH", folder())
        .env("PYTHONUTF8", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
