//! What a client is told of a station that fails: never its host, its path, or words of its own.

use archivist_cablecast::Error;

use crate::error::ApiError;

impl From<Error> for ApiError {
    fn from(cause: Error) -> Self {
        tracing::error!(%cause, "the Cablecast server did not do what it was asked");
        match cause {
            Error::Unavailable { .. } => Self::StationLost,
            Error::Unauthorized => {
                Self::Station("the Cablecast server refuses the service's user name or password")
            }
            Error::NotFound => Self::Station("the Cablecast server no longer has what it had"),
            Error::Rejected { .. } => Self::Station("the Cablecast server refused the request"),
            Error::Upload { .. } => Self::Station("the Cablecast server gave the upload up"),
            Error::TooLarge { .. } | Error::TooManyPages { .. } => {
                Self::Station("the Cablecast server answered with more than the service reads")
            }
            Error::FileSize { .. } => Self::Conflict("the file is empty"),
            Error::Malformed(_) => Self::Station("the Cablecast server's answer cannot be read"),
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use archivist_cablecast::{Absence, Malformed};

    use super::*;

    #[test]
    fn words_of_the_station_are_not_passed_on() {
        let rejected = Error::Rejected { status: 400, message: Some("http://10.0.0.5/secret".to_owned()) };
        for (cause, status) in [
            (rejected, 502),
            (Error::Unauthorized, 502),
            (Error::Malformed(Malformed::NotWebVtt), 502),
            (Error::Unavailable { absence: Absence::TimedOut, attempts: 2 }, 503),
        ] {
            let told = ApiError::from(cause);
            assert_eq!(told.status().as_u16(), status, "{told:?}");
            assert!(!told.message().contains("10.0.0.5"), "{told:?}");
        }
    }
}
