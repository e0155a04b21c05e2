//! The schedule: what runs when, on which channel.

use chrono::{DateTime, FixedOffset, NaiveDate};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;

use crate::paging::page;
use crate::{Cablecast, ChannelId, Error, ScheduleItemId, ShowId};

/// One airing. It has no end: that is its begin and the show's run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleItem {
    pub id: ScheduleItemId,
    pub channel: ChannelId,
    /// None for what is no show, such as a manual event.
    pub show: Option<ShowId>,
    pub runs_at: DateTime<FixedOffset>,
}

/// Which airings a list holds. The days are the station's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduleFilter {
    pub from: NaiveDate,
    /// The first day that is left out.
    pub until: NaiveDate,
    pub channel: Option<ChannelId>,
    pub show: Option<ShowId>,
}

/// The server marks airings as deleted and goes on returning them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    id: ScheduleItemId,
    channel: ChannelId,
    show: Option<ShowId>,
    run_date_time: DateTime<FixedOffset>,
    deleted: bool,
}

page!(RowPage, schedule_items: Row, ScheduleItemId, sized: true);

impl ScheduleFilter {
    fn apply(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .query(&[("start", self.from), ("end", self.until)])
            .query(&self.channel.map(|channel| ("channel", channel)).as_slice())
            .query(&self.show.map(|show| ("show", show)).as_slice())
    }
}

impl Cablecast {
    /// Every airing that the filter leaves, earliest first; deleted ones are left out.
    pub async fn schedule(&self, filter: &ScheduleFilter) -> Result<Vec<ScheduleItem>, Error> {
        let rows = self.all::<RowPage>(|| filter.apply(self.open(Method::GET, &["scheduleitems"]))).await?;
        let mut items: Vec<ScheduleItem> = rows
            .into_iter()
            .filter(|row| !row.deleted)
            .map(|Row { id, channel, show, run_date_time, .. }| ScheduleItem {
                id,
                channel,
                show,
                runs_at: run_date_time,
            })
            .collect();
        items.sort_by_key(|item| (item.runs_at, item.id));
        Ok(items)
    }
}
