//! `countersign.toml`, read once: which providers there are, how each is started or found, and where
//! their pacts and documents lie. Paths in it are relative to the file itself.

mod problem;
mod provider;
mod template;
mod values;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use problem::{ConfigError, Problem};
pub use provider::{Address, Launch, Provider, Site};
pub use template::{Filling, Template, Unfillable};

use provider::RawProvider;

/// The file that `check` and `verify` read where no other is named.
pub const FILE: &str = "countersign.toml";

/// Bytes of a configuration, at most: far more than anyone writes, far less than memory.
const MAX_BYTES: u64 = 1024 * 1024;

/// What `countersign.toml` says.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from.
    pub file: PathBuf,
    /// The folder that holds the pacts.
    pub pacts: PathBuf,
    /// In the order of the file; no two have one name.
    pub providers: Vec<Provider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    #[serde(default = "pacts")]
    pacts: PathBuf,
    #[serde(default)]
    provider: Vec<RawProvider>,
}

fn pacts() -> PathBuf {
    PathBuf::from("pacts")
}

impl Config {
    /// Reads the configuration in `file`.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let unreadable = |source| ConfigError::Unreadable { file: file.to_owned(), source };
        if fs::metadata(file).map_err(unreadable)?.len() > MAX_BYTES {
            return Err(ConfigError::TooLarge { file: file.to_owned(), limit: MAX_BYTES });
        }
        let text = fs::read_to_string(file).map_err(unreadable)?;
        Self::from_text(file, &text)
    }

    /// Reads a configuration from `text`, as if it stood in `file`.
    pub fn from_text(file: &Path, text: &str) -> Result<Self, ConfigError> {
        let at = |problem: Problem| problem.at(file, text);
        let raw: RawConfig = toml::from_str(text).map_err(|error| at(Problem::from(&error)))?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut providers: Vec<Provider> = Vec::new();
        for raw in raw.provider {
            let span = raw.name.span();
            let provider = raw.parse(folder).map_err(at)?;
            if providers.iter().any(|known| known.name == provider.name) {
                let message = format!("there are two providers with the name {:?}", provider.name.as_str());
                return Err(at(Problem::new(span, message, "give each provider one [[provider]] table")));
            }
            providers.push(provider);
        }
        Ok(Self { file: file.to_owned(), pacts: folder.join(raw.pacts), providers })
    }

    /// The provider of that name.
    #[must_use]
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name.as_str() == name)
    }

    /// The names of all providers, for messages: `"a", "b"`.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<String> = self.providers.iter().map(|it| format!("{:?}", it.name.as_str())).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::from_text(Path::new("house/countersign.toml"), text)
    }

    fn complaint(text: &str) -> String {
        parse(text).expect_err("this must be refused").to_string()
    }

    #[test]
    fn reads_a_provider_that_is_started() {
        let config = parse(
            r#"
            [[provider]]
            name = "orders"
            document = "api/orders.yaml"
            start = ["bin/orders", "--port", "${port}", "--data", "${tmp}/orders.db"]
            env = { ORDERS_KEY = "${env:KEY}" }
            ready = "/health"
            ready_timeout = "1m"
            states = "/_states"
            headers = { X-Team = "shop" }
            jobs = 4
            request_timeout = "500ms"
            "#,
        )
        .unwrap();
        assert_eq!(config.pacts, Path::new("house/pacts"));
        let orders = config.provider("orders").unwrap();
        assert_eq!(orders.document.as_deref(), Some(Path::new("house/api/orders.yaml")));
        assert_eq!(orders.ready_timeout, Duration::from_mins(1));
        assert_eq!(orders.request_timeout, Some(Duration::from_millis(500)));
        assert_eq!(orders.headers[0].0, "X-Team");
        assert!(!orders.isolated_states);
        let Site::Started(launch) = &orders.site else { panic!("it has a start command") };
        assert_eq!(launch.folder, Path::new("house"));
        let Address::Url(url) = &launch.address else { panic!("${{port}} gives the address") };
        assert_eq!(url.source(), "http://127.0.0.1:${port}");
    }

    #[test]
    fn names_the_line_and_column_of_what_is_wrong() {
        assert_eq!(
            complaint("[[provider]]\nname = \"a\"\nurl = \"http://a\"\ndocumnet = \"x.yaml\"\n"),
            "house/countersign.toml:4:1: unknown field `documnet`, expected one of `name`, `document`, `build`, \
             `start`, `env`, `address`, `url`, `ready`, `ready_timeout`, `states`, `isolated_states`, `jobs`, \
             `headers`, `request_timeout`, `run_timeout`"
        );
        let bad_period =
            complaint("[[provider]]\nname = \"a\"\nurl = \"http://a\"\nready_timeout = \"soon\"\n");
        assert!(bad_period.starts_with("house/countersign.toml:4:17: "), "{bad_period}");
        assert!(bad_period.contains("\"20s\""), "{bad_period}");
    }

    #[test]
    fn tells_where_a_broken_pattern_or_placeholder_stands() {
        let provider = |line: &str| format!("[[provider]]\nname = \"a\"\n{line}\n");
        for (line, says) in [
            ("start = [\"a\"]\naddress = '(['", "house/countersign.toml:4:11: "),
            ("start = [\"a\", \"${prot}\"]", "unknown placeholder ${prot}"),
            ("start = [\"a\", \"${port\"]", "it has no closing brace"),
            ("start = [\"a\"]", "nothing says where"),
            ("start = []\nurl = \"http://a\"", "`start` is empty"),
            ("url = \"http://a\"\naddress = 'http'", "two answers"),
            ("document = \"a.yaml\"", "nothing says where"),
            ("url = \"http://a\"\njobs = 0", "house/countersign.toml:4:8: "),
            ("url = \"http://a\"\nbuild = [\"make\"]", "without `start`"),
            ("url = \"http://a\"\nheaders = { \"a b\" = \"c\" }", "is no header name"),
        ] {
            let complaint = complaint(&provider(line));
            assert!(complaint.contains(says), "{line}: {complaint}");
            assert!(complaint.starts_with("house/countersign.toml:"), "{complaint}");
        }
    }

    #[test]
    fn refuses_a_name_twice_and_a_name_that_leaves_the_folder() {
        let table = "[[provider]]\nname = \"a\"\nurl = \"http://a\"\n";
        assert!(complaint(&format!("{table}{table}")).contains("two providers with the name \"a\""));
        assert!(
            complaint("[[provider]]\nname = \"../a\"\nurl = \"http://a\"\n").contains("leave the folder")
        );
    }

    #[test]
    fn carries_the_way_out() {
        let error = parse("[[provider]]\nname = \"a\"\nstart = [\"a\"]\n").unwrap_err();
        assert!(error.hint().is_some_and(|hint| hint.contains("address")), "{error}");
    }
}
