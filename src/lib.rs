//! `practice` runs people's Python solutions to tiered exercises, compares what comes out with what is expected, and
//! reports how far each tier is done. ARCHITECTURE.md tells how the parts fit together.

pub mod batch;
pub mod catalog;
pub mod cli;
pub mod client;
pub mod coach;
pub mod codec;
pub mod compare;
pub mod config;
pub mod engine;
pub mod event;
pub mod explain;
pub mod gradebook;
pub mod intake;
pub mod kind;
pub mod ledger;
pub mod model;
pub mod plan;
pub mod python;
pub mod replay;
pub mod report;
pub mod sandbox;
pub mod session;
pub mod solution;
pub mod watch;
pub mod world;
