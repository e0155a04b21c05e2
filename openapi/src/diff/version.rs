//! `info.version`: whether it rose as much as what changed asks for. Which version that is only
//! semantic versions tell.

use serde_json::Value;

use super::change::{Action, Area, Kind};
use super::facts::Fact;
use super::reader::Reader;
use crate::document::Document;
use crate::pointer::JsonPointer;
use crate::sources::Spot;

/// A semantic version: three numbers, and what makes it an early one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: [u64; 3],
    /// A release comes after all that lead to it.
    released: bool,
    before: Vec<Identifier>,
}

/// Numbers come before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

pub(super) fn compare(reader: &mut Reader<'_>) {
    let version = |document: &Document| Version::read(&document.value()["info"]["version"]);
    let (Some(was), Some(now)) = (version(reader.base), version(reader.revised)) else { return };
    let action = match was.cmp(&now) {
        std::cmp::Ordering::Less => Action::Increased,
        std::cmp::Ordering::Equal => Action::Kept,
        std::cmp::Ordering::Greater => Action::Decreased,
    };
    let spot = Spot::root(JsonPointer::root().join("info").join("version"));
    let (before, after) =
        (reader.base.value()["info"]["version"].clone(), reader.revised.value()["info"]["version"].clone());
    let change = reader.tell_of_document((Area::Document, Kind::Version, action), (Some(&spot), Some(&spot)));
    (change.before, change.after) = (before, after);
    change.facts.put(Fact::Step, step(&was, &now));
}

/// Which of the numbers changed first. Before the first release the second says what the first does
/// after it.
fn step(was: &Version, now: &Version) -> &'static str {
    let [major, minor, _] = was.numbers;
    if major != now.numbers[0] || major == 0 && minor != now.numbers[1] {
        "major"
    } else if minor != now.numbers[1] {
        "minor"
    } else {
        "patch"
    }
}

impl Version {
    fn read(value: &Value) -> Option<Self> {
        let text = value.as_str()?.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, before) = text.split_once('-').map_or((text, None), |(it, before)| (it, Some(before)));
        let numbers: Vec<u64> = numbers.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
        let identifiers = before.into_iter().flat_map(|before| before.split('.'));
        let before: Vec<Identifier> = identifiers
            .map(|word| word.parse().map_or_else(|_| Identifier::Word(word.to_owned()), Identifier::Number))
            .collect();
        Some(Self { numbers: numbers.try_into().ok()?, released: before.is_empty(), before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Option<Version> {
        Version::read(&Value::from(text))
    }

    #[test]
    fn versions_stand_in_the_order_of_semver() {
        let ascending =
            ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "v1.0.1", "1.10.0"];
        for (one, other) in ascending.iter().zip(&ascending[1..]) {
            assert!(version(one) < version(other), "{one} {other}");
        }
        assert_eq!(version("1.0.0+build"), version("1.0.0"));
        for other in ["1.0", "2026-01-01", "", "one.two.three"] {
            assert_eq!(version(other), None, "{other}");
        }
    }

    #[test]
    fn before_the_first_release_the_second_number_is_the_major_one() {
        let step = |was, now| step(&version(was).unwrap(), &version(now).unwrap());
        assert_eq!(step("0.1.0", "0.2.0"), "major");
        assert_eq!(step("1.1.0", "1.2.0"), "minor");
        assert_eq!(step("1.1.0", "2.0.0"), "major");
        assert_eq!(step("1.1.0", "1.1.1"), "patch");
    }
}
