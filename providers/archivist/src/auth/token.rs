//! Bearer tokens: 256 random bits that mean nothing by themselves.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

const BYTES: usize = 32;

#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; BYTES]);

impl Token {
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads a token as a client sends it.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The token as a client gets it.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored of it. No salt: 256 random bits cannot be guessed from their hash.
    pub fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_it_went_out() {
        let token = Token::generate().unwrap();
        assert_eq!(Token::parse(&token.reveal()), Some(token.clone()));
        assert_ne!(token, Token::generate().unwrap());
    }

    #[test]
    fn what_is_stored_or_logged_does_not_show_it() {
        let token = Token::generate().unwrap();
        assert_ne!(token.digest(), token.reveal());
        assert!(!format!("{token:?}").contains(&token.reveal()));
    }

    #[test]
    fn anything_else_is_no_token() {
        for text in ["", "x", "!!!!", &"A".repeat(42), &"A".repeat(44), &"A".repeat(100_000)] {
            assert_eq!(Token::parse(text), None);
        }
    }
}
