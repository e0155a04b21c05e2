//! What a consumer relies on: the operations it calls, what it sends, and what it reads of the answers. Joined
//! with a change of the document, it tells whom the change hurts.
//!
//! A consumer relies on what its pact names and on nothing else. What is asked anew of a request hurts who
//! calls without it; what is asked more strictly hurts who sends it; what is no longer promised hurts who
//! reads it.

use countersign_letter::{ConsumerName, Pact, PactError};
use countersign_openapi::diff::{Action, Area, Change, Direction, Kind, Part, Use};
use countersign_openapi::{Document, HttpRequest, HttpResponse, JsonPointer, OperationKey, Position};
use serde_json::Value;

use crate::interaction::{Content, Http, Interaction};

/// One interaction, and the operation that it is about.
#[derive(Debug)]
pub struct Reliance {
    pub consumer: ConsumerName,
    /// The interaction's description.
    pub interaction: String,
    pub operation: OperationKey,
    request: HttpRequest,
    response: HttpResponse,
    /// What is sent and read as JSON, where it is JSON.
    sent: Option<Value>,
    read: Option<Value>,
    /// Where the interaction stands in the pact, and where its bodies stand below it.
    pointer: JsonPointer,
    sent_at: JsonPointer,
    read_at: JsonPointer,
}

/// How a change reaches an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub how: How,
    /// What of a body it sends or reads, as a JSON pointer; `None` where it is no part of a body.
    pub pointer: Option<JsonPointer>,
    /// Where the interaction says so, as a pointer into the pact.
    pub at: JsonPointer,
}

/// How a consumer relies on something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Calls,
    Sends,
    Reads,
}

/// What the HTTP interactions of `pact` rely on of `document`, in the order of the file. What is about no
/// operation of it relies on nothing in it.
pub fn reliances(pact: &Pact, document: &Document) -> Result<Vec<Reliance>, PactError> {
    let mut reliances = Vec::new();
    for interaction in Interaction::all(pact) {
        let interaction = interaction?;
        let Content::Http(http) = interaction.content() else { continue };
        let Some(operation) = document.operation(&http.request.method, &http.request.path) else { continue };
        reliances.push(Reliance::new(pact, &interaction, http, operation.key.clone()));
    }
    Ok(reliances)
}

impl Reliance {
    fn new(pact: &Pact, interaction: &Interaction, http: &Http, operation: OperationKey) -> Self {
        let json = |body: &Option<Vec<u8>>| serde_json::from_slice(body.as_deref()?).ok();
        Self {
            consumer: pact.consumer().clone(),
            interaction: interaction.description().to_owned(),
            operation,
            sent: json(&http.request.body),
            read: json(&http.response.body),
            request: http.request.clone(),
            response: http.response.clone(),
            pointer: interaction.pointer().clone(),
            sent_at: http.body_pointer("request"),
            read_at: http.body_pointer("response"),
        }
    }

    /// Where `reached` stands in the pact's file.
    #[must_use]
    pub fn position(&self, pact: &Pact, reached: &Reached) -> Position {
        pact.position(&self.pointer.append(&reached.at))
    }

    /// How `change` reaches this interaction, wherever that is.
    #[must_use]
    pub fn reached_by(&self, change: &Change) -> Option<Reached> {
        change.uses.iter().find_map(|at| self.reached_at(change, at))
    }

    /// How `change` reaches this interaction by one of its uses; `None` where the consumer does not notice it.
    #[must_use]
    pub fn reached_at(&self, change: &Change, at: &Use) -> Option<Reached> {
        // What a pact calls stands in `paths`: what a webhook of the same name does is none of its business.
        let called = at.operation.as_ref().filter(|operation| operation.is_of_paths())?;
        if (&called.method, &called.path) != (&self.operation.method, &self.operation.path) {
            return None;
        }
        match &at.part {
            Part::Whole => Self::whole(change),
            Part::Parameter { location, name } => self.parameter(change, location, name, at),
            Part::RequestBody { media_type } => self.request_body(change, media_type.as_deref(), at),
            Part::Response { status } => {
                let read = change.action != Action::Added && self.expects(status);
                read.then(|| Reached::new(How::Reads, None, response().join("status")))
            }
            Part::ResponseBody { status, media_type } => self.response_body(change, status, media_type, at),
            Part::ResponseHeader { status, name } => {
                let read = change.action != Action::Added
                    && self.expects(status)
                    && self.response.header(name).is_some();
                read.then(|| Reached::new(How::Reads, None, response().join("headers").join(name)))
            }
        }
    }

    /// A change of the operation itself: whoever calls it notices that it is gone, or that it asks who calls.
    fn whole(change: &Change) -> Option<Reached> {
        let noticed = match change.area {
            Area::Operation => !matches!(change.kind, Kind::OperationId) && change.action != Action::Added,
            Area::Security => true,
            _ => false,
        };
        noticed.then(|| Reached::new(How::Calls, None, request().join("path")))
    }

    fn parameter(&self, change: &Change, location: &str, name: &str, at: &Use) -> Option<Reached> {
        let (sends, place) = match location {
            "query" | "querystring" => (self.sends_query(name), request().join("query").join(name)),
            "header" => (self.request.header(name).is_some(), request().join("headers").join(name)),
            "cookie" => (self.sends_cookie(name), request().join("headers").join("Cookie")),
            _ => (true, request().join("path")),
        };
        // What is asked anew of the whole parameter hurts who leaves it out; the rest hurts who sends it.
        let anew = is_asked_anew(change) && change.place(at) == JsonPointer::root();
        match (anew, sends) {
            (true, false) => Some(Reached::new(How::Calls, None, request())),
            (false, true) => Some(Reached::new(How::Sends, None, place)),
            _ => None,
        }
    }

