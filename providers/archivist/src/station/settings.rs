//! Which station, and which of its parts. Its password is never shown.

use std::fmt;
use std::time::Duration;

use archivist_cablecast::{FileStoreId, LocationId, VodConfigurationId};

/// How the station's Cablecast server is used.
#[derive(Clone)]
pub struct StationSettings {
    /// Such as `https://station.example.org`.
    pub url: String,
    pub username: String,
    password: String,
    /// Where shows are made; the station's first location where none is chosen.
    pub location: Option<i32>,
    /// Where files go; the station's first file store where none is chosen.
    pub file_store: Option<i32>,
    /// How VODs are made; the first configuration of the show's location where none is chosen.
    pub vod_configuration: Option<i32>,
    /// How long one answer is waited for.
    pub answer: Duration,
    /// How long one segment of a file may take.
    pub transfer: Duration,
    /// About how long to wait before what the station did not answer is asked again, once.
    pub second_try: Duration,
}

impl StationSettings {
    #[must_use]
    pub fn new(url: String, username: String, password: String) -> Self {
        Self {
            url,
            username,
            password,
            location: None,
            file_store: None,
            vod_configuration: None,
            answer: Duration::from_secs(8),
            transfer: Duration::from_mins(2),
            second_try: Duration::from_millis(250),
        }
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    pub(super) fn location(&self) -> Option<LocationId> {
        self.location.map(LocationId)
    }

    pub(super) fn file_store(&self) -> Option<FileStoreId> {
        self.file_store.map(FileStoreId)
    }

    pub(super) fn vod_configuration(&self) -> Option<VodConfigurationId> {
        self.vod_configuration.map(VodConfigurationId)
    }
}

impl fmt::Debug for StationSettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("StationSettings").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_password_nor_address_is_shown() {
        let address = "https://station.example.org".to_owned();
        let settings = StationSettings::new(address, "archive".to_owned(), "s3cret".to_owned());
        assert_eq!(format!("{settings:?}"), "StationSettings { username: \"archive\", .. }");
    }
}
