//! The compose files and the Dockerfile against the programs that they run: no flag, no setting and no program that
//! does not exist, and nobody who runs as root.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

const FILES: [&str; 2] = ["docker-compose.yml", "docker-compose.production.yml"];
/// Who reads which settings.
const SOURCES: [&str; 4] = [
    "providers/archivist/src",
    "providers/cablecast/src",
    "providers/transcription-worker/src",
    "consumers/ui-archivist/src",
];

#[derive(Deserialize)]
struct Compose {
    services: BTreeMap<String, Service>,
}

#[derive(Deserialize)]
struct Service {
    image: Option<String>,
    #[serde(default)]
    command: Vec<String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    ports: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).expect(file)
}

fn services(file: &str) -> BTreeMap<String, Service> {
    let compose: Compose = serde_saphyr::from_str(&read(file)).expect(file);
    compose.services
}

/// What this repository builds, and not what others publish.
fn ours(file: &str) -> Vec<(String, Service)> {
    let built = |service: &Service| matches!(service.image.as_deref(), Some("archivist" | "cablecast"));
    services(file).into_iter().filter(|(_, service)| built(service)).collect()
}

fn built(program: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_BIN_EXE_countersign")).with_file_name(program);
    assert!(
        path.exists() || std::env::var_os("CI").is_none(),
        "{program} is not built; ./scripts/test builds it"
    );
    path.exists().then_some(path)
}

/// Every source file below these folders, as one text.
fn sources() -> String {
    let mut text = String::new();
    let mut folders: Vec<PathBuf> = SOURCES.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

#[test]
fn every_command_is_one_that_its_program_takes() {
    let dockerfile = read("Dockerfile");
    for file in FILES {
        for (name, service) in ours(file) {
            let Some((program, arguments)) = service.command.split_first() else { continue };
            assert!(
                dockerfile.contains(&format!("/out/{program}")),
                "{file}: {name} runs {program}, which no image has"
            );
            let Some(binary) = built(program) else { continue };
            let help = Command::new(binary).arg("--help").output().unwrap();
            let help = String::from_utf8(help.stdout).unwrap();
            for flag in arguments.iter().filter(|it| it.starts_with("--")) {
                assert!(help.contains(flag.as_str()), "{file}: {program} does not know {flag}:\n{help}");
            }
        }
    }
}

#[test]
fn every_setting_is_one_that_somebody_reads() {
    let sources = sources();
    for file in FILES {
        for (name, service) in ours(file) {
            for setting in service.environment.keys() {
                assert!(
                    sources.contains(&format!("\"{setting}\"")),
                    "{file}: nobody reads {setting} of {name}"
                );
            }
        }
    }
}

#[test]
fn nothing_is_open_to_the_network_and_nobody_is_root() {
    for file in FILES {
        for (name, service) in services(file) {
            for port in &service.ports {
                assert!(port.starts_with("127.0.0.1:"), "{file}: {name} opens {port} to everybody");
            }
        }
    }
    let dockerfile = read("Dockerfile");
    let stages: Vec<&str> = dockerfile
        .split("\nFROM ")
        .filter(|stage| stage.contains("CMD") || stage.contains("ENTRYPOINT"))
        .collect();
    assert_eq!(stages.len(), 3, "stages that run something");
    for stage in stages {
        assert!(stage.contains("\nUSER archivist\n"), "this stage runs as root: {stage}");
    }
}

/// Production has no password that stands in a file everybody can read.
#[test]
fn production_makes_up_no_secret() {
    let text = read("docker-compose.production.yml");
    for name in [
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "ARCHIVIST_ADMIN_PASSWORD",
        "CABLECAST_PASSWORD",
        "BROKER_PASSWORD",
    ] {
        assert!(text.contains(&format!("${{{name}:?")), "{name} is not asked for");
        assert!(!text.contains(&format!("${{{name}:-")), "{name} has a default");
    }
}
