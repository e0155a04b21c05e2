//! `$ref` and `$dynamicRef`.

use crate::schema::Schemas;
use crate::schema::judge::{Run, Subject};
use crate::schema::report::Verdict;
use crate::schema::seen::Seen;
use crate::schema::slots::NodeId;

/// `$ref`: the same value has to keep another schema.
#[derive(Debug)]
pub(in crate::schema) struct Reference {
    pub(in crate::schema) target: NodeId,
}

impl Reference {
    pub(super) fn judge<'s, 'i>(
        &self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let target = run.schemas.node(self.target);
        run.judge(target, subject.instance, subject.at, seen.as_mut())
    }

    /// The last part of the target's pointer: the name of a component.
    pub(super) fn name(&self, schemas: &Schemas) -> String {
        schemas.slots.get(self.target).spot.pointer.tokens().last().unwrap_or_default()
    }
}

/// `$dynamicRef`: a `$ref` whose target the schemas on the way here may replace.
#[derive(Debug)]
pub(in crate::schema) struct DynamicReference {
    pub(in crate::schema) target: NodeId,
    /// The `$dynamicAnchor` that the target is known by; a target without one is not replaced.
    pub(in crate::schema) name: Option<String>,
}

impl DynamicReference {
    pub(super) fn judge<'s, 'i>(
        &self,
        run: &mut Run<'s>,
        subject: Subject<'s, 'i, '_>,
        seen: &mut Option<Seen<'i>>,
    ) -> Verdict {
        let schemas = run.schemas;
        let outermost = self.name.as_deref().and_then(|name| {
            run.scope().iter().find_map(|resource| schemas.sources.dynamic_anchor(*resource, name))
        });
        let target = outermost.map_or(self.target, |spot| schemas.slots.id(spot));
        run.judge(schemas.node(target), subject.instance, subject.at, seen.as_mut())
    }
}
