//! The pages, one file for each part of the navigation.

mod admin;
mod health;
mod jobs;
mod queue;
mod sign_in;
mod transcription;
mod transcriptions;
mod vod;
mod vod_form;
mod vods;

use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};

use super::Ui;

pub fn routes() -> Router<Ui> {
    Router::new()
        .route("/", get(async || Redirect::to("/vods")))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/vods", get(vods::list))
        .route("/vods/new", get(vod_form::new).post(vod_form::create))
        .route("/vods/{id}", get(vod::show))
        .route("/vods/{id}/edit", get(vod_form::edit).post(vod_form::save))
        .route("/vods/{id}/delete", get(vod::ask_to_delete).post(vod::delete))
        .route("/vods/{id}/transcribe", post(vod::transcribe))
        .route("/vods/{id}/retry", post(vod::retry))
        .route("/transcriptions", get(transcriptions::list))
        .route("/transcriptions/{id}", get(transcription::show))
        .route("/transcriptions/{id}/captions.scc", get(transcription::scc))
        .route("/transcriptions/{id}/captions.vtt", get(transcription::vtt))
        .route("/transcriptions/{id}/summary", post(transcription::summarize))
        .route("/queue", get(queue::show))
        .route("/queue/batch", get(queue::batch_form).post(queue::batch))
        .route("/queue/{id}/{act}", post(queue::act))
        .route("/admin", get(admin::overview))
        .route("/admin/audit", get(admin::audit))
        .route("/admin/cleanup", get(admin::cleanup::show).post(admin::cleanup::clean_up))
        .route("/admin/users", get(admin::accounts::list))
        .route("/admin/users/new", get(admin::accounts::new).post(admin::accounts::open))
        .route("/admin/users/{id}", get(admin::accounts::show).post(admin::accounts::change))
        .route("/admin/users/{id}/close", get(admin::accounts::ask_to_close).post(admin::accounts::close))
        .route("/health", get(health::show))
}

/// After a form was done: the page that says so, so that a reload does nothing twice.
fn lead_to(page: &str) -> Response {
    Redirect::to(page).into_response()
}
