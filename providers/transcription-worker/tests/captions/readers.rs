//! ffmpeg and pycaption as readers of our SCC. Both tell times and texts as `SubRip`, which is what is compared.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use transcription_worker::captions::Cue;

/// Two frames at 29.97, and what the milliseconds of `SubRip` and of ffmpeg's frames (33 ms each) round.
const TOLERANCE: Duration = Duration::from_micros(66_734 + 1000);

pub struct Reader {
    pub name: &'static str,
    /// Reads an SCC file as `SubRip`. Nothing where the program is not installed.
    pub run: Run,
    /// A text as this one reads it.
    pub as_read: fn(&str) -> String,
}

type Run = fn(&Path) -> Option<String>;

pub const READERS: [Reader; 2] = [
    Reader { name: "ffmpeg", run: ffmpeg, as_read: as_ffmpeg_reads },
    Reader { name: "pycaption", run: pycaption, as_read: as_pycaption_reads },
];

/// A caption as a reader tells it.
#[derive(Debug)]
pub struct Heard {
    pub start: Duration,
    pub end: Duration,
    pub text: String,
}

/// That every reader tells what is expected.
pub fn compare(scc: &str, expected: &[Cue]) {
    for Reader { name, run, as_read } in READERS {
        let Some(heard) = read(scc, name, run) else { continue };
        assert_eq!(heard.len(), expected.len(), "{name}: {heard:#?}\n{scc}");
        for (heard, expected) in heard.iter().zip(expected) {
            assert_eq!(as_read(&heard.text), as_read(&expected.text), "{name}\n{scc}");
            for (heard, expected) in [(heard.start, expected.start), (heard.end, expected.end)] {
                let off = heard.abs_diff(expected);
                assert!(off <= TOLERANCE, "{name}: {heard:?} for {expected:?}\n{scc}");
            }
        }
    }
}

/// Rows are centred and long lines broken, so blanks differ. What is no blank differs by these signs: 0x27 of the
/// basic set, which is the apostrophe and the right single quote in one, is ’ to ffmpeg 5.1 to 7; 0x12 0x2a and
/// 0x2d are - and · to it, and — and • to the standard.
fn as_ffmpeg_reads(text: &str) -> String {
    single_spaced(text).replace(['\'', '‘'], "’").replace('—', "-").replace('•', "·")
}

/// As above. 0x27 is ' to it; it takes 0x13 0x2e for ¦ and 0x37 for |, the other way round than ffmpeg and the
/// standard.
fn as_pycaption_reads(text: &str) -> String {
    single_spaced(text).replace(['’', '‘'], "'").replace('|', "¦")
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn read(scc: &str, name: &str, run: Run) -> Option<Vec<Heard>> {
    let mut file = tempfile::Builder::new().suffix(".scc").tempfile().unwrap();
    file.write_all(scc.as_bytes()).unwrap();
    let Some(subrip) = run(file.path()) else {
        assert!(std::env::var_os("CI").is_none(), "{name} is not installed; ./scripts/setup installs it");
        eprintln!("SKIPPED: {name} is not installed; ./scripts/setup installs it");
        return None;
    };
    Some(subrip.split("\n\n").filter(|block| !block.trim().is_empty()).map(heard).collect())
}

/// A block of `SubRip`: a number, times, a text.
fn heard(block: &str) -> Heard {
    let mut lines = block.trim_start().lines().skip(1);
    let (start, end) = lines.next().unwrap().split_once(" --> ").unwrap();
    let time = |text: &str| {
        let [hours, minutes, seconds, millis] =
            [&text[..2], &text[3..5], &text[6..8], &text[9..]].map(|digits| digits.parse::<u64>().unwrap());
        Duration::from_millis(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
    };
    let text = lines.collect::<Vec<_>>().join("\n");
    // ffmpeg tells in which letters, where on the screen, and hard blanks.
    let text = text.strip_prefix("<font face=\"Monospace\">{\\an7}").unwrap_or(&text);
    let text = text.strip_suffix("</font>").unwrap_or(text).replace("\\h", " ");
    Heard { start: time(start), end: time(end), text }
}

fn ffmpeg(file: &Path) -> Option<String> {
    let arguments = ["-f", "srt", "-"];
    let output =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(file).args(arguments).output().ok()?;
    Some(text(output))
}

fn pycaption(file: &Path) -> Option<String> {
    // It refuses a file without captions by an error of its own; any other error fails the test.
    const PROGRAM: &str = "\
import sys, pycaption
text = open(sys.argv[1], encoding='utf-8').read()
try:
    captions = pycaption.SCCReader().read(text)
except pycaption.exceptions.CaptionReadNoCaptions:
    sys.exit()
sys.stdout.buffer.write(pycaption.SRTWriter().write(captions).encode())
";
    let output = Command::new(python()?).args(["-c", PROGRAM]).arg(file).output().unwrap();
    Some(text(output))
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The Python that has pycaption: that of `COUNTERSIGN_PYTHON`, or the one of scripts/setup.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_PYTHON").map(PathBuf::from);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.python/bin/python");
    named.or(Some(own)).filter(|python| python.exists())
}
