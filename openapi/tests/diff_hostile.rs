//! Comparing documents that mean no good: what combines, repeats or refers to itself without end comes to one.

use std::fmt::Write as _;

use countersign_openapi::diff::{Change, Comparison, Kind, Options, compare};
use countersign_openapi::rule::{Levels, Rules};
use countersign_openapi::{Document, LoadOptions, Severity};

fn load(text: &str) -> Document {
    Document::from_text("openapi.yaml", text, &LoadOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn compared(base: &str, revised: &str) -> Comparison {
    let options = Options::on("2026-06-01".parse().expect("the day is one"));
    compare(&load(base), &load(revised), &options).expect("these can be compared")
}

/// The ids of errors and warnings.
fn breaking(base: &str, revised: &str) -> Vec<String> {
    let comparison = compared(base, revised);
    let judged = Rules::embedded().judge(&comparison, &Levels::new());
    let weighty = judged.iter().filter(|judgement| judgement.severity != Severity::Info);
    weighty.map(|judgement| judgement.rule.id.clone()).collect()
}

/// An answer of `schema`, with `components` as they stand under `schemas`.
fn answer(version: &str, schema: &str, components: &str) -> String {
    format!(
        "openapi: {version}\ninfo: {{title: Archive, version: 1.0.0}}\npaths:\n  /shows:\n    get:\n      \
         responses:\n        '200':\n          description: shows\n          content:\n            \
         application/json:\n              schema: {schema}\ncomponents:\n  schemas: {components}\n"
    )
}

fn places(change: &Change) -> Vec<String> {
    let first = &change.uses[0];
    let also = first.also.iter().map(|place| change.within(place).to_string());
    std::iter::once(change.place(first).to_string()).chain(also).collect()
}

#[test]
fn a_schema_that_refers_to_itself_is_compared_once_and_told_of_where_it_is_met() {
    let document = |kind: &str| {
        let show = format!(
            "{{Show: {{type: object, properties: {{id: {{type: {kind}}}, next: {{$ref: '#/components/schemas/Show'}}}}}}}}"
        );
        let schema = "{type: object, properties: {first: {$ref: '#/components/schemas/Show'}, \
                      last: {$ref: '#/components/schemas/Show'}}}";
        answer("3.0.3", schema, &show)
    };
    let comparison = compared(&document("integer"), &document("string"));
    let changed: Vec<&Change> = comparison.changes.iter().filter(|change| !change.facts.is_empty()).collect();
    let inside: Vec<_> = changed.into_iter().filter(|change| change.base.is_some()).collect();
    let found = inside.iter().find(|change| places(change).contains(&"/first/id".to_owned()));
    let found = found.expect("the type of a member changed");
    assert!(places(found).contains(&"/last/id".to_owned()), "{:?}", places(found));
}

#[test]
fn schemas_that_refer_to_themselves_by_all_of_come_to_an_end() {
    let components = "{A: {allOf: [{$ref: '#/components/schemas/B'}, {properties: {a: {$ref: '#/components/schemas/A'}}}]}, \
                      B: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {b: {$ref: '#/components/schemas/B'}}}]}}";
    let document = answer("3.1.0", "{$ref: '#/components/schemas/A'}", components);
    assert!(compared(&document, &document).changes.iter().all(|change| change.uses[0].operation.is_none()));
}

#[test]
fn a_long_chain_of_schemas_is_no_deep_recursion() {
    let chain = |kind: &str| {
        let mut components = String::from("\n");
        for index in 0..20_000 {
            let next = index + 1;
            writeln!(
                components,
                "    S{index}: {{type: object, properties: {{n: {{$ref: '#/components/schemas/S{next}'}}}}}}"
            )
            .unwrap();
        }
        write!(components, "    S20000: {{type: {kind}}}").unwrap();
        answer("3.0.3", "{$ref: '#/components/schemas/S0'}", &components)
    };
    assert_eq!(breaking(&chain("string"), &chain("integer")), ["response-property-type-changed"]);
}

#[test]
fn a_huge_enum_is_one_change() {
    let listed = |from: usize| {
        let values: Vec<String> = (from..from + 50_000).map(|value| format!("v{value}")).collect();
        answer("3.0.3", &format!("{{type: string, enum: [{}]}}", values.join(", ")), "{}")
    };
    assert_eq!(breaking(&listed(0), &listed(40_000)), ["response-body-enum-value-added"]);
}

/// A chain of `allOf`, each of which holds the next one as often as `times` says.
fn chain(levels: usize, times: usize, kind: &str) -> String {
    let mut components = String::from("\n");
    for index in 0..levels {
        let next = vec![format!("{{$ref: '#/components/schemas/S{}'}}", index + 1); times].join(", ");
        writeln!(components, "    S{index}: {{allOf: [{next}]}}").expect("a string can be written to");
    }
    write!(components, "    S{levels}: {{type: object, properties: {{id: {{type: {kind}}}}}}}")
        .expect("a string can be written to");
    answer("3.1.0", "{$ref: '#/components/schemas/S0'}", &components)
}

#[test]
fn a_chain_of_10_000_all_of_is_followed_to_its_end() {
    let (base, revised) = (chain(10_000, 1, "string"), chain(10_000, 1, "integer"));
    assert_eq!(breaking(&base, &revised), ["response-property-type-changed"]);
    assert_eq!(breaking(&base, &base), Vec::<String>::new());
}

#[test]
fn what_doubles_at_every_level_is_taken_once() {
    let (base, revised) = (chain(60, 2, "string"), chain(60, 2, "integer"));
    assert_eq!(breaking(&base, &revised), ["response-property-type-changed"]);
    assert_eq!(breaking(&base, &base), Vec::<String>::new());
}

#[test]
fn a_pattern_that_takes_long_to_match_is_compared_as_text() {
    let matching = |pattern: &str| answer("3.1.0", &format!("{{type: string, pattern: '{pattern}'}}"), "{}");
    let (base, revised) = (matching("^(a+)+$"), matching("^(([a-z])+.)+[A-Z]([a-z])+$"));
    let comparison = compared(&base, &revised);
    assert!(comparison.changes.iter().any(|change| change.kind == Kind::Pattern), "{comparison:#?}");
    assert_eq!(breaking(&base, &base), Vec::<String>::new());
}

#[test]
fn what_combines_in_too_many_ways_is_refused() {
    // Each of a hundred schemas meets each other one in ever new sets.
    let mut components = String::from("\n");
    for index in 0..60 {
        let (one, other) = ((index * 7 + 1) % 60, (index * 13 + 5) % 60);
        writeln!(
            components,
            "    S{index}: {{allOf: [{{properties: {{a: {{$ref: '#/components/schemas/S{one}'}}, \
             b: {{$ref: '#/components/schemas/S{other}'}}}}}}, {{properties: {{a: {{$ref: \
             '#/components/schemas/S{other}'}}, b: {{$ref: '#/components/schemas/S{index}'}}}}}}]}}"
        )
        .expect("a string can be written to");
    }
    let document = load(&answer("3.1.0", "{$ref: '#/components/schemas/S0'}", components.trim_end()));
    let day = "2026-06-01".parse().expect("the day is one");
    match compare(&document, &document, &Options::on(day)) {
        Ok(comparison) => {
            let judged = Rules::embedded().judge(&comparison, &Levels::new());
            assert!(judged.is_empty(), "{judged:#?}");
        }
        Err(error) => assert!(error.to_string().contains("combine in more than"), "{error}"),
    }
}

#[test]
fn callbacks_of_callbacks_are_counted() {
    // A shared callback has 400 operations, and 400 operations share it.
    let inside: Vec<String> = (0..400)
        .map(|index| format!("      '{{$request.body#/u{index}}}': {{post: {{responses: {{'204': {{description: a}}}}}}}}\n"))
        .collect();
    let outside: Vec<String> = (0..400)
        .map(|index| {
            format!(
                "  /p{index}: {{post: {{responses: {{'201': {{description: a}}}}, callbacks: {{on: {{$ref: \
                 '#/components/callbacks/On'}}}}}}}}\n"
            )
        })
        .collect();
    let (inside, outside) = (inside.concat(), outside.concat());
    let document = load(&format!(
        "openapi: 3.0.3\ninfo: {{title: Archive, version: 1.0.0}}\npaths:\n{outside}components:\n  callbacks:\n    \
         On:\n{inside}"
    ));
    let day = "2026-06-01".parse().expect("the day is one");
    let error = compare(&document, &document, &Options::on(day)).expect_err("there are 160,000");
    assert!(error.to_string().contains("more than 100000 operations in `callbacks`"), "{error}");
}
