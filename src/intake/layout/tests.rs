use std::collections::BTreeMap;
use std::fs;

use tempfile::TempDir;

use super::exports::{CanvasName, canvas_name, moodle_name, parse_time};
use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("root").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn opened(folder: &TempDir, name: &str, layout: Option<Layout>) -> Result<Received, IntakeError> {
    let spool = tempfile::tempdir().unwrap().keep();
    open(&folder.path().join(name), layout, &spool, Caps::USUAL, &|name| name == "tier1")
}

/// By key: the files of each submission.
fn files(received: &Received) -> BTreeMap<String, Vec<String>> {
    let paths = |one: &Submission| one.read(Caps::USUAL).unwrap().0.into_iter().map(|file| file.path).collect();
    received.submissions.iter().map(|one| (one.key.clone(), paths(one))).collect()
}

#[test]
fn canvas_names() {
    let name = |name, user, attachment, late, file| Some(CanvasName { name, user, attachment, late, file });
    for (text, expected) in [
        ("doejane_123_456_solution.py", name(Some("doejane"), "123", 456, false, "solution.py")),
        ("doejane_LATE_123_456_my_file_1.py", name(Some("doejane"), "123", 456, true, "my_file_1.py")),
        ("müller_1_2_x.py", name(Some("müller"), "1", 2, false, "x.py")),
        ("LATE_anon_aB3_99_a.py", name(None, "aB3", 99, true, "a.py")),
        ("anon_aB3_99_a.py", name(None, "aB3", 99, false, "a.py")),
        ("doejane_123_text.html", name(Some("doejane"), "123", 0, false, "text.html")),
        ("solution.py", None),
        ("a_b_c.py", None),
    ] {
        assert_eq!(canvas_name(text), expected, "{text}");
    }
}

#[test]
fn an_export_of_canvas() {
    let folder = folder(&[
        ("doejane_1_10_solution.py", "old"),
        ("doejane_1_11_solution-1.py", "new"),
        ("leesam_LATE_2_12_hw.py", "x"),
        ("leesam_2_text.html", "typed"),
        ("readme", "x"),
    ]);
    let received = opened(&folder, "root", None).unwrap();
    assert_eq!(received.layout, Layout::Canvas);
    assert_eq!(files(&received)["doejane_1"], ["solution.py"]);
    assert_eq!(&*received.submissions[0].read(Caps::USUAL).unwrap().0[0].bytes, b"new");
    assert!(received.submissions[1].late && received.submissions[1].notes[0].contains("a text was typed in"));
    assert_eq!(received.submissions[0].by[0].ids, [("canvas_id", "1".to_owned())]);
    assert_eq!(received.ignored[0].0, "readme");
}

#[test]
fn an_export_of_moodle() {
    assert_eq!(moodle_name("Jane Doe_123_assignsubmission_file_"), Some(("Jane Doe", "123", false, None)));
    assert_eq!(moodle_name("u1_Jane Doe_123_assignsubmission_file_a.py").unwrap().3, Some("a.py"));
    assert_eq!(moodle_name("Jane_assignsubmission_file"), None);
    let folder = folder(&[
        ("Jane Doe_123_assignsubmission_file_/hw/solution.py", "x"),
        ("Jane Doe_123_assignsubmission_onlinetext/onlinetext.html", "x"),
        ("Participant_7_assignsubmission_file/solution.py", "x"),
    ]);
    let received = opened(&folder, "root", None).unwrap();
    assert_eq!(received.layout, Layout::Moodle);
    let all = files(&received);
    assert_eq!(
        (&all["Jane Doe_123"][..], &all["Participant_7"][..]),
        (&["hw/solution.py".to_owned()][..], &["solution.py".to_owned()][..])
    );
    assert_eq!(
        (received.submissions[0].by[0].name.as_deref(), &received.submissions[1].by[0].name),
        (Some("Jane Doe"), &None)
    );
}