    fn request_body(&self, change: &Change, media_type: Option<&str>, at: &Use) -> Option<Reached> {
        let anew = is_asked_anew(change);
        if self.request.body.is_none() {
            let whole = anew && change.place(at) == JsonPointer::root();
            return whole.then(|| Reached::new(How::Calls, None, request()));
        }
        let sent_as = self.request.header("content-type");
        if !media_type.zip(sent_as).is_none_or(|(declared, sent)| same_type(declared, sent)) {
            return None;
        }
        if change.place(at) == JsonPointer::root() {
            return (!anew).then(|| self.sends(&JsonPointer::root()));
        }
        let sent = self.sent.as_ref()?;
        places(change, at).find_map(|place| {
            let tokens: Vec<String> = place.tokens().collect();
            let found = find(sent, &tokens);
            if !anew {
                return found.map(|pointer| self.sends(&pointer));
            }
            // Whoever sends the object without the member is refused from now on.
            let around = tokens.split_last().and_then(|(_, around)| find(sent, around));
            around.filter(|_| found.is_none()).map(|pointer| self.sends(&pointer))
        })
    }

    fn response_body(&self, change: &Change, status: &str, media_type: &str, at: &Use) -> Option<Reached> {
        let read_as = self.response.header("content-type");
        let applies = self.expects(status)
            && self.response.body.is_some()
            && read_as.is_none_or(|read| same_type(media_type, read));
        // Nobody reads what was not there; and a value of another kind among those known is one to be read.
        let is_new = matches!((change.kind, change.action), (Kind::Existence, Action::Added));
        if !applies || is_new {
            return None;
        }
        if change.place(at) == JsonPointer::root() {
            return Some(self.reads(&JsonPointer::root()));
        }
        let read = self.read.as_ref()?;
        places(change, at).find_map(|place| {
            let tokens: Vec<String> = place.tokens().collect();
            find(read, &tokens).map(|pointer| self.reads(&pointer))
        })
    }

    fn sends(&self, pointer: &JsonPointer) -> Reached {
        Reached::new(How::Sends, Some(pointer.clone()), self.sent_at.append(pointer))
    }

    fn reads(&self, pointer: &JsonPointer) -> Reached {
        Reached::new(How::Reads, Some(pointer.clone()), self.read_at.append(pointer))
    }

    /// Whether the pact expects an answer that `status` describes: a status, a class such as `2XX`, or `default`.
    fn expects(&self, status: &str) -> bool {
        let expected = self.response.status.to_string();
        let class = |letter: &str| status.to_ascii_uppercase().strip_suffix("XX") == Some(letter);
        status == expected || class(&expected[..1]) || status == "default"
    }

    fn sends_query(&self, name: &str) -> bool {
        let query = self.request.query.as_deref().unwrap_or_default();
        query.split('&').any(|pair| {
            let key = pair.split('=').next().unwrap_or_default();
            let key = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
            // `filter[status]` is a part of the parameter `filter`.
            key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('['))
        })
    }

    fn sends_cookie(&self, name: &str) -> bool {
        let cookies = self.request.header_values("cookie").flat_map(|value| value.split(';'));
        cookies.into_iter().any(|pair| pair.trim().split('=').next() == Some(name))
    }
}

impl Reached {
    fn new(how: How, pointer: Option<JsonPointer>, at: JsonPointer) -> Self {
        Self { how, pointer, at }
    }
}

/// Whether a request has to have what it did not have to have before.
fn is_asked_anew(change: &Change) -> bool {
    change.direction == Direction::Request
        && matches!(
            (change.kind, change.action),
            (Kind::Existence, Action::Added) | (Kind::Requiredness, _) | (Kind::Default, Action::Unset)
        )
}

fn request() -> JsonPointer {
    JsonPointer::root().join("request")
}

fn response() -> JsonPointer {
    JsonPointer::root().join("response")
}

fn places<'a>(change: &'a Change, at: &'a Use) -> impl Iterator<Item = JsonPointer> + 'a {
    std::iter::once(&at.place).chain(&at.also).map(|outer| change.within(outer))
}

/// The first place of `value` that the tokens name; `*` is every element and every member.
fn find(value: &Value, tokens: &[String]) -> Option<JsonPointer> {
    let Some((first, rest)) = tokens.split_first() else { return Some(JsonPointer::root()) };
    let below = |token: &str, value: &Value| {
        find(value, rest).map(|found| JsonPointer::root().join(token).append(&found))
    };
    match value {
        Value::Object(members) if first == "*" => {
            members.iter().find_map(|(name, member)| below(name, member))
        }
        Value::Object(members) => members.get(first).and_then(|member| below(first, member)),
        Value::Array(items) if first == "*" => {
            items.iter().enumerate().find_map(|(index, item)| below(&index.to_string(), item))
        }
        Value::Array(items) => {
            let index = first.parse::<usize>().ok()?;
            items.get(index).and_then(|item| below(first, item))
        }
        _ => None,
    }
}

/// Whether two media types may be the same: parameters have no say, and ranges take what is in them.
fn same_type(declared: &str, used: &str) -> bool {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (declared, used) = (essence(declared), essence(used));
    match declared.split_once('/') {
        _ if declared.is_empty() || declared == "*/*" => true,
        Some((main, "*")) => used.split('/').next() == Some(main),
        _ => declared == used,
    }
}
