//! The styles in which parameters are written: from text to lists and fields of text.

use std::borrow::Cow;

use crate::parameter::coerce::Kinds;
use crate::percent::{decode, decode_form};

/// How a list or an object is written into text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    /// `collectionFormat: tsv` of 2.0, which has no name in later versions.
    TabDelimited,
    DeepObject,
}

const STYLES: [(&str, Style); 9] = [
    ("simple", Style::Simple),
    ("label", Style::Label),
    ("matrix", Style::Matrix),
    ("form", Style::Form),
    // From 3.2 on: `form` as cookies write it, which is how they are read in any case.
    ("cookie", Style::Form),
    ("spaceDelimited", Style::SpaceDelimited),
    ("pipeDelimited", Style::PipeDelimited),
    ("tabDelimited", Style::TabDelimited),
    ("deepObject", Style::DeepObject),
];

/// A value as it was sent: structure from the style, leaves still text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Text(String),
    List(Vec<Wire>),
    Fields(Vec<(String, Wire)>),
}

/// What the text may mean, most likely first. More than one where the schema allows several kinds
/// of value, or where writers of a style are known to differ.
pub(crate) type Readings = Vec<Wire>;

/// Why the text is not written in its style: a lowercase fragment.
pub(crate) type StyleError = String;

impl Style {
    pub fn parse(text: &str) -> Option<Self> {
        STYLES.into_iter().find(|(name, _)| *name == text).map(|(_, style)| style)
    }

    /// What stands between the members of a list that is not exploded.
    fn delimiter(self) -> char {
        match self {
            Self::SpaceDelimited => ' ',
            Self::PipeDelimited => '|',
            Self::TabDelimited => '\t',
            _ => ',',
        }
    }

    /// `raw` with its delimiters as they are. A space, a pipe and a tab have to be encoded, and few
    /// writers do that to the pipe.
    fn plain(self, raw: &str) -> Cow<'_, str> {
        match self {
            Self::SpaceDelimited => raw.replace("%20", " ").into(),
            Self::PipeDelimited => raw.replace("%7C", "|").replace("%7c", "|").into(),
            Self::TabDelimited => raw.replace("%09", "\t").into(),
            _ => raw.into(),
        }
    }

    /// As a document writes it.
    pub fn name(self) -> &'static str {
        STYLES.into_iter().find(|(_, style)| *style == self).map_or("", |(name, _)| name)
    }
}

impl Wire {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn list(items: impl IntoIterator<Item = String>) -> Self {
        Self::List(items.into_iter().map(Self::Text).collect())
    }
}

/// Reads a path segment, or what was captured of one, that belongs to the parameter `name`.
pub(crate) fn read_path(
    (style, explode): (Style, bool),
    name: &str,
    raw: &str,
    kinds: Kinds,
) -> Result<Readings, StyleError> {
    let decoded = |text: &str| decode(text).into_owned();
    match style {
        Style::Label => {
            let rest = raw.strip_prefix('.').ok_or("style label begins with a full stop")?;
            // Before 3.0.4 the specification's table put full stops between the members of a list
            // whether exploded or not; RFC 6570, which it cites, puts commas.
            let delimiters: &[char] = if explode { &['.'] } else { &[',', '.'] };
            Ok(read_delimited(rest, delimiters, explode, kinds, &decoded))
        }
        Style::Matrix => read_matrix(name, raw, explode, kinds),
        _ => Ok(read_delimited(&style.plain(raw), &[style.delimiter()], explode, kinds, &decoded)),
    }
}

/// Reads a header's value, which is never percent-encoded.
pub(crate) fn read_header((style, explode): (Style, bool), raw: &str, kinds: Kinds) -> Readings {
    read_delimited(raw.trim(), &[style.delimiter()], explode, kinds, &|text| text.trim().to_owned())
}

/// Reads the value of a form's field, or of a query parameter or cookie that is not exploded.
pub(crate) fn read_form(style: Style, raw: &str, kinds: Kinds) -> Readings {
    let delimiter = style.delimiter();
    let plain = if style == Style::SpaceDelimited { raw.replace('+', " ") } else { raw.to_owned() };
    let mut readings =
        read_delimited(&style.plain(&plain), &[delimiter], false, kinds & Kinds::COMPOUND, &decode_form);
    if kinds.has_scalar() || readings.is_empty() {
        readings.insert(0, Wire::Text(decode_form(raw)));
    }
    // Most clients encode the commas too, and most servers split after decoding.
    if delimiter == ',' && raw.to_ascii_lowercase().contains("%2c") {
        let lenient = |text: &str| text.to_owned();
        readings.extend(read_delimited(&decode_form(raw), &[','], false, kinds & Kinds::COMPOUND, &lenient));
    }
    readings
}

/// The list, the object and the plain text that `raw` may be, as far as `kinds` allows them.
fn read_delimited(
    raw: &str,
    delimiters: &[char],
    explode: bool,
    kinds: Kinds,
    decode: &dyn Fn(&str) -> String,
) -> Readings {
    let mut readings = Vec::new();
    for &delimiter in delimiters {
        let parts: Vec<&str> = if raw.is_empty() { Vec::new() } else { raw.split(delimiter).collect() };
        if kinds.has(Kinds::ARRAY) {
            readings.push(Wire::list(parts.iter().map(|part| decode(part))));
        }
        if kinds.has(Kinds::OBJECT) {
            readings.extend(fields(&parts, explode, decode));
        }
    }
    if kinds.has_scalar() {
        readings.insert(0, Wire::Text(decode(raw)));
    } else if readings.is_empty() && !kinds.is_empty() {
        readings.push(Wire::Text(decode(raw)));
    }
    readings
}

/// The fields of an object: `R=100,G=200` exploded, `R,100,G,200` otherwise.
fn fields(parts: &[&str], explode: bool, decode: &dyn Fn(&str) -> String) -> Option<Wire> {
    let field = |(name, value): (&str, &str)| (decode(name), Wire::Text(decode(value)));
    let fields: Option<Vec<_>> = if explode {
        parts.iter().map(|part| part.split_once('=').map(field)).collect()
    } else {
        parts
            .chunks(2)
            .map(|pair| if let [name, value] = pair { Some(field((name, value))) } else { None })
            .collect()
    };
    fields.map(Wire::Fields)
}

/// `;color=blue`, `;color=blue,black`, `;color=blue;color=black`, `;R=100;G=200`.
fn read_matrix(name: &str, raw: &str, explode: bool, kinds: Kinds) -> Result<Readings, StyleError> {
    let decoded = |text: &str| decode(text).into_owned();
    let rest = raw.strip_prefix(';').ok_or("style matrix begins with a semicolon")?;
    let pairs: Vec<(String, &str)> = rest
        .split(';')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), value))
        .collect();
    let own = pairs.iter().all(|(key, _)| key == name);
    let mut readings = Vec::new();
    if explode && kinds.has(Kinds::ARRAY) && own {
        readings.push(Wire::list(pairs.iter().map(|(_, value)| decoded(value))));
    }
    if explode && kinds.has(Kinds::OBJECT) {
        let fields = pairs.iter().map(|(key, value)| (key.clone(), Wire::Text(decoded(value))));
        readings.push(Wire::Fields(fields.collect()));
    }
    if let ([(_, value)], true) = (pairs.as_slice(), own) {
        let kinds = if explode { kinds.without(Kinds::COMPOUND) } else { kinds };
        readings.extend(read_delimited(value, &[','], false, kinds, &decoded));
    }
    if readings.is_empty() {
        return Err(format!("style matrix writes `;{name}=` before its value"));
    }
    Ok(readings)
}
