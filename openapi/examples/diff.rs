//! Compares two documents, judges what differs, and prints what it took:
//! `cargo run --release -p countersign-openapi --example diff -- BASE REVISED`
#![expect(clippy::print_stdout, reason = "an example whose purpose is to print figures")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use countersign_openapi::diff::{Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadOptions, Severity};

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [base, revised] = files.as_slice() else {
        println!("usage: diff BASE REVISED");
        return ExitCode::from(2);
    };
    match report(base, revised) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed to compare {base} with {revised}: {error}");
            ExitCode::from(2)
        }
    }
}

fn report(base: &str, revised: &str) -> Result<(), Box<dyn std::error::Error>> {
    let begin = Instant::now();
    let options = LoadOptions { examples: false, ..LoadOptions::default() };
    let (base, revised) =
        (Document::load(Path::new(base), &options)?, Document::load(Path::new(revised), &options)?);
    let loaded = begin.elapsed();
    let today = chrono::Utc::now().date_naive();
    let comparison = compare(&base, &revised, &Options::on(today))?;
    let compared = begin.elapsed();
    let judged = Rules::embedded().judge(&comparison, &Levels::new());
    let all = begin.elapsed();
    println!("loaded in {loaded:.3?}, compared in {compared:.3?}, judged in {all:.3?}");
    let uses: usize = comparison.changes.iter().map(|change| change.uses.len() + change.unlisted).sum();
    println!("{} changes at {uses} places", comparison.changes.len());
    for (severity, noun) in
        [(Severity::Error, "errors"), (Severity::Warning, "warnings"), (Severity::Info, "infos")]
    {
        let of = judged.iter().filter(|judgement| judgement.severity == severity);
        let places: usize = of.clone().map(|judgement| judgement.change.uses.len()).sum();
        println!("{:>8} {noun} at {places} places", of.count());
    }
    if let Some(peak) = peak_memory() {
        println!("peak memory of the process: {peak}");
    }
    Ok(())
}

/// As Linux tells it; elsewhere nothing does.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}
