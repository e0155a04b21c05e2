//! The Archivist's client of the station's Cablecast server.
