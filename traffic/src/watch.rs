//! Judges exchanges, whoever brings them, and remembers what they break and which operations they were.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_openapi::{Code, Document, HttpRequest, Operation, Place, Severity, Violation};
use serde_json::Value;

use crate::blot::{Blotter, query_names};
use crate::count::{Counters, Tally, Unjudged};
use crate::deviation::{Deviation, Example, shape};
use crate::exchange::{Absence, Exchange};
use crate::ledger::{Entered, Key, Ledger};
use crate::weigh::weigh;

/// Hears of each deviation when it is met for the first time.
pub type Listener = Box<dyn Fn(&Deviation) + Send + Sync>;

/// Holds exchanges against one document. It may be shared between threads.
pub struct Watch {
    document: Arc<Document>,
    counters: Counters,
    /// For each operation of the document, how many exchanges asked for it.
    seen: Vec<AtomicU64>,
    ledger: Mutex<Ledger>,
    listener: Option<Listener>,
}

/// What a watch has seen so far.
#[derive(Clone, Debug)]
pub struct Observed {
    pub tally: Tally,
    /// By operation in the order of the document, those of no operation first.
    pub deviations: Vec<Deviation>,
    /// Violations of kinds for which there was no room any more.
    pub left_out: u64,
    /// Whether one of those weighs as an error.
    pub left_out_error: bool,
    /// Every operation of the document, in its order.
    pub operations: Vec<Seen>,
}

/// How often an operation was asked for.
#[derive(Clone, Debug)]
pub struct Seen {
    pub operation: Operation,
    /// Exchanges that asked for it, judged or not.
    pub exchanges: u64,
}

impl Watch {
    #[must_use]
    pub fn new(document: Arc<Document>) -> Self {
        let seen = document.operations().iter().map(|_| AtomicU64::new(0)).collect();
        Self { document, counters: Counters::default(), seen, ledger: Mutex::default(), listener: None }
    }

    /// The same watch, which tells `listener` of each new deviation at once.
    #[must_use]
    pub fn with_listener(self, listener: Listener) -> Self {
        Self { listener: Some(listener), ..self }
    }

    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Counts an exchange that begins; gives its number, from 1. Its operation counts as seen, whatever
    /// becomes of the exchange.
    pub fn meet(&self, method: &str, path: &str) -> u64 {
        if let Some(operation) = self.operation(method, path) {
            self.seen[operation].fetch_add(1, Relaxed);
        }
        self.counters.met()
    }

    /// Counts an exchange that is not the document's.
    pub fn pass_over(&self, reason: Unjudged) {
        self.counters.met();
        self.counters.unjudged(reason);
    }

    /// Says that an exchange that was met is not judged.
    pub fn give_up(&self, reason: Unjudged) {
        self.counters.unjudged(reason);
    }

    /// Judges an exchange that was met.
    pub fn judge(&self, mut exchange: Exchange) {
        if let Some(reason) = self.out_of_scope(&exchange.request) {
            return self.give_up(reason);
        }
        if self.is_implied_head(&exchange.request.method, &exchange.request.path) {
            "GET".clone_into(&mut exchange.request.method);
            exchange.response.body = None;
            // That there is none is no gap.
            exchange.gaps.response_body = None;
            return self.hold(&exchange, true);
        }
        self.hold(&exchange, false);
    }

    /// Meets and judges each exchange.
    pub fn judge_all(&self, exchanges: impl IntoIterator<Item = Exchange>) {
        for exchange in exchanges {
            self.meet(&exchange.request.method, &exchange.request.path);
            self.judge(exchange);
        }
    }

    /// What has been seen so far.
    #[must_use]
    pub fn observed(&self) -> Observed {
        let ledger = self.ledger();
        let (left_out, left_out_error) = ledger.left_out();
        let operations = self.document.operations().iter().zip(&self.seen);
        Observed {
            tally: self.counters.tally(),
            deviations: ledger.sorted(),
            left_out,
            left_out_error,
            operations: operations
                .map(|(operation, seen)| Seen { operation: operation.clone(), exchanges: seen.load(Relaxed) })
                .collect(),
        }
    }

