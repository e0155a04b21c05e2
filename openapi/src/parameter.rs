//! Parameter and Header Objects: a value that travels as text, the style it is written in, and the
//! schema that judges it.

pub(crate) mod coerce;
pub(crate) mod pairs;
pub(crate) mod style;

use serde_json::Value;

use crate::body::{Content, Media};
use crate::judge::Judge;
use crate::load::LoadError;
use crate::media_type::MediaType;
use crate::sources::Spot;
use style::Style;

/// Where in a request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    /// All of the query, from 3.2 on.
    QueryString,
    Header,
    Cookie,
}

/// One parameter of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub name: String,
    pub location: Location,
    pub required: bool,
    /// Whether a query parameter may be sent with no value, whatever its schema.
    pub allow_empty: bool,
    pub spot: Spot,
    pub notation: Notation,
}

/// How the text of a parameter or header becomes a value.
#[derive(Clone, Debug)]
pub(crate) enum Notation {
    /// By a style, and then judged by a schema.
    Styled { style: Style, explode: bool, schema: Spot },
    /// As a body of a media type would be.
    Media { range: Option<MediaType>, schema: Option<Spot> },
    /// The same, of all of the query.
    WholeQuery(Box<Media>),
    /// Nothing is said of it.
    Free,
}

/// Headers that a Header or Parameter Object cannot describe: the specification says that such an
/// entry is ignored.
const RESERVED_IN_REQUESTS: [&str; 3] = ["accept", "content-type", "authorization"];

impl Location {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "path" => Some(Self::Path),
            "query" => Some(Self::Query),
            "querystring" => Some(Self::QueryString),
            "header" => Some(Self::Header),
            "cookie" => Some(Self::Cookie),
            _ => None,
        }
    }

    /// The noun of messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Path => "path parameter",
            Self::Query => "query parameter",
            Self::QueryString => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    fn default_style(self) -> Style {
        match self {
            Self::Path | Self::Header => Style::Simple,
            Self::Query | Self::QueryString | Self::Cookie => Style::Form,
        }
    }
}

impl Parameter {
    /// Reads the Parameter Object or the reference to one that stands at `spot`; none where the
    /// specification has it ignored.
    pub fn read<'d>(judge: &Judge<'d>, spot: Spot, value: &'d Value) -> Result<Option<Self>, LoadError> {
        let (spot, value) = judge.object(spot, value, "a parameter")?;
        let name = value["name"].as_str().ok_or_else(|| judge.invalid(&spot, "a parameter has no `name`"))?;
        let location = value["in"].as_str().and_then(Location::parse).ok_or_else(|| {
            let reason = format!(
                "the parameter {name:?} is in none of `path`, `query`, `querystring`, `header` and `cookie`"
            );
            judge.invalid(&spot.join("in"), reason)
        })?;
        let is_reserved = RESERVED_IN_REQUESTS.iter().any(|reserved| name.eq_ignore_ascii_case(reserved));
        if location == Location::Header && is_reserved {
            return Ok(None);
        }
        let flag = |key: &str| value[key].as_bool().unwrap_or(false);
        Ok(Some(Self {
            name: name.to_owned(),
            location,
            required: flag("required"),
            allow_empty: location == Location::Query && flag("allowEmptyValue"),
            notation: match location {
                Location::QueryString => Notation::of_query(judge, value, &spot)?,
                _ => Notation::read(value, &spot, location.default_style()),
            },
            spot,
        }))
    }

    /// Whether both name the same parameter, so that the operation's replaces the path's.
    pub fn is_same(&self, other: &Self) -> bool {
        let same_name = match self.location {
            Location::Header => self.name.eq_ignore_ascii_case(&other.name),
            _ => self.name == other.name,
        };
        self.location == other.location && same_name
    }
}

impl Notation {
    /// Reads what a Parameter Object says of all of the query.
    fn of_query<'d>(judge: &Judge<'d>, value: &'d Value, spot: &Spot) -> Result<Self, LoadError> {
        let content = Content::read(judge, value, spot)?;
        Ok(content.media.into_iter().next().map_or(Self::Free, |media| Self::WholeQuery(Box::new(media))))
    }

    /// Reads what a Parameter Object or Header Object says of its value. A style that does not
    /// exist is read as the default one: the schema still judges the value.
    pub fn read(value: &Value, spot: &Spot, default: Style) -> Self {
        if let Some((key, media)) = value["content"].as_object().and_then(|content| content.iter().next()) {
            let schema = media.get("schema").map(|_| spot.join("content").join(key).join("schema"));
            return Self::Media { range: MediaType::parse(key), schema };
        }
        if value.get("schema").is_none() {
            return Self::Free;
        }
        let style = value["style"].as_str().and_then(Style::parse).unwrap_or(default);
        let explode = value["explode"].as_bool().unwrap_or(style == Style::Form);
        Self::Styled { style, explode, schema: spot.join("schema") }
    }
}
