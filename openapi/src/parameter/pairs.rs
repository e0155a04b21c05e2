//! Named values as a query, a cookie header or a form sends them, each claimed by the parameter it
//! belongs to, so that what nobody claims is known.

use std::borrow::Cow;
use std::cell::Cell;

use super::coerce::{Kinds, Shape};
use super::style::{Readings, Style, StyleError, Wire, read_form};
use crate::judge::Judge;
use crate::percent::decode_form;
use crate::sources::Spot;

/// Levels of `a[b][c]`, at most.
const MAX_BRACKETS: usize = 32;

/// The pairs of one query, cookie header or form, in the order they were sent.
#[derive(Debug, Default)]
pub(crate) struct Pairs<'a> {
    pairs: Vec<Pair<'a>>,
}

#[derive(Debug)]
struct Pair<'a> {
    name: String,
    /// Percent-encoded, as sent.
    raw: Cow<'a, str>,
    claimed: Cell<bool>,
}

/// How a named value is written, and what judges it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'f> {
    pub name: &'f str,
    pub style: Style,
    pub explode: bool,
    pub schema: &'f Spot,
}

impl<'a> Pairs<'a> {
    /// Reads a query without its `?`, or a form.
    pub fn of_query(query: &'a str) -> Self {
        Self::read(query.split('&'), |name, raw| (decode_form(name), Cow::Borrowed(raw)))
    }

    /// Reads the value of `Cookie` headers.
    pub fn of_cookies(headers: impl Iterator<Item = &'a str>) -> Self {
        // A plus is a plus here; what reads values further on is that of forms, where it is a space.
        let read = |name: &str, raw: &'a str| (name.to_owned(), plain_plus(raw));
        Self::read(headers.flat_map(|header| header.split(';')).map(str::trim), read)
    }

    fn read(
        parts: impl Iterator<Item = &'a str>,
        read: impl Fn(&'a str, &'a str) -> (String, Cow<'a, str>),
    ) -> Self {
        let pair = |part: &'a str| {
            let (name, raw) = part.split_once('=').unwrap_or((part, ""));
            let (name, raw) = read(name, raw);
            Pair { name, raw, claimed: Cell::new(false) }
        };
        Self { pairs: parts.filter(|part| !part.is_empty()).map(pair).collect() }
    }

    /// Every value sent under `name`, as sent; they are claimed.
    pub fn claim(&self, name: &str) -> Vec<&str> {
        self.claim_if(|pair| pair.name == name).into_iter().map(|pair| &*pair.raw).collect()
    }

    /// Names that nobody has claimed, each once, in the order they were sent.
    pub fn unclaimed(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for pair in self.pairs.iter().filter(|pair| !pair.claimed.get()) {
            if !names.contains(&pair.name.as_str()) {
                names.push(&pair.name);
            }
        }
        names
    }

    /// What was sent for `field`; none where nothing was.
    pub fn read_field(&self, judge: &Judge<'_>, field: Field<'_>) -> Option<Result<Readings, StyleError>> {
        let kinds = Shape::kinds(judge, field.schema);
        if field.style == Style::DeepObject {
            return self.deep(field.name).map(|fields| Ok(vec![Wire::Fields(fields)]));
        }
        if field.explode && kinds.has(Kinds::OBJECT) {
            return self.exploded_object(judge, field, kinds).map(Ok);
        }
        let raws = self.claim(field.name);
        match (raws.as_slice(), field.explode) {
            ([], _) => None,
            (_, true) => Some(Ok(repeated(&raws, kinds))),
            ([raw], false) => Some(Ok(read_form(field.style, raw, kinds))),
            (_, false) => Some(Err(format!(
                "it is sent {} times, and a style without `explode` writes it once",
                raws.len()
            ))),
        }
    }

