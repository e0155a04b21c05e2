//! What each target has been told, in a file: so that nobody hears of the same thing twice.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::news::{Item, News};
use crate::baseline::whole;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// Bytes of the file, at most.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What each target has been told and not yet been told the end of.
#[derive(Debug)]
pub struct Told {
    file: PathBuf,
    alerts: BTreeMap<String, BTreeMap<String, Item>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    alerts: BTreeMap<String, Vec<Item>>,
}

/// Why the file of what was told cannot be used. Each fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum ToldError {
    #[error("read what was told from {}: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("read what was told from {}: {source}; without the file, everything is told once more", file.display())]
    Malformed { file: PathBuf, source: serde_json::Error },
    #[error("read what was told from {}: it is of version {version}, and this reads version {VERSION}", file.display())]
    OtherVersion { file: PathBuf, version: u32 },
    #[error("write what was told to {}: {source}", file.display())]
    Unwritten { file: PathBuf, source: io::Error },
}

impl Told {
    /// Reads `file`; where there is none, nobody was told anything.
    pub fn load(file: &Path) -> Result<Self, ToldError> {
        let unreadable = |source| ToldError::Unreadable { file: file.to_owned(), source };
        let text = match fs::metadata(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { file: file.to_owned(), alerts: BTreeMap::new() });
            }
            Err(error) => return Err(unreadable(error)),
            Ok(there) if there.len() > MAX_BYTES => {
                return Err(unreadable(io::ErrorKind::FileTooLarge.into()));
            }
            Ok(_) => fs::read_to_string(file).map_err(unreadable)?,
        };
        let written: Written = serde_json::from_str(&text)
            .map_err(|source| ToldError::Malformed { file: file.to_owned(), source })?;
        if written.version != VERSION {
            return Err(ToldError::OtherVersion { file: file.to_owned(), version: written.version });
        }
        let keyed = |items: Vec<Item>| items.into_iter().map(|item| (item.key.clone(), item)).collect();
        let alerts = written.alerts.into_iter().map(|(alert, items)| (alert, keyed(items))).collect();
        Ok(Self { file: file.to_owned(), alerts })
    }

    /// What this target was told.
    pub(super) fn of(&mut self, alert: &str) -> &BTreeMap<String, Item> {
        self.alerts.entry(alert.to_owned()).or_default()
    }

    /// Notes that the target has heard.
    pub(super) fn note(&mut self, alert: &str, news: News) {
        let told = self.alerts.entry(alert.to_owned()).or_default();
        for item in news.resolved {
            told.remove(&item.key);
        }
        told.extend(news.new.into_iter().map(|item| (item.key.clone(), item)));
    }

    /// Writes the file, whole or not at all.
    pub fn save(&self) -> Result<(), ToldError> {
        let items = |told: &BTreeMap<String, Item>| told.values().cloned().collect();
        let told = self.alerts.iter().filter(|(_, told)| !told.is_empty());
        let alerts = told.map(|(alert, told)| (alert.clone(), items(told))).collect();
        whole(&self.file, &Written { version: VERSION, alerts })
            .map_err(|source| ToldError::Unwritten { file: self.file.clone(), source })
    }
}
