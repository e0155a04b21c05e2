//! Pages of a collection. Sources disagree on what `offset` counts; vendor code that shipped for
//! years counts pages, the vendor's prose counts items. Pages are the default here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::query::Parameters;
use crate::refusal::Refusal;

/// How many to a page where the client does not say.
pub const DEFAULT_PAGE_SIZE: i32 = 50;

/// The page size that stands for everything.
const EVERYTHING: i32 = -1;

/// What `offset` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OffsetUnit {
    /// Pages, from 0.
    #[default]
    Page,
    /// Items, from 0.
    Item,
}

/// Where a page stands in its collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The offset that was asked for, a zero-based page index.
    pub offset: i32,
    /// The page size that was asked for; -1 for everything.
    pub page_size: i32,
    /// How many there are in all, for the parameters the server recognises.
    pub count: i32,
}

/// Which part of a collection a client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    offset: i32,
    size: i32,
    unit: OffsetUnit,
}

impl Page {
    pub fn from_query(query: &Parameters, unit: OffsetUnit) -> Result<Self, Refusal> {
        let offset = query.integer("offset")?.unwrap_or(0);
        let size = query.integer("page_size")?.unwrap_or(DEFAULT_PAGE_SIZE);
        if offset < 0 {
            return Err(Refusal::bad("offset must not be negative"));
        }
        if size < EVERYTHING {
            return Err(Refusal::bad("page_size must not be negative, but for -1, which is everything"));
        }
        Ok(Self { offset, size, unit })
    }

    /// Cuts the page out of the whole collection.
    #[must_use]
    pub fn cut<T>(self, all: Vec<T>) -> (Meta, Vec<T>) {
        let count = i32::try_from(all.len()).unwrap_or(i32::MAX);
        let meta = Meta { offset: self.offset, page_size: self.size, count };
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        // Everything is one page, so that its second one is empty: the product saturates.
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let skipped = match self.unit {
            OffsetUnit::Page => offset.saturating_mul(size),
            OffsetUnit::Item => offset,
        };
        (meta, all.into_iter().skip(skipped).take(size).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pairs: &[(&str, &str)], unit: OffsetUnit) -> (Meta, Vec<i32>) {
        Page::from_query(&Parameters::of(pairs), unit).unwrap().cut((0..120).collect())
    }

    #[test]
    fn offset_counts_pages_or_items() {
        let pairs = [("offset", "2"), ("page_size", "20")];
        let (meta, pages) = cut(&pairs, OffsetUnit::Page);
        assert_eq!(meta, Meta { offset: 2, page_size: 20, count: 120 });
        assert_eq!(pages, (40..60).collect::<Vec<_>>());
        assert_eq!(cut(&pairs, OffsetUnit::Item).1, (2..22).collect::<Vec<_>>());
    }

    #[test]
    fn the_default_page_has_fifty() {
        let (meta, items) = cut(&[], OffsetUnit::Page);
        assert_eq!(meta, Meta { offset: 0, page_size: 50, count: 120 });
        assert_eq!(items.len(), 50);
    }

    #[test]
    fn minus_one_is_everything_and_has_one_page() {
        assert_eq!(cut(&[("page_size", "-1")], OffsetUnit::Page).1.len(), 120);
        assert!(cut(&[("page_size", "-1"), ("offset", "1")], OffsetUnit::Page).1.is_empty());
        assert_eq!(cut(&[("page_size", "-1"), ("offset", "1")], OffsetUnit::Item).1.len(), 119);
    }

    #[test]
    fn the_largest_numbers_are_an_empty_page() {
        let pairs = [("offset", "2147483647"), ("page_size", "2147483647")];
        assert!(cut(&pairs, OffsetUnit::Page).1.is_empty());
        assert!(cut(&[("page_size", "0")], OffsetUnit::Page).1.is_empty());
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for pair in [("offset", "-1"), ("offset", "x"), ("page_size", "-2"), ("page_size", "2147483648")] {
            let refused = Page::from_query(&Parameters::of(&[pair]), OffsetUnit::Page);
            assert!(matches!(refused, Err(Refusal::BadRequest(_))), "{pair:?}");
        }
    }
}
