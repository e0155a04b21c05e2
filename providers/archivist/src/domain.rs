//! The values the service works with, parsed once at its border.

mod media_path;
mod user;
mod vod;

pub use media_path::MediaPath;
pub use user::{Account, Password, Role, User, UserId, Username};
pub use vod::{Description, FileSize, RunningTime, Title, Vod, VodId, VodStatus};
