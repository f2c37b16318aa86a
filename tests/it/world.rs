//! Services that a case talks to: with the clients that people use, and with authors' mistakes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

use crate::env::{Env, Ran, differences};

/// A file of `tests/worlds/clients`.
fn given(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worlds/clients");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// A pack with an exercise whose environment has the clients, and these cases.
fn clients(cases: &str) -> Env {
    let env = Env::new();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/locks/clients.txt");
    env.write("pack/locks/clients.txt", fs::read(lock).unwrap());
    let toml = "format = 1\nname = \"mini\"\ntitle = \"Mini\"\n[environments.clients]\nlock = \"locks/clients.txt\"\n\
                imports = [\"httpx\", \"openai\", \"aiohttp\", \"requests\"]\n";
    env.write("pack/pack.toml", toml);
    env.exercise_with("tier1/one", "http-client", "[python]\nenvironment = \"clients\"\n", "");
    env.write("pack/tier1/one/cases.toml", cases);
    env.write("pack/tier1/one/world.toml", given("world.toml"));
    env.write("pack/tier1/one/fixtures/items.json", "[1, 2, 3]");
    env.solution("tier1/one", given("solution.py"));
    env
}

#[test]
fn real_clients_work_unchanged() {
    for cold in [false, true] {
        let env = clients(&given("cases.toml"));
        let args: &[&str] = if cold { &["run", "all", "--json", "--cold"] } else { &["run", "all", "--json"] };
        let ran = Ran::of(env.command(args).env("PRACTICE_TIME_FACTOR", "3"));
        for case in ran.events_of("case_finished") {
            assert_eq!(case["verdict"], "passed", "{case:#}");
            assert_eq!(case["warm"], !cold);
        }
        assert_eq!(ran.events_of("case_finished").len(), 9);
        ran.exits(0);
    }
}

#[test]
fn what_a_client_loads_at_its_first_request_is_loaded_already() {
    let env = clients("");
    let case =
        "[[case]]\nid = \"a\"\npurpose = \"p\"\ncall = \"loaded()\"\nreturns = \"[True, True, 'Task-1', True]\"\n";
    let loads = "[python]\nenvironment = \"clients\"\npreload = [\"httpx\"]\n";
    env.exercise_with("tier1/one", "call", loads, case);
    // Without a trace that a program would find: neither a task nor a loop was there before its own.
    let source = "import asyncio, sys\nNAMES = 'httpcore', 'anyio._backends._asyncio'\n\
                  async def name():\n    return asyncio.current_task().get_name()\n\
                  def loaded():\n    fresh = sys.version_info >= (3, 14) or bool(asyncio.get_event_loop())\n    \
                  return [*(name in sys.modules for name in NAMES), asyncio.run(name()), fresh]\n";
    env.solution("tier1/one", source);
    env.run(&["run", "all"]).exits(0);
}

/// The only case of a pack with this call and rule over requests.
fn one(call: &str, more: &str) -> Ran {
    let case = format!(
        "format = 1\n[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"{call}\"\n{more}\n"
    );
    clients(&case).run(&["run", "all", "--json"])
}

#[test]
fn a_patched_clock_gains_nothing() {
    let rule = "[[case.requests]]\nroute = \"GET /flaky\"\nspacing = [\"30ms\", \"30ms\"]";
    let ran = one("retries('patched')", rule).exits(1);
    let found = differences(&ran.case("a"));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("/spacing"), "{found:?}");
}

#[test]
fn one_after_the_other_is_told_in_a_sentence() {
    let rule = "[[case.requests]]\nroute = \"GET /documents/{id}\"\ncount = 9\npeak = { min = 5, max = 8 }";
    let ran = one("with_async_httpx(10, 1)", rule).exits(1);
    let case = ran.case("a");
    let notes: Vec<&str> =
        case["differences"].as_array().unwrap().iter().filter_map(|one| one["note"].as_str()).collect();
    assert!(notes.iter().any(|note| note.contains("you awaited one after the other")), "{case:#}");
    assert_eq!(case["seen"]["requests_total"], 10);
    assert_eq!(case["seen"]["at_once"], 1);
    assert_eq!(case["reason"], "its requests are not as expected; 2 differences in all");
}

#[test]
fn a_hidden_case_tells_nothing_of_its_requests() {
    let ran = one("with_async_httpx(3, 1)", "hidden = true\n[[case.requests]]\npeak = 3").exits(1);
    assert_eq!(ran.case("a")["seen"], serde_json::Value::Null);
    assert!(!ran.stdout.contains("/documents"), "{}", ran.stdout);
}

