//! Whether a version may go somewhere, and what is said once it has.

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use super::environments::missing;
use super::error::ClientError;
use super::publish::{Notice, notices};
use super::send::Client;

/// Versions of one pacticipant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    pub pacticipant: String,
    pub which: Which,
}

/// Which of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    All,
    Version(String),
    Latest,
    /// The latest of a tag.
    Tag(String),
    /// The latest of a branch.
    Branch(String),
    MainBranch,
}

/// Beside what it has to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Beside the other selectors alone, or the latest of everything where there is one.
    Selectors,
    Environment(String),
    Tag(String),
    /// The main branch of everybody else.
    MainBranch,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub selectors: Vec<Selector>,
    pub target: Target,
    /// Whose rows do not count.
    pub ignore: Vec<Selector>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Deployable {
    /// `None` where it cannot be told.
    pub deployable: Option<bool>,
    pub reason: String,
    pub notices: Vec<Notice>,
    /// As the broker gave it: `summary`, `notices`, `matrix`.
    pub answer: Value,
}

impl Client {
    /// Asks whether versions work with each other and with what they meet.
    pub async fn can_i_deploy(&self, question: &Question) -> Result<Deployable, ClientError> {
        let url = query(self.access.below(&["matrix"]), question);
        let answer = self.ask(Method::GET, url, None).await?;
        let summary = &answer.body["summary"];
        if !summary.is_object() {
            return Err(answer.misspoken("it has no summary".to_owned()));
        }
        Ok(Deployable {
            deployable: summary["deployable"].as_bool(),
            reason: summary["reason"].as_str().unwrap_or("the broker gives no reason").to_owned(),
            notices: notices(&answer),
            answer: answer.body,
        })
    }

    /// Says that a version is deployed to an environment, in place of what was there.
    pub async fn record_deployment(
        &self,
        (pacticipant, version): (&str, &str),
        environment: &str,
        instance: Option<&str>,
    ) -> Result<Value, ClientError> {
        let body =
            instance.map_or_else(|| json!({}), |it| json!({ "applicationInstance": it, "target": it }));
        self.record("pb:record-deployment", (pacticipant, version), environment, &body).await
    }

    /// Says that a version is released to an environment, beside what was there.
    pub async fn record_release(
        &self,
        (pacticipant, version): (&str, &str),
        environment: &str,
    ) -> Result<Value, ClientError> {
        self.record("pb:record-release", (pacticipant, version), environment, &json!({})).await
    }

    async fn record(
        &self,
        relation: &str,
        (pacticipant, version): (&str, &str),
        environment: &str,
        body: &Value,
    ) -> Result<Value, ClientError> {
        let names = [("pacticipant", pacticipant), ("version", version)];
        let found = self.follow("pb:pacticipant-version", &names).await;
        let found = found.map_err(|error| match error {
            ClientError::Refused { status: 404, .. } => {
                ClientError::Unknown(format!("the broker knows no version {version} of {pacticipant}"))
            }
            other => other,
        })?;
        let links = found.links(relation);
        let link = links.iter().find(|(name, _)| *name == environment);
        let (_, href) = link.ok_or_else(|| missing(environment, links.iter().map(|(name, _)| *name)))?;
        Ok(self.post(href, body).await?.body)
    }

    /// Says that what is deployed of a pacticipant (in one instance, or in all where `None`… of no name)
    /// is there no longer. Gives how many deployments that ended.
    pub async fn record_undeployment(
        &self,
        pacticipant: &str,
        environment: &str,
        instance: Option<&str>,
    ) -> Result<usize, ClientError> {
        let there = self.there(environment, pacticipant, DEPLOYED).await?;
        let of_instance = |one: &&Value| {
            let named = ["applicationInstance", "target"].iter().find_map(|field| one[*field].as_str());
            named == instance
        };
        let ended: Vec<&Value> = there.iter().filter(of_instance).collect();
        if ended.is_empty() {
            let of = instance.map_or("without an instance's name".to_owned(), |it| format!("as {it}"));
            return Err(ClientError::Unknown(format!("{pacticipant} is not deployed to {environment} {of}")));
        }
        self.end(&ended, "currentlyDeployed").await
    }

