//! Texts of others in Markdown: nothing in them may make a heading, a link, a tag or a mention.

use crate::report::printable;

/// `text` as itself, on one line.
pub fn text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in printable(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // Somebody may have that name, and would be told.
            '@' => safe.push_str("@&#8203;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    // What makes a list of it at the beginning of a line: a mark, or a number with a full stop.
    let number = safe.bytes().take_while(u8::is_ascii_digit).count();
    match safe.as_bytes().get(number) {
        Some(b'.') => safe.insert(number, '\\'),
        Some(b'-' | b'+' | b'=') if number == 0 => safe.insert(0, '\\'),
        _ => {}
    }
    safe
}

/// `text` as code, between more backticks than it holds in a row.
pub fn code(text: &str) -> String {
    let text = printable(text);
    if text.is_empty() {
        return "(nothing)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_makes_anything_but_text() {
        assert_eq!(text("# a\n[b](c)"), "\\# a\\\\n\\[b\\]\\(c\\)");
        assert_eq!(text("<b>&amp; *x* a_b @team"), "&lt;b&gt;&amp;amp; \\*x\\* a\\_b @&#8203;team");
        assert_eq!(text("- a | b"), "\\- a \\| b");
    }

    /// What a reader of CommonMark and of GitHub's tables and strikethroughs sees, as HTML.
    fn seen(markdown: &str) -> String {
        use pulldown_cmark::{Options, Parser, html};
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        let mut seen = String::new();
        html::push_html(&mut seen, Parser::new_ext(markdown, options));
        seen
    }

    /// `text` in HTML.
    fn plain(text: &str) -> String {
        let mut plain = String::new();
        pulldown_cmark::html::push_html(&mut plain, [pulldown_cmark::Event::Text(text.into())].into_iter());
        plain
    }

    proptest::proptest! {
        #[test]
        fn whatever_it_is_it_is_seen_as_it_is(text in "[a-z0-9 .:*_#<>&|`~!\\[\\](){}\\\\\"'=+-]{1,40}") {
            let text = text.trim();
            proptest::prop_assume!(!text.is_empty());
            proptest::prop_assert_eq!(seen(&super::text(text)), format!("<p>{}</p>\n", plain(text)));
        }

        #[test]
        fn code_is_seen_as_it_is(text in "[a-z <>&|`*\\\\]{1,20}") {
            let text = text.trim();
            proptest::prop_assume!(!text.is_empty());
            proptest::prop_assert_eq!(seen(&code(text)), format!("<p><code>{}</code></p>\n", plain(text)));
        }
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a `b` ``c``"), "``` a `b` ``c`` ```");
        assert_eq!(code("a\nb"), "`a\\nb`");
        assert_eq!(code(""), "(nothing)");
    }
}
