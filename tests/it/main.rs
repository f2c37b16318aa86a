//! Integration tests, one program for all of them: linking one is quicker than linking many.

mod bad_input;
mod codec;
mod env;
mod hostile;
mod limits;
mod python;
mod run;
mod secrets;
mod signals;
mod stream;
