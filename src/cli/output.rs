//! Where the report goes: the flags that every verb with a report has, and writing it so that
//! nothing is lost.

mod sink;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
use crate::report::{Format, Look, Report, printable, words};
pub(super) use sink::Sink;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Report")]
pub struct Flags {
    /// What the report is written as.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Writes the report into FILE, all of it or nothing.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Writes it into FILE besides, as FORMAT; may be given several times.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = also)]
    report: Vec<Also>,
    /// Shows only what is not kept, and no progress.
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Shows what is kept and every unused operation, too.
    #[arg(long, short)]
    verbose: bool,
}

/// One more report.
#[derive(Clone, Debug)]
struct Also {
    format: Format,
    file: PathBuf,
}

/// The places for the reports of one run.
pub struct Places {
    /// `None` is standard output.
    main: Option<Sink>,
    /// In the order of the flags; what could not be opened is told when the others are written.
    also: Vec<io::Result<Sink>>,
}

impl Flags {
    /// Whether notes about what is kept are shown anywhere.
    #[must_use]
    pub fn shows_notes(&self) -> bool {
        self.verbose || self.format != Format::Text || !self.report.is_empty()
    }

    /// Opens the places for the report: before the replay, not after it, so that a wrong path costs
    /// no time.
    pub fn open(&self) -> Result<Places, Failure> {
        self.refuse_a_file_twice()?;
        let main = self.output.as_deref().map(|target| {
            open(self.format, target).map_err(|error| {
                cannot_write(target, &error).hint("--output has to name a file that can be written")
            })
        });
        let also = self.report.iter().map(|also| open(also.format, &also.file)).collect();
        Ok(Places { main: main.transpose()?, also })
    }

    fn refuse_a_file_twice(&self) -> Result<(), Failure> {
        let mut files: Vec<&Path> = self.report.iter().map(|also| &*also.file).collect();
        files.extend(self.output.as_deref());
        files.sort();
        match files.windows(2).find(|two| two[0] == two[1]) {
            Some(two) => Err(Failure::new(format!("two reports would go into {}", two[0].display()))
                .hint("give each --report and --output a file of its own")),
            None => Ok(()),
        }
    }

    /// Writes every report. Where the place of the chosen one fails, standard output has it all the
    /// same; what fails is told when the others are written.
    pub fn write(&self, report: &Report, places: Places) -> Result<(), Failure> {
        let mut failures = Vec::new();
        for (also, sink) in self.report.iter().zip(places.also) {
            let text = self.rendered(also.format, report, false)?;
            match sink.and_then(|sink| sink.write(&text)) {
                Ok(()) => self.wrote(&also.file, report),
                Err(error) => failures.push(
                    cannot_write(&also.file, &error).hint("--report has to name a file that can be written"),
                ),
            }
        }
        failures.extend(self.write_main(report, places.main).err());
        let last = failures.pop();
        failures.iter().for_each(Failure::tell);
        last.map_or(Ok(()), Err)
    }

    fn write_main(&self, report: &Report, sink: Option<Sink>) -> Result<(), Failure> {
        let (Some(sink), Some(target)) = (sink, &self.output) else {
            let stdout = io::stdout();
            let colour =
                stdout.is_terminal() && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
            return print(&self.rendered(self.format, report, colour)?);
        };
        let text = self.rendered(self.format, report, false)?;
        if let Err(error) = sink.write(&text) {
            print(&text)?;
            return Err(cannot_write(target, &error).hint("the report is on standard output instead"));
        }
        self.wrote(target, report);
        Ok(())
    }

    fn rendered(&self, format: Format, report: &Report, colour: bool) -> Result<Vec<u8>, Failure> {
        let look = Look { colour, quiet: self.quiet, verbose: self.verbose };
        let mut text = Vec::new();
        format.render(report, &mut text, look).map_err(Failure::new)?;
        Ok(text)
    }

    /// Says that a report does not stand on standard output.
    fn wrote(&self, target: &Path, report: &Report) {
        if !self.quiet {
            let target = target.display().to_string();
            // The report is there, whoever reads this.
            let _ = writeln!(io::stderr(), "wrote {}: {}", printable(&target), words::numbers(report));
        }
    }
}

fn also(text: &str) -> Result<Also, String> {
    let (format, file) =
        text.split_once('=').ok_or("it has to be written as FORMAT=FILE, such as junit=junit.xml")?;
    let format = Format::from_str(format, true).map_err(|_| {
        let formats = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = formats.map(|it| it.get_name().to_owned()).collect();
        format!("{format:?} is no format: it has to be one of {}", names.join(", "))
    })?;
    match file {
        "" => Err("it names no file".to_owned()),
        // Two reports on standard output would be none.
        "-" => Err("it has to name a file: --format says what goes to standard output".to_owned()),
        file => Ok(Also { format, file: file.into() }),
    }
}

fn open(format: Format, target: &Path) -> io::Result<Sink> {
    if format.adds() { Sink::end_of(target) } else { Sink::open(target) }
}

fn print(text: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // Whoever read it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|error| Failure::new(format!("failed to print the report: {error}"))),
    }
}

pub(super) fn cannot_write(target: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("failed to write the report to {}: {error}", target.display()))
}
