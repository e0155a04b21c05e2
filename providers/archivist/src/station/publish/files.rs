//! The files that are sent to the station: the recording, read piece by piece, and its captions.

use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use archivist_cablecast::SEGMENT_BYTES;

use crate::error::ApiError;
use crate::files::{self, Beside};
use crate::station::publish::attempt::Attempt;

/// Characters of a recording's name, at most.
const MAX_NAME: usize = 80;
/// Of the transcription's id: two of one recording do not get in each other's way.
const REFERENCE: usize = 8;

const NO_RECORDING: ApiError = ApiError::Conflict("its recording is not there");
const EMPTY_RECORDING: ApiError = ApiError::Conflict("its recording is empty");
const NO_CAPTIONS: ApiError = ApiError::Conflict("its captions are not there");

#[derive(Clone, Debug)]
enum Content {
    Recording(Arc<std::fs::File>),
    Captions(Arc<[u8]>),
}

/// A file, and what the station is to call it.
#[derive(Clone, Debug)]
pub(super) struct File {
    content: Content,
    pub size: u64,
    name: String,
    ending: String,
}

impl File {
    pub async fn recording(attempt: &Attempt) -> Result<Self, ApiError> {
        let path = &attempt.vod.file_path;
        let opened = files::open(&attempt.state.media_root, path).await;
        let (file, size) = opened.ok_or(NO_RECORDING)?;
        if size == 0 {
            return Err(EMPTY_RECORDING);
        }
        let ending = path.as_str().rsplit('/').next().and_then(|name| name.rsplit_once('.'));
        let ending = ending.map_or("mp4", |(_, ending)| ending).to_owned();
        Ok(Self { content: Content::Recording(Arc::new(file)), size, name: name(attempt), ending })
    }

    pub async fn captions(attempt: &Attempt) -> Result<Self, ApiError> {
        let read = files::beside(&attempt.state.media_root, &attempt.vod.file_path, Beside::Scc).await;
        let text = read.filter(|text| !text.is_empty()).ok_or(NO_CAPTIONS)?;
        let content: Arc<[u8]> = text.into_bytes().into();
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Ok(Self { content: Content::Captions(content), size, name: name(attempt), ending: "scc".to_owned() })
    }

    /// The station takes a file for that of a show's reel by the numbers at its beginning.
    pub fn name_at(&self, show: i32) -> String {
        format!("{show}-1 {}.{}", self.name, self.ending)
    }

    pub fn segments(&self) -> u64 {
        self.size.div_ceil(SEGMENT_BYTES as u64)
    }

    /// The piece of this number, from 0 on.
    pub async fn segment(&self, index: u64) -> Result<Vec<u8>, ApiError> {
        let from = index.saturating_mul(SEGMENT_BYTES as u64);
        let length = self.size.saturating_sub(from).min(SEGMENT_BYTES as u64);
        let length = usize::try_from(length).unwrap_or(SEGMENT_BYTES);
        match &self.content {
            Content::Captions(bytes) => {
                let from = usize::try_from(from).unwrap_or(bytes.len()).min(bytes.len());
                Ok(bytes[from..from + length].to_vec())
            }
            Content::Recording(file) => {
                let file = Arc::clone(file);
                let reading = tokio::task::spawn_blocking(move || {
                    let mut piece = vec![0; length];
                    file.read_exact_at(&mut piece, from).map(|()| piece)
                });
                reading.await.ok().and_then(Result::ok).ok_or(NO_RECORDING)
            }
        }
    }
}

fn name(attempt: &Attempt) -> String {
    let file = attempt.vod.file_path.as_str().rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stem: String = stem.chars().take(MAX_NAME).collect();
    format!("{stem} {}", attempt.id.as_str().chars().take(REFERENCE).collect::<String>())
}
