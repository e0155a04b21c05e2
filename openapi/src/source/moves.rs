//! Places that stand elsewhere in another shape of the same file.

use std::collections::HashMap;

use crate::pointer::JsonPointer;

/// Which place of one shape is which of the other. A place that is not named lies in the other shape
/// where its nearest named place around it does, under the same members.
#[derive(Debug, Default)]
pub(crate) struct Moves(HashMap<String, JsonPointer>);

impl Moves {
    /// Says that `here` is `there`.
    pub fn link(&mut self, here: &JsonPointer, there: &JsonPointer) {
        self.0.insert(here.as_str().to_owned(), there.clone());
    }

    /// The same, unless something is said of `here` already.
    pub fn link_first(&mut self, here: &JsonPointer, there: &JsonPointer) {
        self.0.entry(here.as_str().to_owned()).or_insert_with(|| there.clone());
    }

    /// Where `here` is in the other shape.
    pub fn of(&self, here: &JsonPointer) -> JsonPointer {
        let text = here.as_str();
        let mut end = text.len();
        loop {
            if let Some(there) = self.0.get(&text[..end]) {
                let inside = JsonPointer::parse(&text[end..]).unwrap_or_default();
                return there.append(&inside);
            }
            match text[..end].rfind('/') {
                Some(shorter) => end = shorter,
                None => return here.clone(),
            }
        }
    }
}
