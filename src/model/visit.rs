//! What a server answered: evidence, for a kind to judge.

use std::collections::BTreeMap;

use serde_json::Value;

/// The requests that were sent to a case's server, and what came back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Visit {
    /// Whether the server was ready for the first request.
    pub ready: bool,
    /// For each request that was sent: its reply, or why there is none. After a request without one, no other is sent.
    pub replies: Vec<Result<Reply, String>>,
    /// What was kept of the replies, by name.
    pub kept: BTreeMap<String, Value>,
    /// Whether the server was asked to end.
    pub asked_to_end: bool,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Header names, in lower case, with their values; bytes that are no UTF-8 as U+FFFD.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The value of the first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
