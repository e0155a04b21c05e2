//! The web UI's client of the Archivist: what the UI asks for, and only what it shows of the answers.
//!
//! ```no_run
//! use ui_archivist::{Archivist, Credentials, Error, Limits, VodFilter};
//!
//! # async fn example() -> Result<(), Error> {
//! let archivist = Archivist::new("https://archivist.example.org", Limits::default())?;
//! let session = archivist.sign_in(&Credentials::new("editor", "correct horse")).await?;
//! let ui = archivist.resume(session.token);
//!
//! for row in ui.list_vods(&VodFilter::default()).await?.rows {
//!     println!("{} {}", row.id, row.title);
//! }
//! ui.sign_out().await
//! # }
//! ```
//!
//! What changes meanwhile, the Archivist tells by itself:
//!
//! ```no_run
//! # async fn example(ui: ui_archivist::SignedIn) -> Result<(), Box<dyn std::error::Error>> {
//! use ui_archivist::{Ended, Event};
//!
//! let mut events = ui.events().await?;
//! loop {
//!     match events.next().await {
//!         Ok(Event::Progress(job)) => println!("{} {}%", job.id, job.progress),
//!         Ok(_) => {}
//!         Err(Ended::Behind) => events = ui.events().await?,
//!         Err(ended) => return Err(ended.into()),
//!     }
//! }
//! # }
//! ```
//!
//! # A template for the next consumer
//!
//! A consumer is one crate, named `CONSUMER-PROVIDER`, in `consumers/`; its pact is `pacts/CONSUMER-PROVIDER.json`.
//! To write one, copy this crate and keep its shape:
//!
//! | file | what it holds | what it must not hold |
//! |---|---|---|
//! | `src/connection.rs` | the one place that speaks HTTP: time-outs, the size limit, redirects, the token | the name of an operation |
//! | `src/events.rs` | what the provider tells by itself, and the ways in which that ends | reconnecting: the caller knows when |
//! | `src/error.rs` | one variant for each way a call ends badly **that the consumer treats differently** | the provider's full list of errors |
//! | `src/<area>.rs` | the area's types and calls, such as [`vods`](VodFilter) | fields this consumer does not read |
//! | `tests/client.rs` | what no contract covers: silence, garbage, oversize, a closed port | anything the pact already proves |
//! | `tests/pact/<area>.rs` | one test for each interaction; together they make the pact | a provider's struct, or any code of the provider |
//! | `tests/pact/main.rs` | the list of those tests, and what a new one takes | a test |
//!
//! Three habits make the pact worth having:
//!
//! * **The types are this consumer's own.** They are never shared with the provider: a struct both sides compile
//!   cannot disagree with itself, so the contract would prove nothing. Only the JSON in `pacts/` crosses the border.
//! * **A field the UI does not show is not declared.** The provider may rename or drop it without asking.
//! * **The pact is as strict as the code, and no stricter.** [`VodStatus`] is an enum, so its matcher lists exactly
//!   those words; a title is any string, so its matcher is a type.

mod access;
mod admin;
mod connection;
mod error;
mod events;
mod health;
mod jobs;
mod queue;
mod session;
mod station;
mod transcriptions;
mod vods;
#[cfg(feature = "web")]
pub mod web;

pub use access::{AccessToken, Credentials};
pub use admin::{
    AccountChanges, AccountPage, AccountRow, AuditPage, AuditRow, Cleanup, EndedStatus, NewAccount, Overview,
    Removed, ServiceStatus, VodCounts,
};
pub use connection::{Archivist, Limits, SignedIn};
pub use error::{Error, FieldErrors, Malformed, Refusal, Shortage};
pub use events::{Ended, Event, Events, Metrics};
pub use health::{Check, CheckStatus, Checks, Health, HealthStatus};
pub use jobs::{Accepted, Batch, Job, JobId, JobStatus, QueuedFile, Recording, RejectedFile, Transcribe};
pub use queue::{JobCounts, QueuePage, QueueRow};
pub use session::{Role, Session, User, UserId};
pub use station::{
    Link, NotPublished, Publication, PublicationStatus, PublicationStep, PublishOutcome, Show, ShowFilter,
    ShowId, ShowPage, Suggestion, Suggestions, SyncCounts, SyncStatus,
};
pub use transcriptions::{
    Captions, NoTranscriptionId, Paging, Summary, SummaryPoint, Transcription, TranscriptionId,
    TranscriptionPage,
};
pub use vods::{Edit, NewVod, Vod, VodChanges, VodFilter, VodId, VodPage, VodRow, VodStatus};
