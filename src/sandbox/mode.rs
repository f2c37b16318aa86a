//! The containment modes, and what each of them guarantees.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What stands between a program and this machine, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// Namespaces of its own, Landlock, seccomp, and control groups.
    Full,
    /// The same without control groups: memory is watched from outside, not bounded by the kernel.
    User,
    /// Landlock, seccomp and resource limits, for containers that refuse user namespaces.
    Bare,
    /// Nothing: programs are limited and killed, but they see the machine as their user does.
    None,
}

impl Mode {
    /// The modes with a wall, the strongest first.
    pub const WALLS: [Mode; 3] = [Mode::Full, Mode::User, Mode::Bare];

    /// The name in settings and reports.
    pub fn id(self) -> &'static str {
        match self {
            Mode::Full => "full",
            Mode::User => "user",
            Mode::Bare => "bare",
            Mode::None => "none",
        }
    }

    /// Whether cases have namespaces, and with them a root, processes and a network of their own.
    pub fn has_namespaces(self) -> bool {
        matches!(self, Mode::Full | Mode::User)
    }

    /// What is in force, in plain words. `docs/containment.md` has the same lines, each with its test.
    pub fn in_force(self) -> Vec<&'static str> {
        let mut lines = Vec::new();
        if self.has_namespaces() {
            lines.extend([
                "own user, process, mount, network, IPC, host name and cgroup namespaces",
                "a read-only root with the interpreter, its packages and the system's libraries, nothing else",
                "work, home, /tmp and /dev/shm on a fresh file system of limited size",
                "a network with nothing but its own loopback",
            ]);
        }
        if self != Mode::None {
            lines.extend([
                "no capabilities, no new privileges; as root, an unprivileged user for each slot",
                "Landlock: files outside the case and its interpreter are out of reach",
                "seccomp: system calls that have no business in an exercise are refused",
            ]);
        }
        if self == Mode::Bare {
            lines.push("no network sockets at all");
        }
        if self == Mode::Full {
            lines.push("memory and number of processes bounded by the kernel, for all processes of a case together");
        }
        lines.extend([
            "a fresh folder and a clean environment for each case",
            "limits on time, memory, processes, output and files, watched from outside",
            "every process of a case is killed at its end",
        ]);
        lines
    }

    /// What is not in force, in plain words.
    pub fn not_in_force(self) -> Vec<&'static str> {
        let soft = "the memory limit is watched every few milliseconds, so a burst may pass it for a moment";
        match self {
            Mode::Full => vec!["a bug in the Linux kernel: for strangers' code, run it in a virtual machine"],
            Mode::User => vec![soft, "a bug in the Linux kernel: for strangers' code, run it in a virtual machine"],
            Mode::Bare => vec![
                soft,
                "processes of this machine can be seen, where /proc shows them, but not touched",
                "the memory, IPC and host name of this machine are not hidden",
                "cases run in cold interpreters",
            ],
            Mode::None => {
                vec!["a solution can read and write what you can, this machine's files and network included", soft]
            }
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}
