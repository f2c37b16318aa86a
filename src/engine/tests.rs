#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
//! The loop over a sandbox that does what the solution's text says, without any process.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::catalog::{Expectations, Pack, PackSource, load};
use crate::model::{Capture, Exit, Transcript, Usage, Visit};
use crate::sandbox::{Closing, Outside, Running};

/// What the slots did, in order.
type Log = Arc<Mutex<Vec<String>>>;

/// Prints its case's stdin after as many paused milliseconds as that says; `break` is a fault of the machine, once for
/// each slot that was made.
struct Fake {
    slot: usize,
    broken: bool,
    log: Log,
}

impl Sandbox for Fake {
    fn run<'a>(&'a mut self, job: &'a Job, _: Outside<'a>) -> Running<'a> {
        Box::pin(async move {
            let text = String::from_utf8_lossy(&job.stdin).into_owned();
            if let Ok(millis) = text.parse() {
                tokio::time::sleep(Duration::from_millis(millis)).await;
            }
            self.log.lock().unwrap().push(format!("{text} on {}", self.slot));
            if text == "always breaks" || (text == "breaks" && !self.broken) {
                self.broken = true;
                return Err(SandboxError::Case("the disk is full".to_owned()));
            }
            Ok(Facts {
                exit: Exit::Code(0),
                stdout: Capture { bytes: text.into_bytes(), truncated: false },
                stderr: Capture::default(),
                answer: None,
                files: Vec::new(),
                usage: Usage::default(),
                folder: String::new(),
                warm: false,
                cold_because: None,
                steps: Vec::new(),
                earlier: Vec::new(),
                transcript: Transcript::default(),
                visit: Visit::default(),
            })
        })
    }

    fn close<'a>(&'a mut self) -> Closing<'a> {
        Box::pin(async { self.log.lock().unwrap().push(format!("closed {}", self.slot)) })
    }
}

/// A pack of one script exercise with a case for each input, which expects `12` on stdout.
fn pack(inputs: &[&str]) -> Pack {
    let folder = tempfile::tempdir().unwrap();
    let mut cases = "format = 1\n".to_owned();
    for (index, input) in inputs.iter().enumerate() {
        cases += &format!("[[case]]\nid = \"c{index}\"\npurpose = \"\"\nstdin = \"{input}\"\nstdout = \"12\"\n");
    }
    let exercise = "format = 1\nuid = \"one\"\ntitle = \"\"\nsummary = \"\"\ntopic = \"data\"\nroles = []\n\
                    difficulty = 1\nminutes = 1\nkind = \"script\"\n";
    for (path, text) in [
        ("pack.toml", "format = 1\nname = \"p\"\ntitle = \"\"\n"),
        ("tier1/tier.toml", "format = 1\ntitle = \"\"\n"),
        ("tier1/one/exercise.toml", exercise),
        ("tier1/one/cases.toml", &cases),
        ("tier1/one/README.md", ""),
        ("tier1/one/starter/solution.py", ""),
        ("tier1/one/reference/solution.py", ""),
    ] {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }
    load(&PackSource::Folder(folder.path().to_owned()), Expectations::Required).unwrap()
}

/// Runs the cases of `pack` on two slots; stops after `wanted` outcomes.
async fn run(pack: &Pack, wanted: usize) -> (Vec<Outcome>, Vec<String>) {
    let exercise = pack.exercises[0].clone();
    let tasks: Vec<Task> = (0..exercise.cases.len())
        .map(|case| Task {
            exercise: exercise.clone(),
            case,
            solution: Arc::from([]),
            python: PathBuf::new(),
            preload: Arc::from([]),
            hash_seed: 0,
            time_factor: 1.0,
            most_output: None,
        })
        .collect();
    let log = Log::default();
    let made = Mutex::new(std::collections::HashSet::new());
    let slots_log = log.clone();
    let make: Arc<MakeSlot> = Arc::new(move |slot| -> Box<dyn Sandbox> {
        // A slot of the same number stands in for a broken one.
        let stands_in = !made.lock().unwrap().insert(slot);
        Box::new(Fake { slot, broken: stands_in, log: slots_log.clone() })
    });
    let (done, mut outcomes) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    let running = tokio::spawn(execute(tasks.into(), 2, make, done, cancel.clone()));
    let mut all = Vec::new();
    while let Some(outcome) = outcomes.recv().await {
        all.push(outcome);
        if all.len() == wanted {
            cancel.cancel();
        }
    }
    running.await.unwrap();
    let log = log.lock().unwrap().clone();
    (all, log)
}

fn verdicts(outcomes: &[Outcome]) -> Vec<(usize, &str)> {
    outcomes.iter().map(|outcome| (outcome.task, outcome.judgement.verdict.id())).collect()
}

#[tokio::test(start_paused = true)]
async fn outcomes_come_in_the_order_of_the_tasks() {
    let pack = pack(&["300", "12", "12", "13"]);
    let (outcomes, _) = run(&pack, usize::MAX).await;
    assert_eq!(verdicts(&outcomes), [(0, "failed"), (1, "passed"), (2, "passed"), (3, "failed")]);
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_machine_is_tried_once_more_on_a_new_slot() {
    let pack = pack(&["breaks", "always breaks"]);
    let (outcomes, log) = run(&pack, usize::MAX).await;
    // The slot that stands in does run the first task, which prints something else than the case expects.
    assert_eq!(verdicts(&outcomes), [(0, "failed"), (1, "machine_error")]);
    assert_eq!(outcomes[1].judgement.reason.as_deref(), Some("the disk is full"));
    assert_eq!(log.iter().filter(|line| line.starts_with("always breaks")).count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_interruption_ends_what_runs_and_closes_the_slots() {
    let pack = pack(&["12", "999999", "999999", "12"]);
    let (outcomes, log) = run(&pack, 1).await;
    assert_eq!(verdicts(&outcomes), [(0, "passed")]);
    assert_eq!(log.iter().filter(|line| line.starts_with("closed")).count(), 2);
}
