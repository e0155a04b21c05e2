//! The Archivist service: archives a community station's recordings.
