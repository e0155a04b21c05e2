//! `countersign can-i-deploy`: whether a version works with everything that it meets.

use std::time::Duration;

use clap::ValueEnum;
use countersign_broker::client::{Client, Deployable, Question, Selector, Target, Which};
use serde_json::Value;

use super::access::{Configured, asking, failed};
use super::failure::Failure;
use super::say::{json, say, table, word};
use super::{amount, selector};
use crate::config;
use crate::exit::Exit;

/// Asks a Pact Broker whether a version may be deployed.
///
/// Ends with 0 where it may, with 1 where it may not, and with 2 where that cannot be told: nobody has
/// verified it yet, or the broker does not answer.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("which").required(true).args(["version", "latest", "branch", "main_branch"]))]
#[command(group = clap::ArgGroup::new("where").args(["to_environment", "to", "with_main_branches"]))]
pub struct Args {
    /// Who is to be deployed.
    #[arg(long, short = 'a', value_name = "NAME")]
    pacticipant: String,
    /// Its version.
    #[arg(long, short = 'e', value_name = "V")]
    version: Option<String>,
    /// Its latest version, of a tag where one is named.
    #[arg(long, short = 'l', value_name = "TAG", num_args = 0..=1, default_missing_value = "")]
    latest: Option<String>,
    /// The latest version of a branch.
    #[arg(long, value_name = "B")]
    branch: Option<String>,
    /// The latest version of its main branch.
    #[arg(long)]
    main_branch: bool,
    /// The environment that it is to go to.
    #[arg(long, value_name = "E")]
    to_environment: Option<String>,
    /// The tag beside whose latest versions it has to work.
    #[arg(long, value_name = "TAG")]
    to: Option<String>,
    /// It has to work with the main branches of all others.
    #[arg(long)]
    with_main_branches: bool,
    /// Others that it has to work with, such as `pacticipant=web,version=1`; may be given several times.
    #[arg(long, value_name = "SELECTOR", value_parser = selector::of_a_pacticipant)]
    and: Vec<Selector>,
    /// Whose results do not count, as NAME or `pacticipant=web,version=1`; may be given several times.
    #[arg(long, value_name = "SELECTOR", value_parser = selector::of_a_pacticipant)]
    ignore: Vec<Selector>,
    /// How often to ask again while it cannot be told.
    #[arg(long, value_name = "N", default_value_t = 0)]
    retry_while_unknown: u32,
    /// How long to wait before that, such as 10s; a number alone is seconds.
    #[arg(long, value_name = "PERIOD", value_parser = interval, default_value = "10s")]
    retry_interval: Duration,
    /// Asks and shows, and ends with 0 whatever the answer is.
    #[arg(long)]
    dry_run: bool,
    /// What the answer is written as.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    broker: Configured,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// As the broker answers.
    Json,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let client = self.broker.client()?;
        let question = self.question();
        let told = asking(self.ask(&client, &question))?;
        match self.format {
            Format::Json => json(&told.answer)?,
            Format::Table => show(&told),
        }
        Ok(match told.deployable {
            _ if self.dry_run => Exit::Kept,
            Some(true) => Exit::Kept,
            Some(false) => Exit::Broken,
            None => Exit::CouldNotTell,
        })
    }

    fn question(&self) -> Question {
        let which = match (&self.version, self.latest.as_deref(), &self.branch) {
            (Some(version), _, _) => Which::Version(version.clone()),
            (_, Some(""), _) => Which::Latest,
            (_, Some(tag), _) => Which::Tag(tag.to_owned()),
            (_, _, Some(branch)) => Which::Branch(branch.clone()),
            _ => Which::MainBranch,
        };
        let target = match (&self.to_environment, &self.to) {
            (Some(environment), _) => Target::Environment(environment.clone()),
            (_, Some(tag)) => Target::Tag(tag.clone()),
            _ if self.with_main_branches => Target::MainBranch,
            _ => Target::Selectors,
        };
        let mut selectors = vec![Selector { pacticipant: self.pacticipant.clone(), which }];
        selectors.extend(self.and.iter().cloned());
        Question { selectors, target, ignore: self.ignore.clone() }
    }

    async fn ask(&self, client: &Client, question: &Question) -> Result<Deployable, Failure> {
        let mut left = self.retry_while_unknown;
        loop {
            let told = client.can_i_deploy(question).await;
            let told = told.map_err(failed("ask whether it may be deployed"))?;
            if told.deployable.is_some() || left == 0 {
                return Ok(told);
            }
            left -= 1;
            tokio::time::sleep(self.retry_interval).await;
        }
    }
}

fn interval(text: &str) -> Result<Duration, String> {
    let seconds = amount::count(text).ok().map(|count| Duration::from_secs(count.get() as u64));
    seconds.map_or_else(|| config::period(text), Ok)
}

fn show(told: &Deployable) {
    let verdict = match told.deployable {
        Some(true) => "yes",
        Some(false) => "no",
        None => "could not tell",
    };
    let rows = told.answer["matrix"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !rows.is_empty() {
        let heads = ["consumer", "version", "provider", "version", "verified", "result"];
        let mut shown = vec![heads.map(str::to_owned).to_vec()];
        shown.extend(rows.iter().map(row));
        table(&shown);
        say("");
    }
    say(&format!("{verdict}: {}", told.reason));
    for notice in told.notices.iter().filter(|notice| notice.text != told.reason) {
        notice.text.lines().for_each(say);
    }
}

fn row(row: &Value) -> Vec<String> {
    let version = |side: &str| word(&row[side]["version"], "number").to_owned();
    let verified = match (row["ignored"] == true, row["verificationResult"]["success"].as_bool()) {
        (true, _) => "ignored",
        (_, Some(true)) => "yes",
        (_, Some(false)) => "no",
        (_, None) => "unknown",
    };
    let result = word(&row["verificationResult"]["_links"]["self"], "href").to_owned();
    let (consumer, provider) = (word(&row["consumer"], "name"), word(&row["provider"], "name"));
    vec![
        consumer.to_owned(),
        version("consumer"),
        provider.to_owned(),
        version("provider"),
        verified.to_owned(),
        result,
    ]
}
