//! Why the queue did not do what it was asked.

use std::time::Duration;

use redis::{ErrorKind, RedisError};

/// Each fits "failed to …". None shows a host, a password or what a message holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// Redis is not reached, or was lost in the middle. It may work again later; a write may or may not have
    /// happened.
    #[error("reach the queue: {0}")]
    Unavailable(&'static str),
    /// Redis answered that it will not, by this error code, such as `OOM`. Nothing was written.
    #[error("use the queue: it answered {0}")]
    Refused(String),
    #[error("hear from the queue within {0:?}")]
    TimedOut(Duration),
    /// What stands there is not what Celery writes.
    #[error("understand what stands in the queue: {0}")]
    Malformed(&'static str),
    #[error(
        "use this as the address of a queue: {0}; it is written redis://[user:password@]host[:port][/database]"
    )]
    Address(&'static str),
}

impl From<RedisError> for QueueError {
    fn from(error: RedisError) -> Self {
        if error.is_timeout() {
            return Self::Unavailable("it does not answer in time");
        }
        match error.kind() {
            ErrorKind::Server(_) | ErrorKind::Extension => {
                // Of a transaction each command that failed is told apart.
                let first =
                    error.clone().into_server_errors().and_then(|all| Some(all.first()?.1.code().to_owned()));
                let code = first.or_else(|| error.code().map(str::to_owned));
                Self::Refused(code.unwrap_or_else(|| "an error".to_owned()))
            }
            ErrorKind::AuthenticationFailed => Self::Refused("that the password is wrong".to_owned()),
            ErrorKind::UnexpectedReturnType => Self::Malformed("a key is of another type"),
            _ if error.is_connection_refusal() => Self::Unavailable("it takes no connection"),
            _ => Self::Unavailable("the connection was lost"),
        }
    }
}
