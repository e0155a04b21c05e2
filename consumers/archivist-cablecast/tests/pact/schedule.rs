//! The schedule: when a show runs, and what runs on a channel.

use archivist_cablecast::{ChannelId, ScheduleFilter, ShowId};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};
use serde_json::json;

use crate::{client, moment, open};

const FROM: &str = "2026-01-01";
const UNTIL: &str = "2027-01-01";

fn filter() -> ScheduleFilter {
    ScheduleFilter { from: FROM.parse().unwrap(), until: UNTIL.parse().unwrap(), channel: None, show: None }
}

fn asks_for_airings(i: &mut InteractionBuilder, filter: (&str, &str)) {
    i.given_with_params("a show is scheduled", &json!({"show_id": 4127, "channel": 1}));
    open(i, "GET", "/scheduleitems").request.query_param("start", FROM).query_param("end", UNTIL);
    i.request.query_param(filter.0, filter.1).query_param("offset", "0").query_param("page_size", "2");
}

fn airings(channel: impl Into<JsonPattern>, show: impl Into<JsonPattern>) -> JsonPattern {
    let item = json_pattern!({
        "id": integer(88_121),
        "channel": channel.into(),
        "show": show.into(),
        "runDateTime": moment("2026-05-14T19:00:00-05:00"),
        "deleted": like!(false),
    });
    // The archive pages on by the count, so it need not be one here.
    json_pattern!({
        "meta": {"pageSize": integer(2), "count": integer(1)},
        "scheduleItems": list_of(item).at_least(1),
    })
}

pub async fn the_airings_of_a_show(pact: PactTest) -> Fragment {
    pact.interaction("a request for the airings of a show", |mut i| {
        asks_for_airings(&mut i, ("show", "4127"));
        i.response.json_body(airings(integer(1), equal_to(4127)));
        i
    })
    .exercise(|url| async move {
        let of_the_show = ScheduleFilter { show: Some(ShowId(4127)), ..filter() };
        let airings = client(&url).schedule(&of_the_show).await.unwrap();
        assert_eq!(airings[0].show, Some(ShowId(4127)));
        assert_eq!(airings[0].runs_at.to_rfc3339(), "2026-05-14T19:00:00-05:00");
    })
    .await
}

pub async fn the_airings_of_a_channel(pact: PactTest) -> Fragment {
    pact.interaction("a request for the airings on a channel", |mut i| {
        asks_for_airings(&mut i, ("channel", "1"));
        i.response.json_body(airings(equal_to(1), null_or(integer(4127)).answering_null()));
        i
    })
    .exercise(|url| async move {
        let on_the_channel = ScheduleFilter { channel: Some(ChannelId(1)), ..filter() };
        let airings = client(&url).schedule(&on_the_channel).await.unwrap();
        assert_eq!((airings[0].channel, airings[0].show), (ChannelId(1), None));
    })
    .await
}
