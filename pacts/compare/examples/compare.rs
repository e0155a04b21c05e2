//! Compares pacts with one OpenAPI document, and prints what comes of it, a line each:
//! `cargo run --release -p countersign-compare --example compare -- DOCUMENT PACT…`.

use std::path::Path;
use std::process::ExitCode;

use countersign_compare::{Documents, Pact, Settings, compare};
use countersign_openapi::{Document, LoadOptions, Severity};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let document = arguments.next().ok_or("name a document, and pacts")?;
    let document = Document::load(Path::new(&document), &LoadOptions::default())?;
    for path in arguments {
        let pact = Pact::load(Path::new(&path))?;
        let documents = Documents { openapi: Some(&document), asyncapi: None };
        let comparison = compare(&pact, documents, Settings::default())?;
        for compared in &comparison.interactions {
            for one in compared.disagreements.iter().filter(|one| one.severity != Severity::Info) {
                let place = one.document.as_ref().map_or_else(String::new, |at| at.pointer.to_string());
                println!(
                    "{:?}\t{}\t{}\t{}\t{place}\t{}",
                    one.severity, one.id, compared.description, one.location.pointer, one.message
                );
            }
        }
        println!("{} interactions", comparison.interactions.len());
    }
    Ok(())
}
