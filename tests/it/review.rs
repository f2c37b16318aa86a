//! `practice review`: a passed exercise with new inputs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::env::Env;

const CASES: &str = "[[case]]\nid = \"one\"\npurpose = \"p\"\ncall = \"double(1)\"\nreturns = \"2\"\n";
const GENERATOR: &str = "def cases(random):\n    print('noise')\n    return [{'purpose': 'p', 'call': f'double({-random.randint(10, 10**9)})'} for _ in range(4)]\n";
const RIGHT: &str = "def double(x):\n    return 2 * x\n";

fn pack(generator: &str) -> Env {
    let env = Env::new();
    env.exercise_with(
        "tier1/one",
        "call",
        "generator = \"generate.py\"\n[[hint]]\nlevel = 1\nwhen = { case = \"one\" }\ntext = \"t\"\n\
                      [[wrong]]\nfile = \"wrong/two.py\"\nfails = [\"one\"]\nsays = \"s\"\n",
        CASES,
    );
    env.exercise("tier1/two", "call", CASES);
    env.write("pack/tier1/one/wrong/two.py", "def double(x):\n    return 5 if x == 1 else abs(2 * x)\n");
    env.write("pack/tier1/one/generate.py", generator);
    env.write("pack/tier1/one/reference/solution.py", RIGHT);
    env.solution("tier1/one", RIGHT);
    env
}

#[test]
fn what_was_passed_comes_back_with_new_inputs() {
    let env = pack(GENERATOR);
    env.run(&["review", "one"]).exits(2).says(&["is not passed yet"]);
    env.run(&["review", "two"]).exits(2).says(&["has no generator", "tier1/one"]);
    env.run(&["run", "one"]).exits(0);
    assert!(env.run(&["review"]).exits(0).stdout.starts_with("Nothing is due."));
    let ran = env.run(&["review", "one", "--seed", "5"]).exits(0);
    assert!(ran.stdout.contains("4/4") && !ran.stdout.contains("tier1  "), "{}", ran.stdout);
    assert!(ran.stderr.contains("practice review tier1/one --seed 5"), "{}", ran.stderr);

    // The same seed, the same inputs; a learner who knew the cases by heart fails.
    env.solution("tier1/one", "def double(x):\n    return {1: 2}[x]\n");
    let inputs = |seed: &str| -> Vec<String> {
        let ran = env.run(&["review", "one", "--seed", seed, "--json"]).exits(1);
        ran.events_of("case_finished")
            .iter()
            .map(|case| case["input"][0]["text"].as_str().unwrap().to_owned())
            .collect()
    };
    let five = inputs("5");
    assert!(five.len() == 4 && five == inputs("5") && five != inputs("6"), "{five:?}");
    // A review takes no pass away, and is kept.
    assert!(env.run(&["list"]).exits(0).stdout.contains("passed  one"));
    let state = std::fs::read_dir(env.beside("state").join("practice")).unwrap();
    let file = state
        .map(|one| one.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "json"))
        .unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let reviews = kept["reviews"]["one"].as_array().unwrap();
    assert_eq!((reviews.len(), reviews[0]["passed"].as_u64(), reviews[1]["passed"].as_u64()), (4, Some(4), Some(0)));
}

#[test]
fn what_is_due_is_told() {
    let env = pack(GENERATOR);
    env.run(&["run", "one"]).exits(0);
    let state = std::fs::read_dir(env.beside("state").join("practice")).unwrap();
    let file = state
        .map(|one| one.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "json"))
        .unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let day = text.split("\"passed_at\": \"").nth(1).unwrap()[..10].to_owned();
    std::fs::write(&file, text.replace(&format!("\"passed_at\": \"{day}"), "\"passed_at\": \"2024-02-29")).unwrap();
    assert!(env.run(&["status"]).exits(0).stdout.contains("Due for review: 1;"));
    assert!(env.run(&["next"]).exits(0).stdout.ends_with("Due for review: tier1/one; practice review\n"));
    assert!(env.run(&["review", "--list"]).exits(0).stdout.starts_with("  tier1/one: Title of one ("));
    env.run(&["review"]).exits(0).says(&["tier1/one, passed or reviewed "]);
    assert_eq!(env.run(&["review", "--list"]).exits(0).stdout, "Nothing is due.\n");
}

#[test]
fn a_mistake_in_a_generator_is_the_authors() {
    for (generator, says) in [
        ("def cases(random):\n    return [][0]\n", "IndexError: list index out of range"),
        ("def cases(random):\n    return 3\n", "returns a list of dicts"),
        ("def cases(random):\n    return []\n", "made no case"),
        ("def cases(random):\n    return [{'call': 'double(1)'}] * 21\n", "made 21 cases; 20 are the most"),
        ("def cases(random):\n    return [{'cal': 'double(1)'}]\n", "unknown key `cal`: did you mean `call`?"),
        ("def cases(random):\n    while True: pass\n", "took too long"),
    ] {
        let env = pack(generator);
        env.run(&["run", "one"]).exits(0);
        env.run(&["review", "one"]).exits(3).says(&["the generator of tier1/one", says]);
    }
    let env = pack(GENERATOR);
    std::fs::remove_file(env.path("pack/tier1/one/generate.py")).unwrap();
    env.run(&["list"]).exits(3).says(&["exercise.toml:", "there is no `generate.py` in this folder"]);
}

#[test]
fn generators_are_proved() {
    let starter = |env: &Env| env.run(&["check", "one"]);
    let sound = pack(GENERATOR);
    assert!(starter(&sound).exits(0).stdout.contains("1 exercise holds"));
    let same = pack("def cases(random):\n    return [{'call': 'double(1)'}]\n");
    assert!(starter(&same).exits(3).stdout.contains("the generator makes the same of several seeds"));
    let weak = pack(&GENERATOR.replace('-', ""));
    assert!(starter(&weak).exits(3).stdout.contains("of 1 wrong solutions 0 fail what the generator makes"));
}
