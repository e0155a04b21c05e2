//! `GET /`: where a client starts, and finds every address from.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::href::{Hrefs, link};
use super::server::Broker;
use crate::page::{self, Links};

/// Relation, address, title. A name in braces is the client's to fill in.
const RELATIONS: [(&str, &str, &str); 35] = [
    (
        "pb:publish-pact",
        "/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}",
        "Publish a pact",
    ),
    ("pb:publish-contracts", "/contracts/publish", "Publish contracts"),
    (
        "pb:publish-provider-contract",
        "/contracts/provider/{provider}/version/{version}",
        "Publish a provider's document",
    ),
    (
        "pf:publish-provider-contract",
        "/provider-contracts/provider/{provider}/publish",
        "Publish a provider's document with its branch and tags",
    ),
    ("pb:latest-pact-versions", "/pacts/latest", "Latest pact versions"),
    (
        "pb:tagged-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/tag/{tag}",
        "All versions of a pact for a tag",
    ),
    ("pb:pacticipants", "/pacticipants", "Pacticipants"),
    ("pb:pacticipant", "/pacticipants/{pacticipant}", "A pacticipant"),
    ("pb:latest-provider-pacts", "/pacts/provider/{provider}/latest", "Latest pacts of a provider"),
    (
        "pb:latest-provider-pacts-with-tag",
        "/pacts/provider/{provider}/latest/{tag}",
        "Latest pacts of a provider for a tag",
    ),
    (
        "pb:provider-pacts-with-tag",
        "/pacts/provider/{provider}/tag/{tag}",
        "All pacts of a provider for a tag",
    ),
    ("pb:provider-pacts", "/pacts/provider/{provider}", "All pacts of a provider"),
    ("pb:provider-pacts-for-verification", "/pacts/provider/{provider}/for-verification", "Pacts to verify"),
    (
        "beta:provider-pacts-for-verification",
        "/pacts/provider/{provider}/for-verification",
        "Pacts to verify (old name)",
    ),
    (
        "pb:main-branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/versions",
        "Pacts of the main branch",
    ),
    (
        "pb:branch-pact-versions",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}",
        "Pacts of a branch",
    ),
    (
        "pb:latest-main-branch-pact-version",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/latest/versions",
        "Latest pact of the main branch",
    ),
    (
        "pb:latest-branch-pact-version",
        "/pacts/provider/{provider}/consumer/{consumer}/branch/{branch}/latest",
        "Latest pact of a branch",
    ),
    ("pb:latest-version", "/pacticipants/{pacticipant}/latest-version", "Latest version of a pacticipant"),
    (
        "pb:latest-tagged-version",
        "/pacticipants/{pacticipant}/latest-version/{tag}",
        "Latest version for a tag",
    ),
    ("pb:webhooks", "/webhooks", "Webhooks"),
    ("pb:webhook", "/webhooks/{uuid}", "A webhook"),
    ("pb:integrations", "/integrations", "Integrations"),
    (
        "pb:pacticipant-version-tag",
        "/pacticipants/{pacticipant}/versions/{version}/tags/{tag}",
        "A tag of a version",
    ),
    ("pb:pacticipant-branch", "/pacticipants/{pacticipant}/branches/{branch}", "A branch of a pacticipant"),
    (
        "pb:pacticipant-branch-version",
        "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}",
        "A version of a branch",
    ),
    (
        "pb:pacticipant-version",
        "/pacticipants/{pacticipant}/versions/{version}",
        "A version of a pacticipant",
    ),
    (
        "pb:can-i-deploy-pacticipant-version-to-tag",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&to={tag}",
        "Can it go beside the versions of a tag?",
    ),
    (
        "pb:can-i-deploy-pacticipant-version-to-environment",
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}",
        "Can it go to an environment?",
    ),
    ("pb:metrics", "/metrics", "How much there is of what"),
    ("pb:environments", "/environments", "Environments"),
    ("pb:environment", "/environments/{uuid}", "An environment"),
    (
        "pb:provider-states",
        "/pacts/provider/{provider}/provider-states",
        "States that a provider has to have",
    ),
    ("pb:dashboard", "/dashboard", "Everything at a glance"),
    ("pb:labels", "/labels", "Labels"),
];

pub fn routes() -> Router<Broker> {
    Router::new().route("/", get(index))
}

/// The page for who comes with a browser, the addresses for a client.
async fn index(broker: State<Broker>, hrefs: Hrefs, links: Links, headers: HeaderMap) -> Response {
    if page::wanted(&headers) {
        page::home(broker, links).await.into_response()
    } else {
        relations(&hrefs).into_response()
    }
}

fn relations(hrefs: &Hrefs) -> Answer {
    let mut links = Map::new();
    links.insert("self".to_owned(), json!({ "href": hrefs.root(), "title": "Index", "templated": false }));
    for (relation, path, title) in RELATIONS {
        let href = format!("{}{path}", hrefs.at(&[]));
        let relation_link = json!({ "href": href, "title": title, "templated": path.contains('{') });
        links.insert(relation.to_owned(), relation_link);
    }
    let docs = format!("{}/doc/{{rel}}?context=index", hrefs.at(&[]));
    let mut curie = link(docs);
    curie["name"] = "pb".into();
    curie["templated"] = true.into();
    links.insert("curies".to_owned(), Value::Array(vec![curie]));
    Answer::ok(&json!({ "_links": links }))
}
