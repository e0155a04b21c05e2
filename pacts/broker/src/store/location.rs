//! Where the log is: a file, or a server.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgresql(Url),
}

/// A database that cannot be meant.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    #[error("use the database: its address is malformed ({0})")]
    Malformed(#[from] url::ParseError),
    #[error("use the database: {0}:// is not supported (give a file, or postgres://…)")]
    Scheme(String),
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        match text.split_once("://") {
            None => Ok(Self::Sqlite(text.strip_prefix("sqlite:").unwrap_or(text).into())),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgresql(text.parse()?)),
            Some((scheme, _)) => Err(LocationError::Scheme(scheme.to_owned())),
        }
    }
}

impl Location {
    /// As the driver wants it. The path is made absolute, so that no part of it is taken for a host.
    pub(super) fn url(&self) -> Result<Url, sqlx::Error> {
        let path = match self {
            Self::Postgresql(url) => return Ok(url.clone()),
            Self::Sqlite(path) => std::path::absolute(path)?,
        };
        let file = Url::from_file_path(path)
            .map_err(|()| sqlx::Error::Configuration("the path of the database has no address".into()))?;
        Url::parse(&format!("sqlite:{}?mode=rwc", &file.as_str()["file:".len()..]))
            .map_err(|error| sqlx::Error::Configuration(error.into()))
    }
}

/// Without the password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgresql(url) => {
                write!(f, "postgresql://{}{}", url.host_str().unwrap_or_default(), url.path())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_file_or_a_postgresql_server() {
        for text in ["broker.db", "sqlite:broker.db", "sqlite://broker.db"] {
            assert_eq!(text.parse::<Location>().unwrap(), Location::Sqlite("broker.db".into()));
        }
        let server = "postgres://me:secret@localhost/pacts".parse::<Location>().unwrap();
        assert_eq!(format!("{server:?}"), "postgresql://localhost/pacts");
        assert!("mysql://localhost/pacts".parse::<Location>().is_err());
    }

    #[test]
    fn odd_file_names_survive_the_address() {
        let url = Location::Sqlite("/data/a ?#%20.db".into()).url().unwrap();
        assert_eq!(url.as_str(), "sqlite:///data/a%20%3F%23%2520.db?mode=rwc");
    }
}
