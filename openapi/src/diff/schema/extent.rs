//! Bounds that are whole numbers: lengths, and counts of elements and members.

use serde_json::Value;

use super::pair::{Found, Pair};
use super::view::View;
use crate::diff::change::{Action, Kind};

/// A keyword that bounds a length or a count.
pub(super) struct Extent {
    keyword: &'static str,
    kind: Kind,
    /// Whether it bounds from above.
    most: bool,
    /// What holds where the keyword is missing.
    otherwise: Option<u64>,
}

impl Extent {
    pub const fn most(keyword: &'static str, kind: Kind) -> Self {
        Self { keyword, kind, most: true, otherwise: None }
    }

    pub const fn least(keyword: &'static str, kind: Kind) -> Self {
        Self { keyword, kind, most: false, otherwise: None }
    }

    pub const fn or_nought(self) -> Self {
        Self { otherwise: Some(0), ..self }
    }

    pub const fn or_one(self) -> Self {
        Self { otherwise: Some(1), ..self }
    }
}

pub(super) fn compare_extent(pair: &mut Pair<'_, '_>, extent: &Extent) {
    let (base, revised) = (tightest(&pair.base, extent), tightest(&pair.revised, extent));
    let number = |found: Found<'_>| found.and_then(|(_, value)| whole(value)).or(extent.otherwise);
    let action = match (number(base), number(revised)) {
        (Some(base), Some(revised)) if base < revised => Action::Increased,
        (Some(base), Some(revised)) if base > revised => Action::Decreased,
        // At least nought says nothing.
        (None, Some(revised)) if extent.most || revised > 0 => Action::Set,
        (Some(base), None) if extent.most || base > 0 => Action::Unset,
        _ => return,
    };
    pair.differ((extent.kind, action), extent.keyword, base, revised);
}

fn tightest<'d>(view: &View<'d>, extent: &Extent) -> Found<'d> {
    let numbers = view.all(extent.keyword).filter(|(_, value)| whole(value).is_some());
    if extent.most {
        numbers.min_by_key(|(_, value)| whole(value))
    } else {
        numbers.max_by_key(|(_, value)| whole(value))
    }
}

/// `2.0` is a whole number too.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| format!("{}", value.as_f64()?).parse().ok())
}
