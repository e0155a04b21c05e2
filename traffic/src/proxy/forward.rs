//! One exchange: what a client asks goes on to the service, and what that answers goes back.

use std::net::IpAddr;

use http::header::EXPECT;
use http::{Extensions, HeaderMap, Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;

use super::body::{AnswerBody, Pending, RequestBody};
use super::connection::Service;
use super::failure::Failure;
use super::gate::Gate;
use super::headers::{self, Way};
use super::interim::Turn;
use super::own::apology;
use super::pulse::Pulse;
use super::recorder::{Head, Recording};
use super::tunnel::tunnel;
use crate::count::Unjudged;

/// What is known of a request while it is passed on.
struct Asked {
    head: Head,
    client: IpAddr,
    turn: Turn,
    pulse: Pulse,
    gate: Option<Gate>,
    /// The client's side of a connection that is to become another protocol.
    upgrade: Option<OnUpgrade>,
}

impl Service {
    /// The answer to a request of `client`, whose turn it is until then.
    pub async fn answer(
        &self,
        mut request: Request<Incoming>,
        client: IpAddr,
        turn: Turn,
    ) -> Response<AnswerBody> {
        let recording = self.recorder.begin(request.method(), request.uri());
        let upgrades = headers::asks_to_upgrade(request.headers());
        let upgrade = upgrades.then(|| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        if let Some(reason) = refusal(&parts.method, &parts.headers) {
            recording.end(Unjudged::Refused);
            return apology(&Failure::Refused(reason));
        }
        let head = Head { method: parts.method, uri: parts.uri, headers: parts.headers };
        let gate = expects(&head.headers).then(Gate::default);
        let asked = Asked { head, client, turn, pulse: Pulse::new(), gate, upgrade };
        let body = RequestBody::new(body, &recording, asked.pulse.clone(), asked.gate.as_ref());
        match self.ask(&asked, &recording, body, parts.extensions).await {
            Ok(answer) => self.pass_back(answer, asked, recording),
            Err(failure) => {
                let reason = failure.counts_as();
                recording.fail(reason, || failure.to_string());
                apology(&failure)
            }
        }
    }

    /// Asks the service; twice where that is safe and the first connection was closed under our hands.
    async fn ask(
        &self,
        asked: &Asked,
        recording: &Recording,
        body: RequestBody,
        extensions: Extensions,
    ) -> Result<Response<Incoming>, Failure> {
        // A connection that was kept may have been closed by the service the moment that it was used
        // again (RFC 9110, 9.2.2).
        let again = body.is_none() && asked.head.method.is_idempotent() && asked.upgrade.is_none();
        match self.ask_once(asked, body, extensions).await {
            Err(Failure::NoAnswer { kind: super::failure::NoAnswer::Ended, .. }) if again => {
                let body = RequestBody::none(recording.slot(), asked.pulse.clone());
                self.ask_once(asked, body, Extensions::new()).await
            }
            answered => answered,
        }
    }

    async fn ask_once(
        &self,
        asked: &Asked,
        body: RequestBody,
        extensions: Extensions,
    ) -> Result<Response<Incoming>, Failure> {
        let Asked { head, turn, pulse, gate, .. } = asked;
        let host = (!self.settings.preserve_host).then(|| self.upstream.host());
        let way = Way { client: asked.client, host };
        let onward = headers::onward(&head.headers, &head.uri, asked.upgrade.is_some(), &way);
        let request = self.upstream.request((&head.method, &head.uri), onward, body);
        let mut request =
            request.map_err(|_| Failure::Refused("its target cannot be written in a request"))?;
        // Among them is how the names of headers are written.
        *request.extensions_mut() = extensions;
        let (door, waiting) = (turn.door(), gate.clone());
        hyper::ext::on_informational(&mut request, move |response| {
            if response.status() != StatusCode::CONTINUE {
                if let Some(door) = &door {
                    door.hand_in(response.status(), response.headers());
                }
            } else if let Some(gate) = &waiting {
                // hyper tells the client.
                gate.open();
            }
        });
        let patience = self.settings.silence;
        let answered = tokio::select! {
            answered = self.upstream.send(request) => answered,
            () = pulse.silent_for(patience) => return Err(self.silent(pulse)),
        };
        if let Some(gate) = gate {
            gate.answered();
        }
        answered.map_err(|error| {
            if pulse.is_broken_off() {
                Failure::BrokenOff
            } else {
                Failure::of(&error, &self.upstream.to_string())
            }
        })
    }

    /// Whose silence it was.
    fn silent(&self, pulse: &Pulse) -> Failure {
        let seconds = self.settings.silence.as_secs();
        if pulse.is_sent() {
            Failure::Silent { upstream: self.upstream.to_string(), seconds }
        } else {
            Failure::Stalled { seconds }
        }
    }

    fn pass_back(
        &self,
        mut answer: Response<Incoming>,
        asked: Asked,
        recording: Recording,
    ) -> Response<AnswerBody> {
        let upgrades = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
        let theirs = upgrades.then(|| hyper::upgrade::on(&mut answer));
        let (mut parts, body) = answer.into_parts();
        let headers = std::mem::take(&mut parts.headers);
        parts.headers = headers::back(&headers, upgrades);
        // What a client hears is what we speak, whatever the service does.
        parts.version = Version::HTTP_11;
        let body = match (theirs, asked.upgrade) {
            (Some(theirs), Some(ours)) => {
                recording.end(Unjudged::Upgraded);
                self.tracker.spawn(tunnel(ours, theirs, self.draining.clone()));
                AnswerBody::own("")
            }
            (Some(_), None) => {
                let failure = self.unasked_upgrade();
                recording.fail(failure.counts_as(), || failure.to_string());
                return apology(&failure);
            }
            (None, _) => {
                let pending = Pending {
                    recording,
                    head: asked.head,
                    status: parts.status,
                    headers,
                    gate: asked.gate,
                    upstream: self.upstream.to_string(),
                };
                AnswerBody::passed(body, pending, self.settings.silence)
            }
        };
        Response::from_parts(parts, body)
    }

    fn unasked_upgrade(&self) -> Failure {
        Failure::NoAnswer {
            upstream: self.upstream.to_string(),
            reason: "it changes the protocol though nobody asked for that".to_owned(),
            kind: super::failure::NoAnswer::Malformed,
        }
    }
}

/// Why a request is nothing to pass on, if so.
fn refusal(method: &Method, headers: &HeaderMap) -> Option<&'static str> {
    if *method == Method::CONNECT {
        return Some("CONNECT asks for a tunnel, and this is a reverse proxy");
    }
    headers::is_coded_for_transfer(headers)
        .then_some("its body comes in a transfer coding other than `chunked`")
}

fn expects(headers: &HeaderMap) -> bool {
    headers.get(EXPECT).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}
