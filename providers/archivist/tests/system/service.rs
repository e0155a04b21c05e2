//! A program that runs, until it is killed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// Killed (SIGKILL) when it is dropped.
pub struct Service {
    child: Child,
    /// What came after the words that it was expected to say first.
    pub said: String,
}

impl Service {
    /// Returns once it has said the first line that is to begin with these words. Its log is that of the test.
    pub fn start(command: &mut Command, words: &str) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said = line.trim_end().strip_prefix(words).map(str::to_owned);
        Self { child, said: said.unwrap_or_else(|| panic!("{command:?} does not start: {line}")) }
    }

    /// One that says nothing.
    pub fn silent(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { child: command.spawn().unwrap(), said: String::new() }
    }

    /// Kills it and waits for its end.
    pub fn kill(self) {
        drop(self);
    }

    /// Asks it to end, and sees that it ended well.
    pub fn end(mut self) {
        self.signal(Signal::TERM);
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }

    /// Holds it, and returns when none of its threads does anything any more.
    pub fn hold(&self) {
        self.signal(Signal::STOP);
        let (_, status) = waitpid(Some(self.pid()), WaitOptions::UNTRACED).unwrap().unwrap();
        assert!(status.stopped(), "{status:?}");
    }

    /// Lets it go on.
    pub fn let_go(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap()).unwrap()
    }

    /// The memory that it has in use, in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It fails only where the program has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
