//! What the keys do.

use super::state::{Effect, Key, State, View};

/// The keys and what they do, as the help shows them; a key of the first column is also in the line at the bottom.
pub const KEYS: [(&str, &str); 15] = [
    ("h", "the next hint, for what failed"),
    ("H", "the hints that you had"),
    ("s", "what the exercise asks for"),
    ("Tab", "the next failing case"),
    ("n", "the next exercise: what fits best after a pass, else the next in the list"),
    ("p", "the exercise before"),
    ("l", "the list of exercises; type to search"),
    ("e", "open your file in $VISUAL or $EDITOR"),
    ("r", "run again, also when nothing was saved"),
    ("o", "the author's solution, after you passed"),
    ("x", "put the starter back; what you wrote is kept"),
    ("y", "a folder that runs the failing case by hand, under a debugger"),
    ("↑ ↓ PgUp PgDn", "scroll (also j, k, space, Home, End)"),
    ("Esc", "back to the results"),
    ("q", "end"),
];

/// Lines of a page.
const PAGE: usize = 10;

impl State {
    /// What a key does.
    pub(super) fn key(&mut self, key: Key) -> Vec<Effect> {
        self.said = None;
        match key {
            Key::Interrupt => return vec![Effect::Quit],
            Key::Suspend => return vec![Effect::Suspend],
            _ => {}
        }
        if std::mem::take(&mut self.asks) {
            return match key {
                Key::Char('y') => vec![Effect::Reset],
                _ => {
                    self.said = Some("Nothing was changed.".to_owned());
                    Vec::new()
                }
            };
        }
        if let View::List { typed, chosen } = &self.view {
            let (typed, chosen) = (typed.clone(), *chosen);
            return self.list_key(key, typed, chosen);
        }
        self.page_key(key)
    }

    fn list_key(&mut self, key: Key, mut typed: String, mut chosen: usize) -> Vec<Effect> {
        let found = self.matching(&typed);
        let last = found.len().saturating_sub(1);
        match key {
            Key::Escape => {
                self.show(View::Results);
                return Vec::new();
            }
            Key::Enter => return found.get(chosen).map(|&at| vec![Effect::Open(at)]).unwrap_or_default(),
            Key::Up | Key::BackTab => chosen = chosen.saturating_sub(1),
            Key::Down | Key::Tab => chosen = (chosen + 1).min(last),
            Key::PageUp => chosen = chosen.saturating_sub(PAGE),
            Key::PageDown => chosen = (chosen + PAGE).min(last),
            Key::Home => chosen = 0,
            Key::End => chosen = last,
            Key::Backspace => {
                typed.pop();
                chosen = 0;
            }
            Key::Char(char) => {
                typed.push(char);
                chosen = 0;
            }
            Key::Interrupt | Key::Suspend => {}
        }
        self.view = View::List { typed, chosen };
        Vec::new()
    }

    fn page_key(&mut self, key: Key) -> Vec<Effect> {
        let open = |at: Option<usize>| at.map(|at| vec![Effect::Open(at)]).unwrap_or_default();
        match key {
            Key::Char('q') => return vec![Effect::Quit],
            Key::Char('h') => return self.hint(),
            Key::Char('H') => self.show(View::Hints),
            Key::Char('s') => self.show(View::Statement),
            Key::Char('?') => self.show(View::Help),
            Key::Char('n') => return open(self.forward()),
            Key::Char('p') => return open(self.back()),
            Key::Char('r') => {
                self.show(View::Results);
                return vec![Effect::Run(true)];
            }
            Key::Char('e') => return vec![Effect::Edit],
            Key::Char('l' | '/') => {
                let chosen = self.selection.iter().position(|&at| at == self.at).unwrap_or(0);
                self.show(View::List { typed: String::new(), chosen });
            }
            Key::Char('o') => return self.solution(),
            Key::Char('x') => {
                self.asks = true;
                self.said = Some(format!("Put the starter of {} back? y, or any other key", self.exercise().id));
            }
            Key::Char('y') => return self.replay(),
            Key::Escape | Key::Enter => self.show(View::Results),
            Key::Tab | Key::BackTab => self.choose(key == Key::Tab),
            Key::Up | Key::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            Key::Down | Key::Char('j') => self.scroll = self.scroll.saturating_add(1),
            Key::PageUp => self.scroll = self.scroll.saturating_sub(PAGE),
            Key::PageDown | Key::Char(' ') => self.scroll = self.scroll.saturating_add(PAGE),
            Key::Home => self.scroll = 0,
            Key::End => self.scroll = usize::MAX,
            Key::Char(_) | Key::Backspace | Key::Interrupt | Key::Suspend => {}
        }
        Vec::new()
    }

    fn show(&mut self, view: View) {
        self.view = view;
        self.scroll = 0;
    }

    /// Tells the failing case after the one that is told, or the one before it.
    fn choose(&mut self, forward: bool) {
        let count = self.failing().len();
        if count > 0 {
            let step = if forward { 1 } else { count - 1 };
            self.chosen = (self.chosen + step) % count;
        }
        self.show(View::Results);
    }

    fn solution(&mut self) -> Vec<Effect> {
        let uid = self.exercise().uid.to_string();
        if !self.is_passed() && !self.progress.was_passed(&uid) {
            self.said = Some("The solution opens when you have passed; h gives a hint.".to_owned());
            return Vec::new();
        }
        self.show(View::Solution);
        vec![Effect::KeepSolution(uid)]
    }

    fn replay(&mut self) -> Vec<Effect> {
        let visible = self.failing().get(self.chosen).filter(|case| !case.hidden).map(|case| case.case.to_string());
        match visible {
            Some(case) => vec![Effect::Replay(case)],
            None => {
                self.said = Some("There is no failing case here that can be shown.".to_owned());
                Vec::new()
            }
        }
    }
}
