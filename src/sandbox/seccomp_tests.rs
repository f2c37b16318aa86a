#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use libc::BPF_JEQ;

use super::*;

/// What a program answers to a call: the interpreter of the kernel for the few instructions that are used.
fn run(program: &[sock_filter], arch: u32, call: u32, arguments: &[u64]) -> u32 {
    let data = |offset: u32| match offset {
        NR => call,
        ARCH_AT => arch,
        offset => (arguments[((offset - 16) / 8) as usize] >> (8 * ((offset - 16) % 8))) as u32,
    };
    let (mut at, mut value) = (0, 0);
    loop {
        let one = program[at];
        at += 1;
        let code = u32::from(one.code);
        let (class, operation) = (code & 7, code & 0xf0);
        let holds = match (class, operation) {
            (BPF_LD, _) => {
                value = data(one.k);
                continue;
            }
            (BPF_RET, _) => return one.k,
            (BPF_JMP, BPF_JEQ) => value == one.k,
            (BPF_JMP, BPF_JGE) => value >= one.k,
            (BPF_JMP, BPF_JSET) => value & one.k != 0,
            other => unreachable!("{other:?}"),
        };
        at += usize::from(if holds { one.jt } else { one.jf });
    }
}

const WALLED: Allow = Allow { own: true, memfd: true };
const BARE: Allow = Allow { own: false, memfd: false };

fn ask(allow: Allow, call: libc::c_long, first: u64, second: u64) -> u32 {
    run(&filter(allow), ARCH, u32::try_from(call).unwrap(), &[first, second])
}

const fn error(errno: i32) -> u32 {
    SECCOMP_RET_ERRNO | errno as u32
}

#[test]
fn ordinary_calls_pass() {
    for call in [libc::SYS_read, libc::SYS_openat, libc::SYS_execve, libc::SYS_mmap, libc::SYS_futex, libc::SYS_prctl] {
        assert_eq!(ask(BARE, call, 0, 0), SECCOMP_RET_ALLOW);
    }
    assert_eq!(ask(BARE, libc::SYS_clone, libc::CLONE_VM as u64 | libc::CLONE_THREAD as u64, 0), SECCOMP_RET_ALLOW);
    assert_eq!(ask(BARE, libc::SYS_ioctl, 0, libc::TCGETS), SECCOMP_RET_ALLOW);
    assert_eq!(ask(BARE, libc::SYS_socketpair, libc::AF_UNIX as u64, 0), SECCOMP_RET_ALLOW);
}

#[test]
fn each_refused_call_is_refused() {
    for &call in NOT_PERMITTED.iter().chain(NOT_PERMITTED_HERE) {
        assert_eq!(ask(WALLED, call, 0, 0), error(EPERM), "{call}");
    }
    for &call in UNKNOWN {
        assert_eq!(ask(WALLED, call, 0, 0), error(ENOSYS), "{call}");
    }
    for &call in NOT_PERMITTED_IN_BARE.iter().chain(NOT_PERMITTED_IN_BARE_HERE) {
        assert_eq!((ask(WALLED, call, 0, 0), ask(BARE, call, 0, 0)), (SECCOMP_RET_ALLOW, error(EPERM)), "{call}");
    }
    assert_eq!(ask(WALLED, libc::SYS_memfd_create, 0, 0), SECCOMP_RET_ALLOW);
    assert_eq!(ask(BARE, libc::SYS_memfd_create, 0, 0), error(ENOSYS));
}

#[test]
fn arguments_are_looked_at() {
    for flag in [libc::CLONE_PARENT, libc::CLONE_NEWUSER, libc::CLONE_NEWNS, libc::CLONE_NEWNET, 0x80] {
        assert_eq!(ask(WALLED, libc::SYS_clone, flag as u64 | libc::SIGCHLD as u64, 0), error(EPERM));
    }
    assert_eq!(ask(WALLED, libc::SYS_ioctl, 0, libc::TIOCSTI), error(EPERM));
    for (command, answer) in
        [(libc::F_SETLEASE, error(EPERM)), (libc::F_NOTIFY, error(EPERM)), (libc::F_SETLK, SECCOMP_RET_ALLOW)]
    {
        assert_eq!(ask(WALLED, libc::SYS_fcntl, 3, command as u64), answer);
    }
    for call in OF_ONESELF {
        assert_eq!((ask(BARE, call, 0, 9), ask(BARE, call, 77, 9)), (SECCOMP_RET_ALLOW, error(EPERM)));
    }
    let priority = |which, who| ask(BARE, libc::SYS_setpriority, which, who);
    assert_eq!((priority(0, 0), priority(0, 7), priority(2, 0)), (SECCOMP_RET_ALLOW, error(EPERM), error(EPERM)));
    assert_eq!(ask(Allow { own: true, memfd: false }, libc::SYS_shmget, 0, 0), error(ENOSYS));
    // The kernel takes the low half of the request only.
    assert_eq!(ask(WALLED, libc::SYS_ioctl, 0, libc::TIOCLINUX | 1 << 32), error(EPERM));
    for family in [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6] {
        assert_eq!(ask(WALLED, libc::SYS_socket, family as u64, 0), SECCOMP_RET_ALLOW);
        assert_eq!(ask(BARE, libc::SYS_socket, family as u64, 0), error(EAFNOSUPPORT));
    }
    for family in [libc::AF_NETLINK, libc::AF_PACKET, libc::AF_VSOCK, libc::AF_ALG, 44] {
        assert_eq!(ask(WALLED, libc::SYS_socket, family as u64, 0), error(EAFNOSUPPORT));
    }
    assert_eq!(ask(WALLED, libc::SYS_socketpair, libc::AF_INET as u64, 0), error(EAFNOSUPPORT));
}

#[test]
fn strange_calls_and_processors() {
    let program = filter(WALLED);
    assert_eq!(run(&program, ARCH, NEWEST + 1, &[0, 0]), error(ENOSYS));
    // x32: the number with a bit set.
    assert_eq!(run(&program, ARCH, 0x4000_0000 | libc::SYS_read as u32, &[0, 0]), error(ENOSYS));
    // i386 through int 0x80.
    assert_eq!(run(&program, 0x4000_0003, 4, &[0, 0]), SECCOMP_RET_KILL_PROCESS);
}

#[test]
fn a_program_is_handed_over_as_the_kernel_has_it() {
    assert_eq!(bytes(&[sock_filter { code: 0x15, jt: 1, jf: 2, k: 0x0a0b }]), [0x15, 0, 1, 2, 0x0b, 0x0a, 0, 0]);
    assert_eq!(bytes(&filter(WALLED)).len(), filter(WALLED).len() * 8);
}

#[test]
fn no_label_of_a_flow_is_made_and_other_options_are_set() {
    let ask = |arguments: [u64; 3]| run(&filter(WALLED), ARCH, libc::SYS_setsockopt as u32, &arguments);
    let (tcp, ipv6) = (libc::IPPROTO_TCP as u64, libc::IPPROTO_IPV6 as u64);
    assert_eq!(ask([3, ipv6, 32]), error(EPERM));
    assert_eq!(ask([3, ipv6, libc::IPV6_V6ONLY as u64]), SECCOMP_RET_ALLOW);
    assert_eq!(ask([3, tcp, 32]), SECCOMP_RET_ALLOW);
}
