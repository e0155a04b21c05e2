//! The web UI's client of the Archivist.
