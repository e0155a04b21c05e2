//! What bounds a proxy and how it presents itself.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Bounds of a proxy. Whoever connects is hostile input.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The share of exchanges that is judged, above 0 and up to 1.
    pub sample: f64,
    /// Bytes of one body that are kept for judging, at most. A larger one passes and is not judged.
    pub max_body: usize,
    /// Bytes of all bodies together that are kept for judging, at most.
    pub max_memory: usize,
    /// Exchanges that wait for being judged, at most.
    pub queue: usize,
    /// Threads that pass traffic on.
    pub lanes: NonZeroUsize,
    /// Threads that judge.
    pub judges: NonZeroUsize,
    /// Connections of clients at a time, at most; more wait until one ends.
    pub max_connections: usize,
    /// Bytes of the head of a request or an answer, at most; at least 8,192.
    pub max_head: usize,
    /// How long nothing may move in an exchange, in whichever direction, before it is given up.
    pub silence: Duration,
    /// How long a client's connection may stay without the head of a request.
    pub idle: Duration,
    /// How long what is under way may take after the end was asked for.
    pub grace: Duration,
    /// Whether the service is told the `Host` that the client named, rather than its own.
    pub preserve_host: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let two = NonZeroUsize::MIN.saturating_add(1);
        Self {
            sample: 1.0,
            max_body: 1024 * 1024,
            max_memory: 64 * 1024 * 1024,
            queue: 4096,
            lanes: std::thread::available_parallelism().unwrap_or(two),
            judges: std::thread::available_parallelism().unwrap_or(two).min(two),
            max_connections: 4096,
            max_head: 64 * 1024,
            silence: Duration::from_mins(1),
            idle: Duration::from_mins(1),
            grace: Duration::from_secs(10),
            preserve_host: false,
        }
    }
}
