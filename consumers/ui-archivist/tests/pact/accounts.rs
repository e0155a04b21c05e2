//! The administrators' list of accounts, and its form.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;
use ui_archivist::{AccountChanges, AccountPage, AccountRow, Error, NewAccount, Paging, Role, UserId};

use crate::caller::{USERNAME, given_an_admin, signed_in};
use crate::refusal::{refusal, refuses, refuses_field};
use crate::vods::moment;

const MOMENT: &str = "2026-05-12T18:30:00Z";
const ID: UserId = UserId(42);
const NAME: &str = "night.shift";
const PASSWORD: &str = "a-long-password";
const GONE: &str = "there is no such account";

fn line(username: impl Into<JsonPattern>, role: impl Into<JsonPattern>) -> JsonPattern {
    json_pattern!({
        "id": integer(ID.0),
        "username": username.into(),
        "role": role.into(),
        "created_at": moment(MOMENT),
        "last_login_at": null_or(moment(MOMENT)).answering_null(),
    })
}

fn any_name() -> JsonPattern {
    json_pattern!(like!(NAME))
}

fn any_role() -> JsonPattern {
    one_of(&["admin", "user"], "user").into()
}

/// What the client makes of such a line.
fn row(role: Role) -> AccountRow {
    let created_at = MOMENT.parse().unwrap();
    AccountRow { id: ID, username: NAME.to_owned(), role, created_at, last_login_at: None }
}

fn given_an_account(i: &mut InteractionBuilder) {
    given_an_admin(i);
    i.given_with_params("a user exists", &json!({"username": NAME, "password": PASSWORD}));
    i.request.path_from_provider_state(
        "/api/admin/users/${user_id}",
        term!(r"^/api/admin/users/\d+$", format!("/api/admin/users/{ID}")),
    );
}

pub async fn the_list(pact: PactTest) -> Fragment {
    pact.interaction("an administrator lists the accounts", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin/users");
        i.response.status(200).json_body(json_pattern!({
            "users": list_of(line(any_name(), any_role())).at_least(1),
            "total": integer(2), "limit": integer(50), "offset": 0,
        }));
        i
    })
    .exercise(|url| async move {
        let page = signed_in(&url).list_accounts(Paging::default()).await.unwrap();
        assert_eq!(page, AccountPage { rows: vec![row(Role::User)], total: 2, limit: 50, offset: 0 });
    })
    .await
}

pub async fn a_further_page_of_accounts(pact: PactTest) -> Fragment {
    pact.interaction("an administrator turns the list of accounts", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin/users").query_param("limit", "1").query_param("offset", "1");
        i.response.status(200).json_body(json_pattern!({
            "users": list_of(line(any_name(), any_role())).at_least(1).at_most(1),
            "total": integer(2), "limit": 1, "offset": 1,
        }));
        i
    })
    .exercise(|url| async move {
        let page = signed_in(&url).list_accounts(Paging { limit: Some(1), offset: Some(1) }).await.unwrap();
        assert_eq!((page.limit, page.offset, page.rows.len()), (1, 1, 1));
    })
    .await
}

pub async fn an_account(pact: PactTest) -> Fragment {
    pact.interaction("an administrator opens the form of an account", |mut i| {
        i.request.get();
        given_an_account(&mut i);
        i.response.status(200).json_body(line(json_pattern!(NAME), json_pattern!("user")));
        i
    })
    .exercise(|url| async move {
        assert_eq!(signed_in(&url).account(ID).await.unwrap(), row(Role::User));
    })
    .await
}

pub async fn an_account_that_is_gone(pact: PactTest) -> Fragment {
    pact.interaction("an administrator opens the form of an account that is gone", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin/users/999999");
        refuses(&mut i, 404, GONE);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).account(UserId(999_999)).await.unwrap_err();
        let Error::NotFound { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(GONE));
    })
    .await
}

fn opens(i: &mut InteractionBuilder, username: &str, password: &str) {
    given_an_admin(i);
    i.request
        .post()
        .path("/api/admin/users")
        .content_type("application/json")
        .json_body(json_pattern!({"username": username, "password": password, "role": "user"}));
}

fn form(username: &str, password: &str) -> NewAccount {
    NewAccount { username: username.to_owned(), password: password.to_owned(), role: Role::User }
}

pub async fn a_new_account(pact: PactTest) -> Fragment {
    pact.interaction("an administrator opens an account", |mut i| {
        opens(&mut i, NAME, PASSWORD);
        i.response.status(201).json_body(line(json_pattern!(NAME), json_pattern!("user")));
        i
    })
    .exercise(|url| async move {
        let opened = signed_in(&url).open_account(&form(NAME, PASSWORD)).await.unwrap();
        assert_eq!(opened, row(Role::User));
    })
    .await
}

pub async fn a_name_that_is_taken(pact: PactTest) -> Fragment {
    const TAKEN: &str = "an account of this username exists already";
    pact.interaction("an administrator opens an account of a name that is taken", |mut i| {
        opens(&mut i, USERNAME, PASSWORD);
        refuses(&mut i, 409, TAKEN);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).open_account(&form(USERNAME, PASSWORD)).await.unwrap_err();
        let Error::Conflict { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(TAKEN));
    })
    .await
}

pub async fn a_password_that_is_too_short(pact: PactTest) -> Fragment {
    const SHORT: &str = "must have at least 8 characters";
    pact.interaction("an administrator opens an account with a short password", |mut i| {
        opens(&mut i, NAME, "short");
        refuses_field(&mut i, "password", SHORT);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).open_account(&form(NAME, "short")).await.unwrap_err();
        let Error::Invalid { fields, .. } = error else { panic!("{error:?}") };
        assert_eq!(fields["password"], [SHORT]);
    })
    .await
}

fn changes(i: &mut InteractionBuilder, body: JsonPattern) {
    i.request.put().content_type("application/json").json_body(body);
    given_an_account(i);
}

pub async fn another_role(pact: PactTest) -> Fragment {
    pact.interaction("an administrator gives an account another role", |mut i| {
        changes(&mut i, json_pattern!({"role": "admin"}));
        i.response.status(200).json_body(line(json_pattern!(NAME), json_pattern!("admin")));
        i
    })
    .exercise(|url| async move {
        let changes = AccountChanges { role: Some(Role::Admin), ..AccountChanges::default() };
        assert_eq!(signed_in(&url).change_account(ID, &changes).await.unwrap(), row(Role::Admin));
    })
    .await
}

pub async fn another_password(pact: PactTest) -> Fragment {
    const OTHER: &str = "another-long-password";
    pact.interaction("an administrator gives an account another password", |mut i| {
        changes(&mut i, json_pattern!({"password": OTHER}));
        i.response.status(200).json_body(line(json_pattern!(NAME), json_pattern!("user")));
        i
    })
    .exercise(|url| async move {
        let changes = AccountChanges { password: Some(OTHER.to_owned()), ..AccountChanges::default() };
        assert_eq!(signed_in(&url).change_account(ID, &changes).await.unwrap(), row(Role::User));
    })
    .await
}

pub async fn a_closed_account(pact: PactTest) -> Fragment {
    pact.interaction("an administrator closes an account", |mut i| {
        i.request.delete();
        given_an_account(&mut i);
        i.response.status(204);
        i
    })
    .exercise(|url| async move { signed_in(&url).close_account(ID).await.unwrap() })
    .await
}
