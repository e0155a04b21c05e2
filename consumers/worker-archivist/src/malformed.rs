//! Messages that are none: what is wrong with them, and what they do to a Celery worker.

/// What is wrong with a list entry. Each completes "this is no task message: …".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it is larger than {0} bytes")]
    TooLarge(usize),
    #[error("it is no JSON")]
    NotJson,
    #[error("it is no JSON object")]
    NotAnObject,
    #[error("its properties have no {0:?}")]
    NoProperty(&'static str),
    #[error("it has no \"content-type\"")]
    NoContentType,
    #[error("its content type {0:?} is not application/json")]
    ContentType(String),
    #[error("its body has the unknown encoding {0:?}")]
    BodyEncoding(String),
    #[error("its body is no text")]
    NoBody,
    #[error("its body is no base64")]
    NotBase64,
    #[error("its body is no JSON")]
    BodyNotJson,
    #[error("its body is not the three of arguments, keyword arguments and options")]
    BodyShape,
    #[error("its {0} are no {1}")]
    Arguments(&'static str, &'static str),
    #[error("its headers do not say which task it is")]
    NoTask,
    #[error("its headers have no id")]
    NoId,
    #[error("its header {0:?} is {1:?}")]
    Header(&'static str, String),
}

/// What a message does to a worker of Celery 5 on Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The worker process dies, and the message is lost.
    Kills,
    /// The worker process dies, and the message is put back, so that every restart dies of it.
    Poisons,
    /// The worker logs it and drops it; whoever waits for the result waits for ever.
    Dropped,
}

impl Malformed {
    /// What the message does to a Celery worker.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::NotJson | Self::NotAnObject | Self::NoProperty(_) => Effect::Kills,
            Self::NoContentType
            | Self::NoId
            | Self::BodyShape
            | Self::NotBase64
            | Self::BodyEncoding(_)
            | Self::NoBody => Effect::Poisons,
            Self::TooLarge(_)
            | Self::ContentType(_)
            | Self::BodyNotJson
            | Self::Arguments(..)
            | Self::NoTask
            | Self::Header(..) => Effect::Dropped,
        }
    }
}

impl Effect {
    /// In words that complete "a Celery worker …".
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Kills => "dies of it, and the message is lost",
            Self::Poisons => "dies of it, and of it again at every restart, as the message is put back",
            Self::Dropped => "drops it, and nobody ever hears of a result",
        }
    }
}
