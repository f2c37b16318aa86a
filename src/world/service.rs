//! One case's world: answers on a listener, and writes down what it saw.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Sleep;

use super::answer::{Reply, Response};
use super::spec::World;
use super::state::{Asked, State};
use crate::model::{End, Request, Transcript};

/// Connections at once; more wait until one is closed.
const MOST_CONNECTIONS: usize = 1024;
/// What a piece of an answer needs to leave, before its connection is broken off.
const FLUSH: Duration = Duration::from_millis(5);
/// A request's body is read up to this.
const MOST_BODY: usize = 8 << 20;
/// The bodies of all requests of a case are recorded up to this.
const MOST_RECORDED: usize = 64 << 20;

/// A world while its case runs.
pub struct Service {
    shared: Arc<Shared>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    world: Arc<World>,
    begun: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    state: State,
    transcript: Transcript,
    recorded: usize,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// A world that nothing has happened in yet.
    pub fn new(world: Arc<World>) -> Service {
        let shared = Shared { world, begun: Instant::now(), seen: Mutex::default() };
        Service { shared: Arc::new(shared), accepting: Mutex::default() }
    }

    /// Answers whoever connects to `listener`. Called in a tokio runtime.
    pub fn listen(&self, listener: TcpListener) -> io::Result<()> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let accepting = tokio::spawn(accept(listener, self.shared.clone()));
        *self.accepting.lock().unwrap_or_else(PoisonError::into_inner) = Some(accepting);
        Ok(())
    }

    /// Ends the world: all connections are closed. What it saw.
    pub async fn end(self) -> Transcript {
        let accepting = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(accepting) = accepting {
            accepting.abort();
            // An error is how an aborted task ends.
            let _ = accepting.await;
        }
        std::mem::take(&mut self.shared.seen().transcript)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some(accepting) = self.accepting.lock().unwrap_or_else(PoisonError::into_inner).take() {
            accepting.abort();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and all connections with it.
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= MOST_CONNECTIONS || connections.try_join_next().is_some() {
            if connections.len() >= MOST_CONNECTIONS {
                connections.join_next().await;
            }
        }
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors: those of closed connections come back.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let number = shared.seen().transcript.connections;
        shared.seen().transcript.connections += 1;
        // Small answers are not to wait for each other.
        let _ = stream.set_nodelay(true);
        connections.spawn(connection(stream, number, shared.clone()));
    }
}

async fn connection(stream: tokio::net::TcpStream, number: u64, shared: Arc<Shared>) {
    let Ok(handle) = stream.as_fd().try_clone_to_owned() else { return };
    let handle = Arc::new(handle);
    let service = service_fn(|request| answer(request, number, shared.clone(), handle.clone()));
    // A client that goes away, or speaks no HTTP, ends it; what it had asked is in the transcript.
    let _ = http1::Builder::new().auto_date_header(false).serve_connection(TokioIo::new(stream), service).await;
}

/// A request that is being answered: writes into the transcript how it ended.
struct Record {
    shared: Arc<Shared>,
    /// Its place; `None` for one too many.
    index: Option<usize>,
    end: End,
}

