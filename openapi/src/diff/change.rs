//! What differs between two documents, as typed values that rules judge and nothing here does.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::facts::Facts;
use crate::pointer::JsonPointer;
use crate::violation::Position;

/// One difference between the base and the revised document.
///
/// A schema that many operations share is compared once, and differs once: `uses` are the places
/// that are reached from operations.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub direction: Direction,
    pub area: Area,
    pub kind: Kind,
    pub action: Action,
    /// What it is about by its name: the member, header, parameter, status, scheme or tag.
    pub name: Option<String>,
    /// The member of the value at the place that it is about; none where it is about the value itself.
    pub member: Option<String>,
    /// What the base document says; null where it says nothing. Cut to a readable size.
    pub before: Value,
    /// What the revised document says; null where it says nothing. Cut to a readable size.
    pub after: Value,
    /// Where in the base document: for what was added, where it would stand.
    pub base: Option<Position>,
    /// Where in the revised document: for what was removed, where it would stand.
    pub revised: Option<Position>,
    pub facts: Facts,
    /// At least one. The first is the one nearest to its operation.
    pub uses: Arc<[Use]>,
    /// Further uses that are not listed, since there are too many.
    pub unlisted: usize,
}

/// One place that a change is reached at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Use {
    /// None where the change is of the whole document.
    pub operation: Option<Arc<OperationPair>>,
    pub part: Part,
    /// The place in the part's value, as a consumer reads it; `*` stands for every element and for
    /// every member that has no name of its own. Empty for the value itself.
    pub place: JsonPointer,
    /// Further places in the same part, up to a few.
    pub also: Vec<JsonPointer>,
}

/// An operation that both documents have, or one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct OperationPair {
    /// In capitals, but for methods that the document chose itself.
    pub method: String,
    /// The template as the base document writes it, or the revised one where only that has it.
    pub path: String,
    /// The template of the revised document, where it is another one.
    pub renamed: Option<String>,
    /// `operationId`, of the base document first.
    pub id: Option<String>,
    pub stands: Stands,
}

/// Where an operation stands, and so who sends its request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// In `paths`: a consumer sends it.
    #[default]
    Paths,
    /// In `webhooks`, where `path` is its name: the provider sends it.
    Webhooks,
    /// In the callback `name` of an operation, where `path` is the expression that says where it goes:
    /// whoever answers that operation sends it.
    Callbacks { of: Arc<OperationPair>, name: String },
}

/// Which part of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The operation, or the document, as a whole.
    Whole,
    Parameter {
        location: String,
        name: String,
    },
    RequestBody {
        media_type: Option<String>,
    },
    Response {
        status: String,
    },
    ResponseBody {
        status: String,
        media_type: String,
    },
    ResponseHeader {
        status: String,
        name: String,
    },
}

/// Which way the value travels that the change is about. Of a webhook or a callback it is the request
/// that travels to the consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the consumer to the provider.
    Request,
    /// From the provider to the consumer.
    Response,
    None,
}

/// What part of a document differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// `info` and what else is of the whole document.
    Document,
    Operation,
    Tag,
    /// Security requirements.
    Security,
    /// Security schemes.
    SecurityScheme,
    Component,
    Webhook,
    Callback,
    Parameter,
    /// Inside the value of a parameter.
    ParameterProperty,
    /// The body as a whole.
    Body,
    /// Inside a body.
    Property,
    Response,
    Header,
    /// Inside the value of a header.
    HeaderProperty,
}

