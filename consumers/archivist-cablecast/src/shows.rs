//! Shows: the programmes that a station keeps, whether or not they can be watched on demand.

use chrono::{DateTime, FixedOffset};
use reqwest::{Method, RequestBuilder};
use serde::{Deserialize, Serialize};

use crate::paging::page;
use crate::{Cablecast, Error, LocationId, ProjectId, ReelId, ShowId, VodId};

/// How many ids are sent in one request; more would make the address too long.
const IDS_AT_ONCE: usize = 100;

/// A show, as far as an archive looks at it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Show {
    pub id: ShowId,
    pub location: LocationId,
    /// The operators' title.
    pub title: String,
    /// The public title.
    pub cg_title: Option<String>,
    /// The public description.
    pub comments: Option<String>,
    pub project: Option<ProjectId>,
    /// When it was recorded.
    pub event_date: DateTime<FixedOffset>,
    /// When anything of it last changed.
    pub last_modified: DateTime<FixedOffset>,
    /// Seconds, the sum of its reels.
    pub total_run_time: u32,
    pub has_captions: bool,
    pub reels: Vec<ReelId>,
    /// Empty until a VOD was asked for.
    pub vods: Vec<VodId>,
}

/// Which shows a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShowFilter {
    /// Words in the title.
    pub search: Option<String>,
    pub location: Option<LocationId>,
    pub project: Option<ProjectId>,
}

/// A show to be created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewShow {
    pub title: String,
    pub cg_title: String,
    /// Keeps it off public lists.
    pub cg_exempt: bool,
    pub comments: String,
    pub location: LocationId,
}

page!(ShowPage, shows: Show, ShowId, sized: true);

#[derive(Deserialize)]
struct ShowEnvelope {
    show: Show,
}

/// Creating answers with the show; the archive needs the id only.
#[derive(Deserialize)]
struct Created {
    show: CreatedShow,
}

#[derive(Deserialize)]
struct CreatedShow {
    id: ShowId,
}

#[derive(Serialize)]
struct ShowBody<'a> {
    show: NewShowBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewShowBody<'a> {
    #[serde(flatten)]
    show: &'a NewShow,
    /// The server wants the member, even without fields.
    custom_fields: [(); 0],
}

impl ShowFilter {
    /// Shows with these words in the title.
    #[must_use]
    pub fn search(words: &str) -> Self {
        Self { search: Some(words.to_owned()), ..Self::default() }
    }

    fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .query(&self.search.as_ref().map(|words| ("search", words)).as_slice())
            .query(&self.location.map(|location| ("location", location)).as_slice())
            .query(&self.project.map(|project| ("project", project)).as_slice())
    }
}

impl Cablecast {
    /// Every show that the filter leaves, newest event first.
    pub async fn shows(&self, filter: &ShowFilter) -> Result<Vec<Show>, Error> {
        self.all::<ShowPage>(|| filter.apply(self.open(Method::GET, &["shows"]))).await
    }

    /// These shows, in no particular order; ids that the server does not know are left out.
    pub async fn shows_by_id(&self, ids: &[ShowId]) -> Result<Vec<Show>, Error> {
        let mut shows = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_AT_ONCE) {
            let query: Vec<_> = some.iter().map(|id| ("ids[]", id)).collect();
            shows.extend(self.all::<ShowPage>(|| self.open(Method::GET, &["shows"]).query(&query)).await?);
        }
        Ok(shows)
    }

    pub async fn show(&self, id: ShowId) -> Result<Show, Error> {
        let request = self.open(Method::GET, &["shows", &id.to_string()]);
        Ok(self.json::<ShowEnvelope>(request).await?.show)
    }

    /// Creates a show and returns its id.
    pub async fn create_show(&self, new: &NewShow) -> Result<ShowId, Error> {
        let body = ShowBody { show: NewShowBody { show: new, custom_fields: [] } };
        let request = self.signed(Method::POST, &["shows"]).json(&body);
        Ok(self.json::<Created>(request).await?.show.id)
    }
}
