//! The administrators' page, and the door before it.

use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use ui_archivist::{Error, Overview, VodCounts};

use crate::caller::{given_a_user, given_an_admin, signed_in};
use crate::refusal::{refusal, refuses};

pub async fn the_overview(pact: PactTest) -> Fragment {
    pact.interaction("an administrator opens the overview", |mut i| {
        given_an_admin(&mut i);
        i.request.get().path("/api/admin");
        i.response.status(200).json_body(json_pattern!({
            "users": integer(3), "vods": {"total": integer(12), "failed": integer(1)},
        }));
        i
    })
    .exercise(|url| async move {
        let overview = signed_in(&url).admin_overview().await.unwrap();
        assert_eq!(overview, Overview { users: 3, vods: VodCounts { total: 12, failed: 1 } });
    })
    .await
}

pub async fn no_overview_for_a_user(pact: PactTest) -> Fragment {
    const REFUSED: &str = "only an administrator may do that";
    pact.interaction("a user opens the overview", |mut i| {
        given_a_user(&mut i);
        i.request.get().path("/api/admin");
        refuses(&mut i, 403, REFUSED);
        i
    })
    .exercise(|url| async move {
        let error = signed_in(&url).admin_overview().await.unwrap_err();
        let Error::Forbidden { refusal: shown } = error else { panic!("{error:?}") };
        assert_eq!(shown, refusal(REFUSED));
    })
    .await
}
