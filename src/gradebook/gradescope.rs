//! `students/<id>/results.json` in the format of Gradescope's autograders.
//!
//! - A hidden case is a test with visibility `hidden` that says its verdict and nothing else. Gradescope then hides the
//!   total as well, since it would tell how many of them passed. A student may know that total, which is the grade: so
//!   the text above the tests, which Gradescope shows, says it.
//! - The scores of the tests are those of the cases, before anything is taken off for lateness; `score` is what counts.
//!   The sum of `max_score` is always the points of the batch.
//! - Gradescope has no word for "the machine failed": no score is an error to it, and 0 would be a lie. Who has no points
//!   gets no file, and one from before is removed.
//! - Everything is `text`: nothing is read as Markdown or HTML.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::file;
use super::number::Exact;
use super::words;
use crate::batch::{Batch, CaseInfo, CaseRecord, ExerciseInfo, Grade, Output, Points, Record, StudentResult};
use crate::model::Verdict;
use crate::report::escape::{visible, visible_block};

/// The file.
#[derive(Debug, Serialize)]
struct Results {
    score: Exact,
    output: String,
    output_format: Format,
    test_output_format: Format,
    test_name_format: Format,
    visibility: Visibility,
    stdout_visibility: Visibility,
    tests: Vec<Test>,
}

