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

    #[test]
    fn the_template_explains_every_key() {
        let unknown =
            Config::from_text(config::FILE.as_ref(), "[[provider]]\nx = 1").unwrap_err().to_string();
        let (_, keys) = unknown.split_once("expected one of ").expect("serde lists the keys");
        for key in keys.split(", ").map(|key| key.trim_matches('`')) {
            let stands = TEMPLATE.lines().any(|line| {
                line.trim_start_matches("# ").split_once('=').is_some_and(|(name, _)| name.trim() == key)
            });
            assert!(stands, "init.toml says nothing of {key}");
        }
    }

    #[test]
    fn every_line_that_is_commented_out_can_be_put_in() {
        let all: String = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|line| line.contains(" = ")).unwrap_or(line))
            // Two answers to one question: the template shows both.
            .filter(|line| !line.starts_with("url") && !line.starts_with("address"))
            .flat_map(|line| [line, "\n"])
            .collect();
        Config::from_text(config::FILE.as_ref(), &all).unwrap_or_else(|error| panic!("{error}\n{all}"));
    }
}
