//! The runner as the client of a case whose program is a server.
//!
//! A [`Plan`] is what to send. [`Client`] is one case's: on sockets that were made inside the case's network it waits until
//! the server is ready, sends one request after the other, and has the server asked to end. It judges nothing.

mod send;

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::model::{Reply, Visit, filled};

/// Where the server of a case listens: it is alone in its network, so always in the same place.
pub const PORT: u16 = 8000;
/// Sockets besides one a request: each attempt to see whether the server is ready that reaches it costs one.
const SPARE_SOCKETS: u16 = 16;
/// The first wait between two attempts, which then grows by half.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(50);
/// How long a request is on its way before the server is asked to end during it.
const BEFORE_STOP: Duration = Duration::from_millis(100);

/// What is sent to a server.
#[derive(Debug, Clone)]
pub struct Plan {
    /// A path that is answered with a status below 400 when the server is ready; without it, it is ready when it listens.
    pub ready: Option<String>,
    /// The requests, one after the other.
    pub requests: Vec<Request>,
    /// How long to wait for a reply.
    pub patience: Duration,
    /// Where the server listens on 127.0.0.1: [`PORT`] in a case.
    pub port: u16,
}

impl Plan {
    /// How many sockets it takes.
    pub fn sockets(&self) -> u16 {
        u16::try_from(self.requests.len()).unwrap_or(u16::MAX).saturating_add(SPARE_SOCKETS)
    }
}

/// A request. In its path, headers and body, `{name}` is what was kept under that name.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// `GET`
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Body,
    /// What to keep of the reply.
    pub keep: Vec<(String, Kept)>,
    /// Whether the server is asked to end while it is on its way.
    pub stop: bool,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// None.
    None,
    /// JSON.
    Json(Value),
    /// Bytes, as they are.
    Bytes(Arc<[u8]>),
}

/// What is kept of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The value at this JSON Pointer of its body.
    Pointer(String),
    /// The value of this header, in lower case.
    Header(String),
}

