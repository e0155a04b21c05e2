//! The house tests itself: layout, who may import whom, names and sizes, and what the README claims.
//! A law that nobody checks is a wish; each test here names the law it guards and the way out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::ValueEnum;
use countersign::report::Format;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Every file below `folder` with the extension `extension`, build output left out.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for path in entries.map(|entry| entry.expect("a folder of the house can be listed").path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).expect("a file of the house").display().to_string()
}

/// The workspace's packages, as `cargo metadata` tells them.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    metadata["packages"].as_array().expect("packages are a list").clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// A package's folder below the root, such as `pacts/verify`.
fn room(package: &Value) -> String {
    relative(Path::new(text(package, "manifest_path")).parent().expect("a manifest stands in a folder"))
}

/// What a room may import of the house; in its tests it may import what the second list adds.
fn may_import(room: &str, name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    match room {
        "" => (
            set(&[
                "countersign-openapi",
                "countersign-letter",
                "countersign-compare",
                "countersign-verify",
                "countersign-broker",
                "countersign-traffic",
            ]),
            set(&["private-browser", "private-redis"]),
        ),
        "traffic" | "pacts/letter" => (set(&["countersign-openapi"]), set(&[])),
        "pacts/compare" => (set(&["countersign-openapi", "countersign-letter"]), set(&[])),
        "pacts/verify" => (set(&["countersign-openapi", "countersign-letter"]), set(&["private-redis"])),
        "pacts/broker" => (set(&[]), set(&["private-browser", "private-postgresql"])),
        // They are the system's servers and browser themselves, and call nobody.
        "providers/private-postgresql" | "providers/private-redis" | "browser" => (set(&[]), set(&[])),
        room if room.starts_with("consumers/") => {
            let in_tests =
                ["countersign-consumer", "countersign-compare", "private-browser", "private-redis"];
            (set(&[]), set(&in_tests))
        }
        room if room.starts_with("providers/") => {
            let own_calls = packages()
                .iter()
                .map(|package| text(package, "name").to_owned())
                .filter(|relation| is_consumer(name, relation))
                .collect();
            let in_tests =
                ["countersign-verify", "countersign-openapi", "private-postgresql", "private-redis"];
            (own_calls, set(&in_tests))
        }
        _ => (set(&[]), set(&[])),
    }
}

/// Whether the service `name` is the consumer of `relation`, by its name or by the last part of it: the
/// transcription-worker is the worker of worker-archivist.
fn is_consumer(name: &str, relation: &str) -> bool {
    let short = name.rsplit('-').next().unwrap_or(name);
    [name, short].iter().any(|consumer| relation.starts_with(&format!("{consumer}-")))
}

#[test]
fn rooms_import_only_what_they_may() {
    let packages = packages();
    let house: BTreeSet<&str> = packages.iter().map(|package| text(package, "name")).collect();
    for package in &packages {
        let (always, in_tests) = may_import(&room(package), text(package, "name"));
        for dependency in package["dependencies"].as_array().expect("dependencies are a list") {
            let name = text(dependency, "name");
            let test_only = dependency["kind"] == "dev";
            // A package may ask for its own features in its own tests.
            let own = name == text(package, "name");
            let allowed = always.contains(name) || (test_only && (own || in_tests.contains(name)));
            assert!(
                !house.contains(name) || allowed,
                "{} may not import {name}: see \"Who may import whom\" in README.md",
                text(package, "name"),
            );
        }
    }
}

/// Whoever reaches provider states owns the data: only tests may ask for them, or whoever builds says so.
#[test]
fn no_release_serves_provider_states() {
    const FEATURE: &str = "provider-states";
    let asks = |features: &Value| features.as_array().is_some_and(|all| all.iter().any(|it| it == FEATURE));
    for package in packages() {
        let name = text(&package, "name");
        assert!(!asks(&package["features"]["default"]), "{name} serves {FEATURE} by default");
        for dependency in package["dependencies"].as_array().expect("dependencies are a list") {
            assert!(
                dependency["kind"] == "dev" || !asks(&dependency["features"]),
                "{name} builds {} with {FEATURE}: ask for it under [dev-dependencies] alone",
                text(dependency, "name"),
            );
        }
    }
}

