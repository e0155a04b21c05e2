//! What the ids of findings stand for: data beside this file, one table an id or a family of ids. The
//! rules by which documents are compared with each other stand beside the documents.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::report::Rule;

const FILES: [&str; 7] = [
    include_str!("rules/acceptance.toml"),
    include_str!("rules/request.toml"),
    include_str!("rules/response.toml"),
    include_str!("rules/pact.toml"),
    include_str!("rules/message.toml"),
    include_str!("rules/reliance.toml"),
    include_str!("rules/traffic.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Prose {
    summary: String,
    why: String,
    remedy: String,
}

static RULES: LazyLock<BTreeMap<String, Prose>> = LazyLock::new(|| {
    let tables = FILES.iter().map(|file| toml::from_str::<BTreeMap<String, Prose>>(file));
    tables.flat_map(|table| table.expect("the rules of this house are well-formed")).collect()
});

/// What `id` stands for: by its own table or by that of its family, such as `message.envelope`.
#[must_use]
pub fn rule(id: &str) -> Option<Rule> {
    let mut name = id;
    let prose = loop {
        if let Some(prose) = RULES.get(name) {
            break prose;
        }
        (name, _) = name.rsplit_once('.')?;
    };
    Some(Rule {
        id: id.to_owned(),
        summary: prose.summary.clone(),
        why: Some(prose.why.clone()),
        remedy: Some(prose.remedy.clone()),
        link: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_rule_of_its_own_or_of_its_family() {
        assert!(rule("response.body.incompatible").unwrap().summary.contains("body"));
        let family = rule("message.envelope.task-missing").unwrap();
        assert_eq!(family.id, "message.envelope.task-missing");
        assert!(family.summary.contains("protocol"));
        assert_eq!(rule("message"), None);
        assert_eq!(rule("nobody.knows"), None);
    }

    #[test]
    fn a_summary_is_one_sentence_without_a_full_stop() {
        for (id, prose) in RULES.iter() {
            for text in [&prose.summary, &prose.why, &prose.remedy] {
                assert!(!text.ends_with('.') && !text.contains('\n'), "{id}: {text}");
            }
        }
    }
}
