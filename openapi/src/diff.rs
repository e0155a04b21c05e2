//! Two documents, compared: every difference as a typed [`Change`], which rules then judge.
//!
//! **How.** Operations are paired by method and by the shape of their paths, so that a path
//! parameter may be renamed. What an operation takes and gives leads to pairs of schemas, and each
//! pair is compared once in each direction, however many operations share it: a change inside is then
//! told at every place that leads there. References and `allOf` are taken apart as they are met,
//! never copied, so that documents that refer to themselves end, and large ones do not grow. What a
//! webhook or a callback sends travels the other way: its request is what a consumer reads.
//!
//! **What it compares** is meaning: 3.0's `nullable` is the type `null` of 3.1, a boolean
//! `exclusiveMaximum` is a number, `oneOf` of one is that one, `const` is an `enum` of one. So
//! documents of different versions of OpenAPI can be compared.

mod calendar;
mod change;
mod component;
mod facts;
mod media;
mod operation;
mod outgoing;
mod parameter;
mod readable;
mod reader;
mod request;
mod response;
mod schema;
mod security;
mod stability;
mod uses;
mod version;

use chrono::NaiveDate;

use crate::document::Document;
use calendar::Calendar;
pub use change::{Action, Area, Change, Direction, Kind, OperationPair, Part, Stands, Use};
pub use facts::{Fact, FactValue, Facts};
use reader::Reader;

/// What comparing depends on beside the documents.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day by which a sunset has come or not.
    pub today: NaiveDate,
    /// Days between a deprecation and its sunset, at least. Nought asks for no sunset at all.
    pub notice: u32,
    /// Places inside of schemas that are listed, at most; the others are counted in [`Change::unlisted`].
    pub max_uses: usize,
}

impl Options {
    /// No notice is asked for, and as many places are listed as a report can hold.
    #[must_use]
    pub const fn on(today: NaiveDate) -> Self {
        Self { today, notice: 0, max_uses: 500_000 }
    }
}

/// Everything in which two documents differ.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Those of the whole document first, then in the order of the operations.
    pub changes: Vec<Change>,
}

/// Why two documents cannot be compared. It fits "failed to compare the documents: …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooComplex {
    #[error(
        "their schemas combine in more than {limit} ways: split an `allOf` that refers to itself over several schemas"
    )]
    Schemas { limit: usize },
    #[error(
        "their operations have more than {limit} operations in `callbacks`: refer to a shared callback from fewer of them"
    )]
    Callbacks { limit: usize },
}

/// Compares `base` with `revised`. The same documents always give the same changes in the same order.
pub fn compare(base: &Document, revised: &Document, options: &Options) -> Result<Comparison, TooComplex> {
    let calendar = Calendar { today: options.today, notice: options.notice };
    Reader::new(base, revised, calendar).read(options.max_uses)
}
