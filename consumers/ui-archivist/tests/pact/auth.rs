//! Signing in, staying signed in, signing out.

use std::time::Duration;

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::{Value, json};
use ui_archivist::{Credentials, Error, Role, User, UserId};

use crate::caller::{TOKEN, USERNAME, anonymous, given_a_user, given_an_expired_session, signed_in};
use crate::refusal::{RETRY_AFTER, refusal, refuses, says_when_to_come_back};

const PASSWORD: &str = "correct-horse-battery";
const REFUSED: &str = "wrong user name or password";

fn operator() -> User {
    User { id: UserId(7), username: USERNAME.to_owned(), role: Role::User }
}

fn account(password: &str) -> Value {
    json!({"username": USERNAME, "password": password})
}

fn asks_for_a_session(i: &mut InteractionBuilder, password: &str) {
    i.request
        .post()
        .path("/api/auth/login")
        .content_type("application/json")
        .json_body(json_pattern!({"username": USERNAME, "password": password}));
}

fn opens_a_session(i: &mut InteractionBuilder, role: &str) {
    i.response.status(200).json_body(json_pattern!({
        // What an AccessToken may hold, and so what fits behind "Bearer " and into the name of a subprotocol.
        "access_token": term!("^[A-Za-z0-9._~+-]+$", TOKEN),
        "token_type": "Bearer",
        "expires_in": integer(43200),
        "user": {"id": integer(7), "username": USERNAME, "role": role},
    }));
}

pub async fn a_user_signs_in(pact: PactTest) -> Fragment {
    pact.interaction("a user signs in", |mut i| {
        i.given_with_params("a user exists", &account(PASSWORD));
        asks_for_a_session(&mut i, PASSWORD);
        opens_a_session(&mut i, "user");
        i
    })
    .exercise(|url| async move {
        let session = anonymous(&url).sign_in(&Credentials::new(USERNAME, PASSWORD)).await.unwrap();
        assert_eq!(session.token.reveal(), TOKEN);
        assert_eq!(session.lasts, Duration::from_hours(12));
        assert_eq!(session.user, operator());
    })
    .await
}

pub async fn an_administrator_signs_in(pact: PactTest) -> Fragment {
    pact.interaction("an administrator signs in", |mut i| {
        i.given_with_params("an admin account exists", &account(PASSWORD));
        asks_for_a_session(&mut i, PASSWORD);
        opens_a_session(&mut i, "admin");
        i
    })
    .exercise(|url| async move {
        let session = anonymous(&url).sign_in(&Credentials::new(USERNAME, PASSWORD)).await.unwrap();
        assert_eq!(session.user.role, Role::Admin);
    })
    .await
}

pub async fn a_wrong_password(pact: PactTest) -> Fragment {
    const WRONG: &str = "wrong-horse-battery";
    pact.interaction("a user mistypes the password", |mut i| {
        i.given_with_params("a user exists", &account(PASSWORD));
        asks_for_a_session(&mut i, WRONG);
        refuses(&mut i, 401, REFUSED);
        i
    })
    .exercise(|url| async move {
        let error = anonymous(&url).sign_in(&Credentials::new(USERNAME, WRONG)).await.unwrap_err();
        let Error::NotSignedIn { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(REFUSED));
    })
    .await
}

pub async fn too_many_attempts(pact: PactTest) -> Fragment {
    const TOO_MANY: &str = "too many failed attempts to sign in";
    pact.interaction("a user signs in after too many attempts", |mut i| {
        i.given_with_params("sign-in attempts are exhausted", &json!({"username": USERNAME}));
        asks_for_a_session(&mut i, PASSWORD);
        refuses(&mut i, 429, TOO_MANY);
        says_when_to_come_back(&mut i);
        i
    })
    .exercise(|url| async move {
        let error = anonymous(&url).sign_in(&Credentials::new(USERNAME, PASSWORD)).await.unwrap_err();
        let Error::TooManyAttempts { refusal: shown, retry_after } = error else { panic!("{error:?}") };
        assert_eq!((shown, retry_after), (refusal(TOO_MANY), Some(RETRY_AFTER)));
    })
    .await
}

pub async fn signing_out(pact: PactTest) -> Fragment {
    pact.interaction("a user signs out", |mut i| {
        given_a_user(&mut i);
        i.request.post().path("/api/auth/logout");
        i.response.status(204);
        i
    })
    .exercise(|url| async move { signed_in(&url).sign_out().await.unwrap() })
    .await
}

pub async fn a_refreshed_session(pact: PactTest) -> Fragment {
    pact.interaction("a session is refreshed", |mut i| {
        given_a_user(&mut i);
        i.request.post().path("/api/auth/refresh");
        opens_a_session(&mut i, "user");
        i
    })
    .exercise(|url| async move {
        let session = signed_in(&url).refresh().await.unwrap();
        assert_eq!((session.token.reveal(), session.user), (TOKEN, operator()));
    })
    .await
}

fn asks_who_is_signed_in(i: &mut InteractionBuilder) {
    i.request.get().path("/api/auth/me");
}

pub async fn who_is_signed_in(pact: PactTest) -> Fragment {
    pact.interaction("a page asks who is signed in", |mut i| {
        given_a_user(&mut i);
        asks_who_is_signed_in(&mut i);
        i.response.status(200).json_body(json_pattern!({
            "id": integer(7), "username": USERNAME, "role": "user",
        }));
        i
    })
    .exercise(|url| async move { assert_eq!(signed_in(&url).me().await.unwrap(), operator()) })
    .await
}

pub async fn nobody_is_signed_in(pact: PactTest) -> Fragment {
    pact.interaction("a page asks who is signed in after the session is over", |mut i| {
        given_an_expired_session(&mut i);
        asks_who_is_signed_in(&mut i);
        refuses(&mut i, 401, "sign in first");
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).me().await.unwrap_err();
        let Error::NotSignedIn { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal("sign in first"));
    })
    .await
}

pub async fn a_session_that_lasts(pact: PactTest) -> Fragment {
    pact.interaction("a tab asks whether the session lasts", |mut i| {
        given_a_user(&mut i);
        i.request.get().path("/api/protected");
        // The status says all the UI wants to know, so nothing is asked of the body.
        i.response.status(200);
        i
    })
    .exercise(|url| async move { assert!(signed_in(&url).still_signed_in().await.unwrap()) })
    .await
}

pub async fn a_session_that_is_over(pact: PactTest) -> Fragment {
    pact.interaction("a tab asks whether the session lasts when it is over", |mut i| {
        given_an_expired_session(&mut i);
        i.request.get().path("/api/protected");
        refuses(&mut i, 401, "sign in first");
        i
    })
    .exercise(|url| async move { assert!(!signed_in(&url).still_signed_in().await.unwrap()) })
    .await
}
