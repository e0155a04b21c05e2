//! What every page of ours is made of: its frame, which lets nothing in from elsewhere, and small parts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use crate::report::{Outcome, printable};

/// The style of all pages.
pub const STYLE: &str = include_str!("page.css");

/// A page that needs nothing else: `style` and `script` are its own.
pub struct Frame<'a> {
    pub title: &'a str,
    pub style: &'a str,
    pub script: Option<&'a str>,
}

impl Frame<'_> {
    /// The page around `body`, which has a `main` with the id `findings`.
    pub fn around(&self, body: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy(self.style, self.script));
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    // A browser would ask for one.
                    link rel="icon" href="data:,";
                    title { (self.title) }
                    style { (PreEscaped(self.style)) }
                }
                body {
                    a.skip href="#findings" { "Skip to the findings" }
                    (body)
                    footer { p { "countersign " (env!("CARGO_PKG_VERSION")) } }
                    @if let Some(script) = self.script {
                        script { (PreEscaped(script)) }
                    }
                }
            }
        }
    }
}

/// What may be loaded: this page's own style and script, and nothing else from anywhere.
fn policy(style: &str, script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let script = script.map_or("'none'".to_owned(), hash);
    let style = hash(style);
    format!(
        "default-src 'none'; style-src {style}; script-src {script}; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

/// The class that gives an outcome its colour.
pub fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Kept => "kept",
        Outcome::Broken => "broken",
        Outcome::Unknown => "unknown",
    }
}

/// A stamp that says at a glance how it stands.
pub fn seal(outcome: Outcome) -> Markup {
    let sign = match outcome {
        Outcome::Kept => "M10.5 16.5l4 4 7.5-9",
        Outcome::Broken => "M11.5 11.5l9 9m0-9l-9 9",
        Outcome::Unknown => "M12.5 13a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1-1.5 2m0 3.3v.2",
    };
    html! {
        svg.seal viewBox="0 0 32 32" width="32" height="32" fill="none" stroke="currentColor" aria-hidden="true" {
            circle cx="16" cy="16" r="14.5" stroke-width="2" {}
            circle cx="16" cy="16" r="11" stroke-dasharray="1.5 2" {}
            path d=(sign) stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

/// Shares of a whole, as a bar. The numbers stand beside it: nobody has to see it.
pub fn bar(shares: &[(&str, usize)]) -> Markup {
    let whole: usize = shares.iter().map(|(_, count)| count).sum();
    let ends = shares.iter().scan(0, |end, (_, count)| {
        *end += count;
        Some(*end)
    });
    html! {
        @if whole > 0 {
            svg.bar viewBox={ "0 0 " (whole) " 1" } preserveAspectRatio="none" aria-hidden="true" {
                @for ((class, count), end) in shares.iter().zip(ends) {
                    rect.(class) x=(end - count) y="0" width=(count) height="1" {}
                }
            }
        }
    }
}

/// `text` of somebody else's: nothing in it may be taken for a part of the page or turn its lines around.
pub fn said(text: &str) -> Markup {
    html! { (printable(text)) }
}
