//! Of which build something is told: the flags, and what CI or git know where flags say nothing.

use countersign_broker::client::Build;

use super::failure::Failure;
use crate::ci;

/// What flags say of a build.
#[derive(Debug, Default)]
pub struct Said<'a> {
    pub version: Option<&'a str>,
    pub branch: Option<&'a str>,
    pub tags: &'a [String],
    pub url: Option<&'a str>,
}

impl Said<'_> {
    /// The build. `flag` is the one that names its version.
    pub fn build(&self, flag: &str) -> Result<Build, Failure> {
        // Neither is asked for what flags say.
        let found = match self {
            Self { version: Some(_), branch: Some(_), url: Some(_), .. } => ci::Found::default(),
            _ => ci::found(),
        };
        let version = self.version.map(str::to_owned).or(found.version);
        let version = version.filter(|it| !it.trim().is_empty()).ok_or_else(|| {
            Failure::new("nothing says which version this is: neither a flag nor the CI service nor git")
                .hint(format!("give {flag}, best the commit"))
        })?;
        Ok(Build {
            version,
            branch: self.branch.map(str::to_owned).or(found.branch),
            tags: self.tags.to_vec(),
            url: self.url.map(str::to_owned).or(found.url),
        })
    }
}

/// As in `version 1.2 of the branch main`.
pub fn shown(build: &Build) -> String {
    let branch = build.branch.as_ref().map_or(String::new(), |branch| format!(" of the branch {branch}"));
    format!("version {}{branch}", build.version)
}
