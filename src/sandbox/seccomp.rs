//! The system calls that are refused: a classic BPF program, installed last of all.
//!
//! A list of what is refused, not of what is allowed: numeric libraries use much of what Linux has, and each version
//! something else. Calls newer than this list are refused, too, as if the kernel did not know them, which every library
//! copes with.

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, EAFNOSUPPORT, ENOSYS, EPERM,
    SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS, sock_filter,
};

#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xc000_00b7;

/// Not among the constants of the C library.
const IPV6_FLOWLABEL_MGR: u32 = 32;

/// The newest call that was looked at: `mseal`, Linux 6.10.
const NEWEST: u32 = 462;

/// Refused as not permitted.
const NOT_PERMITTED: &[libc::c_long] = &[
    // namespaces and the tree of mounts
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_open_by_handle_at,
    libc::SYS_name_to_handle_at,
    // other processes
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    // keys are shared by all who have the same user number
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    // the kernel itself
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_personality,
    libc::SYS_vhangup,
    libc::SYS_nfsservctl,
    libc::SYS_lookup_dcookie,
    // what other programs open
    libc::SYS_inotify_add_watch,
    libc::SYS_fanotify_init,
    libc::SYS_fanotify_mark,
    // clocks and names
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    // memory that no limit on files or mappings sees, and placement that belongs to the machine
    libc::SYS_memfd_secret,
    libc::SYS_mbind,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    libc::SYS_set_mempolicy,
    libc::SYS_set_mempolicy_home_node,
    libc::SYS_ioprio_set,
    // locks on shared read-only files would be a signal from one case to another
    libc::SYS_flock,
];

/// Refused as unknown: whoever calls these has another way.
const UNKNOWN: &[libc::c_long] = &[
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Its flags are in memory, where a filter cannot look; glibc then uses `clone`.
    libc::SYS_clone3,
];

/// Refused where there are no namespaces: what all programs of the machine share, and what Landlock does not ask about.
/// Whoever owns a file outside could otherwise change its mode or times.
const NOT_PERMITTED_IN_BARE: &[libc::c_long] = &[
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semop,
    libc::SYS_semtimedop,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgsnd,
    libc::SYS_msgrcv,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchmodat2,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
];

/// Where there are no namespaces, refused of any process but the caller, which is number 0 in their first argument.
const OF_ONESELF: [libc::c_long; 5] = [
    libc::SYS_prlimit64,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_setparam,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_setattr,
];

/// The same, only on this processor.
#[cfg(target_arch = "x86_64")]
const NOT_PERMITTED_IN_BARE_HERE: &[libc::c_long] =
    &[libc::SYS_chmod, libc::SYS_chown, libc::SYS_lchown, libc::SYS_utime, libc::SYS_utimes, libc::SYS_futimesat];
#[cfg(not(target_arch = "x86_64"))]
const NOT_PERMITTED_IN_BARE_HERE: &[libc::c_long] = &[];

/// Only on this processor.
#[cfg(target_arch = "x86_64")]
const NOT_PERMITTED_HERE: &[libc::c_long] =
    &[libc::SYS_iopl, libc::SYS_ioperm, libc::SYS_modify_ldt, libc::SYS_uselib, libc::SYS__sysctl, libc::SYS_sysfs];
#[cfg(not(target_arch = "x86_64"))]
const NOT_PERMITTED_HERE: &[libc::c_long] = &[];

/// Flags of `clone` that make namespaces, and the one that gives a child to somebody else: nobody would wait for it.
const CLONE_REFUSED: u32 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET) as u32
    | libc::CLONE_PARENT as u32
    | 0x80; // CLONE_NEWTIME

/// What a case may have that depends on the mode.
#[derive(Debug, Clone, Copy)]
pub struct Allow {
    /// Network and Unix sockets, System V IPC, modes and times of files: where namespaces make them the case's own.
    pub own: bool,
    /// `memfd_create`, and `shmget`: where a control group counts their memory.
    pub memfd: bool,
}

const NR: u32 = 0;
const ARCH_AT: u32 = 4;
/// The low half of argument `n` (little endian).
const fn argument(n: u32) -> u32 {
    16 + 8 * n
}

const fn statement(code: u32, k: u32) -> sock_filter {
    sock_filter { code: code as u16, jt: 0, jf: 0, k }
}

const fn jump(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: (BPF_JMP | code | BPF_K) as u16, jt, jf, k }
}

const fn load(offset: u32) -> sock_filter {
    statement(BPF_LD | BPF_W | BPF_ABS, offset)
}

const fn answer(value: u32) -> sock_filter {
    statement(BPF_RET | BPF_K, value)
}

const fn refuse(errno: i32) -> sock_filter {
    answer(SECCOMP_RET_ERRNO | errno as u32)
}

