//! Security Requirement Objects: whether a request carries what one of the alternatives asks for.
//! Presence is all that is judged; whether a credential is valid is for the provider to say.

use serde_json::Value;

use crate::exchange::HttpRequest;
use crate::judge::{Broken, Judge};
use crate::load::LoadError;
use crate::parameter::Location;
use crate::parameter::pairs::Pairs;
use crate::pointer::JsonPointer;
use crate::sources::{Spot, is_reference};
use crate::violation::{Code, Place, Violation};

/// What an operation asks for: any one of its alternatives.
#[derive(Clone, Debug)]
pub(crate) struct Security {
    alternatives: Vec<Vec<Scheme>>,
    spot: Spot,
}

/// One scheme that a request has to carry.
#[derive(Clone, Debug)]
struct Scheme {
    name: String,
    evidence: Evidence,
}

/// What shows that a request carries a scheme.
#[derive(Clone, Debug)]
enum Evidence {
    Key {
        location: Location,
        name: String,
    },
    /// The `Authorization` header with this scheme of HTTP authentication.
    Authorization {
        scheme: String,
    },
    /// Nothing in the request: a client certificate, or a scheme this tool does not know. It is
    /// taken as given, since a request cannot show the contrary.
    Unseen,
}

impl Security {
    /// Reads the `security` of the operation or document `owner`, which stands at `spot`; none where
    /// it has none.
    pub fn read(judge: &Judge<'_>, spot: &Spot, owner: &Value) -> Result<Option<Self>, LoadError> {
        let Some(value) = owner.get("security") else { return Ok(None) };
        let spot = spot.join("security");
        let alternatives = value.as_array().ok_or_else(|| judge.invalid(&spot, "`security` is no array"))?;
        let alternatives: Result<Vec<Vec<Scheme>>, LoadError> = alternatives
            .iter()
            .enumerate()
            .map(|(index, alternative)| {
                let members = alternative.as_object();
                let members = members.ok_or_else(|| {
                    judge.invalid(&spot.index(index), "a security requirement is no object")
                })?;
                members.keys().map(|name| Scheme::read(judge, name)).collect()
            })
            .collect();
        Ok(Some(Self { alternatives: alternatives?, spot }))
    }

    /// Query parameters and the like that carry keys: they need no Parameter Object.
    pub fn claim(&self, query: &Pairs<'_>) {
        for scheme in self.alternatives.iter().flatten() {
            if let Evidence::Key { location: Location::Query, name } = &scheme.evidence {
                query.claim(name);
            }
        }
    }

    /// Whether the value of this parameter is a credential.
    pub fn holds_key(&self, location: Location, parameter: &str) -> bool {
        let holds = |scheme: &Scheme| match &scheme.evidence {
            Evidence::Key { location: of, name } => *of == location && name.eq_ignore_ascii_case(parameter),
            _ => false,
        };
        self.alternatives.iter().flatten().any(holds)
    }

    /// The violation of a request that no alternative is satisfied by.
    pub fn check(&self, judge: &Judge<'_>, request: &HttpRequest) -> Option<Violation> {
        let lacks = |alternative: &'_ Vec<Scheme>| -> Option<usize> {
            alternative.iter().position(|scheme| !scheme.evidence.is_in(request))
        };
        let mut missing = Vec::new();
        for alternative in &self.alternatives {
            missing.push(&alternative[lacks(alternative)?]);
        }
        // An empty list of alternatives asks for nothing.
        let first = missing.first()?;
        let names = |alternative: &Vec<Scheme>| {
            alternative.iter().map(|scheme| scheme.name.as_str()).collect::<Value>()
        };
        let mut wanted: Vec<String> = missing.iter().map(|scheme| scheme.describe()).collect();
        wanted.dedup();
        Some(judge.violation(Broken {
            code: Code::RequestAuthorizationMissing,
            at: first.evidence.place(),
            rule: &self.spot,
            keyword: Some("security"),
            expected: self.alternatives.iter().map(names).collect(),
            // What the request carries instead may be a secret.
            actual: None,
            message: format!("the request carries no credentials: send {}", wanted.join(", or ")),
        }))
    }
}

impl Scheme {
    fn read(judge: &Judge<'_>, name: &str) -> Result<Self, LoadError> {
        // A requirement that names an undeclared scheme is common in documents that are otherwise
        // good; it cannot be judged, and is told of by `Document::remarks`.
        let named = Spot::root(JsonPointer::root()).join("components").join("securitySchemes").join(name);
        let known =
            judge.sources.root()["components"]["securitySchemes"].get(name).map(|scheme| (named, scheme));
        // From 3.2 on a name may be a reference.
        let referred = || {
            let spot = judge.sources.resolve(&Spot::root(JsonPointer::root()), name).ok()?;
            let scheme = judge.sources.get(&spot)?;
            Some((spot, scheme))
        };
        let Some((spot, scheme)) = known.or_else(|| referred().filter(|_| is_reference(name))) else {
            return Ok(Self { name: name.to_owned(), evidence: Evidence::Unseen });
        };
        let (_, scheme) = judge.object(spot, scheme, "a security scheme")?;
        let text = |key: &str| scheme[key].as_str().unwrap_or_default();
        let evidence = match (text("type"), text("in")) {
            ("apiKey", "header") => {
                Evidence::Key { location: Location::Header, name: text("name").to_owned() }
            }
            ("apiKey", "query") => Evidence::Key { location: Location::Query, name: text("name").to_owned() },
            ("apiKey", "cookie") => {
                Evidence::Key { location: Location::Cookie, name: text("name").to_owned() }
            }
            ("http", _) => Evidence::Authorization { scheme: text("scheme").to_owned() },
            ("oauth2" | "openIdConnect", _) => Evidence::Authorization { scheme: "Bearer".to_owned() },
            _ => Evidence::Unseen,
        };
        Ok(Self { name: name.to_owned(), evidence })
    }

    fn describe(&self) -> String {
        match &self.evidence {
            Evidence::Key { location, name } => format!("the {} {name:?}", location.noun()),
            Evidence::Authorization { scheme } => format!("the header \"Authorization: {scheme} …\""),
            Evidence::Unseen => format!("{:?}", self.name),
        }
    }
}

impl Evidence {
    fn is_in(&self, request: &HttpRequest) -> bool {
        match self {
            Self::Key { location: Location::Query, name } => {
                request.query.as_deref().is_some_and(|query| is_set(&Pairs::of_query(query), name))
            }
            Self::Key { location: Location::Cookie, name } => {
                is_set(&Pairs::of_cookies(request.header_values("cookie")), name)
            }
            Self::Key { name, .. } => request.header(name).is_some_and(|value| !value.trim().is_empty()),
            Self::Authorization { scheme } => request.header_values("authorization").any(|value| {
                let (given, credentials) = value.trim().split_once(' ').unwrap_or((value, ""));
                given.eq_ignore_ascii_case(scheme) && !credentials.trim().is_empty()
            }),
            Self::Unseen => true,
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Key { location: Location::Query, name } => Place::RequestQuery(name.clone()),
            Self::Key { location: Location::Cookie, name } => Place::RequestCookie(name.clone()),
            Self::Key { name, .. } => Place::RequestHeader(name.clone()),
            Self::Authorization { .. } | Self::Unseen => Place::RequestHeader("Authorization".to_owned()),
        }
    }
}

fn is_set(pairs: &Pairs<'_>, name: &str) -> bool {
    pairs.claim(name).iter().any(|raw| !raw.is_empty())
}
