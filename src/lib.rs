//! `practice` runs people's Python solutions to tiered exercises, compares what comes out with what is expected, and
//! reports how far each tier is done. ARCHITECTURE.md tells how the parts fit together.

pub mod codec;
pub mod event;
pub mod model;
pub mod sandbox;
