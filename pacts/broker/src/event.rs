//! What happened, in the past tense: the rows of the log.
//!
//! An event names things by their own names, never by a number of ours, so that a log can be read by
//! eye and outlives every shape of the model. A field that is added later has a default: what an older
//! version wrote is read for ever.

mod form;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Key, Moment};

/// An event with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    pub at: Moment,
    pub event: Event,
}

/// How it is written and read, and under which name, is said in `form`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum Event {
    PacticipantCreated {
        name: String,
    },
    /// All that can be changed of a pacticipant, as it is from now on.
    PacticipantDescribed {
        name: String,
        #[serde(flatten)]
        about: About,
    },
    PacticipantDeleted {
        name: String,
    },
    LabelAdded {
        pacticipant: String,
        label: String,
    },
    LabelRemoved {
        pacticipant: String,
        label: String,
    },

    VersionCreated {
        pacticipant: String,
        number: String,
    },
    VersionDescribed {
        pacticipant: String,
        number: String,
        build_url: Option<String>,
    },
    VersionDeleted {
        pacticipant: String,
        number: String,
    },
    /// `by_rule`: the broker took the first tag of the version for its branch.
    BranchVersionAdded {
        pacticipant: String,
        branch: String,
        number: String,
        #[serde(default)]
        by_rule: bool,
    },
    BranchVersionRemoved {
        pacticipant: String,
        branch: String,
        number: String,
    },
    BranchDeleted {
        pacticipant: String,
        branch: String,
    },
    TagAdded {
        pacticipant: String,
        number: String,
        tag: String,
    },
    TagRemoved {
        pacticipant: String,
        number: String,
        tag: String,
    },

    /// `sha` is of what binds (see [`crate::content`]); `body` is the key of the stored text.
    PactPublished {
        consumer: String,
        number: String,
        provider: String,
        sha: String,
        body: Key,
    },
    /// The pact of one consumer version.
    PactDeleted {
        consumer: String,
        number: String,
        provider: String,
    },
    IntegrationDeleted {
        consumer: String,
        provider: String,
    },

    VerificationPublished {
        consumer: String,
        provider: String,
        sha: String,
        number: u32,
        #[serde(flatten)]
        result: VerificationResult,
    },
    VerificationDeleted {
        consumer: String,
        provider: String,
        sha: String,
        number: u32,
    },

    /// A provider's own contract: the document that it publishes. `results` is the key of what the
    /// provider tells of holding its service against it.
    DocumentPublished {
        provider: String,
        number: String,
        content_type: String,
        body: Key,
        #[serde(default)]
        results: Option<Key>,
    },

    EnvironmentCreated {
        uuid: Uuid,
        #[serde(flatten)]
        about: EnvironmentAbout,
    },
    EnvironmentDescribed {
        uuid: Uuid,
        #[serde(flatten)]
        about: EnvironmentAbout,
    },
    EnvironmentDeleted {
        uuid: Uuid,
    },
    /// A version of the same pacticipant and instance that was deployed there is no more.
    Deployed {
        uuid: Uuid,
        pacticipant: String,
        number: String,
        environment: Uuid,
        instance: Option<String>,
    },
    Undeployed {
        uuid: Uuid,
    },
    Released {
        uuid: Uuid,
        pacticipant: String,
        number: String,
        environment: Uuid,
    },
    SupportEnded {
        uuid: Uuid,
    },

    /// Created or changed.
    WebhookStored {
        uuid: Uuid,
        webhook: Box<WebhookAbout>,
    },
    WebhookDeleted {
        uuid: Uuid,
    },
    WebhookTriggered {
        uuid: Uuid,
        webhook: Uuid,
        trigger: Box<Trigger>,
    },
    /// One instance makes the call now. Where it has not told how it went until then, it died of it, and
    /// the call is owed again.
    WebhookClaimed {
        uuid: Uuid,
        until: Moment,
    },
    /// `body` is the key of the stored log of this attempt; no `again` where it was the last one.
    WebhookAttempted {
        uuid: Uuid,
        success: bool,
        status: Option<u16>,
        body: Key,
        again: Option<Moment>,
    },

    /// Of the token only its SHA-256 is kept.
    TokenIssued {
        uuid: Uuid,
        name: String,
        hash: String,
        writes: bool,
    },
    TokenRevoked {
        uuid: Uuid,
    },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub display_name: Option<String>,
    pub main_branch: Option<String>,
    pub repository_url: Option<String>,
    pub repository_name: Option<String>,
    pub repository_namespace: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerificationResult {
    pub success: bool,
    pub provider_version: Box<str>,
    pub build_url: Option<Box<str>>,
    /// When it was verified, where that is told; else when it was published.
    pub executed_at: Option<Moment>,
    /// Key of the stored text: the result as it was sent.
    pub body: Key,
    /// How many interactions it names, and how many of them failed.
    #[serde(default)]
    pub tested: u32,
    #[serde(default)]
    pub failed: u32,
    #[serde(default)]
    pub implementation: Option<Box<str>>,
    /// Of a pact that nobody asked for but that was work in progress: it does not end its being pending.
    #[serde(default)]
    pub wip: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentAbout {
    pub name: String,
    pub display_name: Option<String>,
    pub production: bool,
    #[serde(default)]
    pub contacts: serde_json::Value,
}

/// A webhook as its owner describes it. It has secrets: what is shown of it is in [`crate::webhook`].
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookAbout {
    pub description: Option<String>,
    pub events: Vec<String>,
    pub consumer: Option<Party>,
    pub provider: Option<Party>,
    pub enabled: bool,
    pub method: String,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub body: serde_json::Value,
    pub username: Option<String>,
    pub password: Option<String>,
}

/// Whom a webhook listens to: one pacticipant, or every one with a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Name(String),
    Label(String),
}

/// What set a webhook off, and what its template says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub event: String,
    pub consumer: String,
    pub provider: String,
    pub consumer_version: Option<String>,
    pub provider_version: Option<String>,
    pub sha: Option<String>,
    pub verification: Option<u32>,
    /// `${pactbroker.NAME}` by name, as they were when it was set off.
    pub parameters: BTreeMap<String, String>,
}
