//! `discriminator`, beside branches and in a parent.

use serde_json::json;

use super::{Components, short};
use crate::schema::Direction::Response;

fn pets(keyword: &str) -> Components {
    Components::of_3_0(&format!(
        "Pet: {{{keyword}: [{{$ref: '#/components/schemas/Cat'}}, {{$ref: '#/components/schemas/Dog'}}], discriminator: {{propertyName: kind, mapping: {{cat: Cat, hound: '#/components/schemas/Dog'}}}}}}
         Cat: {{type: object, required: [kind, lives], properties: {{kind: {{type: string}}, lives: {{type: integer}}}}}}
         Dog: {{type: object, required: [kind, barks], properties: {{kind: {{type: string}}, barks: {{type: boolean}}}}}}"
    ))
}

#[test]
fn only_the_branch_that_is_meant_is_judged() {
    for keyword in ["oneOf", "anyOf"] {
        let pets = pets(keyword);
        assert_eq!(pets.broken("Pet", &json!({"kind": "cat", "lives": 9})), [""; 0]);
        assert_eq!(pets.broken("Pet", &json!({"kind": "Cat", "lives": 9})), [""; 0]);
        assert_eq!(pets.broken("Pet", &json!({"kind": "hound", "barks": true})), [""; 0]);
        // It would keep `Cat`, but it says that it is a dog.
        assert_eq!(pets.broken("Pet", &json!({"kind": "Dog", "lives": 9})), [": required"]);
        assert_eq!(pets.broken("Pet", &json!({"kind": "cat", "lives": "many"})), ["/lives: type"]);
    }
}

#[test]
fn a_value_that_names_no_schema_is_an_error_where_it_stands() {
    let pets = pets("oneOf");
    let errors = pets.check("Pet", Response, &json!({"kind": "bird"}));
    assert_eq!(short(&errors), ["/kind: discriminator"]);
    assert_eq!(errors[0].expected, json!(["Cat", "Dog", "cat", "hound"]));
    assert_eq!(errors[0].rule.pointer.as_str(), "/components/schemas/Pet/discriminator");
    assert_eq!(pets.broken("Pet", &json!({"kind": 1})), ["/kind: discriminator"]);
    assert_eq!(pets.broken("Pet", &json!({})), [": discriminator"]);
    assert_eq!(pets.broken("Pet", &json!(1)), [": oneOf"]);
}

#[test]
fn a_parent_hands_on_to_the_child_that_is_meant() {
    let components = Components::of_3_0(
        "Pet: {type: object, required: [kind], properties: {kind: {type: string}}, discriminator: {propertyName: kind, mapping: {lion: Cat}}}
         Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives]}]}
         Pets: {type: array, items: {$ref: '#/components/schemas/Pet'}}",
    );
    assert_eq!(components.broken("Pets", &json!([{"kind": "Pet"}, {"kind": "Cat", "lives": 1}])), [""; 0]);
    assert_eq!(
        components.broken("Pets", &json!([{"kind": "Cat"}, {"kind": "lion"}])),
        ["/0: required", "/1: required"]
    );
    assert_eq!(components.broken("Pets", &json!([{"kind": "Bird"}])), ["/0/kind: discriminator"]);
    assert_eq!(components.broken("Cat", &json!({"kind": "Cat"})), [": required"]);
}

#[test]
fn a_parent_that_names_no_children_may_have_others() {
    let components = Components::of_3_0(
        "Pet: {type: object, properties: {kind: {enum: [Cat, bird]}}, discriminator: {propertyName: kind}}
         Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {required: [lives]}]}",
    );
    assert_eq!(components.broken("Pet", &json!({"kind": "Cat"})), [": required"]);
    for value in [json!({"kind": "bird"}), json!({})] {
        let errors = components.check("Pet", Response, &value);
        assert_eq!(short(&errors), [": discriminator"]);
        assert!(errors[0].undecided, "{errors:?}");
    }
    assert_eq!(components.broken("Pet", &json!({"kind": "fish"})), [": discriminator", "/kind: enum"]);
}

#[test]
fn a_child_may_say_which_value_means_it() {
    let components = Components::of_3_0(
        "Pet: {type: object, properties: {kind: {type: string}}, discriminator: {propertyName: kind}}
         Bath: {x-ms-discriminator-value: sea-bird, required: [water]}
         SeaBird: {x-ms-discriminator-value: sea-bird, allOf: [{$ref: '#/components/schemas/Pet'}, {required: [wings]}]}",
    );
    assert_eq!(components.broken("Pet", &json!({"kind": "sea-bird", "wings": 2})), [""; 0]);
    assert_eq!(components.broken("Pet", &json!({"kind": "sea-bird"})), [": required"]);
}

#[test]
fn branches_without_names_are_tried_one_by_one() {
    let components = Components::of_3_1(
        "Pet: {oneOf: [{required: [a], properties: {kind: {const: a}}}, {required: [b], properties: {kind: {const: b}}}], discriminator: {propertyName: kind}}",
    );
    assert_eq!(components.broken("Pet", &json!({"kind": "b", "b": 1})), [""; 0]);
    assert_eq!(components.broken("Pet", &json!({"kind": "b"})), [": oneOf", ": required"]);
}

#[test]
fn a_target_that_is_none_is_no_verdict() {
    let components = Components::of_3_0(
        "Pet: {discriminator: {propertyName: kind, mapping: {cat: Cta}}}
         Toy: {discriminator: {}}",
    );
    for (schema, value) in [("Pet", json!({"kind": "cat"})), ("Toy", json!({}))] {
        let errors = components.check(schema, Response, &value);
        assert!(errors.len() == 1 && errors[0].undecided, "{errors:?}");
    }
}
