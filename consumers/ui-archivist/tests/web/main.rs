//! The pages: against an Archivist that fails in every way it may, and in a browser against one that really runs.

mod process;
mod station;
mod using;
