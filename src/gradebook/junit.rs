//! `junit.xml` of a batch: a suite for each student, a test case for each case, no times.
//!
//! A failure is the student's, an error is not, and what was not attempted is skipped. The counts stand before the
//! suites, so these are kept in a file until all are known: a class is never in memory.

use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::file::{Draft, refused};
use super::words;
use crate::batch::{Batch, CaseInfo, CaseRecord, ExerciseInfo, Grade, Output, Record, StudentResult};
use crate::model::Verdict;
use crate::report::escape::{visible, visible_block};
use crate::report::words::not_your_fault;

/// Writes `junit.xml`.
pub struct Junit {
    path: PathBuf,
    spool: BufWriter<std::fs::File>,
    /// The counts of all suites; it never has one itself.
    report: Report,
}

const END: &str = "</testsuites>\n";

impl Junit {
    /// Will write into the folder `out`.
    pub fn create(out: &Path) -> io::Result<Junit> {
        fs_err::create_dir_all(out)?;
        let spool = BufWriter::new(tempfile::tempfile_in(out)?);
        Ok(Junit { path: out.join("junit.xml"), spool, report: Report::new("practice grade") })
    }
}

impl Output for Junit {
    fn student(&mut self, batch: &Batch, result: &StudentResult) -> io::Result<()> {
        let mut one = Report::new("one");
        one.add_test_suite(suite(batch, result));
        self.report.tests += one.tests;
        self.report.failures += one.failures;
        self.report.errors += one.errors;
        self.report.skipped += one.skipped;
        let text = one.to_string().map_err(io::Error::other)?;
        let (_, suite) = split(&text)?;
        self.spool.write_all(suite.strip_suffix(END).ok_or_else(no_report)?.as_bytes())
    }

    fn finish(self: Box<Self>, _batch: &Batch) -> io::Result<()> {
        let text = self.report.to_string().map_err(io::Error::other)?;
        let (head, _) = split(&text)?;
        let mut spool = self.spool.into_inner().map_err(io::IntoInnerError::into_error)?;
        spool.rewind()?;
        let mut draft = Draft::create(&self.path)?;
        draft.write_all(head.as_bytes())?;
        io::copy(&mut spool, &mut draft)?;
        draft.write_all(END.as_bytes())?;
        draft.finish()
    }
}

/// A report's text up to the end of the line that begins it all, and what follows. Nothing foreign is in that line.
fn split(text: &str) -> io::Result<(&str, &str)> {
    let start = text.find("<testsuites").ok_or_else(no_report)?;
    let end = start + text[start..].find('\n').ok_or_else(no_report)? + 1;
    Ok(text.split_at(end))
}

fn no_report() -> io::Error {
    refused("junit.xml: the report of a student has another form than expected")
}

fn suite(batch: &Batch, result: &StudentResult) -> TestSuite {
    let mut suite = TestSuite::new(visible(result.student.id.as_str()));
    let late = result.student.late.as_ref();
    for (name, value) in [
        ("name", visible(&result.student.name)),
        ("points", result.points.map(|points| points.to_string()).unwrap_or_default()),
        ("max_points", result.max_points.to_string()),
        ("late_percent", late.map(|late| late.percent.to_string()).unwrap_or_default()),
        ("flags", words::flags(result)),
    ] {
        if !value.is_empty() {
            suite.add_property(Property::new(name, value));
        }
    }
    for record in &result.records {
        // An exercise without cases would count as nothing at all.
        if record.cases.is_empty() {
            let status = status(record.verdict, record.verdict.words(), record.reason.as_deref(), "");
            let mut test = TestCase::new("exercise", status);
            test.set_classname(record.exercise.to_string());
            suite.add_test_case(test);
        }
        let info = batch.exercises.iter().find(|info| info.id == record.exercise);
        suite.add_test_cases(record.cases.iter().map(|case| test_case(record, info, case)));
    }
    suite
}

