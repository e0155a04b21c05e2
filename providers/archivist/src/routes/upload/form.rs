//! The parts of an upload, in whichever order they come: a file, and fields that say what to do with it.

use multer::{Field, Multipart};
use serde_json::{Map, Value};

use crate::domain::MediaPath;
use crate::error::ApiError;
use crate::fields::FieldErrors;
use crate::files::{FileError, Files, HEAD, Kind, Staged, is_hidden};
use crate::routes::files::unknown_type;
use crate::routes::upload::intake::{Intake, Progress};

/// Bytes of a field that is not the file.
const MAX_FIELD: usize = 8 * 1024;
/// Fields beside the file: more than there are, so that each unknown one is named.
const MAX_FIELDS: usize = 20;
/// Bytes that are written at once.
const BLOCK: usize = 1024 * 1024;

/// What a whole form brought.
#[derive(Debug)]
pub struct Arrived {
    pub name: String,
    pub staged: Staged,
    pub fields: Map<String, Value>,
}

pub async fn receive(
    files: &Files,
    intake: &mut Intake,
    boundary: String,
    declared: Option<u64>,
) -> Result<Arrived, ApiError> {
    let progress = intake.progress();
    let mut form = Multipart::new(intake, boundary);
    let (mut file, mut fields) = (None, Map::new());
    while let Some(field) = form.next_field().await.map_err(broken)? {
        progress.made();
        let name = field.name().unwrap_or_default().to_owned();
        if (name == "file" && file.is_some()) || fields.contains_key(&name) {
            return Err(FieldErrors::one(&name, "must be given once").into());
        }
        if name == "file" {
            file = Some(take_in(files, field, &progress, declared).await?);
        } else if fields.len() < MAX_FIELDS {
            let text = text(field, &name, &progress).await?;
            fields.insert(name, Value::String(text));
        } else {
            return Err(FieldErrors::one(&name, "is not known here").into());
        }
    }
    let (name, staged) = file.ok_or_else(|| FieldErrors::one("file", "is required"))?;
    Ok(Arrived { name, staged, fields })
}

async fn text(mut field: Field<'_>, name: &str, progress: &Progress) -> Result<String, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        progress.made();
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_FIELD {
            let reason = format!("must not be longer than {MAX_FIELD} bytes");
            return Err(FieldErrors::one(name, reason).into());
        }
    }
    String::from_utf8(bytes).map_err(|_| FieldErrors::one(name, "must be UTF-8").into())
}

/// Streams the file to the disk once its name and its first bytes will do.
async fn take_in(
    files: &Files,
    mut field: Field<'_>,
    progress: &Progress,
    declared: Option<u64>,
) -> Result<(String, Staged), ApiError> {
    let name = file_name(field.file_name().unwrap_or_default())?;
    let kind = Kind::of_name(&name).ok_or_else(unknown_type)?;
    let (mut staged, mut block) = (None, Vec::new());
    loop {
        let chunk = field.chunk().await.map_err(broken)?;
        progress.made();
        block.extend_from_slice(chunk.as_deref().unwrap_or_default());
        if staged.is_none() && (block.len() >= HEAD || chunk.is_none()) {
            if block.is_empty() {
                return Err(FieldErrors::one("file", "must not be empty").into());
            }
            if !kind.begins(&block[..block.len().min(HEAD)]) {
                return Err(unknown_type());
            }
            staged = Some(files.begin(declared.unwrap_or_default()).await?);
        }
        if block.len() >= BLOCK || chunk.is_none() {
            let begun = staged.ok_or(ApiError::Internal)?;
            let added = files.add(begun, std::mem::take(&mut block)).await;
            staged = Some(added.map_err(|error| write_error(files, error))?);
        }
        if chunk.is_none() {
            return Ok((name, staged.ok_or(ApiError::Internal)?));
        }
    }
}

fn write_error(files: &Files, error: FileError) -> ApiError {
    match error {
        FileError::TooLarge => ApiError::UploadTooLarge { limit: files.limits().bytes },
        error => error.into(),
    }
}

/// One plain name: browsers of old send a path of their own machine.
fn file_name(name: &str) -> Result<String, FieldErrors> {
    let refuse = |reason: &str| Err(FieldErrors::one("file", reason));
    if name.is_empty() {
        return refuse("must be a file with a name");
    }
    if name.contains('/') {
        return refuse("must have a name without folders: those go into folder");
    }
    if is_hidden(name) {
        return refuse("must have a name that does not begin with a dot");
    }
    match MediaPath::parse(name) {
        Ok(_) => Ok(name.to_owned()),
        Err(reason) => refuse(&format!("has a name that cannot be taken: it {reason}")),
    }
}

/// Why the body itself failed stands in the intake, and goes before this.
#[expect(clippy::needless_pass_by_value, reason = "it is what an error is mapped by")]
fn broken(error: multer::Error) -> ApiError {
    tracing::debug!(%error, "a form cannot be read");
    ApiError::BrokenForm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_plain_name() {
        for name in ["council.mp4", "a b (2).mp4", "é.mkv", "a..mp4", "c:x.mp4"] {
            assert_eq!(file_name(name).as_deref(), Ok(name));
        }
        let long = "x".repeat(2000);
        for name in
            ["", ".", "..", ".x.mp4", "../x.mp4", "/x.mp4", "a/b.mp4", r"..\x.mp4", "a\0.mp4", "a\n", &long]
        {
            assert!(file_name(name).is_err(), "{name:?}");
        }
    }
}
