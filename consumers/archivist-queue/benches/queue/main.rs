//! How fast is the queue? A task that does nothing, from being published to its result, by a real Celery client
//! and worker, by our client with the same Celery worker, and by our client and worker. All in turn, in one run,
//! each worker on a Redis of its own, so that the ratios hold when the machine's speed drifts. What
//! `redis-benchmark` pushes onto a list is the limit.
//!
//! `scripts/bench-queue` builds the worker and runs this.

mod celery;
mod limit;
mod ours;
mod worker;

use std::path::PathBuf;
use std::time::Duration;

use archivist_queue::{Queue, QueueSettings};
use clap::Parser;
use private_redis::PrivateRedis;

use celery::CeleryClient;
use worker::Running;

#[derive(Debug, Parser)]
struct Args {
    /// Our worker of a task that does nothing: the example `noop` of the package transcription-worker.
    #[arg(long)]
    worker: PathBuf,
    /// The Python that has Celery; without it, Celery takes no part.
    #[arg(long)]
    python: Option<PathBuf>,
    /// Tasks that are published and done in each turn; ten times as many by our worker.
    #[arg(long, default_value_t = 3000)]
    tasks: usize,
    /// Tasks that are waited for one after the other in each turn.
    #[arg(long, default_value_t = 500)]
    round_trips: usize,
    /// Turns of everybody; the median counts.
    #[arg(long, default_value_t = 5)]
    turns: usize,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What one took in one turn.
#[derive(Debug, Default)]
struct Turn {
    /// Publishing all tasks, nobody taking them.
    publishing: Duration,
    /// From the first task being published to the last result being there.
    working: Duration,
    /// Each of the tasks that were waited for.
    round_trips: Vec<Duration>,
}

/// Whoever takes part.
enum Contestant {
    Celery(CeleryClient),
    Ours(Queue),
}

/// One who takes part, by client and worker, and how many times as many tasks it is given: a turn that is over
/// in a blink would measure what else the machine did in that blink.
struct Entry {
    client: &'static str,
    worker: &'static str,
    contestant: Contestant,
    share: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let args = Args::parse();
    let celery =
        args.python.as_deref().map(|python| Running::celery(python, PrivateRedis::start().expect(NEEDED)));
    let own = Running::ours(&args.worker, PrivateRedis::start().expect(NEEDED));
    let open =
        |worker: &Running| Queue::open(worker.url(), QueueSettings::default()).expect("it is an address");
    let mut field = Vec::new();
    let mut enter =
        |client, worker, contestant, share| field.push(Entry { client, worker, contestant, share });
    if let (Some(worker), Some(python)) = (&celery, &args.python) {
        let client = CeleryClient::start(python, worker.url());
        enter("Celery", "Celery", Contestant::Celery(client), 1);
        enter("ours", "Celery", Contestant::Ours(open(worker)), 1);
    }
    enter("ours", "ours", Contestant::Ours(open(&own)), 10);
    for worker in celery.iter().chain([&own]) {
        let queue = open(worker);
        while queue.workers(Duration::from_secs(5), 1).await.expect("its Redis is there").is_empty() {}
    }
    let mut turns: Vec<Vec<Turn>> = field.iter().map(|_| Vec::new()).collect();
    let mut limits = Vec::new();
    for _ in 0..args.turns {
        for (entry, turns) in field.iter_mut().zip(&mut turns) {
            turns.push(entry.contestant.turn(args.tasks * entry.share, args.round_trips).await);
        }
        limits.push(limit::pushes_per_second(own.port()));
    }
    print(&args, field.iter().zip(turns).collect(), limits);
}

/// Why there is no benchmark.
const NEEDED: &str = "a redis-server starts; ./scripts/setup installs it";

impl Contestant {
    async fn turn(&mut self, tasks: usize, round_trips: usize) -> Turn {
        match self {
            Self::Celery(client) => Turn {
                publishing: client.order("publish", tasks).iter().sum(),
                working: client.order("work", tasks).iter().sum(),
                round_trips: client.order("round_trips", round_trips),
            },
            Self::Ours(queue) => Turn {
                publishing: ours::publish(queue, tasks).await,
                working: ours::work(queue, tasks).await,
                round_trips: ours::round_trips(queue, round_trips).await,
            },
        }
    }
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|one, other| one.partial_cmp(other).expect("no time is no number"));
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#[expect(clippy::cast_precision_loss, reason = "they are counts of tasks")]
fn print(args: &Args, field: Vec<(&Entry, Vec<Turn>)>, limits: Vec<f64>) {
    println!("| client | worker | publishes/s | tasks/s | × Celery | round trip ms | 99 of 100 below |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    let mut first = None;
    for (Entry { client, worker, share, .. }, turns) in field {
        let rate = |time: Duration| (args.tasks * share) as f64 / time.as_secs_f64();
        let publishing = median(turns.iter().map(|turn| rate(turn.publishing)).collect());
        let working = median(turns.iter().map(|turn| rate(turn.working)).collect());
        let mut trips: Vec<Duration> = turns.into_iter().flat_map(|turn| turn.round_trips).collect();
        trips.sort_unstable();
        let millis = |share: usize| trips[trips.len() * share / 100].as_secs_f64() * 1000.0;
        let times = working / *first.get_or_insert(working);
        println!(
            "| {client} | {worker} | {publishing:.0} | {working:.0} | {times:.1} | {:.2} | {:.2} |",
            millis(50),
            millis(99)
        );
    }
    println!("| redis-benchmark LPUSH | | {:.0} | | | | |", median(limits));
}
