//! The same news in the words of each kind of target.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::news::{Item, News, Weight};
use crate::config::Shape;
use crate::report::Verb;

/// Findings that a message names, at most: the report has the rest.
const NAMED: usize = 20;

/// Characters of one text of a message. Discord takes 4,096 of an embed, Slack 3,000 of a section.
const LONGEST: usize = 2_800;

/// News, to be put into words.
pub(super) struct Words<'a> {
    pub verb: Verb,
    pub news: &'a News,
}

impl Words<'_> {
    /// What is posted to a target of this shape.
    pub fn body(&self, shape: Shape) -> Value {
        match shape {
            Shape::Plain => self.plain(),
            Shape::Slack => self.slack(),
            Shape::Teams => self.teams(),
            Shape::Discord => self.discord(),
        }
    }

    /// One line of JSON, with its end.
    pub fn line(&self) -> String {
        format!("{}\n", self.plain())
    }

    /// A section of a page.
    pub fn markdown(&self) -> String {
        format!("### {}\n\n{}\n", self.title(), self.list(&markdown))
    }

    /// Workflow commands that make annotations.
    pub fn commands(&self) -> Vec<String> {
        let command = |item: &Item| {
            let kind = match item.severity {
                Weight::Error | Weight::Unknown => "error",
                Weight::Warning => "warning",
                Weight::Info => "notice",
            };
            let (title, text) = (property(&format!("{}: {}", item.id, item.place)), data(&sentence(item)));
            format!("::{kind} title={title}::{text}")
        };
        self.news.new.iter().map(command).collect()
    }

    fn plain(&self) -> Value {
        json!({
            "source": "countersign",
            "version": 1,
            "verb": self.verb,
            "title": self.title(),
            "new": self.news.new,
            "resolved": self.news.resolved,
        })
    }

    /// The gist, in one line.
    fn title(&self) -> String {
        let counted = |number: usize, what: &str| (number > 0).then(|| format!("{number} {what}"));
        let weighs =
            |weights: &[Weight]| self.news.new.iter().filter(|item| weights.contains(&item.severity)).count();
        let parts = [
            counted(weighs(&[Weight::Error]), "new broken"),
            counted(weighs(&[Weight::Unknown]), "new that could not be told"),
            counted(weighs(&[Weight::Warning, Weight::Info]), "new to look at"),
            counted(self.news.resolved.len(), "resolved"),
        ];
        format!("countersign: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    /// A line an item, escaped by `escape`.
    fn list(&self, escape: &dyn Fn(&str) -> String) -> String {
        let mut list = String::new();
        for (sign, items) in [("•", &self.news.new), ("✓ resolved:", &self.news.resolved)] {
            for item in items.iter().take(NAMED) {
                let line = format!("{sign} {}: {}", escape(&item.place), escape(&sentence(item)));
                if list.chars().count() + line.chars().count() > LONGEST {
                    list.push_str("…\n");
                    return list;
                }
                let _ = writeln!(list, "{line}");
            }
            if items.len() > NAMED {
                let _ = writeln!(list, "and {} more", items.len() - NAMED);
            }
        }
        list
    }

    fn slack(&self) -> Value {
        let title = self.title();
        json!({
            "text": title,
            "blocks": [
                { "type": "header", "text": { "type": "plain_text", "text": title, "emoji": false } },
                { "type": "section", "text": { "type": "mrkdwn", "text": self.list(&mrkdwn) } },
            ],
        })
    }

    fn teams(&self) -> Value {
        let block = |text: String, further: Value| {
            let mut block = json!({ "type": "TextBlock", "text": text, "wrap": true });
            if let (Some(block), Value::Object(further)) = (block.as_object_mut(), further) {
                block.extend(further);
            }
            block
        };
        let list = self.list(&markdown).replace('\n', "\n\n");
        json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "body": [
                        block(self.title(), json!({ "weight": "Bolder", "size": "Medium" })),
                        block(list, json!({})),
                    ],
                },
            }],
        })
    }

    fn discord(&self) -> Value {
        const RED: u32 = 0x00d1_242f;
        const GREEN: u32 = 0x001a_7f37;
        let colour = if self.news.new.is_empty() { GREEN } else { RED };
        json!({
            "username": "countersign",
            "embeds": [{ "title": self.title(), "description": self.list(&markdown), "color": colour }],
            // Whoever names a path "@everyone" shall not wake everyone.
            "allowed_mentions": { "parse": [] },
        })
    }
}

fn sentence(item: &Item) -> String {
    let mut sentence = item.message.clone();
    for affected in &item.affects {
        let _ = write!(sentence, "; breaking for {affected}");
    }
    sentence
}

/// Slack's own three escapes.
fn mrkdwn(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' | '@') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// The text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
