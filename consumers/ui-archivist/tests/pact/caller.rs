//! Who calls: the real client, without a session or with the one a provider state opened.

use countersign_consumer::prelude::*;
use serde_json::json;
use ui_archivist::{AccessToken, Archivist, Limits, SignedIn};

/// What the mock provider is shown; the Archivist gets the token that its provider state returned.
pub const TOKEN: &str = "a-token-of-the-state";

/// The user name of whoever is signed in by [`given_a_user`] or [`given_an_admin`].
pub const USERNAME: &str = "operator";

pub fn anonymous(url: &Url) -> Archivist {
    Archivist::new(url.as_str(), Limits::default()).expect("the mock provider has a plain address")
}

pub fn signed_in(url: &Url) -> SignedIn {
    anonymous(url).resume(AccessToken::new(TOKEN).expect("the example is a bearer token"))
}

pub fn given_a_user(i: &mut InteractionBuilder) {
    i.given_with_params("a user is signed in", &json!({"username": USERNAME}));
    authorize(i);
}

pub fn given_an_admin(i: &mut InteractionBuilder) {
    i.given_with_params("an admin is signed in", &json!({"username": USERNAME}));
    authorize(i);
}

pub fn given_an_expired_session(i: &mut InteractionBuilder) {
    i.given("an expired session");
    authorize(i);
}

/// What a page offers for a socket, for the token stands in no other header there. A replay of events offers the
/// same: see countersign.toml.
pub fn offers() -> String {
    format!("archivist.v1, bearer.{TOKEN}")
}

/// All three states above return the `token` that stands here.
fn authorize(i: &mut InteractionBuilder) {
    i.request.header_from_provider_state(
        "Authorization",
        "Bearer ${token}",
        term!("^Bearer .+$", format!("Bearer {TOKEN}")),
    );
}
