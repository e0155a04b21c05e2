//! How the things of the model look in HAL, wherever they are shown.

mod deployment;
mod pacticipant;
mod version;
mod webhook;

pub use deployment::{deployment, environment, release};
pub use pacticipant::pacticipant;
pub use version::{short_version, version};
pub use webhook::{name as webhook_name, status as triggered_status, triggered, webhook};
