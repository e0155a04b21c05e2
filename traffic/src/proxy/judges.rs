//! Threads that judge what passed, beside the traffic.

use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use countersign_openapi::{HttpRequest, HttpResponse};
use http::HeaderMap;
use tokio_util::sync::CancellationToken;

use super::budget::Copy;
use super::recorder::{Finished, Recorder};
use crate::coding::decode;
use crate::count::Unjudged;
use crate::exchange::{Absence, Exchange, Gaps, Origin};

pub(super) struct Judges {
    recorder: Arc<Recorder>,
    threads: Vec<JoinHandle<()>>,
}

impl Judges {
    pub fn start(recorder: &Arc<Recorder>, count: NonZeroUsize) -> io::Result<Self> {
        let mut judges = Self { recorder: Arc::clone(recorder), threads: Vec::new() };
        for number in 0..count.get() {
            let recorder = Arc::clone(recorder);
            let thread = thread::Builder::new().name(format!("judge-{number}"));
            // Those that started before end with the queue, which is closed when the judges are dropped.
            judges.threads.push(thread.spawn(move || work(&recorder))?);
        }
        Ok(judges)
    }

    /// Judges what is still in the queue, or, once `cut` is cancelled, gives it up.
    pub async fn finish(mut self, cut: CancellationToken) {
        self.recorder.queue.close();
        let threads = std::mem::take(&mut self.threads);
        let joined = tokio::task::spawn_blocking(move || {
            // One that panicked has counted what it was at.
            for thread in threads {
                drop(thread.join());
            }
        });
        tokio::pin!(joined);
        let done = tokio::select! {
            done = &mut joined => Some(done),
            () = cut.cancelled() => None,
        };
        if done.is_none() {
            for _ in self.recorder.queue.empty() {
                self.recorder.watch.give_up(Unjudged::Stopped);
            }
            // What is being judged now is bounded in its time.
            drop(joined.await);
        }
    }
}

impl Drop for Judges {
    fn drop(&mut self) {
        self.recorder.queue.close();
    }
}

fn work(recorder: &Recorder) {
    while let Some(finished) = recorder.queue.pop() {
        // What one exchange does to the judge must not leave all others unjudged. A watch has no state
        // that a broken-off judgement could leave half done.
        let judged = catch_unwind(AssertUnwindSafe(|| judge(recorder, finished)));
        if judged.is_err() {
            recorder.watch.give_up(Unjudged::JudgeFailed);
        }
    }
}

fn judge(recorder: &Recorder, finished: Finished) {
    let Finished { number, head, mut request_body, status, headers, mut response_body } = finished;
    let (request_headers, response_headers) = (pairs(&head.headers), pairs(&headers));
    let mut gaps = Gaps::default();
    let sent = match &mut request_body {
        Some(copy) => content(copy, &request_headers, recorder.max_body),
        None => Err(Absence::Cut),
    };
    let sent = sent.map_err(|absence| gaps.request_body = Some(absence)).ok();
    let answered = content(&mut response_body, &response_headers, recorder.max_body);
    let answered = answered.map_err(|absence| gaps.response_body = Some(absence)).ok();
    let request = HttpRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        // Nothing sent at all is not the same as an empty body.
        body: sent.filter(|body| !body.is_empty() || head.has_body()),
        headers: request_headers,
    };
    let response = HttpResponse { status: status.as_u16(), headers: response_headers, body: answered };
    recorder.watch.judge(Exchange { origin: Origin::live(number), request, response, gaps });
}

fn content(copy: &mut Copy, headers: &[(String, String)], limit: usize) -> Result<Vec<u8>, Absence> {
    decode(copy.take_bytes()?, headers, limit)
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}
