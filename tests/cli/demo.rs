//! `scripts/demo`: the whole Archivist by one command, and nothing of it left afterwards.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

const PROGRAMS: [&str; 4] = ["archivist", "archivist-ui", "cablecast", "transcription-worker"];

/// The demo while it runs, killed where a test does not end it.
struct Demo {
    child: Child,
    said: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Demo {
    /// Returns once it has said everything; nothing where a program is missing.
    fn start() -> Option<Self> {
        let debug = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
        let installed = |name: &str| Command::new(name).arg("--version").output().is_ok();
        let missing = PROGRAMS.iter().any(|name| !debug.join(name).exists());
        if missing || !installed("redis-server") || !installed("curl") {
            let otherwise = "the demo's programs are not built or installed; ./scripts/test sees to both";
            assert!(std::env::var_os("CI").is_none(), "{otherwise}");
            let _ = writeln!(io::stderr(), "SKIPPED: {otherwise}");
            return None;
        }
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo"));
        command.arg("--built").env("CARGO_TARGET_DIR", debug.parent().unwrap());
        for ours in ["REDIS_URL", "DATABASE_URL", "RUST_LOG"] {
            command.env_remove(ours);
        }
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap());
        while !said.contains("Ctrl-C ends all of it") {
            if lines.read_line(&mut said).unwrap() == 0 {
                let mut why = String::new();
                child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
                panic!("the demo ended and said: {said}{why}");
            }
        }
        Some(Self { child, said })
    }

    /// What stands behind these words.
    fn word(&self, before: &str) -> &str {
        let line = self.said.lines().find_map(|line| line.trim().strip_prefix(before));
        line.expect(before).split_whitespace().next().unwrap()
    }

    /// Asks it to end as a terminal's Ctrl-C does, and returns its exit code.
    fn interrupt(mut self) -> Option<i32> {
        kill_process(Pid::from_raw(self.child.id().try_into().unwrap()).unwrap(), Signal::INT).unwrap();
        self.child.wait().unwrap().code()
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

#[tokio::test]
async fn one_command_shows_the_whole_archivist_and_ctrl_c_ends_it() {
    let Some(demo) = Demo::start() else { return };
    let client = client();
    let [ui, api, station] = ["web UI", "API", "station"].map(|name| demo.word(name).to_owned());
    let home = PathBuf::from(demo.word("logs")).parent().unwrap().to_owned();

    let health: Value = client.get(format!("{api}/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health["status"], "healthy", "{health}");
    assert_eq!(health["checks"]["cablecast"]["status"], "ok", "{health}");
    let pair = json!({"username": "admin", "password": demo.word("password")});
    let session = client.post(format!("{api}/api/auth/login")).json(&pair).send().await.unwrap();
    let token = session.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
    let list = client.get(format!("{api}/api/vod/list")).bearer_auth(token).send().await.unwrap();
    let list: Value = list.json().await.unwrap();
    let statuses: Vec<&Value> = list["vods"].as_array().unwrap().iter().map(|vod| &vod["status"]).collect();
    assert_eq!(json!(statuses), json!(["failed", "completed", "pending", "completed"]));
    let page = client.get(format!("{ui}/sign-in")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("<form"));

    assert_eq!(demo.interrupt(), Some(130));
    // One that remembers no connection.
    let client = self::client();
    for address in [ui, api, station] {
        assert!(client.get(&address).send().await.unwrap_err().is_connect(), "{address} is still served");
    }
    assert!(!home.exists(), "{} is left", home.display());
}

#[test]
fn an_unknown_argument_is_named() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo");
    let output = Command::new(script).arg("--prot").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "demo: unknown argument '--prot': see scripts/demo --help\n");
}
