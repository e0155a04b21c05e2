//! A private folder in which the built program runs, and what it said there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A private folder.
pub struct Scene {
    folder: TempDir,
}

/// What the program said.
#[derive(Debug)]
pub struct Told {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Scene {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Writes `pacts/<consumer>-<provider>.json`.
    pub fn pact(&self, consumer: &str, provider: &str, interactions: &[Value]) {
        let text = pact(consumer, provider, interactions).to_string();
        self.write(&format!("pacts/{consumer}-{provider}.json"), &text);
    }

    /// The program, ready to be run in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Told {
        Told::from(self.command(arguments).output().unwrap())
    }

    /// The report of `arguments`, read back.
    pub fn json(&self, arguments: &[&str]) -> (Value, Told) {
        let mut told = self.run(&[arguments, &["--format", "json"]].concat());
        let report = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told:?}"));
        told.stdout.clear();
        (report, told)
    }
}

impl From<std::process::Output> for Told {
    fn from(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Told {
    #[track_caller]
    pub fn ended_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.all().contains(text), "nowhere {text:?} in\n{}", self.all());
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) -> &Self {
        assert!(!self.all().contains(text), "{text:?} in\n{}", self.all());
        self
    }

    fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Standard output, with everything that differs from run to run replaced.
    pub fn steady(&self) -> String {
        let text = replace(&self.stdout, r"\d+\.\d\d s", "[time]");
        replace(&text, r"127\.0\.0\.1:\d+", "127.0.0.1:[port]")
    }
}

fn replace(text: &str, pattern: &str, with: &str) -> String {
    Regex::new(pattern).unwrap().replace_all(text, with).into_owned()
}

pub fn pact(consumer: &str, provider: &str, interactions: &[Value]) -> Value {
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "4.0" } }
    })
}

/// `GET path`, answered with 200 and a JSON body that has to have these types.
pub fn get(description: &str, path: &str, body: &Value) -> Value {
    json!({
        "type": "Synchronous/HTTP",
        "description": description,
        "request": { "method": "GET", "path": path },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json"] },
            "body": { "content": body, "contentType": "application/json", "encoded": false },
            "matchingRules": { "body": { "$": { "combine": "AND", "matchers": [{ "match": "type" }] } } }
        }
    })
}

/// A `countersign.toml` for one provider.
pub fn provider(name: &str, lines: &str) -> String {
    format!("[[provider]]\nname = {name:?}\n{lines}\n")
}

/// A document of one path, `/greetings/{name}`, whose answer's body has this schema.
pub fn greetings(schema: &Value) -> String {
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Greetings", "version": "1.0.0" },
        "paths": {
            "/greetings/{name}": {
                "parameters": [{ "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }],
                "get": {
                    "operationId": "greet",
                    "responses": {
                        "200": {
                            "description": "a greeting",
                            "content": { "application/json": { "schema": schema } }
                        }
                    }
                },
                "delete": { "responses": { "204": { "description": "gone" } } }
            }
        }
    })
    .to_string()
}

/// The file in which a committed thing of the repository stands.
pub fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
