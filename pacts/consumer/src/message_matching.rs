//! One message held against another, by Pact's own matching of contents and metadata.

use pact_matching::{CoreMatchingContext, DiffConfig, match_message_contents, match_message_metadata};
use pact_models::PactSpecification;
use pact_models::matchingrules::{Category, MatchingRuleCategory};
use pact_models::v4::message_parts::MessageContents;

/// What of `actual` is not as `expected` says, each in one line, in a stable order.
pub(crate) async fn differences(expected: &MessageContents, actual: &MessageContents) -> Vec<String> {
    let context = |category: Category| CoreMatchingContext {
        matchers: rules(expected, category),
        config: DiffConfig::AllowUnexpectedKeys,
        matching_spec: PactSpecification::V4,
    };
    let contents = match_message_contents(expected, actual, &context(Category::BODY)).await;
    let metadata = match_message_metadata(expected, actual, &context(Category::METADATA));
    let mismatches = contents.err().into_iter().flatten().chain(metadata.into_values().flatten());
    let mut lines: Vec<String> = mismatches.map(|mismatch| mismatch.description()).collect();
    lines.sort();
    lines.dedup();
    lines
}

fn rules(message: &MessageContents, category: Category) -> MatchingRuleCategory {
    let none = MatchingRuleCategory::empty(category.clone());
    message.matching_rules.rules_for_category(category).unwrap_or(none)
}
