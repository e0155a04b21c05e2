//! A broker in a process of its own: this very program, run again for one of its tests.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_broker::http::{Broker, Settings, serve};
use countersign_broker::shelf::Shelf;
use countersign_broker::store::Location;
use countersign_broker::webhook::{Calls, Targets};
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit, prlimit};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

const DATABASE: &str = "COUNTERSIGN_PROMISES_DATABASE";
/// Set where webhooks may call this machine.
const CALLS: &str = "COUNTERSIGN_PROMISES_CALLS";
const TOLD: &str = "the broker listens on ";

/// Not a test: what the tests run. It serves until its standard input is closed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the program that the other tests run"]
async fn the_broker_itself() {
    let Some(database) = std::env::var_os(DATABASE) else { return };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shelf = Shelf::open(&Location::Sqlite(database.into())).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(rustls::crypto::ring::default_provider().install_default());
    println!("{TOLD}{base}");
    let closed = async {
        drop(tokio::io::stdin().read(&mut [0]).await);
    };
    let settings = if std::env::var_os(CALLS).is_some() { calling_here() } else { Settings::default() };
    serve(listener, Broker::new(shelf, settings), closed).await.unwrap();
}

/// A claim soon ends, and a pause is long enough to be killed in.
fn calling_here() -> Settings {
    let targets = Targets {
        schemes: vec!["http".to_owned()],
        private_hosts: vec!["127.0.0.1".to_owned()],
        ..Targets::default()
    };
    let (whole, claim) = (Duration::from_secs(1), Duration::from_secs(2));
    let pauses = vec![Duration::from_secs(2); 3];
    Settings { calls: Calls { targets, pauses, whole, claim, ..Calls::default() }, ..Settings::default() }
}

/// Killed when it goes out of scope.
pub struct Process {
    pub base: String,
    child: Child,
}

impl Process {
    /// Returns once it serves.
    pub fn start(database: &Path) -> Self {
        Self::wait_for(Self::command(database).spawn().unwrap())
    }

    /// One whose webhooks may call this machine.
    pub fn calling(database: &Path) -> Self {
        Self::wait_for(Self::command(database).env(CALLS, "yes").spawn().unwrap())
    }

    fn wait_for(mut child: Child) -> Self {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let told = lines.find_map(|line| Some(line.split_once(TOLD)?.1.to_owned()));
        // Read on, so that it can say how it ended.
        std::thread::spawn(move || lines.for_each(drop));
        Self { base: told.expect("the broker says where it listens"), child }
    }

    /// Returns at once.
    pub fn spawn(database: &Path) -> Child {
        Self::command(database).spawn().unwrap()
    }

    fn command(database: &Path) -> Command {
        // A file that may not grow is an error of writing, not the process's end.
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "process::the_broker_itself", "--ignored", "--nocapture"])
            .env(DATABASE, database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// How far files may be written from now on, in bytes.
    #[cfg(target_os = "linux")]
    pub fn limit_files(&self, bytes: Option<u64>) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(pid), Resource::Fsize, limit).unwrap();
    }

    /// SIGKILL: nothing of it runs any more when this returns.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it come to its end.
    pub fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
