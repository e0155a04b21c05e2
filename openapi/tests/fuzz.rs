//! The fuzz targets of this crate, on their stored inputs and some made of them: see `fuzz/README.md`.

use std::path::Path;

#[path = "../../fuzz/src/asyncapi.rs"]
mod asyncapi;
#[path = "../../fuzz/src/diff.rs"]
mod diff;
#[path = "../../fuzz/src/document.rs"]
mod document;
#[path = "../../fuzz/src/exchange.rs"]
mod exchange;
#[path = "../../fuzz/src/replay.rs"]
mod replay;

fn run(name: &str, target: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    replay::replay(&corpus, target);
}

#[test]
fn documents() {
    run("document", document::run);
}

#[test]
fn exchanges() {
    run("exchange", exchange::run);
}

#[test]
fn asyncapi_documents() {
    run("asyncapi", asyncapi::run);
}

#[test]
fn two_documents() {
    run("diff", diff::run);
}
