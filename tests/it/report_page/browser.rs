//! A browser to test with: Debian's Chromium without a window, driven over a pipe in the DevTools protocol.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// How long an answer may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running browser with one page.
pub struct Browser {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Json>,
    events: VecDeque<Json>,
    last: u64,
    session: String,
    _profile: TempDir,
}

/// The browser's program, where there is one.
pub fn program() -> Option<PathBuf> {
    let names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.is_file())
}

impl Browser {
    pub fn start(program: &Path) -> Browser {
        let profile = TempDir::new().unwrap();
        // The browser reads its orders from descriptor 3 and answers on 4; a shell puts the pipes there. It is root in CI,
        // for whom its own sandbox does not start, and in a container the shared memory may be small.
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>&2"])
            .arg(program)
            .args(["--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--disable-background-networking", "--disable-component-update", "--lang=en"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in output.split(0) {
                let Ok(bytes) = message else { return };
                let Ok(message) = serde_json::from_slice(&bytes) else { return };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let (events, session) = (VecDeque::new(), String::new());
        let mut browser = Browser { child, input, messages, events, last: 0, session, _profile: profile };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Network", "Log", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Calls a method and gives its result.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Json) -> Json {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.input.as_mut().unwrap().write_all(&bytes).unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            let message = self.message(end).unwrap_or_else(|| panic!("{method}: no answer in {PATIENCE:?}"));
            if message["id"] == self.last {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push_back(message);
        }
    }

    fn message(&mut self, end: Instant) -> Option<Json> {
        self.messages.recv_timeout(end.saturating_duration_since(Instant::now())).ok()
    }

    /// Opens a file and waits until it is loaded.
    #[track_caller]
    pub fn open(&mut self, address: &str) {
        // A page of its own each time: going to the same file again may only be a step within it.
        self.call("Page.navigate", json!({"url": "about:blank"}));
        self.wait("Page.loadEventFired");
        self.call("Page.navigate", json!({"url": address}));
        self.wait("Page.loadEventFired");
    }

    /// Waits for an event; those before it stay among the events.
    #[track_caller]
    fn wait(&mut self, method: &str) {
        if let Some(at) = self.events.iter().position(|event| event["method"] == method) {
            self.events.remove(at);
            return;
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let message = self.message(end).unwrap_or_else(|| panic!("no {method} in {PATIENCE:?}"));
            if message["method"] == method {
                return;
            }
            self.events.push_back(message);
        }
    }

    /// The value of an expression in the page, a promise's once it is there.
    #[track_caller]
    pub fn eval(&mut self, expression: &str) -> Json {
        let params = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression is true, looking at each frame that is drawn.
    #[track_caller]
    pub fn until(&mut self, expression: &str) {
        let looked = self.eval(&format!(
            "new Promise((done) => {{ const end = performance.now() + 20000; const look = () => {{ if ({expression}) done(true); \
             else if (performance.now() > end) done(false); else requestAnimationFrame(look); }}; look(); }})"
        ));
        assert_eq!(
            looked,
            true,
            "{expression} never came true; the page shows: {}",
            self.eval("document.body.innerText.slice(0, 2000)")
        );
    }

    /// Clicks on the first element of this selector, as a person would: where it is.
    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        let place = self.eval(&format!(
            "(() => {{ const node = document.querySelector({selector:?}); node.scrollIntoView({{ block: 'center', inline: 'nearest' }}); \
             const box = node.getClientRects()[0]; return [box.x + Math.min(10, box.width / 2), box.y + box.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// Presses a key: `ArrowDown`, `Enter`, `/`.
    #[track_caller]
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Tab" => 9,
            "PageDown" => 34,
            "End" => 35,
            "Home" => 36,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            _ => 0,
        };
        let text = match key {
            "Enter" => "\r",
            one if one.len() == 1 => one,
            _ => "",
        };
        let mut params = json!({"type": if text.is_empty() { "rawKeyDown" } else { "keyDown" }, "key": key,
            "windowsVirtualKeyCode": code});
        if !text.is_empty() {
            params["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", params);
        self.call("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}));
    }

    /// Types a text where the focus is.
    pub fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// The size of the window in CSS pixels, and whether the system is dark.
    pub fn look(&mut self, width: u32, height: u32, dark: bool) {
        let params = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", params);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// All events of this kind so far.
    pub fn seen(&mut self, method: &str) -> Vec<Json> {
        // An answer comes after all that happened before the question.
        self.eval("1");
        self.events.iter().filter(|event| event["method"] == method).cloned().collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It goes away when nobody gives it orders any more; its last word is the end of its pipe.
        drop(self.input.take());
        let end = Instant::now() + PATIENCE;
        while self.message(end).is_some() {}
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
