//! What Celery's protocol asks of a message on a list: one row a rule, with what a worker of Celery 5 does
//! where it is broken. Each effect was seen of a real worker, and is not what its documentation says.

use super::breach::{Breach, Place};
use super::envelope::Entry;
use countersign_openapi::Severity;

mod body;
mod members;

pub(super) const LOST: &str = "a Celery worker dies of it, and the message is lost";
pub(super) const POISON: &str =
    "a Celery worker dies of it and puts it back on the list, where it kills every worker that starts";
pub(super) const DROPPED: &str =
    "a Celery worker logs it and drops it: the task never runs, and no result ever comes";

/// A rule, and where in an entry it looks. A member comes before what is in it: what is missing is told once.
pub(crate) struct Rule {
    /// As a JSON pointer.
    pub member: &'static str,
    pub is_broken: fn(&Entry) -> bool,
    pub breach: Breach,
}

pub(crate) const NOT_JSON: Breach = Breach {
    id: "message.envelope.not-json",
    severity: Severity::Error,
    place: Place::Message,
    message: "the list entry is no JSON",
    asks: "a JSON object",
    effect: LOST,
    remedy: "publish nothing but envelopes on this list",
};

pub(crate) const NOT_OBJECT: Breach =
    Breach { id: "message.envelope.not-object", message: "the list entry is no JSON object", ..NOT_JSON };

/// Every rule on an entry that is an object.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    members::RULES.iter().chain(body::RULES)
}
