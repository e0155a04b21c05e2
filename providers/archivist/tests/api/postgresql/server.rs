//! A PostgreSQL server of a test's own.

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ::archivist::DatabaseLocation;
use sqlx::Connection;
use tempfile::TempDir;

/// A PostgreSQL server in a folder of its own, reached through a socket there.
pub struct Server {
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
    /// Nothing where PostgreSQL is not installed.
    pub fn for_test() -> Option<Self> {
        let Some(programs) = programs() else {
            let _ = writeln!(std::io::stderr(), "SKIPPED: PostgreSQL is not installed (no initdb)");
            return None;
        };
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
    pub fn start(&mut self) {
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

    pub fn stop(&mut self) {
        self.end("--mode=fast");
    }

    /// Ends all its processes at once, as a lost machine would: the next start has to recover.
    pub fn crash(&mut self) {
        self.end("--mode=immediate");
    }

    fn end(&mut self, mode: &str) {
        if let Some(mut child) = self.running.take() {
            run(self.program("pg_ctl").args(["stop", mode, "--silent", "-w", "-D"]).arg(self.data()));
            child.wait().unwrap();
        }
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://archivist@localhost/{database}?host={}", self.folder.path().display())
    }

    /// A new, empty database.
    pub async fn database(&self, name: &str) -> DatabaseLocation {
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
