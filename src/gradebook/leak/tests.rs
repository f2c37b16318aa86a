use std::io::Cursor;

use super::super::{feedback::Feedback, gradescope::Gradescope};
use super::*;
use crate::batch::{Output, Outputs};
use crate::gradebook::samples;

fn secret(case: &str, text: &str) -> Secret {
    Secret { exercise: "tier1/dedupe".parse().unwrap(), case: case.parse().unwrap(), text: text.into() }
}

fn found(secrets: &[Secret], public: &[&str], text: &str) -> Vec<(String, Form)> {
    let mut found = Vec::new();
    let scanner = Scanner::new(secrets, public).unwrap();
    scanner.reader(Path::new("x"), Cursor::new(text.as_bytes().to_vec()), &mut found).unwrap();
    found.into_iter().map(|one| (one.case.to_string(), one.form)).collect()
}

const SECRET: &str = "dedupe(['Grüße', \"it's <b>\"],\tkey='a\\n')\n";

#[test]
fn a_secret_is_found_in_every_form() {
    let raw = SECRET.trim();
    for (text, form) in [
        (raw.to_owned(), Form::Raw),
        (crate::report::escape::visible(raw), Form::Visible),
        (serde_json::to_string(raw).unwrap(), Form::Json),
        ("dedupe(['Gr\\u00fc\\u00dfe', \\\"it's <b>\\\"],\\tkey='a\\\\n')".to_owned(), Form::Json),
        ("'dedupe([\\'Grüße\\', \"it\\'s <b>\"],\\tkey=\\'a\\\\n\\')'".to_owned(), Form::Python),
        ("dedupe(['Grüße', &quot;it's".replace('\'', "&#39;") + " &lt;b&gt;&quot;],\tkey=&#39;a\\n&#39;)", Form::Html),
        (super::super::file::hex(raw.as_bytes()), Form::Hex),
        (super::super::file::hex(SECRET.as_bytes()).to_uppercase(), Form::Hex),
    ] {
        let around = format!("some text {text} and more");
        assert_eq!(found(&[secret("hidden", SECRET)], &[], &around), [("hidden".to_owned(), form)], "{text}");
    }
    // What Python's json and repr give, one within the other.
    let twice = serde_json::to_string("you have 'a\\tb\\n12345678'").unwrap();
    assert_eq!(found(&[secret("hidden", "a\tb\n12345678")], &[], &twice), [("hidden".to_owned(), Form::Python)]);
}

#[test]
fn hashes_and_base64_are_found() {
    // The hashes and the text of `correct horse battery`, from other programs.
    for (text, form) in [
        ("0123456789abcdef0123456789abcdef", None),
        ("Y29ycmVjdCBob3JzZSBiYXR0ZXJ5", Some(Form::Base64)),
        ("Pz8/Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IQ==", Some(Form::Base64)),
        ("eGNvcnJlY3QgaG9yc2UgYmF0dGVyeXk=", Some(Form::Base64)),
        (MD5, Some(Form::Md5)),
        (SHA256, Some(Form::Sha256)),
    ] {
        let expected: Vec<_> = form.map(|form| ("hidden".to_owned(), form)).into_iter().collect();
        assert_eq!(found(&[secret("hidden", "correct horse battery")], &[], text), expected, "{text}");
    }
}

const MD5: &str = "88e4ddd2402d92d50e1879d6ecd9ffd4";
const SHA256: &str = "9028ea0d15decaa35b2da21c0290af3b1a5ba0a30a591906f89b5074e209ea72";

#[test]
fn what_students_can_read_is_no_secret() {
    let public = ["The statement says: give 'anything' back.\nreturns = \"['Hi there']\"", "x = '''another one'''"];
    for text in
        ["['Hi there']", "anything", "another one", "short", "  1234567  ", "--------------", "\n\n\n\n\n\n\n\n\n"]
    {
        assert_eq!(found(&[secret("hidden", text)], &public, &format!("{text} {text}")), [], "{text}");
    }
    assert_eq!(found(&[], &public, "anything"), []);
    // It is public in another form.
    assert_eq!(
        found(&[secret("hidden", "line one\nline two")], &["x = 'line one\\nline two'"], "line one\nline two"),
        []
    );
    assert_eq!(found(&[secret("hidden", "['Hi there', 1]")], &public, "['Hi there', 1]").len(), 1);
}

