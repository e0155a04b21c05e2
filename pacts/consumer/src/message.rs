//! Messages of a pact: their contents, their metadata, and rules for both.
//!
//! `pact_consumer`'s builders drop the rules of metadata and know no replies with metadata of their own, so
//! these make the models themselves.

use std::collections::HashMap;

use pact_consumer::patterns::{JsonPattern, Pattern};
use pact_models::bodies::OptionalBody;
use pact_models::content_types::JSON;
use pact_models::generators::{Generator, GeneratorCategory, Generators};
use pact_models::matchingrules::{Category, MatchingRuleCategory, MatchingRules};
use pact_models::path_exp::DocPath;
use pact_models::provider_states::ProviderState;
use pact_models::v4::async_message::AsynchronousMessage;
use pact_models::v4::message_parts::MessageContents;
use pact_models::v4::sync_message::SynchronousMessage;
use serde_json::Value;

/// One message: what it says and how it is addressed.
#[derive(Clone, Debug, Default)]
pub struct MessagePart {
    contents: OptionalBody,
    metadata: HashMap<String, Value>,
    rules: MatchingRules,
    generators: Generators,
}

/// A message that the provider sends by itself.
#[derive(Clone, Debug, Default)]
pub struct MessageBuilder {
    about: About,
    pub message: MessagePart,
}

/// A message that the consumer sends, and the replies to it in their order.
#[derive(Clone, Debug, Default)]
pub struct SyncMessageBuilder {
    about: About,
    pub request: MessagePart,
    replies: Vec<MessagePart>,
}

#[derive(Clone, Debug, Default)]
struct About {
    states: Vec<ProviderState>,
    transport: Option<String>,
}

impl MessagePart {
    /// The contents, as JSON.
    pub fn json(&mut self, contents: impl Into<JsonPattern>) -> &mut Self {
        let contents = contents.into();
        let mut rules = MatchingRuleCategory::empty(Category::BODY);
        contents.extract_matching_rules(DocPath::root(), &mut rules);
        self.rules.add_category(Category::BODY).add_rules(rules);
        self.contents =
            OptionalBody::Present(contents.to_example().to_string().into(), Some(JSON.clone()), None);
        self.metadata.insert("contentType".to_owned(), Value::from("application/json"));
        self
    }

    /// A value of the metadata, and the rule for it.
    ///
    /// # Panics
    ///
    /// When there is a rule for a part of the value: Pact judges a value of the metadata as a whole, and
    /// would pass over such a rule without a word.
    pub fn metadata(&mut self, key: &str, value: impl Into<JsonPattern>) -> &mut Self {
        let value = value.into();
        let (path, mut rules) = (DocPath::root().join(key), MatchingRuleCategory::empty(Category::METADATA));
        value.extract_matching_rules(path.clone(), &mut rules);
        let inside = rules.rules.keys().find(|of| **of != path);
        assert!(
            inside.is_none(),
            "failed to describe the metadata {key:?}: Pact has no rules for parts of a value, such as {}; write the \
             parts as literals, or one rule for the whole",
            inside.map(ToString::to_string).unwrap_or_default()
        );
        self.rules.add_category(Category::METADATA).add_rules(rules);
        self.metadata.insert(key.to_owned(), value.to_example());
        self
    }

    /// A replay puts what this makes in place of the metadata's example.
    pub fn generate_metadata(&mut self, key: &str, generator: Generator) -> &mut Self {
        let category = GeneratorCategory::METADATA;
        self.generators.add_generator_with_subcategory(&category, DocPath::root().join(key), generator);
        self
    }

    /// A replay puts what this makes at `path` of the contents, such as `$[0][0]`.
    ///
    /// # Panics
    ///
    /// When `path` is no path.
    pub fn generate(&mut self, path: &str, generator: Generator) -> &mut Self {
        let path =
            DocPath::new(path).unwrap_or_else(|error| panic!("failed to read the path {path:?}: {error}"));
        self.generators.add_generator_with_subcategory(&GeneratorCategory::BODY, path, generator);
        self
    }

    fn build(self) -> MessageContents {
        MessageContents {
            contents: self.contents,
            metadata: self.metadata,
            matching_rules: self.rules,
            generators: self.generators,
        }
    }
}

macro_rules! about {
    ($builder:ident) => {
        impl $builder {
            /// A state that the provider has to be in.
            pub fn given(&mut self, state: &str) -> &mut Self {
                self.about.states.push(ProviderState::default(state));
                self
            }

            /// A state with parameters.
            ///
            /// # Panics
            ///
            /// When `params` is no object.
            pub fn given_with_params(&mut self, state: &str, params: &Value) -> &mut Self {
                let Value::Object(params) = params else {
                    panic!("the parameters of {state:?} are no object")
                };
                let params = params.clone().into_iter().collect();
                self.about.states.push(ProviderState { name: state.to_owned(), params });
                self
            }

            /// How the message travels, such as `celery-redis` or `websocket`.
            pub fn transport(&mut self, name: &str) -> &mut Self {
                self.about.transport = Some(name.to_owned());
                self
            }
        }
    };
}

about!(MessageBuilder);
about!(SyncMessageBuilder);

impl MessageBuilder {
    pub(crate) fn build(self, description: &str) -> AsynchronousMessage {
        AsynchronousMessage {
            description: description.to_owned(),
            provider_states: self.about.states,
            transport: self.about.transport,
            contents: self.message.build(),
            ..AsynchronousMessage::default()
        }
    }
}

impl SyncMessageBuilder {
    /// The next reply. A provider may send others in between; the last one described is the last one sent.
    pub fn reply(&mut self, describe: impl FnOnce(&mut MessagePart)) -> &mut Self {
        let mut reply = MessagePart::default();
        describe(&mut reply);
        self.replies.push(reply);
        self
    }

    pub(crate) fn build(self, description: &str) -> SynchronousMessage {
        SynchronousMessage {
            description: description.to_owned(),
            provider_states: self.about.states,
            transport: self.about.transport,
            request: self.request.build(),
            response: self.replies.into_iter().map(MessagePart::build).collect(),
            ..SynchronousMessage::default()
        }
    }
}

/// A generator that takes a provider state's value, such as `${path}`.
#[must_use]
pub fn from_state(expression: &str) -> Generator {
    Generator::ProviderStateGenerator(expression.to_owned(), None)
}

/// A generator that makes a new UUID.
#[must_use]
pub fn fresh_uuid() -> Generator {
    Generator::Uuid(None)
}
