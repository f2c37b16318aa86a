//! What to do next, from what was done so far: the next exercise, the next hint, what proves a tier. Pure.

mod hint;
mod next;
mod review;
mod solution;
mod streak;
mod test_out;

pub use hint::{Ladder, key as hint_key, ladder, reason as hint_reason};
pub use next::{Suggestion, is_proved, suggestions};
pub use review::{Due, due};
pub use solution::markdown as solution;
pub use streak::{Streak, streak};
pub use test_out::choose as test_out;
