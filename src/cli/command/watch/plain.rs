//! The same without a screen: results as lines, commands as lines.

use std::io::BufRead;
use std::sync::mpsc::Receiver;

use super::desk::Desk;
use crate::cli::{CliError, ui};
use crate::report::escape::visible;
use crate::watch::{Effect, Key, Message, State, View, stands, text};

/// What can be typed.
const COMMANDS: &str = "\
Save the file and it is run. Type a letter and Enter:
  h hint   s statement   t next failing case   r run again   o solution
  n next exercise   p previous   l list   y case by hand
  x starter back   q end
The name of an exercise, or a part of it, opens it.
";

/// The longest line that is read as a command.
const MOST: u64 = 200;

/// Prints what happens until the learner, or a signal, ends it.
pub fn run(mut desk: Desk, mut state: State, messages: &Receiver<Message>) -> Result<(), CliError> {
    let color = ui::stdout_colored(desk.color());
    read_commands(&desk);
    ui::print(COMMANDS)?;
    let at = state.at();
    open(&mut desk, &mut state, at)?;
    while let Ok(message) = messages.recv() {
        let is_end = matches!(message, Message::Ended(..));
        let is_key = matches!(message, Message::Key(_));
        for effect in state.update(message) {
            match effect {
                Effect::Quit => return Ok(()),
                Effect::Open(at) => open(&mut desk, &mut state, at)?,
                effect => drop(desk.perform(&mut state, &effect)),
            }
        }
        if let Some(said) = state.take_said() {
            ui::print(&format!("{}\n", visible(&said)))?;
        }
        // A run tells when it is over; a key may have asked for something else.
        if is_end || (is_key && *state.view() != View::Results) {
            let text = text(&state, ui::width(), color);
            ui::print(&format!("\n{}\n{text}", stands(&state)))?;
            state.update(Message::Key(Key::Escape));
        }
    }
    Ok(())
}

fn open(desk: &mut Desk, state: &mut State, at: usize) -> Result<(), CliError> {
    let opened = desk.open(state, at);
    let exercise = state.exercise();
    ui::print(&format!("\n{}  {}\n{}\n", exercise.id, exercise.title, desk.file(exercise).display()))?;
    opened
}

/// Reads commands on a thread of its own. When there are no more, saving goes on to run.
fn read_commands(desk: &Desk) {
    let messages = desk.messages();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let mut line = String::new();
            match std::io::Read::take(&mut input, MOST).read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let word = line.trim();
            let mut chars = word.chars();
            let message = match (chars.next(), chars.next()) {
                (None, _) => continue,
                (Some('t'), None) => Message::Key(Key::Tab),
                (Some(char), None) => Message::Key(Key::Char(char)),
                (Some(_), Some(_)) => Message::Find(word.to_owned()),
            };
            if messages.send(message).is_err() {
                return;
            }
        }
    });
}
