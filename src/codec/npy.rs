use crate::model::Array;
pub fn read(_: &[u8]) -> Result<Array, String> { Err("stub".into()) }
