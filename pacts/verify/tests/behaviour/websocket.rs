//! Events over a real WebSocket: what a provider sends, and how it may refuse to.

use std::time::Duration;

use axum::extract::ws::{Message, WebSocket as Socket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use axum::{Json, Router};
use countersign_verify::{
    Action, ApiRequest, Cause, Direction, Exchange, InteractionResult, Outcome, Settings, Target, Trigger,
    WebSocket,
};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::pacts::{given, pact};
use crate::provider::{Provider, replay};

/// The pact's event: a progress of any number.
fn event() -> Value {
    json!({
        "type": "Asynchronous/Messages",
        "transport": "websocket",
        "description": "progress",
        "contents": {
            "content": {"event": "progress", "job": {"id": "a", "progress": 10}},
            "contentType": "application/json", "encoded": false,
        },
        "metadata": {"contentType": "application/json"},
        "matchingRules": {"body": {"$.job.progress": {"combine": "AND", "matchers": [{"match": "integer"}]}}},
    })
}

fn socket() -> WebSocket {
    WebSocket { path: "/ws".to_owned(), protocols: vec!["events".to_owned(), "${value:token}".to_owned()] }
}

fn settings() -> Settings {
    Settings { request_timeout: Duration::from_mins(1), ..Settings::default() }
}

fn impatient() -> Settings {
    Settings { request_timeout: Duration::from_secs(1), ..Settings::default() }
}

fn with_states(router: Router) -> Router {
    router.route("/states", post(|| async { r#"{"token":"sesame-of-the-state"}"# }))
}

/// A provider that takes the subprotocol of whoever has the token, and sends these frames at once.
async fn sending(frames: Vec<Message>, then: fn(Socket)) -> (Provider, Target) {
    let open = move |headers: HeaderMap, upgrade: WebSocketUpgrade| async move {
        if headers.get("sec-websocket-protocol").is_none_or(|it| it != "events, sesame-of-the-state") {
            return (StatusCode::UNAUTHORIZED, "sesame-of-the-state is not known").into_response();
        }
        upgrade.protocols(["events"]).on_upgrade(move |mut socket| async move {
            for frame in frames {
                if socket.send(frame).await.is_err() {
                    return;
                }
            }
            then(socket);
        })
    };
    let provider = Provider::start(with_states(Router::new().route("/ws", any(open)))).await;
    let target = Target { websocket: Some(socket()), ..provider.target_with_states() };
    (provider, target)
}

/// Leaves the socket open, for as long as the process lives.
fn stay(socket: Socket) {
    std::mem::forget(socket);
}

fn text(value: &Value) -> Message {
    Message::text(value.to_string())
}

async fn replayed(target: &Target, settings: &Settings) -> InteractionResult {
    let pact = pact(&[given(event(), "a job", &json!({}))]);
    replay(&pact, target, settings).await.interactions.remove(0)
}

fn ids(result: &InteractionResult) -> Vec<&str> {
    match &result.outcome {
        Outcome::Broken(broken) => broken.failures.iter().map(|failure| failure.id).collect(),
        other => panic!("{other:#?}"),
    }
}

fn reason(result: &InteractionResult) -> &str {
    match &result.outcome {
        Outcome::Unknown(Cause::NoAnswer(reason)) => reason,
        other => panic!("{other:#?}"),
    }
}

fn progress(progress: &Value) -> Value {
    json!({"event": "progress", "job": {"id": "a", "progress": progress}})
}

#[tokio::test]
async fn an_event_as_the_pact_says_is_kept_whatever_comes_before_it() {
    let frames = vec![
        text(&json!({"event": "connected"})),
        Message::Ping(Vec::new().into()),
        Message::text("no JSON"),
        text(&progress(&json!(77))),
    ];
    let (_provider, target) = sending(frames, stay).await;
    let result = replayed(&target, &settings()).await;
    assert!(matches!(&result.outcome, Outcome::Kept { remarks } if remarks.is_empty()), "{result:#?}");
    let Some(Exchange::Messages(messages)) = &result.exchange else { panic!("{result:#?}") };
    let names: Vec<_> = messages.iter().map(|it| (it.direction, it.name.as_str())).collect();
    let came = |name| (Direction::FromProvider, name);
    assert_eq!(names, [came("connected"), came("nothing that has a name"), came("progress")]);
    assert!(messages.iter().all(|it| it.channel == "/ws"));
}

#[tokio::test]
async fn the_nearest_event_is_told_where_none_is_the_one() {
    let frames =
        vec![text(&json!({"event": "connected"})), text(&progress(&json!("many"))), Message::Close(None)];
    let (_provider, target) = sending(frames, stay).await;
    let result = replayed(&target, &settings()).await;
    assert_eq!(ids(&result), ["pact.message.contents"]);
    let Outcome::Broken(broken) = &result.outcome else { unreachable!("it was broken a line before") };
    let failure = &broken.failures[0];
    assert_eq!(failure.location.pointer.as_str(), "/interactions/0/contents/content/job/progress");
    assert_eq!((&failure.expected, &failure.actual), (&json!(10), &json!("many")));
    let hint = failure.hint.as_ref().unwrap();
    assert_eq!(hint, "of 2 frames that came before the provider closed the socket, this one came nearest");
}

#[tokio::test]
async fn an_event_that_does_not_come_is_missing() {
    let (_provider, target) = sending(Vec::new(), stay).await;
    let result = replayed(&target, &impatient()).await;
    assert_eq!(ids(&result), ["pact.message.missing"]);
    let (_provider, target) = sending(vec![Message::Close(None)], stay).await;
    let result = replayed(&target, &settings()).await;
    assert_eq!(ids(&result), ["pact.message.missing"], "and is not waited for once the socket is closed");
    let Outcome::Broken(broken) = &result.outcome else { unreachable!("it was broken a line before") };
    assert!(broken.reason.contains("nothing appeared on /ws before the provider closed"), "{broken:?}");
}

#[tokio::test]
async fn a_socket_that_is_cut_is_no_verdict() {
    let (_provider, target) = sending(vec![text(&json!({"event": "connected"}))], drop).await;
    let result = replayed(&target, &settings()).await;
    assert!(reason(&result).contains("cut the socket"), "{result:?}");
}

#[tokio::test]
async fn a_handshake_that_is_refused_is_no_verdict() {
    let (_provider, mut target) = sending(Vec::new(), stay).await;
    target.websocket = Some(WebSocket { protocols: vec!["events".to_owned()], ..socket() });
    let result = replayed(&target, &settings()).await;
    let told = reason(&result);
    assert!(told.contains("/ws was answered 401 Unauthorized with *** is not known"), "{told}");
    target.websocket = Some(WebSocket { protocols: vec!["${value:nothing}".to_owned()], ..socket() });
    assert!(reason(&replayed(&target, &settings()).await).contains("\"nothing\""));
    let router = with_states(Router::new().route("/ws", any(|| async { "hello" })));
    let provider = Provider::start(router).await;
    let target = Target { websocket: Some(socket()), ..provider.target_with_states() };
    assert!(reason(&replayed(&target, &settings()).await).contains("answered 200 OK with hello"));
}

#[tokio::test]
async fn a_handshake_without_its_proof_is_none() {
    let accept = || async {
        let headers = [("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-accept", "x")];
        (StatusCode::SWITCHING_PROTOCOLS, headers)
    };
    let provider = Provider::start(with_states(Router::new().route("/ws", any(accept)))).await;
    let target = Target { websocket: Some(socket()), ..provider.target_with_states() };
    let result = replayed(&target, &settings()).await;
    assert!(reason(&result).contains("without the proof"), "{result:?}");
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_not_read() {
    let (_provider, target) = sending(vec![Message::text("x".repeat(5000))], stay).await;
    let result = replayed(&target, &Settings { max_body: 1000, ..settings() }).await;
    assert!(reason(&result).contains("larger than may be read"), "{result:?}");
}

#[tokio::test]
async fn frames_without_end_come_to_an_end() {
    let frames = vec![text(&json!({"event": "noise"})); 1100];
    let (_provider, target) = sending(frames, stay).await;
    let result = replayed(&target, &settings()).await;
    let Outcome::Broken(broken) = &result.outcome else { panic!("{result:#?}") };
    assert!(broken.failures[0].hint.as_ref().unwrap().contains("no more than 1000"), "{broken:?}");
}

/// Answers every frame with a progress of the number in it.
async fn echo(headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    assert_eq!(headers["x-key"], "key-of-the-door", "headers of the target go along");
    upgrade.protocols(["events"]).on_upgrade(|mut socket| async move {
        while let Some(Ok(Message::Text(frame))) = socket.recv().await {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            let answer = text(&progress(&frame["at"]));
            if socket.send(answer).await.is_err() {
                return;
            }
        }
    })
}

#[tokio::test]
async fn a_frame_of_the_consumer_may_bring_it_about() {
    let states = || async { r#"{"token":"t","at":40}"# };
    let router = Router::new().route("/ws", any(echo)).route("/states", post(states));
    let provider = Provider::start(router).await;
    let send = Action::Send(json!({"event": "ask", "at": "${value:at}"}));
    let target = Target {
        websocket: Some(socket()),
        headers: vec![("X-Key".to_owned(), "key-of-the-door".to_owned())],
        triggers: vec![Trigger { message: "progress".to_owned(), action: send }],
        ..provider.target_with_states()
    };
    let result = replayed(&target, &settings()).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
    let Some(Exchange::Messages(messages)) = &result.exchange else { panic!("{result:#?}") };
    assert_eq!((messages[0].direction, messages[0].name.as_str()), (Direction::ToProvider, "ask"));
}

#[tokio::test]
async fn a_request_to_the_api_may_bring_it_about() {
    let (events, _) = broadcast::channel::<String>(8);
    let hearing = events.clone();
    let open = move |upgrade: WebSocketUpgrade| {
        let mut heard = hearing.subscribe();
        async move {
            upgrade.protocols(["events"]).on_upgrade(|mut socket| async move {
                while let Ok(event) = heard.recv().await {
                    if socket.send(Message::text(event)).await.is_err() {
                        return;
                    }
                }
            })
        }
    };
    let work = move |Json(body): Json<Value>| async move {
        let heard = events.send(progress(&body["at"]).to_string());
        assert!(heard.is_ok(), "the socket is open before the trigger is pulled");
    };
    let router = with_states(Router::new().route("/ws", any(open)).route("/jobs", post(work)));
    let provider = Provider::start(router).await;
    let request = ApiRequest {
        method: "POST".to_owned(),
        path: "/jobs".to_owned(),
        headers: Vec::new(),
        body: Some(json!({"at": 3})),
    };
    let trigger = Trigger { message: "progress".to_owned(), action: Action::Request(request) };
    let target =
        Target { websocket: Some(socket()), triggers: vec![trigger], ..provider.target_with_states() };
    let result = replayed(&target, &settings()).await;
    assert!(matches!(result.outcome, Outcome::Kept { .. }), "{result:#?}");
}
