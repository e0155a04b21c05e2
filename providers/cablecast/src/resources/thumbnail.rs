//! Stills of assets. They are only sent along with shows, and derived from what a show names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rendered still of an asset.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Thumbnail {
    /// Asset and size, such as 15220-small.
    pub id: String,
    pub url: String,
    pub quality: ThumbnailQuality,
}

/// How large a still is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ThumbnailQuality {
    #[default]
    Small,
    Medium,
    Large,
}

impl ThumbnailQuality {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Small, "small"), (Self::Medium, "medium"), (Self::Large, "large")];
}

impl Thumbnail {
    /// The still that an id such as `15220-small` names.
    pub(crate) fn named(id: &str) -> Option<Self> {
        let (asset, size) = id.split_once('-')?;
        let (quality, _) = ThumbnailQuality::ALL.into_iter().find(|(_, name)| *name == size)?;
        let url = format!("{}/cablecastapi/dynamicthumbnails/{asset}?d={size}", crate::HOST);
        Some(Self { id: id.to_owned(), url, quality })
    }
}
