#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::{Cause, classify, tail};

#[test]
fn a_wrong_hash_names_the_package() {
    let pip = "\
Collecting six==1.17.0 (from -r lock.txt (line 1))
  Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes. Otherwise, examine the package contents carefully; someone may have tampered with them.
    six==1.17.0 from https://example.org/six-1.17.0-py2.py3-none-any.whl (from -r lock.txt (line 1)):
        Expected sha256 0000
             Got        4721
";
    assert_eq!(classify(pip), Cause::Hash(Some("six==1.17.0".to_owned())));
    let uv = "error: Failed to download `six==1.17.0`\n  Caused by: Hash mismatch for `six==1.17.0`\n";
    assert_eq!(classify(uv), Cause::Hash(Some("six==1.17.0".to_owned())));
}

#[test]
fn an_unreachable_index_is_told_from_a_missing_package() {
    let pip = "\
WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/six/
ERROR: Could not find a version that satisfies the requirement six==1.17.0 (from versions: none)
ERROR: No matching distribution found for six==1.17.0
";
    assert_eq!(classify(pip), Cause::Network);
    assert_eq!(classify("  Caused by: tcp connect error: Connection refused (os error 111)"), Cause::Network);
    assert_eq!(classify("  Caused by: dns error: failed to lookup address information"), Cause::Network);
    let (_, missing) = pip.split_once('\n').unwrap();
    assert_eq!(classify(missing), Cause::NoWheel(Some("six==1.17.0".to_owned())));
    let uv = "\
error: No solution found when resolving dependencies
  cause: Because there is no version of idna==99.0 and you require idna==99.0, we can conclude that your requirements are unsatisfiable.
";
    assert_eq!(classify(uv), Cause::NoWheel(Some("idna==99.0".to_owned())));
    let uv = "\
  × No solution found when resolving dependencies:
  ╰─▶ Because numpy==2.4.6 has no wheels with a matching Python ABI tag (e.g., `cp315`) and you require it ...
";
    assert_eq!(classify(uv), Cause::NoWheel(Some("numpy==2.4.6".to_owned())));
}

#[test]
fn other_failures() {
    assert_eq!(classify("OSError: [Errno 28] No space left on device"), Cause::DiskFull);
    assert_eq!(classify("ERROR: Operation cancelled by user"), Cause::Interrupted);
    assert_eq!(classify("\n[interrupted]\n"), Cause::Interrupted);
    assert_eq!(classify("Traceback (most recent call last):"), Cause::Other);
    assert_eq!(classify(""), Cause::Other);
}

#[test]
fn the_tail_is_short() {
    let output: String = (0..100).map(|line| format!("line {line}\n\n")).collect();
    assert_eq!(tail(&output, 2), "  line 98\n  line 99");
    assert_eq!(tail("", 15), "");
    assert_eq!(tail(&"é".repeat(5000), 1).chars().count(), 2 + 400 + 1);
}
