//! Bearer tokens: issued once, known again, revoked. What their holder has is kept nowhere.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::draft::{Draft, Refusal};
use crate::event::Event;
use crate::model::{Model, Token};

/// So that a token is known as one wherever it turns up.
const PREFIX: &str = "cst_";

/// A token that was just issued. Its text is told this once.
pub struct Issued {
    pub uuid: Uuid,
    pub token: String,
}

/// 244 bits of chance.
pub fn issue(draft: &mut Draft<'_>, name: &str, writes: bool) -> Result<Issued, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::field("name", "is missing: the log says by it who did something"));
    }
    if draft.model.tokens().any(|token| token.name == name) {
        return Err(Refusal::field("name", format!("{name} has a token: revoke it first")));
    }
    let token = format!("{PREFIX}{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let uuid = Uuid::new_v4();
    draft.push(Event::TokenIssued { uuid, name: name.to_owned(), hash: hash(&token), writes });
    Ok(Issued { uuid, token })
}

/// From now on nobody is admitted with it.
pub fn revoke(draft: &mut Draft<'_>, uuid: Uuid) -> Result<(), Refusal> {
    if !draft.model.tokens().any(|token| token.uuid == uuid) {
        return Err(Refusal::NotFound(format!("there is no token {uuid}")));
    }
    draft.push(Event::TokenRevoked { uuid });
    Ok(())
}

/// Whose token it is. It takes as long whichever it is, and if it is none.
#[must_use]
pub fn holder<'m>(model: &'m Model, token: &str) -> Option<&'m Token> {
    let hash = hash(token);
    model.tokens().fold(None, |found, known| {
        if bool::from(known.hash.as_bytes().ct_eq(hash.as_bytes())) { Some(known) } else { found }
    })
}

fn hash(token: &str) -> String {
    crate::content::hex(&Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn apply(model: &mut Model, events: Vec<Happening>) {
        for event in events {
            model.apply(event).unwrap();
        }
    }

    #[test]
    fn a_token_admits_until_it_is_revoked() {
        let mut model = Model::default();
        let mut draft = Draft::new(&model);
        let issued = issue(&mut draft, "ci", true).unwrap();
        let (events, _) = draft.finish();
        let told = format!("{events:?}");
        assert!(!told.contains(&issued.token), "{told}");
        apply(&mut model, events);
        assert_eq!(holder(&model, &issued.token).unwrap().name, "ci");
        assert!(holder(&model, "cst_0").is_none());
        assert!(issue(&mut Draft::new(&model), "ci", false).is_err());
        let mut draft = Draft::new(&model);
        revoke(&mut draft, issued.uuid).unwrap();
        let (events, _) = draft.finish();
        apply(&mut model, events);
        assert!(holder(&model, &issued.token).is_none());
        assert!(revoke(&mut Draft::new(&model), issued.uuid).is_err());
    }
}
