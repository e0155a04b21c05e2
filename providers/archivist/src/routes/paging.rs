//! `limit` and `offset`, the same for every list.

use crate::fields::{Query, QueryField};
use crate::storage::Page;

const MAX_LIMIT: i64 = 100;
const DEFAULT_LIMIT: i64 = 50;

struct Limit(i64);
struct Offset(i64);

impl QueryField for Limit {
    fn from_query(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(limit @ 1..=MAX_LIMIT) => Ok(Self(limit)),
            _ => Err(format!("must be a whole number from 1 to {MAX_LIMIT}")),
        }
    }
}

impl QueryField for Offset {
    fn from_query(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(offset @ 0..) => Ok(Self(offset)),
            _ => Err("must be a whole number from 0".to_owned()),
        }
    }
}

/// The page that is asked for. What is wrong stays in `query` until it is finished.
pub fn page(query: &mut Query) -> Page {
    Page {
        limit: query.optional("limit").map_or(DEFAULT_LIMIT, |Limit(limit)| limit),
        offset: query.optional("offset").map_or(0, |Offset(offset)| offset),
    }
}