/// A plan while its case runs.
pub struct Client {
    plan: Arc<Plan>,
    stop: CancellationToken,
    visit: Arc<Mutex<Visit>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Client {
    /// One that has not begun.
    pub fn new(plan: Plan) -> Client {
        Client { plan: Arc::new(plan), stop: CancellationToken::new(), visit: Arc::default(), task: Mutex::default() }
    }

    /// Fires when the server is to be asked to end.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Goes about it, on sockets that are not connected. Called in a tokio runtime.
    pub fn begin(&self, sockets: Vec<OwnedFd>) {
        let (plan, stop, visit) = (self.plan.clone(), self.stop.clone(), self.visit.clone());
        let task = tokio::spawn(async move {
            converse(&plan, sockets, &stop, &visit).await;
            lock(&visit).asked_to_end = true;
            stop.cancel();
        });
        *lock(&self.task) = Some(task);
    }

    /// The program has ended: what was seen.
    pub async fn end(self) -> Visit {
        let task = lock(&self.task).take();
        if let Some(task) = task {
            // The last reply may still be on its way from the kernel to us; nothing more comes after it.
            let aborted = task.abort_handle();
            if tokio::time::timeout(LONGEST_WAIT, task).await.is_err() {
                aborted.abort();
            }
        }
        std::mem::take(&mut *lock(&self.visit))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until the server is ready, and sends all requests.
async fn converse(plan: &Plan, mut sockets: Vec<OwnedFd>, stop: &CancellationToken, visit: &Mutex<Visit>) {
    if !is_ready(plan, &mut sockets).await {
        return;
    }
    lock(visit).ready = true;
    for request in &plan.requests {
        let request = with_values(request, &lock(visit).kept);
        let Some(socket) = sockets.pop() else { return };
        let reply = {
            let mut sending =
                std::pin::pin!(tokio::time::timeout(plan.patience, send::send(socket, plan.port, &request)));
            if request.stop {
                tokio::select! {
                    biased;
                    reply = &mut sending => reply,
                    () = tokio::time::sleep(BEFORE_STOP) => {
                        lock(visit).asked_to_end = true;
                        stop.cancel();
                        sending.await
                    }
                }
            } else {
                sending.await
            }
        };
        let reply = reply.unwrap_or_else(|_| Err(format!("no answer within {} ms", plan.patience.as_millis())));
        let mut visit = lock(visit);
        let failed = reply.is_err();
        if let Ok(reply) = &reply {
            for (name, kept) in &request.keep {
                if let Some(value) = find(reply, kept) {
                    visit.kept.insert(name.clone(), value);
                }
            }
        }
        visit.replies.push(reply);
        if failed {
            return;
        }
    }
}

/// Tries until the server answers; `false` when there is no socket left to try with.
async fn is_ready(plan: &Plan, sockets: &mut Vec<OwnedFd>) -> bool {
    let mut wait = FIRST_WAIT;
    while sockets.len() > plan.requests.len() {
        let Some(socket) = sockets.last() else { return false };
        // Refused, it can try again.
        if let Ok(stream) = send::connect(socket, plan.port).await {
            sockets.pop();
            let Some(path) = &plan.ready else { return true };
            let reply = tokio::time::timeout(plan.patience, send::get(stream, plan.port, path)).await;
            if let Ok(Ok(reply)) = reply
                && reply.status < 400
            {
                return true;
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 3 / 2).min(LONGEST_WAIT);
    }
    false
}

/// The request with what was kept in its places.
fn with_values(request: &Request, kept: &std::collections::BTreeMap<String, Value>) -> Request {
    let find = |name: &str| kept.get(name).cloned();
    let text = |text: &str| match filled(&Value::String(text.to_owned()), &find) {
        Value::String(text) => text,
        other => other.to_string(),
    };
    let segment = |name: &str| {
        let value = kept.get(name)?;
        let plain = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(Value::String(
            percent_encoding::utf8_percent_encode(&plain, percent_encoding::NON_ALPHANUMERIC).to_string(),
        ))
    };
    let path = match filled(&Value::String(request.path.clone()), &segment) {
        Value::String(path) => path,
        other => other.to_string(),
    };
    Request {
        path,
        headers: request.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        body: match &request.body {
            Body::Json(json) => Body::Json(filled(json, &find)),
            other => other.clone(),
        },
        ..request.clone()
    }
}

fn find(reply: &Reply, kept: &Kept) -> Option<Value> {
    match kept {
        Kept::Header(name) => reply.header(name).map(|value| Value::String(value.to_owned())),
        Kept::Pointer(pointer) => serde_json::from_slice::<Value>(&reply.body).ok()?.pointer(pointer).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_kept_is_put_in_its_place() {
        let request = Request {
            method: "PUT".to_owned(),
            path: "/documents/{id}?full={full}&x={other}".to_owned(),
            headers: vec![("authorization".to_owned(), "Bearer {token}".to_owned())],
            body: Body::Json(json!({ "parent": "{number}", "text": "from {id}" })),
            keep: Vec::new(),
            stop: false,
        };
        let kept = [("id", json!("a b/c")), ("full", json!(true)), ("token", json!("t")), ("number", json!(7))];
        let kept = kept.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let request = with_values(&request, &kept);
        assert_eq!(request.path, "/documents/a%20b%2Fc?full=true&x={other}");
        assert_eq!(request.headers[0].1, "Bearer t");
        assert_eq!(request.body, Body::Json(json!({ "parent": 7, "text": "from a b/c" })));
    }

    #[test]
    fn a_reply_is_searched() {
        let headers = vec![("location".to_owned(), "/documents/7".to_owned())];
        let reply = Reply { status: 201, headers, body: br#"{"items": [{"id": 7}]}"#.to_vec() };
        assert_eq!(find(&reply, &Kept::Pointer("/items/0/id".to_owned())), Some(json!(7)));
        assert_eq!(find(&reply, &Kept::Pointer("/items/1/id".to_owned())), None);
        assert_eq!(find(&reply, &Kept::Header("location".to_owned())), Some(json!("/documents/7")));
    }
}
