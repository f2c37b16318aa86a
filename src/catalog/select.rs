//! What the user meant: `tier2`, `tier1/jsonl-dedupe`, `tier*/json*`, `topic:numpy`, `role:ml-engineer`,
//! `state:failing`, `all`.

use std::str::FromStr;
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};

use super::{Exercise, Pack, Role, Topic, Way};
use crate::model::nearest;

/// Where a learner stands with an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Every case passed.
    Passed,
    /// It was tried, and not every case passed.
    Failing,
    /// It was never tried.
    Todo,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Passed, State::Failing, State::Todo];

    /// The name that users write.
    pub fn id(self) -> &'static str {
        match self {
            State::Passed => "passed",
            State::Failing => "failing",
            State::Todo => "todo",
        }
    }
}

/// One selector.
#[derive(Debug, Clone)]
pub enum Selector {
    /// `all`
    All,
    /// `tier2`, `tier1/jsonl-dedupe`, `jsonl-dedupe`, or a glob over ids.
    Id(String, GlobMatcher),
    /// `topic:numpy`
    Topic(Topic),
    /// `way:debug`
    Way(Way),
    /// `role:ml-engineer`
    Role(Role),
    /// `state:failing`
    State(State),
}

/// A selector means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` selects nothing{offer}")]
pub struct SelectError {
    text: String,
    offer: String,
}

impl SelectError {
    fn new(text: &str, near: Option<&str>, known: &str) -> SelectError {
        let offer = match near {
            Some(near) => format!(": did you mean `{near}`?"),
            None => format!(": {known}"),
        };
        SelectError { text: text.to_owned(), offer }
    }
}

impl FromStr for Selector {
    type Err = SelectError;
    fn from_str(text: &str) -> Result<Selector, SelectError> {
        fn named<T: Copy>(
            text: &str,
            prefix: &str,
            wanted: &str,
            all: &[T],
            id: fn(T) -> &'static str,
        ) -> Result<T, SelectError> {
            all.iter().copied().find(|item| id(*item) == wanted).ok_or_else(|| {
                let near = nearest(wanted, all.iter().map(|item| id(*item))).map(|near| format!("{prefix}:{near}"));
                let known: Vec<&str> = all.iter().map(|item| id(*item)).collect();
                SelectError::new(text, near.as_deref(), &format!("known are {}", known.join(", ")))
            })
        }
        match text.split_once(':') {
            Some(("topic", wanted)) => named(text, "topic", wanted, Topic::ALL, Topic::id).map(Selector::Topic),
            Some(("way", wanted)) => named(text, "way", wanted, Way::ALL, Way::id).map(Selector::Way),
            Some(("role", wanted)) => named(text, "role", wanted, Role::ALL, Role::id).map(Selector::Role),
            Some(("state", wanted)) => named(text, "state", wanted, &State::ALL, State::id).map(Selector::State),
            _ if text == "all" => Ok(Selector::All),
            _ => {
                let text = text.trim_end_matches('/');
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                let glob = glob.map_err(|error| SelectError::new(text, None, &error.to_string()))?;
                Ok(Selector::Id(text.to_owned(), glob.compile_matcher()))
            }
        }
    }
}

/// The exercises that at least one selector means, in the pack's order. Each selector must mean at least one, but for
/// `state:`, which may well mean none.
pub fn select(
    pack: &Pack,
    selectors: &[Selector],
    state: &dyn Fn(&Exercise) -> State,
) -> Result<Vec<Arc<Exercise>>, SelectError> {
    let means = |selector: &Selector, exercise: &Exercise| match selector {
        Selector::All => true,
        Selector::Id(text, glob) => {
            let id = exercise.id.to_string();
            // The bare name of an exercise is what people type.
            glob.is_match(id) || glob.is_match(exercise.id.tier().as_str()) || text == exercise.id.slug()
        }
        Selector::Topic(topic) => exercise.topic == *topic,
        Selector::Way(way) => exercise.way == *way,
        Selector::Role(role) => exercise.roles.contains(role),
        Selector::State(wanted) => state(exercise) == *wanted,
    };
    for selector in selectors {
        let Selector::Id(text, _) = selector else { continue };
        if !pack.exercises.iter().any(|exercise| means(selector, exercise)) {
            let ids: Vec<String> = pack
                .exercises
                .iter()
                .flat_map(|exercise| [exercise.id.to_string(), exercise.id.slug().to_owned()])
                .chain(pack.tiers.iter().map(|tier| tier.id.to_string()))
                .collect();
            let near = nearest(text, ids.iter().map(String::as_str));
            return Err(SelectError::new(text, near, "`practice list` shows all exercises"));
        }
    }
    let wanted = |exercise: &&Arc<Exercise>| selectors.iter().any(|selector| means(selector, exercise));
    Ok(pack.exercises.iter().filter(wanted).cloned().collect())
}
