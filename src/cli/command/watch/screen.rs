//! The full screen: keys in, frames out.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use rustix::process::{Signal, getpid, kill_process};

use super::desk::Desk;
use crate::cli::{CliError, ui};
use crate::watch::{Effect, Key, Message, State, draw};

/// Runs the screen until the learner, or a signal, ends it.
pub fn run(mut desk: Desk, mut state: State, messages: &Receiver<Message>) -> Result<(), CliError> {
    let mut screen = Screen::open(&desk)?;
    let at = state.at();
    screen.perform(&mut desk, &mut state, Effect::Open(at))?;
    loop {
        screen.draw(&mut state)?;
        let Ok(first) = messages.recv() else { return Ok(()) };
        // All that has arrived, then one frame.
        for message in std::iter::once(first).chain(messages.try_iter()) {
            #[cfg(debug_assertions)]
            panic_if_asked(&message);
            for effect in state.update(message) {
                if effect == Effect::Quit {
                    return Ok(());
                }
                screen.perform(&mut desk, &mut state, effect)?;
            }
        }
    }
}

/// A test wants to see that a mistake of ours gives the terminal back, too.
#[cfg(debug_assertions)]
#[expect(clippy::panic, reason = "it is what is asked for")]
fn panic_if_asked(message: &Message) {
    if matches!(message, Message::Key(Key::Char('!'))) && std::env::var_os("PRACTICE_TEST_PANIC").is_some() {
        panic!("as asked");
    }
}

/// The terminal while it is ours. Dropping it gives it back.
struct Screen {
    terminal: DefaultTerminal,
    keys: Keys,
    color: bool,
}

impl Screen {
    fn open(desk: &Desk) -> Result<Screen, CliError> {
        let color = ui::stdout_colored(desk.color());
        let terminal = ratatui::try_init()?;
        Ok(Screen { terminal, keys: Keys::read(desk.messages()), color })
    }

    fn draw(&mut self, state: &mut State) -> io::Result<()> {
        self.terminal.draw(|frame| draw(state, frame, self.color)).map(drop)
    }

    /// Does an effect; those that need the terminal for something else give it back meanwhile.
    fn perform(&mut self, desk: &mut Desk, state: &mut State, effect: Effect) -> Result<(), CliError> {
        if desk.perform(state, &effect).is_some() {
            return Ok(());
        }
        let exercise = state.exercise().clone();
        let done = match effect {
            Effect::Open(at) if desk.is_ready(at) => desk.open(state, at),
            Effect::Open(at) => self.aside(|| desk.open(state, at))?,
            Effect::Edit => self.aside(|| desk.edit(&exercise))?.map(|is_set| {
                if !is_set {
                    state.update(Message::Say(format!(
                        "Set EDITOR to open files from here: {}",
                        desk.file(&exercise).display()
                    )));
                }
            }),
            Effect::Suspend => {
                self.aside(|| kill_process(getpid(), Signal::STOP))?.map_err(|error| io::Error::from(error).into())
            }
            _ => Ok(()),
        };
        if let Err(error) = done {
            state.update(Message::Say(error.message().to_owned()));
        }
        Ok(())
    }

    /// Gives the terminal back for something, and takes it again.
    fn aside<T>(&mut self, something: impl FnOnce() -> T) -> Result<T, CliError> {
        let _held = self.keys.hold();
        ratatui::try_restore()?;
        let done = something();
        // A new one knows nothing of what was on the screen, and draws all of it.
        self.terminal = ratatui::try_init()?;
        Ok(done)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        ratatui::restore();
    }
}

/// Reads keys on a thread of its own; not while somebody else has the terminal.
struct Keys {
    gate: Arc<Mutex<()>>,
    held: Arc<AtomicBool>,
}

/// How long the thread looks for a key before it looks whether it may.
const GLANCE: Duration = Duration::from_millis(50);

impl Keys {
    fn read(messages: Sender<Message>) -> Keys {
        let keys = Keys { gate: Arc::default(), held: Arc::default() };
        let (gate, held) = (keys.gate.clone(), keys.held.clone());
        std::thread::spawn(move || {
            loop {
                if held.load(Ordering::Acquire) {
                    std::thread::sleep(GLANCE);
                    continue;
                }
                let _open = gate.lock().unwrap_or_else(PoisonError::into_inner);
                let read = || if event::poll(GLANCE)? { event::read().map(Some) } else { Ok(None) };
                let message = match read() {
                    Ok(Some(Event::Key(key))) => self::key(key).map(Message::Key),
                    // A frame of the new size is drawn.
                    Ok(Some(Event::Resize(..))) => Some(Message::Resized),
                    Ok(_) => None,
                    // The terminal is gone.
                    Err(_) => Some(Message::Stop),
                };
                let is_end = matches!(message, Some(Message::Stop));
                if message.is_some_and(|message| messages.send(message).is_err()) || is_end {
                    return;
                }
            }
        });
        keys
    }

    /// Keeps keys unread until the guard is dropped.
    fn hold(&self) -> Held<'_> {
        self.held.store(true, Ordering::Release);
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        Held { held: self.held.clone(), _gate: gate }
    }
}

struct Held<'a> {
    held: Arc<AtomicBool>,
    _gate: std::sync::MutexGuard<'a, ()>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.held.store(false, Ordering::Release);
    }
}

/// What a key means here.
fn key(key: KeyEvent) -> Option<Key> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('z') if control => Key::Suspend,
        KeyCode::Char(_) if control => return None,
        KeyCode::Char(char) => Key::Char(char),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        _ => return None,
    })
}
