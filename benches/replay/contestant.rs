//! Whoever replays the load: a command that is run and measured as a whole process.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::load::Load;

pub struct Contestant {
    pub name: &'static str,
    program: String,
    arguments: Vec<String>,
}

/// One run: seconds on the clock, seconds of processor, and the most memory it held.
#[derive(Clone, Copy)]
pub struct Run {
    pub wall: f64,
    pub cpu: f64,
    pub peak_mib: f64,
}

impl Contestant {
    /// Everybody who takes part, ours first.
    pub fn field(load: &Load, address: SocketAddr, official: Option<&Path>) -> Vec<Self> {
        let url = format!("http://{address}");
        let (pact, document) = (load.pact.display().to_string(), load.document.display().to_string());
        let own = std::env::current_exe().expect("a running program has a path").display().to_string();
        let mut field = vec![
            Self::new(
                "countersign verify",
                env!("CARGO_BIN_EXE_countersign"),
                &["verify", "--provider", "orders", "--url", &url, "--pact", &pact, "--openapi", &document],
            ),
            Self::new("bare client", &own, &["--bare", &url, &load.interactions.to_string()]),
        ];
        if let Some(official) = official {
            let official = official.display().to_string();
            let port = address.port().to_string();
            let defaults =
                ["verifier", "--file", &pact, "--provider-name", "orders", "-h", "127.0.0.1", "-p", &port];
            field.push(Self::new("official verifier", &official, &defaults));
            let without_certificates = [&defaults[..], &["--disable-ssl-verification"]].concat();
            field.push(Self::new("official, no certificates", &official, &without_certificates));
        }
        field
    }

    fn new(name: &'static str, program: &str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { name, program: program.to_owned(), arguments }
    }

    pub fn run(&self) -> Run {
        let start = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env("PACT_DO_NOT_TRACK", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", self.program));
        let watched = watch(&mut child);
        let wall = start.elapsed().as_secs_f64();
        let status = child.wait().expect("the child has ended");
        assert!(status.success(), "{} failed, so its time means nothing: {status}", self.name);
        Run { wall, ..watched }
    }
}

/// Waits for the child, reading the kernel's own high-water marks of it as it goes.
fn watch(child: &mut Child) -> Run {
    let mut run = Run { wall: 0.0, cpu: 0.0, peak_mib: 0.0 };
    while child.try_wait().expect("a child can be waited for").is_none() {
        run.peak_mib = peak_mib(child.id()).unwrap_or(run.peak_mib);
        run.cpu = cpu_seconds(child.id()).unwrap_or(run.cpu);
        std::thread::sleep(Duration::from_millis(2));
    }
    run
}

fn peak_mib(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// User and system time, in the kernel's ticks of 10 ms (`proc(5)`, fields 14 and 15).
fn cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    (user + system > 0.0).then_some((user + system) / 100.0)
}
