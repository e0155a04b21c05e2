//! What a page says was done just before. A form leads to a page, so that reloading it does nothing twice; the
//! address only names the sentence, so that nobody can have a page say anything else.

/// Each is `?done=NAME` in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    SignedOut,
    SignedOutHere,
    VodCreated,
    VodSaved,
    VodDeleted,
    VodRetried,
    Queued,
    Summarized,
    Paused,
    Resumed,
    Stopped,
    Removed,
    Moved,
    AccountOpened,
    AccountChanged,
    AccountClosed,
}

impl Notice {
    const ALL: [(Self, &'static str, &'static str); 16] = [
        (Self::SignedOut, "signed-out", "You are signed out."),
        (
            Self::SignedOutHere,
            "signed-out-here",
            "You are signed out here. The Archivist could not be told: the session ends by itself.",
        ),
        (Self::VodCreated, "vod-created", "The recording is in the archive."),
        (Self::VodSaved, "vod-saved", "The recording is saved."),
        (Self::VodDeleted, "vod-deleted", "The recording is deleted from the archive."),
        (Self::VodRetried, "vod-retried", "The recording is pending again."),
        (Self::Queued, "queued", "The transcription is queued."),
        (Self::Summarized, "summarized", "The summary is made."),
        (Self::Paused, "paused", "The job is paused."),
        (Self::Resumed, "resumed", "The job waits again."),
        (Self::Stopped, "stopped", "The job is stopped."),
        (Self::Removed, "removed", "The job is taken off the queue."),
        (Self::Moved, "moved", "The job has its new place."),
        (Self::AccountOpened, "account-opened", "The account is open."),
        (Self::AccountChanged, "account-changed", "The account is changed."),
        (Self::AccountClosed, "account-closed", "The account is closed."),
    ];

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, other, _)| *other == name).map(|(notice, ..)| notice)
    }

    fn entry(self) -> (Self, &'static str, &'static str) {
        Self::ALL.into_iter().find(|(notice, ..)| *notice == self).expect("every notice stands in ALL")
    }

    pub fn sentence(self) -> &'static str {
        self.entry().2
    }

    /// The address of a page that says so.
    pub fn at(self, page: &str) -> String {
        let mark = if page.contains('?') { '&' } else { '?' };
        format!("{page}{mark}done={}", self.entry().1)
    }
}
