//! What a station begins with. Fixed dates and ids, so that every start is the same; what the
//! shows are like stands in `seed/station.json`, members without a value left out.

use crate::resources::show::Show;
use crate::store::{Contents, Store};
use crate::time::Timestamp;

const STATION: &str = include_str!("../seed/station.json");

/// A weekly series, so that there is more than one page of shows.
const WEEKLY_SHOWS: i32 = 60;
const FIRST_WEEKLY_ID: i32 = 4060;
const WEEK_SECONDS: i64 = 7 * 24 * 60 * 60;

pub(crate) fn store() -> Store {
    let mut contents: Contents =
        serde_json::from_str(STATION).expect("the seed is part of the program, and a test reads it");
    contents.shows.extend(weekly_shows());
    Store::holding(contents)
}

fn weekly_shows() -> impl Iterator<Item = Show> {
    let first = Timestamp::parse("2025-03-03T18:00:00-05:00").expect("this is a date and time");
    (0..WEEKLY_SHOWS).map(move |week| {
        let event_date = first.plus_seconds(i64::from(week) * WEEK_SECONDS);
        let edited = event_date.plus_seconds(90 * 60);
        Show {
            id: FIRST_WEEKLY_ID + week,
            location: 1,
            title: format!("Harbor Week {}", week + 1),
            cg_title: Some(format!("Harbor Week, episode {}", week + 1)),
            category: Some(7),
            event_date,
            created: event_date,
            modified: edited,
            last_modified: edited,
            run_count: 3,
            ..Show::default()
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::resources::vod::VodState;

    #[test]
    fn every_start_is_the_same() {
        assert_eq!(format!("{:?}", store()), format!("{:?}", store()));
    }

    #[test]
    fn there_is_one_of_each_kind_that_clients_must_cope_with() {
        let store = store();
        assert!(store.shows.iter().count() > 50, "more than one page");
        assert!(store.shows.iter().any(|show| show.vods.is_empty()));
        for state in [VodState::Complete, VodState::Processing, VodState::Error] {
            assert!(store.vods.iter().any(|vod| vod.vod_state == state), "{state:?}");
        }
        assert!(store.vods.iter().all(|vod| vod.quality.is_none() && vod.file_name.is_none()));
        let fields = store.shows.iter().flat_map(|show| &show.custom_fields);
        assert!(fields.into_iter().any(|field| field.r#type == "tag"));
        assert!(store.chapters.iter().any(|chapter| chapter.deleted));
        assert!(store.chapters.iter().any(|chapter| chapter.hidden));
    }

    /// Ids on one side that the other side does not know, named by the relation.
    fn dangling(ids: impl IntoIterator<Item = i32>, known: impl IntoIterator<Item = i32>) -> Vec<i32> {
        let known: BTreeSet<i32> = known.into_iter().collect();
        ids.into_iter().filter(|id| !known.contains(id)).collect()
    }

    #[test]
    fn everything_refers_to_something() {
        let store = store();
        let none = Vec::<i32>::new();
        let shows = || store.shows.iter().map(|row| row.id);
        let vods = || store.vods.iter().map(|row| row.id);
        let assets = || store.assets.iter().map(|row| row.id);
        let reels = || store.reels.iter().map(|row| row.id);
        assert_eq!(dangling(store.shows.iter().flat_map(|row| row.vods.clone()), vods()), none);
        assert_eq!(dangling(store.shows.iter().flat_map(|row| row.reels.clone()), reels()), none);
        assert_eq!(dangling(store.vods.iter().map(|row| row.show), shows()), none);
        assert_eq!(dangling(store.vods.iter().map(|row| row.asset), assets()), none);
        assert_eq!(
            dangling(
                store.vods.iter().flat_map(|row| row.chapters.clone()),
                store.chapters.iter().map(|row| row.id)
            ),
            none
        );
        assert_eq!(dangling(store.chapters.iter().map(|row| row.vod), vods()), none);
        assert_eq!(dangling(store.reels.iter().filter_map(|row| row.playback_asset), assets()), none);
        assert_eq!(
            dangling(store.reels.iter().map(|row| row.media), store.media.iter().map(|row| row.id)),
            none
        );
        assert_eq!(dangling(store.schedule_items.iter().filter_map(|row| row.show), shows()), none);
        assert_eq!(
            dangling(
                store.vods.iter().map(|row| row.vod_configuration),
                store.vod_configurations.iter().map(|row| row.id)
            ),
            none
        );
    }

    #[test]
    fn a_show_is_as_long_as_its_reels() {
        let store = store();
        for show in store.shows.iter() {
            let length: i32 = store.reels.those(&show.reels).map(|reel| reel.length).sum();
            assert_eq!(length, show.total_run_time, "show {}", show.id);
        }
    }
}
