//! What the mock provider saw that the pact does not say, in a few lines a person can read.

use pact_mock_server::matching::MatchResult;
use pact_models::v4::http_parts::HttpRequest;

/// Longer than this, a line shows a whole body and hides the difference.
const LINE: usize = 400;

/// One line for each difference, in a stable order.
pub(crate) fn report(results: &[MatchResult]) -> String {
    let mut lines: Vec<String> = results.iter().flat_map(lines_of).map(|line| shortened(&line)).collect();
    lines.sort();
    lines.dedup();
    lines.join("\n")
}

fn lines_of(result: &MatchResult) -> Vec<String> {
    match result {
        MatchResult::RequestMatch(..) => Vec::new(),
        MatchResult::RequestMismatch(_, actual, mismatches) => mismatches
            .iter()
            .map(|mismatch| format!("  - {}: {}", short(actual), mismatch.description()))
            .collect(),
        MatchResult::RequestNotFound(actual) => {
            vec![format!("  - {}: was sent, but no interaction has this method and path", short(actual))]
        }
        MatchResult::MissingRequest(expected) => {
            vec![format!(
                "  - {}: stands in the pact, but was never sent as it stands there",
                short(expected)
            )]
        }
    }
}

fn short(request: &HttpRequest) -> String {
    format!("{} {}", request.method.to_uppercase(), request.path)
}

pub(crate) fn shortened(line: &str) -> String {
    let line = line.replace('\n', " ");
    match line.char_indices().nth(LINE) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}
