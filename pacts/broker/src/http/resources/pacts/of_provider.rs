//! The pacts of a provider: with every consumer, all of them or the newest of each.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::latest::pact_link;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::{Hrefs, titled};
use crate::http::paging::Paging;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::model::{Model, Publication};
use crate::selectors::Which;

const PROVIDER: &str = "/pacts/provider/{provider}";

pub fn routes() -> Router<Broker> {
    Router::new()
        .route(PROVIDER, get(all))
        .route(&format!("{PROVIDER}/latest"), get(newest))
        .route(&format!("{PROVIDER}/latest/{{tag}}"), get(newest_tagged))
        .route(&format!("{PROVIDER}/tag/{{tag}}"), get(tagged))
        .route(&format!("{PROVIDER}/branch"), get(main_branch))
        .route(&format!("{PROVIDER}/branch/latest"), get(main_newest))
        .route(&format!("{PROVIDER}/branch/{{branch}}"), get(branch))
        .route(&format!("{PROVIDER}/branch/{{branch}}/latest"), get(branch_newest))
}

/// What one route lists.
struct List<'a> {
    which: Which<'a>,
    /// Only the newest of each consumer.
    newest: bool,
    /// The address below the provider's own.
    below: &'a [&'a str],
    title: String,
}

async fn list(
    broker: &Broker,
    (hrefs, paging): (&Hrefs, Paging),
    provider: &str,
    list: List<'_>,
) -> Answered {
    let found = |model: &Model| {
        let id = model.find(provider)?.id;
        let most = if list.newest { 1 } else { usize::MAX };
        let pacts: Vec<&Publication> = model
            .consumers_of(id)
            .flat_map(|integration| list.which.newest_first(model, integration).take(most))
            .collect();
        let shown = paging.of(&pacts).iter().map(|publication| pact_link(model, hrefs, publication));
        Some((shown.collect::<Vec<Value>>(), pacts.len()))
    };
    let found = broker.shelf.read(found).await?;
    let (pacts, total) =
        found.ok_or_else(|| Failure::not_found(format!("there is no provider {provider}")))?;
    let own = hrefs.at(&[&["/pacts/provider", provider], list.below].concat());
    let mut body = json!({
        "_links": {
            "self": titled(&own, list.title, ""),
            "provider": titled(hrefs.pacticipant(provider), provider, provider),
            "pb:provider": titled(hrefs.pacticipant(provider), provider, provider),
            "pb:pacts": pacts,
            // The name of the first days, which the official verifier follows.
            "pacts": pacts,
        },
    });
    paging.tell(&mut body, &own, total);
    Ok(Answer::ok(&body))
}

async fn all(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("All pacts of {provider}");
    let wanted = List { which: Which::All, newest: false, below: &[], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn newest(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("Latest pacts of {provider}");
    let wanted = List { which: Which::All, newest: true, below: &["/latest"], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn newest_tagged(
    State(broker): State<Broker>,
    Names((provider, tag)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("Latest pacts of {provider} with tag {tag}");
    let wanted = List { which: Which::Tag(&tag), newest: true, below: &["/latest", &tag], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn tagged(
    State(broker): State<Broker>,
    Names((provider, tag)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("All pacts of {provider} with tag {tag}");
    let wanted = List { which: Which::Tag(&tag), newest: false, below: &["/tag", &tag], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn main_branch(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("All pacts of {provider} from the main branches");
    let wanted = List { which: Which::MainBranch, newest: false, below: &["/branch"], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn main_newest(
    State(broker): State<Broker>,
    Names(provider): Names<String>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("Latest pacts of {provider} from the main branches");
    let wanted = List { which: Which::MainBranch, newest: true, below: &["/branch/latest"], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn branch(
    State(broker): State<Broker>,
    Names((provider, branch)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("All pacts of {provider} from branch {branch}");
    let wanted = List { which: Which::Branch(&branch), newest: false, below: &["/branch", &branch], title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}

async fn branch_newest(
    State(broker): State<Broker>,
    Names((provider, branch)): Names<(String, String)>,
    hrefs: Hrefs,
    paging: Paging,
) -> Answered {
    let title = format!("Latest pacts of {provider} from branch {branch}");
    let below = ["/branch", &branch, "/latest"];
    let wanted = List { which: Which::Branch(&branch), newest: true, below: &below, title };
    list(&broker, (&hrefs, paging), &provider, wanted).await
}
