#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use serde_json::Value as Json;

use super::super::samples::{batch, class, student};
use super::*;

fn page(batch: &Batch, students: &[StudentResult]) -> String {
    let mut class = Class::new(batch);
    students.iter().for_each(|student| class.student(batch, student).unwrap());
    let mut bytes = Vec::new();
    class.write(batch, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What is in one of the page's blocks of data.
fn block(page: &str, id: &str) -> Json {
    let (_, after) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\">")).unwrap();
    serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn what_the_script_is_given() {
    let (batch, students) = class();
    let page = page(&batch, &students);
    let (class, rows) = (block(&page, "data-class"), block(&page, "data-students"));
    assert_eq!(class["exercises"][1]["cases"][1]["hidden"], true);
    assert_eq!(rows[0]["cells"][0], serde_json::json!([0, 1000, 1000, 2, "aa", [], null]));
    assert_eq!(rows[1]["cells"][0][4], "ab");
    assert_eq!(rows[1]["cells"][0][5], serde_json::json!([1, 0, 0]));
    assert_eq!(rows[1]["cells"][0][6]["flags"][0], "Near limit: a passed close to the time limit.");
    assert_eq!((&rows[1]["points"], &rows[2]["points"], &rows[3]["points"]), (&500.into(), &Json::Null, &0.into()));
    assert_eq!(rows[1]["flags"], serde_json::json!([2, 3, 6]));
    assert_eq!(rows[2]["flags"], serde_json::json!([4]));
    assert_eq!(rows[3]["flags"], serde_json::json!([5]));
    // What was not reached has no cause of its own.
    assert_eq!((&rows[2]["cells"][0][4], rows[2]["cells"][0][5].as_array().unwrap().len()), (&"bg".into(), 3));
    assert_eq!(rows[3]["cells"][0][6]["reason"], "no solution.py");
    assert_eq!(block(&page, "data-texts")[0], "expected: 1\nactual:   </script><script>alert(1)</script>");
    assert_eq!(block(&page, "data-measured")[0][0], serde_json::json!([20, 25, 20]));
    assert_eq!(block(&page, "data-times")["clocks"][0], serde_json::json!([7.25, 1.5]));
    let labels: Vec<&str> =
        class["causes"].as_array().unwrap().iter().map(|cause| cause["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["returned: other value", "KeyError in load", "wrong", "ValueError in load", "machine error"]);
}

#[test]
fn nothing_foreign_is_markup() {
    let (batch, mut students) = class();
    students[1].student.name = "<img src=x onerror=alert(1)>\u{202e}</script><script>alert(1)</script><!--".to_owned();
    let page = page(&batch, &students);
    // Five blocks of data and the page's own script.
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (6, 6));
    assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("<more>") && !page.contains('\u{202e}'));
    assert!(page.contains("<title>Mini &amp; &lt;more&gt; – grading report</title>"));
    assert!(
        block(&page, "data-students")[1]["name"].as_str().unwrap().starts_with("<img src=x onerror=alert(1)><U+202E>")
    );
}

#[test]
fn the_policy_names_what_is_in_the_page() {
    let (batch, students) = class();
    let page = page(&batch, &students);
    let inside = |tag: &str| {
        let (_, after) = page.rsplit_once(&format!("<{tag}>")).unwrap();
        html::source(after.split_once(&format!("</{tag}>")).unwrap().0)
    };
    let policy = page.split_once("content=\"default-src 'none'; ").unwrap().1.split_once('"').unwrap().0;
    assert!(policy.contains(&format!("style-src {}; script-src {};", inside("style"), inside("script"))), "{policy}");
    assert!(!policy.contains("-inline") && !policy.contains("http"), "{policy}");
    // An inline style or handler would be refused by it.
    assert!(!page.contains(" style=") && !page.contains(" onclick="));
}

#[test]
fn the_page_s_own_files_do_not_end_their_elements() {
    assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    // Data goes into the page as text only.
    for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "DOMParser"] {
        assert!(!SCRIPT.contains(way), "{way}");
    }
}

#[test]
fn same_results_give_the_same_bytes_but_for_times() {
    let (batch, students) = class();
    let first = page(&batch, &students);
    assert_eq!(first, page(&batch, &students));
    let (mut later, mut again) = (batch.clone(), students.clone());
    later.begun = "2027-01-01T00:00:00Z".to_owned();
    for exercise in &mut later.exercises {
        exercise.clock.factor = 3.0;
        exercise.clock.reference_ms = None;
    }
    for case in again.iter_mut().flat_map(|student| &mut student.records).flat_map(|record| &mut record.cases) {
        (case.wall_ms, case.cpu_ms, case.memory_bytes) = (case.wall_ms * 3.0, f64::NAN, 1);
    }
    let without = |page: &str| {
        let timed = |line: &&str| {
            !line.contains("id=\"data-times\"") && !line.starts_with("[[") && !line.contains("id=\"data-measured\"")
        };
        page.lines().filter(timed).map(str::to_owned).collect::<Vec<_>>()
    };
    let second = page(&later, &again);
    assert_ne!(first, second);
    assert_eq!(without(&first), without(&second));
}

#[test]
fn an_empty_class_and_a_class_of_one() {
    let (batch, students) = class();
    let empty = page(&batch, &[]);
    assert!(empty.contains("Nobody has a grade."));
    assert_eq!(
        (block(&empty, "data-students"), block(&empty, "data-texts")),
        (serde_json::json!([]), serde_json::json!([]))
    );
    let one = page(&batch, &students[..1]);
    assert!(one.contains("Median 100%, mean 100%."));
    assert_eq!(block(&one, "data-students").as_array().unwrap().len(), 1);
}

#[test]
fn a_batch_without_exercises() {
    let batch = batch(&[]);
    let page = page(&batch, &[StudentResult::new(student("s", ""), vec![])]);
    assert_eq!(block(&page, "data-students")[0]["points"], 0);
    assert!(!page.contains("NaN"));
}

#[test]
fn records_of_another_batch_are_refused() {
    let (batch, students) = class();
    let refused = |result: &StudentResult| Class::new(&batch).student(&batch, result).unwrap_err().to_string();
    let mut fewer = students[0].clone();
    fewer.records.pop();
    assert_eq!(refused(&fewer), "the records of student \"s1\" are not of this batch");
    let mut other = students[0].clone();
    other.records[1].cases[0].case = "z".parse().unwrap();
    assert_eq!(refused(&other), "tier2/two has no case `z`, of which there is a record");
}
