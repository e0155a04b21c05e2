//! Drift: what the world relies on, what the repository says, and what runs, held against each other.

pub mod document;
pub mod served;
