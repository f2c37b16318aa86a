//! The commands of a folder in words.

use std::fmt::Write as _;

use super::{COPY, Subject};
use crate::client::{Body, Plan, Request};
use crate::kind::{Peer, Replay, shell_word};
use crate::model::{Program, WorkFile};
use crate::report::escape;

/// The longest body that a command for `curl` holds.
const MOST_BODY: usize = 2000;

/// `README.md`
pub fn readme(subject: &Subject<'_>) -> String {
    let (exercise, case) = (subject.exercise, subject.case);
    let entry = subject.file().display().to_string();
    let folder = shell_word(&subject.folder.to_string_lossy());
    let (command, commands) = (subject.command(), super::commands(subject));
    let mut text = format!("# {}, case `{}`\n\n{}\n\n", exercise.id, case.id, escape::visible(&case.purpose));
    if matches!(subject.replay, Replay::Looks(_)) {
        let _ = write!(text, "`run.py` looks at your files as this case does, and prints what it finds:\n\n");
    } else {
        let _ = write!(
            text,
            "`run.py` runs your solution by hand as this case does: with the same files, input, arguments, environment and \
             random numbers.\nIt runs `{entry}` where it is.\n\n"
        );
    }
    let _ = write!(text, "```sh\ncd {folder}\n{}\n```\n\n", commands.run);
    if subject.copied.is_some() {
        let _ = write!(
            text,
            "Your folder holds other files than a case runs: a file that the exercise gives was changed or is missing, or \
             there is a link. So `{COPY}/` is a copy of what a case runs. When you have changed your solution, make it \
             anew: `{command}`.\n\n"
        );
    }
    text.push_str(&what_it_does(subject));
    if let Some(debug) = commands.debug {
        let _ = write!(
            text,
            "## Under a debugger\n\n```sh\ncd {folder}\n{debug}\n```\n\n\
             ```text\n(Pdb) b {entry}:LINE\n(Pdb) c\n```\n\n\
             sets a breakpoint at a line of yours and goes there. `breakpoint()` in your code works without `-m pdb`, too.\n\n\
             In VS Code, with its Python extension: open this folder (`code {folder} {}`), set a breakpoint, press F5.\n\n",
            shell_word(&entry)
        );
    }
    match subject.peer {
        Peer::None => {}
        Peer::World(_) => text.push_str(&talks(
            &command,
            "Services",
            "The program talks to services at `http://127.0.0.1:8000`. This serves them, runs `run.py`, and tells what they saw",
            "For a debugger, have them served while this runs in another terminal, until Ctrl-C",
        )),
        Peer::Client(plan) => {
            text.push_str(&talks(
                &command,
                "Requests",
                "The program is a server on `127.0.0.1:8000`. This runs `run.py`, sends it the requests of the case, and tells the \
                 answers",
                "For a debugger, start `run.py` with it, and have the requests sent from another terminal",
            ));
            text.push_str(&by_curl(plan));
        }
    }
    text.push_str(&given(subject));
    let _ = write!(
        text,
        "---\n\n`{command}` writes this folder anew: keep nothing of yours in `inputs` or `run.py`. What is expected, and what \
         differs, `practice run {} --case {}` tells.\n",
        exercise.id, case.id
    );
    text
}

/// What comes out, and where.
fn what_it_does(subject: &Subject<'_>) -> String {
    let streams = match (subject.replay, &subject.job().program) {
        (Replay::Looks(_), _) => return String::new(),
        (Replay::Job(_), Program::Script { .. }) => "It prints what the case printed.",
        _ => "It prints what the case printed; what is returned or raised goes to standard error.",
    };
    format!(
        "{streams} Its current folder is `box/work`, which each run makes anew from `inputs/files`.\n\n\
         **No wall stands around it.** It is your own program, with all that you may do, and nothing limits its time or its \
         memory. Paths are others than in a case, and so are times; all that depends on them may differ.\n\n"
    )
}

/// How to run it with who is on the other side.
fn talks(command: &str, title: &str, both: &str, alone: &str) -> String {
    format!("## {title}\n\n{both}:\n\n```sh\n{command} --run\n```\n\n{alone}:\n\n```sh\n{command} --peer\n```\n\n")
}

/// The requests one by one.
fn by_curl(plan: &Plan) -> String {
    let mut text = String::from(
        "One by one, they are these; `{name}` is what an earlier answer gave, and to be put in by hand:\n\n```sh\n",
    );
    for (number, request) in plan.requests.iter().enumerate() {
        let _ = writeln!(text, "{}", curl(number, request, plan.port));
    }
    text + "```\n\n"
}

/// The bodies of those requests whose commands name a file.
pub fn bodies(plan: &Plan) -> Vec<WorkFile> {
    let mut all = Vec::new();
    for (number, request) in plan.requests.iter().enumerate() {
        let path = format!("inputs/body-{number}");
        let bytes = match &request.body {
            Body::None => continue,
            Body::Json(json) => json.to_string().into_bytes().into(),
            Body::Bytes(bytes) => bytes.clone(),
        };
        if curl(number, request, plan.port).contains(&format!("@{path}")) {
            all.push(WorkFile { path, bytes });
        }
    }
    all
}

fn curl(number: usize, request: &Request, port: u16) -> String {
    let mut words = vec!["curl".to_owned(), "-i".to_owned(), "-X".to_owned(), request.method.clone()];
    for (name, value) in &request.headers {
        words.extend(["-H".to_owned(), format!("{name}: {value}")]);
    }
    let body = match &request.body {
        Body::None => None,
        Body::Json(json) => {
            if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                words.extend(["-H".to_owned(), "content-type: application/json".to_owned()]);
            }
            Some(json.to_string().into_bytes())
        }
        Body::Bytes(bytes) => Some(bytes.to_vec()),
    };
    if let Some(body) = body {
        let data = match String::from_utf8(body) {
            // What begins with @ would be a file.
            Ok(text) if text.len() <= MOST_BODY && !text.starts_with('@') && !text.contains('\0') => text,
            _ => format!("@inputs/body-{number}"),
        };
        words.extend(["--data-binary".to_owned(), data]);
    }
    words.push(format!("http://127.0.0.1:{port}{}", request.path));
    words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")
}

/// What the program is given, as a report shows it; files by their names.
fn given(subject: &Subject<'_>) -> String {
    let mut text = String::new();
    for part in subject.case.kind.shown() {
        match part.label.strip_prefix("file ") {
            Some(name) => {
                let _ = write!(text, "- `inputs/files/{name}`\n\n");
            }
            None if part.label == "stdin" => text.push_str("- `inputs/stdin`: its standard input\n\n"),
            None => {
                let shown = escape::visible_block(part.text.trim_end_matches('\n'));
                let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or_default();
                let fence = "`".repeat(longest.max(2) + 1);
                let more = if part.cut_from.is_some() { "(and more)\n" } else { "" };
                let _ = write!(text, "{}:\n\n{fence}text\n{shown}\n{more}{fence}\n\n", part.label);
            }
        }
    }
    if text.is_empty() { text } else { format!("## What it is given\n\n{text}") }
}
