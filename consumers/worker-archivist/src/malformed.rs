//! Messages that are none.

/// What is wrong with a message, and what a Celery worker does with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it is no JSON")]
    NotJson,
}
