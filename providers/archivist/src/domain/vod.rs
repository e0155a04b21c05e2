//! An archived recording and the rules of its fields.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::domain::MediaPath;
use crate::error::ApiError;
use crate::fields::{JsonField, QueryField, at_most, text, whole};
use crate::timestamp::Timestamp;

const MAX_TITLE: usize = 255;
const MAX_DESCRIPTION: usize = 4000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VodId(pub i64);

impl VodId {
    pub const UNKNOWN: ApiError = ApiError::NotFound("there is no such VOD");
}

/// How far the archive has come with a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VodStatus {
    Pending,
    Processing,
    Completed,
    Failed,
}

impl VodStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Completed, Self::Failed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Whether a VOD of this status may get `next`. To stay is no move.
    pub fn may_become(self, next: Self) -> bool {
        self == next
            || matches!(
                (self, next),
                (Self::Pending, Self::Processing)
                    | (Self::Processing, Self::Completed | Self::Failed)
                    | (Self::Failed, Self::Pending)
            )
    }
}

impl VodStatus {
    /// Whether a VOD of this status can get `end` by moves that are allowed, one after the other.
    pub fn leads_to(self, end: Self) -> bool {
        let mut reached = vec![self];
        for _ in Self::ALL {
            let next = Self::ALL.into_iter().filter(|next| reached.iter().any(|it| it.may_become(*next)));
            reached = next.collect();
        }
        reached.contains(&end)
    }
}

fn status(text: &str) -> Result<VodStatus, String> {
    VodStatus::parse(text).ok_or_else(|| "must be pending, processing, completed or failed".to_owned())
}

impl JsonField for VodStatus {
    fn from_json(value: &Value) -> Result<Self, String> {
        status(text(value)?)
    }
}

impl QueryField for VodStatus {
    fn from_query(text: &str) -> Result<Self, String> {
        status(text)
    }
}

/// One line that says something.
const TITLE: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Title(#[schemars(length(min = 1, max = 255), regex(pattern = TITLE))] pub(crate) String);

impl JsonField for Title {
    fn from_json(value: &Value) -> Result<Self, String> {
        let title = text(value)?;
        if title.trim().is_empty() {
            return Err("must not be empty".to_owned());
        }
        at_most(title, MAX_TITLE)?;
        if title.chars().any(char::is_control) {
            return Err("must not have control characters".to_owned());
        }
        Ok(Self(title.to_owned()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Description(#[schemars(length(max = 4000), regex(pattern = r"^[^\x00]*$"))] pub(crate) String);

impl JsonField for Description {
    fn from_json(value: &Value) -> Result<Self, String> {
        let description = text(value)?;
        at_most(description, MAX_DESCRIPTION)?;
        // PostgreSQL cannot store it, and no person wrote it.
        if description.contains('\0') {
            return Err("must not have NUL characters".to_owned());
        }
        Ok(Self(description.to_owned()))
    }
}

/// Seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RunningTime(#[schemars(range(min = 0))] pub(crate) f64);

impl JsonField for RunningTime {
    fn from_json(value: &Value) -> Result<Self, String> {
        match value.as_f64() {
            Some(seconds) if seconds >= 0.0 && seconds.is_finite() => Ok(Self(seconds)),
            Some(_) => Err("must not be negative".to_owned()),
            None => Err("must be a number of seconds".to_owned()),
        }
    }
}

/// Bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileSize(#[schemars(range(min = 0))] pub(crate) i64);

impl JsonField for FileSize {
    fn from_json(value: &Value) -> Result<Self, String> {
        match whole(value) {
            Some(bytes) if bytes >= 0 => Ok(Self(bytes)),
            Some(_) => Err("must not be negative".to_owned()),
            None => Err("must be a whole number of bytes".to_owned()),
        }
    }
}

/// One VOD as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Vod {
    pub id: i64,
    pub title: Title,
    pub description: Option<Description>,
    pub file_path: MediaPath,
    pub duration: Option<RunningTime>,
    pub file_size: Option<FileSize>,
    pub status: VodStatus,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[schemars(extend("format" = "uuid"))]
    pub transcription_id: Option<String>,
    pub cablecast_vod_id: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn status_moves_one_way() {
        use VodStatus::{Completed, Failed, Pending, Processing};
        let moves: Vec<_> = VodStatus::ALL
            .into_iter()
            .flat_map(|from| VodStatus::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from != to && from.may_become(*to))
            .collect();
        assert_eq!(
            moves,
            [(Pending, Processing), (Processing, Completed), (Processing, Failed), (Failed, Pending)]
        );
    }

    #[test]
    fn only_what_is_completed_stays_so() {
        use VodStatus::Completed;
        for from in VodStatus::ALL {
            for to in VodStatus::ALL {
                assert_eq!(from.leads_to(to), from != Completed || to == Completed, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn a_title_says_something() {
        for title in [json!(""), json!(" \t"), json!("a\0"), json!(7), json!("x".repeat(256))] {
            assert!(Title::from_json(&title).is_err(), "{title}");
        }
        assert!(Title::from_json(&json!("Réunion — May 12")).is_ok());
    }

    #[test]
    fn numbers_are_what_they_say() {
        assert_eq!(FileSize::from_json(&json!(7.0)), Ok(FileSize(7)));
        assert_eq!(FileSize::from_json(&json!(i64::MAX)), Ok(FileSize(i64::MAX)));
        for size in [json!(-1), json!(1.5), json!("7"), json!(1e300), json!(u64::MAX)] {
            assert!(FileSize::from_json(&size).is_err(), "{size}");
        }
        assert_eq!(RunningTime::from_json(&json!(90)), Ok(RunningTime(90.0)));
        for seconds in [json!(-0.5), json!("90"), json!(null)] {
            assert!(RunningTime::from_json(&seconds).is_err(), "{seconds}");
        }
    }
}