impl Record {
    fn update(&self, update: impl FnOnce(&mut Request)) {
        let mut seen = self.shared.seen();
        if let Some(request) = self.index.and_then(|index| seen.transcript.requests.get_mut(index)) {
            update(request);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let (now, end) = (self.shared.begun.elapsed(), self.end);
        self.update(|request| (request.ended, request.end) = (now, end));
    }
}

/// The answer is a reset of the connection, or there is none.
#[derive(Debug, thiserror::Error)]
#[error("the world breaks this connection off")]
struct Broken;

async fn answer(
    request: hyper::Request<Incoming>,
    connection: u64,
    shared: Arc<Shared>,
    handle: Arc<OwnedFd>,
) -> Result<hyper::Response<Sending>, Broken> {
    let (head, mut incoming) = request.into_parts();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut asked = Asked {
        at: shared.begun.elapsed(),
        method: head.method.as_str().to_owned(),
        target: head.uri.path_and_query().map_or_else(|| "/".to_owned(), |target| target.as_str().to_owned()),
        headers: head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
        body: Vec::new(),
    };
    let mut record = begin(&shared, &asked, connection);
    let too_large = read(&mut incoming, &mut asked.body).await.map_err(|_| Broken)?;
    let (answer, recorded) = {
        let mut seen = shared.seen();
        let recorded = seen.recorded + asked.body.len() <= MOST_RECORDED;
        seen.recorded += asked.body.len();
        (seen.state.answer(&shared.world, &asked), recorded)
    };
    record.update(|request| {
        request.route = answer.route;
        if recorded {
            request.body = std::mem::take(&mut asked.body);
        }
    });
    if !answer.latency.is_zero() {
        tokio::time::sleep(answer.latency).await;
    }
    match answer.reply {
        Reply::Hang => std::future::pending().await,
        Reply::Reset => {
            record.end = End::Broken;
            // What the kernel cannot do the client sees as an ordinary end.
            let _ = rustix::net::sockopt::set_socket_linger(&handle, Some(Duration::ZERO));
            Err(Broken)
        }
        Reply::Response(mut response) => {
            if too_large || record.index.is_none() {
                let what = if too_large { "the body is too large" } else { "too many requests for one case" };
                response = Response::error(413, "invalid_request_error", None, what);
            }
            record.update(|request| request.status = Some(response.status));
            send(response, record)
        }
    }
}

/// Records the head of a request.
fn begin(shared: &Arc<Shared>, asked: &Asked, connection: u64) -> Record {
    let mut seen = shared.seen();
    let transcript = &mut seen.transcript;
    let index = (transcript.requests.len() < Transcript::MOST).then_some(transcript.requests.len());
    match index {
        None => transcript.unrecorded += 1,
        Some(_) => transcript.requests.push(Request {
            begun: asked.at,
            ended: asked.at,
            method: asked.method.clone(),
            path: asked.target.clone(),
            headers: asked.headers.clone(),
            body: Vec::new(),
            route: None,
            status: None,
            end: End::Cancelled,
            connection,
        }),
    }
    Record { shared: shared.clone(), index, end: End::Cancelled }
}

/// Reads a body; whether it is larger than what is read.
async fn read(incoming: &mut Incoming, body: &mut Vec<u8>) -> hyper::Result<bool> {
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx)).await {
        if let Some(data) = frame?.data_ref() {
            if body.len() + data.len() > MOST_BODY {
                return Ok(true);
            }
            body.extend_from_slice(data);
        }
    }
    Ok(false)
}

fn send(response: Response, record: Record) -> Result<hyper::Response<Sending>, Broken> {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    if let Some(announced) = response.announced {
        builder = builder.header("content-length", announced);
    }
    let known = !response.streamed && response.announced.is_none();
    let length = response.pieces.iter().map(|(_, piece)| piece.len() as u64).sum();
    let sending = Sending {
        pieces: response.pieces.into_iter().map(|(wait, piece)| (wait, Bytes::from(piece))).collect(),
        waiting: None,
        flushed: false,
        left: known.then_some(length),
        cut: response.cut,
        record,
    };
    // The names and values of headers were checked when the world was read.
    builder.body(sending).map_err(|_| Broken)
}

/// A body that is sent in pieces.
struct Sending {
    pieces: VecDeque<(Duration, Bytes)>,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Whether what came before a break has had the time to be sent: the end of a connection does not wait for it.
    flushed: bool,
    /// How many bytes are left, where that is known from the start.
    left: Option<u64>,
    cut: bool,
    record: Record,
}

impl Sending {
    /// Notes that nothing is left to be sent.
    fn note_end(&mut self) {
        if self.pieces.is_empty() {
            self.record.end = if self.cut { End::Broken } else { End::Answered };
        }
    }
}

impl Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(waiting) = &mut self.waiting {
            if waiting.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.waiting = None;
        } else if let Some((wait, _)) = self.pieces.front()
            && !wait.is_zero()
        {
            let mut waiting = Box::pin(tokio::time::sleep(*wait));
            if waiting.as_mut().poll(cx).is_pending() {
                self.waiting = Some(waiting);
                return Poll::Pending;
            }
        }
        match self.pieces.pop_front() {
            Some((_, piece)) => {
                self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
                self.note_end();
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            None => {
                self.note_end();
                if self.cut && !self.flushed {
                    self.flushed = true;
                    let mut waiting = Box::pin(tokio::time::sleep(FLUSH));
                    if waiting.as_mut().poll(cx).is_pending() {
                        self.waiting = Some(waiting);
                        return Poll::Pending;
                    }
                }
                match self.cut {
                    true => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
                    false => Poll::Ready(None),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
