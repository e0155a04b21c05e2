//! The accounts. Every change locks the counter of the users, so that two admins who demote each
//! other at the same moment come one after the other.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};

use crate::domain::{Account, Role, User, UserId, Username};
use crate::storage::{Counter, Database, Listed, Page, StorageError, is_taken};
use crate::timestamp::Timestamp;

/// An account with what its sign-in is checked against.
#[derive(Clone, Debug)]
pub struct StoredUser {
    pub user: User,
    pub password_hash: String,
}

#[derive(Clone, Debug)]
pub struct NewUser {
    pub username: Username,
    pub password_hash: String,
    pub role: Role,
}

#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub username: Option<Username>,
    pub password_hash: Option<String>,
    pub role: Option<Role>,
}

impl UserChange {
    /// Whether somebody of this role who is signed in has to sign in again.
    pub fn ends_sessions(&self, role: Role) -> bool {
        self.password_hash.is_some() || self.role.is_some_and(|new| new != role)
    }
}

/// What became of an account.
#[derive(Clone, Debug)]
pub struct Updated {
    pub user: User,
    /// Whoever was signed in with it is not any more.
    pub sessions_ended: bool,
}

/// Why an account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    #[error("there is no such account")]
    Unknown,
    #[error("the user name is taken")]
    Taken,
    #[error("the last admin must stay one")]
    LastAdmin,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<sqlx::Error> for UserError {
    fn from(error: sqlx::Error) -> Self {
        if is_taken(&error) { Self::Taken } else { Self::Storage(error.into()) }
    }
}

pub(super) fn role(row: &AnyRow) -> Result<Role, sqlx::Error> {
    let text: &str = row.try_get("role")?;
    Role::parse(text).ok_or_else(|| StorageError::unreadable("role", text))
}

impl FromRow<'_, AnyRow> for User {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            username: row.try_get("username")?,
            role: role(row)?,
            created_at: Timestamp::from_seconds(row.try_get("created_at")?),
            last_login_at: row.try_get::<Option<i64>, _>("last_login_at")?.map(Timestamp::from_seconds),
        })
    }
}

impl FromRow<'_, AnyRow> for StoredUser {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { user: User::from_row(row)?, password_hash: row.try_get("password_hash")? })
    }
}

impl User {
    pub fn account(&self) -> Account {
        Account { id: self.id, username: self.username.clone(), role: self.role }
    }
}

pub async fn create(transaction: &mut AnyConnection, new: &NewUser) -> Result<User, UserError> {
    let id = Counter::Users.next(transaction).await?;
    let row = sqlx::query(
        "INSERT INTO users (id, username, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5) \
         RETURNING *",
    )
    .bind(id)
    .bind(new.username.as_str())
    .bind(new.password_hash.as_str())
    .bind(new.role.as_str())
    .bind(Timestamp::now().seconds())
    .fetch_one(transaction)
    .await?;
    Ok(User::from_row(&row)?)
}

pub async fn find(database: &Database, id: UserId) -> Result<Option<User>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id.0);
    Ok(query.fetch_optional(&database.pool()).await?)
}

pub async fn find_by_name(database: &Database, name: &str) -> Result<Option<StoredUser>, StorageError> {
    let query = sqlx::query_as("SELECT * FROM users WHERE username = $1").bind(name);
    Ok(query.fetch_optional(&database.pool()).await?)
}

pub async fn list(database: &Database, page: Page) -> Result<Listed<User>, StorageError> {
    let mut snapshot = database.snapshot().await?;
    let items = sqlx::query_as("SELECT * FROM users ORDER BY id LIMIT $1 OFFSET $2")
        .bind(page.limit)
        .bind(page.offset)
        .fetch_all(&mut *snapshot)
        .await?;
    let total = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&mut *snapshot).await?;
    snapshot.commit().await?;
    Ok(Listed { items, total })
}

pub async fn count(database: &Database) -> Result<i64, StorageError> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&database.pool()).await?)
}

pub async fn count_admins(database: &Database) -> Result<i64, StorageError> {
    let query = sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE role = 'admin'");
    Ok(query.fetch_one(&database.pool()).await?)
}

/// A new password or role ends the account's sessions: whoever had the old one is out.
pub async fn update(
    transaction: &mut AnyConnection,
    id: UserId,
    change: &UserChange,
) -> Result<Updated, UserError> {
    let mut stored = lock(transaction, id).await?;
    let sessions_ended = change.ends_sessions(stored.user.role);
    if stored.user.role == Role::Admin && change.role == Some(Role::User) {
        keep_an_admin(transaction).await?;
    }
    if let Some(hash) = &change.password_hash {
        stored.password_hash.clone_from(hash);
    }
    if sessions_ended {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1").bind(id.0).execute(&mut *transaction).await?;
    }
    let name = change.username.as_ref().map_or(stored.user.username.as_str(), Username::as_str);
    let row = sqlx::query(
        "UPDATE users SET username = $1, password_hash = $2, role = $3 WHERE id = $4 RETURNING *",
    )
    .bind(name)
    .bind(stored.password_hash.as_str())
    .bind(change.role.unwrap_or(stored.user.role).as_str())
    .bind(id.0)
    .fetch_one(transaction)
    .await?;
    Ok(Updated { user: User::from_row(&row)?, sessions_ended })
}

/// Its sessions go with it.
pub async fn delete(transaction: &mut AnyConnection, id: UserId) -> Result<User, UserError> {
    let stored = lock(transaction, id).await?;
    if stored.user.role == Role::Admin {
        keep_an_admin(transaction).await?;
    }
    sqlx::query("DELETE FROM users WHERE id = $1").bind(id.0).execute(transaction).await?;
    Ok(stored.user)
}

pub async fn signed_in(transaction: &mut AnyConnection, id: UserId) -> Result<(), StorageError> {
    sqlx::query("UPDATE users SET last_login_at = $1 WHERE id = $2")
        .bind(Timestamp::now().seconds())
        .bind(id.0)
        .execute(transaction)
        .await?;
    Ok(())
}

async fn lock(transaction: &mut AnyConnection, id: UserId) -> Result<StoredUser, UserError> {
    Counter::Users.lock(transaction).await?;
    let query = sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id.0);
    query.fetch_optional(transaction).await?.ok_or(UserError::Unknown)
}

async fn keep_an_admin(transaction: &mut AnyConnection) -> Result<(), UserError> {
    let admins: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE role = 'admin'").fetch_one(transaction).await?;
    if admins > 1 { Ok(()) } else { Err(UserError::LastAdmin) }
}
