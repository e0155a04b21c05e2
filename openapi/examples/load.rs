//! Loads documents, compiles every schema of them and prints what it took:
//! `cargo run --release -p countersign-openapi --example load -- FILE…`
#![expect(clippy::print_stdout, reason = "an example whose purpose is to print figures")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use countersign_openapi::{Document, LoadError, LoadOptions};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        println!("usage: load FILE…");
        return ExitCode::from(2);
    }
    let failed = files.iter().filter(|file| report(file).is_err()).count();
    if let Some(peak) = peak_memory() {
        println!("peak memory of the process: {peak}");
    }
    ExitCode::from(u8::from(failed > 0))
}

fn report(file: &str) -> Result<(), LoadError> {
    let begin = Instant::now();
    let document = Document::load(Path::new(file), &LoadOptions::default())
        .inspect_err(|error| println!("{file}: failed to load the document: {error}"))?;
    let loaded = begin.elapsed();
    let compiled = document.compile_schemas();
    let all = begin.elapsed();
    let operations = document.operations().len();
    match compiled {
        Ok(schemas) => println!(
            "{file}: {operations} operations read in {loaded:.3?}, with all {schemas} schemas compiled in {all:.3?}"
        ),
        Err(error) => println!("{file}: {operations} operations read in {loaded:.3?}; {error}"),
    }
    Ok(())
}

/// As Linux tells it; elsewhere nothing does.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
