//! The ways between the pages of a list.

use maud::{Markup, html};

use super::asked::Fields;

/// Rows on a page.
pub const ROWS: u32 = 20;

/// Which page of a list is asked for, and what else its address says.
pub struct Paging {
    /// From 1.
    page: u64,
    path: &'static str,
    /// Filters that stay as they are.
    kept: Vec<(&'static str, String)>,
}

impl Paging {
    pub fn of(query: &Fields, path: &'static str, filters: &[&'static str]) -> Self {
        let page = query.given("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        // Further than this, no offset is a number that the Archivist takes.
        let page: u64 = std::cmp::min(page, 1_000_000_000).max(1);
        let kept = filters.iter().filter_map(|name| Some((*name, query.given(name)?.to_owned())));
        Self { page, path, kept: kept.collect() }
    }

    pub fn offset(&self) -> u64 {
        (self.page - 1) * u64::from(ROWS)
    }

    fn at(&self, page: u64) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.kept);
        if page > 1 {
            form.append_pair("page", &page.to_string());
        }
        let query = form.finish();
        if query.is_empty() { self.path.to_owned() } else { format!("{}?{query}", self.path) }
    }

    /// Where in the list this is, and the ways to its other pages.
    pub fn ways(&self, total: u64) -> Markup {
        let last = total.div_ceil(u64::from(ROWS)).max(1);
        html! {
            @if last > 1 || self.page > 1 {
                nav.pages aria-label="Pages" {
                    @if self.page > 1 {
                        a rel="prev" href=(self.at(std::cmp::min(self.page - 1, last))) { "Previous page" }
                    }
                    span { "Page " (self.page) " of " (last) }
                    @if self.page < last { a rel="next" href=(self.at(self.page + 1)) { "Next page" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_keep_the_filter() {
        let query = Fields::from([("page", "2"), ("q", "a&b"), ("other", "x")]);
        let paging = Paging::of(&query, "/vods", &["status", "q"]);
        assert_eq!(paging.offset(), 20);
        let ways = paging.ways(41).into_string();
        for part in ["href=\"/vods?q=a%26b\"", "Page 2 of 3", "href=\"/vods?q=a%26b&amp;page=3\""] {
            assert!(ways.contains(part), "{part}: {ways}");
        }
    }

    #[test]
    fn a_page_that_is_no_number_is_the_first_and_one_past_the_end_leads_back() {
        for page in ["x", "0", "-1", ""] {
            assert_eq!(Paging::of(&Fields::from([("page", page)]), "/vods", &[]).offset(), 0, "{page}");
        }
        let far = Paging::of(&Fields::from([("page", "99999999999999999")]), "/vods", &[]);
        assert!(far.ways(41).into_string().contains("href=\"/vods?page=3\""));
        assert_eq!(Paging::of(&Fields::default(), "/vods", &[]).ways(20).into_string(), "");
    }
}
