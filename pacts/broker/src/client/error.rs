//! Why a broker could not be asked, or did not do what it was asked. Nothing in it is a secret.

use std::fmt::Write as _;

/// Each fits "failed to …: it".
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// What was given to reach the broker with.
    #[error("the broker cannot be asked: {0}")]
    Unusable(String),
    /// No answer came, also not to another try where one was safe.
    #[error("no answer from {address}: {reason}")]
    Unreachable { address: String, reason: String },
    /// It answered that it does not.
    #[error("{method} {address} is answered {status}{}", listed(.told))]
    Refused { method: String, address: String, status: u16, told: Vec<String> },
    /// It answered what no broker answers.
    #[error("{address} gives no answer of a Pact Broker: {reason}")]
    Misspoken { address: String, reason: String },
    /// It can be asked, and does not know what was named.
    #[error("{0}")]
    Unknown(String),
    /// It does not offer what is asked for.
    #[error("this broker does not offer it: it names no {0}")]
    NotOffered(String),
}

impl ClientError {
    /// Whether what was named is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Unknown(_) | Self::Refused { status: 404, .. })
    }

    /// The way out.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unreachable { .. } => {
                Some("see that the broker runs and can be reached from here; --broker-timeout waits longer")
            }
            Self::Refused { status: 401, .. } => Some(
                "give PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, or PACT_BROKER_TOKEN, in the environment",
            ),
            Self::Refused { status: 403, .. } => Some("these credentials may only read: take others"),
            Self::Refused { status: 409, .. } => {
                Some("what is published stays as it is: publish what differs under a version of its own")
            }
            Self::Refused { status: 300..=399, .. } | Self::Misspoken { .. } => {
                Some("name the broker's own address, such as https://broker.example/, path included")
            }
            _ => None,
        }
    }
}

fn listed(told: &[String]) -> String {
    told.iter().enumerate().fold(String::new(), |mut text, (at, one)| {
        let before = if at == 0 { ": " } else { "; " };
        write!(text, "{before}{one}").expect("a string takes what is written");
        text
    })
}
