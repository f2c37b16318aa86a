//! Between text or bytes and [`Value`](crate::model::Value)s. Pure: no IO, nothing is evaluated.

pub mod dtype;
pub mod json;
pub mod notation;
pub mod npy;
pub mod wire;

#[cfg(test)]
mod test_values;