    /// The counts alone, for who asks often.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.counters.tally()
    }

    /// How many exchanges showed a deviation, summed by id and weight.
    #[must_use]
    pub fn sums(&self) -> Vec<(Code, Severity, u64)> {
        self.ledger().sums()
    }

    /// How many operations were asked for at least once.
    #[must_use]
    pub fn operations_seen(&self) -> usize {
        self.seen.iter().filter(|seen| seen.load(Relaxed) > 0).count()
    }

    fn operation(&self, method: &str, path: &str) -> Option<usize> {
        let found = self.document.operation_index(method, path);
        let implied =
            || method.eq_ignore_ascii_case("HEAD").then(|| self.document.operation_index("GET", path));
        found.or_else(|| implied().flatten())
    }

    /// `HEAD` where the document has `GET` alone asks for the same, without the body (RFC 9110).
    fn is_implied_head(&self, method: &str, path: &str) -> bool {
        method.eq_ignore_ascii_case("HEAD")
            && self.document.operation_index(method, path).is_none()
            && self.document.operation_index("GET", path).is_some()
    }

    /// Why a request asks for no operation at all, if so.
    fn out_of_scope(&self, request: &HttpRequest) -> Option<Unjudged> {
        if !request.method.eq_ignore_ascii_case("OPTIONS") {
            return None;
        }
        if request.path == "*" {
            return Some(Unjudged::ServerWide);
        }
        let preflight = request.header("origin").is_some()
            && request.header("access-control-request-method").is_some()
            && self.document.operation_index("OPTIONS", &request.path).is_none();
        preflight.then_some(Unjudged::Preflight)
    }

    fn hold(&self, exchange: &Exchange, bodiless: bool) {
        let judged = self.document.check_exchange(&exchange.request, &exchange.response);
        let mut violations = judged.violations;
        if bodiless {
            violations.retain(|violation| !matches!(violation.at, Place::ResponseBody(_)));
        }
        if violations.is_empty() && exchange.gaps == crate::Gaps::default() {
            return self.counters.judged(false);
        }
        let (violations, partial) = weigh(exchange, violations);
        let broken = violations.iter().any(|violation| violation.severity == Severity::Error);
        self.counters.judged(broken);
        for part in partial {
            self.counters.partial(part);
        }
        if !violations.is_empty() {
            self.enter(exchange, judged.operation, violations);
        }
    }

    fn enter(&self, exchange: &Exchange, operation: Option<usize>, violations: Vec<Violation>) {
        let shape = operation.is_none().then(|| shape_of(&exchange.request));
        // An exchange shows each deviation once, however many elements of a list have it.
        let mut entered = HashSet::new();
        for violation in violations {
            let key = Key::of(&violation, operation, shape.clone());
            if !entered.insert(key.clone()) {
                continue;
            }
            let named = key.clone();
            let describe = || self.describe(exchange, named, violation);
            let what = self.ledger().enter(key, &exchange.origin, describe);
            if let (Entered::New(deviation), Some(listener)) = (what, &self.listener) {
                listener(&deviation);
            }
        }
    }

    fn describe(&self, exchange: &Exchange, key: Key, violation: Violation) -> Deviation {
        let Key { operation, shape, place, subject, .. } = key;
        let secrets = Blotter::of(&self.document, exchange);
        let operation = operation.map(|index| self.document.operations()[index].key.clone());
        let request = match (&operation, &shape) {
            (Some(key), _) => secrets.line(&self.document, key, &exchange.request),
            (None, Some(shape)) => format!("{shape}{}", query_names(&exchange.request)),
            (None, None) => String::new(),
        };
        let violation = match &shape {
            Some(_) => self.unknown(&violation, &exchange.request),
            None => violation,
        };
        let actual =
            unreadable(&violation, exchange).or(violation.actual).map(|actual| secrets.value(actual));
        let subject = subject.map(|subject| secrets.text(&subject));
        Deviation {
            code: violation.code,
            severity: violation.severity,
            operation,
            shape,
            place,
            subject,
            rule: violation.rule,
            keyword: violation.keyword,
            expected: violation.expected,
            count: 1,
            first: Example {
                origin: exchange.origin.clone(),
                request,
                status: exchange.response.status,
                at: violation.at,
                actual,
                message: secrets.text(&violation.message),
            },
        }
    }

    /// The violation of a request without an operation, told by the shape of its path: the path itself
    /// may hold a secret, and nothing says where.
    fn unknown(&self, violation: &Violation, request: &HttpRequest) -> Violation {
        let (method, path) = (request.method.clone(), shape(&request.path));
        let shaped = HttpRequest { method, path, ..HttpRequest::default() };
        let told = self.document.check_request(&shaped).into_iter().find(|it| it.code == violation.code);
        told.map_or_else(
            || Violation {
                actual: None,
                message: "the document has no such operation".to_owned(),
                ..violation.clone()
            },
            |told| Violation { severity: violation.severity, ..told },
        )
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // A book that was left in the middle of an entry has a count too few, and no more.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("tally", &self.tally()).finish_non_exhaustive()
    }
}

/// Method and shape of a request for which there is no operation.
fn shape_of(request: &HttpRequest) -> String {
    /// A method that nobody knows is told as far as it can be read.
    const MAX_METHOD: usize = 20;
    let method: String = request.method.chars().take(MAX_METHOD).collect();
    format!("{method} {}", shape(&request.path))
}

/// What is told in place of a body that could not be read: it has no names to tell a secret by.
fn unreadable(violation: &Violation, exchange: &Exchange) -> Option<Value> {
    let is_body = matches!(violation.at, Place::ResponseBody(_));
    let body =
        exchange.response.body.as_ref().filter(|_| exchange.gaps.response_body != Some(Absence::Cut))?;
    let told = is_body && violation.keyword.is_none() && violation.code == Code::ResponseBodyIncompatible;
    told.then(|| Value::from(format!("{} bytes", body.len())))
}
