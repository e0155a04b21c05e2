//! Who is signed in. Tokens are kept as hashes, and an expired session is no session.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row};
use tokio::sync::broadcast;

use crate::auth::Token;
use crate::domain::{Account, UserId};
use crate::storage::users::role;
use crate::storage::{Database, StorageError};
use crate::timestamp::Timestamp;

impl FromRow<'_, AnyRow> for Account {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { id: row.try_get("id")?, username: row.try_get("username")?, role: role(row)? })
    }
}

/// Changes that are kept for whoever listens too slowly. It has to look for itself then.
const CHANGES: usize = 64;

/// What became of a session by this service. What another service on the same database does to it, or time, is
/// not told.
#[derive(Clone, Debug)]
pub enum SessionChange {
    Closed(Token),
    Exchanged {
        old: Token,
        new: Token,
    },
    /// Those of this user have ended, with a password or an account.
    Ended(UserId),
}

/// The store of sessions. Nothing outside this file knows how they are kept.
#[derive(Clone, Debug)]
pub struct Sessions {
    database: Database,
    lifetime: Duration,
    changes: broadcast::Sender<SessionChange>,
}

impl Sessions {
    pub fn new(database: Database, lifetime: Duration) -> Self {
        Self { database, lifetime, changes: broadcast::Sender::new(CHANGES) }
    }

    /// What becomes of sessions from now on.
    pub fn changes(&self) -> broadcast::Receiver<SessionChange> {
        self.changes.subscribe()
    }

    /// Tells that all of a user have ended, once that is written.
    pub fn ended(&self, user: UserId) {
        self.tell(SessionChange::Ended(user));
    }

    fn tell(&self, change: SessionChange) {
        // It is no matter where nobody listens.
        let _ = self.changes.send(change);
    }

    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Opens a session, and clears away those that have expired.
    pub async fn open(&self, token: &Token, user: UserId) -> Result<(), StorageError> {
        let mut transaction = self.database.begin().await?;
        let now = Timestamp::now();
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now.seconds())
            .execute(&mut *transaction)
            .await?;
        insert(&mut transaction, token, user, now.after(self.lifetime)).await?;
        Ok(transaction.commit().await?)
    }

    /// The account that `token` stands for.
    pub async fn find(&self, token: &Token) -> Result<Option<Account>, StorageError> {
        let query = sqlx::query_as(
            "SELECT users.id, users.username, users.role FROM sessions \
             JOIN users ON users.id = sessions.user_id \
             WHERE sessions.token_hash = $1 AND sessions.expires_at > $2",
        );
        let query = query.bind(token.digest()).bind(Timestamp::now().seconds());
        Ok(query.fetch_optional(&self.database.pool()).await?)
    }

    pub async fn close(&self, token: &Token) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
            .bind(token.digest())
            .execute(&self.database.pool())
            .await?;
        self.tell(SessionChange::Closed(token.clone()));
        Ok(())
    }

    /// Puts `new` in the place of `old`. False where somebody else closed or exchanged `old` first.
    pub async fn exchange(&self, old: &Token, new: &Token) -> Result<bool, StorageError> {
        let now = Timestamp::now();
        let exchanged = sqlx::query(
            "UPDATE sessions SET token_hash = $1, expires_at = $2 WHERE token_hash = $3 AND expires_at > $4",
        )
        .bind(new.digest())
        .bind(now.after(self.lifetime).seconds())
        .bind(old.digest())
        .bind(now.seconds())
        .execute(&self.database.pool())
        .await?;
        let done = exchanged.rows_affected() == 1;
        if done {
            self.tell(SessionChange::Exchanged { old: old.clone(), new: new.clone() });
        }
        Ok(done)
    }

    pub async fn count(&self) -> Result<i64, StorageError> {
        let query = sqlx::query_scalar("SELECT COUNT(*) FROM sessions WHERE expires_at > $1");
        Ok(query.bind(Timestamp::now().seconds()).fetch_one(&self.database.pool()).await?)
    }
}

pub async fn insert(
    connection: &mut AnyConnection,
    token: &Token,
    user: UserId,
    expires_at: Timestamp,
) -> Result<(), StorageError> {
    sqlx::query("INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ($1, $2, $3)")
        .bind(token.digest())
        .bind(user.0)
        .bind(expires_at.seconds())
        .execute(connection)
        .await?;
    Ok(())
}
