//! Accounts: who may sign in, and what for.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::error::ApiError;
use crate::fields::{JsonField, at_most, text};
use crate::timestamp::Timestamp;

const MAX_USERNAME: usize = 64;
const MIN_PASSWORD: usize = 8;
/// Hashing is slow by design: without a bound, a long password would be a way to keep it busy.
const MAX_PASSWORD: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserId(pub i64);

impl UserId {
    pub const UNKNOWN: ApiError = ApiError::NotFound("there is no such account");
}

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Admin,
    User,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Admin, Self::User].into_iter().find(|role| role.as_str() == text)
    }
}

impl JsonField for Role {
    fn from_json(value: &Value) -> Result<Self, String> {
        Self::parse(text(value)?).ok_or_else(|| "must be admin or user".to_owned())
    }
}

/// The name of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct Username(#[schemars(length(min = 1, max = 64), regex(pattern = r"^[A-Za-z0-9._@+-]+$"))] String);

impl Username {
    pub fn parse(name: &str) -> Result<Self, String> {
        if name.is_empty() {
            return Err("must not be empty".to_owned());
        }
        at_most(name, MAX_USERNAME)?;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || "._@+-".contains(c)) {
            return Err("must be made of letters, digits and . _ @ + -".to_owned());
        }
        Ok(Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl JsonField for Username {
    fn from_json(value: &Value) -> Result<Self, String> {
        Self::parse(text(value)?)
    }
}

/// A password somebody chose. Never shown, never logged.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
pub struct Password(#[schemars(length(min = 8, max = 128))] String);

impl Password {
    pub fn parse(password: &str) -> Result<Self, String> {
        if password.chars().count() < MIN_PASSWORD {
            return Err(format!("must have at least {MIN_PASSWORD} characters"));
        }
        at_most(password, MAX_PASSWORD)?;
        Ok(Self(password.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

impl JsonField for Password {
    fn from_json(value: &Value) -> Result<Self, String> {
        Self::parse(text(value)?)
    }
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    pub id: i64,
    pub username: String,
    pub role: Role,
}

/// An account as an admin sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct User {
    pub id: i64,
    pub username: String,
    pub role: Role,
    pub created_at: Timestamp,
    pub last_login_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_a_plain_word() {
        for name in ["operator", "night.shift@station", "a+b-c_d"] {
            assert_eq!(Username::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "two words", "tab\t", "nul\0", "é", &"a".repeat(65)] {
            assert!(Username::parse(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_password_is_neither_short_nor_endless_nor_shown() {
        assert!(Password::parse("1234567").is_err());
        assert!(Password::parse(&"x".repeat(129)).is_err());
        let password = Password::parse("correct-horse").unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }
}