#[derive(Debug, Serialize)]
struct Test {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<Exact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_score: Option<Exact>,
    status: Status,
    name: String,
    name_format: Format,
    number: String,
    output: String,
    output_format: Format,
    visibility: Visibility,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Text,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Visibility {
    Visible,
    Hidden,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Passed,
    Failed,
}

impl Status {
    fn of(passed: bool) -> Status {
        if passed { Status::Passed } else { Status::Failed }
    }
}

/// Writes a file for each student.
pub struct Gradescope {
    out: PathBuf,
}

impl Gradescope {
    /// Will write below the folder `out`.
    pub fn create(out: &Path) -> Gradescope {
        Gradescope { out: out.to_owned() }
    }
}

impl Output for Gradescope {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let path = file::of_student(&self.out, &result.student.id).join("results.json");
        match text(batch, result)? {
            Some(text) => file::write(path, text.as_bytes()),
            None => match fs_err::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        Ok(())
    }
}

/// The text of a student's file; `None` when the student has no points.
pub fn text(batch: &Batch, result: &StudentResult) -> io::Result<Option<String>> {
    let Some(points) = result.points else { return Ok(None) };
    let exercise = |(index, record): (usize, &Record)| {
        let info = batch.exercises.iter().find(|info| info.id == record.exercise);
        tests(index + 1, info, record)
    };
    let results = Results {
        score: Exact(points),
        output: summary(points, result),
        output_format: Format::Text,
        test_output_format: Format::Text,
        test_name_format: Format::Text,
        visibility: Visibility::Visible,
        stdout_visibility: Visibility::Hidden,
        tests: result.records.iter().enumerate().flat_map(exercise).collect(),
    };
    Ok(Some(serde_json::to_string_pretty(&results)? + "\n"))
}

fn summary(points: Points, result: &StudentResult) -> String {
    let mut text = format!("{points} of {} points.\n", result.max_points);
    if let Some(late) = &result.student.late {
        let taken = format!("{} % is taken off the scores below.", late.percent);
        text.push_str(&format!("The submission is {}: {taken}\n", words::late(late)));
    }
    text
}

/// The tests of an exercise: one for each case, or one of the exercise where its cases do not tell the points.
fn tests(number: usize, info: Option<&ExerciseInfo>, record: &Record) -> Vec<Test> {
    let pairs: Vec<(&CaseRecord, Option<&CaseInfo>)> = record
        .cases
        .iter()
        .map(|case| (case, info.and_then(|info| info.cases.iter().find(|info| info.id == case.case))))
        .collect();
    let shares = info.and_then(|info| shares(info, record));
    let mut tests = Vec::new();
    if shares.is_none() {
        tests.push(Test {
            score: Some(Exact(record.points)),
            max_score: Some(Exact(record.max_points)),
            status: Status::of(record.verdict == Grade::Stable(Verdict::Passed)),
            name: record.exercise.to_string(),
            name_format: Format::Text,
            number: number.to_string(),
            output: verdict(record.verdict, record.reason.as_deref()),
            output_format: Format::Text,
            visibility: Visibility::Visible,
        });
    }
    for (index, (case, info)) in pairs.into_iter().enumerate() {
        let share = shares.as_ref().map(|shares| shares[index]);
        tests.push(test(format!("{number}.{}", index + 1), record, case, info, share));
    }
    tests
}

/// What each case gives and could give. `None` when that is not the exercise's points, or the cases are not all there.
fn shares(info: &ExerciseInfo, record: &Record) -> Option<Vec<(Points, Points)>> {
    let is_whole = record.cases.iter().map(|case| &case.case).eq(info.cases.iter().map(|case| &case.id));
    let both = || info.cases.iter().zip(&record.cases);
    let passed = |group: &String| both().all(|(info, case)| info.group.as_ref() != Some(group) || case.is_passed());
    let share = |(info, case): (&CaseInfo, &CaseRecord)| {
        let gives = case.is_passed() && info.group.as_ref().is_none_or(passed);
        let most = Points::whole(info.weight);
        (if gives { most } else { Points::ZERO }, most)
    };
    let shares: Vec<(Points, Points)> = both().map(share).collect();
    let given: Points = shares.iter().map(|(given, _)| *given).sum();
    let most: Points = shares.iter().map(|(_, most)| *most).sum();
    (is_whole && given == record.points && most == record.max_points).then_some(shares)
}

fn test(
    number: String,
    record: &Record,
    case: &CaseRecord,
    info: Option<&CaseInfo>,
    share: Option<(Points, Points)>,
) -> Test {
    // What the batch does not know of is not shown.
    let hidden = info.is_none_or(|info| info.hidden);
    let mut output = verdict(case.verdict, None);
    if !hidden {
        let lost = share.is_some_and(|(given, most)| given < most);
        if case.is_passed() && lost {
            output.push_str("It is of a group that gives its points when all of its cases pass.\n");
        }
        output.push_str(&visible_block(&case.told));
    }
    let purpose = info.filter(|info| !hidden && !info.purpose.is_empty());
    let purpose = purpose.map_or_else(String::new, |info| format!(": {}", visible(&info.purpose)));
    Test {
        score: share.map(|(given, _)| Exact(given)),
        max_score: share.map(|(_, most)| Exact(most)),
        status: Status::of(case.is_passed()),
        name: format!("{} {}{purpose}", record.exercise, case.case),
        name_format: Format::Text,
        number,
        output,
        output_format: Format::Text,
        visibility: if hidden { Visibility::Hidden } else { Visibility::Visible },
    }
}

fn verdict(grade: Grade, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => format!("{}: {}\n", grade.words(), visible(reason)),
        None => format!("{}\n", grade.words()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::gradebook::samples;
    use crate::report::escape::is_hostile;

    fn json(result: &StudentResult) -> Json {
        serde_json::from_str(&text(&samples::batch(), result).unwrap().unwrap()).unwrap()
    }

    fn of(outcomes: [&str; 3]) -> StudentResult {
        samples::result(samples::student("s1", "Ada"), outcomes)
    }

    fn sum(json: &Json, key: &str) -> f64 {
        json["tests"].as_array().unwrap().iter().filter_map(|test| test[key].as_f64()).sum()
    }

    #[test]
    fn scores_are_those_of_the_cases() {
        let json = json(&of([".F.", "..F", "."]));
        assert_eq!((json["score"].as_f64(), sum(&json, "score")), (Some(6.0), 6.0));
        assert_eq!(sum(&json, "max_score"), 9.0);
        let tests = json["tests"].as_array().unwrap();
        let numbers: Vec<&str> = tests.iter().map(|test| test["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "3.1"]);
        assert_eq!((tests[4]["status"].as_str(), tests[4]["score"].as_f64()), (Some("passed"), Some(0.0)));
        assert!(tests[4]["output"].as_str().unwrap().contains("of a group"));
    }

    #[test]
    fn a_hidden_case_tells_its_verdict_and_the_total_is_told_above() {
        let json = json(&of(["..F", "...", "."]));
        let hidden = &json["tests"][2];
        assert_eq!((hidden["visibility"].as_str(), hidden["output"].as_str()), (Some("hidden"), Some("failed\n")));
        assert_eq!(hidden["name"], "tier1/dedupe hidden-twin");
        assert_eq!(json["output"], "6 of 9 points.\n");
    }

    #[test]
    fn sums_hold_where_the_cases_do_not_tell_the_points() {
        let mut result = of(["...", "", "F"]);
        result.records[0].points = Points::hundredths(250);
        let result = StudentResult::new(result.student, result.records);
        let json = json(&result);
        assert_eq!((json["score"].as_f64(), sum(&json, "score"), sum(&json, "max_score")), (Some(2.5), 2.5, 9.0));
        assert_eq!(json["tests"][0]["name"], "tier1/dedupe");
        assert_eq!(json["tests"][0]["score"].as_f64(), Some(2.5));
        assert!(json["tests"][1].get("score").is_none());
        assert!(json["tests"][4]["output"].as_str().unwrap().starts_with("not attempted: solution.py is still"));
    }

    #[test]
    fn lateness_is_in_the_score_and_is_told() {
        let json = json(&samples::late(of(["...", "...", "."]), Some(90_000), 20));
        assert_eq!((json["score"].as_f64(), sum(&json, "score")), (Some(7.2), 9.0));
        assert_eq!(
            json["output"],
            "7.2 of 9 points.\nThe submission is 1 day 1 h late: 20 % is taken off the scores below.\n"
        );
    }

    #[test]
    fn who_has_no_points_gets_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("students/s004/results.json");
        file::write(&path, b"old").unwrap();
        samples::written(Gradescope::create(folder.path())).unwrap();
        assert!(!path.exists());
        let count = fs_err::read_dir(folder.path().join("students")).unwrap().count();
        assert_eq!(count, samples::class().len());
    }

    #[test]
    fn foreign_text_is_text_of_visible_characters() {
        for result in samples::class().iter().filter(|result| result.points.is_some()) {
            let text = text(&samples::batch(), result).unwrap().unwrap();
            assert!(!text.contains("\\r") && !text.contains("\\u"), "{text}");
            assert!(!text.chars().any(|c| c != '\n' && is_hostile(c)), "{text}");
        }
    }
}