#[test]
fn every_room_is_built_and_linted_with_the_others() {
    let manifest: toml::Table = read(&root().join("Cargo.toml")).parse().expect("Cargo.toml is TOML");
    let workspace = &manifest["workspace"];
    assert_eq!(
        workspace["members"], workspace["default-members"],
        "a plain `cargo test` has to run the whole house: name every member in default-members too"
    );
    for package in packages() {
        let manifest = read(Path::new(text(&package, "manifest_path")));
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does not take the workspace's lints: add `[lints]` with `workspace = true`",
            text(&package, "name"),
        );
    }
}

#[test]
fn a_consumer_its_folder_and_its_pact_have_one_name() {
    let folders: BTreeSet<String> = packages()
        .iter()
        .filter(|package| room(package).starts_with("consumers/"))
        .map(|package| {
            let folder = room(package)["consumers/".len()..].to_owned();
            assert_eq!(folder, text(package, "name"), "a consumer's crate is named as its folder");
            folder
        })
        .collect();
    let pacts: BTreeSet<String> = pact_files().into_keys().collect();
    assert_eq!(folders, pacts, "consumers/NAME writes pacts/NAME.json, and nothing else stands in pacts/");
}

#[test]
fn a_pact_is_named_as_its_two_sides() {
    for (stem, pact) in pact_files() {
        let (consumer, provider) = (text(&pact["consumer"], "name"), text(&pact["provider"], "name"));
        assert_eq!(stem, format!("{consumer}-{provider}"), "pacts/{stem}.json is between others");
    }
}

/// The committed pacts by file stem.
fn pact_files() -> BTreeMap<String, Value> {
    let folder = root().join("pacts");
    fs::read_dir(&folder)
        .expect("the house has pacts")
        .map(|entry| entry.expect("pacts/ can be listed").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .map(|path| {
            let stem = path.file_stem().expect("a pact has a name").to_string_lossy().into_owned();
            (stem, serde_json::from_str(&read(&path)).expect("a committed pact is JSON"))
        })
        .collect()
}

#[test]
fn every_pact_is_replayed_by_the_main_job() {
    let config: toml::Table =
        read(&root().join("countersign.toml")).parse().expect("countersign.toml is TOML");
    let providers: BTreeMap<&str, &toml::Value> = config["provider"]
        .as_array()
        .expect("countersign.toml has [[provider]]")
        .iter()
        .map(|provider| (provider["name"].as_str().expect("a provider has a name"), provider))
        .collect();
    for (stem, pact) in pact_files() {
        let name = text(&pact["provider"], "name");
        let provider = providers.get(name).unwrap_or_else(|| {
            panic!("pacts/{stem}.json: countersign.toml has no [[provider]] named {name:?}: add one")
        });
        let program = program(provider);
        assert!(root().join("providers").join(program).is_dir(), "{name}: there is no providers/{program}");
        // An OpenAPI document has nothing to say of messages.
        let over_http = |it: &Value| text(it, "type").is_empty() || text(it, "type") == "Synchronous/HTTP";
        if pact["interactions"].as_array().is_some_and(|all| all.iter().any(over_http)) {
            let document = provider.get("document").and_then(toml::Value::as_str);
            let document = document.unwrap_or_else(|| panic!("{name}: it has no `document`"));
            assert!(root().join(document).is_file(), "{name}: {document} does not exist");
        }
    }
}

/// The program that `start` has cargo run.
fn program(provider: &toml::Value) -> &str {
    let start: Vec<&str> =
        provider["start"].as_array().into_iter().flatten().filter_map(toml::Value::as_str).collect();
    let flag = start.iter().position(|&word| word == "--bin").expect("`start` runs a program of this house");
    start[flag + 1]
}

#[test]
fn files_say_what_they_are_for_and_stay_small() {
    for path in files(root(), "rs") {
        let content = read(&path);
        let name = relative(&path);
        assert!(content.starts_with("//!"), "{name}: the first line has to say what the file is for (//!)");
        let lines = content.lines().count();
        assert!(lines <= 500, "{name} has {lines} lines: split it by what it does (300 is the aim)");
    }
}

#[test]
fn no_room_is_an_attic() {
    const ATTICS: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "misc"];
    for path in files(root(), "rs") {
        for part in &path.strip_prefix(root()).expect("a file of the house").with_extension("") {
            assert!(
                !ATTICS.contains(&part.to_string_lossy().as_ref()),
                "{}: name the room after what it is for",
                relative(&path)
            );
        }
    }
}

