//! A PostgreSQL server for one test.

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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
    /// `None`, and a word of it, where PostgreSQL is missing.
    pub fn for_test() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed (no initdb)");
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
        initdb.args(["--auth=trust", "--username=broker", "--no-sync", "--locale=C", "--encoding=UTF8"]);
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

    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            run(self
                .program("pg_ctl")
                .args(["stop", "--mode=fast", "--silent", "-w", "-D"])
                .arg(self.data()));
            child.wait().unwrap();
        }
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://broker@localhost/{database}?host={}", self.folder.path().display())
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
