//! AsyncAPI documents: what was released of messages, and what the repository says of them. Nobody tells yet
//! what a change of them breaks, and silence would look like a promise kept: so it is told that there is one.

use std::path::Path;

use countersign_openapi::AsyncDocument;
use countersign_openapi::asyncapi::Difference;

use super::Watched;
use super::document::{Loaded, Origin};
use crate::finding::Location;
use crate::report::{Parts, Standing, Trouble};

impl Watched {
    /// Holds the AsyncAPI documents against each other, as far as that goes.
    pub(super) fn look_at_messages(&self, parts: &mut Parts) {
        let Some(file) = self.provider.asyncapi.clone() else { return };
        let base = self
            .base_of_messages
            .clone()
            .map_or_else(|| self.released_messages(&file), |base| Ok(Some(base)));
        let load = |origin: Origin| {
            let loaded = origin.load_messages(&self.provider.reading.options());
            loaded.map_err(|error| self.unreadable(&error))
        };
        let released = base.and_then(|base| base.map(load).transpose()).unwrap_or_else(|it| parts.note(*it));
        let current = load(Origin::File(file)).map_or_else(|it| parts.note(*it), Some);
        if let (Some(released), Some(current)) = (&released, &current) {
            let changed = changed(released, current);
            parts.errors.extend(changed.map(|trouble| trouble.of_provider(self.name())));
        }
        for (standing, loaded) in [(Standing::Released, &released), (Standing::Current, &current)] {
            let Some(Loaded { document, shown, .. }) = loaded else { continue };
            parts.documents.push(self.compared(
                standing,
                shown,
                document.value(),
                document.operations().len(),
            ));
        }
    }

    /// The newest release of the AsyncAPI document, which is called as its file is.
    fn released_messages(&self, file: &Path) -> Result<Option<Origin>, Box<Trouble>> {
        let folder = self.provider.released.as_ref().filter(|place| !place.is_file());
        let (Some(folder), Some(name)) = (folder, file.file_stem()) else { return Ok(None) };
        self.newest_in(folder, &name.to_string_lossy()).map(|newest| newest.map(Origin::File))
    }
}

/// That `current` says something else than `released`, where it does.
fn changed(released: &Loaded<AsyncDocument>, current: &Loaded<AsyncDocument>) -> Option<Trouble> {
    let Difference { base, revised } = released.document.first_difference(&current.document)?;
    let (mut base, revised) = (Location::from(&base), Location::from(&revised));
    released.rename(Some(&mut base));
    let message = format!(
        "{} has changed since {}, and AsyncAPI documents are not compared",
        shown(&revised),
        shown(&base)
    );
    let hint =
        "`countersign compare` tells whether the pacts still agree with it; where they do, release it anew";
    Some(Trouble::new("document.changed-and-not-compared", message).hint(hint))
}

fn shown(place: &Location) -> String {
    place.line.map_or_else(|| place.file.clone(), |line| format!("{}:{line}", place.file))
}
