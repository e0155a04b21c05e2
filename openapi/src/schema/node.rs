//! A compiled schema object: where it stands and its keywords as rules.

use std::sync::{Arc, OnceLock};

use super::facts::Facts;
use super::keywords::array::{Contains, Items};
use super::keywords::branches::Branches;
use super::keywords::conditional::Conditional;
use super::keywords::direction::Access;
use super::keywords::discriminator::Discriminator;
use super::keywords::number_format::NumberFormat;
use super::keywords::object::{Dependencies, Properties};
use super::keywords::reference::{DynamicReference, Reference};
use super::leaf::Leaf;
use crate::sources::{ResourceId, Spot};

/// One schema.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) spot: Spot,
    /// The schema resource it lies in, for `$dynamicRef`.
    pub(super) resource: Option<ResourceId>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// `true`, or an object without keywords that we know.
    Anything,
    /// `false`.
    Nothing,
    Rules(Box<Rules>),
}

#[derive(Debug)]
pub(super) struct Rules {
    /// In the order in which they are judged: `unevaluated…` after all others.
    pub(super) all: Box<[Rule]>,
    /// `nullable: true` of OpenAPI 3.0: `null` is kept, whatever else is said.
    pub(super) nullable: bool,
    /// Whether a rule asks which members or elements the others have looked at.
    pub(super) tracks: bool,
    /// `readOnly` and `writeOnly` as they stand here.
    pub(super) access: Access,
    /// The same with what references and `allOf` add, found when first asked for.
    pub(super) full_access: OnceLock<Access>,
    /// Whether it says what objects are made of.
    pub(super) describes_objects: bool,
    /// What it says of all the values that it lets through, found when first asked for.
    pub(super) facts: OnceLock<Arc<Facts>>,
}

impl Rules {
    pub(super) fn new(all: Box<[Rule]>) -> Self {
        Self {
            all,
            nullable: false,
            tracks: false,
            access: Access::default(),
            full_access: OnceLock::new(),
            describes_objects: false,
            facts: OnceLock::new(),
        }
    }
}

/// One keyword, or a few that only make sense together.
#[derive(Debug)]
pub(super) enum Rule {
    Leaf(Arc<Leaf>),
    NumberFormat(NumberFormat),
    Reference(Reference),
    DynamicReference(DynamicReference),
    AllOf(Box<[Node]>),
    AnyOf(Branches),
    OneOf(Branches),
    Not(Box<Node>),
    Conditional(Box<Conditional>),
    Discriminator(Box<Discriminator>),
    Required(Box<[String]>),
    Properties(Box<Properties>),
    PropertyNames(Box<Node>),
    Dependencies(Box<Dependencies>),
    Items(Box<Items>),
    Contains(Box<Contains>),
    UnevaluatedProperties(Box<Node>),
    UnevaluatedItems(Box<Node>),
    /// A keyword whose value has no meaning. What it is about can not be judged.
    Unjudgeable {
        keyword: String,
        reason: String,
    },
}

impl Node {
    pub(super) fn rules(&self) -> &[Rule] {
        match &self.kind {
            Kind::Rules(rules) => &rules.all,
            Kind::Anything | Kind::Nothing => &[],
        }
    }

    /// Whether it lets through whatever there is.
    pub(super) fn is_anything(&self) -> bool {
        matches!(self.kind, Kind::Anything)
    }

    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.kind, Kind::Nothing)
    }
}
