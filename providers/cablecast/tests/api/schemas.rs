//! The types of the server against the component schemas of the document: the same members, types,
//! nulls and requirements. Words are left out; they may differ.

use std::collections::{BTreeMap, BTreeSet};

use cablecast::page::Meta;
use cablecast::resource::Draft;
use cablecast::resources;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

use crate::harness::DOCUMENT;

/// Schemas of the document that no type of the server stands for, and why.
const WITHOUT_A_TYPE: [(&str, &str); 7] = [
    ("Error", "a refusal writes its body itself; the vendor promises none"),
    ("ShowEnvelope", "envelopes are made of a root and a resource"),
    ("ShowList", "envelopes are made of a root and a resource"),
    ("VodEnvelope", "envelopes are made of a root and a resource"),
    ("ChapterEnvelope", "envelopes are made of a root and a resource"),
    ("ScheduleItemEnvelope", "envelopes are made of a root and a resource"),
    ("FileUploadEnvelope", "envelopes are made of a root and a resource"),
];

fn documented() -> BTreeMap<String, Value> {
    let schemas = DOCUMENT.value()["components"]["schemas"].as_object().unwrap();
    schemas.iter().map(|(name, schema)| (name.clone(), normal(schema))).collect()
}

fn served() -> BTreeMap<String, Value> {
    let mut answers = SchemaSettings::openapi3().for_serialize().into_generator();
    for register in [
        add::<Meta>,
        add::<resources::show::Show>,
        add::<resources::vod::Vod>,
        add::<resources::vod_status::VodStatus>,
        add::<resources::vod_transcode_quality::VodTranscodeQuality>,
        add::<resources::vod_configuration::VodConfiguration>,
        add::<resources::vod_transaction::VodTransaction>,
        add::<resources::chapter::Chapter>,
        add::<resources::channel::Channel>,
        add::<resources::location::Location>,
        add::<resources::location::ControlModuleSet>,
        add::<resources::category::Category>,
        add::<resources::producer::Producer>,
        add::<resources::project::Project>,
        add::<resources::format::Format>,
        add::<resources::schedule_item::ScheduleItem>,
        add::<resources::file_upload::FileUpload>,
        add::<resources::asset::Asset>,
        add::<resources::asset::AssetInfo>,
        add::<resources::file_store::FileStore>,
        add::<resources::reel::Reel>,
        add::<resources::media::Media>,
        add::<resources::first_run::FirstRun>,
        add::<resources::web_file::WebFile>,
        add::<resources::thumbnail::Thumbnail>,
        add::<resources::system_info::SystemInfo>,
    ] {
        register(&mut answers);
    }
    let mut requests = SchemaSettings::openapi3().for_deserialize().into_generator();
    for register in [
        add::<Draft<resources::show::Show>>,
        add::<Draft<resources::vod::Vod>>,
        add::<Draft<resources::chapter::Chapter>>,
        add::<Draft<resources::schedule_item::ScheduleItem>>,
        add::<Draft<resources::file_upload::FileUpload>>,
    ] {
        register(&mut requests);
    }
    let inputs = requests.take_definitions(true).into_iter().filter(|(name, _)| name.ends_with("Input"));
    let all = answers.take_definitions(true).into_iter().chain(inputs);
    all.map(|(name, schema)| (name, normal(&schema))).collect()
}

fn add<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

/// A schema without its words, in one spelling: what any value may be is left out, required members
/// are sorted, numbers are numbers.
fn normal(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return plain(schema) };
    // A reference in 3.0 has no siblings: one that would have some is wrapped.
    if let Some([only]) = members.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        return normal(only);
    }
    let mut kept = Map::new();
    for (keyword, value) in members {
        let value = match keyword.as_str() {
            "description" | "title" | "example" | "default" => continue,
            "additionalProperties" if value == true => continue,
            "properties" => {
                let members = value.as_object().unwrap().iter();
                Value::Object(members.map(|(name, schema)| (name.clone(), normal(schema))).collect())
            }
            "items" => normal(value),
            "required" | "enum" => {
                let sorted: BTreeSet<String> =
                    value.as_array().unwrap().iter().map(Value::to_string).collect();
                Value::from_iter(sorted)
            }
            _ => plain(value),
        };
        kept.insert(keyword.clone(), value);
    }
    Value::Object(kept)
}

/// `0` and `0.0` are the same bound.
fn plain(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), Value::from)
}

/// Every place of a schema with what stands there, to show two schemas' differences and no more.
fn places(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                places(item, &format!("{at}/-"), found);
            }
        }
        _ => {
            found.insert(format!("{at} = {schema}"));
        }
    }
}

#[test]
fn the_types_of_the_server_are_the_schemas_of_the_document() {
    let (served, mut documented) = (served(), documented());
    for (name, _) in WITHOUT_A_TYPE {
        assert!(documented.remove(name).is_some(), "{name} is gone from the document");
    }
    let names = |schemas: &BTreeMap<String, Value>| schemas.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&served), names(&documented));
    let (mut in_server, mut in_document) = (BTreeSet::new(), BTreeSet::new());
    for (name, schema) in &documented {
        places(&served[name], name, &mut in_server);
        places(schema, name, &mut in_document);
    }
    assert!(in_document.len() > 500, "the schemas were compared");
    let only_server: Vec<_> = in_server.difference(&in_document).collect();
    let only_document: Vec<_> = in_document.difference(&in_server).collect();
    assert!(
        only_server.is_empty() && only_document.is_empty(),
        "only in the server: {only_server:#?}\nonly in the document: {only_document:#?}"
    );
}
