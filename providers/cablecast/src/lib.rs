//! A reference server of the documented Cablecast API.
