//! What a YAML scalar means in JSON: the core schema of YAML 1.2, in which `no` and dates are text.

use saphyr_parser::Tag;
use serde_json::{Number, Value};

/// The value of a scalar; `plain` where it stands without quotes and may be more than text.
pub(super) fn resolve(text: &str, plain: bool, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        return if plain { untagged(text) } else { Ok(Value::String(text.to_owned())) };
    };
    let wrong = || format!("{text:?} is not a {tag}");
    match (tag.is_yaml_core_schema(), tag.suffix.as_str()) {
        (true, "str") => Ok(Value::String(text.to_owned())),
        (false, "") if tag.handle == "!" => Ok(Value::String(text.to_owned())),
        (true, "null") => untagged(text).ok().filter(Value::is_null).ok_or_else(wrong),
        (true, "bool") => untagged(text).ok().filter(Value::is_boolean).ok_or_else(wrong),
        (true, "int") => {
            untagged(text).ok().filter(|value| value.is_u64() || value.is_i64()).ok_or_else(wrong)
        }
        (true, "float") => untagged(text).ok().filter(Value::is_number).ok_or_else(wrong),
        _ => Err(format!("the tag {tag} has no meaning in JSON")),
    }
}

fn untagged(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | ".nan" | ".NaN" | ".NAN" => {
            return Err(format!("JSON has no number {text}"));
        }
        _ => {}
    }
    Ok(number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number))
}

fn number(text: &str) -> Option<Number> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            // `from_str_radix` takes a sign, which has no place behind the prefix.
            return all(digits, |c| c.is_digit(radix))
                .then(|| u64::from_str_radix(digits, radix).ok())
                .flatten()
                .map(Number::from);
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all(unsigned, |c| c.is_ascii_digit()) {
        let text = text.strip_prefix('+').unwrap_or(text);
        let whole = text.parse::<u64>().map(Number::from).or_else(|_| text.parse::<i64>().map(Number::from));
        return whole.ok().or_else(|| float(text));
    }
    is_float(unsigned).then(|| float(text)).flatten()
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let mantissa = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    mantissa
        && exponent.is_none_or(|text| {
            let text = text.strip_prefix(['-', '+']).unwrap_or(text);
            !text.is_empty() && digits(text)
        })
}

fn float(text: &str) -> Option<Number> {
    Number::from_f64(text.parse().ok()?)
}

fn all(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}
