//! Signing in and out.

use std::time::Instant;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::auth::{Client, SignedIn, Token};
use crate::domain::{Account, UserId};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, JsonField, at_most, text};
use crate::state::AppState;
use crate::storage::audit::{self, Act, Action};
use crate::storage::users::{self, StoredUser};
use crate::storage::{Database, StorageError};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/auth/login", post(login))
        .route("/api/auth/logout", post(logout))
        .route("/api/auth/refresh", post(refresh))
        .route("/api/auth/me", get(me))
        .route("/api/protected", get(protected))
}

/// What somebody types. It is only compared, so it need not be what an account could have.
#[derive(JsonSchema)]
#[schemars(inline)]
struct TypedName(#[schemars(length(min = 1, max = 64))] String);

#[derive(JsonSchema)]
#[schemars(inline)]
struct TypedPassword(#[schemars(length(min = 1, max = 128))] String);

fn typed(value: &Value, limit: usize) -> Result<String, String> {
    let typed = text(value)?;
    if typed.is_empty() {
        return Err("must not be empty".to_owned());
    }
    at_most(typed, limit)?;
    Ok(typed.to_owned())
}

impl JsonField for TypedName {
    fn from_json(value: &Value) -> Result<Self, String> {
        // PostgreSQL has no NUL; no account has it in its name.
        typed(value, 64).map(|name| Self(name.replace('\0', "\u{fffd}")))
    }
}

impl JsonField for TypedPassword {
    fn from_json(value: &Value) -> Result<Self, String> {
        typed(value, 128).map(Self)
    }
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LoginRequest {
    username: TypedName,
    password: TypedPassword,
}

impl FromFields for LoginRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (username, password) = (fields.required("username"), fields.required("password"));
        Some(Self { username: username?, password: password? })
    }
}

#[derive(Serialize, JsonSchema)]
pub enum TokenType {
    Bearer,
}

#[derive(Serialize, JsonSchema)]
pub struct Session {
    access_token: String,
    token_type: TokenType,
    expires_in: i64,
    user: Account,
}

#[derive(Serialize, JsonSchema)]
pub struct Protected {
    message: String,
    user: Account,
}

async fn login(
    State(state): State<AppState>,
    Client(client): Client,
    JsonBody(request): JsonBody<LoginRequest>,
) -> Result<impl IntoResponse, ApiError> {
    let name = &request.username.0;
    state
        .throttle
        .admit(name, client, Instant::now())
        .map_err(|retry_after| ApiError::TooManyFailures { retry_after })?;
    // Whatever is not a wrong pair must not count as one.
    let (known, right) =
        check(&state, &request).await.inspect_err(|_| state.throttle.take_back(name, client))?;
    let actor = known.as_ref().map(|stored| stored.user.username.as_str());
    let Some(stored) = known.as_ref().filter(|_| right) else {
        record(&state.database, Act { actor, action: Action::LoginFailed, subject: None, client }).await?;
        return Err(ApiError::WrongCredentials);
    };
    state.throttle.succeeded(name, client);
    let token = new_token()?;
    let id = UserId(stored.user.id);
    state.sessions.open(&token, id).await?;
    let act = Act { actor, action: Action::LoginSucceeded, subject: None, client };
    if let Err(error) = write_down(&state.database, id, act).await {
        // Nobody was told of this session.
        if let Err(cause) = state.sessions.close(&token).await {
            tracing::warn!(%cause, "a session that nobody was told of stays until it expires");
        }
        return Err(error.into());
    }
    Ok(session(&state, &token, stored.user.account()))
}

/// That somebody signed in.
async fn write_down(database: &Database, id: UserId, act: Act<'_>) -> Result<(), StorageError> {
    let mut transaction = database.begin().await?;
    users::signed_in(&mut transaction, id).await?;
    audit::record(&mut transaction, act).await?;
    Ok(transaction.commit().await?)
}

/// The account of the name, and whether the password is its own. The password is hashed either way.
async fn check(state: &AppState, request: &LoginRequest) -> Result<(Option<StoredUser>, bool), ApiError> {
    let known = users::find_by_name(&state.database, &request.username.0).await?;
    let hash = known.as_ref().map(|stored| stored.password_hash.as_str());
    let right = state.passwords.verify(&request.password.0, hash).await?;
    Ok((known, right))
}

fn new_token() -> Result<Token, ApiError> {
    Token::generate().map_err(|cause| {
        tracing::error!(%cause, "the system has no randomness");
        ApiError::Internal
    })
}

fn session(state: &AppState, token: &Token, user: Account) -> impl IntoResponse + use<> {
    let expires_in = i64::try_from(state.sessions.lifetime().as_secs()).unwrap_or(i64::MAX);
    let session = Session { access_token: token.reveal(), token_type: TokenType::Bearer, expires_in, user };
    ([(CACHE_CONTROL, "no-store")], Json(session))
}

async fn record(database: &Database, act: Act<'_>) -> Result<(), StorageError> {
    let mut transaction = database.begin().await?;
    audit::record(&mut transaction, act).await?;
    Ok(transaction.commit().await?)
}

async fn logout(
    State(state): State<AppState>,
    Client(client): Client,
    SignedIn { account, token }: SignedIn,
) -> Result<StatusCode, ApiError> {
    state.sessions.close(&token).await?;
    let actor = Some(account.username.as_str());
    record(&state.database, Act { actor, action: Action::Logout, subject: None, client }).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn refresh(
    State(state): State<AppState>,
    SignedIn { account, token }: SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    let new = new_token()?;
    if !state.sessions.exchange(&token, &new).await? {
        return Err(ApiError::NotSignedIn);
    }
    Ok(session(&state, &new, account))
}

async fn me(SignedIn { account, .. }: SignedIn) -> Json<Account> {
    Json(account)
}

async fn protected(SignedIn { account, .. }: SignedIn) -> Json<Protected> {
    Json(Protected { message: format!("signed in as {}", account.username), user: account })
}
