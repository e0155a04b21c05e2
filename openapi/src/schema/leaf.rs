//! Assertions about a value alone, without subschemas: they are the `jsonschema` crate's.
//!
//! A document repeats the same few assertions ten thousand times (`{"type": "string"}` above all),
//! so one validator is built for each distinct set of them and shared.

mod pattern;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationOptions, Validator};
use serde_json::{Map, Value, json};

use super::Dialect;

/// The keywords that draft 4 and OpenAPI 3.0 share.
const SHARED: [&str; 15] = [
    "type",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "uniqueItems",
    "minItems",
    "maxItems",
    "minProperties",
];

/// Formats of OpenAPI's registry that came after draft 4, which is the draft of OpenAPI 3.0.
const AFTER_DRAFT_4: [&str; 9] = [
    "duration",
    "idn-hostname",
    "iri",
    "iri-reference",
    "json-pointer",
    "relative-json-pointer",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Steps back that one pattern may take: some milliseconds of work.
const BACKTRACK_LIMIT: usize = 100_000;
/// Bytes that one compiled pattern may take: `.{1,2000}`, which real documents have, needs some.
const PATTERN_SIZE: usize = 10 << 20;

/// Bytes that all compiled patterns of a document may take, about: of 2,600 real documents one needs
/// more than a quarter of them.
const PATTERNS_SIZE: usize = 256 << 20;
/// Different sets of assertions in a document, at most: real documents have some thousand.
const MAX_LEAVES: usize = 100_000;

/// A set of assertions.
#[derive(Debug)]
pub(super) struct Leaf {
    validator: Validator,
    /// Whether its pattern may go back on its steps.
    backtracks: bool,
    /// What the values of its `enum` cost, which are looked through one by one.
    listed: usize,
}

/// A text that is shorter than this costs nothing, whatever the pattern.
const SHORT: usize = 16;
/// What a pattern that backtracks costs on a longer text, in schemas that could be judged meanwhile.
const BACKTRACK_COST: usize = 250;
/// Values of an `enum` that cost as much as one schema.
const LISTED: usize = 16;

/// An assertion that a value does not keep.
pub(super) struct Failed {
    pub(super) keyword: String,
    /// Says nothing of the value but "value"; where the engine gave up, the reason.
    pub(super) message: String,
    /// The engine gave up: a pattern that backtracks.
    pub(super) undecided: bool,
}

impl Leaf {
    /// What judging `value` costs beside all else.
    pub(super) fn cost(&self, value: &Value) -> usize {
        let is_long = || value.as_str().is_some_and(|text| text.len() >= SHORT);
        self.listed + if self.backtracks && is_long() { BACKTRACK_COST } else { 0 }
    }

    pub(super) fn is_kept(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    pub(super) fn failed(&self, value: &Value) -> Vec<Failed> {
        self.validator.iter_errors(value).map(|error| failed(&error)).collect()
    }
}

fn failed(error: &jsonschema::ValidationError<'_>) -> Failed {
    let given_up = matches!(
        error.kind(),
        ValidationErrorKind::BacktrackLimitExceeded { .. } | ValidationErrorKind::RegexEngineFailure { .. }
    );
    let path = error.schema_path().as_str();
    let keyword = path.split('/').nth(1).unwrap_or_else(|| error.kind().keyword()).to_owned();
    let message = if given_up {
        format!("the pattern takes more than {BACKTRACK_LIMIT} steps back on this text")
    } else {
        error.masked().to_string()
    };
    Failed { keyword, message, undecided: given_up }
}

/// All leaves of a document.
#[derive(Debug)]
pub(super) struct Leaves {
    dialect: Dialect,
    built: Mutex<HashMap<String, Arc<Leaf>>>,
    /// Bytes that the patterns take so far, about.
    patterns: AtomicUsize,
}

/// A keyword of a leaf that has no meaning.
pub(super) struct Malformed {
    pub(super) keyword: String,
    pub(super) reason: String,
}

impl Leaves {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, built: Mutex::default(), patterns: AtomicUsize::new(0) }
    }

    /// The assertions that stand in `schema`, and those that cannot be used.
    pub(super) fn of(&self, schema: &Map<String, Value>) -> (Option<Arc<Leaf>>, Vec<Malformed>) {
        let assertions = schema.iter().filter(|(keyword, _)| self.is_assertion(keyword));
        let text = text(assertions.clone());
        if text == NOTHING {
            return (None, Vec::new());
        }
        if let Some(leaf) = self.lock().get(&text) {
            return (Some(Arc::clone(leaf)), Vec::new());
        }
        let mut wanted: Map<String, Value> =
            assertions.map(|(keyword, value)| (keyword.clone(), value.clone())).collect();
        let mut malformed = Vec::new();
        while !wanted.is_empty() {
            match self.built(&wanted) {
                Ok(leaf) => return (Some(leaf), malformed),
                Err(error) => {
                    // What is wrong with one keyword leaves the others standing.
                    if wanted.remove(&error.keyword).is_none() {
                        wanted.clear();
                    }
                    malformed.push(error);
                }
            }
        }
        (None, malformed)
    }

    /// The assertion that a text matches `pattern`, for names of properties.
    pub(super) fn pattern(&self, pattern: &str) -> Result<Arc<Leaf>, Malformed> {
        self.built(&Map::from_iter([("pattern".to_owned(), Value::from(pattern))]))
    }

    fn is_assertion(&self, keyword: &str) -> bool {
        SHARED.contains(&keyword)
            || keyword == "maxProperties"
            || (keyword == "const" && !matches!(self.dialect, Dialect::OpenApi30 | Dialect::Draft4))
    }

    fn built(&self, assertions: &Map<String, Value>) -> Result<Arc<Leaf>, Malformed> {
        let text = text(assertions.iter());
        if let Some(leaf) = self.lock().get(&text) {
            return Ok(Arc::clone(leaf));
        }
        self.admit(assertions)?;
        let options = self.with_format_of(assertions, self.options());
        let validator = options.build(&Value::Object(assertions.clone())).map_err(|error| {
            let path = error.instance_path().as_str();
            let only = assertions.keys().next().filter(|_| assertions.len() == 1);
            let named = path.split('/').nth(1).filter(|keyword| !keyword.is_empty());
            let keyword = named.map(str::to_owned).or_else(|| only.cloned()).unwrap_or_default();
            Malformed { keyword, reason: error.to_string() }
        })?;
        let pattern = assertions.get("pattern").and_then(Value::as_str);
        let listed = assertions.get("enum").and_then(Value::as_array).map_or(0, Vec::len) / LISTED;
        let backtracks = pattern.is_some_and(pattern::backtracks);
        let leaf = Arc::new(Leaf { validator, backtracks, listed });
        self.lock().insert(text, Arc::clone(&leaf));
        Ok(leaf)
    }

    /// Whether there is room for one more.
    fn admit(&self, assertions: &Map<String, Value>) -> Result<(), Malformed> {
        if self.lock().len() >= MAX_LEAVES {
            let keyword = assertions.keys().next().cloned().unwrap_or_default();
            let reason = format!("the document has more than {MAX_LEAVES} different sets of assertions");
            return Err(Malformed { keyword, reason });
        }
        let Some(pattern) = assertions.get("pattern").and_then(Value::as_str) else { return Ok(()) };
        // One that is too large is refused when it is compiled, and then takes nothing.
        let size = pattern::size(pattern);
        let size = if size > 2 * PATTERN_SIZE { 0 } else { size };
        if self.patterns.fetch_add(size, Ordering::Relaxed) + size > PATTERNS_SIZE {
            self.patterns.fetch_sub(size, Ordering::Relaxed);
            let megabytes = PATTERNS_SIZE >> 20;
            let reason = format!("the patterns of the document take more than {megabytes} MiB");
            return Err(Malformed { keyword: "pattern".to_owned(), reason });
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Leaf>>> {
        self.built.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the format that `assertions` name, where 3.0 knows it and the draft of 3.0 does not.
    fn with_format_of(
        &self,
        assertions: &Map<String, Value>,
        options: ValidationOptions<'static>,
    ) -> ValidationOptions<'static> {
        let format = assertions.get("format").and_then(Value::as_str);
        let newer = format.filter(|format| AFTER_DRAFT_4.contains(format));
        let (Some(format), Dialect::OpenApi30 | Dialect::AsyncApi) = (newer, self.dialect) else {
            return options;
        };
        let check = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .offline()
            .should_validate_formats(true)
            .build(&json!({ "format": format }))
            .expect("a format alone is a schema");
        options.with_format(format, move |text: &str| check.is_valid(&Value::from(text)))
    }

    fn options(&self) -> ValidationOptions<'static> {
        let patterns =
            PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT).size_limit(PATTERN_SIZE);
        let draft = match self.dialect {
            Dialect::OpenApi30 | Dialect::Draft4 => Draft::Draft4,
            Dialect::AsyncApi | Dialect::Draft7 => Draft::Draft7,
            Dialect::OpenApi31 | Dialect::Draft202012 => Draft::Draft202012,
        };
        jsonschema::options()
            .with_draft(draft)
            .offline()
            .with_pattern_options(patterns)
            .should_validate_formats(self.dialect.is_of_documents())
            .with_format("byte", is_base64)
    }
}

