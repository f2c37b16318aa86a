//! JUnit's XML: a suite for each exercise, a test case for each case.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::Reporter;
use super::case::{self, Amount};
use super::escape::{visible, visible_block};
use super::page::Page;
use super::style::Palette;
use super::words;
use crate::event::{CaseFinished, Envelope, Event, ExerciseFinished};
use crate::model::{ExerciseId, Verdict};

/// Columns of the text of a failure.
const WIDTH: usize = 100;

/// Writes a file of JUnit's XML when the run is over.
pub struct JunitReporter {
    path: PathBuf,
    /// The exercises in the order of the plan.
    plan: Vec<ExerciseId>,
    suites: HashMap<ExerciseId, Suite>,
    wall: Duration,
}

/// What is known of an exercise.
#[derive(Default)]
struct Suite {
    cases: Vec<CaseFinished>,
    done: Option<ExerciseFinished>,
}

impl JunitReporter {
    /// Will write to `path`. Its folder must be there: better told now than after a long run.
    pub fn create(path: impl Into<PathBuf>) -> io::Result<JunitReporter> {
        let path = path.into();
        let folder = folder(&path);
        match std::fs::metadata(folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(at(&path, io::ErrorKind::NotADirectory.into())),
            Err(error) => return Err(at(&path, error)),
        }
        Ok(JunitReporter { path, plan: Vec::new(), suites: HashMap::new(), wall: Duration::ZERO })
    }

    fn suite(&mut self, exercise: &ExerciseId) -> &mut Suite {
        // What the plan does not name is reported after it.
        if !self.plan.contains(exercise) {
            self.plan.push(exercise.clone());
        }
        self.suites.entry(exercise.clone()).or_default()
    }

    fn report(&self) -> Report {
        let mut report = Report::new("practice");
        report.set_time(self.wall);
        for id in &self.plan {
            if let Some(suite) = self.suites.get(id) {
                report.add_test_suite(test_suite(id, suite));
            }
        }
        report
    }

    /// Writes beside the file and moves it there: whoever reads it never sees half of it.
    fn write(&self) -> io::Result<()> {
        let mut text = self.report().to_string().map_err(io::Error::other)?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let mut file = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file: the process's mask is taken off it.
            file.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = file.prefix(".junit-").tempfile_in(folder(&self.path))?;
        file.write_all(text.as_bytes())?;
        file.persist(&self.path)?;
        Ok(())
    }
}

impl Reporter for JunitReporter {
    fn event(&mut self, envelope: &Envelope) -> io::Result<()> {
        match &envelope.event {
            Event::RunStarted(run) => self.plan = run.exercises.clone(),
            Event::CaseFinished(case) => self.suite(&case.exercise).cases.push((**case).clone()),
            Event::ExerciseFinished(done) => self.suite(&done.exercise).done = Some(done.clone()),
            Event::RunFinished(run) => self.wall = seconds(run.wall_ms),
            Event::ExerciseStarted(_) | Event::TierFinished(_) | Event::Notice(_) => {}
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.write().map_err(|error| at(&self.path, error))
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The error, with the file that it is about.
fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))
}

fn seconds(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}

fn test_suite(id: &ExerciseId, suite: &Suite) -> TestSuite {
    let mut tests = TestSuite::new(id.to_string());
    tests.set_time(seconds(suite.cases.iter().map(|case| case.wall_ms).sum()));
    if let Some(done) = &suite.done {
        for (name, value) in [
            ("title", visible(&done.title)),
            ("uid", done.uid.to_string()),
            ("verdict", done.verdict.id().to_owned()),
            ("points", done.points.to_string()),
            ("max_points", done.max_points.to_string()),
        ] {
            tests.add_property(Property::new(name, value));
        }
        // A suite without cases would count as nothing at all.
        if suite.cases.is_empty() {
            let reason = done.reason.as_deref();
            let mut test = TestCase::new("exercise", status(done.verdict, reason, String::new()));
            test.set_classname(id.to_string());
            tests.add_test_case(test);
        }
    }
    for case in &suite.cases {
        tests.add_test_case(test_case(case));
    }
    tests
}

fn test_case(case: &CaseFinished) -> TestCase {
    let mut page = Page::new(WIDTH, Palette { color: false });
    case::title(&mut page, case);
    case::body(&mut page, case, Amount::ALL, None);
    let mut test = TestCase::new(case.case.to_string(), status(case.verdict, case.reason.as_deref(), page.take()));
    test.set_classname(case.exercise.to_string());
    test.set_time(seconds(case.wall_ms));
    if !case.hidden && case.verdict != Verdict::Passed {
        for (text, is_error) in [(&case.stdout, false), (&case.stderr, true)] {
            if !text.is_empty() {
                let text = visible_block(text);
                if is_error {
                    test.set_system_err(text)
                } else {
                    test.set_system_out(text)
                };
            }
        }
    }
    test
}

/// Failure, error or skipped: a failure is the learner's, an error is not.
fn status(verdict: Verdict, reason: Option<&str>, description: String) -> TestCaseStatus {
    let mut status = match verdict {
        Verdict::Passed => return TestCaseStatus::success(),
        Verdict::NotAttempted | Verdict::NotReached => TestCaseStatus::skipped(),
        Verdict::ExerciseError | Verdict::MachineError => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let message = match (reason, words::not_your_fault(verdict)) {
        (Some(reason), _) => reason,
        (None, Some(sentence)) => sentence,
        (None, None) => verdict.words(),
    };
    status.set_message(visible(message)).set_type(verdict.id());
    if matches!(status, TestCaseStatus::NonSuccess { .. }) && !description.is_empty() {
        status.set_description(description);
    }
    status
}

#[cfg(test)]
mod tests;
