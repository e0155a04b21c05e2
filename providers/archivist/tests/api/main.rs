//! The service as its clients see it. Each scenario runs on SQLite as a test of its own, and all of
//! them on PostgreSQL where that is installed (`postgresql.rs`).

#![expect(clippy::unwrap_used, reason = "all of it is tests: a panic is how they fail")]

mod accounts;
mod admin;
mod archivist;
mod captions;
mod cleanup;
mod client;
mod described;
mod document;
mod ending;
mod errors;
mod files;
mod follower;
mod half_done;
mod health;
mod hostile_text;
mod login;
mod metrics;
mod misleading;
mod outage;
mod owasp;
mod pacts;
mod page;
mod postgresql;
mod process;
mod provider_states;
mod queue;
mod readers;
mod refusals;
mod scene;
mod schemathesis;
mod session;
mod sibling;
mod socket;
mod station;
mod telling;
mod transcription;
mod upload;
mod uploads_left;
mod validation;
mod vod;
mod vod_list;
mod wire;

use std::pin::Pin;

use archivist::TestArchivist;

/// One scenario, on whichever database the service has.
type Scenario = for<'a> fn(&'a TestArchivist) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Makes each of the named functions a test on SQLite, and lists them for PostgreSQL.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    let archivist = crate::TestArchivist::on_sqlite().await;
                    super::$name(&archivist).await;
                    archivist.stop().await;
                }
            )+
        }

        pub const SCENARIOS: &[(&str, crate::Scenario)] =
            &[$((concat!(module_path!(), "::", stringify!($name)), |archivist| Box::pin($name(archivist)))),+];
    };
}

pub(crate) use scenarios;
