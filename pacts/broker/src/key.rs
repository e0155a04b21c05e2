//! The name of a stored text. There are as many as pacts and results, so each takes half of what its hexadecimal
//! text would, and no place of its own on the heap.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The SHA-256 of a text, as a rule; what older logs and tests call a text is kept as it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Kind);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Kind {
    Sha256([u8; 32]),
    Other(Box<str>),
}

impl From<[u8; 32]> for Key {
    fn from(digest: [u8; 32]) -> Self {
        Self(Kind::Sha256(digest))
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(packed(text).map_or_else(|| Kind::Other(text.into()), Kind::Sha256))
    }
}

/// None where the text would not come out as it went in.
fn packed(text: &str) -> Option<[u8; 32]> {
    let text: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(digest)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Sha256(digest) => f.write_str(&crate::content::hex(digest)),
            Kind::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Key, E> {
                Ok(text.into())
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_out_as_it_went_in() {
        let digest = crate::content::key(b"text").to_string();
        let (upper, short) = (digest.to_uppercase(), &digest[1..]);
        for text in [digest.as_str(), &upper, short, "", "key"] {
            let key = Key::from(text);
            assert_eq!(key.to_string(), text);
            assert_eq!(serde_json::to_value(&key).unwrap(), text);
            assert_eq!(serde_json::from_value::<Key>(text.into()).unwrap(), key);
        }
        assert_eq!(digest.len(), 64);
        assert_ne!(Key::from(upper.as_str()), Key::from(digest.as_str()));
    }
}
