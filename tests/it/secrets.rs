//! What a case expects is never within reach of the solution.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value as Json;

use crate::env::Env;

/// Looks everywhere for a token: the environment, the command lines and open files of this process and those above
/// it, the files around it, every object and frame of the interpreter. It knows the token by its form only.
const THIEF: &str = r#"
import gc, os, re, sys

TOKEN = re.compile(rb"TOK[0-9a-f]{16}EN")

def look(found):
    def see(where, data):
        data = data if isinstance(data, bytes) else str(data).encode("utf-8", "replace")
        for token in TOKEN.findall(data):
            found.add(f"{where}:{token.decode()}")

    def see_file(where, path):
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return
        try:
            see(where, os.read(fd, 1 << 20))
        except OSError:
            pass
        finally:
            os.close(fd)

    pids, pid = ["self"], os.getppid()
    while pid > 1 and len(pids) < 3:
        pids.append(str(pid))
        pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
    # The process and the slot; above that is the runner, which has read the pack.
    for pid in pids[:2]:
        for name in ("environ", "cmdline", "stat", "status", "comm", "maps"):
            see_file(name, f"/proc/{pid}/{name}")
    for fd in os.listdir("/proc/self/fd"):
        if int(fd) > 2:
            see_file("fd", f"/proc/self/fd/{fd}")
            try:
                see("fd", os.readlink(f"/proc/self/fd/{fd}"))
            except OSError:
                pass
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    starts = {os.getcwd(), here, os.path.dirname(here), os.environ["TMPDIR"], os.environ["HOME"]}
    # Behind a wall the folder above is the root, with all of the system; `tests/hostile` looks through that.
    for start in starts - {"/"}:
        for folder, folders, files in os.walk(start):
            for name in folders + files:
                see("name", name)
                see_file("file", os.path.join(folder, name))
    see("argv", sys.argv)
    see("environ", dict(os.environ))
    frame = sys._getframe()
    while frame:
        see("frame", {k: v for k, v in frame.f_locals.items() if k not in ("found", "TOKEN")})
        frame = frame.f_back
    for thing in gc.get_objects():
        if isinstance(thing, (dict, list, tuple, set)) and thing is not found and len(thing) < 10_000:
            for item in list(thing.values() if isinstance(thing, dict) else thing):
                if isinstance(item, (str, bytes)):
                    see("object", item)
    return sorted(found)
"#;

/// A token of the form that the thief knows, another one each time.
fn token() -> String {
    let mut bytes = [0; 8];
    std::io::Read::read_exact(&mut std::fs::File::open("/dev/urandom").unwrap(), &mut bytes).unwrap();
    format!("TOK{}EN", bytes.map(|byte| format!("{byte:02x}")).concat())
}

/// What the thief reports as found, by standard error.
fn stolen(case: &Json) -> String {
    let text = case["stderr"].as_str().unwrap();
    assert!(text.contains("looked"), "{case:#}");
    text.to_owned()
}

#[test]
fn an_expected_value_is_out_of_reach() {
    let env = Env::new();
    let thief = format!("{THIEF}\ndef f(x):\n    print('looked', look(set()), file=sys.stderr)\n");
    for (key, value) in [
        ("returns", "\"'TOKEN'\""),
        ("returns", "{ file = \"expected/a.json\" }"),
        ("raises", "{ type = \"TOKEN\", message = \"TOKEN\" }"),
        ("after", "{ 0 = \"'TOKEN'\" }"),
        ("stdout", "\"TOKEN\""),
    ] {
        let token = token();
        let case = |call: &str| {
            let expected = value.replace("TOKEN", &token);
            format!("[[case]]\nid = \"a\"\npurpose = \"p {token}\"\n{call}\n{key} = {expected}\n")
        };
        env.write("pack/tier1/one/expected/a.json", format!("\"{token}\""));
        env.exercise("tier1/one", "call", &case("call = \"f('x')\""));
        let case_without = env.judge(&thief);
        assert!(!stolen(&case_without).contains(&token), "{key}: {case_without:#}");

        // The same thief finds what is in its input.
        env.exercise("tier1/one", "call", &case(&format!("call = \"f('{token}')\"")));
        assert!(stolen(&env.judge(&thief)).contains(&token), "{key}");
        env.exercise("tier1/one", "call", &case(&format!("call = \"f(1)\"\nenv = {{ A = \"{token}\" }}")));
        assert!(stolen(&env.judge(&thief)).contains("environ:TOK"), "{key}");
        env.exercise("tier1/one", "call", &case(&format!("call = \"f(1)\"\nfiles = {{ a = \"{token}\" }}")));
        assert!(stolen(&env.judge(&thief)).contains("file:TOK"), "{key}");
    }
}

#[test]
fn an_expected_output_is_out_of_reach() {
    let env = Env::new();
    let thief = format!("{THIEF}\nprint('looked', look(set()), file=sys.stderr)\n");
    let token = token();
    let case = |args: &str| {
        format!(
            "[[case]]\nid = \"a\"\npurpose = \"p\"\nargs = [\"{args}\"]\nstdout = \"{token}\"\nwrites = {{ \"{token}.txt\" = \"{token}\", b = {{ file = \"expected/b\" }} }}\n"
        )
    };
    env.write("pack/tier1/one/expected/b", &token);
    env.exercise("tier1/one", "script", &case("x"));
    let without = env.judge(&thief);
    assert!(!stolen(&without).contains(&token), "{without:#}");
    env.exercise("tier1/one", "script", &case(&token));
    let with = stolen(&env.judge(&thief));
    assert!(with.contains("argv:TOK"), "{with}");
}
