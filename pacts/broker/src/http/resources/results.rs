//! Results of verification: read in every way they can be named, and deleted.

mod known;
mod summary;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::event::Event;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::Hrefs;
use crate::http::request::{Actor, Names};
use crate::http::server::Broker;
use crate::model::{Content, Model, Pair};
use crate::selectors::Which;
pub use known::Known;

const PAIR: &str = "/pacts/provider/{provider}/consumer/{consumer}";

pub fn routes() -> Router<Broker> {
    let latest = || get(latest_of_content).delete(delete_latest_of_content);
    Router::new()
        .route(&format!("{PAIR}/pact-version/{{sha}}/verification-results/latest"), latest())
        .route(
            &format!("{PAIR}/pact-version/{{sha}}/verification-results/{{number}}"),
            get(one).delete(delete_one),
        )
        .route(
            &format!("{PAIR}/pact-version/{{sha}}/metadata/{{metadata}}/verification-results/{{number}}"),
            get(one_with_metadata).delete(delete_one_with_metadata),
        )
        .route(
            &format!("{PAIR}/version/{{number}}/verification-results/latest"),
            get(latest_of_version).delete(delete_latest_of_version),
        )
        .route(
            &format!("{PAIR}/latest/verification-results/latest"),
            get(latest_of_newest).delete(delete_latest_of_newest),
        )
        .route(
            &format!("{PAIR}/latest/{{tag}}/verification-results/latest"),
            get(latest_of_tagged).delete(delete_latest_of_tagged),
        )
        .merge(summary::routes())
}

pub fn missing() -> Failure {
    Failure::not_found("there is no such verification result")
}

/// How a result is named.
enum By {
    Content { sha: String, number: Option<u32> },
    Version(String),
    Newest,
    Tag(String),
}

type Pacticipants = (String, String);

impl By {
    fn content(sha: String, number: &str) -> Result<Self, Failure> {
        // What is no number names no result.
        let number = number.parse().map_err(|_| missing())?;
        Ok(Self::Content { sha, number: Some(number) })
    }

    fn find<'m>(&self, model: &'m Model, pair: Pair) -> Option<(&'m Content, u32)> {
        let newest = |which: Which<'_>| {
            let publication = which.newest_first(model, model.integration(pair)?).next()?;
            Some(model.content(publication.content))
        };
        let (content, number) = match self {
            Self::Content { sha, number } => (model.find_content(pair, sha)?, *number),
            Self::Version(number) => {
                let version = model.version_of(pair.consumer, number)?;
                (model.content(model.publication(version, pair.provider)?.content), None)
            }
            Self::Newest => (newest(Which::All)?, None),
            Self::Tag(tag) => (newest(Which::Tag(tag))?, None),
        };
        let result = match number {
            Some(number) => content.verification(number),
            None => content.latest_verification(),
        };
        Some((content, result?.number))
    }
}

async fn show(broker: &Broker, hrefs: &Hrefs, (provider, consumer): Pacticipants, by: By) -> Answered {
    let known = |model: &Model| {
        let (content, number) = by.find(model, model.pair(&consumer, &provider)?)?;
        Known::new(model, content, number)
    };
    let known = broker.shelf.read(known).await?.ok_or_else(missing)?;
    Ok(Answer::ok(&known.whole(broker, hrefs).await?))
}

async fn delete(broker: &Broker, actor: &str, (provider, consumer): Pacticipants, by: By) -> Answered {
    broker
        .shelf
        .write(actor, |draft| {
            let pair = draft.model.pair(&consumer, &provider);
            let found = pair.and_then(|pair| by.find(draft.model, pair));
            let (content, number) = found
                .ok_or_else(|| crate::Refusal::NotFound("there is no such verification result".to_owned()))?;
            let sha = content.sha.clone();
            draft.push(Event::VerificationDeleted { consumer, provider, sha, number });
            Ok(())
        })
        .await?;
    Ok(Answer::no_content())
}

async fn one(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, number)): Names<(String, String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, (provider, consumer), By::content(sha, &number)?).await
}

async fn delete_one(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, number)): Names<(String, String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, (provider, consumer), By::content(sha, &number)?).await
}

async fn one_with_metadata(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, _, number)): Names<(String, String, String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, (provider, consumer), By::content(sha, &number)?).await
}

async fn delete_one_with_metadata(
    State(broker): State<Broker>,
    Names((provider, consumer, sha, _, number)): Names<(String, String, String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, (provider, consumer), By::content(sha, &number)?).await
}

async fn latest_of_content(
    State(broker): State<Broker>,
    Names((provider, consumer, sha)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, (provider, consumer), By::Content { sha, number: None }).await
}

async fn delete_latest_of_content(
    State(broker): State<Broker>,
    Names((provider, consumer, sha)): Names<(String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, (provider, consumer), By::Content { sha, number: None }).await
}

async fn latest_of_version(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, (provider, consumer), By::Version(number)).await
}

async fn delete_latest_of_version(
    State(broker): State<Broker>,
    Names((provider, consumer, number)): Names<(String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, (provider, consumer), By::Version(number)).await
}

async fn latest_of_newest(
    State(broker): State<Broker>,
    Names(pair): Names<Pacticipants>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, pair, By::Newest).await
}

async fn delete_latest_of_newest(
    State(broker): State<Broker>,
    Names(pair): Names<Pacticipants>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, pair, By::Newest).await
}

async fn latest_of_tagged(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    show(&broker, &hrefs, (provider, consumer), By::Tag(tag)).await
}

async fn delete_latest_of_tagged(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<(String, String, String)>,
    Actor(actor): Actor,
) -> Answered {
    delete(&broker, &actor, (provider, consumer), By::Tag(tag)).await
}
