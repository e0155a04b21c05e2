//! How long does a replay take? One generated pact against a trivial server, by `countersign verify`
//! with OpenAPI validation on, by the official verifier, and by a bare client that checks nothing:
//! the limit. All in turn, in one run, so that the ratios hold when the machine's speed drifts.
//!
//! `scripts/bench` fetches the official verifier and runs this; `cargo bench` alone leaves it out.

mod bare;
mod contestant;
mod load;
mod server;

use std::path::PathBuf;

use clap::Parser;

use contestant::{Contestant, Run};

#[derive(Parser)]
struct Args {
    /// Sizes of pact to replay.
    #[arg(long, value_delimiter = ',', default_value = "1000,3000")]
    interactions: Vec<usize>,
    /// Turns of everybody at each size; the median counts.
    #[arg(long, default_value_t = 3)]
    turns: usize,
    /// The official verifier: the program `pact` of the standalone package.
    #[arg(long)]
    official: Option<PathBuf>,
    /// The official verifier takes part up to this size: its time grows with the square.
    #[arg(long, default_value_t = 3000)]
    official_up_to: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
    /// Replays the requests of a pact without checking anything, and exits.
    #[arg(long, hide = true, num_args = 2, value_names = ["URL", "COUNT"])]
    bare: Option<Vec<String>>,
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let args = Args::parse();
    if let Some(bare) = &args.bare {
        return bare::replay(&bare[0], bare[1].parse().expect("COUNT is a number"));
    }
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let address = server::start();
    println!("| interactions | by | wall s | × ours | cpu s | peak MiB |");
    println!("|---:|---|---:|---:|---:|---:|");
    for &size in &args.interactions {
        let load = load::write(folder.path(), size);
        let official = args.official.as_deref().filter(|_| size <= args.official_up_to);
        let field = Contestant::field(&load, address, official);
        let runs = take_turns(&field, args.turns);
        let ours = runs[0].1.wall;
        for (name, run) in runs {
            println!(
                "| {size} | {name} | {:.2} | {:.2} | {:.2} | {:.0} |",
                run.wall,
                run.wall / ours,
                run.cpu,
                run.peak_mib
            );
        }
    }
}

/// Each contestant's median run by wall time; ours is the first.
fn take_turns(field: &[Contestant], turns: usize) -> Vec<(&'static str, Run)> {
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); field.len()];
    for _ in 0..turns {
        for (contestant, runs) in field.iter().zip(&mut runs) {
            runs.push(contestant.run());
        }
    }
    field
        .iter()
        .zip(runs)
        .map(|(contestant, mut runs)| {
            runs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
            (contestant.name, runs[runs.len() / 2])
        })
        .collect()
}
