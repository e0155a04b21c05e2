//! The command line: one file a verb, each with its flags and what it does.

mod access;
mod amount;
mod broker;
mod built;
mod can_i_deploy;
mod check;
mod compare;
mod diff;
mod documents;
mod drift;
mod environment;
mod failure;
mod guard;
mod init;
mod judged;
mod output;
mod pacticipant;
mod phases;
mod proxy;
mod publish;
mod publish_results;
mod record;
mod replay;
mod rules;
mod say;
mod schema;
mod selector;
mod traffic;
mod verify;
mod webhook;
mod wishes;

use clap::{CommandFactory, Parser, Subcommand};

use crate::exit::Exit;

/// Tells consumer, provider and document apart, in one replay.
///
/// A consumer's pact is replayed against the provider that really runs, and every answer is held
/// against the provider's OpenAPI document at the same time. Where the three disagree, countersign
/// says which of them is wrong.
#[derive(Debug, Parser)]
#[command(name = "countersign", version, arg_required_else_help = true, after_help = CODES)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const CODES: &str = "\
Exit codes:
  0  kept: every contract that was looked at is kept
  1  broken: at least one contract is broken
  2  could not tell: a wrong flag, an unreadable file, a provider that did not start, nothing to verify";

#[derive(Debug, Subcommand)]
enum Verb {
    Check(check::Args),
    Verify(Box<verify::Args>),
    Compare(Box<compare::Args>),
    Diff(Box<diff::Args>),
    Drift(Box<drift::Args>),
    Rules(rules::Args),
    Explain(rules::Explain),
    Proxy(Box<proxy::Args>),
    Traffic(traffic::Args),
    Phases(phases::Args),
    Broker(broker::Args),
    Publish(Box<publish::Args>),
    PublishResults(publish_results::Args),
    CanIDeploy(Box<can_i_deploy::Args>),
    RecordDeployment(record::Deployment),
    RecordRelease(record::Release),
    RecordUndeployment(record::Undeployment),
    RecordSupportEnded(record::SupportEnded),
    Environment(environment::Args),
    Webhook(webhook::Args),
    Pacticipant(pacticipant::Args),
    Branch(pacticipant::Branch),
    Init(init::Args),
    Schema(schema::Args),
    #[command(name = crate::service::GUARD, hide = true)]
    Guard(guard::Args),
}

/// The command line as clap knows it, for what documents or checks it.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs what the command line asks for. Wrong flags end the process with clap's own message.
#[must_use]
pub fn run() -> Exit {
    let done = match Cli::parse().verb {
        Verb::Check(args) => args.run(),
        Verb::Verify(args) => args.run(),
        Verb::Compare(args) => args.run(),
        Verb::Diff(args) => args.run(),
        Verb::Drift(args) => args.run(),
        Verb::Rules(args) => args.run(),
        Verb::Explain(args) => args.run(),
        Verb::Proxy(args) => args.run(),
        Verb::Traffic(args) => args.run(),
        Verb::Phases(args) => args.run(),
        Verb::Broker(args) => args.run(),
        Verb::Publish(args) => args.run(),
        Verb::PublishResults(args) => args.run(),
        Verb::CanIDeploy(args) => args.run(),
        Verb::RecordDeployment(args) => args.run(),
        Verb::RecordRelease(args) => args.run(),
        Verb::RecordUndeployment(args) => args.run(),
        Verb::RecordSupportEnded(args) => args.run(),
        Verb::Environment(args) => args.run(),
        Verb::Webhook(args) => args.run(),
        Verb::Pacticipant(args) => args.run(),
        Verb::Branch(args) => args.run(),
        Verb::Init(args) => args.run(),
        Verb::Schema(args) => args.run(),
        Verb::Guard(args) => guard::run(&args),
    };
    done.unwrap_or_else(|failure| {
        failure.tell();
        Exit::CouldNotTell
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Cli::command().debug_assert();
    }
}
