//! Where references lead, and what is said where they do not.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tempfile::TempDir;

use super::{FileId, Sources, Spot};
use crate::load::{Fetch, LoadError, LoadOptions, RefError};
use crate::pointer::JsonPointer;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }
    folder
}

fn load(files: &[(&str, &str)]) -> Result<Sources, LoadError> {
    let folder = folder(files);
    Sources::load(&folder.path().join("root.yaml"), &LoadOptions::default())
}

fn spot(pointer: &str) -> Spot {
    Spot::root(JsonPointer::parse(pointer).expect("a pointer"))
}

fn failure(text: &str) -> String {
    Sources::from_text("doc.yaml", text, &LoadOptions::default()).expect_err("refused").to_string()
}

#[test]
fn references_lead_from_file_to_file_and_back() {
    let sources = load(&[
        ("root.yaml", "a: {$ref: 'parts/b.yaml#/x~1y/0'}\nc: {d: 4}\n"),
        ("parts/b.yaml", "x/y:\n  - $ref: ../parts/my%20file.json#/%7B%7D\n"),
        ("parts/my file.json", "{\n\"{}\": {\"$ref\": \"../root.yaml#/c\"}}"),
    ])
    .expect("loads");
    let target = sources.follow(spot("/a")).expect("leads somewhere");
    assert_eq!(target, spot("/c"));
    let json = sources.resolve(&Spot { file: FileId(1), ..spot("") }, "my file.json#/{}").expect("found");
    assert_eq!(sources.position(&json).line, Some(2));
    assert!(sources.position(&json).file.ends_with("parts/my file.json"));
}

#[test]
fn a_dangling_reference_is_named_with_its_place() {
    let error = failure("a: 1\nb:\n  - $ref: '#/c'\n");
    assert!(error.starts_with("doc.yaml:3: the reference \"#/c\" names nothing"), "{error}");
    let error = load(&[("root.yaml", "a: {$ref: b.yaml#/x}"), ("b.yaml", "y: 1")]).expect_err("refused");
    assert!(error.to_string().contains("root.yaml:1: the reference \"b.yaml#/x\""), "{error}");
}

#[test]
fn a_missing_file_is_named_with_the_place_that_wants_it() {
    let error = load(&[("root.yaml", "a: {$ref: b.yaml}")]).expect_err("refused").to_string();
    assert!(error.contains("root.yaml:1: cannot read \"b.yaml\""), "{error}");
}

#[test]
fn references_that_only_lead_on_are_a_cycle() {
    let error = failure("a: {$ref: '#/b'}\nb: {$ref: '#/a'}\n");
    assert!(error.contains("lead back to it"), "{error}");
    let sources = Sources::from_schema(&json!({"$ref": "#"}), crate::Dialect::OpenApi30);
    assert_eq!(sources.follow(spot("")), Err(RefError::Cycle { reference: "#".into() }));
}

#[test]
fn a_remote_reference_is_refused_unless_allowed() {
    let text = "a: {$ref: 'https://example.com/a.yaml#/b'}";
    assert!(failure(text).contains("such are not fetched"));
    for reference in ["file:///etc/passwd", "//example.com/a.yaml"] {
        assert!(failure(&format!("a: {{$ref: '{reference}'}}")).contains("such are not fetched"));
    }
}

