//! `countersign init`: a commented `countersign.toml` to begin with.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use super::failure::Failure;
use crate::config;
use crate::exit::Exit;
use crate::report::printable;

/// What it writes: every key there is, explained.
const TEMPLATE: &str = include_str!("init.toml");

/// Writes a commented countersign.toml for a service of yours.
///
/// Every key there is stands in it with an explanation. A file that is already there is left alone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder to write it into.
    #[arg(default_value = ".")]
    dir: PathBuf,
}

impl Args {
    pub fn run(self) -> Result<Exit, Failure> {
        let file = if self.dir.as_os_str() == "." {
            PathBuf::from(config::FILE)
        } else {
            self.dir.join(config::FILE)
        };
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&file)
            .and_then(|mut opened| opened.write_all(TEMPLATE.as_bytes()));
        let shown = file.display().to_string();
        match written {
            Ok(()) => {
                let line = format!(
                    "wrote {}: describe your provider in it, then run `countersign check`",
                    printable(&shown)
                );
                // The file is there, whoever reads this.
                let _ = writeln!(io::stdout(), "{line}");
                Ok(Exit::Kept)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Failure::new(format!("{shown} is there already, and was left as it is"))
                    .hint("move it away first, or name another folder"))
            }
            Err(error) => Err(Failure::new(format!("failed to write {shown}: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_template_can_be_read_as_it_is() {
        let config = Config::from_text(config::FILE.as_ref(), TEMPLATE).unwrap();
        assert_eq!(config.providers.len(), 1);
    }

    /// The lines of a table, from its header to the next.
    fn table(header: &str) -> impl Iterator<Item = &'static str> {
        let lines = TEMPLATE.lines().map(|line| line.trim_start_matches("# "));
        let inside = lines.skip_while(move |line| *line != header).skip(1);
        inside.take_while(|line| !line.starts_with("[["))
    }

    #[test]
    fn the_template_explains_every_key() {
        let provider = "[[provider]]\nname = \"a\"\nurl = \"http://a\"\n";
        let trigger = format!("{provider}[[provider.trigger]]\nmessage = \"m\"\n");
        for (header, before, after) in [
            ("[[provider]]", provider, "x = 1"),
            ("[[provider]]", provider, "celery = { x = 1 }"),
            ("[[provider]]", provider, "websocket = { x = 1 }"),
            ("[[provider.trigger]]", &trigger, "x = 1"),
            ("[[provider.trigger]]", &trigger, "request = { x = 1 }"),
            ("[[service]]", "[[service]]\n", "x = 1"),
            ("[broker]", "[broker]\n", "x = 1"),
            ("[phases]", "[phases]\n", "x = 1"),
            ("[[phase]]", "[[phase]]\n", "x = 1"),
            ("[[phase.area]]", "[[phase]]\n[[phase.area]]\n", "x = 1"),
        ] {
            let text = format!("{before}{after}");
            let unknown = Config::from_text(config::FILE.as_ref(), &text).unwrap_err().to_string();
            let (_, keys) = unknown.split_once("expected ").expect("serde lists the keys");
            let ours = after.split_once(" = { ").map_or("", |(key, _)| key);
            for key in keys.split('`').skip(1).step_by(2).filter(|key| !["trigger", "area"].contains(key)) {
                let named = format!("{key} = ");
                let mut lines = table(header).filter(|line| line.starts_with(ours));
                let stands = lines.any(|line| {
                    line.starts_with(&named) || !ours.is_empty() && line.contains(&format!(" {named}"))
                });
                assert!(stands, "init.toml says nothing of {key} in {header} {ours}");
            }
        }
    }

    #[test]
    fn every_line_that_is_commented_out_can_be_put_in() {
        let meant = |line: &&str| line.contains(" = ") || line.starts_with('[');
        let all: String = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(meant).unwrap_or(line))
            // Several answers to one question: the template shows them all.
            .filter(|line| {
                !["address", "command", "send", "file = ", "username", "password"]
                    .iter()
                    .any(|key| line.starts_with(key))
            })
            .flat_map(|line| [line, "\n"])
            .collect();
        let config = Config::from_text(config::FILE.as_ref(), &all);
        let config = config.unwrap_or_else(|error| panic!("{error}\n{all}"));
        assert_eq!(config.services.len(), 1);
        assert_eq!(config.providers[0].messages.triggers.len(), 1);
        assert_eq!(config.phases.len(), 1);
    }
}