/// The program: what the kernel is to do for each call.
pub fn filter(allow: Allow) -> Vec<sock_filter> {
    let mut program = vec![
        load(ARCH_AT),
        jump(BPF_JEQ, ARCH, 1, 0),
        answer(SECCOMP_RET_KILL_PROCESS),
        load(NR),
        // Above them are calls that are newer than this list and, on x86-64, those of the x32 ABI.
        jump(BPF_JGE, NEWEST + 1, 0, 1),
        refuse(ENOSYS),
    ];
    let mut on = |call: libc::c_long, then: &[sock_filter]| {
        let over = u8::try_from(then.len()).unwrap_or(u8::MAX);
        program.push(jump(BPF_JEQ, call as u32, 0, over));
        program.extend_from_slice(then);
    };
    for &call in NOT_PERMITTED.iter().chain(NOT_PERMITTED_HERE) {
        on(call, &[refuse(EPERM)]);
    }
    for &call in UNKNOWN {
        on(call, &[refuse(ENOSYS)]);
    }
    if !allow.own {
        for &call in NOT_PERMITTED_IN_BARE.iter().chain(NOT_PERMITTED_IN_BARE_HERE) {
            on(call, &[refuse(EPERM)]);
        }
    }
    if !allow.memfd {
        on(libc::SYS_memfd_create, &[refuse(ENOSYS)]);
        if allow.own {
            on(libc::SYS_shmget, &[refuse(ENOSYS)]);
        }
    }
    if !allow.own {
        // Of itself a program may change these, of others not.
        let own = [load(argument(0)), jump(BPF_JEQ, 0, 1, 0), refuse(EPERM), answer(SECCOMP_RET_ALLOW)];
        for call in OF_ONESELF {
            on(call, &own);
        }
        on(
            libc::SYS_setpriority,
            &[
                load(argument(0)),
                jump(BPF_JEQ, libc::PRIO_PROCESS, 0, 2),
                load(argument(1)),
                jump(BPF_JEQ, 0, 1, 0),
                refuse(EPERM),
                answer(SECCOMP_RET_ALLOW),
            ],
        );
    }
    // Where the second argument says what is to be done, and two of all are refused.
    let unless = |[one, other]: [u32; 2]| {
        [
            load(argument(1)),
            jump(BPF_JEQ, one, 1, 0),
            jump(BPF_JEQ, other, 0, 1),
            refuse(EPERM),
            answer(SECCOMP_RET_ALLOW),
        ]
    };
    // Leases and notices of what others do with a file that is shared.
    on(libc::SYS_fcntl, &unless([libc::F_SETLEASE as u32, libc::F_NOTIFY as u32]));
    on(
        libc::SYS_clone,
        &[load(argument(0)), jump(BPF_JSET, CLONE_REFUSED, 0, 1), refuse(EPERM), answer(SECCOMP_RET_ALLOW)],
    );
    // Terminals: keys pressed for somebody else (TIOCSTI) and the console (TIOCLINUX).
    on(libc::SYS_ioctl, &unless([libc::TIOCSTI as u32, libc::TIOCLINUX as u32]));
    // Labels of flows, which stay for minutes when their socket is closed, for the next case to read.
    on(
        libc::SYS_setsockopt,
        &[
            load(argument(1)),
            jump(BPF_JEQ, libc::IPPROTO_IPV6 as u32, 0, 3),
            load(argument(2)),
            jump(BPF_JEQ, IPV6_FLOWLABEL_MGR, 0, 1),
            refuse(EPERM),
            answer(SECCOMP_RET_ALLOW),
        ],
    );
    let families: &[i32] = if allow.own { &[libc::AF_UNIX, libc::AF_INET, libc::AF_INET6] } else { &[] };
    let mut socket = vec![load(argument(0))];
    for (index, &family) in families.iter().enumerate() {
        // To the answer after the refusal.
        socket.push(jump(BPF_JEQ, family as u32, (families.len() - index) as u8, 0));
    }
    socket.push(refuse(EAFNOSUPPORT));
    if allow.own {
        // Raw sockets of those families are refused by the kernel for want of a capability.
        socket.push(answer(SECCOMP_RET_ALLOW));
    }
    on(libc::SYS_socket, &socket);
    // Pairs reach nobody else; asyncio needs one.
    on(
        libc::SYS_socketpair,
        &[
            load(argument(0)),
            jump(BPF_JEQ, libc::AF_UNIX as u32, 1, 0),
            refuse(EAFNOSUPPORT),
            answer(SECCOMP_RET_ALLOW),
        ],
    );
    program.push(answer(SECCOMP_RET_ALLOW));
    program
}

/// The program as the bytes of an array of `struct sock_filter`.
pub fn bytes(program: &[sock_filter]) -> Vec<u8> {
    let one = |filter: &sock_filter| {
        let [a, b] = filter.code.to_ne_bytes();
        let [k0, k1, k2, k3] = filter.k.to_ne_bytes();
        [a, b, filter.jt, filter.jf, k0, k1, k2, k3]
    };
    program.iter().flat_map(one).collect()
}

#[cfg(test)]
#[path = "seccomp_tests.rs"]
mod tests;
