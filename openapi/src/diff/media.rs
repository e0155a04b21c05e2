//! The media types of a body: which of the base is which of the revised document, though it may be
//! written otherwise, or be a wider or narrower one now.

use super::reader::Placed;

/// An entry of `content`.
pub(super) type Entry<'d> = (&'d str, Placed<'d>);

/// How the revised media type relates to the one it takes the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    Wider,
    Narrower,
}

/// The entries that belong together, and those that are alone.
pub(super) struct Matched<'d> {
    pub both: Vec<(Entry<'d>, Entry<'d>, Relation)>,
    pub removed: Vec<Entry<'d>>,
    pub added: Vec<Entry<'d>>,
}

/// A media type's name, in lower case and without parameters, by its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    kind: String,
    subtype: String,
    suffix: Option<String>,
}

impl Name {
    fn read(key: &str) -> Self {
        let essence = key.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, rest) = essence.split_once('/').unwrap_or((essence.as_str(), ""));
        let suffix = rest.rsplit_once('+').map(|(_, suffix)| suffix.to_owned());
        Self { kind: kind.to_owned(), subtype: rest.to_owned(), suffix }
    }

    /// Whether every body of `inner` is one of this.
    fn covers(&self, inner: &Self) -> bool {
        match (self.kind.as_str(), self.subtype.as_str()) {
            ("*", "*") => true,
            (kind, "*") => kind == inner.kind,
            (kind, subtype) => {
                let structured =
                    subtype.strip_prefix("*+").is_some_and(|it| inner.suffix.as_deref() == Some(it));
                kind == inner.kind && (subtype == inner.subtype || structured)
            }
        }
    }

    /// Whether `inner` is written in this: `application/problem+json` in `application/json`.
    fn underlies(&self, inner: &Self) -> bool {
        self.kind == inner.kind && inner.suffix.as_deref() == Some(&self.subtype)
    }
}

/// Finds what belongs together: by name as it is written, by name without parameters, by range, and
/// where `by_suffix`, by the language a type is written in.
pub(super) fn match_up<'d>(
    mut base: Vec<Entry<'d>>,
    mut revised: Vec<Entry<'d>>,
    by_suffix: bool,
) -> Matched<'d> {
    let mut both = Vec::new();
    let tight = |key: &str| key.to_ascii_lowercase().replace(' ', "");
    let exact = |was: &str, now: &str| (tight(was) == tight(now)).then_some(Relation::Same);
    pair_up(&mut base, &mut revised, &mut both, exact);
    let named = |was: &str, now: &str| (Name::read(was) == Name::read(now)).then_some(Relation::Same);
    pair_up(&mut base, &mut revised, &mut both, named);
    // A range takes up as many as it covers.
    base.retain(|was| {
        let name = Name::read(was.0);
        let partner = both
            .iter()
            .map(|(_, now, _)| now)
            .chain(&revised)
            .find(|now| Name::read(now.0).covers(&name))
            .cloned();
        let found = partner.is_some();
        both.extend(partner.map(|now| (was.clone(), now, Relation::Wider)));
        !found
    });
    revised.retain(|now| !both.iter().any(|(_, taken, _)| taken.0 == now.0));
    if by_suffix {
        let written = |was: &str, now: &str| {
            let (was, now) = (Name::read(was), Name::read(now));
            if was.covers(&now) || was.underlies(&now) {
                Some(Relation::Narrower)
            } else {
                now.underlies(&was).then_some(Relation::Wider)
            }
        };
        pair_up(&mut base, &mut revised, &mut both, written);
    }
    Matched { both, removed: base, added: revised }
}

fn pair_up<'d>(
    base: &mut Vec<Entry<'d>>,
    revised: &mut Vec<Entry<'d>>,
    both: &mut Vec<(Entry<'d>, Entry<'d>, Relation)>,
    relation: impl Fn(&str, &str) -> Option<Relation>,
) {
    base.retain(|was| {
        let found = revised.iter().enumerate().find_map(|(at, now)| Some((at, relation(was.0, now.0)?)));
        let Some((at, relation)) = found else { return true };
        both.push((was.clone(), revised.remove(at), relation));
        false
    });
}

/// Whether a body of this type is written as text, so that a number and its digits are the same.
pub(super) fn is_text(key: &str) -> bool {
    let name = Name::read(key);
    let json = name.subtype == "json" || name.suffix.as_deref() == Some("json");
    !json && !name.subtype.contains('*')
}
