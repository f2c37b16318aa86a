//! One request on one socket.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::{Body, Request};
use crate::model::Reply;

/// A connection in the case's own network is made at once, or its server's queue is full.
const LONGEST_CONNECT: Duration = Duration::from_secs(1);
/// A reply's body is read up to this.
const MOST_BODY: usize = 8 << 20;

/// Connects a socket to the server. One that was refused can try again.
pub async fn connect(socket: &OwnedFd, port: u16) -> Result<tokio::net::TcpStream, String> {
    let socket = socket.try_clone().map_err(|error| error.to_string())?;
    let connected = tokio::task::spawn_blocking(move || {
        let timeout = rustix::net::sockopt::Timeout::Send;
        rustix::net::sockopt::set_socket_timeout(&socket, timeout, Some(LONGEST_CONNECT))?;
        rustix::net::connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))?;
        let stream = TcpStream::from(socket);
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        Ok::<_, std::io::Error>(stream)
    });
    let stream = connected.await.map_err(|error| error.to_string())?;
    let stream = stream.map_err(|error| format!("port {port} cannot be reached: {error}"))?;
    tokio::net::TcpStream::from_std(stream).map_err(|error| error.to_string())
}

/// What is asked to see whether a server is ready.
pub async fn get(stream: tokio::net::TcpStream, port: u16, path: &str) -> Result<Reply, String> {
    exchange(stream, port, "GET", path, &[], Bytes::new()).await
}

/// Sends a request: the reply, or why there is none.
pub async fn send(socket: OwnedFd, port: u16, request: &Request) -> Result<Reply, String> {
    let stream = connect(&socket, port).await?;
    drop(socket);
    let mut headers = request.headers.clone();
    let body = match &request.body {
        Body::None => Bytes::new(),
        Body::Bytes(bytes) => Bytes::copy_from_slice(bytes),
        Body::Json(json) => {
            if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
            }
            Bytes::from(json.to_string())
        }
    };
    exchange(stream, port, &request.method, &request.path, &headers, body).await
}

async fn exchange(
    stream: tokio::net::TcpStream,
    port: u16,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: Bytes,
) -> Result<Reply, String> {
    let mut builder = hyper::Request::builder().method(method).uri(path);
    builder = builder.header("host", format!("127.0.0.1:{port}")).header("connection", "close");
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    let request = builder.body(Whole(Some(body))).map_err(|error| format!("it cannot be sent: {error}"))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| why(&error))?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(|error| why(&error))?;
        let (head, mut incoming) = response.into_parts();
        let mut body = Vec::new();
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await {
            if let Some(data) = frame.map_err(|error| why(&error))?.data_ref() {
                if body.len() + data.len() > MOST_BODY {
                    return Err("its body is longer than 8 MiB".to_owned());
                }
                body.extend_from_slice(data);
            }
        }
        let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        Ok(Reply { status: head.status.as_u16(), headers, body })
    };
    let mut answered = std::pin::pin!(answered);
    tokio::select! {
        biased;
        reply = &mut answered => reply,
        // What it has read before its end is still to be had.
        _ = connection => answered.await,
    }
}

/// Why there is no reply, for a learner.
fn why(error: &hyper::Error) -> String {
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        "the connection was closed before the answer was complete".to_owned()
    } else if error.is_parse() {
        format!("the answer is no HTTP: {error}")
    } else {
        format!("there is no answer: {error}")
    }
}

/// A body that is all there.
struct Whole(Option<Bytes>);

impl hyper::body::Body for Whole {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(self.0.take().filter(|bytes| !bytes.is_empty()).map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
