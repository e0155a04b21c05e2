//! The station itself: its locations and its channels.

use reqwest::Method;
use serde::Deserialize;

use crate::{Cablecast, ChannelId, Error, LocationId, VodConfigurationId};

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

#[derive(Deserialize)]
struct LocationList {
    locations: Vec<Location>,
}

#[derive(Deserialize)]
struct ChannelList {
    channels: Vec<Channel>,
}

impl Cablecast {
    /// The vendor's own code asks for these with credentials, so whether they are open to all is not known.
    pub async fn locations(&self) -> Result<Vec<Location>, Error> {
        Ok(self.json::<LocationList>(self.signed(Method::GET, &["locations"])).await?.locations)
    }

    pub async fn channels(&self) -> Result<Vec<Channel>, Error> {
        Ok(self.json::<ChannelList>(self.open(Method::GET, &["channels"])).await?.channels)
    }
}