    /// Says that a released version is no longer supported.
    pub async fn record_support_ended(
        &self,
        (pacticipant, version): (&str, &str),
        environment: &str,
    ) -> Result<usize, ClientError> {
        let there = self.there(environment, pacticipant, SUPPORTED).await?;
        let of_version = |one: &&Value| one["_embedded"]["version"]["number"] == version;
        let ended: Vec<&Value> = there.iter().filter(of_version).collect();
        if ended.is_empty() {
            return Err(ClientError::Unknown(format!(
                "version {version} of {pacticipant} is not released to {environment}"
            )));
        }
        self.end(&ended, "currentlySupported").await
    }

    async fn there(
        &self,
        environment: &str,
        pacticipant: &str,
        (relation, list): (&str, &str),
    ) -> Result<Vec<Value>, ClientError> {
        let environment = self.environment(environment).await?;
        let mut url = self.access.at(&environment.link(relation, &[])?)?;
        url.query_pairs_mut().append_pair("pacticipant", pacticipant);
        let listed = self.ask(Method::GET, url, None).await?;
        let ours = |one: &&Value| one["_embedded"]["pacticipant"]["name"] == pacticipant;
        Ok(listed.embedded(list)?.iter().filter(ours).cloned().collect())
    }

    async fn end(&self, ended: &[&Value], field: &str) -> Result<usize, ClientError> {
        for one in ended {
            let href = one["_links"]["self"]["href"].as_str();
            let href = href.ok_or_else(|| ClientError::NotOffered("address of it".to_owned()))?;
            self.patch(href, &json!({ field: false })).await?;
        }
        Ok(ended.len())
    }
}

const DEPLOYED: (&str, &str) = ("pb:currently-deployed-deployed-versions", "deployedVersions");
const SUPPORTED: (&str, &str) = ("pb:currently-supported-released-versions", "releasedVersions");

/// As the field's own clients ask it.
fn query(mut url: Url, question: &Question) -> Url {
    let mut pairs = url.query_pairs_mut();
    for (list, selectors) in [("q", &question.selectors), ("ignore", &question.ignore)] {
        for Selector { pacticipant, which } in selectors {
            pairs.append_pair(&format!("{list}[][pacticipant]"), pacticipant);
            let mut say = |field: &str, value: &str| {
                pairs.append_pair(&format!("{list}[][{field}]"), value);
            };
            match which {
                Which::All => {}
                Which::Version(version) => say("version", version),
                Which::Latest => say("latest", "true"),
                Which::Tag(tag) => {
                    say("latest", "true");
                    say("tag", tag);
                }
                Which::Branch(branch) => {
                    say("latest", "true");
                    say("branch", branch);
                }
                Which::MainBranch => {
                    say("latest", "true");
                    say("mainBranch", "true");
                }
            }
        }
    }
    let alone = question.selectors.len() == 1;
    let pairwise = matches!(question.target, Target::Environment(_)) || !alone;
    pairs.append_pair("latestby", if pairwise { "cvpv" } else { "cvp" });
    match &question.target {
        Target::Environment(name) => {
            pairs.append_pair("environment", name);
        }
        Target::Tag(tag) => {
            pairs.append_pair("latest", "true").append_pair("tag", tag);
        }
        Target::MainBranch => {
            pairs.append_pair("mainBranch", "true").append_pair("latest", "true");
        }
        Target::Selectors if alone => {
            pairs.append_pair("latest", "true");
        }
        Target::Selectors => {}
    }
    drop(pairs);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(which: Which, target: Target) -> String {
        let selectors = vec![Selector { pacticipant: "a b".to_owned(), which }];
        let url = Url::parse("http://x/matrix").unwrap();
        let url = query(url, &Question { selectors, target, ignore: Vec::new() });
        let pairs: Vec<String> = url.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }

    #[test]
    fn a_question_is_asked_as_the_official_client_asks_it() {
        assert_eq!(
            asked(Which::Version("1".to_owned()), Target::Environment("live".to_owned())),
            "q[][pacticipant]=a b&q[][version]=1&latestby=cvpv&environment=live"
        );
        assert_eq!(
            asked(Which::Tag("x".to_owned()), Target::Tag("prod".to_owned())),
            "q[][pacticipant]=a b&q[][latest]=true&q[][tag]=x&latestby=cvp&latest=true&tag=prod"
        );
        assert_eq!(
            asked(Which::Latest, Target::Selectors),
            "q[][pacticipant]=a b&q[][latest]=true&latestby=cvp&latest=true"
        );
    }
}
