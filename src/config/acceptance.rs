//! How rules are weighed, and which findings are accepted until a day: `[rules]` and `[[accept]]`.

use chrono::NaiveDate;
use countersign_openapi::rule::Rules;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::problem::Problem;
use super::provider::Provider;

/// Findings that somebody accepts, until a day and for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The id of the findings.
    pub rule: String,
    /// The operation, such as `GET /api/vod/{id}`; every one where there is none.
    pub operation: Option<String>,
    /// The place within it, such as `response/200/body/duration`; every one where there is none.
    pub place: Option<String>,
    pub provider: Option<String>,
    /// The last day on which it holds.
    pub until: NaiveDate,
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAcceptance {
    rule: Spanned<String>,
    operation: Option<String>,
    place: Option<String>,
    provider: Option<Spanned<String>>,
    until: Spanned<Day>,
    reason: Spanned<String>,
}

/// A day, as TOML's own or as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Day {
    Date(Datetime),
    Text(String),
}

impl RawAcceptance {
    pub fn parse(self, providers: &[Provider]) -> Result<Acceptance, Problem> {
        known(&self.rule)?;
        if let Some(name) = &self.provider
            && !providers.iter().any(|known| known.name.as_str() == name.get_ref())
        {
            let message = format!("there is no provider {:?}", name.get_ref());
            return Err(Problem::new(
                name.span(),
                message,
                "give it a [[provider]] table, or correct the name",
            ));
        }
        if self.reason.get_ref().trim().is_empty() {
            let hint = "say why it is accepted, for whoever reads it when the day has come";
            return Err(Problem::new(self.reason.span(), "an acceptance has no reason", hint));
        }
        let span = self.until.span();
        let text = match self.until.into_inner() {
            Day::Date(date) => date.to_string(),
            Day::Text(text) => text,
        };
        let until = text.parse().map_err(|_| {
            Problem::new(span, format!("{text:?} is no day"), "write it as until = \"2027-01-31\"")
        })?;
        Ok(Acceptance {
            rule: self.rule.into_inner(),
            operation: self.operation,
            place: self.place,
            provider: self.provider.map(Spanned::into_inner),
            until,
            reason: self.reason.into_inner(),
        })
    }
}

/// Refuses a rule that is none: a slip of the pen would accept nothing.
pub(super) fn known(rule: &Spanned<String>) -> Result<(), Problem> {
    let name = rule.get_ref();
    // Ids with a dot are those of pacts and traffic, which have no rule file.
    if name.contains('.') || Rules::embedded().get(name).is_some() {
        return Ok(());
    }
    let hint = "`countersign rules` lists every rule";
    Err(Problem::new(rule.span(), format!("there is no rule {name:?}"), hint))
}
