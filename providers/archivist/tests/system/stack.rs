//! A station of a test's own: real programs on free ports, with a database, a queue and folders that nobody else
//! has. Each of them can be killed, and restored as it was.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use private_postgresql::PrivatePostgresql;
use private_redis::PrivateRedis;
use tempfile::TempDir;

use crate::person::Person;
use crate::service::Service;
use crate::sibling::sibling;
use crate::station::Station;
use crate::wire::Wire;

pub const ADMIN: &str = "admin";
pub const ADMIN_PASSWORD: &str = "the-first-admin";
const STATION_USER: &str = "archive";
const STATION_PASSWORD: &str = "countersign-test";

/// Where the data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgresql,
}

pub struct Stack {
    pub archivist: Option<Service>,
    cablecast: Option<Service>,
    pub redis: PrivateRedis,
    pub postgresql: Option<PrivatePostgresql>,
    /// Between the Archivist and the station.
    pub wire: Wire,
    pub station: Station,
    pub admin: Person,
    pub database: String,
    media: TempDir,
    _folder: TempDir,
    addresses: Addresses,
}

/// Where the programs listen, also after they were killed.
struct Addresses {
    archivist: String,
    cablecast: String,
    station: String,
}

/// The deployment that the tests are to visit, where there is one.
pub fn elsewhere() -> Option<String> {
    std::env::var("ARCHIVIST_URL").ok()
}

impl Stack {
    /// Nothing where a program is missing, or where another deployment is tested.
    pub async fn open(database: Database) -> Option<Self> {
        if elsewhere().is_some() {
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: with ARCHIVIST_URL only the tests of `deployment` run");
            return None;
        }
        let redis = PrivateRedis::durable_for_test()?;
        let (media, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let (postgresql, database) = match database {
            Database::Sqlite => (None, format!("sqlite:{}", folder.path().join("archive.db").display())),
            Database::Postgresql => {
                let mut server = PrivatePostgresql::for_test()?;
                server.start();
                let url = server.url();
                (Some(server), url)
            }
        };
        let free = || "127.0.0.1:0".to_owned();
        let cablecast = cablecast(&free())?;
        let (wire, near) = Wire::to(cablecast.said.clone()).await;
        let mut stack = Self {
            station: Station::new(&cablecast.said, STATION_USER, STATION_PASSWORD),
            addresses: Addresses { archivist: free(), cablecast: cablecast.said.clone(), station: near },
            archivist: None,
            cablecast: Some(cablecast),
            admin: Person::at(""),
            redis,
            postgresql,
            wire,
            database,
            media,
            _folder: folder,
        };
        stack.start_archivist();
        let base = stack.archivist.as_ref().unwrap().said.clone();
        base.strip_prefix("http://").unwrap().clone_into(&mut stack.addresses.archivist);
        stack.admin = Person::sign_in(&base, ADMIN, ADMIN_PASSWORD).await;
        Some(stack)
    }

    /// The station as somebody else sees it.
    pub fn another_eye(&self) -> Station {
        Station::new(&self.addresses.cablecast, STATION_USER, STATION_PASSWORD)
    }

    pub fn media(&self) -> &Path {
        self.media.path()
    }

    /// Starts the Archivist, where it was before.
    pub fn start_archivist(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_archivist"));
        command.args(["--listen", &self.addresses.archivist, "--database", &self.database]);
        command.arg("--media-root").arg(self.media());
        command.env("ARCHIVIST_ADMIN_PASSWORD", ADMIN_PASSWORD).env("REDIS_URL", self.redis.url());
        command.env("CABLECAST_URL", &self.addresses.station).env("CABLECAST_USERNAME", STATION_USER);
        command
            .env("CABLECAST_PASSWORD", STATION_PASSWORD)
            .env("RUST_LOG", "warn")
            .env_remove("DATABASE_URL");
        self.archivist = Some(Service::start(&mut command, "listening on "));
        self.admin.reconnect();
    }

    pub fn kill_archivist(&mut self) {
        self.archivist.take().unwrap().kill();
    }

    /// What it had is gone with it: it is in memory.
    pub fn kill_cablecast(&mut self) {
        self.cablecast.take().unwrap().kill();
    }

    pub fn cablecast(&self) -> &Service {
        self.cablecast.as_ref().unwrap()
    }

    /// Starts the station where it was before, as it was in the beginning.
    pub fn start_cablecast(&mut self) {
        let address = self.addresses.cablecast.strip_prefix("http://").unwrap();
        self.cablecast = cablecast(address);
    }

    /// A worker, with further arguments; nothing where it was not built.
    pub fn worker(&self, arguments: &[&str]) -> Option<Service> {
        let mut command = Command::new(sibling("transcription-worker")?);
        command.arg("--media-root").arg(self.media()).args(arguments);
        command.env("REDIS_URL", self.redis.url()).env("RUST_LOG", "warn");
        Some(Service::start(&mut command, "ready: taking tasks from "))
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.media().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Ends the Archivist, and sees that it ended well.
    pub fn close(mut self) {
        self.admin.reconnect();
        self.archivist.take().unwrap().end();
    }
}

fn cablecast(listen: &str) -> Option<Service> {
    let mut command = Command::new(sibling("cablecast")?);
    command.args(["--listen", listen, "--user", STATION_USER]).env("CABLECAST_PASSWORD", STATION_PASSWORD);
    command.stderr(std::process::Stdio::null());
    Some(Service::start(&mut command, "listening on "))
}
