//! The fold, event by event: what comes, what it takes with it when it goes, and what cannot be.

use uuid::Uuid;

use super::Contradiction;
use crate::event::{EnvironmentAbout, Event, Happening, Party, Trigger, VerificationResult, WebhookAbout};
use crate::{Model, Moment};

fn text(name: &str) -> String {
    name.to_owned()
}

/// A model after these events, a second apart.
fn after(events: impl IntoIterator<Item = Event>) -> Result<Model, Contradiction> {
    let mut model = Model::default();
    for (at, event) in (0..).zip(events) {
        model.apply(Happening { at: Moment::from_millis(at * 1000), event })?;
    }
    Ok(model)
}

fn version(pacticipant: &str, number: &str) -> [Event; 2] {
    let created = Event::VersionCreated { pacticipant: text(pacticipant), number: text(number) };
    [Event::PacticipantCreated { name: text(pacticipant) }, created]
}

fn published(number: &str, sha: &str) -> Event {
    let (consumer, provider) = (text("web"), text("shop"));
    Event::PactPublished { consumer, number: text(number), provider, sha: text(sha), body: "key".into() }
}

fn verified(sha: &str, number: u32, by: &str) -> Event {
    let result: VerificationResult = serde_json::from_value(serde_json::json!({
        "success": true, "provider_version": by, "body": "key"
    }))
    .expect("what an older version wrote is read");
    Event::VerificationPublished {
        consumer: text("web"),
        provider: text("shop"),
        sha: text(sha),
        number,
        result,
    }
}

/// `web` 1 and 2 with one content, verified by `shop` 7.
fn shelf() -> Vec<Event> {
    let mut events: Vec<Event> = [version("web", "1"), version("web", "2"), version("shop", "7")].concat();
    events.extend([published("1", "a"), published("2", "a"), verified("a", 1, "7")]);
    events
}

#[test]
fn a_result_belongs_to_the_content_whoever_published_it() {
    let model = after(shelf()).unwrap();
    let pair = model.pair("web", "shop").unwrap();
    let content = model.find_content(pair, "a").unwrap();
    assert_eq!(content.publications.len(), 2);
    let shop = model.find_version("shop", "7").unwrap();
    assert!(content.verified_by(shop.id).is_some());
    assert_eq!(shop.verified.len(), 1);
    assert_eq!(content.next_number(), 2);
    assert_eq!(model.consumers_of(pair.provider).count(), 1);
}

#[test]
fn a_content_that_nobody_has_any_more_loses_its_results() {
    let mut events = shelf();
    for number in ["1", "2"] {
        let (consumer, provider) = (text("web"), text("shop"));
        events.push(Event::PactDeleted { consumer, number: text(number), provider });
    }
    events.push(published("2", "a"));
    let model = after(events).unwrap();
    let content = model.find_content(model.pair("web", "shop").unwrap(), "a").unwrap();
    assert!(content.verifications.is_empty());
    assert!(model.find_version("shop", "7").unwrap().verified.is_empty());
}

#[test]
fn a_version_that_goes_takes_along_what_was_its_own() {
    let environment = Uuid::from_u128(1);
    let about = EnvironmentAbout { name: text("live"), ..EnvironmentAbout::default() };
    let mut events = shelf();
    events.extend([
        Event::TagAdded { pacticipant: text("shop"), number: text("7"), tag: text("prod") },
        Event::BranchVersionAdded {
            pacticipant: text("shop"),
            branch: text("main"),
            number: text("7"),
            by_rule: false,
        },
        Event::EnvironmentCreated { uuid: environment, about },
        Event::Deployed {
            uuid: Uuid::from_u128(2),
            pacticipant: text("shop"),
            number: text("7"),
            environment,
            instance: None,
        },
        Event::VersionDeleted { pacticipant: text("shop"), number: text("7") },
    ]);
    let model = after(events).unwrap();
    assert!(model.find_version("shop", "7").is_none());
    let shop = model.find("shop").unwrap();
    assert!(shop.tags.is_empty() && shop.latest_of_branch("main").is_none() && shop.latest().is_none());
    assert!(model.environment(environment).unwrap().deployments.is_empty());
    assert!(model.deployment(Uuid::from_u128(2)).is_none());
    let content = model.find_content(model.pair("web", "shop").unwrap(), "a").unwrap();
    assert!(content.verifications.is_empty());
}

#[test]
fn an_application_that_goes_takes_along_its_pacts_and_webhooks() {
    let webhook = Uuid::from_u128(3);
    let listens = WebhookAbout { provider: Some(Party::Name(text("shop"))), ..WebhookAbout::default() };
    let mut events = shelf();
    events.extend([
        Event::WebhookStored { uuid: webhook, webhook: Box::new(listens) },
        Event::WebhookTriggered { uuid: Uuid::from_u128(4), webhook, trigger: Box::new(Trigger::default()) },
        Event::PacticipantDeleted { name: text("shop") },
    ]);
    let mut model = after(events).unwrap();
    assert_eq!(
        (model.integrations().count(), model.webhooks().count(), model.triggered().count()),
        (0, 0, 0)
    );
    assert_eq!(model.find("web").unwrap().versions.len(), 2);
    // The name is free again, and starts with nothing.
    let again = Event::PacticipantCreated { name: text("shop") };
    model.apply(Happening { at: Moment::from_millis(0), event: again }).unwrap();
    assert!(model.pair("web", "shop").is_some_and(|pair| model.integration(pair).is_none()));
}

#[test]
fn another_content_of_one_version_is_another_revision() {
    let mut events = shelf();
    events.push(published("2", "b"));
    let model = after(events).unwrap();
    let pair = model.pair("web", "shop").unwrap();
    let version = model.find_version("web", "2").unwrap().id;
    assert_eq!(model.publication(version, pair.provider).unwrap().revision, 2);
    assert_eq!(model.find_content(pair, "a").unwrap().publications.len(), 1);
    assert_eq!(model.find_content(pair, "b").unwrap().publications, [version]);
}

#[test]
fn an_environment_that_goes_frees_what_was_in_it() {
    let environment = Uuid::from_u128(1);
    let about = EnvironmentAbout { name: text("live"), ..EnvironmentAbout::default() };
    let mut events = shelf();
    events.extend([
        Event::EnvironmentCreated { uuid: environment, about },
        Event::Released {
            uuid: Uuid::from_u128(2),
            pacticipant: text("web"),
            number: text("1"),
            environment,
        },
        Event::EnvironmentDeleted { uuid: environment },
    ]);
    let model = after(events).unwrap();
    assert!(model.release(Uuid::from_u128(2)).is_none());
    assert!(model.find_version("web", "1").unwrap().releases.is_empty());
}

#[test]
fn a_log_that_contradicts_itself_is_refused() {
    for event in [
        published("1", "a"),
        Event::TagAdded { pacticipant: text("web"), number: text("1"), tag: text("prod") },
        Event::VersionCreated { pacticipant: text("web"), number: text("1") },
        Event::EnvironmentDescribed { uuid: Uuid::from_u128(1), about: EnvironmentAbout::default() },
    ] {
        let refused = after([event.clone()]).unwrap_err();
        assert!(refused.to_string().contains("is not there"), "{event:?}: {refused}");
    }
}

#[test]
fn what_is_written_is_read_back() {
    let mut events = shelf();
    events.push(Event::PacticipantDescribed { name: text("web"), about: crate::event::About::default() });
    for event in events {
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&written).unwrap(), event, "{written}");
    }
}
