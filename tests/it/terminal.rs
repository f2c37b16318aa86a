//! A terminal of 24 lines and 80 columns, or another size, with a program in it: a real pseudo-terminal, and what a person
//! would see on it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::env::has_ended;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// A terminal with a program in it.
pub struct Terminal {
    child: Child,
    keys: File,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

struct Seen {
    screen: vt100::Parser,
    /// Whether the program has closed the terminal.
    ended: bool,
}

/// Longest wait for something to be seen: it is there in well under a second on a machine that is not busy.
const PATIENCE: Duration = Duration::from_secs(60);

fn size(rows: u16, columns: u16) -> Winsize {
    Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

impl Terminal {
    /// Starts a command in a terminal of this size.
    pub fn start(command: &Command, rows: u16, columns: u16) -> Terminal {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let path = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        tcsetwinsize(&ours, size(rows, columns)).unwrap();
        let theirs = || Stdio::from(File::options().read(true).write(true).open(&path).unwrap());
        // A session of its own, with this as its terminal: so that it is told of a new size.
        let mut session = Command::new("setsid");
        session.arg("--ctty").arg(command.get_program()).args(command.get_args());
        session.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        session.current_dir(command.get_current_dir().unwrap());
        session.stdin(theirs()).stdout(theirs()).stderr(theirs());
        let child = session.spawn().unwrap();
        let keys = File::from(ours);
        let mut output = keys.try_clone().unwrap();
        let screen = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let seen = Arc::new((Mutex::new(Seen { screen, ended: false }), Condvar::new()));
        let shared = seen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                // An error is how a terminal tells that nobody has it open any more.
                let count = output.read(&mut bytes).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.ended = count == 0;
                seen.screen.process(&bytes[..count]);
                shared.1.notify_all();
                if count == 0 {
                    return;
                }
            }
        });
        Terminal { child, keys, seen }
    }

    /// The number of the program's process.
    pub fn pid(&self) -> i32 {
        self.child.id().try_into().unwrap()
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Gives the terminal another size.
    pub fn resize(&self, rows: u16, columns: u16) {
        let mut seen = self.seen.0.lock().unwrap();
        seen.screen.screen_mut().set_size(rows.try_into().unwrap(), columns.try_into().unwrap());
        tcsetwinsize(&self.keys, size(rows, columns)).unwrap();
    }

    /// Waits until the screen is as wanted, and gives its text: lines without the spaces at their ends.
    #[track_caller]
    pub fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        let mut seen = self.seen.0.lock().unwrap();
        loop {
            let text = text(&seen.screen);
            if wanted(&text) {
                return text;
            }
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if seen.ended || left.is_zero() {
                let what = if seen.ended { "it ended with this" } else { "it still shows this" };
                panic!("{what}:\n{text}");
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// Waits until the screen shows this.
    #[track_caller]
    pub fn shows(&self, part: &str) -> String {
        self.until(|text| text.contains(part))
    }

    /// Waits until the program has ended: its exit code, and what is left on the screen. Panics when the terminal was not
    /// given back as it was.
    #[track_caller]
    pub fn ends(&mut self) -> (Option<i32>, String) {
        assert!(has_ended(self.pid(), PATIENCE.as_secs()), "it does not end");
        let status = self.child.wait().unwrap();
        let begun = Instant::now();
        let mut seen = self.seen.0.lock().unwrap();
        while !seen.ended {
            assert!(begun.elapsed() < PATIENCE, "somebody still has the terminal open");
            seen = self.seen.1.wait_timeout(seen, PATIENCE).unwrap().0;
        }
        let screen = seen.screen.screen();
        let text = text(&seen.screen);
        assert!(!screen.alternate_screen() && !screen.hide_cursor(), "the terminal was not given back:\n{text}");
        (status.code(), text)
    }

    /// Whether anything on the screen has a colour.
    pub fn is_colored(&self) -> bool {
        let seen = self.seen.0.lock().unwrap();
        let plain = vt100::Color::Default;
        let (rows, columns) = seen.screen.screen().size();
        (0..rows.get()).any(|row| {
            (0..columns.get()).any(|column| {
                seen.screen
                    .screen()
                    .cell(row, column)
                    .is_some_and(|cell| cell.fgcolor() != plain || cell.bgcolor() != plain)
            })
        })
    }
}

fn text(screen: &vt100::Parser) -> String {
    let screen = screen.screen();
    let columns = screen.size().1.get();
    let lines: Vec<String> = screen.rows(0, columns).map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // One that has ended already is no matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
