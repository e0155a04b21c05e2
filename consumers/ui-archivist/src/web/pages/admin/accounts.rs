//! The accounts: their list, and the forms that open, change and close one.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use crate::web::Paged;
use crate::web::asked::{Fields, Filled, Query};
use crate::web::field::{Faults, Field, Kind};
use crate::web::notice::Notice;
use crate::web::pages::lead_to;
use crate::web::paging::{Paging, ROWS};
use crate::web::shell::{Page, Part, table};
use crate::web::trouble::Told;
use crate::web::visitor::Visitor;
use crate::web::words::{counted, moment, said};
use crate::{AccountChanges, AccountPage, AccountRow, NewAccount, Role, UserId};

const USERNAME: Field<'static> = Field::new("username", "User name", Kind::Line).required();
const PASSWORD: Field<'static> = Field::new("password", "Password", Kind::Password("new-password"))
    .hint("8 to 128 characters.")
    .required();
const NEW_PASSWORD: Field<'static> = Field::new("password", "New password", Kind::Password("new-password"))
    .hint("8 to 128 characters. Left empty, the password stays as it is; a new one ends the account's sessions.");
const ROLE: Field<'static> =
    Field::new("role", "Role", Kind::Choice(&[("user", "user"), ("admin", "administrator")]));
const SHOWN: [(&str, &str); 3] =
    [("username", USERNAME.label), ("password", PASSWORD.label), ("role", ROLE.label)];

const fn word(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::User => "user",
    }
}

/// Of the two that the form offers; what is neither gets the lesser.
fn role(form: &Fields) -> Role {
    if form.typed("role") == word(Role::Admin) { Role::Admin } else { Role::User }
}

pub async fn list(visitor: Visitor, Query(query): Query) -> Paged {
    let paging = Paging::of(&query, "/admin/users", &[]);
    let wanted = crate::Paging { limit: Some(ROWS), offset: Some(paging.offset()) };
    let found = visitor.archivist.list_accounts(wanted).await?;
    let body = html! {
        p.ways { a.button href="/admin/users/new" { "Open an account" } }
        section aria-labelledby="found" {
            h2 #found { (counted(found.total, "account")) }
            (rows(&found))
            (paging.ways(found.total))
        }
    };
    Ok(Page::new("Accounts", &body).within(Part::Admin, &visitor).below("Administration", "/admin").answer())
}

fn rows(found: &AccountPage) -> Markup {
    let rows = html! {
        @for row in &found.rows {
            tr {
                th scope="row" { a href={ "/admin/users/" (row.id) } { (said(&row.username)) } }
                td data-label="Role" { (word(row.role)) }
                td data-label="Opened" { (moment(row.created_at)) }
                td data-label="Last signed in" {
                    @match row.last_login_at { Some(at) => (moment(at)), None => span.soft { "never" } }
                }
            }
        }
    };
    table("Accounts", &["User name", "Role", "Opened", "Last signed in"], &rows)
}

pub async fn new(visitor: Visitor) -> Paged {
    Ok(new_page(&visitor, &Fields::default(), &Faults::default(), StatusCode::OK))
}

fn new_page(visitor: &Visitor, typed: &Fields, faults: &Faults, status: StatusCode) -> Response {
    let body = html! {
        (faults.above("The account was not opened.", &SHOWN))
        form.form method="post" action="/admin/users/new" {
            @for field in [&USERNAME, &PASSWORD, &ROLE] { (field.show(typed, faults)) }
            div { button #save { "Open the account" } }
        }
    };
    let page = Page::new("Open an account", &body).within(Part::Admin, visitor).with_status(status);
    page.below("Administration", "/admin").below("Accounts", "/admin/users").answer()
}

pub async fn open(visitor: Visitor, Filled(form): Filled) -> Paged {
    let account = NewAccount {
        username: form.typed("username").trim().to_owned(),
        password: form.typed("password").to_owned(),
        role: role(&form),
    };
    match visitor.archivist.open_account(&account).await {
        Ok(_) => Ok(lead_to(&Notice::AccountOpened.at("/admin/users"))),
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(new_page(&visitor, &form, &Faults::of(error)?, status))
        }
    }
}

pub async fn show(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    let account = visitor.archivist.account(UserId(id)).await?;
    let typed = Fields::from([("username", account.username.as_str()), ("role", word(account.role))]);
    Ok(page(&visitor, &account, &typed, &Faults::default(), StatusCode::OK))
}

fn page(
    visitor: &Visitor,
    account: &AccountRow,
    typed: &Fields,
    faults: &Faults,
    status: StatusCode,
) -> Response {
    let at = format!("/admin/users/{}", account.id);
    let body = html! {
        (faults.above("The account was not changed.", &SHOWN))
        form.form method="post" action=(at) {
            @for field in [&USERNAME, &NEW_PASSWORD, &ROLE] { (field.show(typed, faults)) }
            div { button #save { "Save" } }
        }
        section aria-labelledby="close" {
            h2 #close { "Close the account" }
            p { "Its sessions end with it. What it did stays on record." }
            p.acts { a.button.quiet href={ (at) "/close" } { "Close it" } }
        }
    };
    let page = Page::new(&account.username, &body).within(Part::Admin, visitor).with_status(status);
    page.below("Administration", "/admin").below("Accounts", "/admin/users").answer()
}

pub async fn change(visitor: Visitor, Path(id): Path<i64>, Filled(form): Filled) -> Paged {
    let account = visitor.archivist.account(UserId(id)).await?;
    let (username, role) = (form.typed("username").trim(), role(&form));
    // Only what was changed: a role that is sent ends sessions.
    let changes = AccountChanges {
        username: (username != account.username).then(|| username.to_owned()),
        password: Some(form.typed("password")).filter(|it| !it.is_empty()).map(str::to_owned),
        role: (role != account.role).then_some(role),
    };
    match visitor.archivist.change_account(account.id, &changes).await {
        Ok(_) => Ok(lead_to(&Notice::AccountChanged.at("/admin/users"))),
        Err(error) => {
            let status = Told::of_error(&error).status;
            Ok(page(&visitor, &account, &form, &Faults::of(error)?, status))
        }
    }
}

pub async fn ask_to_close(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    let account = visitor.archivist.account(UserId(id)).await?;
    let at = format!("/admin/users/{}", account.id);
    let body = html! {
        p.lead { "Whoever uses it is signed out at once and cannot sign in again." }
        form.acts method="post" action={ (at) "/close" } {
            button.danger #close { "Close for good" }
            a.button.quiet href=(at) { "Keep it" }
        }
    };
    let page = Page::new(format!("Close “{}”?", account.username), &body).within(Part::Admin, &visitor);
    Ok(page.below("Administration", "/admin").below("Accounts", "/admin/users").answer())
}

pub async fn close(visitor: Visitor, Path(id): Path<i64>) -> Paged {
    visitor.archivist.close_account(UserId(id)).await?;
    Ok(lead_to(&Notice::AccountClosed.at("/admin/users")))
}
