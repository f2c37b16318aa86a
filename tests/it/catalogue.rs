//! What the shipped exercises cover: every topic, every way of learning, every role's path.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::path::Path;

use serde_json::Value as Json;

use crate::env::Env;

/// The topics and what they are about, in the order in which they are learned.
const TOPICS: [(&str, &str); 12] = [
    ("data", "data structures"),
    ("io", "files and data"),
    ("functions", "functions and small classes"),
    ("env", "environments and settings"),
    ("errors", "errors, retries, logging"),
    ("numpy", "NumPy"),
    ("pandas", "pandas"),
    ("async", "asyncio and HTTP"),
    ("torch", "PyTorch"),
    ("concurrency", "threads, processes, queues"),
    ("native", "C extensions and performance"),
    ("project", "projects"),
];
const WAYS: [(&str, &str); 4] = [
    ("build", "build it"),
    ("read", "read production-style code, and extend it"),
    ("static", "fix what linters and type checkers find"),
    ("debug", "find the wrong line"),
];
/// The roles, and the topics that they need besides those of every day.
const ROLES: [(&str, &str, &[&str]); 5] = [
    ("llm-engineer", "AI application / LLM engineer", &["numpy", "async", "project"]),
    ("ml-engineer", "ML engineer", &["numpy", "pandas", "async", "torch", "project"]),
    ("data-scientist", "data scientist / ML analyst", &["numpy", "pandas", "project"]),
    ("mlops", "AI infrastructure / MLOps engineer", &["numpy", "pandas", "async", "concurrency", "native", "project"]),
    ("researcher", "AI researcher", &["numpy", "pandas", "torch", "project"]),
];
const EVERY_DAY: [&str; 5] = ["data", "io", "functions", "env", "errors"];

/// The shipped exercises, as `list --json` tells them.
fn exercises() -> Vec<Json> {
    let ran = Env::bare().run(&["list", "all", "--json"]).exits(0);
    let all: Json = serde_json::from_str(&ran.stdout).unwrap();
    all.as_array().or_else(|| all["exercises"].as_array()).unwrap().clone()
}

fn text<'a>(exercise: &'a Json, field: &str) -> &'a str {
    exercise[field].as_str().unwrap_or_else(|| panic!("{field}: {exercise}"))
}

fn ids(exercises: &[Json], wanted: impl Fn(&Json) -> bool) -> Vec<&str> {
    exercises.iter().filter(|one| wanted(one)).map(|one| text(one, "id")).collect()
}

fn has_role(exercise: &Json, role: &str) -> bool {
    exercise["roles"].as_array().is_some_and(|roles| roles.iter().any(|one| one == role))
}

#[test]
fn no_row_of_the_curriculum_is_lost() {
    let all = exercises();
    let of_topics = TOPICS.map(|(topic, _)| (topic, ids(&all, |one| text(one, "topic") == topic).len()));
    let of_ways = WAYS.map(|(way, _)| (way, ids(&all, |one| text(one, "way") == way).len()));
    let thin: Vec<&str> =
        of_topics.into_iter().chain(of_ways).filter(|(_, count)| *count < 2).map(|(name, _)| name).collect();
    assert!(thin.is_empty(), "fewer than two exercises: {thin:?}");
    assert!(all.len() >= 40, "{} exercises", all.len());
    for (role, _, more) in ROLES {
        for topic in EVERY_DAY.iter().chain(more) {
            let path = ids(&all, |one| text(one, "topic") == *topic && has_role(one, role));
            assert!(!path.is_empty(), "{role} has nothing to do in {topic}");
        }
    }
}

/// `docs/catalogue.md` says what is there now; `SNAPSHOTS=overwrite` writes it.
#[test]
fn the_catalogue_is_written_down() {
    let all = exercises();
    let mut page = "# Catalogue\n\nWhat the shipped exercises cover. Written by a test (`tests/it/catalogue.rs`).\n\n\
                    | topic | about | exercises |\n|---|---|---|\n"
        .to_owned();
    for (topic, about) in TOPICS {
        let list = ids(&all, |one| text(one, "topic") == topic).join(", ");
        page += &format!("| `{topic}` | {about} | {list} |\n");
    }
    page += "\n| way of learning | about | exercises |\n|---|---|---|\n";
    for (way, about) in WAYS {
        let found = ids(&all, |one| text(one, "way") == way);
        let list = if way == "build" { format!("{} others", found.len()) } else { found.join(", ") };
        page += &format!("| `{way}` | {about} | {list} |\n");
    }
    let topics: Vec<&str> = TOPICS.iter().map(|(topic, _)| *topic).collect();
    page += &format!("\n| role | {} |\n|---|{}\n", topics.join(" | "), "---|".repeat(topics.len()));
    for (role, name, _) in ROLES {
        let counts: Vec<String> = topics
            .iter()
            .map(|topic| match ids(&all, |one| text(one, "topic") == *topic && has_role(one, role)).len() {
                0 => "-".to_owned(),
                count => count.to_string(),
            })
            .collect();
        page += &format!("| {name} (`{role}`) | {} |\n", counts.join(" | "));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalogue.md");
    let expected = snapbox::Data::read_from(&path, Some(snapbox::data::DataFormat::Text)).raw();
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(snapbox::Data::text(page).raw(), expected);
}
