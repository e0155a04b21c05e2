//! Results of a verification as a Pact Broker takes them: made of the report, published, or kept in a file.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use countersign_broker::client::{Build, Client, ClientError, Due};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::cli::access::{asking, failed};
use crate::cli::failure::Failure;
use crate::finding::Finding;
use crate::report::{Contract, Interaction, Outcome, Report, Trouble, plural};

/// Bytes of a file of results, at most.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// A provider state that nobody has written fails the pact, as it does everywhere in the field.
pub const STATE: &str = "pact.state.failed";

/// What is to be published of one run.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// Of this shape.
    version: u32,
    provider: String,
    provider_version: String,
    branch: Option<String>,
    tags: Vec<String>,
    #[serde(rename = "results")]
    due: Vec<One>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct One {
    consumer: String,
    /// Where it goes: of this address only the path counts.
    href: String,
    result: Value,
}

/// The results of a report, and the contracts of which it could not be told whether they are kept.
pub fn of(
    report: &Report,
    due: &BTreeMap<String, Due>,
    provider: &str,
    build: &Build,
) -> (Results, Vec<String>) {
    let (mut results, mut untold) = (Vec::new(), Vec::new());
    for contract in &report.contracts {
        let Some(due) = due.get(&contract.contract) else { continue };
        match tests(report, contract, due) {
            Some(tests) => results.push(One {
                consumer: contract.consumer.clone(),
                href: due.results.clone(),
                result: result(&tests, build),
            }),
            None => untold.push(contract.contract.clone()),
        }
    }
    let results = Results {
        version: 1,
        provider: provider.to_owned(),
        provider_version: build.version.clone(),
        branch: build.branch.clone(),
        tags: build.tags.clone(),
        due: results,
    };
    (results, untold)
}

fn result(tests: &[Value], build: &Build) -> Value {
    let success = tests.iter().all(|test| test["success"] == true);
    let mut result = json!({
        "success": success,
        "providerApplicationVersion": build.version,
        "testResults": tests,
        "verifiedBy": { "implementation": "countersign", "version": env!("CARGO_PKG_VERSION") },
    });
    if let Some(url) = &build.url {
        result["buildUrl"] = url.as_str().into();
    }
    result
}

/// One a interaction; `None` where one of them could not be told.
fn tests(report: &Report, contract: &Contract, due: &Due) -> Option<Vec<Value>> {
    if contract.results.is_empty() && contract.interactions > 0 {
        return None;
    }
    contract.results.iter().map(|interaction| test(report, contract, interaction, due)).collect()
}

fn test(report: &Report, contract: &Contract, interaction: &Interaction, due: &Due) -> Option<Value> {
    let mut test = json!({
        "interactionDescription": interaction.interaction,
        "success": interaction.outcome == Outcome::Kept,
    });
    if let Some(id) = due.pact.pointer(&format!("{}/_id", interaction.pointer)) {
        test["interactionId"] = id.clone();
    }
    match interaction.outcome {
        Outcome::Kept => {}
        Outcome::Broken => {
            let ours = report.findings.iter().filter(|finding| {
                finding.contract.as_ref() == Some(&contract.contract)
                    && finding.breaks()
                    && finding.location.as_ref().is_some_and(|it| within(&it.pointer, &interaction.pointer))
            });
            test["mismatches"] = ours.map(mismatch).collect();
        }
        Outcome::Unknown => {
            let trouble = state(&report.errors, contract, interaction)?;
            test["exceptions"] = json!([{ "message": trouble.message }]);
        }
    }
    Some(test)
}

/// What a provider state that could not be set up says, of this interaction.
pub fn state<'a>(
    troubles: &'a [Trouble],
    contract: &Contract,
    interaction: &Interaction,
) -> Option<&'a Trouble> {
    troubles.iter().find(|trouble| {
        trouble.id == STATE
            && trouble.contract.as_ref() == Some(&contract.contract)
            && trouble.location.as_ref().is_some_and(|it| within(&it.pointer, &interaction.pointer))
    })
}

fn within(pointer: &str, interaction: &str) -> bool {
    pointer.strip_prefix(interaction).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn mismatch(finding: &Finding) -> Value {
    let part = ["status", "header", "metadata", "path", "query", "method"];
    let attribute = part.iter().find(|part| finding.id.contains(*part)).unwrap_or(&"body");
    let mut mismatch = json!({ "attribute": attribute, "description": finding.message });
    if let Some(instance) = &finding.instance {
        mismatch["identifier"] = instance.as_str().into();
    }
    mismatch
}

/// Publishes results. What could not be published stands in `file` afterwards.
pub fn publish(client: &Client, results: &mut Results, file: &Path) -> Result<(), Failure> {
    let Err(error) = asking(async { Ok(send(client, results).await) })? else { return Ok(()) };
    let failure = failed("publish the results")(error);
    failure.tell();
    let left = count(results.due.len());
    keep(results, file)?;
    Err(Failure::new(format!("{left} could not be published; kept in {}", file.display()))
        .hint(format!("`countersign publish-results {}` publishes them later", file.display())))
}

/// Sends results until one fails; what was sent is taken out.
async fn send(client: &Client, results: &mut Results) -> Result<(), ClientError> {
    let build = Build {
        version: results.provider_version.clone(),
        branch: results.branch.clone(),
        tags: results.tags.clone(),
        url: None,
    };
    client.tell_version(&results.provider, &build).await?;
    while let Some(one) = results.due.first() {
        client.tell_result(&one.href, &one.result).await?;
        results.due.remove(0);
    }
    Ok(())
}

fn keep(results: &Results, file: &Path) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("failed to keep the results in {}: {error}", file.display()))
            .hint("--results-file has to name a file that can be written")
    };
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut beside = NamedTempFile::new_in(folder).map_err(cannot)?;
    let text = serde_json::to_vec_pretty(results).map_err(|error| cannot(error.into()))?;
    beside.write_all(&text).and_then(|()| beside.as_file().sync_all()).map_err(cannot)?;
    beside.persist(file).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// Reads results that were kept.
pub fn read(file: &Path) -> Result<Results, Failure> {
    let unreadable = |reason: String| {
        Failure::new(format!("failed to read the results in {}: {reason}", file.display()))
            .hint("`countersign verify --publish` writes such a file where it cannot publish")
    };
    if fs::metadata(file).map_err(|error| unreadable(error.to_string()))?.len() > MAX_BYTES {
        return Err(unreadable(format!("it is larger than {MAX_BYTES} bytes")));
    }
    let text = fs::read(file).map_err(|error| unreadable(error.to_string()))?;
    let results: Results = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    if results.version == 1 {
        Ok(results)
    } else {
        Err(unreadable(format!("it is of version {}, and 1 is known", results.version)))
    }
}

impl Results {
    pub fn len(&self) -> usize {
        self.due.len()
    }
}

/// As in `2 results`.
pub fn count(results: usize) -> String {
    plural(results, "result")
}
