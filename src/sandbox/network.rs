//! The network namespace of a slot's cases: one after the other has it, for as long as nothing has moved in it.
//!
//! Making one and clearing it away is the dearest part of a cell, and hardly a case ever uses it. When a case has ended,
//! none of its processes is left, and so none of its sockets; what else it could leave behind (a connection that waits for
//! its end, what the kernel remembers of a peer) comes of packets, each of which is counted; and what is counted could be
//! read. A namespace in which any counter is not as it was when it was new is left to the kernel, and the next case gets a
//! new one.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;

use rustix::net::{AddressFamily, SocketFlags, SocketType};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::model::Sockets;

/// The counters of a namespace, with the parts of names and devices: below `/proc/<pid>/net`.
const COUNTERS: [&str; 4] = ["dev", "snmp", "snmp6", "netstat"];
/// Several times as long as the longest of them.
const MOST_COUNTERS: usize = 64 << 10;

/// Connections that wait to be accepted.
const BACKLOG: i32 = 1024;

/// A namespace, and what its counters were when it was new.
struct Fresh {
    namespace: OwnedFd,
    /// The counters: opened within, they are this namespace's wherever they are read.
    files: Vec<File>,
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
            && counters(&fresh.files)? != fresh.counters
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
        let files = inside(namespace, self.home.as_fd(), open)?;
        self.fresh = Some(Fresh { namespace: namespace.try_clone_to_owned()?, counters: counters(&files)?, files });
        Ok(())
    }
}

fn own() -> io::Result<OwnedFd> {
    Ok(fs_err::File::open("/proc/self/ns/net")?.into_parts().0.into())
}

/// The counters of the namespace that this process is in.
fn open() -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for name in COUNTERS {
        match fs_err::File::open(format!("/proc/thread-self/net/{name}")) {
            Ok(file) => files.push(file.into_parts().0),
            // A machine without version 6 of the protocol has no counters of it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(files)
}

/// What is counted now, as text.
fn counters(files: &[File]) -> io::Result<Vec<u8>> {
    let mut text = vec![0; MOST_COUNTERS];
    let mut length = 0;
    for file in files {
        let mut at = 0;
        loop {
            let count = file.read_at(&mut text[length..], at)?;
            (length, at) = (length + count, at + count as u64);
            if count == 0 {
                break;
            }
        }
    }
    if length == MOST_COUNTERS {
        return Err(io::Error::other("the counters of a network are longer than any that were seen"));
    }
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
