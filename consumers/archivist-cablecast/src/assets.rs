//! Assets: the files the server knows, such as a caption file that no reel has yet.

use reqwest::{Method, RequestBuilder};
use serde::Deserialize;

use crate::paging::page;
use crate::{AssetId, Cablecast, Error, ReelId};

/// A file the server knows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    pub id: AssetId,
    pub path: String,
    pub url: String,
    pub file_type: FileType,
    pub size: u64,
    pub has_captions: bool,
    pub reels: Vec<ReelId>,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    Unknown,
    Video,
    Audio,
    Image,
    Caption,
    Document,
    HlsManifest,
}

/// Which assets a list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AssetFilter {
    /// Those no reel has yet.
    pub unlinked: bool,
    /// Those that can be played.
    pub playable: bool,
}

page!(AssetPage, assets: Asset, AssetId, sized: false);

impl AssetFilter {
    fn apply(self, request: RequestBuilder) -> RequestBuilder {
        let mut query = vec![("sort", "last_modified")];
        if self.unlinked {
            query.push(("status_type[]", "Unlinked"));
        }
        if self.playable {
            query.push(("purpose_type", "Playback"));
        }
        request.query(&query)
    }
}

impl Cablecast {
    /// Every asset that the filter leaves, newest first.
    pub async fn assets(&self, filter: AssetFilter) -> Result<Vec<Asset>, Error> {
        self.all::<AssetPage>(|| filter.apply(self.signed(Method::GET, &["assets"]))).await
    }
}
