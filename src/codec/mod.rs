//! Between text or bytes and [`Value`](crate::model::Value)s. Pure: no IO, nothing is evaluated.

pub mod notation;
