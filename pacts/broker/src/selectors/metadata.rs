//! What an address of a pact says of how it was chosen, so that the result can say it too.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::form_urlencoded;

/// Travels as the Pact Broker's: Base64 for addresses over a query string. Made by us, but sent back by
/// anybody: what cannot be read is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    pub consumer_version: Option<String>,
    /// Whether a failure fails nobody's build.
    pub pending: bool,
    pub wip: bool,
}

impl Metadata {
    #[must_use]
    pub fn encode(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(number) = &self.consumer_version {
            query.append_pair("cvn", number);
        }
        query.append_pair("p", if self.pending { "true" } else { "false" });
        if self.wip {
            query.append_pair("w", "true");
        }
        URL_SAFE_NO_PAD.encode(query.finish())
    }

    #[must_use]
    pub fn decode(text: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default();
        let mut metadata = Self::default();
        for (name, value) in form_urlencoded::parse(&bytes) {
            match &*name {
                "cvn" => metadata.consumer_version = Some(value.into_owned()),
                "p" => metadata.pending = value == "true",
                "w" => metadata.wip = value == "true",
                _ => {}
            }
        }
        metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read() {
        let metadata = Metadata { consumer_version: Some("1 &=é".to_owned()), pending: true, wip: false };
        assert_eq!(Metadata::decode(&metadata.encode()), metadata);
        assert_eq!(Metadata::decode("%%%"), Metadata::default());
    }
}
