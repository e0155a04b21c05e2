//! How a replay behaves towards providers of every kind, good and bad.

mod concurrency;
mod hostile;
mod pacts;
mod provider;
mod reports;
mod secrets;
mod states;
mod wire;
