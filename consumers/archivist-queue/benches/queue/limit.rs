//! What Redis does at most: `redis-benchmark` pushing values onto a list.

use std::process::Command;

/// Bytes of a value: about those of a task.
const BYTES: &str = "1000";

/// By fifty clients at once, as it comes.
pub fn pushes_per_second(port: u16) -> f64 {
    let output = Command::new("redis-benchmark")
        .args(["-p", &port.to_string(), "-t", "lpush", "-n", "100000", "-d", BYTES, "--csv"])
        .output()
        .expect("redis-benchmark comes with redis-server");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("\"LPUSH\"")).expect("it measures LPUSH");
    let rate = line.split(',').nth(1).expect("the rate is the second column");
    rate.trim_matches('"').parse().expect("it is a number")
}
