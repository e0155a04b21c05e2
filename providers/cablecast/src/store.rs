//! Everything the server holds, in memory and bounded: one table a resource.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::refusal::Refusal;
use crate::resource::Resource;
use crate::resources::asset::{Asset, AssetInfo};
use crate::resources::category::Category;
use crate::resources::channel::Channel;
use crate::resources::chapter::Chapter;
use crate::resources::file_store::FileStore;
use crate::resources::file_upload::FileUpload;
use crate::resources::first_run::FirstRun;
use crate::resources::format::Format;
use crate::resources::location::{ControlModuleSet, Location};
use crate::resources::media::Media;
use crate::resources::producer::Producer;
use crate::resources::project::Project;
use crate::resources::reel::Reel;
use crate::resources::schedule_item::ScheduleItem;
use crate::resources::show::Show;
use crate::resources::vod::Vod;
use crate::resources::vod_configuration::VodConfiguration;
use crate::resources::vod_transaction::VodTransaction;
use crate::resources::vod_transcode_quality::VodTranscodeQuality;
use crate::resources::web_file::WebFile;
use crate::segments::Segments;
use crate::time::Timestamp;
use crate::transcoding::Transcodings;

/// Rows of one table, at most.
pub const MAX_ROWS: usize = 10_000;

/// The rows of one resource by id. An id is never given twice, not even after its row is gone.
#[derive(Clone, Debug)]
pub struct Table<T> {
    rows: BTreeMap<i32, T>,
    last_id: i32,
}

impl<T: Resource> Table<T> {
    fn holding(rows: Vec<T>) -> Self {
        let rows: BTreeMap<i32, T> = rows.into_iter().map(|row| (row.id(), row)).collect();
        let last_id = rows.keys().next_back().copied().unwrap_or(0);
        Self { rows, last_id }
    }

    #[must_use]
    pub fn get(&self, id: i32) -> Option<&T> {
        self.rows.get(&id)
    }

    pub fn get_mut(&mut self, id: i32) -> Option<&mut T> {
        self.rows.get_mut(&id)
    }

    /// The row, or the refusal that names it.
    pub fn find(&self, id: i32) -> Result<&T, Refusal> {
        self.get(id).ok_or_else(|| no_such::<T>(id))
    }

    pub fn find_mut(&mut self, id: i32) -> Result<&mut T, Refusal> {
        self.get_mut(id).ok_or_else(|| no_such::<T>(id))
    }

    /// The rows by ascending id.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.rows.values()
    }

    /// The rows of `ids` that exist, in that order.
    pub fn those<'a>(&'a self, ids: &'a [i32]) -> impl Iterator<Item = &'a T> {
        ids.iter().filter_map(|id| self.get(*id))
    }

    pub fn next_id(&self) -> Result<i32, Refusal> {
        self.last_id.checked_add(1).ok_or(Refusal::Full { what: T::MANY })
    }

    /// Adds the row, or puts it in the place of the one with its id.
    pub fn put(&mut self, row: T) -> Result<(), Refusal> {
        let id = row.id();
        if self.rows.len() >= MAX_ROWS && !self.rows.contains_key(&id) {
            return Err(Refusal::Full { what: T::MANY });
        }
        self.last_id = self.last_id.max(id);
        self.rows.insert(id, row);
        Ok(())
    }

    pub fn remove(&mut self, id: i32) -> Option<T> {
        self.rows.remove(&id)
    }

    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.rows.retain(|_, row| keep(row));
    }
}

fn no_such<T: Resource>(id: i32) -> Refusal {
    Refusal::NoSuchResource { resource: T::ONE, id: id.to_string() }
}

/// Declares the tables: field, resource, and the roots it stands under, for one and for many.
macro_rules! tables {
    ($($table:ident: $resource:ty, $one:literal, $many:literal;)*) => {
        /// All tables, and the work that is under way.
        #[derive(Debug)]
        pub struct Store {
            $(pub $table: Table<$resource>,)*
            pub(crate) transcodings: Transcodings,
            pub(crate) segments: Segments,
        }

        /// What a store begins with, under the roots that the API itself uses.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Contents {
            $(#[serde(rename = $many, default)]
            pub $table: Vec<$resource>,)*
        }

        impl Store {
            pub(crate) fn holding(contents: Contents) -> Self {
                Self {
                    $($table: Table::holding(contents.$table),)*
                    transcodings: Transcodings::default(),
                    segments: Segments::default(),
                }
            }
        }

        $(impl Resource for $resource {
            const ONE: &'static str = $one;
            const MANY: &'static str = $many;

            fn id(&self) -> i32 {
                self.id
            }

            fn table(store: &Store) -> &Table<Self> {
                &store.$table
            }
        })*
    };
}

tables! {
    shows: Show, "show", "shows";
    vods: Vod, "vod", "vods";
    vod_transactions: VodTransaction, "vodTransaction", "vodTransactions";
    vod_transcode_qualities: VodTranscodeQuality, "vodTranscodeQuality", "vodTranscodeQualities";
    vod_configurations: VodConfiguration, "vodConfiguration", "vodConfigurations";
    chapters: Chapter, "chapter", "chapters";
    channels: Channel, "channel", "channels";
    locations: Location, "location", "locations";
    control_module_sets: ControlModuleSet, "controlModuleSet", "controlModuleSets";
    categories: Category, "category", "categories";
    producers: Producer, "producer", "producers";
    projects: Project, "project", "projects";
    formats: Format, "format", "formats";
    schedule_items: ScheduleItem, "scheduleItem", "scheduleItems";
    first_runs: FirstRun, "firstRun", "firstRuns";
    file_uploads: FileUpload, "fileUpload", "fileUploads";
    file_stores: FileStore, "fileStore", "fileStores";
    assets: Asset, "asset", "assets";
    asset_infos: AssetInfo, "assetInfo", "assetInfos";
    reels: Reel, "reel", "reels";
    media: Media, "media", "media";
    web_files: WebFile, "webFile", "webFiles";
}

impl Store {
    /// Marks the show as changed, which everything that hangs on it does.
    pub(crate) fn touch_show(&mut self, id: i32, now: Timestamp) {
        if let Some(show) = self.shows.get_mut(id) {
            show.last_modified = show.last_modified.max(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn category(id: i32) -> Category {
        Category { id, ..Category::default() }
    }

    #[test]
    fn an_id_is_not_given_twice() {
        let mut table = Table::holding(vec![category(7)]);
        assert_eq!(table.next_id(), Ok(8));
        table.put(category(8)).unwrap();
        table.remove(8);
        assert_eq!(table.next_id(), Ok(9));
    }

    #[test]
    fn a_full_table_takes_changes_but_no_more_rows() {
        let rows = (1..).take(MAX_ROWS).map(category).collect();
        let mut table: Table<Category> = Table::holding(rows);
        assert_eq!(table.put(category(20_000)), Err(Refusal::Full { what: "categories" }));
        let renamed = Category { name: "Sport".to_owned(), ..category(1) };
        table.put(renamed).unwrap();
        assert_eq!(table.get(1).map(|row| row.name.as_str()), Some("Sport"));
    }

    #[test]
    fn the_last_id_is_the_last() {
        let table = Table::holding(vec![category(i32::MAX)]);
        assert_eq!(table.next_id(), Err(Refusal::Full { what: "categories" }));
    }
}