/// Assertions as JSON, by which leaves are told apart.
fn text<'v>(assertions: impl Iterator<Item = (&'v String, &'v Value)>) -> String {
    let mut text = String::from("{");
    for (keyword, value) in assertions {
        // Keywords need no escapes, and a member too many at the end tells nothing apart.
        let _ = write!(text, "{keyword:?}:{value},");
    }
    text
}

/// The text of no assertions.
const NOTHING: &str = "{";

/// RFC 4648 section 4, which `format: byte` means.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_take_too_much_together_are_refused() {
        let leaves = Leaves::new(Dialect::OpenApi30);
        leaves.patterns.store(PATTERNS_SIZE - pattern::size("a{9}"), Ordering::Relaxed);
        assert!(leaves.pattern("a{9}").is_ok());
        let Err(refused) = leaves.pattern("b{9}") else { panic!("there is no room for another one") };
        assert_eq!(refused.reason, "the patterns of the document take more than 256 MiB");
        // Nothing is refused that is there already, nor what has no pattern.
        assert!(leaves.pattern("a{9}").is_ok());
        let schema = Map::from_iter([("pattern".to_owned(), json!("c")), ("maxLength".to_owned(), json!(1))]);
        let (leaf, malformed) = leaves.of(&schema);
        assert_eq!((leaf.is_some(), malformed.len()), (true, 1));
    }
}
