//! The station itself: its locations, its channels, and where it keeps files.

use reqwest::Method;
use serde::Deserialize;

use crate::{Cablecast, ChannelId, Error, FileStoreId, LocationId, VodConfigurationId};

/// A headend.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub vod_configurations: Vec<VodConfigurationId>,
}

/// A channel that schedule items run on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    pub id: ChannelId,
    pub name: String,
    pub primary_location: LocationId,
}

/// A place that files are uploaded to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FileStore {
    pub id: FileStoreId,
}

#[derive(Deserialize)]
struct LocationList {
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct ChannelList {
    channels: Vec<Channel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileStoreList {
    file_stores: Vec<FileStore>,
}

impl Cablecast {
    /// The vendor's own code asks for these with credentials, so whether they are open to all is not known.
    pub async fn locations(&self) -> Result<Vec<Location>, Error> {
        Ok(self.json::<LocationList>(self.signed(Method::GET, &["locations"])).await?.locations)
    }

    pub async fn channels(&self) -> Result<Vec<Channel>, Error> {
        Ok(self.json::<ChannelList>(self.open(Method::GET, &["channels"])).await?.channels)
    }

    /// As with the locations: asked for with credentials.
    pub async fn file_stores(&self) -> Result<Vec<FileStore>, Error> {
        Ok(self.json::<FileStoreList>(self.signed(Method::GET, &["filestores"])).await?.file_stores)
    }
}
