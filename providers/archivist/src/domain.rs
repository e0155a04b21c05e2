//! The values the service works with, parsed once at its border.

mod job;
mod media_path;
mod publication;
mod transcription;
mod user;
mod vod;

pub use job::{Job, JobId, JobStatus};
pub use media_path::MediaPath;
pub use publication::{Link, Publication, PublicationStatus, PublicationStep, Show, ShowId};
pub use transcription::{SummaryEntry, Transcription};
pub use user::{Account, Password, Role, User, UserId, Username};
pub use vod::{Description, FileSize, RunningTime, Title, Vod, VodId, VodStatus};
