//! The one table of provider states: each name a pact may use, with what brings it about.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use serde_json::{Value, json};

use crate::auth::Token;
use crate::domain::{
    Description, FileSize, MediaPath, Role, RunningTime, Title, UserId, Username, VodId, VodStatus,
};
use crate::fields::{JsonField, text};
use crate::provider_states::{Params, StateError, Values, jobs, station};
use crate::state::AppState;
use crate::storage::audit::{self, Act, Action};
use crate::storage::users::{self, NewUser, UserChange, UserError};
use crate::storage::vods::{self, NewVod, VodError};
use crate::storage::{StorageError, sessions};
use crate::timestamp::Timestamp;

type Outcome<'a> = BoxFuture<'a, Result<Values, StateError>>;
pub type Handler = for<'a> fn(&'a AppState, &'a Params) -> Outcome<'a>;

const TABLE: [(&str, Handler); 28] = [
    ("an admin account exists", |state, params| account(state, params, Role::Admin).boxed()),
    ("a user exists", |state, params| account(state, params, Role::User).boxed()),
    ("an account was opened", |state, params| opened(state, params).boxed()),
    ("a user is signed in", |state, params| signed_in(state, params, Role::User).boxed()),
    ("an admin is signed in", |state, params| signed_in(state, params, Role::Admin).boxed()),
    ("an expired session", |state, params| expired_session(state, params).boxed()),
    ("a VOD exists", |state, params| vod(state, params).boxed()),
    ("VODs exist", |state, params| several_vods(state, params).boxed()),
    ("no VOD has the id", |state, params| no_vod(state, params).boxed()),
    ("a VOD is being processed", |state, params| processing(state, params).boxed()),
    ("a VOD was archived from", |state, params| archived(state, params).boxed()),
    ("recordings exist", |state, params| recordings(state, params).boxed()),
    ("a job is queued", |state, params| jobs::queued(state, params).boxed()),
    ("a job is paused", |state, params| jobs::paused(state, params).boxed()),
    ("a job is being processed", |state, params| jobs::processing(state, params).boxed()),
    ("a worker tells how far it is", |state, params| jobs::told_of(state, params).boxed()),
    ("a job has failed", |state, params| jobs::failed(state, params).boxed()),
    ("no job has the id", |state, params| jobs::none(state, params).boxed()),
    ("a transcription exists", |state, params| jobs::transcription(state, params).boxed()),
    ("a transcription is summed up", |state, params| jobs::summed_up(state, params).boxed()),
    ("no transcription has the id", |state, params| jobs::none(state, params).boxed()),
    ("the station has a show", |state, params| station::show(state, params).boxed()),
    ("a transcription is linked to a show", |state, params| station::linked(state, params).boxed()),
    ("a transcription is published", |state, params| station::published(state, params).boxed()),
    ("the station cannot be used", |state, params| ready(station::lost(state, params)).boxed()),
    ("the queue cannot be used", |state, params| jobs::unusable(state, params).boxed()),
    ("sign-in attempts are exhausted", |state, params| ready(exhausted(state, params)).boxed()),
    ("the database is down", |state, params| database_down(state, params).boxed()),
];

/// Every provider state there is.
#[must_use]
pub fn names() -> Vec<&'static str> {
    TABLE.iter().map(|(name, _)| *name).collect()
}

pub fn handler(name: &str) -> Option<Handler> {
    TABLE.iter().find(|(known, _)| *known == name).map(|(_, handler)| *handler)
}

/// More would only keep a replay busy.
const MAX_COUNT: i64 = 1000;

impl JsonField for String {
    fn from_json(value: &Value) -> Result<Self, String> {
        text(value).map(str::to_owned)
    }
}

/// An id, or how many.
struct Number(i64);

impl JsonField for Number {
    fn from_json(value: &Value) -> Result<Self, String> {
        value.as_i64().map(Self).ok_or_else(|| "must be a whole number".to_owned())
    }
}

impl From<UserError> for StateError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Storage(error) => error.into(),
            rule => Self::Rule(rule.to_string()),
        }
    }
}

impl From<VodError> for StateError {
    fn from(error: VodError) -> Self {
        match error {
            VodError::Storage(error) => error.into(),
            rule => Self::Rule(rule.to_string()),
        }
    }
}

/// Makes the account, or gives the one that is there this role and password.
async fn put_account(state: &AppState, new: NewUser) -> Result<UserId, StateError> {
    let known = users::find_by_name(&state.database, new.username.as_str()).await?;
    let mut transaction = state.database.begin().await?;
    let user = match known {
        None => users::create(&mut transaction, &new).await?,
        Some(stored) => {
            let change =
                UserChange { username: None, password_hash: Some(new.password_hash), role: Some(new.role) };
            users::update(&mut transaction, UserId(stored.user.id), &change).await?.user
        }
    };
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(UserId(user.id))
}

async fn account(state: &AppState, params: &Params, role: Role) -> Result<Values, StateError> {
    let username = params.required("username")?;
    let password: String = params.required("password")?;
    let hash = state.passwords.hash(&password).await;
    let password_hash = hash.map_err(|error| StateError::Rule(error.to_string()))?;
    let UserId(id) = put_account(state, NewUser { username, password_hash, role }).await?;
    Ok(values(json!({ "user_id": id })))
}

/// As an admin of the name `actor` would, and recorded as that.
async fn opened(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let (actor, username): (Username, Username) = (params.required("actor")?, params.required("username")?);
    let subject = username.as_str().to_owned();
    put_account(state, NewUser { username, password_hash: "none".to_owned(), role: Role::User }).await?;
    let client = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let (actor, subject) = (Some(actor.as_str()), Some(subject.as_str()));
    let mut transaction = state.database.begin().await?;
    audit::record(&mut transaction, Act { actor, action: Action::UserCreated, subject, client }).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(Values::new())
}

