//! Who looks at a page: the session of their cookie, and the person the Archivist says it is.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::asked::Query;
use super::notice::Notice;
use super::trouble::Trouble;
use super::{Ui, cookie};
use crate::{AccessToken, Role, SignedIn, User};

/// Somebody who is signed in. Without them, a page that asks for one shows the sign-in.
pub struct Visitor {
    pub archivist: SignedIn,
    pub user: User,
    pub token: AccessToken,
    /// What was done just before.
    pub notice: Option<Notice>,
}

impl Visitor {
    pub fn is_admin(&self) -> bool {
        self.user.role == Role::Admin
    }
}

impl FromRequestParts<Ui> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, ui: &Ui) -> Result<Self, Trouble> {
        let token = cookie::token(&parts.headers, ui.https).ok_or(Trouble::NobodySignedIn)?;
        let archivist = ui.archivist.resume(token.clone());
        let user = archivist.me().await?;
        let Query(query) = Query::from_request_parts(parts, ui).await.unwrap_or_else(|never| match never {});
        let notice = query.given("done").and_then(Notice::named);
        Ok(Self { archivist, user, token, notice })
    }
}

/// Whoever looks, where a page is for anybody.
pub struct Anybody(pub Option<Visitor>);

impl FromRequestParts<Ui> for Anybody {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, ui: &Ui) -> Result<Self, Infallible> {
        Ok(Self(Visitor::from_request_parts(parts, ui).await.ok()))
    }
}
