#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{has_torch, parse, split_torch};

const LOCK: &str = "\
# made by a tool \\
filelock==4.2.11 \\
    --hash=sha256:aa \\
    --hash=sha256:bb

cuda-bindings==13.5.0 ; sys_platform == 'linux' \\
    --hash=sha256:cc
nvidia_cublas==13.4.1.3 ; sys_platform == 'linux' \\
    --hash=sha256:dd
triton==3.9.0 --hash=sha256:ee
torch==2.15.0 ; python_full_version < '3.16' \\
    --hash=sha256:ff  # via -r torch.in
torchvision==1.0 --hash=sha256:ab
Typing_Extensions[x]==4.16.0 --hash=sha256:cd
";

#[test]
fn a_lock_is_read_entry_by_entry() {
    let entries = parse(LOCK.as_bytes()).unwrap();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let want = ["filelock", "cuda-bindings", "nvidia-cublas", "triton", "torch", "torchvision", "typing-extensions"];
    assert_eq!(names, want);
    assert_eq!(entries[1].requirement, "cuda-bindings==13.5.0 ; sys_platform == 'linux'");
    assert_eq!(entries[0].text, "filelock==4.2.11 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n");
    assert!(has_torch(&entries));
    assert!(!has_torch(&entries[5..]));
}

#[test]
fn torch_and_what_its_cuda_builds_need_are_left_out() {
    let split = split_torch(&parse(LOCK.as_bytes()).unwrap());
    assert_eq!(split.torch, "torch==2.15.0 ; python_full_version < '3.16'\n");
    let left = parse(split.locked.as_bytes()).unwrap();
    let names: Vec<&str> = left.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["filelock", "torchvision", "typing-extensions"]);
}

#[test]
fn what_is_not_a_lock_is_refused_with_the_line() {
    let why = |text: &str| parse(text.as_bytes()).unwrap_err();
    assert_eq!(why("six==1.17.0\n"), "has no hash for `six==1.17.0` (line 1)");
    assert_eq!(why("\nsix>=1 --hash=sha256:aa\n"), "has `six>=1`, which is not pinned with `==` (line 2)");
    assert!(why("--index-url https://example.org/simple\n").starts_with("has the option `--index-url"));
    assert_eq!(why("six==1.17.0 \\\n"), "ends in the middle of an entry");
    assert_eq!(parse(b"\xff").unwrap_err(), "is not UTF-8");
    assert_eq!(parse(b"# nothing\n\n").unwrap(), []);
}