#[test]
fn what_a_learner_reads() {
    let case = "[[case]]\nid = \"a\"\npurpose = \"ten at once\"\nworld = \"world.toml\"\n\
                call = \"with_async_httpx(10, 1)\"\n[[case.requests]]\npeak = 5\n";
    let ran = clients(&format!("format = 1\n{case}")).run(&["run", "all"]).exits(1);
    for line in [
        "    requests, how many at once at most\n      expected  5\n      actual    1\n",
        "never two of them at once",
        "    It made 10 requests on 1 connection, 1 at once at most, in ",
        "      GET /documents/0 200  |==",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.stdout);
    }
}

#[test]
fn a_mode_without_a_network_of_its_own_says_so() {
    let case = "format = 1\n[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"with_a_wrong_key()\"\n\
                returns = \"1\"\n";
    let ran = clients(case).run(&["run", "all", "--json", "--sandbox", "none"]).exits(4);
    assert_eq!(ran.case("a")["verdict"], "machine_error");
    let reason = ran.case("a")["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("needs a network of its own, which mode `none` does not have"), "{reason}");
}

#[test]
fn mistakes_in_a_world_are_told_with_file_and_line() {
    let route = "format = 1\n\n[[route]]\npath = \"/a\"\n";
    for (world, message) in [
        ("format = 1\n", "line 1: a world needs a [[route]] or [llm]"),
        ("format = 2\n[[route]]\npath = \"/\"\n", "line 1: world format 2 is not known"),
        ("format = 1\n[[rout]]\n", "line 2: unknown key `rout`: did you mean `route`?"),
        ("format = 1\n\n[[route]]\npath = \"a\"\n", "line 3: the path `a` must begin with `/`"),
        (&format!("{route}latency = \"20\"\n"), "line 5: `20` is not a duration"),
        (&format!("{route}latency = \"2h\"\n"), "line 5: a world's times are at most 60 s"),
        (&format!("{route}status = 99\n"), "line 3: 99 is not a status"),
        (&format!("{route}file = \"gone.json\"\n"), "line 3: there is no file `gone.json`"),
        (&format!("{route}text = \"a\"\njson = 1\n"), "line 3: a route has one body"),
        (&format!("{route}headers = {{ \"a b\" = \"c\" }}\n"), "line 3: `a b: c` is not a header"),
        (&format!("{route}[[route.fault]]\nrequests = [0]\n"), "line 3: requests are counted from 1"),
        (&format!("{route}[[route.fault]]\ndo = \"slow\"\n"), "line 3: a fault with `do = \"slow\"` needs `over`"),
        (&format!("{route}[[route.fault]]\ndo = \"rest\"\n"), "line 6: unknown value `rest`: did you mean `reset`?"),
        (&format!("{route}lookup = {{ file = \"fixtures/items.json\", by = \"id\" }}\n"), "line 3: `lookup.by` names"),
        (&format!("{route}limit = {{ requests = 0, per = \"1s\" }}\n"), "line 3: a limit lets through at least 1"),
        (&format!("{route}[llm]\nmodels = []\n"), "line 5: `llm.models` needs one model at least"),
    ] {
        let env = clients(
            "format = 1\n[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"f()\"\nreturns = \"1\"\n",
        );
        env.write("pack/tier1/one/world.toml", world);
        env.run(&["run", "all"]).exits(3).says(&["tier1/one/cases.toml:5:9: ", "`world.toml`, ", message]);
    }
}

#[test]
fn mistakes_in_rules_over_requests_are_told() {
    for (rule, message) in [
        ("route = \"GET /document/{id}\"\ncount = 1", "did you mean `GET /documents/{id}`?"),
        ("route = \"GET /items\"", "a rule over requests says nothing"),
        ("spacing = [\"3\"]", "`3` is not a duration"),
        ("peak = { min = 3, max = 2 }", "a range has `min` or `max`"),
        ("peak = -1", "not negative"),
        ("cuont = 1", "did you mean `count`?"),
    ] {
        let case = format!(
            "format = 1\n[[case]]\nid = \"a\"\npurpose = \"p\"\nworld = \"world.toml\"\ncall = \"f()\"\n[[case.requests]]\n{rule}\n"
        );
        clients(&case).run(&["run", "all"]).exits(3).says(&["tier1/one/cases.toml:", message]);
    }
}
