//! Values, lines and limits of sources, in both languages.

use serde_json::json;

use super::Source;
use crate::load::{LoadError, LoadOptions};
use crate::pointer::JsonPointer;

fn source(file: &str, text: &str) -> Source {
    Source::parse(file, text, &LoadOptions::default()).expect("readable")
}

fn failure(text: &str, limits: &LoadOptions) -> LoadError {
    Source::parse("doc", text, limits).expect_err("refused")
}

fn line(source: &Source, pointer: &str) -> Option<usize> {
    source.line(&JsonPointer::parse(pointer).expect("a pointer"))
}

#[test]
fn json_lines_are_those_of_the_keys() {
    let text = "\u{feff}{\n  \"a\": {\n    \"b/c\":\n      [1,\n 2]\n  },\n  \"d\": \"x\\ny\"}\n";
    let source = source("doc.json", text);
    let found: Vec<_> =
        ["", "/a", "/a/b~1c", "/a/b~1c/0", "/a/b~1c/1", "/d"].map(|place| line(&source, place)).into();
    assert_eq!(found, [1, 2, 3, 4, 5, 7].map(Some));
}

#[test]
fn yaml_lines_are_those_of_the_keys() {
    let text =
        "# a comment\na:\n  200:\n    - one\n    - two: 2\n      three: 3\n\nd: >\n  folded\n  text\ne: 1\n";
    let source = source("doc.yaml", text);
    let found: Vec<_> = ["/a", "/a/200", "/a/200/0", "/a/200/1", "/a/200/1/three", "/d", "/e"]
        .map(|place| line(&source, place))
        .into();
    assert_eq!(found, [2, 3, 4, 5, 6, 8, 11].map(Some));
}

#[test]
fn a_place_that_does_not_exist_has_the_line_of_the_nearest_that_does() {
    let source = source("doc", "a:\n  b: 1\n");
    assert_eq!(line(&source, "/a/c/d"), Some(1));
    assert_eq!(line(&source, "/a/b/0"), Some(2));
}

#[test]
fn yaml_scalars_follow_the_core_schema() {
    let text =
        "[no, 0o17, 0x1F, +7, 1e3, .5, 012, '1', !!str 2, ~, 2026-05-12, 18446744073709551615, -1, 1.]";
    let expected = json!(["no", 15, 31, 7, 1000.0, 0.5, 12, "1", "2", null, "2026-05-12", u64::MAX, -1, 1.0]);
    assert_eq!(*source("doc.yaml", text).value(), expected);
}

#[test]
fn aliases_and_merge_keys_are_resolved_and_keep_their_lines() {
    let text = "base: &base\n  x: 1\n  y: 2\nuse:\n  <<: *base\n  y: 3\nagain: *base\n";
    let source = source("doc.yaml", text);
    assert_eq!(source.value()["use"], json!({"x": 1, "y": 3}));
    assert_eq!(source.value()["again"], json!({"x": 1, "y": 2}));
    assert_eq!((line(&source, "/again"), line(&source, "/again/y")), (Some(7), Some(3)));
    assert_eq!((line(&source, "/use/x"), line(&source, "/use/y")), (Some(2), Some(6)));
}

#[test]
fn merged_members_are_entries_of_the_object_each_once() {
    let text = "a: &a {x: 1, y: 2}\nb: &b\n  y: 3\n  <<: *a\nc:\n  <<: [{w: 4, y: 5}, *b]\n  z: 6\n";
    let source = source("doc.yaml", text);
    assert_eq!(source.value()["c"], json!({"w": 4, "y": 5, "x": 1, "z": 6}));
    let entries = source.entries(&JsonPointer::root().join("c"));
    let members: Vec<_> =
        entries.iter().filter(|entry| entry.key != "<<").map(|entry| (entry.key, entry.line)).collect();
    assert_eq!(members, [("z", 7), ("w", 6), ("y", 6), ("x", 1)]);
}

#[test]
fn a_duplicate_key_is_named_with_its_line() {
    for text in ["{\"a\": 1,\n \"a\": 2}", "a: 1\na: 2\n"] {
        match failure(text, &LoadOptions::default()) {
            LoadError::DuplicateKey { line, key, .. } => assert_eq!((line, key.as_str()), (2, "a")),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_syntax_error_has_line_and_column() {
    let json = failure("{\"a\":\n  tru}", &LoadOptions::default());
    assert!(json.to_string().starts_with("doc:2:6: expected ident"), "{json}");
    let yaml = failure("a:\n  - b\n c: d\n", &LoadOptions::default());
    assert!(yaml.to_string().starts_with("doc:3:"), "{yaml}");
}

#[test]
fn nesting_is_bounded() {
    for text in ["[".repeat(100_000), format!("a: {}", "[".repeat(100_000)), "- ".repeat(100_000)] {
        let error = failure(&text, &LoadOptions::default());
        assert!(matches!(error, LoadError::TooDeep { limit: 120, .. }), "{error}");
    }
    let fits = format!("{}{}", "[".repeat(120), "]".repeat(120));
    assert!(Source::parse("doc", &fits, &LoadOptions::default()).is_ok());
}

#[test]
fn an_alias_bomb_is_refused() {
    use std::fmt::Write as _;
    let mut text = "a0: &a0 [lol]\n".to_owned();
    for level in 1..12 {
        let uses = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{uses}]").expect("a string takes it");
    }
    let error = failure(&text, &LoadOptions::default());
    assert!(matches!(error, LoadError::TooManyValues { .. }), "{error}");
}

#[test]
fn an_alias_bomb_of_one_long_text_is_refused() {
    let text = format!("a: &a {}\nb: [{}]\n", "x".repeat(10_000), vec!["*a"; 100].join(", "));
    let limits = LoadOptions { max_bytes: 100_000, ..LoadOptions::default() };
    let error = failure(&text, &limits);
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error}");
}

#[test]
fn an_alias_inside_what_it_stands_for_is_refused() {
    let error = failure("a: &a [*a]\n", &LoadOptions::default());
    assert!(error.to_string().contains("inside what it stands for"), "{error}");
}

#[test]
fn size_and_number_of_values_are_bounded() {
    let few = LoadOptions { max_values: 3, ..LoadOptions::default() };
    for text in ["[1, 2, 3]", "a: 1\nb: 2\nc: 3\n"] {
        assert!(matches!(failure(text, &few), LoadError::TooManyValues { limit: 3, .. }));
    }
    let short = LoadOptions { max_bytes: 4, ..LoadOptions::default() };
    assert!(matches!(failure("[1, 2]", &short), LoadError::TooLarge { limit: 4, .. }));
}

#[test]
fn yaml_without_a_meaning_in_json_is_refused() {
    for text in ["a: .nan", "? [a]\n: b", "a: !include b", "--- 1\n--- 2\n", "a: !!int x"] {
        let error = failure(text, &LoadOptions::default());
        assert!(matches!(error, LoadError::Malformed { .. }), "{text}: {error}");
    }
}

#[test]
fn an_empty_text_is_null() {
    assert_eq!(*source("doc.yaml", "# nothing\n").value(), json!(null));
}
