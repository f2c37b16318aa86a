//! What a cold program gives up between fork and exec. A warm one does the same in `driver/zygote.py`.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::process::Command;

use landlock::RulesetCreated;
use rustix::process::{Resource, Rlimit, Signal};
use rustix::thread::{
    CapabilitiesSecureBits, CapabilitySet, CapabilitySets, set_capabilities, set_capabilities_secure_bits,
};

use super::processor::Processor;
use super::sys;
use crate::model::Limits;

/// Open files at once.
const MOST_OPEN: u64 = 512;
/// Memory that may not be swapped out, in bytes.
const MOST_LOCKED: u64 = 64 << 10;

/// The wall of a program, ready to be put up.
#[derive(Default)]
pub struct Confinement {
    /// The namespaces that it enters.
    pub namespaces: Vec<OwnedFd>,
    /// Takes the program into its control groups.
    pub members: Vec<File>,
    /// Where the slot stays; the program goes where it likes.
    pub processor: Option<Processor>,
    /// Limits of the kernel on each process.
    pub limits: Vec<(Resource, u64)>,
    /// The user and group that it becomes.
    pub user: Option<u32>,
    /// The files that it may touch.
    pub rules: Option<RulesetCreated>,
    /// The system calls that it may make.
    pub filter: Vec<libc::sock_filter>,
    /// Its current folder.
    pub work: PathBuf,
    /// Its end of the private channel.
    pub channel: Option<OwnedFd>,
}

/// The limits of the kernel on each process of a case. Where the machine allows less, that is less: nobody may raise it.
pub fn resources(limits: &Limits, processes: u64) -> Vec<(Resource, u64)> {
    let allowed = |resource| rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let wanted = [
        (Resource::Core, 0),
        (Resource::Fsize, limits.files.0),
        // The watch over all of them comes first; this one holds even if the watcher is stuck.
        (Resource::Cpu, limits.cpu.0.as_secs() + 2),
        (Resource::Nofile, MOST_OPEN),
        (Resource::Memlock, MOST_LOCKED),
        (Resource::Nproc, processes),
    ];
    wanted.into_iter().map(|(resource, most)| (resource, most.min(allowed(resource)))).collect()
}

impl Confinement {
    /// Has the child of `command` put itself behind the wall. The caller has one thread.
    pub fn apply(mut self, command: &mut Command) {
        sys::before_exec(command, move || self.enter());
    }

    /// Puts the wall up in a child that ends at once: fails as a program's would.
    pub fn rehearse(mut self) -> io::Result<()> {
        let Some(child) = sys::fork_into(0)? else {
            let code = match self.enter() {
                Ok(()) => 0,
                Err(error) => error.raw_os_error().unwrap_or(255),
            };
            sys::exit(code);
        };
        match sys::wait4(child)?.code {
            Some(0) => Ok(()),
            Some(code) if code < 255 => Err(io::Error::from_raw_os_error(code)),
            _ => Err(io::Error::other("a program could not be walled in")),
        }
    }

    fn enter(&mut self) -> io::Result<()> {
        rustix::process::setsid()?;
        for members in &mut self.members {
            members.write_all(b"0")?;
        }
        for namespace in &self.namespaces {
            rustix::thread::move_into_link_name_space(namespace.as_fd(), None)?;
        }
        if let Some(processor) = &self.processor {
            processor.leave();
        }
        rustix::process::chdir(&self.work)?;
        if let Some(channel) = &self.channel {
            sys::put_at(channel.as_fd(), sys::CHANNEL)?;
        }
        for &(resource, most) in &self.limits {
            rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        if let Some(rules) = self.rules.take() {
            let walled = !self.namespaces.is_empty();
            give_up_capabilities(self.user, walled)?;
            rules.restrict_self().map_err(io::Error::other)?;
        }
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        if !self.filter.is_empty() {
            sys::install_filter(&self.filter)?;
        }
        Ok(())
    }
}

/// Gives up all capabilities for good, and every way to new ones; becomes `user` first, if it is to.
fn give_up_capabilities(user: Option<u32>, may_drop: bool) -> io::Result<()> {
    if let Some(user) = user {
        let (uid, gid) = (rustix::process::Uid::from_raw(user), rustix::process::Gid::from_raw(user));
        rustix::thread::set_thread_groups(&[])?;
        rustix::thread::set_thread_res_gid(gid, gid, gid)?;
        drop_bounds(true)?;
        rustix::thread::set_thread_res_uid(uid, uid, uid)?;
    } else {
        drop_bounds(may_drop)?;
    }
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}

/// Empties the sets that limit what exec can give. Whoever has no capabilities cannot, and needs not: no new privileges.
fn drop_bounds(must: bool) -> io::Result<()> {
    for capability in CapabilitySet::all().iter() {
        match rustix::thread::remove_capability_from_bounding_set(capability) {
            // Not known to this kernel.
            Err(rustix::io::Errno::INVAL) => {}
            Err(error) if must => return Err(error.into()),
            _ => {}
        }
    }
    let locked = CapabilitiesSecureBits::NO_ROOT
        | CapabilitiesSecureBits::NO_ROOT_LOCKED
        | CapabilitiesSecureBits::NO_SETUID_FIXUP
        | CapabilitiesSecureBits::NO_SETUID_FIXUP_LOCKED;
    match set_capabilities_secure_bits(locked) {
        Err(error) if must => Err(error.into()),
        _ => Ok(()),
    }
}
