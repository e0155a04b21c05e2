//! What the archive relies on of a Cablecast server: every test is a part of `pacts/archivist-cablecast.json`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod assets;
mod chapters;
mod schedule;
mod shows;
mod station;
mod uploads;
mod vods;

use std::time::Duration;

use archivist_cablecast::{Cablecast, Credentials, Limits, Retry};
use countersign_consumer::prelude::*;
use serde_json::json;

countersign_consumer::pact_tests! {
    pact: "archivist" => "cablecast", folder: "../../pacts";
    tests: [
        shows::{
            a_show_with_a_vod, a_show_without_public_texts, an_unknown_show, shows_found_by_words,
            shows_of_a_location, shows_of_a_project, shows_by_their_ids, every_page_of_the_shows,
            a_new_show, a_new_show_without_valid_credentials, a_new_show_at_an_unknown_location
        },
        vods::{
            a_vod_that_is_complete, a_vod_that_waits, an_unknown_vod, every_page_of_the_vods, a_new_vod,
            a_new_vod_without_valid_credentials, a_new_vod_of_an_unknown_show, the_status_of_a_vod,
            the_status_of_a_failed_vod, the_status_of_an_unknown_vod, the_qualities, the_configurations
        },
        chapters::{
            the_chapters_of_a_vod, the_chapters_as_webvtt, the_webvtt_of_an_unknown_vod, a_new_chapter,
            a_new_chapter_without_valid_credentials
        },
        station::{the_locations, the_channels, the_file_stores},
        schedule::{the_airings_of_a_show, the_airings_of_a_channel},
        uploads::{
            the_begin_of_an_upload, a_begin_without_valid_credentials, a_segment_of_an_upload,
            a_segment_of_an_unknown_upload, the_end_of_an_upload, an_upload_that_is_finished, an_unknown_upload
        },
        assets::{assets_without_a_reel, assets_without_valid_credentials}
    ]
}

const PREFIX: &str = "/cablecastapi/v1";

/// A made-up user: the provider is told to take it, or is not.
const USERNAME: &str = "archive";
const PASSWORD: &str = "countersign-test";
const AUTHORIZATION: &str = "Basic YXJjaGl2ZTpjb3VudGVyc2lnbi10ZXN0";

/// The server writes fractions of a second with the zeros at their end cut, which no date format can say.
const MOMENT: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$";

/// The server sends null for texts that nobody wrote, and the archive must live with it; `like!` could not say so,
/// it compares with the example. Rules are matched by Oniguruma, which has another way to let a dot match a line
/// break than the crate that checks them first, so there is no dot here.
const ANY_TEXT: &str = r"^[\s\S]*$";

/// The real client, with one attempt only: a second one would hide what the first met.
fn client(url: &Url) -> Cablecast {
    let retry = Retry { attempts: 1, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };
    let limits = Limits { page_size: 2, retry, ..Limits::default() };
    Cablecast::new(url.as_str(), Credentials::new(USERNAME, PASSWORD), limits).unwrap()
}

/// A request that the server answers to anybody.
fn open<'a>(i: &'a mut InteractionBuilder, method: &str, path: &str) -> &'a mut InteractionBuilder {
    i.request.method(method).path(format!("{PREFIX}{path}")).header("Accept", "application/json");
    i
}

/// A request with credentials, whether or not the server takes them.
fn signed<'a>(i: &'a mut InteractionBuilder, method: &str, path: &str) -> &'a mut InteractionBuilder {
    open(i, method, path).request.header("Authorization", AUTHORIZATION);
    i
}

fn given_valid_credentials(i: &mut InteractionBuilder) {
    i.given_with_params("the credentials are valid", &json!({"username": USERNAME, "password": PASSWORD}));
}

/// What creating something answers: the documents name 200 and 201, and no client has been seen to ask which.
fn answers_created(i: &mut InteractionBuilder, body: JsonPattern) {
    i.response.matching_status(HttpStatus::Success, 200).json_body(body);
}

fn moment(example: &str) -> Term<JsonPattern> {
    term!(MOMENT, example)
}

fn no_text_or_any() -> NullOr {
    null_or(term!(ANY_TEXT, "any text")).answering_null()
}
