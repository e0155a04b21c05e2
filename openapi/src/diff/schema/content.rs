//! Text that holds something else: how it is encoded, what it is, and what that looks like inside.

use super::pair::Pair;
use super::pairs::Step;
use crate::diff::change::{Action, Kind};

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    for (kind, keyword) in
        [(Kind::ContentEncoding, "contentEncoding"), (Kind::ContentMediaType, "contentMediaType")]
    {
        let (base, revised) = (pair.base.first(keyword), pair.revised.first(keyword));
        if base.map(|(_, value)| value) != revised.map(|(_, value)| value) {
            pair.differ((kind, Action::Changed), keyword, base, revised);
        }
    }
    pair.sub_schema(Kind::ContentSchema, "contentSchema", Step::Same);
}
