//! What is shown while the replay runs, on standard error: a bar on a terminal, plain lines where
//! the output is kept, nothing where quiet was asked for.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::config::ServiceName;
use crate::report::{Contract, plural, printable};
use crate::service::Stage;

/// What happened, in the order it happens.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// A provider is being made ready, or a service that it needs.
    Preparing { provider: &'a str, service: Option<&'a ServiceName>, stage: Stage },
    /// It is, at this URL if it listens anywhere.
    Ready { provider: &'a str, url: Option<&'a str>, after: Duration },
    /// A pact's replay begins.
    Replaying { contract: &'a str, interactions: usize },
    /// One interaction has been replayed.
    Interaction,
    /// A pact has been replayed.
    Replayed(&'a Contract),
}

/// Shows steps.
pub enum Progress {
    Silent,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// A bar if standard error is a terminal that somebody looks at, else lines.
    #[must_use]
    pub fn on_stderr(quiet: bool) -> Self {
        if quiet {
            Self::Silent
        } else if io::stderr().is_terminal() && std::env::var_os("CI").is_none() {
            Self::bar()
        } else {
            Self::Lines
        }
    }

    fn bar() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {wide_msg}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self::Bar(bar)
    }

    /// Shows one step.
    pub fn tell(&self, step: Step<'_>) {
        match self {
            Self::Silent => {}
            Self::Lines => {
                if let Some(line) = sentence(step) {
                    // Nobody is left to tell where standard error is closed.
                    let _ = writeln!(io::stderr(), "{line}");
                }
            }
            Self::Bar(bar) => {
                match step {
                    Step::Replaying { interactions, .. } => {
                        // Before, there was nothing to be a part of.
                        bar.set_style(style("{spinner} {wide_msg} [{bar:24}] {pos}/{len}"));
                        bar.inc_length(interactions as u64);
                    }
                    Step::Interaction => bar.inc(1),
                    Step::Preparing { .. } | Step::Ready { .. } | Step::Replayed(_) => {}
                }
                if let Some(line) = sentence(step) {
                    bar.set_message(line);
                }
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is well-formed").progress_chars("=> ")
}

fn sentence(step: Step<'_>) -> Option<String> {
    Some(match step {
        Step::Preparing { provider, service, stage } => {
            let doing = match stage {
                Stage::Building => "building",
                Stage::Starting => "starting",
            };
            match service {
                Some(service) => format!("{doing} {service} for {}", printable(provider)),
                None => format!("{doing} {}", printable(provider)),
            }
        }
        Step::Ready { provider, url, after } => {
            let at = url.map_or(String::new(), |url| format!(" at {}", printable(url)));
            format!("{} is ready{at} after {:.1} s", printable(provider), after.as_secs_f64())
        }
        Step::Replaying { contract, interactions } => {
            format!("replaying {}: {}", printable(contract), plural(interactions, "interaction"))
        }
        Step::Interaction => return None,
        Step::Replayed(contract) => format!(
            "replayed {}: {} kept, {} broken, {} unknown",
            printable(&contract.contract),
            contract.kept,
            contract.broken,
            contract.unknown
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_grows_with_each_pact_and_fills_with_each_interaction() {
        let progress = Progress::bar();
        progress.tell(Step::Replaying { contract: "a", interactions: 2 });
        progress.tell(Step::Interaction);
        progress.tell(Step::Replaying { contract: "b", interactions: 3 });
        let Progress::Bar(bar) = &progress else { panic!("it is a bar") };
        assert_eq!((bar.length(), bar.position()), (Some(5), 1));
    }

    #[test]
    fn a_line_cannot_drive_the_terminal() {
        let step = Step::Replaying { contract: "a\u{1b}[2Jb", interactions: 2 };
        assert_eq!(sentence(step).as_deref(), Some("replaying a\\u{1b}[2Jb: 2 interactions"));
    }
}
