//! A file on its way to the station: begun, sent segment by segment, and watched until the station has it.

use std::time::Duration;

use archivist_cablecast::{Error, FileStoreId, FileUploadId, ShowId, UploadState};
use tokio::time::Instant;

use crate::error::ApiError;
use crate::station::publish::attempt::Attempt;
use crate::station::publish::files::File;
use crate::storage::publications::{Progress, Upload};

/// How long the station may work on a file that it has got.
const PATIENCE: Duration = Duration::from_mins(15);
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// What came of following an upload.
enum Followed {
    Finished,
    /// The station gave it up, or never had it.
    GivenUp,
}

impl Attempt {
    /// Sends the file, from where an earlier attempt was cut; where the station gave that up, once from the
    /// beginning. Before its id is written down nothing of an upload is sent, and the station drops what stays so.
    pub async fn send(&mut self, file: &File, show: ShowId) -> Result<(), ApiError> {
        let name = file.name_at(show.0);
        for _ in 0..2 {
            let upload = match self.upload.filter(|upload| upload.size == file.size) {
                Some(begun) => begun,
                None => self.begin(file, &name).await?,
            };
            match self.follow(upload, file).await? {
                Followed::Finished => return Ok(()),
                Followed::GivenUp => {
                    self.record(Progress::NoUpload).await?;
                    self.upload = None;
                }
            }
        }
        Err(ApiError::Station("the Cablecast server gave the upload up"))
    }

    async fn begin(&mut self, file: &File, name: &str) -> Result<Upload, ApiError> {
        let store = self.file_store().await?;
        self.record(Progress::StillThere).await?;
        let begun = self.station.exact().begin_upload(store, name, file.size).await?;
        let upload = Upload { id: begun.id.0, size: file.size, segments_sent: 0 };
        self.note(upload).await?;
        Ok(upload)
    }

    async fn note(&mut self, upload: Upload) -> Result<(), ApiError> {
        self.record(Progress::Upload(upload)).await?;
        self.upload = Some(upload);
        Ok(())
    }

    async fn file_store(&self) -> Result<FileStoreId, ApiError> {
        if let Some(chosen) = self.station.settings.file_store() {
            return Ok(chosen);
        }
        let first = self.station.exact().file_stores().await?.into_iter().map(|store| store.id).min();
        first.ok_or(ApiError::Station("the Cablecast server has no file store"))
    }

    async fn follow(&mut self, mut upload: Upload, file: &File) -> Result<Followed, ApiError> {
        let id = FileUploadId(upload.id);
        let mut state = match self.station.exact().upload(id).await {
            Ok(told) => told.state,
            Err(Error::NotFound) => return Ok(Followed::GivenUp),
            Err(error) => return Err(error.into()),
        };
        if state == UploadState::Uploading {
            while upload.segments_sent < file.segments() {
                let segment = file.segment(upload.segments_sent).await?;
                let index = usize::try_from(upload.segments_sent).map_err(|_| ApiError::Internal)?;
                // Sent again after a lost answer, it takes the place of itself: it has a number.
                self.station.transfers().send_segment(id, index, &segment).await?;
                upload.segments_sent += 1;
                self.note(upload).await?;
            }
            state = self.station.exact().end_upload(id).await?.state;
        }
        self.watch(id, state).await
    }

    async fn watch(&self, id: FileUploadId, mut state: UploadState) -> Result<Followed, ApiError> {
        let until = Instant::now() + PATIENCE;
        let mut wait = FIRST_LOOK;
        loop {
            match state {
                UploadState::Finished => return Ok(Followed::Finished),
                UploadState::Error | UploadState::TimedOut => return Ok(Followed::GivenUp),
                _ if Instant::now() >= until => return Err(ApiError::StationLost),
                _ => tokio::time::sleep(wait).await,
            }
            wait = (wait * 2).min(LONGEST_LOOK);
            state = self.station.exact().upload(id).await?.state;
        }
    }
}
