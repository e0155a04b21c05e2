//! The Archivist's client of the station's Cablecast server: what an archive needs of it, and no more.
//!
//! ```no_run
//! use archivist_cablecast::{Cablecast, Credentials, Limits, NewVod, ShowFilter};
//!
//! # async fn example() -> Result<(), archivist_cablecast::Error> {
//! let credentials = Credentials::new("archive", "correct horse");
//! let station = Cablecast::new("https://station.example.org", credentials, Limits::default())?;
//!
//! for show in station.shows(&ShowFilter::search("council")).await? {
//!     if show.vods.is_empty() {
//!         let configuration = station.vod_configurations().await?.remove(0).id;
//!         station.create_vod(&NewVod { show: show.id, configuration }).await?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Lists are read to their end, page by page. Reads and other idempotent calls are tried again when the server
//! is busy or cannot be reached, with a wait that doubles and varies; what creates something is sent once.
//! Extra members in answers are ignored, as the server's compatibility promise asks of its clients.

mod assets;
mod chapters;
mod connection;
mod credentials;
mod error;
mod ids;
mod paging;
mod retry;
mod schedule;
mod shows;
mod station;
mod uploads;
mod vods;

pub use assets::{Asset, AssetFilter, FileType};
pub use chapters::{Chapter, ChapterTrack, NewChapter};
pub use connection::{Cablecast, Limits};
pub use credentials::Credentials;
pub use error::{Absence, Error, Malformed};
pub use ids::{
    AssetId, ChannelId, ChapterId, FileStoreId, FileUploadId, LocationId, ProjectId, QualityId, ReelId,
    ScheduleItemId, ShowId, VodConfigurationId, VodId,
};
pub use retry::Retry;
pub use schedule::{ScheduleFilter, ScheduleItem};
pub use shows::{NewShow, Show, ShowFilter};
pub use station::{Channel, FileStore, Location};
pub use uploads::{FileUpload, Polling, SEGMENT_BYTES, UploadState};
pub use vods::{NewVod, Quality, Vod, VodConfiguration, VodState, VodStatus};
