//! A PostgreSQL server of one's own for a test: in a temporary folder, reached by a socket there, gone when it is
//! dropped. `scripts/setup test` installs its programs; without them a test says that it is skipped, and fails in CI.
//!
//! ```
//! let Some(mut server) = private_postgresql::PrivatePostgresql::for_test() else { return };
//! server.start();
//! assert!(server.url().starts_with("postgres://"));
//! ```

#![expect(clippy::missing_panics_doc, reason = "a test that cannot go on panics")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Who owns the databases.
const USER: &str = "private";

/// A PostgreSQL server, which runs while it is [started](Self::start).
#[derive(Debug)]
pub struct PrivatePostgresql {
    programs: PathBuf,
    folder: TempDir,
    owner: Option<Owner>,
    running: Option<Child>,
}

/// PostgreSQL does not run as root: root lends it to somebody else.
#[derive(Clone, Copy, Debug)]
struct Owner {
    user: u32,
    group: u32,
}

impl PrivatePostgresql {
    /// One that does not run yet, or nothing where PostgreSQL is not installed.
    #[must_use]
    pub fn for_test() -> Option<Self> {
        let Some(programs) = programs() else {
            let missing = "PostgreSQL is not installed (no initdb); ./scripts/setup installs it";
            // There a skipped test would look like a passed one.
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            let _ = writeln!(std::io::stderr(), "SKIPPED: {missing}");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let owner = rustix::process::geteuid().is_root().then(somebody_else);
        if let Some(owner) = owner {
            chown(folder.path(), Some(owner.user), Some(owner.group)).unwrap();
        }
        let server = Self { programs, folder, owner, running: None };
        let mut initdb = server.program("initdb");
        initdb.args(["--auth=trust", "--username", USER, "--no-sync", "--locale=C", "--encoding=UTF8"]);
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
        command.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100"]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = log.by_ref().any(|line| line.unwrap().contains("ready to accept connections"));
        assert!(ready, "PostgreSQL does not start");
        // Read on, so that the server never waits for its own log.
        std::thread::spawn(move || log.for_each(drop));
        self.running = Some(child);
    }

    /// Ends it in good order; what it holds is there at the next start.
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

    /// Where its one database is reached, which holds nothing at first. Its user may make others.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://{USER}@localhost/postgres?host={}", self.folder.path().display())
    }
}

impl Drop for PrivatePostgresql {
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
