//! What OpenAPI 3.0, OpenAPI 3.1 and plain JSON Schema read differently.

use serde_json::{Value, json};

use super::{Components, errors};
use crate::load::{LoadError, LoadOptions};
use crate::schema::{Dialect, Schema, Schemas};
use crate::sources::Sources;

#[test]
fn nullable_lets_null_pass_whatever_stands_beside_it() {
    let components = Components::of_3_0(
        "Typed: {type: string, nullable: true}
         Listed: {type: string, nullable: true, enum: [a]}
         Composed: {nullable: true, allOf: [{$ref: '#/components/schemas/Plain'}]}
         Plain: {type: object}
         Never: {type: string, nullable: false}
         Beside: {$ref: '#/components/schemas/Plain', nullable: true}",
    );
    for schema in ["Typed", "Listed", "Composed"] {
        assert_eq!(components.broken(schema, &Value::Null), [""; 0], "{schema}");
        assert_ne!(components.broken(schema, &json!(1)), [""; 0], "{schema}");
    }
    for schema in ["Plain", "Never", "Beside"] {
        assert_eq!(components.broken(schema, &Value::Null), [": type"], "{schema}");
    }
}

#[test]
fn nullable_means_nothing_in_3_1_and_type_lists_do() {
    let components = Components::of_3_1(
        "Old: {type: string, nullable: true}
         New: {type: [string, 'null']}",
    );
    assert_eq!(components.broken("Old", &Value::Null), [": type"]);
    assert_eq!(components.broken("New", &Value::Null), [""; 0]);
}

#[test]
fn what_stands_beside_a_reference_counts_in_3_1_alone() {
    let schemas = "A: {$ref: '#/components/schemas/B', maxLength: 1}
                   B: {type: string}";
    assert_eq!(Components::of_3_0(schemas).broken("A", &json!("ab")), [""; 0]);
    assert_eq!(Components::of_3_1(schemas).broken("A", &json!("ab")), [": maxLength"]);
}

#[test]
fn exclusive_bounds_are_flags_in_3_0_and_numbers_in_3_1() {
    let old = Components::of_3_0("A: {type: integer, minimum: 1, exclusiveMinimum: true}");
    let new = Components::of_3_1("A: {type: integer, exclusiveMinimum: 1}");
    for components in [old, new] {
        assert_eq!(components.broken("A", &json!(1)).len(), 1);
        assert_eq!(components.broken("A", &json!(2)), [""; 0]);
    }
}

#[test]
fn openapi_asserts_formats() {
    for (format, kept, broken) in [
        ("int32", json!(2_147_483_647), json!(2_147_483_648_u64)),
        ("int64", json!(i64::MIN), json!(u64::MAX)),
        ("float", json!(1.5), json!(1e300)),
        ("double", json!(1e300), json!(null)),
        ("byte", json!("YWJj"), json!("YWJ")),
        ("date", json!("2026-05-12"), json!("12.05.2026")),
        ("date-time", json!("2026-05-12T18:30:00Z"), json!("2026-05-12 18:30")),
        ("uuid", json!("936da01f-9abd-4d9d-80c7-02af85c822a8"), json!("936da01f")),
        ("email", json!("a@example.com"), json!("a")),
        ("binary", json!("\u{0}"), json!(null)),
        ("password", json!("x"), json!(null)),
        ("somebody's own", json!("x"), json!(null)),
    ] {
        let schema = json!({"type": ["number", "string"], "format": format});
        assert!(errors(&schema, &kept).is_empty(), "{format}: {kept}");
        assert!(!errors(&schema, &broken).is_empty(), "{format}: {broken}");
    }
}

#[test]
fn plain_json_schema_asserts_no_formats() {
    let schema = Schema::compile(&json!({"format": "date"}), Dialect::Draft202012).expect("compiles");
    assert!(schema.errors(&json!("no date")).is_empty());
}

#[test]
fn a_document_may_name_its_dialect() {
    let schemas = |uri: &str| {
        let text = format!(
            "openapi: 3.1.0\njsonSchemaDialect: {uri}\ncomponents: {{schemas: {{A: {{format: date}}}}}}"
        );
        let sources = Sources::from_text("doc.yaml", &text, &LoadOptions::default()).expect("loads");
        Schemas::new(sources.into(), Dialect::OpenApi31)
    };
    let plain = schemas("https://json-schema.org/draft/2020-12/schema").expect("known");
    assert_eq!(plain.dialect, Dialect::Draft202012);
    let own = schemas("https://spec.openapis.org/oas/3.1/dialect/base").expect("known");
    assert_eq!(own.dialect, Dialect::OpenApi31);
    let error = schemas("https://example.com/mine").expect_err("unknown");
    assert!(matches!(error, LoadError::UnknownDialect { .. }));
    assert!(error.to_string().starts_with("doc.yaml:2: "), "{error}");
}

#[test]
fn keywords_that_3_0_lacks_mean_nothing_in_it() {
    let schemas =
        "A: {const: 1, patternProperties: {a: false}, if: true, then: false, unevaluatedProperties: false}";
    assert_eq!(Components::of_3_0(schemas).broken("A", &json!({"a": 1})), [""; 0]);
    assert_ne!(Components::of_3_1(schemas).broken("A", &json!({"a": 1})), [""; 0]);
}

#[test]
fn both_versions_assert_the_formats_of_the_registry() {
    let cases = [
        ("date", "2026-05-12", "2026-13-01"),
        ("date-time", "2026-05-12T18:30:00Z", "2026-05-12"),
        ("time", "18:30:00Z", "25:00:00Z"),
        ("duration", "P1DT2H", "1 day"),
        ("email", "a@example.com", "a"),
        ("hostname", "example.com", "-a-"),
        ("ipv4", "127.0.0.1", "1.2.3"),
        ("ipv6", "::1", "::z"),
        ("uri", "https://example.com/a", "a b"),
        ("uri-reference", "../a?b", "a b"),
        ("uri-template", "/shows/{id}", "/shows/{id"),
        ("iri", "https://example.com/é", "é"),
        ("iri-reference", "é", "a b"),
        ("uuid", "5c1c4f7e-9a4f-4b9e-8f0e-0f1d7a5b2c3d", "5c1c4f7e"),
        ("json-pointer", "/a/0", "a"),
        ("relative-json-pointer", "1/a", "/a"),
        ("regex", "^a+$", "("),
        ("byte", "YQ==", "YQ="),
    ];
    for (format, good, bad) in cases {
        for dialect in [Dialect::OpenApi30, Dialect::OpenApi31] {
            let schema = json!({ "type": "string", "format": format });
            let schema = Schema::compile(&schema, dialect).expect("compiles");
            assert_eq!(schema.errors(&json!(good)), [], "{format} {good} {dialect:?}");
            let errors = schema.errors(&json!(bad));
            let keywords: Vec<_> = errors.iter().map(|error| error.keyword.as_str()).collect();
            assert_eq!(keywords, ["format"], "{format} {bad} {dialect:?}");
        }
    }
}
