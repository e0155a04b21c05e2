//! The fuzz target of this crate, on its stored inputs and some made of them: see `fuzz/README.md`.

use std::path::Path;

#[path = "../../../fuzz/src/compare.rs"]
mod compare;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[test]
fn a_pact_and_documents() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/compare");
    replay::replay(&corpus, compare::run);
}
