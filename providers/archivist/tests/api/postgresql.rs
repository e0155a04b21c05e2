//! Every scenario once more, on a PostgreSQL server of our own. Where PostgreSQL is not installed the
//! tests say so and do nothing.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ::archivist::DatabaseLocation;
use ::archivist::provider_states::teardown;
use futures::FutureExt;
use serde_json::json;
use sqlx::Connection;
use tempfile::TempDir;

use crate::archivist::TestArchivist;
use crate::scene::{QueueScenario, Scene};
use crate::{
    Scenario, accounts, admin, captions, cleanup, document, ending, errors, files, follower, half_done,
    health, hostile_text, login, metrics, misleading, outage, owasp, provider_states, queue, readers,
    refusals, session, socket, telling, transcription, upload, validation, vod, vod_list,
};

const AREAS: [&[(&str, Scenario)]; 19] = [
    accounts::SCENARIOS,
    admin::SCENARIOS,
    document::SCENARIOS,
    errors::SCENARIOS,
    files::SCENARIOS,
    half_done::SCENARIOS,
    health::SCENARIOS,
    hostile_text::SCENARIOS,
    login::SCENARIOS,
    metrics::SCENARIOS,
    owasp::SCENARIOS,
    provider_states::SCENARIOS,
    refusals::SCENARIOS,
    session::SCENARIOS,
    socket::SCENARIOS,
    upload::SCENARIOS,
    validation::SCENARIOS,
    vod::SCENARIOS,
    vod_list::SCENARIOS,
];

#[tokio::test]
async fn every_scenario_holds_on_postgresql() {
    let Some(mut server) = Server::new() else {
        eprintln!("SKIPPED: PostgreSQL is not installed (no initdb)");
        return;
    };
    server.start();
    let database = server.database("archive").await;
    let mut failed = Vec::new();
    for (name, scenario) in AREAS.into_iter().flatten() {
        let archivist = TestArchivist::on(database.clone()).await;
        if AssertUnwindSafe(scenario(&archivist)).catch_unwind().await.is_err() {
            failed.push(name);
        }
        // A database for each scenario would take ten times as long.
        teardown(&archivist.state).await.unwrap();
        archivist.stop().await;
    }
    assert!(failed.is_empty(), "fail on PostgreSQL: {failed:?}");
}

const QUEUE_AREAS: [&[(&str, QueueScenario)]; 10] = [
    captions::SCENARIOS,
    cleanup::SCENARIOS,
    ending::SCENARIOS,
    follower::SCENARIOS,
    misleading::SCENARIOS,
    outage::SCENARIOS,
    queue::SCENARIOS,
    readers::SCENARIOS,
    telling::SCENARIOS,
    transcription::SCENARIOS,
];

#[tokio::test]
async fn every_scenario_of_the_queue_holds_on_postgresql() {
    let Some(mut server) = Server::new() else {
        eprintln!("SKIPPED: PostgreSQL is not installed (no initdb)");
        return;
    };
    server.start();
    let database = server.database("archive").await;
    let mut failed = Vec::new();
    for (name, scenario) in QUEUE_AREAS.into_iter().flatten() {
        let Some(mut scene) = Scene::on(database.clone()).await else { return };
        if AssertUnwindSafe(scenario(&mut scene)).catch_unwind().await.is_err() {
            failed.push(name);
        }
        if teardown(&scene.archivist.state).await.is_err() {
            // The first call may still meet a connection that a scenario has cut.
            teardown(&scene.archivist.state).await.unwrap();
        }
        scene.archivist.stop().await;
    }
    assert!(failed.is_empty(), "fail on PostgreSQL: {failed:?}");
}

#[tokio::test]
async fn a_server_that_is_lost_and_back_is_noticed() {
    let Some(mut server) = Server::new() else {
        eprintln!("SKIPPED: PostgreSQL is not installed (no initdb)");
        return;
    };
    server.start();
    let archivist = TestArchivist::on(server.database("archive").await).await;
    let token = archivist.user().await;
    archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);

    server.stop();
    assert_eq!(archivist.get("/health").send().await.expect(503)["status"], "unhealthy");
    let lost = archivist.get("/api/auth/me").bearer(&token).send().await;
    assert_eq!(lost.expect_error(503, "DatabaseError")["details"], json!({}));

    server.start();
    assert_eq!(archivist.get("/health").send().await.expect(200)["status"], "healthy");
    archivist.get("/api/auth/me").bearer(&token).send().await.expect(200);
    archivist.stop().await;
}

/// A PostgreSQL server in a folder of its own, reached through a socket there.
struct Server {
    programs: PathBuf,
    folder: TempDir,
    owner: Option<Owner>,
    running: Option<Child>,
}

/// PostgreSQL does not run as root: root lends it to somebody else.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Server {
    fn new() -> Option<Self> {
        let programs = programs()?;
        let folder = TempDir::new().unwrap();
        let owner = rustix::process::geteuid().is_root().then(somebody_else);
        if let Some(owner) = owner {
            chown(folder.path(), Some(owner.user), Some(owner.group)).unwrap();
        }
        let server = Self { programs, folder, owner, running: None };
        let mut initdb = server.program("initdb");
        initdb.args(["--auth=trust", "--username=archivist", "--no-sync", "--locale=C", "--encoding=UTF8"]);
        run(initdb.arg("--pgdata").arg(server.data()));
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some(owner) = self.owner {
            command.uid(owner.user).gid(owner.group);
        }
        command
    }

    /// Returns once the server takes connections.
    fn start(&mut self) {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
        command.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = log.by_ref().any(|line| line.unwrap().contains("ready to accept connections"));
        assert!(ready, "PostgreSQL does not start");
        // Read on, so that the server never waits for its own log.
        std::thread::spawn(move || log.for_each(drop));
        self.running = Some(child);
    }

    fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            run(self
                .program("pg_ctl")
                .args(["stop", "--mode=fast", "--silent", "-w", "-D"])
                .arg(self.data()));
            child.wait().unwrap();
        }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://archivist@localhost/{database}?host={}", self.folder.path().display())
    }

    /// A new, empty database.
    async fn database(&self, name: &str) -> DatabaseLocation {
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&self.url("postgres")).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.url(name).parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Where PostgreSQL's programs are: on the path, or where Debian keeps them, the newest version first.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    let mut versions: Vec<_> =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    versions.sort_by_key(|entry| std::cmp::Reverse(version(&entry.path())));
    folders.extend(versions.iter().map(|entry| entry.path().join("bin")));
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn version(folder: &Path) -> u32 {
    folder.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or_default()
}

fn somebody_else() -> Owner {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |wanted: &str| {
        let mut fields = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let fields = fields.find(|fields| fields.first() == Some(&wanted))?;
        Some(Owner { user: fields.get(2)?.parse().ok()?, group: fields.get(3)?.parse().ok()? })
    };
    find("postgres").or_else(|| find("nobody")).expect("there is an account that is not root")
}
