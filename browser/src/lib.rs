//! A real browser, headless and private to one test, spoken to by W3C WebDriver. `scripts/setup test` installs
//! it; without it a test says that it is skipped, and fails in CI.
//!
//! What tests need of WebDriver is so little that the crates for it would be more: one of them changes how the
//! whole build orders JSON, another takes 90 s to compile. As everything here is for tests, whatever fails panics.

#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on panics")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod look;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The member by which WebDriver names an element (W3C WebDriver, 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// The URL of the session.
    session: String,
    /// Where pictures are kept.
    pictures: PathBuf,
}

/// The keys of WebDriver (W3C WebDriver, 17.4.2).
pub mod keys {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SPACE: &str = "\u{e00d}";
}

/// `chromedriver` with its folder, ended when it goes out of scope.
struct Driver {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It has ended its browsers with their sessions; where it is gone already there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// On a port that it finds itself; `None` where it is not installed.
    fn start() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = spawned else {
            skip("chromedriver is missing");
            return None;
        };
        let mut driver = Self { child, port: 0, _folder: folder };
        let lines = BufReader::new(driver.child.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        driver.port = port.expect("chromedriver says its port");
        Some(driver)
    }
}

fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}; ./scripts/setup installs it");
    // A test that passes shows nothing that it printed: this goes around what catches it.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}; ./scripts/setup installs it");
}

/// Does `work` with a browser and closes it, whatever came of it. Its pictures are kept in the folder `pictures`.
pub async fn with<F: Future<Output = ()> + Send + 'static>(
    pictures: impl AsRef<Path>,
    work: impl FnOnce(Browser) -> F,
) {
    let Some(driver) = Driver::start() else { return };
    // Another test may have been first.
    drop(rustls::crypto::ring::default_provider().install_default());
    let browser = Browser::new(&driver, pictures.as_ref().to_owned()).await;
    // A panic comes back as an error: the browser has to be closed before it goes on.
    let done = tokio::spawn(work(browser.clone())).await;
    browser.ask(Method::DELETE, "", Value::Null).await;
    drop(driver);
    if let Err(error) = done {
        std::panic::resume_unwind(error.into_panic());
    }
}

impl Browser {
    async fn new(driver: &Driver, pictures: PathBuf) -> Self {
        // A client of WebDriver may have to wait for a page.
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        let session = format!("http://127.0.0.1:{}/session", driver.port);
        let mut browser = Self { client, session, pictures };
        let always = json!({
            "browserName": "chrome",
            // As root, as in most containers, there is no sandbox to be had.
            "goog:chromeOptions": { "args": ["--headless", "--no-sandbox", "--disable-dev-shm-usage"] },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let made = json!({ "capabilities": { "alwaysMatch": always } });
        let made = browser.ask(Method::POST, "", made).await;
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().unwrap());
        browser
    }

    /// What a command of WebDriver answers.
    async fn ask(&self, method: Method, path: &str, parameters: Value) -> Value {
        let answered = self.answer(method, path, &parameters).await;
        answered
            .unwrap_or_else(|value| panic!("{path} {parameters}: {}: {}", value["error"], value["message"]))
    }

    async fn answer(&self, method: Method, path: &str, parameters: &Value) -> Result<Value, Value> {
        let request = self.client.request(method, format!("{}{path}", self.session));
        let request = if parameters.is_null() { request } else { request.json(parameters) };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let value = answer.json::<Value>().await.unwrap()["value"].take();
        if status.is_success() { Ok(value) } else { Err(value) }
    }

    /// What a command to an element answers. Where a script has put another in its place meanwhile, that one is
    /// found, as a person would.
    async fn ask_of(&self, selector: &str, method: Method, what: &str, parameters: Value) -> Value {
        loop {
            let id = self.find("css selector", selector).await;
            match self.answer(method.clone(), &format!("/element/{id}/{what}"), &parameters).await {
                Ok(value) => return value,
                Err(value) if value["error"] == "stale element reference" => {}
                Err(value) => panic!("{what} {selector}: {}: {}", value["error"], value["message"]),
            }
        }
    }

    pub async fn open(&self, url: &str) {
        self.ask(Method::POST, "/url", json!({ "url": url })).await;
    }

    /// What a command of the DevTools protocol answers.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.ask(Method::POST, "/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What `script` returns.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.ask(Method::POST, "/execute/sync", json!({ "script": script, "args": [] })).await
    }

