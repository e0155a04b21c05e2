//! Badges: a verdict as a small picture, for a README.

use std::fmt::Write;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::Uri;

use crate::http::answer::{Answer, Answered};
use crate::http::request::Names;
use crate::http::server::Broker;
use crate::matrix::{self, Query};
use crate::model::{Model, Publication};

/// A character of the font that the picture asks for is about this wide, in pixels.
const CHARACTER: usize = 7;
const PADDING: usize = 10;

pub fn routes(tagged: &str, branch: &str) -> Router<Broker> {
    const PAIR: &str = "/pacts/provider/{provider}/consumer/{consumer}";
    Router::new()
        .route(&format!("{tagged}/badge"), get(tag_to_tag))
        .route(&format!("{branch}/badge"), get(branch_to_environment))
        .route("/pacticipants/{name}/main-branch/can-i-merge/badge", get(can_i_merge))
        .route(&format!("{PAIR}/latest/badge"), get(latest))
        .route(&format!("{PAIR}/latest-untagged/badge"), get(untagged))
        .route(&format!("{PAIR}/latest/{{tag}}/badge"), get(tagged_pact))
        .route(
            "/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge",
            get(between_tags),
        )
}

/// Red, yellow and green, said in words too.
#[derive(Clone, Copy)]
enum Colour {
    Kept,
    Broken,
    Unknown,
}

impl From<Option<bool>> for Colour {
    fn from(verdict: Option<bool>) -> Self {
        match verdict {
            Some(true) => Self::Kept,
            Some(false) => Self::Broken,
            None => Self::Unknown,
        }
    }
}

async fn tag_to_tag(
    State(broker): State<Broker>,
    Names((name, tag, to)): Names<(String, String, String)>,
    uri: Uri,
) -> Answered {
    let label = label(&uri, "can-i-deploy");
    verdict(&broker, &Query::tag_to_tag(&name, &tag, &to), (&label, ["yes", "no"])).await
}

async fn branch_to_environment(
    State(broker): State<Broker>,
    Names((name, branch, environment)): Names<(String, String, String)>,
    uri: Uri,
) -> Answered {
    let label = label(&uri, "can-i-deploy");
    verdict(&broker, &Query::branch_to_environment(&name, &branch, &environment), (&label, ["yes", "no"]))
        .await
}

async fn can_i_merge(State(broker): State<Broker>, Names(name): Names<String>, uri: Uri) -> Answered {
    verdict(&broker, &Query::can_i_merge(&name), (&label(&uri, "can-i-merge"), ["yes", "no"])).await
}

async fn between_tags(
    State(broker): State<Broker>,
    Names((provider, provider_tag, consumer, tag)): Names<(String, String, String, String)>,
    uri: Uri,
) -> Answered {
    let query = Query::between((&consumer, Some(&tag)), (&provider, Some(&provider_tag)));
    let label = label(&uri, &format!("{consumer}/{provider} pact"));
    verdict(&broker, &query, (&label, ["verified", "failed"])).await
}

async fn latest(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    uri: Uri,
) -> Answered {
    let choose =
        |model: &Model| Some(status(model, model.integration(model.pair(&consumer, &provider)?)?.latest()?));
    pact(&broker, &uri, (&consumer, &provider), choose).await
}

async fn tagged_pact(
    State(broker): State<Broker>,
    Names((provider, consumer, tag)): Names<(String, String, String)>,
    uri: Uri,
) -> Answered {
    let choose = |model: &Model| {
        let pair = model.pair(&consumer, &provider)?;
        let mut versions = model.pacticipant(pair.consumer).tags.get(&tag)?.iter().rev();
        Some(status(model, versions.find_map(|&version| model.publication(version, pair.provider))?))
    };
    pact(&broker, &uri, (&consumer, &provider), choose).await
}

async fn untagged(
    State(broker): State<Broker>,
    Names((provider, consumer)): Names<(String, String)>,
    uri: Uri,
) -> Answered {
    let choose = |model: &Model| {
        let mut all = model.integration(model.pair(&consumer, &provider)?)?.publications.values().rev();
        Some(status(model, all.find(|it| model.version(it.version).tags.is_empty())?))
    };
    pact(&broker, &uri, (&consumer, &provider), choose).await
}

fn status(model: &Model, publication: &Publication) -> Option<bool> {
    let last = model.content(publication.content).latest_verification()?;
    Some(last.result.success)
}

async fn pact(
    broker: &Broker,
    uri: &Uri,
    (consumer, provider): (&str, &str),
    choose: impl FnOnce(&Model) -> Option<Option<bool>>,
) -> Answered {
    let found = broker.shelf.read(choose).await?;
    let said = match found {
        Some(Some(true)) => "verified",
        Some(Some(false)) => "failed",
        Some(None) => "unknown",
        None => "not found",
    };
    let label = label(uri, &format!("{consumer}/{provider} pact"));
    Ok(picture(&label, said, found.flatten().into()))
}

async fn verdict(broker: &Broker, query: &Query, (label, [yes, no]): (&str, [&str; 2])) -> Answered {
    let found = broker.shelf.read(|model| matrix::verdict(model, query)).await?;
    let deployable = found.ok().and_then(|verdict| verdict.deployable);
    let said = match deployable {
        Some(true) => yes,
        Some(false) => no,
        None => "unknown",
    };
    Ok(picture(label, said, deployable.into()))
}

/// The left half, where the address asks for another: `?label=`.
fn label(uri: &Uri, usual: &str) -> String {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let asked = query.into_iter().find(|(name, _)| name == "label").map(|(_, label)| label.into_owned());
    asked.filter(|label| !label.is_empty() && label.len() <= 100).unwrap_or_else(|| usual.to_owned())
}

fn picture(label: &str, said: &str, colour: Colour) -> Answer {
    let colour = match colour {
        Colour::Kept => "#1a7f37",
        Colour::Broken => "#b3261e",
        Colour::Unknown => "#6e7781",
    };
    let width = |text: &str| text.chars().count() * CHARACTER + PADDING;
    let (left, right) = (width(label), width(said));
    let total = left + right;
    let (label, said) = (escaped(label), escaped(said));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{total}\" height=\"20\" role=\"img\" \
         aria-label=\"{label}: {said}\"><title>{label}: {said}</title>"
    );
    for (from, width, fill, text) in [(0, left, "#444", &label), (left, right, colour, &said)] {
        write!(
            svg,
            "<rect x=\"{from}\" width=\"{width}\" height=\"20\" fill=\"{fill}\"/><text x=\"{}\" y=\"14\" fill=\"#fff\" \
             font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\" text-anchor=\"middle\">{text}</text>",
            from + width / 2
        )
        .expect("a string takes what is written");
    }
    svg.push_str("</svg>");
    Answer::text("image/svg+xml;charset=utf-8", svg)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
