//! What a request is answered with, as a value.

use std::time::Duration;

use serde_json::{Value, json};

/// Where a world is, as the case's program sees it: alone in a network of its own, so always in the same place.
pub const ADDRESS: &str = "127.0.0.1:8000";

/// An answer, or the lack of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The route that gave it, for the transcript.
    pub route: Option<String>,
    /// How long the client waits for the head.
    pub latency: Duration,
    /// What then happens.
    pub reply: Reply,
}

/// What happens when the latency is over.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// A response.
    Response(Response),
    /// The connection is reset.
    Reset,
    /// Nothing, for as long as the client waits.
    Hang,
}

/// A response.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body in pieces, each with the time to wait before it.
    pub pieces: Vec<(Duration, Vec<u8>)>,
    /// The length that is announced, when it is not that of the pieces.
    pub announced: Option<usize>,
    /// Whether the pieces are sent as a stream whose length is not known at first.
    pub streamed: bool,
    /// Whether the connection ends after the pieces although the body is not over.
    pub cut: bool,
}

impl Response {
    /// A response with this body.
    pub fn new(status: u16, kind: &str, body: Vec<u8>) -> Response {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Response { status, headers, pieces: vec![(Duration::ZERO, body)], announced: None, streamed: false, cut: false }
    }

    /// A response with this JSON.
    pub fn json(status: u16, body: &Value) -> Response {
        Response::new(status, "application/json", body.to_string().into_bytes())
    }

    /// An error in the shape that hosted models use.
    pub fn error(status: u16, kind: &str, code: Option<&str>, message: &str) -> Response {
        Response::json(status, &json!({ "error": { "message": message, "type": kind, "param": null, "code": code } }))
    }

    /// A stream of server-sent events: the time before each, and its text.
    pub fn events(events: Vec<(Duration, String)>) -> Response {
        let pieces = events.into_iter().map(|(wait, text)| (wait, text.into_bytes())).collect();
        let headers = vec![
            ("content-type".to_owned(), "text/event-stream".to_owned()),
            ("cache-control".to_owned(), "no-cache".to_owned()),
        ];
        Response { status: 200, headers, pieces, announced: None, streamed: true, cut: false }
    }

    /// The whole body.
    pub fn body(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }

    /// Sets a header, in place of one of that name.
    pub fn set(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
    }

    /// The first half of the body, and then the end of the connection although more was announced.
    pub fn truncated(mut self) -> Response {
        let body = self.body();
        self.announced = (!self.streamed).then_some(body.len().max(2));
        self.pieces = vec![(Duration::ZERO, body[..body.len() / 2].to_vec())];
        self.cut = true;
        self
    }

    /// The first half of the body as if it were all of it.
    pub fn malformed(mut self) -> Response {
        let body = self.body();
        self.pieces = vec![(Duration::ZERO, body[..body.len() / 2].to_vec())];
        self
    }

    /// The body in ten pieces over this time.
    pub fn slow(mut self, over: Duration) -> Response {
        let body = self.body();
        let size = body.len().div_ceil(10).max(1);
        self.announced = (!self.streamed).then_some(body.len());
        let pieces: Vec<&[u8]> = body.chunks(size).collect();
        let wait = over / u32::try_from(pieces.len().max(1)).unwrap_or(1);
        self.pieces = pieces.into_iter().map(|piece| (wait, piece.to_vec())).collect();
        self
    }
}
