//! Random schemas and values: our verdict is that of the `jsonschema` crate judging all by itself.

use countersign_openapi::{Dialect, Schema};
use jsonschema::Draft;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Few keys and small values, so that schemas and values meet.
fn key() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c"]).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(2.5),
        json!(-3),
        json!(""),
        json!("a"),
        json!("abc"),
    ])
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn assertion() -> BoxedStrategy<(String, Value)> {
    let pair = |keyword: &str, value: Value| (keyword.to_owned(), value);
    let types = vec!["null", "boolean", "integer", "number", "string", "array", "object"];
    prop_oneof![
        select(types).prop_map(move |name| pair("type", json!(name))),
        (0..4_u8).prop_map(move |n| pair("minimum", json!(n))),
        (0..4_u8).prop_map(move |n| pair("maxLength", json!(n))),
        (0..3_u8).prop_map(move |n| pair("minItems", json!(n))),
        (0..3_u8).prop_map(move |n| pair("maxProperties", json!(n))),
        Just(pair("uniqueItems", json!(true))),
        Just(pair("pattern", json!("^a"))),
        prop::collection::btree_set(key(), 1..3).prop_map(move |names| pair("required", json!(names))),
        prop::collection::vec(scalar(), 1..4).prop_map(move |mut values| {
            values.dedup();
            pair("enum", values.into_iter().fold(json!([]), with))
        }),
    ]
    .boxed()
}

/// Draft 4 wants the values of `enum` to differ.
fn with(mut list: Value, value: Value) -> Value {
    if let Some(values) = list.as_array_mut().filter(|values| !values.contains(&value)) {
        values.push(value);
    }
    list
}

/// A schema of the keywords that `dialect` has. It may refer to itself where it goes on to a part
/// of the value, and to definitions of which each may refer to those before it: a schema that leads
/// back to itself at the same place has no meaning that could be compared.
fn schema(dialect: Dialect) -> BoxedStrategy<Value> {
    let folder = if dialect == Dialect::Draft202012 { "$defs" } else { "definitions" };
    let one = |names: &[&'static str]| part(dialect, folder, names.to_vec());
    (one(&[]), one(&["x"]), one(&["x", "y"]), one(&["x", "y", "z"]))
        .prop_map(move |(x, y, z, mut root)| {
            root[folder] = json!({"x": x, "y": y, "z": z});
            root
        })
        .boxed()
}

/// A schema that may refer to the definitions `names`.
fn part(dialect: Dialect, folder: &'static str, names: Vec<&'static str>) -> BoxedStrategy<Value> {
    let plain = prop::collection::vec(assertion(), 0..3).prop_map(object);
    let again = Just(json!({"properties": {"a": {"$ref": "#"}}, "items": {"$ref": "#"}}));
    let leaf = if names.is_empty() {
        prop_oneof![4 => plain, 1 => again].boxed()
    } else {
        let reference = select(names).prop_map(move |name| json!({"$ref": format!("#/{folder}/{name}")}));
        prop_oneof![4 => plain, 1 => again, 2 => reference].boxed()
    };
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop::collection::vec(prop_oneof![3 => keyword(&inner, dialect), 1 => assertion()], 1..4)
            .prop_map(object)
    })
    .boxed()
}

fn object(members: Vec<(String, Value)>) -> Value {
    Value::Object(members.into_iter().collect::<Map<_, _>>())
}

fn keyword(inner: &BoxedStrategy<Value>, dialect: Dialect) -> BoxedStrategy<(String, Value)> {
    let one = |names: &[&'static str]| {
        (select(names.to_vec()), inner.clone()).prop_map(|(keyword, schema)| (keyword.to_owned(), schema))
    };
    let list = |names: &[&'static str]| {
        (select(names.to_vec()), prop::collection::vec(inner.clone(), 1..4))
            .prop_map(|(keyword, schemas)| (keyword.to_owned(), json!(schemas)))
    };
    let map = |names: &[&'static str]| {
        (select(names.to_vec()), prop::collection::btree_map(key(), inner.clone(), 1..3))
            .prop_map(|(keyword, schemas)| (keyword.to_owned(), json!(schemas)))
    };
    let shared = prop_oneof![
        list(&["allOf", "anyOf", "oneOf"]),
        one(&["not", "items", "additionalProperties"]),
        map(&["properties", "patternProperties"]),
    ];
    if dialect != Dialect::Draft202012 {
        let old = prop_oneof![3 => shared, 1 => map(&["dependencies"]), 1 => one(&["additionalItems"])];
        let newer = one(&["if", "then", "else", "contains", "propertyNames"]);
        return if dialect == Dialect::Draft7 {
            prop_oneof![3 => old, 1 => newer].boxed()
        } else {
            old.boxed()
        };
    }
    prop_oneof![
        3 => shared,
        1 => list(&["prefixItems"]),
        1 => one(&["if", "then", "else", "contains", "propertyNames"]),
        1 => one(&["unevaluatedProperties", "unevaluatedItems"]),
        1 => Just(("unevaluatedProperties".to_owned(), json!(false))),
        1 => Just(("unevaluatedItems".to_owned(), json!(false))),
        1 => map(&["dependentSchemas"]),
    ]
    .boxed()
}

fn agree(schema: &Value, values: &[Value], dialect: Dialect, draft: Draft) -> Result<(), TestCaseError> {
    let theirs = jsonschema::options()
        .with_draft(draft)
        .should_validate_formats(false)
        .build(schema)
        .map_err(|error| TestCaseError::reject(error.to_string()))?;
    let ours = Schema::compile(schema, dialect).map_err(|error| TestCaseError::fail(error.to_string()))?;
    for value in values {
        let errors = ours.errors(value);
        prop_assert_eq!(errors.is_empty(), theirs.is_valid(value), "{} by {}: {:?}", value, schema, errors);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn draft_4(schema in schema(Dialect::Draft4), values in prop::collection::vec(value(), 1..6)) {
        agree(&schema, &values, Dialect::Draft4, Draft::Draft4)?;
    }

    #[test]
    fn draft_7(schema in schema(Dialect::Draft7), values in prop::collection::vec(value(), 1..6)) {
        agree(&schema, &values, Dialect::Draft7, Draft::Draft7)?;
    }

    #[test]
    fn draft_2020_12(schema in schema(Dialect::Draft202012), values in prop::collection::vec(value(), 1..6)) {
        agree(&schema, &values, Dialect::Draft202012, Draft::Draft202012)?;
    }
}
