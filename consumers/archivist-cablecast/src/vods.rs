//! VODs: the videos a station offers on demand, and how they are made.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::paging::page;
use crate::{Cablecast, ChapterId, Error, LocationId, QualityId, ShowId, VodConfigurationId, VodId};

/// A VOD, as far as an archive looks at it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vod {
    pub id: VodId,
    pub show: ShowId,
    pub vod_configuration: VodConfigurationId,
    /// Servers are seen to send none.
    pub quality: Option<QualityId>,
    /// Servers are seen to send none.
    pub file_name: Option<String>,
    /// Seconds.
    pub length: u32,
    /// Where it plays; none until it is complete.
    pub url: Option<String>,
    pub vod_state: VodState,
    /// From 0 to 1.
    pub percent_complete: f64,
    pub error_message: Option<String>,
    pub is_watchable: bool,
    pub chapters: Vec<ChapterId>,
    pub chapters_published: bool,
}

/// How far a VOD has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum VodState {
    Unknown,
    Queued,
    Processing,
    Partial,
    Complete,
    Error,
    PermanentFailure,
    Disabled,
    Waiting,
}

/// The state of a VOD on its own, for polling.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VodStatus {
    pub id: VodId,
    pub vod_state: VodState,
    /// From 0 to 1.
    pub percent_complete: f64,
    pub error_message: Option<String>,
}

/// A VOD to be made of a show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewVod {
    pub show: ShowId,
    #[serde(rename = "vodConfiguration")]
    pub configuration: VodConfigurationId,
}

/// A rendition that VODs are transcoded to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Quality {
    pub id: QualityId,
    pub name: String,
}

/// How a location makes its VODs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VodConfiguration {
    pub id: VodConfigurationId,
    pub location: LocationId,
    pub default_quality: QualityId,
    #[serde(rename = "vodTranscodeQualities")]
    pub qualities: Vec<QualityId>,
}

page!(VodPage, vods: Vod, VodId, sized: true);

#[derive(Deserialize)]
struct VodEnvelope {
    vod: Vod,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VodStatusEnvelope {
    vod_status: VodStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QualityList {
    vod_transcode_qualities: Vec<Quality>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VodConfigurationList {
    vod_configurations: Vec<VodConfiguration>,
}

#[derive(Serialize)]
struct NewVodBody<'a> {
    vod: &'a NewVod,
}

/// Creating answers with the VOD; the archive needs the id only.
#[derive(Deserialize)]
struct Created {
    vod: CreatedVod,
}

#[derive(Deserialize)]
struct CreatedVod {
    id: VodId,
}

impl Cablecast {
    /// Every VOD of the station. The server cannot filter them; for those of one show see [`crate::Show::vods`].
    pub async fn vods(&self) -> Result<Vec<Vod>, Error> {
        self.all::<VodPage>(|| self.open(Method::GET, &["vods"])).await
    }

    pub async fn vod(&self, id: VodId) -> Result<Vod, Error> {
        let request = self.open(Method::GET, &["vods", &id.to_string()]);
        Ok(self.json::<VodEnvelope>(request).await?.vod)
    }

    /// Asks for a VOD of a show and returns its id; [`vod_status`](Self::vod_status) tells how far it has come.
    pub async fn create_vod(&self, new: &NewVod) -> Result<VodId, Error> {
        let request = self.signed(Method::POST, &["vods"]).json(&NewVodBody { vod: new });
        Ok(self.json::<Created>(request).await?.vod.id)
    }

    pub async fn vod_status(&self, id: VodId) -> Result<VodStatus, Error> {
        let request = self.open(Method::GET, &["vodstatuses", &id.to_string()]);
        Ok(self.json::<VodStatusEnvelope>(request).await?.vod_status)
    }

    pub async fn qualities(&self) -> Result<Vec<Quality>, Error> {
        let request = self.open(Method::GET, &["vodtranscodequalities"]);
        Ok(self.json::<QualityList>(request).await?.vod_transcode_qualities)
    }

    /// The vendor's own code asks for these with credentials, so whether they are open to all is not known.
    pub async fn vod_configurations(&self) -> Result<Vec<VodConfiguration>, Error> {
        let request = self.signed(Method::GET, &["vodconfigurations"]);
        Ok(self.json::<VodConfigurationList>(request).await?.vod_configurations)
    }
}
