//! The network namespace of a slot's cases: one after the other has it, for as long as nothing has moved in it.
//!
//! Making one and clearing it away is the dearest part of a cell, and hardly a case ever uses it. When a case has ended,
//! none of its processes is left, and so none of its sockets; what else it could leave behind (a connection that waits for
//! its end, what the kernel remembers of a peer) comes of packets, each of which is counted. A namespace in which any
//! counter is not as it was when it was new is left to the kernel, and the next case gets a new one.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::model::Sockets;

/// The counters of a namespace, with the parts of names and devices: below `/proc/<pid>/net`.
const COUNTERS: [&str; 4] = ["dev", "snmp", "snmp6", "netstat"];

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

/// A namespace, and what its counters were when it was new.
struct Fresh {
    namespace: OwnedFd,
    counters: Vec<u8>,
}

/// What a slot keeps for its next case.
pub struct Network {
    /// The slot's own namespace.
    home: OwnedFd,
    fresh: Option<Fresh>,
}

impl Network {
    /// For a process that has a network namespace, and a user namespace around it, of its own.
    pub fn new() -> io::Result<Network> {
        Ok(Network { home: own()?, fresh: None })
    }

    /// The namespace of the last case, unless that used it. The last case has ended.
    pub fn unused(&mut self) -> io::Result<Option<BorrowedFd<'_>>> {
        if let Some(fresh) = &self.fresh
            && counters(fresh.namespace.as_fd(), self.home.as_fd())? != fresh.counters
        {
            self.fresh = None;
        }
        Ok(self.fresh.as_ref().map(|fresh| fresh.namespace.as_fd()))
    }

    /// Sockets in the namespace of a case.
    pub fn sockets(&self, namespace: BorrowedFd<'_>, which: Sockets) -> io::Result<Vec<OwnedFd>> {
        let stream = || rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None);
        inside(namespace, self.home.as_fd(), || match which {
            Sockets::None => Ok(Vec::new()),
            Sockets::Listener(address) => {
                let socket = stream()?;
                rustix::net::bind(&socket, &address)?;
                rustix::net::listen(&socket, BACKLOG)?;
                Ok(vec![socket])
            }
            Sockets::Unconnected(count) => (0..count).map(|_| Ok(stream()?)).collect(),
        })
    }

    /// Keeps the namespace of a case that has not begun.
    pub fn keep(&mut self, namespace: BorrowedFd<'_>) -> io::Result<()> {
        let counters = counters(namespace, self.home.as_fd())?;
        self.fresh = Some(Fresh { namespace: namespace.try_clone_to_owned()?, counters });
        Ok(())
    }
}

fn own() -> io::Result<OwnedFd> {
    Ok(fs_err::File::open("/proc/self/ns/net")?.into_parts().0.into())
}

/// What a namespace has counted, as text.
fn counters(namespace: BorrowedFd<'_>, home: BorrowedFd<'_>) -> io::Result<Vec<u8>> {
    inside(namespace, home, || {
        COUNTERS.iter().try_fold(Vec::new(), |mut all, name| {
            match fs_err::read(format!("/proc/thread-self/net/{name}")) {
                Ok(bytes) => all.extend(bytes),
                // A machine without version 6 of the protocol has no counters of it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
            Ok(all)
        })
    })
}

/// Does something in another namespace.
fn inside<T>(namespace: BorrowedFd<'_>, home: BorrowedFd<'_>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))?;
    let done = act();
    move_into_link_name_space(home, Some(LinkNameSpaceType::Network))?;
    done
}
