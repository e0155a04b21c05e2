//! The table of transcriptions, the page of one, its caption files and its summary.

use chrono::{DateTime, Utc};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{
    Captions, Error, Paging, Summary, SummaryPoint, Transcription, TranscriptionId, TranscriptionPage, VodId,
};

use crate::caller::{given_a_user, signed_in};
use crate::refusal::{refusal, refuses};
use crate::vods::moment;

/// The transcription whose id the provider state knows; the mock provider is asked for this one.
pub const TRANSCRIPTION: &str = "5f0c4b1e-7d1a-4f9e-9a53-3f4f6f0b8a11";
const GONE_TRANSCRIPTION: &str = "00000000-0000-4000-8000-000000000000";
const GONE: &str = "there is no such transcription";
const CREATED_AT: &str = "2026-05-12T18:45:00Z";

const SCC: &str = "Scenarist_SCC V1.0\n\n00:00:01;00\t9420 9420\n";
const VTT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nThe meeting will come to order.\n";

pub fn id(text: &str) -> TranscriptionId {
    text.to_owned().try_into().expect("the example is an id")
}

/// Whatever the Archivist names it, as long as it is one part of a path.
pub fn transcription_id(example: &str) -> JsonPattern {
    json_pattern!(term!("^[A-Za-z0-9_-]{1,64}$", example))
}

/// The line of one transcription, which is the head of its page as well.
fn line() -> JsonPattern {
    json_pattern!({
        "id": transcription_id(TRANSCRIPTION),
        "vod_id": integer(42),
        "title": like!("Harbor Council"),
        "segments": null_or(integer(812)),
        "duration": null_or(number(5421)),
        "created_at": moment(CREATED_AT),
    })
}

fn created_at() -> DateTime<Utc> {
    CREATED_AT.parse().expect("the example is RFC 3339")
}

/// What the client makes of [`line`]'s example.
fn transcription() -> Transcription {
    Transcription {
        id: id(TRANSCRIPTION),
        vod_id: VodId(42),
        title: "Harbor Council".to_owned(),
        segments: Some(812),
        duration: Some(5421.0),
        created_at: created_at(),
    }
}

/// A request below the transcription that the state returned the id of.
fn at_the_states_transcription(i: &mut InteractionBuilder, below: &str) {
    let pattern = format!("^/api/transcriptions/[A-Za-z0-9_-]{{1,64}}{}$", below.replace('.', "\\."));
    let example = format!("/api/transcriptions/{TRANSCRIPTION}{below}");
    let expression = format!("/api/transcriptions/${{transcription_id}}{below}");
    i.request.path_from_provider_state(expression, term!(&pattern, example));
}

fn given_one(i: &mut InteractionBuilder) {
    given_a_user(i);
    i.given("a transcription exists");
}

