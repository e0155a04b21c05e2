//! The guard: a second `countersign` between us and what we start, which outlives us just long
//! enough to end it. We hold the writing end of the guard's standard input and never write to it;
//! the kernel closes it when we end, however we end, and then the guard ends everything it started.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How long what we started may take to end by itself after SIGTERM.
const GRACE: Duration = Duration::from_secs(3);

/// What a shell says of a program that it cannot find.
pub(super) const NOT_STARTED: u8 = 127;

/// What the guard waits for.
#[derive(PartialEq, Eq)]
enum Event {
    /// Our parent let go of us, or is gone.
    LetGo,
    /// The process that we guard has ended.
    Ended,
}

/// Runs `argv` in a process group of its own until it ends or standard input is closed; nothing of
/// the group is left then. The value is the exit code to end with: that of the process.
#[must_use]
pub fn run(argv: &[OsString]) -> u8 {
    let Some((program, arguments)) = argv.split_first() else { return NOT_STARTED };
    let spawned = Command::new(program).args(arguments).stdin(Stdio::null()).process_group(0).spawn();
    match spawned {
        Ok(child) => watch(child),
        Err(error) => {
            // Standard error is all that we share with our parent, which shows it.
            let _ = writeln!(io::stderr(), "cannot start {}: {error}", program.display());
            NOT_STARTED
        }
    }
}

fn watch(mut child: Child) -> u8 {
    let group = Pid::from_child(&child);
    let (sender, events) = mpsc::channel();
    watch_parent(sender.clone());
    watch_child(group, sender);
    if events.recv() == Ok(Event::LetGo) {
        signal(group, Signal::TERM);
        // Anything but `Ended` means that the time is over.
        let _ = events.recv_timeout(GRACE);
    }
    // The child has not been reaped, so that its number, which is its group's, cannot be another's.
    signal(group, Signal::KILL);
    child.wait().map_or(NOT_STARTED, code)
}

fn watch_parent(sender: Sender<Event>) {
    thread::spawn(move || {
        let mut byte = [0];
        while matches!(io::stdin().read(&mut byte), Ok(1..)) {}
        sender.send(Event::LetGo)
    });
}

fn watch_child(child: Pid, sender: Sender<Event>) {
    thread::spawn(move || {
        // NOWAIT leaves it a zombie for `watch` to reap.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(child), options) {}
        sender.send(Event::Ended)
    });
}

fn signal(group: Pid, signal: Signal) {
    // It fails only where nothing is left of the group, which is what we want.
    let _ = kill_process_group(group, signal);
}

/// As shells count: a signal's number follows 128.
fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