    pub async fn text(&self, selector: &str) -> String {
        self.ask_of(selector, Method::GET, "text", Value::Null).await.as_str().unwrap().to_owned()
    }

    pub async fn click(&self, selector: &str) {
        self.ask_of(selector, Method::POST, "click", json!({})).await;
    }

    /// The link whose whole text this is.
    pub async fn follow(&self, link: &str) {
        self.click_on(&self.find("link text", link).await).await;
    }

    pub async fn type_in(&self, selector: &str, text: &str) {
        self.ask_of(selector, Method::POST, "value", json!({ "text": text })).await;
    }

    /// Presses a key, wherever the focus is.
    pub async fn press(&self, key: &str) {
        let id = self.ask(Method::GET, "/element/active", Value::Null).await;
        let id = id[ELEMENT].as_str().unwrap();
        self.ask(Method::POST, &format!("/element/{id}/value"), json!({ "text": key })).await;
    }

    /// Clicks a button that sends a form, and waits for the page that it leads to, which may have the same
    /// address. The driver itself waits for a page only where a click opens one at once.
    pub async fn submit(&self, selector: &str) {
        self.evaluate("window.before = true").await;
        self.click(selector).await;
        self.until("return window.before === undefined && document.readyState === 'complete'").await;
    }

    /// Presses a key that opens another page, and waits for that.
    pub async fn press_and_arrive(&self, key: &str) {
        self.evaluate("window.before = true").await;
        self.press(key).await;
        self.until("return window.before === undefined && document.readyState === 'complete'").await;
    }

    /// Waits until `script` returns true. Between two pages there is none to ask.
    pub async fn until(&self, script: &str) {
        loop {
            let asked = json!({ "script": script, "args": [] });
            let request = self.client.post(format!("{}/execute/sync", self.session)).json(&asked);
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            if answer["value"] == true {
                return;
            }
            let error = answer["value"]["error"].as_str();
            assert_ne!(error, Some("invalid session id"), "{script}: the browser is gone");
            tokio::task::yield_now().await;
        }
    }

    /// Empties a field, for another text.
    pub async fn clear(&self, selector: &str) {
        self.ask_of(selector, Method::POST, "clear", json!({})).await;
    }

    /// The address of the page.
    pub async fn address(&self) -> String {
        self.ask(Method::GET, "/url", Value::Null).await.as_str().unwrap().to_owned()
    }

    async fn click_on(&self, id: &str) {
        self.ask(Method::POST, &format!("/element/{id}/click"), json!({})).await;
    }

    async fn find(&self, using: &str, value: &str) -> String {
        let found = self.ask(Method::POST, "/element", json!({ "using": using, "value": value })).await;
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    pub async fn resize(&self, width: u32, height: u32, mobile: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Keeps a picture of the whole page as `NAME.png`.
    pub async fn picture(&self, name: &str) {
        let taken = self.cdp("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let png = base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        std::fs::create_dir_all(&self.pictures).unwrap();
        std::fs::write(self.pictures.join(name).with_extension("png"), png).unwrap();
    }

    /// What pages said on the console, and every address that was asked for, since this was last asked.
    pub async fn told_and_asked(&self) -> (Vec<String>, Vec<String>) {
        let told = self.log("browser").await;
        let events = self.log("performance").await.into_iter();
        let asked = events
            .map(|event| serde_json::from_str::<Value>(&event).unwrap()["message"].take())
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned());
        (told, asked.collect())
    }

    async fn log(&self, kind: &str) -> Vec<String> {
        let entries = self.ask(Method::POST, "/se/log", json!({ "type": kind })).await;
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }
}