    /// An object whose members stand as pairs of their own.
    fn exploded_object(&self, judge: &Judge<'_>, field: Field<'_>, kinds: Kinds) -> Option<Readings> {
        let (names, others) = Shape::new(judge).members(field.schema);
        let own = self.claim_if(|pair| names.contains(&pair.name) || (others && !pair.claimed.get()));
        let mut readings = Vec::new();
        if !own.is_empty() {
            let mut fields: Vec<(String, Vec<&str>)> = Vec::new();
            for pair in own {
                match fields.iter_mut().find(|(name, _)| *name == pair.name) {
                    Some((_, raws)) => raws.push(&pair.raw),
                    None => fields.push((pair.name.clone(), vec![&pair.raw])),
                }
            }
            let fields = fields.into_iter().map(|(name, raws)| {
                let shapes = Shape::new(judge).member(field.schema, &name);
                let lists = shapes.iter().any(|shape| Shape::kinds(judge, shape).has(Kinds::ARRAY));
                let kinds = if lists { Kinds::ARRAY } else { Kinds::STRING };
                let wire = repeated(&raws, kinds).swap_remove(0);
                (name, wire)
            });
            readings.push(Wire::Fields(fields.collect()));
        }
        let raws = self.claim(field.name);
        if !raws.is_empty() {
            readings.append(&mut repeated(&raws, kinds.without(Kinds::OBJECT)));
        }
        (!readings.is_empty()).then_some(readings)
    }

    /// The tree of `name[a]=1&name[b][c]=2`.
    fn deep(&self, name: &str) -> Option<Vec<(String, Wire)>> {
        let mut fields = Vec::new();
        for pair in self.claim_if(|pair| bracketed(name, &pair.name).is_some()) {
            let keys = bracketed(name, &pair.name).unwrap_or_default();
            plant(&mut fields, &keys, Wire::Text(decode_form(&pair.raw)));
        }
        (!fields.is_empty()).then_some(fields)
    }

    fn claim_if(&self, wanted: impl Fn(&Pair<'_>) -> bool) -> Vec<&Pair<'a>> {
        let own: Vec<&Pair<'a>> = self.pairs.iter().filter(|pair| wanted(pair)).collect();
        for pair in &own {
            pair.claimed.set(true);
        }
        own
    }
}

fn plain_plus(raw: &str) -> Cow<'_, str> {
    if raw.contains('+') { raw.replace('+', "%2B").into() } else { raw.into() }
}

/// What values sent under one name mean where each is a value of its own.
fn repeated(raws: &[&str], kinds: Kinds) -> Readings {
    let texts = || raws.iter().map(|raw| decode_form(raw));
    let list = Wire::list(texts());
    match raws {
        [raw] if kinds.has(Kinds::ARRAY) && raw.is_empty() => vec![list, Wire::List(Vec::new())],
        [_] if kinds.has(Kinds::ARRAY) && kinds.has_scalar() => {
            texts().map(Wire::Text).chain([list]).collect()
        }
        [_] if !kinds.has(Kinds::ARRAY) => texts().map(Wire::Text).collect(),
        _ => vec![list],
    }
}

/// The keys of `name[a][b]`; none where `text` is not of this form.
fn bracketed<'t>(name: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let inner = text.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
    let keys: Vec<&str> = inner.split("][").collect();
    (keys.len() <= MAX_BRACKETS).then_some(keys)
}

/// Puts `leaf` where `keys` lead; a second value at one place makes a list, as does `a[]`.
fn plant(fields: &mut Vec<(String, Wire)>, keys: &[&str], leaf: Wire) {
    let Some((key, rest)) = keys.split_first() else { return };
    let list = matches!(rest, [""]);
    let at = fields.iter().position(|(name, _)| name == key);
    let Some((_, old)) = at.map(|at| &mut fields[at]) else {
        let wire = match rest {
            [] => leaf,
            _ if list => Wire::List(vec![leaf]),
            _ => {
                let mut inner = Vec::new();
                plant(&mut inner, rest, leaf);
                Wire::Fields(inner)
            }
        };
        fields.push(((*key).to_owned(), wire));
        return;
    };
    match old {
        Wire::Fields(inner) if !rest.is_empty() => plant(inner, rest, leaf),
        Wire::List(items) => items.push(leaf),
        // Where text meets fields the list of both is what no schema of either lets through.
        Wire::Text(_) | Wire::Fields(_) => {
            let first = std::mem::replace(old, Wire::List(Vec::new()));
            *old = Wire::List(vec![first, leaf]);
        }
    }
}
