use super::*;
use crate::batch::StudentResult;
use crate::gradebook::samples;

fn of(outcomes: [&str; 3]) -> StudentResult {
    samples::result(samples::student("s1", "Ada"), outcomes)
}

fn disagreements(receipt: &Receipt, now: &StudentResult) -> Vec<String> {
    receipt.compare(now).iter().map(Disagreement::to_string).collect()
}

#[test]
fn everybodys_is_read_back_and_agrees() {
    let folder = tempfile::tempdir().unwrap();
    samples::written(Receipts::create(folder.path())).unwrap();
    for result in samples::class() {
        let path = file::of_student(folder.path(), &result.student.id).join("receipt.json");
        let receipt = Receipt::read(&path).unwrap();
        assert_eq!(receipt, Receipt::of(&samples::batch(), &result));
        assert_eq!(receipt.compare(&result), []);
    }
}

#[test]
fn it_tells_what_it_was_and_where() {
    let text = Receipt::of(&samples::batch(), &of(["..F", "...", "."])).text().unwrap();
    for part in
        ["\"sub-s1\"", "\"driver-1\"", "\"x86_64\"", "\"3.11.7\"", "\"hidden-twin\"", "12.3456789", "\"points\": 6,"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_change_of_any_byte_that_says_something_is_seen() {
    let text = Receipt::of(&samples::batch(), &of(["..F", "...", "."])).text().unwrap();
    assert!(Receipt::parse(&text).is_ok());
    assert!(Receipt::parse(&text.replace("  ", " ")).is_ok(), "only the look of it");
    for (from, to) in [
        ("\"points\": 6,", "\"points\": 9,"),
        ("\"failed\"", "\"passed\""),
        ("sub-s1", "sub-s2"),
        ("12.3456789", "12.3456788"),
        ("\"begun\"", "\"begin\""),
        ("\"student\"", "\"more\": 1, \"student\""),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert!(Receipt::parse(&changed).unwrap_err().contains("it was changed after it was written"), "{from}");
    }
}

#[test]
fn what_is_no_receipt_is_told() {
    for (text, what) in [
        ("", "this is no receipt"),
        ("[]", "this is no receipt"),
        ("{}", "has no `schema`"),
        ("{\"schema\": 2}", "version 2 and 1 is known"),
        ("{\"schema\": 1}", "it was changed"),
    ] {
        let error = Receipt::parse(text).unwrap_err();
        assert!(error.contains(what), "{error}");
    }
    assert!(Receipt::parse(&"[".repeat(10_000)).is_err());
    let error = Receipt::read(Path::new("/no/such/receipt.json")).unwrap_err();
    assert!(error.to_string().contains("/no/such/receipt.json"), "{error}");
}

#[test]
fn the_canonical_form_is_sorted_and_compact() {
    let json: Json = serde_json::from_str(r#"{ "b": [1.50, "ü\n\"", null], "a": {"d": true, "c": {}} }"#).unwrap();
    let mut text = String::new();
    canonical(&json, &mut text);
    assert_eq!(text, r#"{"a":{"c":{},"d":true},"b":[1.50,"ü\n\"",null]}"#);
}

#[test]
fn what_came_out_otherwise_is_told_with_what_it_depends_on() {
    let receipt = Receipt::of(&samples::batch(), &of(["..F", "...", "."]));
    assert_eq!(
        disagreements(&receipt, &of(["...", "...", "."])),
        [
            "tier1/dedupe, verdict: failed, now passed",
            "tier1/dedupe, points: 2, now 5",
            "tier1/dedupe hidden-twin, verdict: failed, now passed",
            "points: 6, now 9",
        ]
    );
    let mut now = samples::late(of(["..F", "", "M"]), None, 10);
    now.records[1].key.exercise = "other\u{1b}".into();
    now.records[2].key.environment = "3.12".into();
    assert_eq!(
        disagreements(&receipt, &now),
        [
            "lateness: nothing, now 10 %",
            "tier1/totals, the exercise: ex-tier1/totals, now other␛",
            "tier1/totals, verdict: passed, now not_attempted",
            "tier1/totals, points: 3, now 0",
            "tier1/totals one-key, verdict: passed, now nothing",
            "tier1/totals group-a, verdict: passed, now nothing",
            "tier1/totals group-b, verdict: passed, now nothing",
            "tier2/rows, Python or its packages: 3.11.7 lock-1, now 3.12",
            "tier2/rows, verdict: passed, now machine_error",
            "tier2/rows, points: 1, now nothing",
            "tier2/rows shape, verdict: passed, now machine_error",
            "points: 6, now nothing",
        ]
    );
}

#[test]
fn exercises_that_are_in_one_only() {
    let result = of(["..F", "...", "."]);
    let receipt = Receipt::of(&samples::batch(), &result);
    let mut fewer = result.clone();
    fewer.records.pop();
    let fewer = StudentResult::new(fewer.student, fewer.records);
    assert_eq!(
        disagreements(&receipt, &fewer),
        [
            "tier2/rows, verdict: passed, now nothing",
            "tier2/rows, points: 1, now nothing",
            "tier2/rows, most points: 1, now nothing",
            "tier2/rows shape, verdict: passed, now nothing",
            "points: 6, now 5",
            "most points: 9, now 8",
        ]
    );
    let receipt = Receipt::of(&samples::batch(), &fewer);
    assert_eq!(disagreements(&receipt, &result)[0], "tier2/rows, verdict: nothing, now passed");
}
