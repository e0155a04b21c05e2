//! Which pacts a provider has to verify: selectors, pending, work in progress.

mod metadata;

pub use metadata::Metadata;
