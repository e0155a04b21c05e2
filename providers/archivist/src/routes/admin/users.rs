//! `/api/admin/users`: opening, changing and closing accounts.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use http::header::LOCATION;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::{Admin, Client};
use crate::domain::{Password, Role, User, UserId, Username};
use crate::error::ApiError;
use crate::extract::JsonBody;
use crate::fields::{Fields, FromFields, Query};
use crate::routes::paging;
use crate::state::AppState;
use crate::storage::StorageError;
use crate::storage::audit::{self, Act, Action};
use crate::storage::users::{self, NewUser, UserChange, UserError};

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/api/admin/users", get(list).post(create))
        .route("/api/admin/users/{id}", get(read).put(update).delete(delete))
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CreateUser {
    username: Username,
    password: Password,
    role: Role,
}

impl FromFields for CreateUser {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (username, password) = (fields.required("username"), fields.required("password"));
        let role = fields.required("role");
        Some(Self { username: username?, password: password?, role: role? })
    }
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct UpdateUser {
    #[schemars(with = "Username", default, skip_serializing_if = "Option::is_none")]
    username: Option<Username>,
    #[schemars(with = "Password", default, skip_serializing_if = "Option::is_none")]
    password: Option<Password>,
    #[schemars(with = "Role", default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
}

impl FromFields for UpdateUser {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            username: fields.change("username"),
            password: fields.change("password"),
            role: fields.change("role"),
        })
    }
}

#[derive(Serialize, JsonSchema)]
pub struct UserList {
    users: Vec<User>,
    total: i64,
    limit: i64,
    offset: i64,
}

impl From<UserError> for ApiError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Unknown => UserId::UNKNOWN,
            UserError::Taken => Self::Conflict("an account of this username exists already"),
            UserError::LastAdmin => Self::Conflict("the last admin must stay one"),
            UserError::Storage(error) => error.into(),
        }
    }
}

async fn list(State(state): State<AppState>, _: Admin, mut query: Query) -> Result<Json<UserList>, ApiError> {
    let page = paging::page(&mut query);
    query.finish()?;
    let listed = users::list(&state.database, page).await?;
    let (limit, offset) = (page.limit, page.offset);
    Ok(Json(UserList { users: listed.items, total: listed.total, limit, offset }))
}

async fn read(State(state): State<AppState>, _: Admin, id: UserId) -> Result<Json<User>, ApiError> {
    users::find(&state.database, id).await?.map(Json).ok_or(UserId::UNKNOWN)
}

async fn create(
    State(state): State<AppState>,
    Client(client): Client,
    Admin(admin): Admin,
    JsonBody(body): JsonBody<CreateUser>,
) -> Result<impl IntoResponse, ApiError> {
    let password_hash = state.passwords.hash(body.password.as_str()).await?;
    let new = NewUser { username: body.username, password_hash, role: body.role };
    let mut transaction = state.database.begin().await?;
    let user = users::create(&mut transaction, &new).await?;
    let (actor, subject) = (Some(admin.username.as_str()), Some(user.username.as_str()));
    let act = Act { actor, action: Action::UserCreated, subject, client };
    audit::record(&mut transaction, act).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    let location = [(LOCATION, format!("/api/admin/users/{}", user.id))];
    Ok((StatusCode::CREATED, location, Json(user)))
}

async fn update(
    State(state): State<AppState>,
    Client(client): Client,
    Admin(admin): Admin,
    id: UserId,
    JsonBody(body): JsonBody<UpdateUser>,
) -> Result<Json<User>, ApiError> {
    let password_hash = match &body.password {
        Some(password) => Some(state.passwords.hash(password.as_str()).await?),
        None => None,
    };
    let change = UserChange { username: body.username, password_hash, role: body.role };
    let mut transaction = state.database.begin().await?;
    let users::Updated { user, sessions_ended } = users::update(&mut transaction, id, &change).await?;
    let (actor, subject) = (Some(admin.username.as_str()), Some(user.username.as_str()));
    let act = Act { actor, action: Action::UserUpdated, subject, client };
    audit::record(&mut transaction, act).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    if sessions_ended {
        state.sessions.ended(id);
    }
    Ok(Json(user))
}

async fn delete(
    State(state): State<AppState>,
    Client(client): Client,
    Admin(admin): Admin,
    id: UserId,
) -> Result<StatusCode, ApiError> {
    let mut transaction = state.database.begin().await?;
    let user = users::delete(&mut transaction, id).await?;
    let (actor, subject) = (Some(admin.username.as_str()), Some(user.username.as_str()));
    let act = Act { actor, action: Action::UserDeleted, subject, client };
    audit::record(&mut transaction, act).await?;
    transaction.commit().await.map_err(StorageError::from)?;
    state.sessions.ended(id);
    Ok(StatusCode::NO_CONTENT)
}
