//! The load: a V4 pact of as many interactions as asked for, ten matching rules and a provider state
//! each, and the OpenAPI document that promises what it expects.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

pub struct Load {
    pub pact: PathBuf,
    pub document: PathBuf,
    pub interactions: usize,
}

pub fn write(folder: &Path, interactions: usize) -> Load {
    let pact = folder.join(format!("shop-orders-{interactions}.json"));
    let document = folder.join("orders.json");
    fs::write(&pact, self::pact(interactions).to_string()).expect("the folder can be written");
    fs::write(&document, self::document().to_string()).expect("the folder can be written");
    Load { pact, document, interactions }
}

/// What the provider answers.
pub fn order(id: usize) -> Value {
    json!({
        "id": id,
        "number": format!("A-{id}"),
        "customer": { "name": "Ada", "email": "ada@example.org", "vip": false },
        "created": "2026-01-02T03:04:05Z",
        "status": "open",
        "total": 12.5,
        "note": null,
        "lines": [
            { "sku": "S-1", "quantity": 2, "price": 5.0 },
            { "sku": "S-2", "quantity": 1, "price": 2.5 },
        ],
        "tags": ["gift", "fragile"],
    })
}

fn pact(interactions: usize) -> Value {
    json!({
        "consumer": { "name": "shop" },
        "provider": { "name": "orders" },
        "interactions": (0..interactions).map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

fn interaction(id: usize) -> Value {
    let like = json!({ "combine": "AND", "matchers": [{ "match": "type" }] });
    let matching =
        |regex: &str| json!({ "combine": "AND", "matchers": [{ "match": "regex", "regex": regex }] });
    json!({
        "type": "Synchronous/HTTP",
        "description": format!("a request for order {id}"),
        "pending": false,
        "providerStates": [{ "name": "an order exists", "params": { "id": id } }],
        "request": {
            "method": "GET",
            "path": format!("/orders/{id}"),
            "headers": { "Accept": ["application/json"] },
        },
        "response": {
            "status": 200,
            "headers": { "Content-Type": ["application/json"] },
            "body": { "content": order(id), "contentType": "application/json", "encoded": false },
            "matchingRules": { "body": {
                "$.number": matching("A-\\d+"),
                "$.customer": like,
                "$.customer.email": matching(".+@.+"),
                "$.created": matching("\\d{4}-\\d\\d-\\d\\dT.+Z"),
                "$.status": matching("open|paid|sent"),
                "$.total": { "combine": "AND", "matchers": [{ "match": "number" }] },
                "$.lines": { "combine": "AND", "matchers": [{ "match": "type", "min": 1 }] },
                "$.lines[*].quantity": { "combine": "AND", "matchers": [{ "match": "integer" }] },
                "$.lines[*].price": { "combine": "AND", "matchers": [{ "match": "number" }] },
                "$.tags": like,
            } },
        },
    })
}

fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Orders", "version": "1.0.0" },
        "paths": { "/orders/{id}": { "get": {
            "operationId": "getOrder",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
            "responses": { "200": {
                "description": "the order",
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Order" } } },
            } },
        } } },
        "components": { "schemas": { "Order": order_schema(), "Line": line_schema() } },
    })
}

fn order_schema() -> Value {
    json!({
        "type": "object",
        "required": ["id", "number", "customer", "created", "status", "total", "lines"],
        "properties": {
            "id": { "type": "integer" },
            "number": { "type": "string", "pattern": "^A-[0-9]+$" },
            "customer": {
                "type": "object",
                "required": ["name", "email"],
                "properties": {
                    "name": { "type": "string" },
                    "email": { "type": "string", "format": "email" },
                    "vip": { "type": "boolean" },
                },
            },
            "created": { "type": "string", "format": "date-time" },
            "status": { "type": "string", "enum": ["open", "paid", "sent"] },
            "total": { "type": "number", "minimum": 0 },
            "note": { "type": "string", "nullable": true },
            "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Line" } },
            "tags": { "type": "array", "items": { "type": "string" }, "maxItems": 20 },
        },
    })
}

fn line_schema() -> Value {
    json!({
        "type": "object",
        "required": ["sku", "quantity"],
        "properties": {
            "sku": { "type": "string" },
            "quantity": { "type": "integer", "minimum": 1 },
            "price": { "type": "number" },
        },
    })
}
