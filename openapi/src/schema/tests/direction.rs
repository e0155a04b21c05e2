//! `readOnly` and `writeOnly`.

use serde_json::json;

use super::{Components, short};
use crate::schema::Direction::{Request, Response};

fn users() -> Components {
    Components::of_3_0(
        "User: {type: object, required: [id, password], properties: {id: {$ref: '#/components/schemas/Id'}, password: {type: string, writeOnly: true}}}
         Id: {type: integer, readOnly: true}
         Named: {allOf: [{$ref: '#/components/schemas/User'}, {required: [id, password, name]}]}
         Wrapped: {required: [id], properties: {id: {allOf: [{$ref: '#/components/schemas/Id'}]}}}
         Again: {properties: {user: {$ref: '#/components/schemas/Again'}}, allOf: [{$ref: '#/components/schemas/Again'}], required: [x]}",
    )
}

#[test]
fn what_goes_the_other_way_is_not_required() {
    let users = users();
    assert!(users.check("User", Request, &json!({"password": "x"})).is_empty());
    assert!(users.check("User", Response, &json!({"id": 1})).is_empty());
    assert_eq!(short(&users.check("User", Request, &json!({}))), [": required"]);
    assert_eq!(short(&users.check("User", Response, &json!({}))), [": required"]);
}

#[test]
fn what_goes_the_other_way_is_not_allowed() {
    let users = users();
    let both = json!({"id": 1, "password": "x"});
    assert_eq!(short(&users.check("User", Request, &both)), ["/id: readOnly"]);
    assert_eq!(short(&users.check("User", Response, &both)), ["/password: writeOnly"]);
    let request = users.check("User", Request, &both);
    assert_eq!(request[0].rule.pointer.as_str(), "/components/schemas/Id/readOnly");
}

#[test]
fn the_schema_that_requires_need_not_be_the_one_that_describes() {
    let users = users();
    assert!(users.check("Named", Request, &json!({"password": "x", "name": "n"})).is_empty());
    assert_eq!(short(&users.check("Named", Response, &json!({"id": 1}))), [": required"]);
    assert!(users.check("Wrapped", Request, &json!({})).is_empty());
}

#[test]
fn a_schema_that_holds_itself_has_an_end() {
    assert_eq!(short(&users().check("Again", Request, &json!({"user": {"x": 1}}))), [": required"]);
}
