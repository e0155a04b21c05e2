//! Programs of the house, started from where they are built beside this test, and ended with it.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

pub const UI: &str = env!("CARGO_BIN_EXE_archivist-ui");

/// A running program, killed where a test does not end it.
pub struct Program {
    child: Child,
    /// The rest of what its first words begin with.
    pub said: String,
}

/// A program that is built beside the UI; nothing where it is not. On a build server a skipped test would look like
/// a passed one.
pub fn built(name: &str) -> Option<PathBuf> {
    let binary = Path::new(UI).with_file_name(name);
    let there = binary.exists();
    assert!(there || std::env::var_os("CI").is_none(), "{name} is not built; ./scripts/test builds it");
    if !there {
        // A test that passes shows nothing that it printed: this goes around what catches it.
        let _ = writeln!(io::stderr(), "SKIPPED: {name} is not built; ./scripts/test builds it");
    }
    there.then_some(binary)
}

impl Program {
    /// Returns once its first line begins with these words.
    pub fn start(command: &mut Command, first_words: &str) -> Self {
        // Nobody reads its log, which must not fill the pipe.
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said = line.trim_end().strip_prefix(first_words).expect(&line).to_owned();
        Self { child, said }
    }

    /// Asks it to end, and returns what it said on stderr.
    pub fn end(mut self, signal: Signal) -> String {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        assert!(self.child.wait().unwrap().success());
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        stderr
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It fails only where the program has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
