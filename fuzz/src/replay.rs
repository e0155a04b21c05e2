//! Runs a target on its stored inputs, and on a bounded number of inputs made of them, with no more
//! than a stable compiler: what the tests of the crates that are fuzzed do each time.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// Inputs that are made for one target, unless `FUZZ_CASES` says another number.
const CASES: u32 = 300;

/// What documents, pacts and exchanges are made of.
const WORDS: [&str; 48] = [
    "{",
    "}",
    "[",
    "]",
    ": ",
    ",",
    "\n",
    "- ",
    "'",
    "\"",
    "&a ",
    "*a",
    "<<: ",
    "$ref",
    "#/",
    "/paths",
    "~1",
    "%%",
    "null",
    "true",
    "-1",
    "1e400",
    "0.1",
    "type",
    "object",
    "array",
    "string",
    "items",
    "allOf",
    "oneOf",
    "not",
    "properties",
    "required",
    "additionalProperties",
    "discriminator",
    "nullable",
    "pattern",
    "(a+)+$",
    "format",
    "enum",
    "parameters",
    "responses",
    "content",
    "schema",
    "application/json",
    "traits",
    "\u{feff}",
    "\0",
];

/// One change of an input. Places are parts of its length.
#[derive(Clone, Debug)]
enum Edit {
    Set(Index, u8),
    Insert(Index, &'static str),
    Remove(Index, usize),
    /// Something that stands elsewhere in this input, or in another one.
    Copy {
        from: Index,
        place: Index,
        length: usize,
        to: Index,
    },
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        (index(), proptest::sample::select(WORDS.to_vec())).prop_map(|(at, word)| Edit::Insert(at, word)),
        (index(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (index(), index(), 1..200_usize, index()).prop_map(|(from, place, length, to)| Edit::Copy {
            from,
            place,
            length,
            to
        }),
    ]
}

fn apply(edit: &Edit, input: &mut Vec<u8>, all: &[Vec<u8>]) {
    let place = |index: &Index, length: usize| index.index(length + 1);
    match edit {
        Edit::Set(at, byte) if !input.is_empty() => {
            let at = at.index(input.len());
            input[at] = *byte;
        }
        Edit::Set(..) => {}
        Edit::Insert(at, word) => {
            let at = place(at, input.len());
            input.splice(at..at, word.bytes());
        }
        Edit::Remove(at, length) => {
            let at = place(at, input.len());
            let end = (at + length).min(input.len());
            input.drain(at..end);
        }
        Edit::Copy { from, place: start, length, to } => {
            let source = &all[from.index(all.len())];
            let start = place(start, source.len());
            let end = (start + length).min(source.len());
            let at = place(to, input.len());
            input.splice(at..at, source[start..end].iter().copied());
        }
    }
}

/// Runs `target`, whose inputs stand in the folder `corpus`.
pub fn replay(corpus: &Path, target: fn(&[u8])) {
    let entries = fs::read_dir(corpus).unwrap_or_else(|error| panic!("{}: {error}", corpus.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("the corpus can be listed").path()).collect();
    files.sort();
    let inputs: Vec<Vec<u8>> =
        files.iter().map(|file| fs::read(file).expect("an input can be read")).collect();
    assert!(!inputs.is_empty(), "{} has no inputs", corpus.display());
    for input in &inputs {
        target(input);
    }
    let cases = std::env::var("FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let made = (any::<Index>(), vec(edit(), 1..8));
    let outcome = runner.run(&made, |(first, edits)| {
        let mut input = inputs[first.index(inputs.len())].clone();
        for edit in &edits {
            apply(edit, &mut input, &inputs);
        }
        target(&input);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", corpus.display());
    }
}
