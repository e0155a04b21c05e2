//! `readOnly` and `writeOnly`: a member that goes one way only is neither wanted nor allowed the
//! other way.

use serde_json::Value;

use crate::pointer::Path;
use crate::schema::judge::Run;
use crate::schema::node::{Kind, Node, Rule};
use crate::schema::report::{Verdict, excerpt};
use crate::schema::{Direction, SchemaError, Schemas};
use crate::sources::Spot;

/// The ways that a member may not go, each with the place that says so.
#[derive(Clone, Debug, Default)]
pub(in crate::schema) struct Access {
    pub(in crate::schema) read_only: Option<Spot>,
    pub(in crate::schema) write_only: Option<Spot>,
}

impl Access {
    fn forbids(&self, direction: Direction) -> Option<&Spot> {
        match direction {
            Direction::Request => self.read_only.as_ref(),
            Direction::Response => self.write_only.as_ref(),
        }
    }

    fn or(self, other: &Self) -> Self {
        Self {
            read_only: self.read_only.or_else(|| other.read_only.clone()),
            write_only: self.write_only.or_else(|| other.write_only.clone()),
        }
    }
}

/// References and `allOf`s inside one another that are gone through to find one `readOnly`.
const MAX_LEVELS: usize = 16;

/// Tells where a member is sent that does not go this way.
pub(super) fn judge<'s>(run: &mut Run<'s>, node: &'s Node, value: &Value, at: &Path<'_>) -> Verdict {
    if !run.schemas.dialect.is_openapi() {
        return Verdict::Kept;
    }
    let Some(spot) = access(run.schemas, node).forbids(run.direction).cloned() else {
        return Verdict::Kept;
    };
    let (keyword, message) = match run.direction {
        Direction::Request => ("readOnly", "a read-only property is not sent in a request"),
        Direction::Response => ("writeOnly", "a write-only property is not sent in a response"),
    };
    run.report(|| SchemaError {
        instance: at.pointer(),
        rule: spot,
        keyword: keyword.to_owned(),
        expected: Value::Bool(true),
        actual: Some(excerpt(value)),
        message: message.to_owned(),
        undecided: false,
    });
    Verdict::Broken
}

/// Whether some schema that `instance` is being judged by says that its member `name` does not go
/// this way. The schema that requires a member need not be the one that describes it.
pub(super) fn is_unsent(run: &Run<'_>, instance: &Value, name: &str) -> bool {
    let schemas = run.schemas;
    let says_so = |node: &Node| {
        node.rules().iter().any(|rule| match rule {
            Rule::Properties(properties) => properties
                .named(name)
                .is_some_and(|node| access(schemas, node).forbids(run.direction).is_some()),
            _ => false,
        })
    };
    schemas.dialect.is_openapi()
        && run.in_place(instance).any(|node| same_place(schemas, node).into_iter().any(says_so))
}

/// The access of a node, with what its references and `allOf`s say.
fn access<'s>(schemas: &'s Schemas, node: &'s Node) -> &'s Access {
    static ANY: Access = Access { read_only: None, write_only: None };
    let Kind::Rules(rules) = &node.kind else { return &ANY };
    rules.full_access.get_or_init(|| {
        same_place(schemas, node).into_iter().fold(Access::default(), |so_far, node| match &node.kind {
            Kind::Rules(rules) => so_far.or(&rules.access),
            Kind::Anything | Kind::Nothing => so_far,
        })
    })
}

/// The node and all that its references and `allOf`s add for the same value, each once.
pub(super) fn same_place<'s>(schemas: &'s Schemas, node: &'s Node) -> Vec<&'s Node> {
    let mut found = vec![node];
    let mut from = 0;
    for _ in 0..MAX_LEVELS {
        let level = from..found.len();
        from = found.len();
        for index in level {
            for rule in found[index].rules() {
                let next: Vec<&'s Node> = match rule {
                    Rule::Reference(reference) => vec![schemas.node(reference.target)],
                    Rule::AllOf(branches) => branches.iter().collect(),
                    _ => continue,
                };
                for node in next {
                    if !found.iter().any(|known| std::ptr::eq(*known, node)) {
                        found.push(node);
                    }
                }
            }
        }
    }
    found
}
