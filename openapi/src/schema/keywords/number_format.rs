//! `format` of numbers in OpenAPI. Those of texts are the `jsonschema` crate's.

use serde_json::{Number, Value};

use crate::schema::judge::{Run, Subject};
use crate::schema::report::Verdict;

/// A format that bounds numbers. `double` bounds none that JSON can tell.
#[derive(Clone, Copy, Debug)]
pub(in crate::schema) enum NumberFormat {
    Int32,
    Int64,
    Float,
}

impl NumberFormat {
    pub(in crate::schema) fn parse(format: &str) -> Option<Self> {
        match format {
            "int32" => Some(Self::Int32),
            "int64" => Some(Self::Int64),
            "float" => Some(Self::Float),
            _ => None,
        }
    }

    pub(super) fn judge<'s>(self, run: &mut Run<'s>, subject: Subject<'s, '_, '_>) -> Verdict {
        match subject.instance {
            Value::Number(number) if !self.holds(number) && !run.excuses("format", subject) => {
                run.broken(subject, "format", || format!("value is no {self:?}").to_lowercase())
            }
            _ => Verdict::Kept,
        }
    }

    fn holds(self, number: &Number) -> bool {
        // A whole number may be written with a fraction of zero, or with an exponent.
        let float = number.as_f64().unwrap_or(f64::NAN);
        match self {
            Self::Int32 => {
                float.fract() == 0.0 && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float)
            }
            Self::Int64 if number.is_f64() => float.fract() == 0.0 && (-TWO_63..TWO_63).contains(&float),
            Self::Int64 => number.is_i64(),
            Self::Float => float.abs() <= f64::from(f32::MAX),
        }
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;
