//! A real browser, headless and private to one test. `scripts/setup test` installs it; without it a test
//! says that it is skipped, and fails in CI.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::schemas::skip;

/// The member by which WebDriver names an element (W3C WebDriver, 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one page open. Spoken to as W3C WebDriver says, which is so little that the crates for it
/// would be more: one of them changes how the whole build orders JSON, another takes 90 s to compile.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    /// The URL of the session.
    session: String,
    page: String,
}

/// An element of the page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

/// `chromedriver`, ended when it goes out of scope.
struct Driver {
    child: Child,
    port: u16,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It has ended its browsers with their sessions; where it is gone already there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Driver {
    /// On a port that it finds itself, below `folder`; `None` where it is not installed.
    fn start(folder: &Path) -> Option<Self> {
        let spawned = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = spawned else {
            skip("chromedriver is missing");
            return None;
        };
        let mut driver = Self { child, port: 0 };
        let lines = BufReader::new(driver.child.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        driver.port = port.expect("chromedriver says its port");
        Some(driver)
    }
}

/// Opens `page` in a browser, does `work` with it, and closes the browser whatever came of it.
pub fn with<W, F>(page: &str, work: W)
where
    W: FnOnce(Browser) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let Some(chromedriver) = Driver::start(folder.path()) else { return };
    let file = folder.path().join("report.html");
    std::fs::write(&file, page).unwrap();
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let browser = Browser::new(&chromedriver, format!("file://{}", file.display())).await;
        browser.open().await;
        // A panic comes back as an error: the browser has to be closed before it goes on.
        let done = tokio::spawn(work(browser.clone())).await;
        browser.ask_for(Method::DELETE, "", Value::Null).await;
        if let Err(error) = done {
            std::panic::resume_unwind(error.into_panic());
        }
    });
}

impl Browser {
    async fn new(chromedriver: &Driver, page: String) -> Self {
        let client = Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        let session = format!("http://127.0.0.1:{}/session", chromedriver.port);
        let mut browser = Self { client, session, page };
        let always = json!({
            "browserName": "chrome",
            // As root, as in most containers, there is no sandbox to be had.
            "goog:chromeOptions": { "args": ["--headless", "--no-sandbox", "--disable-dev-shm-usage"] },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        });
        let made = json!({ "capabilities": { "alwaysMatch": always } });
        let made = browser.ask_for(Method::POST, "", made).await;
        browser.session = format!("{}/{}", browser.session, made["sessionId"].as_str().unwrap());
        browser
    }

    /// What a command of WebDriver answers.
    async fn ask_for(&self, method: Method, path: &str, parameters: Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.session));
        let request = if parameters.is_null() { request } else { request.json(&parameters) };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let mut answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {}: {}", answer["value"]["error"], answer["value"]["message"]);
        answer["value"].take()
    }

    async fn post(&self, path: &str, parameters: Value) -> Value {
        self.ask_for(Method::POST, path, parameters).await
    }

    /// Opens the page, anew if it is open.
    pub async fn open(&self) {
        self.post("/url", json!({ "url": self.page })).await;
    }

    /// What a command of the DevTools protocol answers.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What `script` returns, or what its promise comes to.
    pub async fn ask(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// What has the focus.
    pub async fn focused(&self) -> Element<'_> {
        self.element(&self.ask_for(Method::GET, "/element/active", Value::Null).await)
    }

    pub async fn find(&self, selector: &str) -> Element<'_> {
        self.element(&self.post("/element", json!({ "using": "css selector", "value": selector })).await)
    }

    fn element(&self, answer: &Value) -> Element<'_> {
        Element { browser: self, id: answer[ELEMENT].as_str().unwrap().to_owned() }
    }

    pub async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    pub async fn resize(&self, width: u32, height: u32, mobile: bool) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Keeps a picture of the whole page as `artefacts/NAME.png`.
    pub async fn picture(&self, name: &str) {
        let taken = self.cdp("Page.captureScreenshot", json!({ "captureBeyondViewport": true })).await;
        let png = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            taken["data"].as_str().unwrap(),
        );
        let folder = crate::scene::repository("artefacts");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name).with_extension("png"), png.unwrap()).unwrap();
    }

    /// What the page said on the console, and every address that it asked for.
    pub async fn told_and_asked(&self) -> (Vec<String>, Vec<String>) {
        let told = self.log("browser").await;
        let events = self.log("performance").await.into_iter();
        let asked = events
            .map(|event| serde_json::from_str::<Value>(&event).unwrap()["message"].take())
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .map(|event| event["params"]["request"]["url"].as_str().unwrap().to_owned())
            .filter(|address| *address != self.page && !address.starts_with("data:"));
        (told, asked.collect())
    }

    /// The messages of a log since it was last asked for.
    async fn log(&self, kind: &str) -> Vec<String> {
        let entries = self.post("/se/log", json!({ "type": kind })).await;
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| entry["message"].as_str().unwrap().to_owned()).collect()
    }
}

impl Element<'_> {
    pub async fn click(&self) {
        self.browser.post(&format!("/element/{}/click", self.id), json!({})).await;
    }

    /// Types `text`, key by key.
    pub async fn type_in(&self, text: &str) {
        self.browser.post(&format!("/element/{}/value", self.id), json!({ "text": text })).await;
    }
}