#[test]
fn a_long_secret_is_found_by_its_parts() {
    let long: String = (0..2000).map(|number| format!("row {number} is worth {}\n", number * 7919 % 1000)).collect();
    let secrets = [secret("hidden", &long)];
    for start in [0, 17, 100, 4000] {
        let part: String = long.chars().skip(start).take(63).collect();
        assert_eq!(found(&secrets, &[], &format!("x{part}x")).len(), 1, "{part}");
    }
    let shown = serde_json::to_string(&long[40..140]).unwrap();
    assert_eq!(found(&secrets, &[], &shown).len(), 1);
    // A part that is public does not make the rest so.
    let public: String = long.chars().take(200).collect();
    assert_eq!(found(&secrets, &[&public], &public), []);
    let rest: String = long.chars().skip(300).take(100).collect();
    assert_eq!(found(&secrets, &[&public], &rest).len(), 1);
    // What tells nothing is no part.
    let zeros = "0, ".repeat(5000);
    assert_eq!(found(&[secret("hidden", &zeros)], &[], &zeros[..600]), []);
}

#[test]
fn every_case_is_named_once() {
    let secrets = [secret("one", "the same text"), secret("two", "the same text"), secret("one", "other text 1")];
    let names: Vec<String> =
        found(&secrets, &[], "other text 1, the same text, the same text").into_iter().map(|(case, _)| case).collect();
    assert_eq!(names, ["one", "two"]);
}

#[test]
fn a_secret_is_found_across_the_buffers_of_a_stream() {
    struct Slow(Cursor<Vec<u8>>);
    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(7);
            self.0.read(&mut buffer[..most])
        }
    }
    let text = format!("{}correct horse{}", "x".repeat(100_003), "y".repeat(70_000));
    let mut found = Vec::new();
    let scanner = Scanner::new(&[secret("hidden", "correct horse")], &[]).unwrap();
    scanner.reader(Path::new("x"), Slow(Cursor::new(text.into_bytes())), &mut found).unwrap();
    assert_eq!(found[0].at, 100_003);
}

#[test]
fn too_many_secrets_are_an_error_and_not_forgotten() {
    let secrets = [secret("hidden", &"'\"é 0123456789".repeat(100))];
    assert!(units(&secrets, 100_000).is_ok());
    let error = units(&secrets, 10_000).err().unwrap();
    assert!(error.to_string().contains("too large to look for"), "{error}");
}

/// A class whose files are written as they are, and one where a told text gives a hidden input away.
#[test]
fn the_files_of_students_are_searched() {
    let secrets = [secret("hidden-twin", "dedupe(['x1', 'x2'], key=None)"), secret("hidden-twin", "['x1', 'x2']")];
    let folder = tempfile::tempdir().unwrap();
    let write = |class: Vec<crate::batch::StudentResult>| {
        let outputs: [Box<dyn Output>; 2] =
            [Box::new(Feedback::create(folder.path())), Box::new(Gradescope::create(folder.path()))];
        Outputs(outputs.into()).write(&samples::batch(), class.into_iter().map(Ok)).unwrap();
        scan(folder.path(), &secrets, &["what students read"]).unwrap()
    };
    assert_eq!(scan(folder.path(), &secrets, &[]).unwrap(), []);
    assert_eq!(write(samples::class()), []);
    let mut class = samples::class();
    class[1] = samples::telling(class[1].clone(), "called as\n  dedupe(['x1', 'x2'], key=None)");
    let found = write(class);
    let files: Vec<String> =
        found.iter().map(|one| one.file.strip_prefix(folder.path()).unwrap().display().to_string()).collect();
    assert_eq!(files, ["students/s002/feedback.md", "students/s002/results.json"]);
    let told = found[0].to_string();
    assert!(told.contains("a secret of hidden case tier1/dedupe hidden-twin, as it is"), "{told}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_searched_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(folder.path().join("students/s1")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("students/s1/link")).unwrap();
    let error = scan(folder.path(), &[secret("hidden", "a secret text")], &[]).unwrap_err();
    assert!(error.to_string().contains("s1/link"), "{error}");
}
