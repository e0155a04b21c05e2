//! Applies acceptances: what is accepted does not count until its day has passed, and an acceptance that has
//! expired, or that nothing falls under, is a finding itself.

use chrono::NaiveDate;

use crate::config::Acceptance;
use crate::finding::{Accepted, Between, Finding, Severity};

/// The id of an acceptance whose day has passed.
pub const EXPIRED: &str = "acceptance.expired";
/// The id of an acceptance that nothing falls under.
pub const UNUSED: &str = "acceptance.unused";

/// Accepts what may be accepted `today`, and adds what is wrong with the acceptances themselves. `by` is the
/// file that they stand in.
pub fn accept(
    findings: &mut Vec<Finding>,
    acceptances: &[Acceptance],
    by: &str,
    (today, between): (NaiveDate, Between),
) {
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
        } else {
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
        hint: Some(match id {
            EXPIRED => "mend what it accepts, or decide anew and give it another day".to_owned(),
            _ => "take it out of countersign.toml".to_owned(),
        }),
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

    #[test]
    fn what_is_accepted_does_not_count_up_to_its_day() {
        let accepted_on = |today: &str, operation: Option<&str>| {
            let mut findings = vec![finding("GET /a"), finding("GET /b")];
            accept(&mut findings, &[acceptance(operation)], "c.toml", (day(today), Between::BaseAndRevised));
            let breaking = findings.iter().filter(|finding| finding.breaks()).count();
            (breaking, findings.get(2).map(|finding| finding.id.clone()))
        };
        assert_eq!(accepted_on("2026-11-24", Some("GET /a")), (1, None));
        assert_eq!(accepted_on("2026-11-24", None), (0, None));
        assert_eq!(accepted_on("2026-11-25", None), (2, Some(EXPIRED.to_owned())));
        assert_eq!(accepted_on("2026-11-24", Some("GET /c")), (2, Some(UNUSED.to_owned())));
    }
}
