//! Plain text out of the small markup in feed titles and summaries. Not an HTML parser: tags are taken out,
//! nothing is understood. Every position is passed at most twice.

use super::{
    normal,
    references::{has_reference, unescape},
};

/// Elements that end a line where they stand; their tags become a space.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that show a text was escaped once too often when their tags appear after decoding.
const INLINE: &[&str] =
    &["a", "b", "i", "em", "strong", "span", "img", "font", "u", "small", "sub", "sup", "iframe"];

/// Elements whose content is no text.
const HIDDEN: &[&str] = &["script", "style", "template", "noscript"];

/// The plain text of a feed's title or summary, in [`normal()`] form: tags and comments out (block tags become
/// a space), content of scripts and styles out, character references decoded, twice where the publisher
/// encoded twice.
pub fn strip_markup(markup: &str) -> String {
    if !markup.contains(['<', '&']) {
        return normal(markup);
    }
    let (stripped, tags) = without_tags(markup);
    let mut text = unescape(&stripped).into_owned();
    if has_reference(&text) {
        text = unescape(&text).into_owned();
    }
    // Markup that was escaped as a whole shows only now. With real tags around it, "<b>" is meant to be read.
    if !tags && is_markup(&text) {
        text = unescape(&without_tags(&text).0).into_owned();
    }
    normal(&text)
}

/// Whether a closing tag, or the opening one of a well-known element, is in the text.
fn is_markup(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let (name, closing) = tag_name(rest);
        let known = BLOCKS.iter().chain(INLINE).any(|known| name.eq_ignore_ascii_case(known));
        known && rest.contains('>') && (closing || !name.eq_ignore_ascii_case("option"))
    })
}

/// What is still worth looking for. A search that failed once fails to the end, so it is not repeated.
struct Hopes {
    quotes: bool,
    tags: bool,
    comments: bool,
}

/// The text between the tags, and whether there were any.
fn without_tags(markup: &str) -> (String, bool) {
    let mut text = String::with_capacity(markup.len());
    let mut hopes = Hopes { quotes: true, tags: true, comments: true };
    let mut found = false;
    let mut rest = markup;
    while let Some((plain, after)) = rest.split_once('<') {
        text.push_str(plain);
        if let Some(content) = after.strip_prefix("![CDATA[") {
            let (inner, next) = content.split_once("]]>").unwrap_or((content, ""));
            text.push_str(inner);
            (rest, found) = (next, true);
        } else if let Some((end, replacement)) = tag(after, &mut hopes) {
            text.push_str(replacement);
            (rest, found) = (end, true);
        } else {
            text.push('<');
            rest = after;
        }
    }
    text.push_str(rest);
    (text, found)
}

/// What follows the tag that begins after a `<`, and what stands for it in the text. `None`: it is no tag.
fn tag<'a>(after: &'a str, hopes: &mut Hopes) -> Option<(&'a str, &'static str)> {
    if let Some(comment) = after.strip_prefix("!--").filter(|_| hopes.comments) {
        match comment.split_once("-->") {
            Some((_, next)) => return Some((next, "")),
            None => hopes.comments = false,
        }
    }
    if !after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return None;
    }
    let next = after_tag(after, hopes)?;
    let (name, closing) = tag_name(after);
    if !closing && let Some(hidden) = HIDDEN.iter().find(|hidden| name.eq_ignore_ascii_case(hidden)) {
        return Some((after_hidden(next, hidden, hopes), " "));
    }
    let block = BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block));
    Some((next, if block { " " } else { "" }))
}

/// What follows the `>` of a tag; a `>` in a quoted attribute does not end it.
fn after_tag<'a>(tag: &'a str, hopes: &mut Hopes) -> Option<&'a str> {
    if !hopes.tags {
        return None;
    }
    if hopes.quotes {
        let mut quote = None;
        for (at, c) in tag.char_indices() {
            match (quote, c) {
                (None, '>') => return tag.get(at + 1..),
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), _) if open == c => quote = None,
                _ => {}
            }
        }
        hopes.quotes = false;
    }
    let end = tag.split_once('>').map(|(_, next)| next);
    hopes.tags = end.is_some();
    end
}

/// What follows the end tag of a hidden element; nothing where it is never closed.
fn after_hidden<'a>(content: &'a str, name: &str, hopes: &mut Hopes) -> &'a str {
    for (at, _) in content.match_indices("</") {
        let rest = content.get(at + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return after_tag(rest, hopes).unwrap_or_default();
        }
    }
    ""
}

/// The element's name in a tag, and whether it is an end tag.
fn tag_name(tag: &str) -> (&str, bool) {
    let name = tag.strip_prefix('/');
    let rest = name.unwrap_or(tag);
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    (rest.get(..length).unwrap_or_default(), name.is_some())
}
