//! `report.html` in a real browser: what a teacher does with it, and what students may try to do to it.
//!
//! Needs Chromium (`apt-get install chromium-headless-shell`). Without one the tests of this file are skipped, or fail
//! with `PRACTICE_TEST_BROWSER=1`. `PRACTICE_TEST_SCREENSHOTS=FOLDER` keeps pictures of what they saw.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use practice::batch::Output;
use practice::gradebook::page::Page;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

mod browser;
mod class;

use browser::Browser;

use crate::readers;

/// A page in a folder of its own, and a browser that is to open it.
struct Report {
    folder: TempDir,
    browser: Browser,
}

const VIEWS: [(&str, &str); 8] = [
    ("overview", "#/"),
    ("students", "#/students"),
    ("heat", "#/heat"),
    ("student", "#/student/3"),
    ("causes", "#/causes"),
    ("cause", "#/cause/0"),
    ("items", "#/items"),
    ("run", "#/run"),
];

/// Writes the page of a class of so many.
fn write(path: &Path, students: usize, exercises: usize, own: bool) -> u64 {
    let batch = class::batch(exercises);
    let mut page = Box::new(Page::new(path));
    (0..students).for_each(|number| page.student(&batch, &class::student(&batch, number, own)).unwrap());
    page.finish(&batch).unwrap();
    fs::metadata(path).unwrap().len()
}

impl Report {
    /// The page of a class, where there is a browser.
    fn of(students: usize, exercises: usize) -> Option<Report> {
        let Some(program) = browser::program() else {
            let wanted = std::env::var_os("PRACTICE_TEST_BROWSER").is_some_and(|value| value == "1");
            assert!(!wanted, "no browser: apt-get install chromium-headless-shell");
            eprintln!("skipped: there is no Chromium (apt-get install chromium-headless-shell)");
            return None;
        };
        let folder = TempDir::new().unwrap();
        write(&folder.path().join("report.html"), students, exercises, false);
        let mut report = Report { folder, browser: Browser::start(&program) };
        report.browser.look(1280, 900, false);
        report.open("");
        Some(report)
    }

    fn address(&self) -> String {
        format!("file://{}", self.folder.path().join("report.html").display())
    }

    #[track_caller]
    fn open(&mut self, route: &str) {
        let address = format!("{}{route}", self.address());
        self.browser.open(&address);
    }

    /// Goes to a view as a link would, and waits for it.
    #[track_caller]
    fn go(&mut self, view: &str, route: &str) {
        self.browser.eval(&format!("void (location.hash = {route:?})"));
        self.shows(view);
    }

    /// Waits until this view is shown, alone.
    #[track_caller]
    fn shows(&mut self, view: &str) {
        self.browser.until(&format!(
            "[...document.querySelectorAll('main > section:not([hidden])')].map((one) => one.id).join() === {view:?}"
        ));
    }

    #[track_caller]
    fn text(&mut self, selector: &str) -> String {
        let text = self.browser.eval(&format!("document.querySelector({selector:?})?.innerText"));
        text.as_str().unwrap_or_else(|| panic!("nothing is {selector}")).to_owned()
    }

    #[track_caller]
    fn texts(&mut self, selector: &str) -> Vec<String> {
        let texts =
            self.browser.eval(&format!("[...document.querySelectorAll({selector:?})].map((one) => one.innerText)"));
        serde_json::from_value(texts).unwrap()
    }

    /// What has the focus: its accessible label or its text.
    fn focused(&mut self) -> String {
        let label = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText";
        self.browser.eval(label).as_str().unwrap_or_default().to_owned()
    }