#[test]
fn the_doorway_is_a_doorway() {
    let lines = read(&root().join("src/main.rs")).lines().count();
    assert!(lines <= 20, "src/main.rs has {lines} lines: a verb belongs into src/cli/");
}

#[test]
fn only_the_front_door_paints_and_exits() {
    for package in packages().iter().filter(|package| !room(package).is_empty()) {
        let source = Path::new(text(package, "manifest_path")).with_file_name("src");
        for path in files(&source, "rs").iter().filter(|path| !path.ends_with("main.rs")) {
            let source = read(path);
            // An example in a doc comment may print.
            let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for word in ["println!", "eprintln!", "process::exit", "anstyle", "anstream"] {
                let found = code.iter().any(|line| line.contains(word));
                assert!(!found, "{}: {word} belongs into src/", relative(path));
            }
        }
    }
}

#[test]
fn the_readme_shows_every_verb_and_every_room() {
    let readme = read(&root().join("README.md"));
    for verb in countersign::cli::command().get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let call = format!("countersign {}", verb.get_name());
        assert!(readme.contains(&call), "README.md does not show `{call}`");
    }
    for package in packages().iter().filter(|package| !room(package).is_empty()) {
        let room = room(package);
        let folder = room.split('/').next_back().expect("a room has a name");
        assert!(readme.contains(folder), "README.md's picture of the house lacks {room}");
    }
}

#[test]
fn a_format_is_a_file_a_snapshot_of_the_same_report_and_a_line_of_the_readme() {
    let readme = read(&root().join("README.md"));
    for format in Format::value_variants() {
        let value = format.to_possible_value().expect("every format can be chosen");
        let name = value.get_name();
        let source = read(&root().join(format!("src/report/{name}.rs")));
        let render = "pub fn render(report: &Report, out: &mut dyn Write";
        assert!(source.contains(render), "src/report/{name}.rs has no `{render}`");
        let snapshot = read(&root().join(format!("tests/cli/snapshots/cli__report__as_{name}.snap")));
        let same = format!("expression: \"rendered(&report(), Format::{format:?})\"");
        assert!(snapshot.contains(&same), "as_{name} in tests/cli/report.rs has to show `report()`");
        assert!(
            readme.contains(&format!("| `{name}` |")),
            "README.md does not say what --format {name} is for"
        );
    }
}

#[test]
fn whatever_a_finding_is_called_is_explained() {
    let id = r#""((?:request|response|message|pact\.(?:response|message|state))(?:\.[a-z]+(?:-[a-z]+)*)+)""#;
    let id = regex::Regex::new(id).expect("the expression is well-formed");
    for folder in ["openapi/src", "pacts/compare/src", "pacts/verify/src"] {
        for path in files(&root().join(folder), "rs") {
            for found in id.captures_iter(&read(&path)) {
                assert!(
                    countersign::finding::rule(&found[1]).is_some(),
                    "{}: {}: add a table to src/finding/rules/",
                    relative(&path),
                    &found[1]
                );
            }
        }
    }
}

#[test]
fn nothing_heavy_slips_into_the_build() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--all-features", "--offline", "--prefix", "none"])
        .current_dir(root())
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("cargo prints text");
    for heavy in ["aws-lc-sys", "openssl-sys", "tonic", "mlua"] {
        let found = tree.lines().any(|line| line.split(' ').next() == Some(heavy));
        assert!(!found, "{heavy} is back: a dependency has lost its `default-features = false`");
    }
}
