//! Changes of jobs as they happen, for whoever listens. Fed by everything that learns how a job stands.

use tokio::sync::broadcast;

use crate::domain::Job;

/// Changes that wait for a listener, at most. One that is further behind is told that it missed some.
const CAPACITY: usize = 256;

/// Cheap to clone: clones share their listeners.
#[derive(Clone, Debug)]
pub struct Events(broadcast::Sender<Job>);

impl Events {
    /// How this job stands now. Saying it twice is no lie: it is a state, and not a step.
    pub fn tell(&self, job: &Job) {
        // It fails where nobody listens, which is nobody's loss.
        let _ = self.0.send(job.clone());
    }

    /// Every change from now on. A listener that is too slow gets `Lagged` and has to look at the whole again.
    pub fn listen(&self) -> broadcast::Receiver<Job> {
        self.0.subscribe()
    }
}

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(CAPACITY).0)
    }
}
