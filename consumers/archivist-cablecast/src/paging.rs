//! Lists come in pages: `offset` is the index of the page, from zero, not of an item.

use std::collections::HashSet;
use std::hash::Hash;

use reqwest::RequestBuilder;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Cablecast, Error, Malformed};

/// Where a page stands in its list. Some lists are said to come without it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Meta {
    page_size: i64,
    count: i64,
}

impl Meta {
    /// Whether a list still goes on after this page. A page size below one means everything at once.
    fn goes_on_after(self, page: u32) -> bool {
        self.page_size > 0 && (i64::from(page) + 1).saturating_mul(self.page_size) < self.count
    }
}

/// The envelope of one page.
pub(crate) trait Page: DeserializeOwned {
    type Item;
    type Id: Copy + Eq + Hash;

    /// Whether the server lets its clients say how long a page is.
    const SIZED: bool;

    fn meta(&self) -> Option<Meta>;
    fn items(self) -> Vec<Self::Item>;
    fn id(item: &Self::Item) -> Self::Id;
}

impl Cablecast {
    /// Every item of a list. `request` is its first page's request without the paging.
    ///
    /// Something created while the list is read moves items to the next page; they are returned once.
    pub(crate) async fn all<P: Page>(
        &self,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Vec<P::Item>, Error> {
        let limits = self.limits();
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        for page in 0..limits.max_pages {
            let size = P::SIZED.then_some(("page_size", limits.page_size));
            let paged = request().query(&[("offset", page)]).query(&size.as_slice());
            let answer: P = self.json(paged).await?;
            let goes_on = answer.meta().map(|meta| meta.goes_on_after(page));
            let before = all.len();
            all.extend(answer.items().into_iter().filter(|item| seen.insert(P::id(item))));
            let brought_something = all.len() > before;
            match goes_on {
                Some(false) => return Ok(all),
                None if !brought_something => return Ok(all),
                // A server that ignores `offset` would be asked for the same page for ever.
                Some(true) if !brought_something => {
                    return Err(Error::Malformed(Malformed::RepeatedPage { page }));
                }
                Some(true) | None => {}
            }
        }
        Err(Error::TooManyPages { limit: limits.max_pages })
    }
}

/// Says how a page's envelope is read.
macro_rules! page {
    ($page:ident, $root:ident: $item:ident, $id:ty, sized: $sized:literal) => {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct $page {
            meta: Option<$crate::paging::Meta>,
            $root: Vec<$item>,
        }

        impl $crate::paging::Page for $page {
            type Item = $item;
            type Id = $id;

            const SIZED: bool = $sized;

            fn meta(&self) -> Option<$crate::paging::Meta> {
                self.meta
            }

            fn items(self) -> Vec<$item> {
                self.$root
            }

            fn id(item: &$item) -> $id {
                item.id
            }
        }
    };
}

pub(crate) use page;
