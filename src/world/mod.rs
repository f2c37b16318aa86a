//! The services that a case can have: scripted HTTP routes and an endpoint in the shape of hosted language models.
//!
//! A [`World`] is what an author wrote, read once. [`Service`] is one case's: it answers on a listener that was made inside
//! the case's network, on the runner's side of the wall, and writes down what it saw. Which answer a request gets is
//! decided by values alone ([`state`]); only [`service`] knows of sockets and time.

mod answer;
mod llm;
mod service;
mod spec;
mod state;
mod tokens;

pub use answer::ADDRESS;
pub use service::Service;
pub use spec::{World, WorldError, WorldToml};