fn test_case(record: &Record, info: Option<&ExerciseInfo>, case: &CaseRecord) -> TestCase {
    let info = info.and_then(|info| info.cases.iter().find(|info| info.id == case.case));
    // What the batch does not know of is not shown.
    let hidden = info.is_none_or(|info: &CaseInfo| info.hidden);
    let told = if hidden { "" } else { &case.told };
    let cause = case.cause.as_ref().filter(|_| !hidden).map(|cause| cause.label.as_str());
    let status = if case.is_passed() {
        TestCaseStatus::success()
    } else {
        status(case.verdict, case.verdict.words(), cause, told)
    };
    let mut test = TestCase::new(case.case.to_string(), status);
    test.set_classname(record.exercise.to_string());
    if hidden {
        test.add_property(Property::new("hidden", "true"));
    }
    if case.verdict == Grade::UNSTABLE {
        for (verdict, times) in &case.runs.0 {
            test.add_property(Property::new(format!("runs.{}", verdict.id()), times.to_string()));
        }
    }
    test
}

/// Failure, error or skipped. An unstable one that did not mostly pass is a failure.
fn status(grade: Grade, words: &str, reason: Option<&str>, told: &str) -> TestCaseStatus {
    let mut status = match grade {
        Grade::Stable(Verdict::Passed) => return TestCaseStatus::success(),
        Grade::Stable(Verdict::NotAttempted | Verdict::NotReached) => TestCaseStatus::skipped(),
        Grade::Stable(Verdict::ExerciseError | Verdict::MachineError) => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let fault = match grade {
        Grade::Stable(verdict) => not_your_fault(verdict),
        Grade::Unstable(_) => None,
    };
    status.set_message(visible(reason.or(fault).unwrap_or(words))).set_type(grade.id());
    if !told.is_empty() && matches!(status, TestCaseStatus::NonSuccess { .. }) {
        status.set_description(visible_block(told));
    }
    status
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
mod tests {
    use super::*;
    use crate::gradebook::samples;
    use crate::report::escape::is_hostile;

    fn written() -> String {
        let folder = tempfile::tempdir().unwrap();
        samples::written(Junit::create(folder.path()).unwrap()).unwrap();
        assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 1);
        fs_err::read_to_string(folder.path().join("junit.xml")).unwrap()
    }

    #[test]
    fn it_is_what_a_report_of_all_would_be() {
        let mut whole = Report::new("practice grade");
        whole.add_test_suites(samples::class().iter().map(|result| suite(&samples::batch(), result)));
        assert_eq!(written(), whole.to_string().unwrap());
    }

    #[test]
    fn failures_errors_and_skipped_are_told_apart() {
        let report = Report::deserialize_from_str(&written()).unwrap();
        assert_eq!(report.test_suites.len(), samples::class().len());
        let of = |index: usize| {
            let suite: &TestSuite = &report.test_suites[index];
            (suite.tests, suite.failures, suite.errors, suite.skipped)
        };
        assert_eq!((of(0), of(1), of(3), of(4)), ((7, 0, 0, 0), (7, 4, 0, 0), (7, 0, 1, 0), (3, 0, 0, 3)));
        // Mostly passed is passed, mostly not is a failure.
        assert_eq!(of(5), (7, 1, 0, 1));
        assert_eq!(report.tests, report.test_suites.iter().map(|suite| suite.tests).sum::<usize>());
        let case = &report.test_suites[1].test_cases[1];
        assert_eq!(case.classname.as_ref().unwrap().as_str(), "tier1/dedupe");
    }

    #[test]
    fn hidden_cases_times_and_hostile_characters_are_not_in_it() {
        let text = written();
        assert!(!text.contains("A hidden case was not passed") && !text.contains("time="), "{text}");
        assert!(!text.chars().any(|c| c != '\n' && is_hostile(c)));
        assert!(text.contains("</testsuites>\n") && !text.contains("<script>"));
    }
}
