//! Where the report goes: the flags that every verb with a report has, and writing it so that
//! nothing is lost.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::failure::Failure;
use crate::report::{Format, Look, Report, Summary, printable};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Report")]
pub struct Flags {
    /// What the report is written as.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Writes the report into FILE, all of it or nothing.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Shows only what is not kept, and no progress.
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Shows what is kept and every unused operation, too.
    #[arg(long, short)]
    verbose: bool,
}

/// A place for the report that could be opened.
pub enum Sink {
    Stdout,
    /// Written beside its target and moved there when it is whole.
    Whole {
        file: NamedTempFile,
        target: PathBuf,
    },
    /// A device or a pipe, which can only be written to.
    Stream(File),
}

impl Flags {
    /// Opens the place for the report: before the replay, not after it, so that a wrong path costs
    /// no time.
    pub fn open(&self) -> Result<Sink, Failure> {
        let Some(target) = &self.output else { return Ok(Sink::Stdout) };
        Sink::open(target).map_err(|error| {
            cannot_write(target, &error).hint("--output has to name a file that can be written")
        })
    }

    /// Writes the report. Where the chosen place fails, standard output has it all the same.
    pub fn write(&self, report: &Report, sink: Sink) -> Result<(), Failure> {
        let look = Look { colour: false, quiet: self.quiet, verbose: self.verbose };
        let mut text = Vec::new();
        match sink {
            Sink::Stdout => {
                let stdout = io::stdout();
                let colour = stdout.is_terminal()
                    && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
                self.format.render(report, &mut text, Look { colour, ..look }).map_err(Failure::new)?;
                print(&text)
            }
            Sink::Whole { file, target } => {
                self.format.render(report, &mut text, look).map_err(Failure::new)?;
                self.written(whole(file, &target, &text), report, &text)
            }
            Sink::Stream(mut file) => {
                self.format.render(report, &mut text, look).map_err(Failure::new)?;
                self.written(file.write_all(&text), report, &text)
            }
        }
    }
}

impl Flags {
    /// Says what became of a report that does not stand on standard output.
    fn written(&self, done: io::Result<()>, report: &Report, text: &[u8]) -> Result<(), Failure> {
        // As it was given: where it leads may be somewhere else.
        let target = self.output.as_deref().unwrap_or(Path::new("-"));
        if let Err(error) = done {
            print(text)?;
            return Err(cannot_write(target, &error).hint("the report is on standard output instead"));
        }
        if !self.quiet {
            let Summary { kept, broken, unknown, .. } = report.summary;
            let target = target.display().to_string();
            // The report is there, whoever reads this.
            let _ = writeln!(
                io::stderr(),
                "wrote {}: {kept} kept, {broken} broken, {unknown} unknown",
                printable(&target)
            );
        }
        Ok(())
    }
}

impl Sink {
    fn open(target: &Path) -> io::Result<Self> {
        match fs::metadata(target) {
            Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => {
                let file = OpenOptions::new().write(true).open(target)?;
                Ok(Self::Stream(file))
            }
            Ok(there) => {
                // A file that its owner made read-only is not replaced behind his back, though the
                // folder would allow it; a link stays one, and what it leads to is replaced.
                OpenOptions::new().append(true).open(target)?;
                Self::beside(&fs::canonicalize(target)?, there.permissions())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // As any new file; the process's mask takes its share.
                Self::beside(target, Permissions::from_mode(0o666))
            }
            Err(error) => Err(error),
        }
    }

    fn beside(target: &Path, permissions: Permissions) -> io::Result<Self> {
        let folder = target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        let file =
            tempfile::Builder::new().prefix(".countersign-").permissions(permissions).tempfile_in(folder)?;
        Ok(Self::Whole { file, target: target.to_owned() })
    }
}

fn whole(mut file: NamedTempFile, target: &Path, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| Failure::new(format!("failed to print the report: {error}"))),
    }
}

fn cannot_write(target: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("failed to write the report to {}: {error}", target.display()))
}
