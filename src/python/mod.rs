//! Python on this machine: which interpreter runs the solutions, and the environments that packs name.
//!
//! All of it happens before a run and outside any sandbox: an installer needs the network and writes where it likes.
//! What a run gets is an [`Environment`]: a folder that is only read from then on.
//!
//! Everything here blocks; call it from a thread that may.

mod child;
mod environment;
mod error;
mod failure;
mod find;
mod index;
mod install;
mod lock;
mod manage;
mod probe;
mod store;
mod version;

pub use environment::{Environment, Progress, Settings, Spec, folder, provision, ready};
pub use error::PythonError;
pub use failure::Cause;
pub use find::{find, find_on, find_uv};
pub use manage::{EnvironmentInfo, list, remove};
pub use probe::Interpreter;
pub use version::{BadVersion, Version};
