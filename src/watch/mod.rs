//! The full-screen interface of `practice watch`: what is shown, as a value; what a key or an event does to it; how it
//! is drawn. Only [`files`] touches the disk.
//!
//! Messages come in, [`State::update`] changes the state and says what is to be done about it, [`draw`] puts the state on
//! the screen. The command runs the effects and turns what comes of them into messages again.

mod body;
mod draw;
pub mod files;
mod keys;
mod state;

pub use body::text;
pub use draw::{draw, stands};
pub use state::{Effect, Key, Message, State, View};

#[cfg(test)]
mod tests;