    fn choose(&mut self, select: &str, words: &str) {
        self.browser.eval(&format!(
            "(() => {{ const node = document.getElementById({select:?}); \
             node.value = [...node.options].find((one) => one.text.endsWith({words:?})).value; \
             node.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        ));
    }

    /// Panics unless axe-core finds nothing.
    #[track_caller]
    fn is_accessible(&mut self, axe: &str, when: &str) {
        if self.browser.eval("typeof axe") == "undefined" {
            self.browser.eval(&format!("{axe};0"));
        }
        let violations = self.browser.eval(
            "axe.run(document, { resultTypes: ['violations'] }).then((found) => [found.passes.length > 15, \
             ...found.violations.map((one) => [one.id, one.help, \
             ...one.nodes.slice(0, 3).map((node) => node.html.slice(0, 300) + ' ' + node.failureSummary)])])",
        );
        // What comes first says that many rules had something to look at.
        assert_eq!(violations, json!([true]), "{when}: {violations:#}");
    }

    /// Keeps a picture when somebody wants to look.
    fn picture(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("PRACTICE_TEST_SCREENSHOTS") else { return };
        let picture = self.browser.call("Page.captureScreenshot", json!({"format": "png"}));
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::create_dir_all(&folder).unwrap();
        fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }

    /// Panics if anything was asked for but the page, anything went wrong, or anything popped up.
    #[track_caller]
    fn is_clean(&mut self) {
        let address = self.address();
        let asked = self.browser.seen("Network.requestWillBeSent");
        let urls: Vec<&str> = asked.iter().map(|event| event["params"]["request"]["url"].as_str().unwrap()).collect();
        assert!(urls.iter().all(|url| *url == "about:blank" || url.split('#').next() == Some(&address)), "{urls:?}");
        assert!(urls.iter().any(|url| url.starts_with(&address)), "the network is not watched");
        for bad in
            ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening"]
        {
            assert_eq!(self.browser.seen(bad), Vec::<Json>::new(), "{bad}");
        }
    }
}

#[test]
fn students_are_found_sorted_and_opened() {
    let Some(mut report) = Report::of(60, 12) else { return };
    report.shows("overview");
    assert_eq!(
        report.browser.eval("document.title"),
        "Overview – Python for AI engineers <i>2026</i> – grading report"
    );

    report.browser.click("nav a[href='#/students']");
    report.shows("students");
    assert_eq!(report.text("#count"), "60 of 60 students");
    assert_eq!(report.browser.eval("document.activeElement.id"), "students-title");
    let names = report.texts("#students td:nth-child(2)");
    let shown = class::HOSTILE.map(|name| match name {
        "" => "–".to_owned(),
        name => name.replace('\u{202e}', "<U+202E>"),
    });
    assert_eq!(names[..shown.len()], shown);

    // By points: most first, then least; who is not scored comes last in both.
    report.browser.click("#students th:nth-child(4) button");
    assert_eq!(
        report.browser.eval("document.querySelector('#students th[aria-sort]').getAttribute('aria-sort')"),
        "descending"
    );
    let down = numbers(&report.texts("#students td:nth-child(4)"));
    assert!(down.len() > 50 && down.is_sorted_by(|a, b| a >= b), "{down:?}");
    report.browser.click("#students th:nth-child(4) button");
    assert_eq!(
        report.browser.eval("document.querySelector('#students th[aria-sort]').getAttribute('aria-sort')"),
        "ascending"
    );
    assert!(numbers(&report.texts("#students td:nth-child(4)")).is_sorted());

    // Without its accents, in any case, by several words.
    report.browser.press("/");
    assert_eq!(report.browser.eval("document.activeElement.id"), "search");
    report.browser.type_text("ZOE s00003");
    report.browser.until("document.getElementById('count').textContent === '1 of 60 students'");
    report.browser.click("#students tbody a");
    report.shows("student");
    assert_eq!(report.text("#student-title"), class::HOSTILE[3]);
    assert!(report.text("#student dl").contains("s00003@university.example"));
    assert!(report.text("#student").contains("1 day late, 10% off"));
    report.browser.eval("void history.back()");
    report.shows("students");
    assert_eq!(report.text("#count"), "1 of 60 students");
    report.browser.click("#clear");
    assert_eq!(report.text("#count"), "60 of 60 students");

    report.choose("by-flag", "late");
    let late = report.texts("#students td:nth-child(7)");
    assert!(late.len() == 6 && late.iter().all(|flags| flags.contains("late")), "{late:?}");
    report.choose("by-flag", "any");
    report.choose("by-verdict", "timed out");
    report.choose("by-tier", "tier2");
    assert!(report.text("#count").ends_with(", tier2 only"));
    let passed = report.texts("#students td:nth-child(6)");
    assert!(!passed.is_empty() && passed.iter().all(|text| text.ends_with("/3")), "{passed:?}");
    report.browser.click("nav a[href='#/heat']");
    report.shows("heat");
    assert_eq!(report.texts("#heat tbody th").len(), passed.len());
    assert_eq!(report.texts("#heat thead th").len(), 4);
    report.is_clean();
}

fn numbers(texts: &[String]) -> Vec<f64> {
    let rest = texts.iter().skip_while(|text| text.as_str() != "not scored");
    assert!(rest.clone().all(|text| text == "not scored"), "{texts:?}");
    texts.iter().take(texts.len() - rest.count()).map(|text| text.replace(',', "").parse().unwrap()).collect()
}

#[test]
fn the_heat_map_is_walked_with_the_keyboard() {
    let Some(mut report) = Report::of(400, 20) else { return };
    report.browser.click("nav a[href='#/heat']");
    report.shows("heat");
    let grid = "document.querySelector('#heat [role=grid]')";
    assert_eq!(report.browser.eval(&format!("{grid}.getAttribute('aria-rowcount')")), "401");
    // Only what is in sight is in the page.
    let rows = |report: &mut Report| report.browser.eval(&format!("{grid}.tBodies[0].rows.length")).as_u64().unwrap();
    assert!((20..80).contains(&rows(&mut report)), "{}", rows(&mut report));

    // Tab goes past the filters into the map, and a cell says all that it shows.
    report.browser.eval("document.getElementById('clear').focus()");
    report.browser.press("Tab");
    report.browser.press("ArrowRight");
    report.browser.press("ArrowDown");
    let label = report.focused();
    assert!(label.contains(" of 40 points, ") || label == "not attempted", "{label}");
    assert_eq!(report.browser.eval("document.activeElement.parentNode.getAttribute('aria-rowindex')"), "3");
    assert_eq!(report.browser.eval("document.activeElement.parentNode.cells[0].scope"), "row");
    assert!(report.text("#told").contains(&label), "{}", report.text("#told"));

    report.browser.press("PageDown");
    report.browser.press("End");
    let place = "[document.activeElement.parentNode.rowIndex > 0, document.activeElement.cellIndex, \
                 document.activeElement.getBoundingClientRect().bottom <= innerHeight + 2000]";
    assert_eq!(report.browser.eval(place), json!([true, 20, true]));
    for _ in 0..40 {
        report.browser.press("PageDown");
    }
    assert_eq!(report.browser.eval("document.activeElement.parentNode.getAttribute('aria-rowindex')"), "401");
    assert!(rows(&mut report) < 80);
    // What has the focus is in sight, below the heads and inside of the frame.
    let inside = "(() => { const cell = document.activeElement.getBoundingClientRect(), map = document.querySelector('.map').getBoundingClientRect(), \
                  head = document.querySelector('.map thead th').getBoundingClientRect(); \
                  return cell.top >= head.bottom - 1 && cell.bottom <= map.bottom + 1 && cell.right <= map.right + 1 && cell.left >= head.right - 1; })()";
    assert_eq!(report.browser.eval(inside), true);

    report.browser.press("ArrowUp");
    let row = report.browser.eval("document.activeElement.parentNode.getAttribute('aria-rowindex')");
    report.browser.press("Enter");
    report.shows("student");
    assert_eq!(report.browser.eval("location.hash"), "#/student/398/19");
    report.browser.eval("void history.back()");
    report.shows("heat");
    assert_eq!(report.browser.eval("document.activeElement.parentNode.getAttribute('aria-rowindex')"), row);

    // A row that is scrolled away with the focus in it leaves the focus in the map.
    report.browser.eval("void (document.querySelector('.map').scrollTop = 0)");
    report.browser.until("document.querySelector('#heat tbody tr').getAttribute('aria-rowindex') === '2'");
    assert_eq!(report.browser.eval("document.activeElement.className"), "map");

    // On paper are all rows.
    report.browser.eval("void window.dispatchEvent(new Event('beforeprint'))");
    assert_eq!(rows(&mut report), 400);
    report.browser.eval("void window.dispatchEvent(new Event('afterprint'))");
    assert!(rows(&mut report) < 80);
    report.is_clean();
}

#[test]
fn what_students_wrote_is_shown_and_does_nothing() {
    let Some(mut report) = Report::of(60, 12) else { return };
    let mut told = String::new();
    for number in 0..12 {
        report.go("student", &format!("#/student/{number}"));
        told.push_str(&report.text("#student"));
    }
    assert!(!told.contains("[object") && !told.contains("undefined") && !told.contains("NaN"));
    for text in class::HOSTILE {
        assert!(told.contains(&text.replace('\u{202e}', "<U+202E>")), "{text}");
    }
    for text in [
        "</script><script>alert(5)</script>",
        "<img src=x onerror=alert(6)>",
        "`../../<script>alert(4)</script>`",
        "keeps what is <b>5</b> & nothing else",
    ] {
        assert!(told.contains(text), "{text}");
    }
    // The name of 300 characters, whole.
    assert!(told.contains(&"Maximilian ".repeat(20)));
    report.go("causes", "#/causes");
    report.browser.click("#causes tbody a");
    report.shows("cause");
    let students = report.texts("#cause .names a").len();
    assert!(report.text("#cause").contains(&format!("{students} students")), "{}", report.text("#cause"));
    report.browser.click("#cause .names a");
    report.shows("student");
    let title = report.browser.eval("document.activeElement.tagName");
    assert!(title == "H4", "{title}");

    // Hidden cases say that they are.
    report.go("items", "#/items");
    let hidden = report.texts("#items .tag").len();
    assert!(hidden >= 24 && report.texts("#items .tag").iter().all(|tag| tag == "hidden"), "{hidden}");
    // What the address says is data, too.
    for route in ["#/student/999999", "#/student/<img src=x onerror=alert(7)>", "#/__proto__", "#/cause/-1"] {
        report.go("overview", route);
        report.go("students", "#/students");
    }
    assert_eq!(report.browser.eval("document.querySelectorAll('img, iframe, script:not([type])').length"), 1);
    report.is_clean();
    // And nobody can put HTML into it, not even its own script.
    let refused = report.browser.eval("(() => { try { document.body.innerHTML = '<b>x</b>'; return false; } catch (error) { return error instanceof TypeError; } })()");
    assert_eq!(refused, true);
}

#[test]
fn it_reads_well_for_everybody() {
    let Some(mut report) = Report::of(60, 12) else { return };
    let axe = readers::axe();
    let mut files: Vec<PathBuf> = vec![report.folder.path().join("report.html")];
    for (size, width, height) in [("desk", 1280, 900), ("phone", 390, 844)] {
        for (scheme, dark) in [("light", false), ("dark", true)] {
            report.browser.look(width, height, dark);
            for (view, route) in VIEWS {
                let when = format!("{view}-{size}-{scheme}");
                report.go(view, route);
                report.browser.eval("void window.scrollTo(0, 0)");
                report.picture(&when);
                // What is dark on a phone is dark on a desk.
                if size == "desk" || !dark {
                    report.is_accessible(&axe, &when);
                }
                let wide = report.browser.eval("document.documentElement.scrollWidth");
                assert!(wide.as_u64().unwrap() <= width.into(), "{when} is {wide} pixels wide");
                if size == "desk" && !dark {
                    // What the script has made of the page is valid as well; the blocks of data are as they were.
                    let html = report.browser.eval("'<!doctype html>' + document.documentElement.outerHTML");
                    files.push(report.folder.path().join(format!("{view}.html")));
                    fs::write(files.last().unwrap(), html.as_str().unwrap()).unwrap();
                }
            }
            let background = report.browser.eval("getComputedStyle(document.documentElement).backgroundColor");
            let expected = if dark { "rgb(21, 21, 20)" } else { "rgb(252, 252, 250)" };
            assert_eq!(background, expected);
        }
    }
    assert_eq!(readers::mistakes(&files), "");
    fs::write(&files[1], "<!doctype html><title>t</title><p><b>bold</p>").unwrap();
    assert!(readers::mistakes(&files[1..2]).contains("end tag"), "mistakes are not seen");
    report.is_clean();
}

#[test]
fn without_javascript_the_overview_is_there() {
    let Some(mut report) = Report::of(30, 4) else { return };
    report.browser.call("Emulation.setScriptExecutionDisabled", json!({"value": true}));
    report.open("");
    assert!(report.text("noscript").contains("Without JavaScript"));
    assert_eq!(report.texts("#overview table.wide tbody tr").len(), 4);
    assert!(report.text("#run").contains("Landlock"));
    assert_eq!(report.browser.eval("getComputedStyle(document.getElementById('views')).display"), "none");
    report.picture("noscript");
    report.is_clean();
}

#[test]
fn small_classes_have_all_views() {
    for (students, exercises) in [(0, 4), (1, 4), (1, 0)] {
        let Some(mut report) = Report::of(students, exercises) else { return };
        for (view, route) in VIEWS {
            // Where there is no such student or cause, the overview is shown.
            let route = route.replace("student/3", "student/0");
            report.browser.eval(&format!("void (location.hash = {route:?})"));
            let there = match view {
                "student" => students > 0,
                "cause" => students > 0 && exercises > 0,
                _ => true,
            };
            report.shows(if there { view } else { "overview" });
            let text = report.text("main");
            assert!(!text.contains("NaN") && !text.contains("undefined") && !text.contains("null"), "{view}: {text}");
        }
        report.is_clean();
    }
}

#[test]
fn a_large_class_fits_and_opens() {
    let Some(mut report) = Report::of(1000, 40) else { return };
    let size = fs::metadata(report.folder.path().join("report.html")).unwrap().len();
    assert!(size < 8 << 20, "{size}");
    report.go("heat", "#/heat");
    assert_eq!(
        report.browser.eval("document.querySelector('#heat [role=grid]').getAttribute('aria-rowcount')"),
        "1001"
    );
    report.browser.eval("void (document.querySelector('.map').scrollTop = 1e6)");
    report.browser.until("document.querySelector('#heat tbody').lastChild.getAttribute('aria-rowindex') === '1001'");
    assert!(report.texts("#heat tbody tr").len() < 80);
    report.picture("large");
    report.go("students", "#/students");
    assert_eq!(report.texts("#students tbody tr").len(), 200);
    report.browser.click("#students .pager button:nth-child(2)");
    assert_eq!(report.text("#students .pager span"), "201–400 of 1,000");
    report.is_clean();
}

#[test]
fn what_is_told_does_not_make_it_too_large() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("report.html");
    // Each failing case of each student has a text that nobody else has, 40 MB in all.
    let size = write(&path, 1000, 40, true);
    assert!((8 << 20..15 << 20).contains(&size), "{size}");
    let page = fs::read_to_string(&path).unwrap();
    let left_out: u64 = page.split_once("\"left_out\":").unwrap().1.split_once('}').unwrap().0.parse().unwrap();
    assert!(left_out > 10_000, "{left_out}");
    // Only the page is in the folder: what is written beside it is moved there.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
