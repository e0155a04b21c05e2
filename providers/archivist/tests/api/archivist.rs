//! A service of a test's own, on a free port and with its own database, and the words to set it up.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ::archivist::provider_states;
use ::archivist::{AppState, DatabaseLocation, Password, PasswordCost, Settings};
use serde_json::{Value, json};
use sqlx::Connection as _;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use crate::client::client;
use crate::client::{Method, Request};

pub const ADMIN_PASSWORD: &str = "the-first-admin";

pub struct TestArchivist {
    pub address: SocketAddr,
    pub state: AppState,
    pub client: reqwest::Client,
    running: Option<Running>,
    settings: Settings,
    folders: Arc<Folders>,
}

struct Running {
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// What is gone when the last service on it has ended.
struct Folders {
    media_root: TempDir,
    database: Option<TempDir>,
}

impl From<&TestArchivist> for SocketAddr {
    fn from(archivist: &TestArchivist) -> Self {
        archivist.address
    }
}

impl TestArchivist {
    pub async fn on_sqlite() -> Self {
        Self::on_sqlite_with(|_| {}).await
    }

    /// With further settings.
    pub async fn on_sqlite_with(further: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().unwrap();
        let location = DatabaseLocation::Sqlite(folder.path().join("archive.db"));
        Self::set_up(location, Some(folder), further).await
    }

    pub async fn on(database: DatabaseLocation) -> Self {
        Self::on_with(database, |_| {}).await
    }

    /// With further settings.
    pub async fn on_with(database: DatabaseLocation, further: impl FnOnce(&mut Settings)) -> Self {
        Self::set_up(database, None, further).await
    }

    async fn set_up(
        location: DatabaseLocation,
        database: Option<TempDir>,
        further: impl FnOnce(&mut Settings),
    ) -> Self {
        let folders = Folders { media_root: TempDir::new().unwrap(), database };
        let mut settings = Settings::new(location, folders.media_root.path().to_owned());
        settings.admin_password = Some(Password::parse(ADMIN_PASSWORD).unwrap());
        settings.password_cost = PasswordCost { memory_kib: 8, passes: 1 };
        settings.session_lifetime = Duration::from_hours(1);
        further(&mut settings);
        Self::started(settings, Arc::new(folders)).await
    }

    async fn started(settings: Settings, folders: Arc<Folders>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = ::archivist::start(settings.clone()).await.unwrap().state;
        let state = provider_states::enable(state, &listener).await.unwrap();
        let (shutdown, stopped) = oneshot::channel();
        let server = tokio::spawn(::archivist::serve(listener, state.clone(), async {
            let _ = stopped.await;
        }));
        Self {
            address,
            state,
            client: client(),
            running: Some(Running { shutdown, server }),
            settings,
            folders,
        }
    }

    /// Ends the service and finds that it ended well.
    pub async fn stop(self) {
        let Self { folders, .. } = self.ended().await;
        let last = Arc::into_inner(folders).and_then(|folders| folders.database);
        if let Some(folder) = last {
            let left = std::fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(left, 1, "the database is one file again");
        }
    }

    async fn ended(mut self) -> Self {
        self.end().await;
        self
    }

    async fn end(&mut self) {
        // Connections that are kept open would hold the service up.
        self.client = client();
        if let Some(running) = self.running.take() {
            running.shutdown.send(()).unwrap();
            running.server.await.unwrap().unwrap();
        }
    }

    /// Ends the service, and starts it again with what it kept; `meanwhile` it does not run.
    pub async fn restart(&mut self, meanwhile: impl AsyncFnOnce()) {
        self.end().await;
        meanwhile().await;
        *self = Self::started(self.settings.clone(), Arc::clone(&self.folders)).await;
    }

    /// Another service on the same database, media root and queue.
    pub async fn another(&self) -> Self {
        Self::started(self.settings.clone(), Arc::clone(&self.folders)).await
    }

    pub fn media_root(&self) -> &Path {
        self.folders.media_root.path()
    }

    pub fn lose_the_media_root(&self) {
        std::fs::remove_dir(self.media_root()).unwrap();
    }

    pub fn request(&self, method: &Method, path: &str) -> Request<'_> {
        Request::to(self.address, &self.client, method, path)
    }

    pub fn get(&self, path: &str) -> Request<'_> {
        self.request(&Method::GET, path)
    }

    pub fn post(&self, path: &str) -> Request<'_> {
        self.request(&Method::POST, path)
    }

    pub fn put(&self, path: &str) -> Request<'_> {
        self.request(&Method::PUT, path)
    }

    pub fn delete(&self, path: &str) -> Request<'_> {
        self.request(&Method::DELETE, path)
    }

    /// Says something to the database itself.
    pub async fn sql(&self, statements: &str) {
        let mut connection = self.connection().await;
        let statements = sqlx::AssertSqlSafe(statements.to_owned());
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// A connection of somebody else to the database of the service.
    pub async fn connection(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        let url = match &self.settings.database {
            DatabaseLocation::Sqlite(file) => format!("sqlite:{}", file.display()),
            DatabaseLocation::Postgresql(url) => url.to_string(),
        };
        sqlx::AnyConnection::connect(&url).await.unwrap()
    }

    pub const fn is_on_sqlite(&self) -> bool {
        matches!(self.settings.database, DatabaseLocation::Sqlite(_))
    }

    /// Brings a provider state about and returns what it hands back.
    pub async fn given(&self, state: &str, params: Value) -> Value {
        let Value::Object(params) = params else { panic!("parameters are an object") };
        Value::Object(provider_states::setup(&self.state, state, &params.into()).await.unwrap())
    }

    /// The token of somebody with the role `user`.
    pub async fn user(&self) -> String {
        self.token("a user is signed in", "operator").await
    }

    /// The token of somebody with the role `admin`.
    pub async fn admin(&self) -> String {
        self.token("an admin is signed in", "supervisor").await
    }

    async fn token(&self, state: &str, username: &str) -> String {
        let values = self.given(state, json!({ "username": username })).await;
        values["token"].as_str().unwrap().to_owned()
    }

    /// A VOD that is archived with nothing but a title and a path.
    pub async fn archive(&self, token: &str, title: &str, file_path: &str) -> Value {
        let body = json!({ "title": title, "file_path": file_path });
        self.post("/api/vod/create").bearer(token).json(body).send().await.expect(201)
    }

    /// A VOD of a status.
    pub async fn vod(&self, status: &str) -> i64 {
        let values = self.given("a VOD exists", json!({ "status": status })).await;
        values["vod_id"].as_i64().unwrap()
    }
}