/// Hosts, by what each URI names; every URI that was asked for.
#[derive(Debug)]
struct Hosts(&'static [(&'static str, &'static str)], Mutex<Vec<String>>);

impl Fetch for Hosts {
    fn fetch(&self, uri: &str, limit: u64) -> Result<String, String> {
        self.1.lock().expect("no test fails while it asks").push(uri.to_owned());
        let (_, text) = self.0.iter().find(|(known, _)| *known == uri).ok_or("nobody is there")?;
        if text.len() as u64 > limit { Err("too large".to_owned()) } else { Ok((*text).to_owned()) }
    }
}

fn asking(hosts: &'static [(&'static str, &'static str)]) -> (Arc<Hosts>, LoadOptions) {
    let hosts = Arc::new(Hosts(hosts, Mutex::default()));
    (Arc::clone(&hosts), LoadOptions { remote: Some(hosts), ..LoadOptions::default() })
}

#[test]
fn what_is_allowed_is_fetched_once_and_read_as_where_it_stands() {
    let (hosts, options) = asking(&[
        ("https://one.test/in/a.yaml", "b: {$ref: '../c.yaml#/d'}\nown: {$ref: '#/e'}\ne: 7"),
        ("https://one.test/c.yaml", "d: {$ref: '//two.test/f.yaml'}"),
        ("https://two.test/f.yaml", "{g: 1}"),
    ]);
    let text = "a: {$ref: 'https://one.test/in/a.yaml#/b'}\nb: {$ref: 'https://one.test/in/a.yaml#/own'}";
    let sources = Sources::from_text("doc.yaml", text, &options).expect("fetched");
    let at = |pointer| {
        sources.follow(spot(pointer)).map(|spot| (sources.get(&spot).cloned(), sources.position(&spot)))
    };
    let (value, position) = at("/a").expect("followed");
    assert_eq!((value, &*position.file), (Some(json!({"g": 1})), "https://two.test/f.yaml"));
    let (value, position) = at("/b").expect("followed");
    assert_eq!((value, position.line), (Some(json!(7)), Some(3)));
    assert_eq!(hosts.1.lock().expect("asked").len(), 3);
}

#[test]
fn what_cannot_be_fetched_is_told_where_it_is_named() {
    let (_, options) =
        asking(&[("https://one.test/a.yaml", "b: {$ref: gone.yaml}"), ("https://one.test/c.yaml", "{}")]);
    let told = |text: &str, options: &LoadOptions| {
        Sources::from_text("doc.yaml", text, options).expect_err("refused").to_string()
    };
    let error = told("\na: {$ref: 'https://one.test/a.yaml'}", &options);
    assert_eq!(error, "https://one.test/a.yaml:1: cannot fetch \"gone.yaml\": nobody is there");
    let error = told("a: {$ref: 'https://one.test/c.yaml#/x'}", &options);
    assert!(error.contains("names nothing"), "{error}");
    let few = LoadOptions { max_files: 1, ..options };
    let error = told("a: {$ref: 'https://one.test/c.yaml'}", &few);
    assert!(error.contains("more than 1 files"), "{error}");
}

#[test]
fn nothing_is_fetched_that_is_at_hand() {
    let (hosts, options) = asking(&[]);
    let text = "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {$ref: 'https://one.test/b'}\n    \
                B: {$id: 'https://one.test/b', type: string}\n";
    Sources::from_text("doc.yaml", text, &options).expect("loads");
    assert!(hosts.1.lock().expect("asked").is_empty());
}

#[test]
fn a_path_out_of_the_folder_is_refused_unless_a_wider_one_is_named() {
    let folder = folder(&[("in/root.yaml", "a: {$ref: ../out.yaml}"), ("out.yaml", "{}")]);
    let root = folder.path().join("in/root.yaml");
    let error = Sources::load(&root, &LoadOptions::default()).expect_err("refused");
    assert!(matches!(error, LoadError::OutsideReference { .. }), "{error}");
    let wider = LoadOptions { within: Some(folder.path().to_owned()), ..LoadOptions::default() };
    Sources::load(&root, &wider).expect("allowed");
    for reference in ["/etc/hostname", "../absent.yaml"] {
        fs::write(&root, format!("a: {{$ref: {reference}}}")).expect("written");
        let error = Sources::load(&root, &LoadOptions::default()).expect_err("refused");
        assert!(matches!(error, LoadError::OutsideReference { .. }), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused() {
    let folder = folder(&[("in/root.yaml", "a: {$ref: link.yaml}"), ("out.yaml", "{}")]);
    std::os::unix::fs::symlink("../out.yaml", folder.path().join("in/link.yaml")).expect("linked");
    let error = Sources::load(&folder.path().join("in/root.yaml"), &LoadOptions::default());
    assert!(matches!(error, Err(LoadError::OutsideReference { .. })));
}

#[test]
fn a_text_has_no_files() {
    assert!(failure("a: {$ref: b.yaml}").contains("a document that is one text has none"));
}

#[test]
fn files_are_counted() {
    let folder = folder(&[("root.yaml", "a: {$ref: b.yaml}"), ("b.yaml", "{}")]);
    let one = LoadOptions { max_files: 1, ..LoadOptions::default() };
    let error = Sources::load(&folder.path().join("root.yaml"), &one).expect_err("refused");
    assert!(matches!(error, LoadError::TooManyFiles { limit: 1 }), "{error}");
}

#[test]
fn data_holds_no_references() {
    let text = "openapi: 3.1.0\nexample: {$ref: '#/no'}\nproperties: {example: {enum: [{$ref: '#/no'}]}}\n\
                x-note: {$ref: '#/no'}\nexamples: {a: {value: {$ref: '#/no'}}}\n";
    Sources::from_text("doc.yaml", text, &LoadOptions::default()).expect("loads");
    assert!(failure("properties: {example: {$ref: '#/no'}}").contains("names nothing"));
    assert!(failure("discriminator: {mapping: {a: '#/no', b: B}}").contains("\"#/no\""));
}

#[test]
fn identifiers_and_anchors_are_followed_in_3_1() {
    let text = "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {$id: 'https://example.com/a', $defs: {b: {$anchor: here, $ref: '#/$defs/c'}, c: {}}}\n    \
                D: {$ref: 'https://example.com/a#here'}\n";
    let sources = Sources::from_text("doc.yaml", text, &LoadOptions::default()).expect("loads");
    let target = sources.follow(spot("/components/schemas/D")).expect("followed");
    assert_eq!(target, spot("/components/schemas/A/$defs/c"));
}

#[test]
fn an_unquoted_version_has_anchors_too() {
    let text = "openapi: 3.1\ncomponents: { schemas: { A: { $ref: '#b' }, B: { $anchor: b } } }\n";
    let sources = Sources::from_text("doc.yaml", text, &LoadOptions::default());
    assert!(sources.is_ok(), "{:?}", sources.err());
}
