#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use super::super::canvas;
use super::*;
use crate::gradebook::samples;

#[test]
fn the_mark_is_what_the_cells_show() {
    for (cells, mark) in [
        (&["12.50", "3"][..], Some(Mark::Point)),
        (&["12,5", "x", "1.234,5"], Some(Mark::Comma)),
        (&["1,234"], None),
        (&["1,234.5"], Some(Mark::Point)),
        (&["1.234", "7,25"], Some(Mark::Comma)),
        (&["1.5", "1,5"], None),
        (&["", "EX", "5.", ".5", "N/A", "1.2.3"], None),
    ] {
        assert_eq!(Mark::of(cells.iter().map(|&cell| cell.to_owned())), mark, "{cells:?}");
    }
}

#[test]
fn numbers_of_cells() {
    for (cell, number) in [
        ("12.50", Some(1250)),
        ("12,5", Some(1250)),
        ("1.234,5", Some(123_450)),
        ("-3", Some(-300)),
        ("0", Some(0)),
        ("EX", None),
        ("inf", None),
        ("1e5", None),
        ("", None),
        ("99999999999999", None),
    ] {
        assert_eq!(hundredths(cell), number, "{cell}");
    }
}

#[test]
fn what_is_possible_is_sure() {
    let text = |cell| possible(cell).map(|points| points.to_string());
    for (cell, points) in [("20.00", "20"), ("100,00", "100"), ("1,000.50", "1000.5"), ("7", "7"), ("12.5", "12.5")] {
        assert_eq!(text(cell).as_deref(), Some(points), "{cell}");
    }
    for cell in ["", "0", "0.00", "-5", "1,000", "1.000", "Good", "(read only)"] {
        assert_eq!(text(cell), None, "{cell}");
    }
}

/// Hostile names in the export: shown on one line each, 80 columns at most, nothing of them obeyed.
#[test]
fn what_changes_fits_a_screen() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["Student", "ID", "SIS User ID", "Section", "HW (1)"]).unwrap();
    let class = samples::class();
    for (index, result) in class.iter().enumerate() {
        let name = &result.student.name;
        let number = (index + 100).to_string();
        writer.write_record([name, &number, result.student.id.as_str(), "A", "100000000"]).unwrap();
    }
    let path = folder.path().join("export.csv");
    std::fs::write(&path, writer.into_inner().unwrap()).unwrap();
    let output = canvas::upload(&path, "1", Scale::Points, folder.path()).unwrap();
    let changes = output.changes();
    samples::written(output).unwrap();
    let changes = changes.get().unwrap();
    assert_eq!(changes.cells.len() + changes.unwritten.len(), class.len());
    let text = changes.to_string();
    for line in text.lines() {
        assert!(escape::width(line) <= 80, "{line}");
        assert!(!line.contains(escape::is_hostile), "{line}");
    }
    let filled = std::fs::read(folder.path().join("canvas.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(filled.as_slice());
    for (record, cell) in reader.records().zip(&changes.cells) {
        let record = record.unwrap();
        let result = class.iter().find(|result| result.student.id == cell.student).unwrap();
        assert_eq!((&record[0], &record[4]), (result.student.name.as_str(), cell.after.as_str()));
    }
}
