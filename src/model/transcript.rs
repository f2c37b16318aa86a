//! What the services of a case's world saw: evidence, for a kind to judge and a report to show.

use std::time::Duration;

/// The requests of one case, in the order in which they arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The requests, at most [`Transcript::MOST`].
    pub requests: Vec<Request>,
    /// How many more there were.
    pub unrecorded: u64,
    /// Connections that were opened.
    pub connections: u64,
}

impl Transcript {
    /// The most requests that are recorded, and the most that are answered.
    pub const MOST: usize = 10_000;
}

/// One request, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// When its head had arrived, since the world began.
    pub begun: Duration,
    /// When its answer had been given to the connection, or it was given up.
    pub ended: Duration,
    /// `GET`
    pub method: String,
    /// The path and query as they were sent.
    pub path: String,
    /// Header names, in lower case, with their values; bytes that are no UTF-8 as U+FFFD.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The route that answered, as its author named it: `GET /documents/{id}`. `None` when none did.
    pub route: Option<String>,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// How it ended.
    pub end: End,
    /// Which connection it came on, from 0.
    pub connection: u64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The whole answer was given.
    Answered,
    /// The world broke it off, as its author wanted.
    Broken,
    /// The client went away, or the case ended, before the answer was complete.
    Cancelled,
}

/// How many of these requests were in flight at once, at most. One that begins when another ends is not beside it.
pub fn most_at_once<'a>(requests: impl Iterator<Item = &'a Request>) -> usize {
    let mut changes: Vec<(Duration, isize)> =
        requests.flat_map(|request| [(request.begun, 1), (request.ended, -1)]).collect();
    changes.sort_unstable();
    let running = changes.into_iter().scan(0, |now, (_, change)| {
        *now += change;
        Some(*now)
    });
    running.max().and_then(|most| usize::try_from(most).ok()).unwrap_or(0)
}
