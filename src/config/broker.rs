//! `[broker]` of `countersign.toml`: the Pact Broker that pacts go to and come from.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::problem::Problem;
use super::template::Template;
use super::values::Period;

/// A broker, as `countersign.toml` describes it.
#[derive(Clone, Debug)]
pub struct Broker {
    pub url: Template,
    pub identity: Option<Identity>,
    /// Certificates (PEM) that are trusted beside the machine's own.
    pub ca: Option<PathBuf>,
    /// For one request.
    pub timeout: Option<Duration>,
}

/// Who asks: names of environment variables, never the secrets themselves.
#[derive(Clone, Debug)]
pub enum Identity {
    Basic { username: Template, password: Template },
    Bearer(Template),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBroker {
    url: Template,
    username: Option<Template>,
    password: Option<Template>,
    token: Option<Template>,
    ca: Option<PathBuf>,
    timeout: Option<Period>,
}

impl RawBroker {
    /// The broker, with paths taken from `folder`.
    pub fn parse(self, folder: &Path) -> Result<Broker, Problem> {
        for template in [&self.url].into_iter().chain(&self.username).chain(&self.password).chain(&self.token)
        {
            refuse_what_is_of_a_service(template)?;
        }
        for secret in self.password.iter().chain(&self.token) {
            if !secret.is_one_variable() {
                let message = "a secret of the broker stands in the configuration";
                let hint =
                    "put it into an environment variable and write ${env:NAME}: files are read by many";
                return Err(Problem::new(secret.span(), message, hint));
            }
        }
        let span = self.url.span();
        let identity = match (self.username, self.password, self.token) {
            (None, None, None) => None,
            (Some(username), Some(password), None) => Some(Identity::Basic { username, password }),
            (None, None, Some(token)) => Some(Identity::Bearer(token)),
            _ => return Err(half(span)),
        };
        let (url, ca) = (self.url, self.ca.map(|file| folder.join(file)));
        Ok(Broker { url, identity, ca, timeout: self.timeout.map(|period| period.0) })
    }
}

fn half(at: Range<usize>) -> Problem {
    let hint = "give both `username` and `password`, or `token` alone, or none of them";
    Problem::new(at, "the broker's credentials are not whole", hint)
}

fn refuse_what_is_of_a_service(template: &Template) -> Result<(), Problem> {
    template.without_values()?;
    if template.asks_for_port() || template.services().next().is_some() {
        let message = format!("nothing is started for {:?}", template.source());
        return Err(Problem::new(template.span(), message, "only ${env:NAME} is known here"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::*;

    fn parse(lines: &str) -> Result<Config, ConfigError> {
        Config::from_text(Path::new("house/countersign.toml"), &format!("[broker]\n{lines}\n"))
    }

    #[test]
    fn reads_a_broker_and_who_asks_it() {
        let config = parse(
            "url = \"https://${env:HOST}/pacts\"\ntoken = \"${env:TOKEN}\"\nca = \"ca.pem\"\ntimeout = \"5s\"",
        );
        let broker = config.unwrap().broker.unwrap();
        assert_eq!(broker.url.source(), "https://${env:HOST}/pacts");
        assert!(matches!(broker.identity, Some(Identity::Bearer(token)) if token.source() == "${env:TOKEN}"));
        assert_eq!(broker.ca.as_deref(), Some(Path::new("house/ca.pem")));
        assert_eq!(broker.timeout, Some(std::time::Duration::from_secs(5)));
        assert!(parse("url = \"https://a\"").unwrap().broker.unwrap().identity.is_none());
        assert!(Config::from_text(Path::new("countersign.toml"), "").unwrap().broker.is_none());
    }

    #[test]
    fn refuses_secrets_and_halves_by_their_place() {
        for (lines, says) in [
            ("url = \"http://a\"\ntoken = \"hunter2\"", "house/countersign.toml:3:9: a secret"),
            ("url = \"http://a\"\ntoken = \"x${env:A}\"", "a secret"),
            ("url = \"http://a\"\nusername = \"me\"\npassword = \"hunter2\"", "a secret"),
            ("url = \"http://a\"\nusername = \"me\"", "not whole"),
            ("url = \"http://a\"\nusername = \"me\"\ntoken = \"${env:A}\"", "not whole"),
            ("url = \"http://a:${port}\"", "nothing is started"),
            ("token = \"${env:A}\"", "missing field `url`"),
            ("url = \"http://a\"\nuser = \"me\"", "unknown field `user`"),
        ] {
            let complaint = parse(lines).expect_err("this must be refused").to_string();
            assert!(complaint.contains(says), "{lines}: {complaint}");
            assert!(!complaint.contains("hunter2"), "{complaint}");
        }
    }
}
