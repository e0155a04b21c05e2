//! Applies acceptances: what is accepted does not count until its day has passed, and an acceptance that has
//! expired, or that nothing falls under, is a finding itself.

use chrono::NaiveDate;

use crate::config::Acceptance;
use crate::finding::{self, Accepted, Between, Finding, Severity};

/// The id of an acceptance whose day has passed.
pub const EXPIRED: &str = "acceptance.expired";
/// The id of an acceptance that nothing falls under.
pub const UNUSED: &str = "acceptance.unused";

/// What was looked at, and when: an acceptance is unused only where something could have fallen under it.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    pub today: NaiveDate,
    /// What findings about acceptances are about.
    pub between: Between,
    /// The providers whose documents were compared.
    pub providers: &'a [&'a str],
    /// Whether exchanges were judged, too.
    pub exchanges: bool,
    /// Whether all of it could be told.
    pub whole: bool,
}

impl Sight<'_> {
    fn holds(&self, acceptance: &Acceptance) -> bool {
        let provider = acceptance.provider.as_deref();
        // Ids of exchanges have a dot, and those of changes have none.
        self.whole
            && provider.is_none_or(|name| self.providers.contains(&name))
            && (self.exchanges || !acceptance.rule.contains('.'))
    }
}

/// Accepts what may be accepted on that day, and adds what is wrong with the acceptances themselves. `by` is the
/// file that they stand in.
pub fn accept(findings: &mut Vec<Finding>, acceptances: &[Acceptance], by: &str, sight: Sight<'_>) {
    let Sight { today, between, .. } = sight;
    let mut wrong = Vec::new();
    for acceptance in acceptances {
        let mut meant = findings.iter_mut().filter(|finding| applies(acceptance, finding)).peekable();
        let used = meant.peek().is_some();
        if used && acceptance.until >= today {
            for finding in meant {
                finding.accepted = Some(Accepted {
                    by: by.to_owned(),
                    reason: Some(acceptance.reason.clone()),
                    until: Some(acceptance.until.to_string()),
                });
            }
        } else if used {
            wrong.push(told(
                acceptance,
                EXPIRED,
                between,
                "its day has passed, and what it accepts is still there",
            ));
        } else if sight.holds(acceptance) {
            wrong.push(told(acceptance, UNUSED, between, "nothing falls under it any more"));
        }
    }
    findings.extend(wrong);
}

fn applies(acceptance: &Acceptance, finding: &Finding) -> bool {
    let same = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    acceptance.rule == finding.id
        && same(&acceptance.operation, &finding.operation)
        && same(&acceptance.place, &finding.instance)
        && same(&acceptance.provider, &finding.provider)
}

fn told(acceptance: &Acceptance, id: &str, between: Between, why: &str) -> Finding {
    let Acceptance { rule, operation, place, provider, until, reason } = acceptance;
    let message = format!("the acceptance of {rule} until {until} ({reason}): {why}");
    Finding {
        provider: provider.clone(),
        operation: operation.clone(),
        instance: place.clone(),
        subject: Some(rule.clone()),
        hint: finding::rule(id).and_then(|rule| rule.remedy),
        ..Finding::new(id, Severity::Warning, between, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(operation: &str) -> Finding {
        Finding {
            operation: Some(operation.to_owned()),
            ..Finding::new("response-property-removed", Severity::Error, Between::BaseAndRevised, "gone")
        }
    }

    fn acceptance(operation: Option<&str>) -> Acceptance {
        Acceptance {
            rule: "response-property-removed".to_owned(),
            operation: operation.map(str::to_owned),
            place: None,
            provider: None,
            until: day("2026-11-24"),
            reason: "nobody reads it".to_owned(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn sight(today: NaiveDate) -> Sight<'static> {
        let providers = &["shop"];
        Sight { today, between: Between::BaseAndRevised, providers, exchanges: false, whole: true }
    }

    #[test]
    fn what_was_out_of_sight_is_not_called_unused() {
        let wrong = |acceptance: Acceptance, whole: bool| {
            let mut findings = Vec::new();
            let sight = Sight { whole, ..sight(day("2026-11-24")) };
            accept(&mut findings, &[acceptance], "c.toml", sight);
            findings.len()
        };
        let of = |provider: &str| Acceptance { provider: Some(provider.to_owned()), ..acceptance(None) };
        assert_eq!((wrong(of("shop"), true), wrong(of("stock"), true)), (1, 0));
        assert_eq!(wrong(of("shop"), false), 0, "something could not be told");
        let exchange = Acceptance { rule: "response.body.incompatible".to_owned(), ..acceptance(None) };
        assert_eq!(wrong(exchange, true), 0, "no exchange was judged");
    }

    #[test]
    fn what_is_accepted_does_not_count_up_to_its_day() {
        let accepted_on = |today: &str, operation: Option<&str>| {
            let mut findings = vec![finding("GET /a"), finding("GET /b")];
            accept(&mut findings, &[acceptance(operation)], "c.toml", sight(day(today)));
            let breaking = findings.iter().filter(|finding| finding.breaks()).count();
            (breaking, findings.get(2).map(|finding| finding.id.clone()))
        };
        assert_eq!(accepted_on("2026-11-24", Some("GET /a")), (1, None));
        assert_eq!(accepted_on("2026-11-24", None), (0, None));
        assert_eq!(accepted_on("2026-11-25", None), (2, Some(EXPIRED.to_owned())));
        assert_eq!(accepted_on("2026-11-24", Some("GET /c")), (2, Some(UNUSED.to_owned())));
    }
}
