//! The nodes that can be reached from outside: each has a slot and a number before it is compiled,
//! so that references can go in circles and nothing is compiled that nobody asks for.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::node::Node;
use crate::sources::Spot;

/// The number of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NodeId(usize);

/// A place that something refers to, and what it compiles to.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) spot: Spot,
    node: OnceLock<Node>,
}

impl Slot {
    pub(super) fn node(&self, compile: impl FnOnce(&Spot) -> Node) -> &Node {
        self.node.get_or_init(|| compile(&self.spot))
    }
}

/// Slots only ever come to more, in chunks that double: a slot never moves, so that nodes can be
/// borrowed for as long as the schemas live while others are added.
#[derive(Debug, Default)]
pub(super) struct Slots {
    chunks: [OnceLock<Box<[OnceLock<Slot>]>>; CHUNKS],
    ids: Mutex<HashMap<Spot, NodeId>>,
}

/// 24 chunks, the first of 64 slots, hold 2^30 of them.
const CHUNKS: usize = 24;
const FIRST: usize = 64;

impl Slots {
    /// The slot of `spot`, new or known.
    pub(super) fn id(&self, spot: &Spot) -> NodeId {
        let mut ids = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = ids.get(spot) {
            return *id;
        }
        let id = NodeId(ids.len());
        self.cell(id).get_or_init(|| Slot { spot: spot.clone(), node: OnceLock::new() });
        ids.insert(spot.clone(), id);
        id
    }

    pub(super) fn get(&self, id: NodeId) -> &Slot {
        self.cell(id).get().expect("a number is given out after its slot is filled")
    }

    /// The slots from the `from`th on.
    pub(super) fn since(&self, from: usize) -> impl Iterator<Item = &Slot> {
        let len = self.ids.lock().unwrap_or_else(PoisonError::into_inner).len();
        (from..len).map(|index| self.get(NodeId(index)))
    }

    fn cell(&self, id: NodeId) -> &OnceLock<Slot> {
        let chunk = (id.0 / FIRST + 1).ilog2() as usize;
        let begin = FIRST * ((1 << chunk) - 1);
        let cells = self.chunks[chunk].get_or_init(|| (0..FIRST << chunk).map(|_| OnceLock::new()).collect());
        &cells[id.0 - begin]
    }
}
