//! One interaction of a pact: what the consumer sends, and what it relies on of the answer.

mod body;
mod http;
mod message;

use countersign_letter::shape::{self, Checked};
use countersign_letter::{Interaction as Letter, Kind, Pact, PactError, StateName};
use countersign_openapi::JsonPointer;

pub(crate) use http::Http;
pub(crate) use message::{Asynchronous, Contents, Reference, Synchronous};

/// One interaction of a pact.
#[derive(Debug)]
pub(crate) struct Interaction {
    letter: Letter,
    content: Content,
}

/// What the interaction is made of.
#[derive(Debug)]
pub(crate) enum Content {
    Http(Box<Http>),
    /// A message that the provider sends by itself.
    Asynchronous(Box<Asynchronous>),
    /// A message that the consumer sends, and the replies.
    Synchronous(Box<Synchronous>),
    /// Something that nothing here can read.
    Other,
}

impl Content {
    fn read(letter: &Letter) -> Checked<Self> {
        let members = shape::object(letter.json(), &JsonPointer::root())?;
        let wrapped = letter.wraps_bodies();
        Ok(match letter.kind() {
            Kind::Http => Self::Http(Box::new(Http::read(members, wrapped)?)),
            Kind::Asynchronous => Self::Asynchronous(Box::new(Asynchronous::read(letter.json(), wrapped)?)),
            Kind::Synchronous => Self::Synchronous(Box::new(Synchronous::read(members)?)),
            Kind::Plugin | Kind::Other(_) => Self::Other,
        })
    }
}

impl Interaction {
    /// Every interaction of `pact`, in the order of the file, each read when it is asked for.
    pub fn all(pact: &Pact) -> impl Iterator<Item = Result<Self, PactError>> + '_ {
        pact.interactions().map(|letter| {
            let letter = letter?;
            match Content::read(&letter) {
                Ok(content) => Ok(Self { letter, content }),
                Err(wrong) => Err(pact.misshapen(letter.pointer(), &wrong)),
            }
        })
    }

    pub fn description(&self) -> &str {
        self.letter.description()
    }

    /// The names of its provider states, in order.
    pub fn provider_states(&self) -> Vec<StateName> {
        self.letter.state_names()
    }

    /// Where it stands in the pact.
    pub fn pointer(&self) -> &JsonPointer {
        self.letter.pointer()
    }

    /// What it is called.
    pub fn kind(&self) -> &str {
        self.letter.kind().as_str()
    }

    pub fn content(&self) -> &Content {
        &self.content
    }
}
