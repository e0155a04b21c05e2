//! From flags and configuration to what is looked at.

use std::path::{Path, PathBuf};

use super::Args;
use crate::baseline::Baseline;
use crate::cli::check::unknown_provider;
use crate::cli::failure::Failure;
use crate::config::{Config, Provider, Site, Template};
use crate::contract;
use crate::drift::document::Origin;
use crate::drift::{Known, Plan, Watched};

/// What is to be looked at.
pub(super) fn of(args: &Args, config: &Config) -> Result<Plan, Failure> {
    let chosen = chosen(args, config)?;
    let served = named(&args.served, "--served", &chosen, config)?;
    let types = named(&args.types, "--types", &chosen, config)?;
    let recorded = args.recorded.named(&chosen, config, args.watch.is_some())?;
    let found = contract::find(&config.pacts);
    let mut plan = Plan {
        troubles: found.troubles,
        levels: config.levels.clone(),
        acceptances: config.acceptances.clone(),
        file: config.file.display().to_string(),
        ..Plan::default()
    };
    for provider in chosen {
        let name = provider.name.as_str();
        let of = |named: &[(String, String)]| {
            named.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone())
        };
        let base = base(args, provider)?;
        let provider_asyncapi = provider.asyncapi.clone();
        let url = of(&served);
        let runs = url.is_some() || matches!(&provider.site, Site::Running(Some(_)));
        let mut provider = provider.clone();
        provider.reading = args.documents.over(&provider.reading);
        if let Some(url) = url {
            provider = provider.elsewhere(Some(Template::literal(url)));
        }
        plan.providers.push(Watched {
            provider,
            pledges: Vec::new(),
            base,
            base_of_messages: base_of_messages(args, provider_asyncapi.as_deref())?,
            served: runs,
            writes: args.write,
            types: of(&types).map(PathBuf::from),
            recorded: recorded.of(name)?,
        });
    }
    for pledge in found.pledges {
        let name = pledge.pact.provider();
        if let Some(watched) = plan.providers.iter_mut().find(|it| it.provider.name == *name) {
            watched.pledges.push(pledge);
        }
    }
    plan.baseline = baseline(args)?;
    Ok(plan)
}

/// The providers that are looked at: those that were named, or all that have a document.
fn chosen<'c>(args: &Args, config: &'c Config) -> Result<Vec<&'c Provider>, Failure> {
    if args.provider.is_empty() {
        return Ok(config.providers.iter().filter(|provider| has_document(provider)).collect());
    }
    let find = |name: &String| config.provider(name).ok_or_else(|| unknown_provider(name, config));
    args.provider.iter().map(find).collect()
}

/// `NAME=VALUE` by name; a value alone belongs to the one provider there is.
pub(super) fn named(
    given: &[String],
    flag: &str,
    chosen: &[&Provider],
    config: &Config,
) -> Result<Vec<(String, String)>, Failure> {
    let parse = |text: &String| {
        // A URL may hold an equals sign, and its scheme has a colon before it.
        let named = text.split_once('=').filter(|(name, _)| !name.contains([':', '/']));
        match (named, chosen) {
            (Some((name, value)), _) if chosen.iter().any(|it| it.name.as_str() == name) => {
                Ok((name.to_owned(), value.to_owned()))
            }
            (Some((name, _)), _) => Err(unknown_provider(name, config)),
            (None, [only]) => Ok((only.name.as_str().to_owned(), text.clone())),
            (None, _) => {
                Err(Failure::new(format!("{flag} {text:?} does not say of which provider it speaks"))
                    .hint(format!("write {flag} NAME={text}, or choose one with --provider")))
            }
        }
    };
    given.iter().map(parse).collect()
}

fn has_document(provider: &Provider) -> bool {
    provider.document.is_some() || provider.asyncapi.is_some()
}

fn base(args: &Args, provider: &Provider) -> Result<Option<Origin>, Failure> {
    // A revision alone says nothing of a provider that has an AsyncAPI document only.
    if provider.document.is_none() && provider.asyncapi.is_some() && args.base.as_deref().is_some_and(is_bare)
    {
        return Ok(None);
    }
    parsed(args.base.as_deref(), provider.document.as_deref())
}

/// A revision is one of both documents; a file, or one at a revision, is the OpenAPI document.
fn base_of_messages(args: &Args, asyncapi: Option<&Path>) -> Result<Option<Origin>, Failure> {
    let bare = args.base.as_deref().filter(|base| asyncapi.is_some() && is_bare(base));
    parsed(bare, asyncapi)
}

/// Whether it is `git:REVISION`, without a path.
fn is_bare(base: &str) -> bool {
    base.strip_prefix("git:").is_some_and(|revision| !revision.contains(':'))
}

fn parsed(base: Option<&str>, path: Option<&Path>) -> Result<Option<Origin>, Failure> {
    let parse = |text: &str| Origin::parse(text, path);
    base.map(parse).transpose().map_err(|why| {
        Failure::new(format!("failed to read --base: {why}"))
            .hint("name a file, git:REVISION or git:REVISION:PATH")
    })
}

fn baseline(args: &Args) -> Result<Option<Known>, Failure> {
    let Some(file) = &args.baseline else { return Ok(None) };
    let update = args.update_baseline;
    let baseline =
        if update && !Path::new(file).exists() { Ok(Baseline::empty(file)) } else { Baseline::load(file) };
    let baseline = baseline.map_err(|error| {
        Failure::new(format!("failed to {error}")).hint("--update-baseline writes one of what is found now")
    })?;
    Ok(Some(Known { baseline, update }))
}
