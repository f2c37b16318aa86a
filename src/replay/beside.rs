//! Who a program talks with when it is run by hand: the services of its case, or the client of a server, on this machine's
//! own network.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use tokio_util::sync::CancellationToken;

use crate::client::{Client, PORT, Plan};
use crate::kind::Peer;
use crate::model::{End, Request, Transcript, Visit};
use crate::report::escape;
use crate::world::Service;

/// The variable by which `run.py` is told that they are not where they are in a case.
pub const ELSEWHERE: &str = "PRACTICE_REPLAY_ADDRESS";
/// How long somebody may stand at a breakpoint before an answer counts as missing.
const AT_A_BREAKPOINT: Duration = Duration::from_secs(3600);
/// Columns of what is told of a request.
const WIDE: usize = 200;

/// Who a program talks with, at work.
pub struct Beside {
    port: u16,
    who: Who,
}

enum Who {
    World(Service),
    Client(Client, Plan),
}

impl Beside {
    /// Begins; `None` where a program talks with nobody. Called in a tokio runtime.
    ///
    /// Whoever starts the program and can tell it where (`starts`) takes another port when the usual one is in use. A client
    /// of a program that is started by hand has time.
    pub fn begin(peer: &Peer, port: Option<u16>, starts: bool) -> io::Result<Option<Beside>> {
        let wanted = port.unwrap_or(PORT);
        let listen = || match TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && starts && port.is_none() => {
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            }
            listener => listener,
        };
        Ok(match peer {
            Peer::None => None,
            Peer::World(world) => {
                let listener = listen()?;
                let port = listener.local_addr()?.port();
                let service = Service::new(world.clone());
                service.listen(listener)?;
                Some(Beside { port, who: Who::World(service) })
            }
            Peer::Client(plan) => {
                // Let go of at once: it is the program's. One that is started by hand may be there already.
                let port = if starts { listen()?.local_addr()?.port() } else { wanted };
                let patience = if starts { plan.patience } else { AT_A_BREAKPOINT };
                let plan = Plan { port, patience, ..plan.clone() };
                let client = Client::new(plan.clone());
                client.begin(sockets(plan.sockets())?);
                Some(Beside { port, who: Who::Client(client, plan) })
            }
        })
    }

    /// Where the services are, or the server, when that is not where they are in a case.
    pub fn elsewhere(&self) -> Option<String> {
        (self.port != PORT).then(|| SocketAddrV4::new(Ipv4Addr::LOCALHOST, self.port).to_string())
    }

    /// Fires when a server is to be asked to end: all requests are sent.
    pub fn stop(&self) -> CancellationToken {
        match &self.who {
            Who::World(_) => CancellationToken::new(),
            Who::Client(client, _) => client.stop(),
        }
    }

    /// Ends; what was seen, a line each.
    pub async fn end(self) -> Vec<String> {
        match self.who {
            Who::World(service) => seen(&service.end().await),
            Who::Client(client, plan) => answered(&plan, &client.end().await),
        }
    }
}

/// Sockets that are not connected yet.
fn sockets(count: u16) -> io::Result<Vec<OwnedFd>> {
    let socket = || rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None);
    (0..count).map(|_| socket().map_err(io::Error::from)).collect()
}

fn seen(transcript: &Transcript) -> Vec<String> {
    let one = |request: &Request| {
        let status = match (request.end, request.status) {
            (End::Cancelled, _) => "given up by the program".to_owned(),
            (_, Some(status)) => status.to_string(),
            (_, None) => "no answer".to_owned(),
        };
        let path: String = request.path.chars().take(WIDE).collect();
        escape::cut(&format!("{} {path}: {status}", request.method), WIDE)
    };
    let mut lines: Vec<String> = transcript.requests.iter().map(one).collect();
    if transcript.requests.is_empty() {
        lines.push("no requests".to_owned());
    }
    lines
}

fn answered(plan: &Plan, visit: &Visit) -> Vec<String> {
    if !visit.ready {
        return vec![format!("no requests: nothing was ready on 127.0.0.1:{}", plan.port)];
    }
    let mut lines: Vec<String> = Vec::new();
    for (index, request) in plan.requests.iter().enumerate() {
        let answer = match visit.replies.get(index) {
            Some(Ok(reply)) => {
                let body = &reply.body[..reply.body.len().min(4 * WIDE)];
                format!("{} {}", reply.status, String::from_utf8_lossy(body).trim())
            }
            Some(Err(why)) => why.clone(),
            None => "not sent".to_owned(),
        };
        lines.push(escape::cut(&format!("{} {}: {answer}", request.method, request.path), WIDE));
    }
    lines
}
