use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;

use super::*;
use crate::intake::Caps;
use crate::intake::basket::Basket;

const CAPS: Caps = Caps { files: 20, bytes: 1 << 20, class_files: 100, class_bytes: 4 << 20 };

/// The paths that are taken from an archive, and the notes.
fn taken(kind: ArchiveKind, bytes: Vec<u8>) -> (Vec<String>, String) {
    let mut basket = Basket::new(CAPS);
    let read = read(kind, Cursor::new(bytes), &mut basket);
    let (files, mut notes) = basket.done();
    notes.extend(read.err().map(|error| error.to_string()));
    (files.into_iter().map(|file| file.path).collect(), notes.join("\n"))
}

fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A tar of entries with names as they are, which its own writer would not write.
fn tar_of(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        if matches!(kind, tar::EntryType::Symlink | tar::EntryType::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn a_zip_gives_its_good_files_and_names_the_others() {
    let zip = zip_of(&[
        ("hw/solution.py", b"x = 1"),
        ("../../etc/cron.d/x", b"x"),
        ("/etc/passwd", b"x"),
        ("C:\\evil.py", b"x"),
        ("hw/Solution.py", b"twin"),
        ("hw/con.py", b"x"),
        ("hw/inner.zip", b"PK"),
        ("__MACOSX/._solution.py", b"x"),
        ("hw/.git/config", b"x"),
    ]);
    let (files, notes) = taken(ArchiveKind::Zip, zip);
    assert_eq!(files, ["hw/solution.py"]);
    for said in [
        "../../etc/cron.d/x was not taken: its path leads out",
        "/etc/passwd was not taken: its path is absolute",
        "C:\\evil.py was not taken: its path is absolute",
        "hw/Solution.py was not taken: its name differs from another file's only by case",
        "hw/con.py was not taken: its name is reserved",
        "hw/inner.zip was not taken: it is an archive within an archive",
        "2 files were left out",
    ] {
        assert!(notes.contains(said), "{said} is not in {notes}");
    }
}

#[test]
fn links_devices_and_odd_names_of_a_zip_are_refused() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("solution.py", "/etc/hostname", SimpleFileOptions::default()).unwrap();
    writer.start_file("fifo", SimpleFileOptions::default().unix_permissions(0o010_644)).unwrap();
    writer.start_file("a\nb.py", SimpleFileOptions::default()).unwrap();
    writer.start_file("good.py", SimpleFileOptions::default()).unwrap();
    let (files, notes) = taken(ArchiveKind::Zip, writer.finish().unwrap().into_inner());
    assert!(files.contains(&"good.py".to_owned()) && !files.contains(&"solution.py".to_owned()), "{files:?}");
    assert!(notes.contains("solution.py was not taken: it is a link"), "{notes}");
    assert!(notes.contains("characters that do not belong into names"), "{notes}");
}

/// 2 GB of zeros in a few hundred kilobytes: no more than the cap is unpacked.
#[test]
fn a_bomb_is_stopped_by_what_it_really_unpacks() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("bomb.py", SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 8 << 20];
    for _ in 0..8 {
        writer.write_all(&zeros).unwrap();
    }
    writer.start_file("after.py", SimpleFileOptions::default()).unwrap();
    let zip = writer.finish().unwrap().into_inner();
    assert!(zip.len() < 1 << 20);
    let (files, notes) = taken(ArchiveKind::Zip, zip);
    assert_eq!(files, [""; 0]);
    assert!(notes.contains("bomb.py was not taken: the submission is too large"), "{notes}");
    let many: Vec<(String, &[u8])> = (0..30).map(|number| (format!("f{number}.py"), b"".as_slice())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(taken(ArchiveKind::Zip, zip_of(&many)).0.len(), CAPS.files);
}

#[test]
fn a_tar_is_read_by_the_same_rules() {
    use tar::EntryType::{Block, Fifo, Link, Regular, Symlink};
    let tar = tar_of(&[
        ("hw/solution.py", Regular, b"x = 1"),
        ("../x.py", Regular, b"x"),
        ("/abs.py", Regular, b"x"),
        ("link.py", Symlink, b""),
        ("hard.py", Link, b""),
        ("fifo", Fifo, b""),
        ("disk", Block, b""),
    ]);
    let mut gz = GzEncoder::new(Vec::new(), Compression::default());
    gz.write_all(&tar).unwrap();
    for (kind, bytes) in [(ArchiveKind::Tar, tar), (ArchiveKind::TarGz, gz.finish().unwrap())] {
        let (files, notes) = taken(kind, bytes);
        assert_eq!(files, ["hw/solution.py"]);
        for said in [
            "../x.py was not",
            "/abs.py was not",
            "link.py was not taken: it is a link",
            "hard.py was not taken: it is a link",
        ] {
            assert!(notes.contains(said), "{said} is not in {notes}");
        }
        assert!(
            notes.contains("fifo was not taken: it is no regular file") && notes.contains("disk was not"),
            "{notes}"
        );
    }
}

#[test]
fn what_is_damaged_says_so_and_what_was_before_it_counts() {
    let (files, notes) = taken(ArchiveKind::Zip, b"this is no zip".to_vec());
    assert!(files.is_empty() && !notes.is_empty(), "{notes}");
    let mut tar = tar_of(&[("a.py", tar::EntryType::Regular, b"x"), ("b.py", tar::EntryType::Regular, b"y")]);
    tar.truncate(1100);
    let (files, notes) = taken(ArchiveKind::Tar, tar);
    assert!(files == ["a.py"] && !notes.is_empty(), "{files:?} {notes}");
}

#[test]
fn archives_are_known_by_their_names() {
    assert_eq!(ArchiveKind::of("Jane Doe.ZIP"), Some((ArchiveKind::Zip, "Jane Doe")));
    assert_eq!(ArchiveKind::of("a.tar.gz"), Some((ArchiveKind::TarGz, "a")));
    assert_eq!(ArchiveKind::of("a.tgz"), Some((ArchiveKind::TarGz, "a")));
    assert_eq!(ArchiveKind::of(".zip"), None);
    assert_eq!(ArchiveKind::of("a.py"), None);
}