/// Opens a session for an account, which is made where there is none.
async fn session(
    state: &AppState,
    username: Username,
    role: Role,
    expires_at: Timestamp,
) -> Result<Values, StateError> {
    let known = users::find_by_name(&state.database, username.as_str()).await?;
    let id = match known.filter(|stored| stored.user.role == role) {
        Some(stored) => UserId(stored.user.id),
        // No password has this hash: the account can only be used through the session.
        None => put_account(state, NewUser { username, password_hash: "none".to_owned(), role }).await?,
    };
    let token = Token::generate().map_err(|error| StateError::Rule(error.to_string()))?;
    let mut transaction = state.database.begin().await?;
    sessions::insert(&mut transaction, &token, id, expires_at).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(values(json!({ "token": token.reveal() })))
}

async fn signed_in(state: &AppState, params: &Params, role: Role) -> Result<Values, StateError> {
    let expires_at = Timestamp::now().after(state.sessions.lifetime());
    session(state, params.required("username")?, role, expires_at).await
}

async fn expired_session(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let username = Username::parse("expired").map_err(StateError::Rule)?;
    session(state, username, Role::User, Timestamp::from_seconds(0)).await
}

struct VodParams {
    title: Title,
    file_path: MediaPath,
    status: VodStatus,
}

async fn put_vod(state: &AppState, vod: VodParams) -> Result<VodId, StateError> {
    let new = NewVod {
        title: vod.title,
        file_path: vod.file_path,
        duration: Some(RunningTime(5421.5)),
        file_size: Some(FileSize(734_003_200)),
        description: Some(Description("Regular session, chamber A.".to_owned())),
        status: vod.status,
    };
    let mut transaction = state.database.begin().await?;
    let vod = vods::create(&mut transaction, &new).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(VodId(vod.id))
}

/// A path that no other VOD of a replay has.
pub(super) fn path(name: &str) -> Result<MediaPath, StateError> {
    MediaPath::parse(&format!("council/{name}.mp4")).map_err(StateError::Rule)
}

async fn vod(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let file_path = match params.optional("file_path")? {
        Some(path) => path,
        None => path("2026-05-12")?,
    };
    let title = params.optional("title")?.unwrap_or_else(|| Title("Harbor Council, May 12".to_owned()));
    let status = params.optional("status")?.unwrap_or(VodStatus::Pending);
    let VodId(id) = put_vod(state, VodParams { title, file_path, status }).await?;
    Ok(values(json!({ "vod_id": id })))
}

async fn several_vods(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let Number(count) = params.required("count")?;
    if !(0..=MAX_COUNT).contains(&count) {
        let reason = format!("must be from 0 to {MAX_COUNT}");
        return Err(StateError::Parameter { name: "count", reason });
    }
    let status = params.optional("status")?.unwrap_or(VodStatus::Pending);
    for number in 1..=count {
        let title = Title(format!("Session {number}"));
        let file_path = path(&format!("session-{}-{number}", status.as_str()))?;
        put_vod(state, VodParams { title, file_path, status }).await?;
    }
    Ok(Values::new())
}

async fn no_vod(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let Number(id) = params.required("id")?;
    let mut transaction = state.database.begin().await?;
    match vods::delete(&mut transaction, VodId(id)).await {
        Ok(()) | Err(VodError::Unknown) => {}
        Err(error) => return Err(error.into()),
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(Values::new())
}

async fn processing(state: &AppState, _: &Params) -> Result<Values, StateError> {
    let (title, file_path) = (Title("Planning Board, May 13".to_owned()), path("2026-05-13")?);
    let vod = VodParams { title, file_path, status: VodStatus::Processing };
    let VodId(id) = put_vod(state, vod).await?;
    Ok(values(json!({ "vod_id": id })))
}

async fn archived(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let (title, file_path) = (Title("Archived before".to_owned()), params.required("file_path")?);
    let vod = VodParams { title, file_path, status: VodStatus::Pending };
    put_vod(state, vod).await?;
    Ok(Values::new())
}

struct Paths(Vec<MediaPath>);

impl JsonField for Paths {
    fn from_json(value: &Value) -> Result<Self, String> {
        let paths = value.as_array().ok_or("must be a list of paths")?;
        paths.iter().map(MediaPath::from_json).collect::<Result<_, _>>().map(Self)
    }
}

async fn recordings(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let Paths(paths) = params.required("paths")?;
    for path in paths {
        put_recording(state, &path).await?;
    }
    Ok(Values::new())
}

/// A file that nobody here looks into, as the station would not either. Where it is.
pub(super) async fn put_recording(state: &AppState, path: &MediaPath) -> Result<PathBuf, StateError> {
    let file = state.media_root.join(path.as_str());
    if let Some(seed) = &state.provider_states {
        seed.note(&file);
    }
    let written = async {
        tokio::fs::create_dir_all(file.parent().unwrap_or(&file)).await?;
        tokio::fs::write(&file, "a recording").await
    };
    written.await.map_err(|error| StateError::Rule(error.to_string()))?;
    Ok(file)
}

/// For a client on this machine, as a replay is.
fn exhausted(state: &AppState, params: &Params) -> Result<Values, StateError> {
    let username: String = params.required("username")?;
    for client in [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)] {
        state.throttle.exhaust(&username, client);
    }
    Ok(Values::new())
}

async fn database_down(state: &AppState, _: &Params) -> Result<Values, StateError> {
    state.database.outage().begin().await?;
    Ok(Values::new())
}

pub(super) fn values(object: Value) -> Values {
    match object {
        Value::Object(values) => values,
        _ => Values::new(),
    }
}
