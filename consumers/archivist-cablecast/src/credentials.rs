//! The name and password the server asks for. The password is never shown.

use std::fmt;

/// A "Frontdoor" user of the server.
#[derive(Clone)]
pub struct Credentials {
    username: String,
    password: String,
}

impl Credentials {
    #[must_use]
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self { username: username.into(), password: password.into() }
    }

    pub(crate) fn sign(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        // reqwest marks the header as sensitive, so its own Debug hides it too.
        request.basic_auth(&self.username, Some(&self.password))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let credentials = Credentials::new("archive", "s3cret");
        assert_eq!(format!("{credentials:?}"), "Credentials { username: \"archive\", .. }");
        let client = reqwest::Client::builder().tls_certs_only([]);
        let _ = rustls::crypto::ring::default_provider().install_default();
        let request = credentials.sign(client.build().unwrap().get("http://localhost")).build().unwrap();
        let shown = format!("{request:?}");
        assert!(shown.contains("authorization") && !shown.contains("Basic"), "{shown}");
    }
}
