#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;

/// A mounted tree: folders with the files that each is to have.
fn mounted(folders: &[&str], controllers: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for folder in folders {
        let folder = root.path().join(folder);
        fs_err::create_dir_all(&folder).unwrap();
        fs_err::write(folder.join("cgroup.procs"), "").unwrap();
        fs_err::write(folder.join("cgroup.controllers"), controllers).unwrap();
    }
    root
}

#[test]
fn version_one_has_a_folder_for_each_controller() {
    let root = mounted(&["memory/job/7", "pids", "cpuacct"], "");
    let own = "9:name=systemd:/\n8:pids:/elsewhere\n4:memory:/job/7\n2:cpu,cpuacct:/\n0::/\n";
    let (version, folders) = parents(own, root.path()).unwrap();
    assert_eq!(version, Version::One);
    // The path of `pids` is one that only the machine has: its top is taken.
    assert_eq!(folders, [root.path().join("memory/job/7"), root.path().join("pids/"), root.path().join("cpuacct/")]);
}

#[test]
fn version_two_needs_its_controllers() {
    let root = mounted(&["user.slice/a"], "cpu memory pids\n");
    let (version, folders) = parents("0::/user.slice/a\n", root.path()).unwrap();
    assert_eq!((version, folders), (Version::Two, vec![root.path().join("user.slice/a")]));

    let root = mounted(&["user.slice/a"], "cpu\n");
    let refused = parents("0::/user.slice/a\n", root.path()).unwrap_err();
    assert_eq!(refused.to_string(), "the controller `memory` is not available to this process");
    let refused = parents("", Path::new("/nowhere")).unwrap_err();
    assert_eq!(refused.to_string(), "no control groups are mounted at /sys/fs/cgroup");
}

#[test]
fn fields_are_found_by_their_whole_name() {
    let events = "low 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 4\n";
    assert_eq!((field(events, "oom_kill "), field(events, "max"), field(events, "nothing ")), (1, 7, 0));
}

/// How many pauses a group makes at each of these moments, each given by what it reads again and again.
fn pauses(moments: &[&[u64]]) -> Vec<u32> {
    let floor = Floor(Cell::new(u64::MAX));
    let pauses_at = |readings: &&[u64]| {
        let (mut pauses, next) = (0, Cell::new(0));
        let read = || {
            let memory = readings[next.get().min(readings.len() - 1)];
            next.set(next.get() + 1);
            Ok(Reading { memory, ..Reading::default() })
        };
        assert_eq!(
            floor.settle(read, || pauses += 1).unwrap().memory,
            readings[pauses.min(readings.len() as u32 - 1) as usize]
        );
        pauses
    };
    moments.iter().map(pauses_at).collect()
}

#[test]
fn what_the_case_before_left_is_waited_for() {
    let (rest, busy) = (10 << 20, 500 << 20);
    assert_eq!(pauses(&[&[rest], &[rest + SLACK], &[busy, busy, rest], &[rest]]), [0, 0, 2, 0]);
}

#[test]
fn what_stays_is_waited_for_only_once() {
    let (rest, more) = (10 << 20, 40 << 20);
    assert_eq!(pauses(&[&[rest], &[more], &[more], &[more, more]]), [0, LOOKS, 0, 0]);
    // Once it is gone, the floor is low again.
    assert_eq!(pauses(&[&[rest], &[more], &[rest], &[more, rest]]), [0, LOOKS, 0, 1]);
}
