//! Counts of what passed, what was judged, and what was not and why.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Why an exchange was not judged at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unjudged {
    /// The sample left it out, as was asked for.
    NotSampled,
    /// More came than could be judged.
    QueueFull,
    /// There was no memory left to keep it for judging.
    NoMemory,
    /// It became another protocol, such as a WebSocket.
    Upgraded,
    /// A browser asked whether it may ask.
    Preflight,
    /// `OPTIONS *` asks the server, and no operation.
    ServerWide,
    /// What arrived was nothing that a proxy may pass on.
    Refused,
    /// The client went away before the answer was complete.
    ClientGone,
    /// No answer came: the service could not be reached, or took too long.
    UpstreamFailed,
    /// The answer ended in its middle.
    UpstreamCut,
    /// The proxy was stopped before the answer was complete.
    Stopped,
    /// It was with another server.
    OtherServer,
    /// The recording holds no answer.
    NoAnswer,
    /// The judge broke off: a defect of this tool.
    JudgeFailed,
}

impl Unjudged {
    pub const ALL: [Self; 14] = [
        Self::NotSampled,
        Self::QueueFull,
        Self::NoMemory,
        Self::Upgraded,
        Self::Preflight,
        Self::ServerWide,
        Self::Refused,
        Self::ClientGone,
        Self::UpstreamFailed,
        Self::UpstreamCut,
        Self::Stopped,
        Self::OtherServer,
        Self::NoAnswer,
        Self::JudgeFailed,
    ];

    /// The reason in one word, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSampled => "not-sampled",
            Self::QueueFull => "queue-full",
            Self::NoMemory => "no-memory",
            Self::Upgraded => "upgraded",
            Self::Preflight => "preflight",
            Self::ServerWide => "server-wide",
            Self::Refused => "refused",
            Self::ClientGone => "client-gone",
            Self::UpstreamFailed => "upstream-failed",
            Self::UpstreamCut => "upstream-cut",
            Self::Stopped => "stopped",
            Self::OtherServer => "other-server",
            Self::NoAnswer => "no-answer",
            Self::JudgeFailed => "judge-failed",
        }
    }

    /// Whether something should have been judged and could not be.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(
            self,
            Self::QueueFull | Self::NoMemory | Self::UpstreamFailed | Self::UpstreamCut | Self::JudgeFailed
        )
    }
}

/// What was left out of an exchange that was judged otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partial {
    BodyNotRecorded,
    BodyTooLarge,
    BodyCut,
    /// A body in a content coding that is not understood.
    BodyCoding,
    HeadersNotRecorded,
    /// Credentials are asked for, and the recording may have left them out.
    CredentialsNotRecorded,
}

impl Partial {
    pub const ALL: [Self; 6] = [
        Self::BodyNotRecorded,
        Self::BodyTooLarge,
        Self::BodyCut,
        Self::BodyCoding,
        Self::HeadersNotRecorded,
        Self::CredentialsNotRecorded,
    ];

    /// What was left out, in one word, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BodyNotRecorded => "body-not-recorded",
            Self::BodyTooLarge => "body-too-large",
            Self::BodyCut => "body-cut",
            Self::BodyCoding => "body-coding",
            Self::HeadersNotRecorded => "headers-not-recorded",
            Self::CredentialsNotRecorded => "credentials-not-recorded",
        }
    }
}

/// How many exchanges there were, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Every exchange that was met, judged or not.
    pub exchanges: u64,
    pub judged: u64,
    /// Those of the judged ones in which something weighs as an error.
    pub broken: u64,
    /// Exchanges that were not judged, by reason; none that is 0.
    pub unjudged: Vec<(Unjudged, u64)>,
    /// Exchanges of which a part was not judged, by part; none that is 0.
    pub partial: Vec<(Partial, u64)>,
}

impl Tally {
    /// How many exchanges were not judged for this reason.
    #[must_use]
    pub fn unjudged(&self, reason: Unjudged) -> u64 {
        self.unjudged.iter().find(|(known, _)| *known == reason).map_or(0, |(_, count)| *count)
    }
}

/// The counters behind a tally, for several threads.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    exchanges: AtomicU64,
    judged: AtomicU64,
    broken: AtomicU64,
    unjudged: [AtomicU64; Unjudged::ALL.len()],
    partial: [AtomicU64; Partial::ALL.len()],
}

impl Counters {
    /// Counts an exchange; gives its number, from 1.
    pub fn met(&self) -> u64 {
        self.exchanges.fetch_add(1, Relaxed) + 1
    }

    pub fn judged(&self, broken: bool) {
        self.judged.fetch_add(1, Relaxed);
        self.broken.fetch_add(u64::from(broken), Relaxed);
    }

    pub fn unjudged(&self, reason: Unjudged) {
        self.unjudged[reason as usize].fetch_add(1, Relaxed);
    }

    pub fn partial(&self, part: Partial) {
        self.partial[part as usize].fetch_add(1, Relaxed);
    }

    pub fn tally(&self) -> Tally {
        let counted = |counter: &AtomicU64| counter.load(Relaxed);
        let unjudged = Unjudged::ALL.map(|reason| (reason, counted(&self.unjudged[reason as usize])));
        let partial = Partial::ALL.map(|part| (part, counted(&self.partial[part as usize])));
        Tally {
            exchanges: counted(&self.exchanges),
            judged: counted(&self.judged),
            broken: counted(&self.broken),
            unjudged: unjudged.into_iter().filter(|(_, count)| *count > 0).collect(),
            partial: partial.into_iter().filter(|(_, count)| *count > 0).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_counter() {
        let counters = Counters::default();
        for (times, reason) in Unjudged::ALL.into_iter().enumerate() {
            (0..=times).for_each(|_| counters.unjudged(reason));
        }
        for (times, part) in Partial::ALL.into_iter().enumerate() {
            (0..=times).for_each(|_| counters.partial(part));
        }
        let tally = counters.tally();
        let counts: Vec<u64> = tally.unjudged.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, (1..=14).collect::<Vec<u64>>());
        assert_eq!(tally.unjudged(Unjudged::JudgeFailed), 14);
        let counts: Vec<u64> = tally.partial.iter().map(|(_, count)| *count).collect();
        assert_eq!(counts, (1..=6).collect::<Vec<u64>>());
    }
}
