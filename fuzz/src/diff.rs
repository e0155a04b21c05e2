//! Two documents, compared both ways, and each with itself, which is silent.
//!
//! The input is two documents with a line `%%` between them; of one document, both are made.

use chrono::NaiveDate;
use countersign_openapi::diff::{Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadOptions};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (base, revised) = text.split_once("\n%%\n").unwrap_or((text, text));
    let limits = LoadOptions { max_bytes: 1 << 20, max_values: 50_000, ..LoadOptions::default() };
    let load = |name: &str, text: &str| Document::from_text(name, text, &limits).ok();
    let Some((base, revised)) = load("base", base).zip(load("revised", revised)) else { return };
    let (rules, levels) = (Rules::embedded(), Levels::new());
    let options = Options::on(NaiveDate::default());
    for (one, other) in [(&base, &revised), (&revised, &base)] {
        if let Ok(comparison) = compare(one, other, &options) {
            for judgement in rules.judge(&comparison, &levels) {
                assert!(!judgement.rule.id.is_empty(), "{judgement:?}");
            }
        }
        if let Ok(same) = compare(one, one, &options) {
            let told = rules.judge(&same, &levels);
            assert!(told.is_empty(), "{told:?}");
        }
    }
}
