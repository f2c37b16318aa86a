//! What would give a machine a stronger wall. Whether it has one is found out by trying; only the advice looks at settings.

use std::path::Path;

use super::Mode;

/// The one line that would most likely give `mode` to a machine that refused it.
pub fn advice(mode: Mode) -> Option<String> {
    let setting = |path: &str| fs_err::read_to_string(path).ok().map(|text| text.trim().to_owned());
    let is_root = rustix::process::geteuid().is_root();
    let in_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|path| Path::new(path).exists());
    let program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    match mode {
        Mode::Full | Mode::User if setting("/proc/sys/user/max_user_namespaces").as_deref() == Some("0") => {
            Some("sysctl -w user.max_user_namespaces=10000".to_owned())
        }
        Mode::Full | Mode::User if !is_root && is_on("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") => {
            let profile = format!("profile practice {program} flags=(unconfined) {{ userns, }}");
            Some(format!(
                "echo 'abi <abi/4.0>, {profile}' | sudo tee /etc/apparmor.d/practice && sudo apparmor_parser -r \
                 /etc/apparmor.d/practice"
            ))
        }
        Mode::User if !is_root && setting("/proc/sys/kernel/unprivileged_userns_clone").as_deref() == Some("0") => {
            Some("sysctl -w kernel.unprivileged_userns_clone=1".to_owned())
        }
        Mode::User if in_container => {
            Some("docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined ...".to_owned())
        }
        Mode::Full if in_container => {
            Some("docker run --cgroupns=private -v /sys/fs/cgroup:/sys/fs/cgroup:rw ... as root".to_owned())
        }
        Mode::Full if !is_root => Some("systemd-run --user --scope -p Delegate=yes practice ...".to_owned()),
        Mode::Bare => {
            Some("a kernel with Landlock: Linux 5.13 or newer, `landlock` among its security modules".to_owned())
        }
        _ => None,
    }
}

fn is_on(path: &str) -> bool {
    fs_err::read_to_string(path).is_ok_and(|text| text.trim() == "1")
}
