//! A baseline: the findings that a team has seen and lives with. They are known by their keys, so that no
//! other wording and no other line brings one back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::finding::{Accepted, Finding, Key, Severity};

/// The version of the file's shape.
const VERSION: u32 = 1;

/// Bytes of a baseline, at most.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// What a baseline file holds.
#[derive(Debug)]
pub struct Baseline {
    file: PathBuf,
    known: BTreeMap<Key, Known>,
}

/// One finding that is known. Its key is what counts; the rest is for whoever reads the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub key: Key,
    pub id: String,
    /// The interaction, the operation or the document it was found at.
    pub place: String,
    /// Why it is lived with; written by hand, and kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    version: u32,
    findings: Vec<Known>,
}

/// Why a baseline cannot be used. Each fits "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("read the baseline {}: {source}", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("read the baseline {}: it is larger than {MAX_BYTES} bytes", file.display())]
    TooLarge { file: PathBuf },
    #[error("read the baseline {}: {source}; --update-baseline writes a new one", file.display())]
    Malformed { file: PathBuf, source: serde_json::Error },
    #[error("read the baseline {}: it is of version {version}, and this reads version {VERSION}", file.display())]
    OtherVersion { file: PathBuf, version: u32 },
    #[error("write the baseline {}: {source}", file.display())]
    Unwritten { file: PathBuf, source: io::Error },
}

impl Baseline {
    /// An empty baseline, to be written to `file`.
    #[must_use]
    pub fn empty(file: &Path) -> Self {
        Self { file: file.to_owned(), known: BTreeMap::new() }
    }

    /// Reads `file`.
    pub fn load(file: &Path) -> Result<Self, BaselineError> {
        let unreadable = |source| BaselineError::Unreadable { file: file.to_owned(), source };
        if fs::metadata(file).map_err(unreadable)?.len() > MAX_BYTES {
            return Err(BaselineError::TooLarge { file: file.to_owned() });
        }
        let text = fs::read_to_string(file).map_err(unreadable)?;
        let written: Written = serde_json::from_str(&text)
            .map_err(|source| BaselineError::Malformed { file: file.to_owned(), source })?;
        if written.version != VERSION {
            return Err(BaselineError::OtherVersion { file: file.to_owned(), version: written.version });
        }
        let known = written.findings.into_iter().map(|known| (known.key.clone(), known)).collect();
        Ok(Self { file: file.to_owned(), known })
    }

    /// Marks every finding that is known as accepted; gives those that are known and did not occur.
    pub fn accept(&self, findings: &mut [Finding]) -> Vec<&Known> {
        let mut occurred = BTreeSet::new();
        for finding in findings {
            let Some(known) = self.known.get(&finding.key()) else { continue };
            occurred.insert(&known.key);
            if finding.accepted.is_none() {
                let by = self.file.display().to_string();
                finding.accepted = Some(Accepted { by, reason: known.reason.clone(), until: None });
            }
        }
        self.known.values().filter(|known| !occurred.contains(&known.key)).collect()
    }

    /// Knows what `findings` are and nothing else; reasons that were given stay. What is there for
    /// information only, and what something else has accepted, needs no place in it.
    pub fn update(&mut self, findings: &[Finding]) {
        let own = self.file.display().to_string();
        let counts = |finding: &&Finding| {
            finding.severity != Severity::Info && finding.accepted.as_ref().is_none_or(|it| it.by == own)
        };
        let known = findings.iter().filter(counts).map(|finding| {
            let key = finding.key();
            let reason = self.known.get(&key).and_then(|known| known.reason.clone());
            (key.clone(), Known { key, id: finding.id.clone(), place: place(finding), reason })
        });
        self.known = known.collect();
    }

    /// Writes the file, whole or not at all. The same findings always give the same bytes.
    pub fn save(&self) -> Result<(), BaselineError> {
        let mut findings: Vec<Known> = self.known.values().cloned().collect();
        findings.sort_by(|one, other| {
            (&one.place, &one.id, &one.key).cmp(&(&other.place, &other.id, &other.key))
        });
        whole(&self.file, &Written { version: VERSION, findings })
            .map_err(|source| BaselineError::Unwritten { file: self.file.clone(), source })
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

/// What a finding is about, for people.
#[must_use]
pub fn place(finding: &Finding) -> String {
    let parts = [
        finding.contract.as_deref(),
        finding.interaction.as_deref(),
        finding.operation.as_deref(),
        finding.instance.as_deref(),
        finding.subject.as_deref(),
    ];
    let named: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let somewhere = || finding.document.as_ref().or(finding.base.as_ref()).map(|it| it.pointer.clone());
    if named.is_empty() { somewhere().unwrap_or_default() } else { named.join(" · ") }
}

/// Writes `value` as JSON in place of what `file` holds, all of it or nothing.
pub(crate) fn whole(file: &Path, value: &impl Serialize) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut half = tempfile::Builder::new().prefix(".countersign-").tempfile_in(folder)?;
    serde_json::to_writer_pretty(&mut half, value)?;
    half.write_all(b"\n")?;
    half.as_file().sync_all()?;
    half.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Between;

    fn finding(id: &str, operation: &str) -> Finding {
        Finding {
            operation: Some(operation.to_owned()),
            ..Finding::new(id, Severity::Error, Between::ReleasedAndCurrent, "gone")
        }
    }

    #[test]
    fn what_is_known_is_accepted_in_whatever_words() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baseline.json");
        let mut baseline = Baseline::empty(&file);
        baseline.update(&[finding("a", "GET /x"), finding("b", "GET /y")]);
        baseline.save().unwrap();
        let baseline = Baseline::load(&file).unwrap();
        let mut now =
            [Finding { message: "went".to_owned(), ..finding("a", "GET /x") }, finding("c", "GET /x")];
        let left: Vec<&str> = baseline.accept(&mut now).iter().map(|known| known.id.as_str()).collect();
        assert_eq!(left, ["b"], "it did not occur");
        assert!(!now[0].breaks() && now[1].breaks());
    }

    #[test]
    fn an_update_prunes_and_keeps_reasons() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baseline.json");
        let mut baseline = Baseline::empty(&file);
        baseline.update(&[finding("a", "GET /x"), finding("b", "GET /y")]);
        for known in baseline.known.values_mut() {
            known.reason = Some("it is on its way out".to_owned());
        }
        let mut now = [finding("a", "GET /x")];
        baseline.accept(&mut now);
        baseline.update(&now);
        assert_eq!(baseline.len(), 1);
        let reason = baseline.known.values().next().unwrap().reason.as_deref();
        assert_eq!(reason, Some("it is on its way out"));
        baseline.save().unwrap();
        let once = fs::read(&file).unwrap();
        Baseline::load(&file).unwrap().save().unwrap();
        assert_eq!(fs::read(&file).unwrap(), once, "the same findings give the same bytes");
    }

    #[test]
    fn what_is_no_baseline_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baseline.json");
        assert!(matches!(Baseline::load(&file), Err(BaselineError::Unreadable { .. })));
        fs::write(&file, "{}").unwrap();
        assert!(Baseline::load(&file).unwrap_err().to_string().contains("--update-baseline"));
        fs::write(&file, r#"{"version": 9, "findings": []}"#).unwrap();
        assert!(matches!(Baseline::load(&file), Err(BaselineError::OtherVersion { version: 9, .. })));
    }
}