/// What about it differs. The names of keywords are theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Existence,
    Requiredness,
    Type,
    /// The types that a `oneOf` or `anyOf` of bare types lets through.
    TypeList,
    Nullability,
    Enum,
    EnumValue,
    ExtensibleEnumValue,
    Const,
    Default,
    Maximum,
    Minimum,
    ExclusiveMaximum,
    ExclusiveMinimum,
    MultipleOf,
    MaxLength,
    MinLength,
    Pattern,
    MaxItems,
    MinItems,
    UniqueItems,
    MaxProperties,
    MinProperties,
    AdditionalProperties,
    PatternProperty,
    PropertyNames,
    DependentRequired,
    DependentSchema,
    PrefixItems,
    Contains,
    MaxContains,
    MinContains,
    UnevaluatedItems,
    UnevaluatedProperties,
    If,
    Then,
    Else,
    Not,
    OneOf,
    AnyOf,
    AllOf,
    Discriminator,
    DiscriminatorProperty,
    DiscriminatorMapping,
    ContentEncoding,
    ContentMediaType,
    ContentSchema,
    ReadOnly,
    WriteOnly,
    Deprecation,
    Sunset,
    Stability,
    MediaType,
    MediaTypeSchema,
    Style,
    Status,
    OperationId,
    Scope,
    Flow,
    Version,
}

/// How it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Added,
    Removed,
    Changed,
    /// It lets more through than before.
    Widened,
    /// It lets less through than before.
    Narrowed,
    /// Another type whose text is the same on the wire.
    Compatible,
    Increased,
    Decreased,
    /// There was none.
    Set,
    /// There is none any more.
    Unset,
    /// What was one schema is now several, of which it is none as it stands.
    Wrapped,
    /// What was several schemas is now one, which was none of them.
    Unwrapped,
    /// It stands as it stood, which is the point.
    Kept,
}

impl Change {
    /// Where it is in one of its uses: the place, and the member there that it is about.
    #[must_use]
    pub fn place(&self, at: &Use) -> JsonPointer {
        self.within(&at.place)
    }

    /// The place `outer` of a use, and the member there that the change is about.
    #[must_use]
    pub fn within(&self, outer: &JsonPointer) -> JsonPointer {
        self.member.as_ref().map_or_else(|| outer.clone(), |member| outer.join(member))
    }

    /// A difference of the document as a whole.
    pub(super) fn of_document(area: Area, kind: Kind, action: Action) -> Self {
        let everywhere =
            Use { operation: None, part: Part::Whole, place: JsonPointer::root(), also: Vec::new() };
        Self {
            direction: Direction::None,
            area,
            kind,
            action,
            name: None,
            member: None,
            before: Value::Null,
            after: Value::Null,
            base: None,
            revised: None,
            facts: Facts::default(),
            uses: Arc::new([everywhere]),
            unlisted: 0,
        }
    }
}

impl OperationPair {
    /// Whether it is one of `paths`: no pact of a consumer is about another.
    #[must_use]
    pub fn is_of_paths(&self) -> bool {
        self.stands == Stands::Paths
    }

    /// Whether the provider sends the request and a consumer answers it.
    #[must_use]
    pub fn is_outgoing(&self) -> bool {
        match &self.stands {
            Stands::Paths => false,
            Stands::Webhooks => true,
            Stands::Callbacks { of, .. } => !of.is_outgoing(),
        }
    }
}

impl fmt::Display for OperationPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match &self.stands {
            Stands::Paths => Ok(()),
            Stands::Webhooks => f.write_str(" (webhook)"),
            Stands::Callbacks { of, name } => write!(f, " (callback {name:?} of {of})"),
        }
    }
}

impl fmt::Display for Part {
    /// As a sentence has it. JSON goes without saying.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let media_type = match self {
            Self::Whole => return f.write_str("the operation"),
            Self::Parameter { location, name } => return write!(f, "the {location} parameter {name:?}"),
            Self::Response { status } => return write!(f, "the response {status}"),
            Self::ResponseHeader { status, name } => {
                return write!(f, "the header {name:?} of the response {status}");
            }
            Self::RequestBody { media_type } => {
                f.write_str("the request body")?;
                media_type.as_deref()
            }
            Self::ResponseBody { status, media_type } => {
                write!(f, "the response {status}")?;
                Some(media_type.as_str())
            }
        };
        match media_type.filter(|media_type| *media_type != "application/json") {
            Some(media_type) => write!(f, " ({media_type})"),
            None => Ok(()),
        }
    }
}
