//! Integration tests, one program for all of them: linking one is quicker than linking many.

mod artifact;
mod authors;
mod bad_input;
mod catalogue;
mod codec;
mod commands;
mod corpus;
mod driver;
mod env;
mod hostile;
mod limits;
mod mutants;
mod programs;
mod python;
mod run;
mod scenario;
mod schema;
mod secrets;
mod server;
mod shipped;
mod signals;
mod static_check;
mod stream;
mod tidy;
mod wall;
mod world;
