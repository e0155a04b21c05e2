//! One case: an interaction in one of the specifications, and what the provider will answer.

use serde_json::{Map, Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    V1,
    V2,
    V3,
    V4,
}

pub const ALL: [Version; 4] = [Version::V1, Version::V2, Version::V3, Version::V4];

/// What the provider answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

pub struct Case {
    pub name: String,
    pub version: Version,
    pub interaction: Value,
    pub answer: Answer,
    /// A generator makes two requests of one interaction differ.
    pub random_request: bool,
}

impl Version {
    fn number(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V2 => "2.0.0",
            Self::V3 => "3.0.0",
            Self::V4 => "4.0",
        }
    }

    /// A body as this specification writes it.
    pub fn body(self, content: &Value, media_type: &str) -> Value {
        match self {
            Self::V4 => json!({ "content": content, "contentType": media_type, "encoded": false }),
            _ => content.clone(),
        }
    }

    /// One rule on one place of one category, as this specification writes it.
    pub fn rules(self, category: &str, path: &str, rules: &[Value]) -> Value {
        match self {
            Self::V1 => json!({}),
            Self::V2 => {
                let path = match category {
                    "body" => path.replacen('$', "$.body", 1),
                    other => format!("$.{other}.{path}"),
                };
                json!({ path: rules[0] })
            }
            _ => json!({ category: { path: { "matchers": rules, "combine": "AND" } } }),
        }
    }
}

impl Answer {
    pub fn json(value: &Value) -> Self {
        Self::typed("application/json", value.to_string())
    }

    pub fn typed(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status: 200, headers, body: body.into() }
    }

    pub fn bare(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into() }
    }
}

impl Case {
    /// `GET` that expects `response`.
    pub fn new(name: &str, version: Version, response: &Value, answer: Answer) -> Self {
        let mut interaction =
            json!({ "description": name, "request": { "method": "GET" }, "response": response });
        if version == Version::V4 {
            interaction["type"] = json!("Synchronous/HTTP");
        }
        Self { name: format!("{version:?} {name}"), version, interaction, answer, random_request: false }
    }

    /// The interaction; its path leads to the answer of case `index`.
    fn placed(&self, index: usize) -> Value {
        let mut interaction = self.interaction.clone();
        let request = interaction["request"].as_object_mut().unwrap();
        let below = request.remove("below").unwrap_or(json!(""));
        request.insert("path".to_owned(), json!(format!("/case/{index}{}", below.as_str().unwrap())));
        interaction
    }
}

/// The pact of these cases, all of one version, each with its index.
pub fn pact(version: Version, cases: &[(usize, &Case)]) -> Value {
    let interactions: Vec<_> = cases.iter().map(|(index, case)| case.placed(*index)).collect();
    json!({
        "consumer": { "name": "ui" },
        "provider": { "name": "shop" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": version.number() } },
    })
}

/// A JSON object of these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
