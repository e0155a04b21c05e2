//! Uploads: how a file gets to the server. Begin, send every segment, say that all were sent.

use std::time::Duration;

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{AssetId, Cablecast, Error, FileStoreId, FileUploadId};

/// Bytes of a segment: every one but the last has as many. The vendor's own client sends no more at once.
pub const SEGMENT_BYTES: usize = 5 * 1024 * 1024;

/// A file on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FileUpload {
    pub id: FileUploadId,
    pub state: UploadState,
    /// The file as an asset, once the server has made one of it. Older servers do not tell.
    pub asset: Option<AssetId>,
}

/// How far an upload has come. The server writes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadState {
    Error,
    Uploading,
    UploadingComplete,
    PostProcessing,
    Transferring,
    Finished,
    TimedOut,
}

/// How long an upload is watched.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    pub every: Duration,
    pub at_most: u32,
}

impl Default for Polling {
    fn default() -> Self {
        Self { every: Duration::from_secs(2), at_most: 150 }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FileUploadEnvelope {
    file_upload: FileUpload,
}

/// Beginning and ending an upload: the archive needs the id and the state.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileUploadBody<T> {
    file_upload: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewFileUpload<'a> {
    file_name: &'a str,
    destination_store: FileStoreId,
    total_segments: u64,
    size: u64,
}

#[derive(Serialize)]
struct NewState {
    state: u8,
}

impl<'de> Deserialize<'de> for UploadState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match u64::deserialize(deserializer)? {
            0 => Self::Error,
            1 => Self::Uploading,
            2 => Self::UploadingComplete,
            3 => Self::PostProcessing,
            4 => Self::Transferring,
            5 => Self::Finished,
            6 => Self::TimedOut,
            other => {
                return Err(D::Error::invalid_value(Unexpected::Unsigned(other), &"a state from 0 to 6"));
            }
        })
    }
}

impl Cablecast {
    /// Uploads a caption file and waits until the server has made an asset of it.
    ///
    /// Nothing of an upload is sent twice: after an error it is begun again, and the server drops the half one.
    pub async fn upload_caption(
        &self,
        store: FileStoreId,
        file_name: &str,
        content: &[u8],
        polling: Polling,
    ) -> Result<FileUpload, Error> {
        let begun = self.begin_upload(store, file_name, content.len() as u64).await?;
        for (index, segment) in content.chunks(SEGMENT_BYTES).enumerate() {
            self.send_segment(begun.id, index, segment).await?;
        }
        self.end_upload(begun.id).await?;
        self.finished_upload(begun.id, polling).await
    }

    /// First step: tells the server what will come.
    pub async fn begin_upload(
        &self,
        store: FileStoreId,
        file_name: &str,
        size: u64,
    ) -> Result<FileUpload, Error> {
        if size == 0 || i64::try_from(size).is_err() {
            return Err(Error::FileSize { size });
        }
        let new = NewFileUpload {
            file_name,
            destination_store: store,
            total_segments: size.div_ceil(SEGMENT_BYTES as u64),
            size,
        };
        let request = self.signed(Method::POST, &["fileuploads"]).json(&FileUploadBody { file_upload: new });
        Ok(self.json::<FileUploadEnvelope>(request).await?.file_upload)
    }

    /// Second step, for every segment, the first being 0.
    pub async fn send_segment(&self, id: FileUploadId, index: usize, content: &[u8]) -> Result<(), Error> {
        let file = Part::bytes(content.to_vec())
            .file_name("segment")
            .mime_str("application/octet-stream")
            .map_err(|source| Error::Setup { source })?;
        let form = Form::new().text("segment", index.to_string()).part("file", file);
        let request = self.signed(Method::POST, &["fileuploads", &id.to_string(), "upload"]).multipart(form);
        self.body(request).await.map(drop)
    }

    /// Third step: tells the server that all segments were sent.
    pub async fn end_upload(&self, id: FileUploadId) -> Result<FileUpload, Error> {
        let body = FileUploadBody { file_upload: NewState { state: 2 } };
        let request = self.signed(Method::PUT, &["fileuploads", &id.to_string()]).json(&body);
        Ok(self.json::<FileUploadEnvelope>(request).await?.file_upload)
    }

    /// How far an upload has come.
    pub async fn upload(&self, id: FileUploadId) -> Result<FileUpload, Error> {
        let request = self.signed(Method::GET, &["fileuploads", &id.to_string()]);
        Ok(self.json::<FileUploadEnvelope>(request).await?.file_upload)
    }

    async fn finished_upload(&self, id: FileUploadId, polling: Polling) -> Result<FileUpload, Error> {
        let mut upload = self.upload(id).await?;
        for _ in 1..polling.at_most {
            if matches!(upload.state, UploadState::Finished | UploadState::Error | UploadState::TimedOut) {
                break;
            }
            tokio::time::sleep(polling.every).await;
            upload = self.upload(id).await?;
        }
        match upload.state {
            UploadState::Finished => Ok(upload),
            state => Err(Error::Upload { state }),
        }
    }
}
