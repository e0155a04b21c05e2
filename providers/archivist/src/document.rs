//! The service's OpenAPI document: what `/openapi.json` serves is what the repository holds.

use std::sync::OnceLock;

use axum::body::Bytes;

const YAML: &str = include_str!("../../../openapi/archivist.yaml");

/// The document as JSON, converted once.
pub fn json() -> Bytes {
    static JSON: OnceLock<Bytes> = OnceLock::new();
    JSON.get_or_init(|| {
        let document: serde_json::Value =
            serde_saphyr::from_str(YAML).expect("the committed document is YAML: a test reads it");
        document.to_string().into()
    })
    .clone()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemars::generate::{SchemaGenerator, SchemaSettings};
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::domain::{Job, Link, Publication, Vod};
    use crate::error::ErrorDocument;
    use crate::fields::FieldErrors;
    use crate::health::Health;
    use crate::routes::{
        admin, auth, cablecast, files, publish, queue, transcribe, transcriptions, upload, vod,
    };

    fn settings() -> SchemaSettings {
        let mut settings = SchemaSettings::draft2020_12();
        settings.definitions_path = "/components/schemas".into();
        settings
    }

    /// What the types of the request bodies say.
    fn requests() -> Map<String, Value> {
        let mut generator = settings().for_deserialize().into_generator();
        generator.subschema_for::<auth::LoginRequest>();
        generator.subschema_for::<vod::CreateVod>();
        generator.subschema_for::<vod::UpdateVod>();
        generator.subschema_for::<transcribe::Transcribe>();
        generator.subschema_for::<transcribe::TranscribeBatch>();
        generator.subschema_for::<queue::Reorder>();
        generator.subschema_for::<cablecast::LinkShow>();
        generator.subschema_for::<publish::PublishBatch>();
        generator.subschema_for::<admin::users::CreateUser>();
        generator.subschema_for::<admin::users::UpdateUser>();
        generator.subschema_for::<admin::cleanup::QueueCleanup>();
        generator.take_definitions(true)
    }

    /// What the types of the answers say.
    fn responses() -> Map<String, Value> {
        let mut generator: SchemaGenerator = settings().for_serialize().into_generator();
        generator.subschema_for::<ErrorDocument>();
        generator.subschema_for::<FieldErrors>();
        generator.subschema_for::<auth::Session>();
        generator.subschema_for::<auth::Protected>();
        generator.subschema_for::<Vod>();
        generator.subschema_for::<vod::VodList>();
        generator.subschema_for::<transcribe::Accepted>();
        generator.subschema_for::<transcribe::Batch>();
        generator.subschema_for::<Job>();
        generator.subschema_for::<queue::JobQueue>();
        generator.subschema_for::<transcriptions::TranscriptionList>();
        generator.subschema_for::<transcriptions::Summary>();
        generator.subschema_for::<cablecast::ShowList>();
        generator.subschema_for::<cablecast::SuggestionList>();
        generator.subschema_for::<Link>();
        generator.subschema_for::<Publication>();
        generator.subschema_for::<publish::PublishedBatch>();
        generator.subschema_for::<publish::SyncStatus>();
        generator.subschema_for::<admin::users::UserList>();
        generator.subschema_for::<admin::overview::AdminOverview>();
        generator.subschema_for::<admin::overview::AdminStatus>();
        generator.subschema_for::<admin::audit::AuditList>();
        generator.subschema_for::<admin::cleanup::QueueCleaned>();
        generator.subschema_for::<files::Folder>();
        generator.subschema_for::<upload::Uploaded>();
        generator.subschema_for::<Health>();
        generator.take_definitions(true)
    }

    /// A schema without what only people read, and with one spelling of what can be spelled in two ways.
    fn normal(schema: &Value) -> Value {
        match schema {
            Value::Object(members) => {
                let telling = members.iter().filter(|(name, value)| {
                    !["description", "title", "examples"].contains(&name.as_str()) || value.is_object()
                });
                telling.map(|(name, value)| (name.clone(), normal_member(name, value))).collect()
            }
            Value::Array(items) => items.iter().map(normal).collect(),
            Value::Number(number) => json!(number.as_f64()),
            other => other.clone(),
        }
    }

    fn normal_member(name: &str, value: &Value) -> Value {
        let mut value = normal(value);
        if let (true, Some(items)) = (["required", "enum", "type"].contains(&name), value.as_array_mut()) {
            items.sort_by_key(Value::to_string);
        }
        value
    }

    fn documented() -> Map<String, Value> {
        let document: Value = serde_json::from_slice(&json()).unwrap();
        document["components"]["schemas"].as_object().unwrap().clone()
    }

    #[test]
    fn the_types_say_what_the_document_says() {
        let documented = documented();
        for (name, typed) in requests().iter().chain(&responses()) {
            let promised = documented.get(name).unwrap_or_else(|| panic!("the document lacks {name}"));
            assert_eq!(normal(typed), normal(promised), "{name}");
        }
    }

    #[test]
    fn every_schema_of_the_document_has_its_type() {
        let typed: BTreeSet<_> = requests().into_iter().chain(responses()).map(|(name, _)| name).collect();
        let documented: BTreeSet<_> = documented().into_iter().map(|(name, _)| name).collect();
        assert_eq!(typed, documented);
    }
}
