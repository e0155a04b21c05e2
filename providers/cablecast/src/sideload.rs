//! What a list sends along when `include` asks for it: further roots beside the main one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::query::Parameters;
use crate::resource::{Resource, json};
use crate::resources::schedule_item::ScheduleItem;
use crate::resources::show::Show;
use crate::resources::thumbnail::Thumbnail;
use crate::store::{Store, Table};

/// Further roots of an answer.
type Roots = Map<String, Value>;

/// The singular names that `include` lists, in lower case. Names that mean nothing for a list are
/// ignored, like everything in a query that the server does not know.
#[derive(Clone, Debug)]
pub(crate) struct Sideload(BTreeSet<String>);

impl Sideload {
    pub(crate) fn from_query(query: &Parameters) -> Self {
        let names = query.all("include").flat_map(|list| list.split(','));
        Self(names.map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect())
    }

    fn asks_for<T: Resource>(&self) -> bool {
        // `media` has no singular of its own; every other root is asked for by its singular.
        self.0.contains(&T::ONE.to_ascii_lowercase())
    }

    /// Adds the rows of `ids` if they are asked for, each once and by ascending id.
    fn add<T: Resource>(&self, roots: &mut Roots, table: &Table<T>, ids: impl Iterator<Item = i32>) {
        if self.asks_for::<T>() {
            let ids: Vec<i32> = ids.collect::<BTreeSet<_>>().into_iter().collect();
            roots.insert(T::MANY.to_owned(), json(&table.those(&ids).collect::<Vec<_>>()));
        }
    }

    pub(crate) fn beside_shows(&self, store: &Store, shows: &[&Show]) -> Roots {
        let mut roots = Roots::new();
        let listed: BTreeSet<i32> = shows.iter().map(|show| show.id).collect();
        let vods = || shows.iter().flat_map(|show| show.vods.iter().copied());
        let reels = || shows.iter().flat_map(|show| show.reels.iter().copied());
        self.add(&mut roots, &store.vods, vods());
        self.add(&mut roots, &store.vod_transactions, transactions_of(store, vods()));
        self.add(&mut roots, &store.chapters, chapters_of(store, vods()));
        self.add(&mut roots, &store.reels, reels());
        self.add(&mut roots, &store.media, media_of(store, reels()));
        self.add(&mut roots, &store.projects, shows.iter().filter_map(|show| show.project));
        self.add(&mut roots, &store.producers, shows.iter().filter_map(|show| show.producer));
        self.add(&mut roots, &store.categories, shows.iter().filter_map(|show| show.category));
        self.add(
            &mut roots,
            &store.first_runs,
            shows.iter().flat_map(|show| show.first_runs.iter().copied()),
        );
        self.add(&mut roots, &store.web_files, shows.iter().flat_map(|show| web_files_of(show)));
        let airings =
            store.schedule_items.iter().filter(|item| item.show.is_some_and(|id| listed.contains(&id)));
        self.add(&mut roots, &store.schedule_items, airings.map(|item| item.id));
        if self.0.contains("thumbnail") {
            let ids = shows.iter().flat_map(|show| &show.show_thumbnails);
            let thumbnails: Vec<_> = ids.filter_map(|id| Thumbnail::named(id)).collect();
            roots.insert("thumbnails".to_owned(), json(&thumbnails));
        }
        roots
    }

    pub(crate) fn beside_schedule_items(&self, store: &Store, items: &[&ScheduleItem]) -> Roots {
        let mut roots = Roots::new();
        let shows: BTreeSet<i32> = items.iter().filter_map(|item| item.show).collect();
        let shows: Vec<&Show> = shows.into_iter().filter_map(|id| store.shows.get(id)).collect();
        let channels: BTreeSet<i32> = items.iter().map(|item| item.channel).collect();
        let vods = || shows.iter().flat_map(|show| show.vods.iter().copied());
        self.add(&mut roots, &store.shows, shows.iter().map(|show| show.id));
        self.add(&mut roots, &store.reels, shows.iter().flat_map(|show| show.reels.iter().copied()));
        self.add(&mut roots, &store.vods, vods());
        self.add(&mut roots, &store.vod_transactions, transactions_of(store, vods()));
        let locations =
            channels.iter().filter_map(|id| store.channels.get(*id)).map(|channel| channel.primary_location);
        self.add(&mut roots, &store.locations, locations);
        self.add(&mut roots, &store.channels, channels.iter().copied());
        roots
    }
}

fn chapters_of(store: &Store, vods: impl Iterator<Item = i32>) -> impl Iterator<Item = i32> {
    vods.filter_map(|id| store.vods.get(id)).flat_map(|vod| vod.chapters.iter().copied())
}

fn transactions_of(store: &Store, vods: impl Iterator<Item = i32>) -> impl Iterator<Item = i32> {
    vods.filter_map(|id| store.vods.get(id)).filter_map(|vod| vod.last_transaction)
}

fn media_of(store: &Store, reels: impl Iterator<Item = i32>) -> impl Iterator<Item = i32> {
    reels.filter_map(|id| store.reels.get(id)).map(|reel| reel.media)
}

/// The files that a show's own fields refer to.
fn web_files_of(show: &Show) -> impl Iterator<Item = i32> {
    let files = show.custom_fields.iter().filter(|field| field.r#type == "file");
    files.filter_map(|field| field.value.as_i64()).filter_map(|id| i32::try_from(id).ok())
}