pub async fn the_table(pact: PactTest) -> Fragment {
    pact.interaction("the table of transcriptions is opened", |mut i| {
        given_one(&mut i);
        i.request.get().path("/api/transcriptions");
        i.response.status(200).json_body(json_pattern!({
            "transcriptions": list_of(line()).at_least(1),
            "total": integer(1),
            "limit": integer(50),
            "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let page = signed_in(&url).list_transcriptions(Paging::default()).await.unwrap();
        let rows = vec![transcription()];
        assert_eq!(page, TranscriptionPage { rows, total: 1, limit: 50, offset: 0 });
    })
    .await
}

pub async fn a_page_past_the_end(pact: PactTest) -> Fragment {
    pact.interaction("the table of transcriptions is turned past its end", |mut i| {
        given_one(&mut i);
        i.request.get().path("/api/transcriptions").query_param("limit", "2").query_param("offset", "2");
        i.response.status(200).json_body(json_pattern!({
            "transcriptions": [], "total": 1, "limit": 2, "offset": 2,
        }));
        i
    })
    .exercise(|url| async move {
        let paging = Paging { limit: Some(2), offset: Some(2) };
        let page = signed_in(&url).list_transcriptions(paging).await.unwrap();
        assert_eq!(page, TranscriptionPage { rows: vec![], total: 1, limit: 2, offset: 2 });
    })
    .await
}

pub async fn one(pact: PactTest) -> Fragment {
    pact.interaction("the page of a transcription is opened", |mut i| {
        given_one(&mut i);
        i.request.get();
        at_the_states_transcription(&mut i, "");
        i.response.status(200).json_body(line());
        i
    })
    .exercise(|url| async move {
        let shown = signed_in(&url).transcription(&id(TRANSCRIPTION)).await.unwrap();
        assert_eq!(shown, transcription());
    })
    .await
}

pub async fn one_that_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("the page of a transcription that is gone is opened", |mut i| {
        given_a_user(&mut i);
        i.given_with_params("no transcription has the id", &json!({"id": GONE_TRANSCRIPTION}));
        i.request.get().path(format!("/api/transcriptions/{GONE_TRANSCRIPTION}"));
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).transcription(&id(GONE_TRANSCRIPTION)).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}

pub async fn captions_for_broadcast(pact: PactTest) -> Fragment {
    pact.interaction("the captions for broadcast are downloaded", |mut i| {
        given_one(&mut i);
        i.request.get();
        at_the_states_transcription(&mut i, "/captions.scc");
        i.response.status(200).body_matching2(term!(r"^Scenarist_SCC V1\.0\r?\n[\s\S]*$", SCC), "text/x-scc");
        i
    })
    .exercise(|url| async move {
        let file = signed_in(&url).captions(&id(TRANSCRIPTION), Captions::Scc).await.unwrap();
        assert_eq!(file, SCC);
    })
    .await
}

pub async fn captions_for_browsers(pact: PactTest) -> Fragment {
    pact.interaction("the captions for browsers are downloaded", |mut i| {
        given_one(&mut i);
        i.request.get();
        at_the_states_transcription(&mut i, "/captions.vtt");
        i.response.status(200).body_matching2(term!(r"^WEBVTT\r?\n[\s\S]*$", VTT), "text/vtt");
        i
    })
    .exercise(|url| async move {
        let file = signed_in(&url).captions(&id(TRANSCRIPTION), Captions::Vtt).await.unwrap();
        assert_eq!(file, VTT);
    })
    .await
}

fn sums_up(i: &mut InteractionBuilder) {
    i.response.status(200).json_body(json_pattern!({
        "summary": list_of(json_pattern!({
            "speaker": null_or(json_pattern!(term!("^[\\s\\S]*$", "Chair"))),
            "start": number(1),
            "text": like!("The meeting will come to order."),
        })).at_least(1),
    }));
}

fn summary() -> Summary {
    let text = "The meeting will come to order.".to_owned();
    Summary { points: vec![SummaryPoint { speaker: Some("Chair".to_owned()), start: 1.0, text }] }
}

pub async fn a_summary_made(pact: PactTest) -> Fragment {
    pact.interaction("a transcription is summed up", |mut i| {
        given_one(&mut i);
        i.request.post();
        at_the_states_transcription(&mut i, "/summary");
        sums_up(&mut i);
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).summarize(&id(TRANSCRIPTION)).await.unwrap(), summary());
    })
    .await
}

pub async fn a_summary_made_before(pact: PactTest) -> Fragment {
    pact.interaction("the summary of a transcription is opened", |mut i| {
        given_a_user(&mut i);
        i.given("a transcription is summed up");
        i.request.get();
        at_the_states_transcription(&mut i, "/summary");
        sums_up(&mut i);
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).summary(&id(TRANSCRIPTION)).await.unwrap(), Some(summary()));
    })
    .await
}

pub async fn no_summary_yet(pact: PactTest) -> Fragment {
    pact.interaction("the summary of a transcription that has none is opened", |mut i| {
        given_one(&mut i);
        i.request.get();
        at_the_states_transcription(&mut i, "/summary");
        refuses(&mut i, 404, "no summary was made of it yet");
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).summary(&id(TRANSCRIPTION)).await.unwrap(), None);
    })
    .await
}
