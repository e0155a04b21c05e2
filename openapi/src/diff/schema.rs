//! Comparing schemas: what each says is put into one form first, then held against the other.

mod all_of;
mod array;
mod branches;
mod choices;
mod conditions;
mod content;
mod discriminator;
mod extent;
mod fingerprint;
mod kinds;
mod lifecycle;
mod members;
mod number;
mod object;
mod pair;
mod pairs;
mod side;
mod text;
mod types;
mod values;
mod view;

pub(super) use pairs::{Context, Delta, PairId, Pairs, Step};
pub(super) use side::{SchemaId, Side, Together};
