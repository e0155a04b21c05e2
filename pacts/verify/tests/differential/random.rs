//! Random JSON bodies under random rules, answered with random changes. Seeded, so that every run
//! sees the same.

use serde_json::{Map, Value, json};

use crate::case::{Answer, Case, Version, object};

/// A small generator of numbers (splitmix64), which no release of a crate can change.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn value(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 6 } else { 10 };
        match self.roll(kinds) {
            0 => json!(self.roll(1000)),
            1 => json!(f64::from(u32::try_from(self.roll(1000)).unwrap()) / 8.0),
            2 => json!(self.roll(2) == 0),
            3 => json!(null),
            4 | 5 => json!(["a", "b", "100", "2024-02-29", ""][self.roll(5)]),
            6 | 7 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let names = ["id", "name", "a b", "tags", "0"];
                let members =
                    (0..=self.roll(3)).map(|_| (names[self.roll(5)].to_owned(), self.value(depth - 1)));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// The value, changed in one place at most, most times.
    fn changed(&mut self, value: &Value) -> Value {
        match value {
            _ if self.roll(6) == 0 => self.value(1),
            Value::Array(items) if !items.is_empty() => {
                let mut items = items.clone();
                let index = self.roll(items.len());
                match self.roll(4) {
                    0 => drop(items.remove(index)),
                    1 => items.push(items[index].clone()),
                    _ => items[index] = self.changed(&items[index]),
                }
                Value::Array(items)
            }
            Value::Object(members) if !members.is_empty() => {
                let mut members = members.clone();
                let name = members.keys().nth(self.roll(members.len())).unwrap().clone();
                match self.roll(5) {
                    0 => drop(members.remove(&name)),
                    1 => drop(members.insert("new".to_owned(), json!(1))),
                    _ => members[&name] = self.changed(&members[&name]),
                }
                Value::Object(members)
            }
            other => other.clone(),
        }
    }

    fn rule(&mut self) -> Value {
        let rules = [
            json!({ "match": "type" }),
            json!({ "match": "type" }),
            json!({ "match": "type", "min": 1 }),
            json!({ "match": "integer" }),
            json!({ "match": "number" }),
            json!({ "match": "equality" }),
            json!({ "match": "regex", "regex": "^[a-z0-9-]*$" }),
            json!({ "match": "values" }),
            json!({ "match": "notEmpty" }),
            json!({ "match": "include", "value": "a" }),
        ];
        rules[self.roll(rules.len())].clone()
    }
}

/// Every place of a body as a path, with wildcards for elements now and then.
fn paths(value: &Value, at: &str, dice: &mut Dice, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let below = if dice.roll(2) == 0 { format!("{at}[*]") } else { format!("{at}[{index}]") };
                paths(item, &below, dice, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                paths(member, &format!("{at}['{name}']"), dice, found);
            }
        }
        _ => {}
    }
}

pub fn cases(count: usize) -> Vec<Case> {
    let mut dice = Dice(20_261_122);
    (0..count)
        .map(|number| {
            let version = [Version::V3, Version::V4][dice.roll(2)];
            let example = json!({ "v": dice.value(3), "w": dice.value(2) });
            let mut places = Vec::new();
            paths(&example, "$", &mut dice, &mut places);
            let mut rules = Map::new();
            for place in places {
                if dice.roll(2) == 0 {
                    rules.insert(place, json!({ "matchers": [dice.rule()], "combine": "AND" }));
                }
            }
            let response = object([
                ("status", json!(200)),
                ("body", version.body(&example, "application/json")),
                ("matchingRules", json!({ "body": rules })),
            ]);
            let answer = Answer::json(&dice.changed(&example));
            Case::new(&format!("random {number}"), version, &response, answer)
        })
        .collect()
}
