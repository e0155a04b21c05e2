//! The fields of forms, with what was typed and what is wrong with it beside each.

use maud::{Markup, html};

use super::asked::Fields;
use super::words::{said, sentence};
use crate::{Error, FieldErrors};

/// Why a form comes back.
#[derive(Debug, Default)]
pub struct Faults {
    message: Option<String>,
    fields: FieldErrors,
}

impl Faults {
    /// Of an error that the form itself shows; any other is a page of its own.
    pub fn of(error: Error) -> Result<Self, Error> {
        match error {
            Error::Invalid { refusal, fields } => Ok(Self { message: Some(refusal.message), fields }),
            Error::Conflict { refusal } => Ok(Self::saying(&refusal.message)),
            Error::Refused { status, refusal } if (400..500).contains(&status) => {
                Ok(Self::saying(&refusal.message))
            }
            other => Err(other),
        }
    }

    pub fn saying(message: &str) -> Self {
        Self { message: Some(message.to_owned()), fields: FieldErrors::new() }
    }

    /// What this side finds wrong before anything is sent.
    #[must_use]
    pub fn at(mut self, field: &str, wrong: &str) -> Self {
        self.fields.entry(field.to_owned()).or_default().push(wrong.to_owned());
        self
    }

    pub fn none(&self) -> bool {
        self.message.is_none() && self.fields.is_empty()
    }

    /// The summary above a form; `shown` names the fields that have their own place for what is wrong.
    pub fn above(&self, what: &str, shown: &[(&str, &str)]) -> Markup {
        let label = |name: &str| shown.iter().find(|(field, _)| *field == name).map(|(_, label)| *label);
        html! {
            @if !self.none() {
                div.alert role="alert" {
                    p { strong { (what) } @if let Some(message) = &self.message { " " (sentence(message)) } }
                    @if !self.fields.is_empty() {
                        ul {
                            @for (name, wrong) in &self.fields {
                                li {
                                    @match label(name) {
                                        Some(label) => a href={ "#" (name) } { (label) },
                                        None => (said(name)),
                                    }
                                    ": " (said(&wrong.join("; ")))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn beside(&self, name: &str) -> Option<String> {
        self.fields.get(name).map(|wrong| sentence(&format!("it {}", wrong.join("; it "))))
    }
}

/// One field of a form. The names are the Archivist's, so that what it says of one finds its place.
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: Option<&'a str>,
    pub kind: Kind<'a>,
    pub required: bool,
}

#[derive(Clone, Copy)]
pub enum Kind<'a> {
    Line,
    Text,
    Number,
    /// What stands in `autocomplete`. It never comes back as it was typed.
    Password(&'a str),
    Username,
    /// Values and their labels.
    Choice(&'a [(&'a str, &'a str)]),
}

impl<'a> Field<'a> {
    pub const fn new(name: &'a str, label: &'a str, kind: Kind<'a>) -> Self {
        Self { name, label, hint: None, kind, required: false }
    }

    #[must_use]
    pub const fn hint(mut self, hint: &'a str) -> Self {
        self.hint = Some(hint);
        self
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn show(&self, typed: &Fields, faults: &Faults) -> Markup {
        let wrong = faults.beside(self.name);
        let described: Vec<String> = [
            self.hint.map(|_| format!("{}-hint", self.name)),
            wrong.as_ref().map(|_| format!("{}-wrong", self.name)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            div.field {
                label for=(self.name) {
                    (self.label) @if !self.required && self.may_be_empty() { span.soft { " (optional)" } }
                }
                @if let Some(hint) = self.hint { p.hint id={ (self.name) "-hint" } { (hint) } }
                @if let Some(wrong) = &wrong {
                    p.wrong id={ (self.name) "-wrong" } { span aria-hidden="true" { "✗ " } (wrong) }
                }
                (self.input(typed.typed(self.name), described.as_deref(), wrong.is_some()))
            }
        }
    }

    const fn may_be_empty(&self) -> bool {
        !matches!(self.kind, Kind::Choice(_))
    }

    fn input(&self, value: &str, described: Option<&str>, wrong: bool) -> Markup {
        let invalid = wrong.then_some("true");
        let (kind, autocomplete, mode) = match self.kind {
            Kind::Line => ("text", "off", None),
            Kind::Number => ("text", "off", Some("decimal")),
            Kind::Password(which) => ("password", which, None),
            Kind::Username => ("text", "username", None),
            Kind::Text => return self.text(value, described, invalid),
            Kind::Choice(choices) => return self.choice(choices, value, described, invalid),
        };
        let value = (kind != "password").then_some(value);
        html! {
            input id=(self.name) name=(self.name) type=(kind) value=[value] autocomplete=(autocomplete)
                inputmode=[mode] spellcheck=[(self.name == "username").then_some("false")]
                required[self.required] aria-describedby=[described] aria-invalid=[invalid];
        }
    }

    fn text(&self, value: &str, described: Option<&str>, invalid: Option<&str>) -> Markup {
        html! {
            textarea id=(self.name) name=(self.name) rows="5" required[self.required]
                aria-describedby=[described] aria-invalid=[invalid] {
                // A browser drops the first line break.
                "\n" (value)
            }
        }
    }

    fn choice(
        &self,
        choices: &[(&str, &str)],
        chosen: &str,
        described: Option<&str>,
        invalid: Option<&str>,
    ) -> Markup {
        html! {
            select id=(self.name) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] {
                @for (value, label) in choices {
                    option value=(value) selected[*value == chosen] { (label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_shows_what_was_typed_and_what_is_wrong_with_it() {
        let faults = Faults::saying("the input is not valid").at("title", "must not be empty");
        let typed = Fields::from([("title", "\"><b>"), ("password", "secret")]);
        let field = Field::new("title", "Title", Kind::Line).required().hint("As on air.");
        let shown = field.show(&typed, &faults).into_string();
        for part in [
            "<label for=\"title\">Title</label>",
            "value=\"&quot;&gt;&lt;b&gt;\"",
            "aria-describedby=\"title-hint title-wrong\"",
            "aria-invalid=\"true\"",
            "It must not be empty.",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let password = Field::new("password", "Password", Kind::Password("new-password"));
        assert!(!password.show(&typed, &faults).into_string().contains("secret"));
    }

    #[test]
    fn what_is_wrong_with_a_field_that_is_not_shown_is_said_above() {
        let faults = Faults::default().at("status", "cannot follow completed");
        let above = faults.above("Not saved.", &[("title", "Title")]).into_string();
        assert!(above.contains("<li>status: cannot follow completed</li>"), "{above}");
    }
}
