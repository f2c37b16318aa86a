//! The network namespace of a slot's cases: one after the other has it, for as long as nothing has moved in it.
//!
//! Making one and clearing it away is the dearest part of a cell, and hardly a case ever uses it. When a case has ended,
//! none of its processes is left, and so none of its sockets; what else it could leave behind (a connection that waits for
//! its end, what the kernel remembers of a peer) comes of packets, each of which its only device counts. A namespace in
//! which a counter is not as it was when it was new is left to the kernel, and the next case gets a new one.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::model::Sockets;

/// What the devices of a namespace have counted.
const COUNTERS: &str = "/proc/thread-self/net/dev";
/// More than the one line of a loopback, below a heading of two.
const MOST_COUNTERS: usize = 4096;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

/// A namespace, and what its counters were when it was new.
struct Fresh {
    namespace: OwnedFd,
    /// The counters: opened within, they are this namespace's wherever they are read.
    file: File,
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
            && counters(&fresh.file)? != fresh.counters
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
        let file = inside(namespace, self.home.as_fd(), || Ok(fs_err::File::open(COUNTERS)?.into_parts().0))?;
        self.fresh = Some(Fresh { namespace: namespace.try_clone_to_owned()?, counters: counters(&file)?, file });
        Ok(())
    }
}

fn own() -> io::Result<OwnedFd> {
    Ok(fs_err::File::open("/proc/self/ns/net")?.into_parts().0.into())
}

/// What is counted now, as text.
fn counters(file: &File) -> io::Result<Vec<u8>> {
    let mut text = vec![0; MOST_COUNTERS];
    let length = file.read_at(&mut text, 0)?;
    text.truncate(length);
    Ok(text)
}

/// Does something in another namespace.
fn inside<T>(namespace: BorrowedFd<'_>, home: BorrowedFd<'_>, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    move_into_link_name_space(namespace, Some(LinkNameSpaceType::Network))?;
    let done = act();
    move_into_link_name_space(home, Some(LinkNameSpaceType::Network))?;
    done
}
