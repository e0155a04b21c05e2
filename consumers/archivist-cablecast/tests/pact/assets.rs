//! Assets: caption files that no reel has yet.

use archivist_cablecast::{AssetFilter, Error, FileType};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};

use crate::{client, given_valid_credentials, signed};

const FILE_TYPES: [&str; 7] = ["unknown", "video", "audio", "image", "caption", "document", "hlsmanifest"];
const UNLINKED: AssetFilter = AssetFilter { unlinked: true, playable: false };

fn asks_for_unlinked(i: &mut InteractionBuilder) {
    i.given("unlinked assets exist");
    signed(i, "GET", "/assets")
        .request
        .query_param("sort", "last_modified")
        .query_param("status_type[]", "Unlinked");
    i.request.query_param("offset", "0");
}

pub async fn assets_without_a_reel(pact: PactTest) -> Fragment {
    pact.interaction("a request for the assets that no reel has", |mut i| {
        given_valid_credentials(&mut i);
        asks_for_unlinked(&mut i);
        let asset = json_pattern!({
            "id": integer(15_302),
            "path": like!("4130-1 School Committee.scc"),
            "url": like!("https://cablecast.example.org/store-11/4130-1%20School%20Committee.scc"),
            "fileType": one_of(&FILE_TYPES, "caption"),
            "size": integer(48_213),
            "hasCaptions": like!(false),
            "reels": list_of(integer(4191)),
        });
        i.response.json_body(json_pattern!({
            "meta": {"pageSize": integer(2), "count": integer(1)},
            "assets": list_of(asset).at_least(1),
        }));
        i
    })
    .exercise(|url| async move {
        let assets = client(&url).assets(UNLINKED).await.unwrap();
        assert_eq!((assets[0].file_type, assets[0].size), (FileType::Caption, 48_213));
    })
    .await
}

pub async fn assets_without_valid_credentials(pact: PactTest) -> Fragment {
    pact.interaction("a request for assets with a password that is not valid", |mut i| {
        asks_for_unlinked(&mut i);
        i.response.status(401);
        i
    })
    .exercise(|url| async move {
        let refused = client(&url).assets(UNLINKED).await.unwrap_err();
        assert!(matches!(refused, Error::Unauthorized), "{refused}");
    })
    .await
}
