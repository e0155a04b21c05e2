//! The matrix and whether a version may be deployed, and both as badges.

mod badge;
mod render;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::{HeaderMap, Uri};

use crate::draft::Refusal;
use crate::http::answer::{Answer, Answered, Failure};
use crate::http::href::Hrefs;
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::matrix::Query;

pub fn routes() -> Router<Broker> {
    const TAGGED: &str = "/pacticipants/{name}/latest-version/{tag}/can-i-deploy/to/{to}";
    const BRANCH: &str =
        "/pacticipants/{name}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}";
    Router::new()
        .route("/matrix", get(matrix))
        .route("/can-i-deploy", get(can_i_deploy))
        .route("/matrix/provider/{provider}/consumer/{consumer}", get(between))
        .route(TAGGED, get(tag_to_tag))
        .route(BRANCH, get(branch_to_environment))
        .merge(badge::routes(TAGGED, BRANCH))
}

async fn matrix(State(broker): State<Broker>, hrefs: Hrefs, uri: Uri, headers: HeaderMap) -> Answered {
    let query = Query::parse(uri.query().unwrap_or_default())?;
    let plain = headers.get_all(http::header::ACCEPT).iter().any(|accept| accept == "text/plain");
    if plain {
        let text = broker.shelf.read(|model| render::plain(model, &query)).await??;
        return Ok(Answer::text("text/plain;charset=utf-8", text));
    }
    answered(&broker, &hrefs, &query).await
}

async fn can_i_deploy(State(broker): State<Broker>, hrefs: Hrefs, uri: Uri) -> Answered {
    answered(&broker, &hrefs, &Query::can_i_deploy(uri.query().unwrap_or_default())?).await
}

async fn between(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    hrefs: Hrefs,
) -> Answered {
    answered(&broker, &hrefs, &Query::between((&consumer, None), (&provider, None))).await
}

async fn tag_to_tag(
    State(broker): State<Broker>,
    Names((name, tag, to)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    answered(&broker, &hrefs, &Query::tag_to_tag(&name, &tag, &to)).await
}

async fn branch_to_environment(
    State(broker): State<Broker>,
    Names((name, branch, environment)): Names<(String, String, String)>,
    hrefs: Hrefs,
) -> Answered {
    answered(&broker, &hrefs, &Query::branch_to_environment(&name, &branch, &environment)).await
}

async fn answered(broker: &Broker, hrefs: &Hrefs, query: &Query) -> Answered {
    let answer: Result<_, Refusal> = broker.shelf.read(|model| render::hal(model, hrefs, query)).await?;
    answer.map(|body| Answer::ok(&body)).map_err(Failure::from)
}
