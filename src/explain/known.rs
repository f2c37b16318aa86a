//! Mistakes that the author of an exercise knows.

use std::collections::BTreeSet;

use crate::catalog::Exercise;
use crate::model::{CaseId, Verdict};

/// What the author says of the wrong solution that fails exactly these cases of an exercise, all of which were run.
///
/// None when several wrong solutions do, and more than one thing is said of them; and none when no case passes: then it is
/// as likely that the file does not load, or has another name in it.
pub fn known_mistake<'a>(exercise: &'a Exercise, verdicts: &[(CaseId, Verdict)]) -> Option<&'a str> {
    if verdicts.len() != exercise.cases.len() || verdicts.iter().any(|(_, verdict)| !verdict.counts()) {
        return None;
    }
    let failed: BTreeSet<&CaseId> =
        verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::Passed).map(|(case, _)| case).collect();
    if failed.len() == verdicts.len() {
        return None;
    }
    let says = |fails: &[CaseId]| fails.iter().collect::<BTreeSet<_>>() == failed;
    let mut all = exercise.wrong.iter().filter(|wrong| says(&wrong.fails)).map(|wrong| wrong.says.as_str());
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}