#[test]
fn an_export_of_gradescope() {
    let metadata = "submission_1:\n  :submitters:\n  - :name: Ada\n    :sid: 007\n    :email: ada@x.org\n  - :name: Bob\n    :email: bob@x.org\n  \
                    :created_at: 2026-11-01 10:00:00.123 -07:00\n  :results: {tests: [1, 2]}\nsubmission_2:\n  :submitters: []\n";
    // What a student puts into the submission does not count.
    let folder = folder(&[
        ("submission_metadata.yml", metadata),
        ("submission_1/solution.py", "x"),
        ("submission_1/submission_metadata.yml", "submission_9: {}"),
        ("submission_8/solution.py", "x"),
    ]);
    let received = opened(&folder, "root", None).unwrap();
    assert_eq!(received.layout, Layout::Gradescope);
    let one = &received.submissions[0];
    assert_eq!((one.by.len(), one.by[1].ids[0].1.as_str()), (2, "bob@x.org"));
    assert_eq!(one.at.unwrap().to_string(), "2026-11-01T17:00:00.123Z");
    let ignored: Vec<&str> = received.ignored.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(ignored, ["submission_8", "submission_2"]);
    let broken = self::folder(&[("submission_metadata.yml", "a: [\n"), ("submission_1/x.py", "")]);
    let error = opened(&broken, "root", None).unwrap_err().to_string();
    assert!(error.contains("submission_metadata.yml") && error.contains("it is not Gradescope's"), "{error}");
}

#[test]
fn clones_of_github_classroom_and_a_class_of_nbgrader() {
    let folder = folder(&[
        ("hw1-submissions/hw1-jane/solution.py", "x"),
        ("hw1-submissions/hw1-jane/.git/config", "x"),
        ("hw1-submissions/hw1-team-7/solution.py", "x"),
        ("nb/submitted/ada/ps1/solution.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"x = 1\"}]}"),
        ("nb/submitted/ada/ps1/timestamp.txt", "2015-02-02 14:58:23.948203 America/Los_Angeles"),
    ]);
    let received = opened(&folder, "root/hw1-submissions", None).unwrap();
    assert_eq!(received.layout, Layout::GithubClassroom);
    let logins: Vec<&str> = received.submissions.iter().map(|one| one.by[0].ids[0].1.as_str()).collect();
    assert_eq!(logins, ["jane", "team-7"]);
    assert_eq!(files(&received)["hw1-jane"], ["solution.py"]);
    let received = opened(&folder, "root/nb", None).unwrap();
    assert_eq!(received.layout, Layout::Nbgrader);
    assert_eq!(received.submissions[0].at, parse_time("2015-02-02 22:58:23.948203"));
    assert_eq!(files(&received)["ada"], ["ps1/solution.py", "ps1/timestamp.txt"]);
}

#[test]
fn plain_folders_archives_and_one_folder_too_many() {
    let folder = folder(&[
        ("class/ada/tier1/x/solution.py", "x"),
        ("class/bob.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"x = 1\"}]}"),
        ("class/notes.md", "x"),
        ("class/.DS_Store", "x"),
        ("alone/ada/tier1/x/solution.py", "x"),
    ]);
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("root/class/ada/link.py")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("root/class/ada/fifo")).status().unwrap();
    assert!(made.success());
    fs::create_dir(folder.path().join("root/class/empty")).unwrap();
    fs::rename(folder.path().join("root/alone"), folder.path().join("alone")).unwrap();
    let received = opened(&folder, "root", None).unwrap();
    assert_eq!(received.layout, Layout::Folders);
    let all = files(&received);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["ada", "bob.ipynb", "empty"]);
    assert_eq!(
        (&all["ada"][..], &all["bob.ipynb"][..]),
        (&["tier1/x/solution.py".to_owned()][..], &["bob.py".to_owned()][..])
    );
    let (_, notes) = received.submissions[0].read(Caps::USUAL).unwrap();
    assert_eq!(notes, ["fifo was not taken: it is no regular file", "link.py was not taken: it is a link"]);
    // A single student is a student, not a folder around the class.
    assert_eq!(files(&opened(&folder, "alone", None).unwrap()).keys().collect::<Vec<_>>(), ["ada"]);
}

#[test]
fn the_archive_of_a_class_is_unpacked_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in [("class/ada/solution.py", "x"), ("class/bob/solution.py", "y"), ("class/bob/data.bin", "zzzz")]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    fs::write(folder.path().join("class.tar"), builder.into_inner().unwrap()).unwrap();
    let received = opened(&folder, "class.tar", None).unwrap();
    assert_eq!(files(&received)["bob"], ["data.bin", "solution.py"]);
    let spool = tempfile::tempdir().unwrap();
    let caps = Caps { class_files: 2, ..Caps::USUAL };
    let error = open(&folder.path().join("class.tar"), None, spool.path(), caps, &|_| false).unwrap_err();
    assert!(matches!(error, IntakeError::TooLarge { .. }), "{error}");
    fs::write(folder.path().join("class.rar"), "x").unwrap();
    assert!(opened(&folder, "class.rar", None).unwrap_err().to_string().contains("neither a folder nor a .zip"));
}
