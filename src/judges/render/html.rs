//! The body of an article as a piece of HTML, for systems that take markup.

use crate::model::{Article, Block, BlockKind, Direction};
use std::fmt::Write as _;
use url::{Position, Url};

/// The blocks as elements, one a line, in an element that tells language and direction; empty without blocks.
pub(super) fn html(article: &Article) -> String {
    if article.body.is_empty() {
        return String::new();
    }
    let direction = if article.direction == Direction::Rtl { "rtl" } else { "ltr" };
    let language = match known_language(article) {
        Some(language) => format!(" lang=\"{}\"", escaped(language)),
        None => String::new(),
    };
    let mut out = format!("<div{language} dir=\"{direction}\">\n");
    for block in &article.body {
        let _infallible = writeln!(out, "{}", element(block));
    }
    out.push_str("</div>");
    out
}

/// The language, where it is known.
pub(super) fn known_language(article: &Article) -> Option<&str> {
    Some(article.language.as_str()).filter(|language| !matches!(*language, "" | "und"))
}

fn element(block: &Block) -> String {
    let text = lines(&block.text);
    match block.kind {
        BlockKind::Standfirst => format!("<p><strong>{text}</strong></p>"),
        BlockKind::Paragraph => format!("<p>{text}</p>"),
        BlockKind::Heading => {
            let level = block.level.unwrap_or(2).clamp(1, 6);
            format!("<h{level}>{text}</h{level}>")
        }
        BlockKind::Quote => format!("<blockquote><p>{text}</p></blockquote>"),
        BlockKind::List => format!("<ul>{}</ul>", each("li", &block.items)),
        BlockKind::Table => {
            let rows = block.rows.iter().map(|cells| format!("<tr>{}</tr>", each("td", cells)));
            format!("<table><tbody>{}</tbody></table>", rows.collect::<Vec<_>>().concat())
        }
        BlockKind::Image => picture(block, &text),
        BlockKind::Embed => embed(block, &text),
        BlockKind::Code => format!("<pre><code>{}</code></pre>", escaped(&block.text)),
    }
}

fn picture(block: &Block, caption: &str) -> String {
    let image = block.url.as_deref().and_then(address);
    let image = image.map(|url| format!("<img src=\"{}\" alt=\"\">", escaped(&url))).unwrap_or_default();
    let caption =
        if caption.is_empty() { String::new() } else { format!("<figcaption>{caption}</figcaption>") };
    format!("<figure>{image}{caption}</figure>")
}

/// A quotation with a link to where it is from.
fn embed(block: &Block, text: &str) -> String {
    let text = if text.is_empty() { String::new() } else { format!("<p>{text}</p>") };
    match block.url.as_deref().and_then(address).map(|url| escaped(&url)) {
        Some(url) => {
            format!("<blockquote cite=\"{url}\">{text}<p><a href=\"{url}\">{url}</a></p></blockquote>")
        }
        None => format!("<blockquote>{text}</blockquote>"),
    }
}

fn each(name: &str, texts: &[String]) -> String {
    let elements = texts.iter().map(|text| format!("<{name}>{}</{name}>", lines(text)));
    elements.collect::<Vec<_>>().concat()
}

/// Escaped text with its line breaks.
fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// Text in which nothing is markup, in elements and in quoted attributes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An address of the web as an RFC 3986 URI, which is ASCII; nothing where it is none.
///
/// Browsers leave more as it is than that allows: `|` in a path, `[` in a query, a `%` that stands alone.
pub(super) fn address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut out = strict(&url[..Position::BeforePath], "[]#");
    out.push_str(&strict(&url[Position::BeforePath..Position::BeforeFragment], "#"));
    out.push_str(&strict(&url[Position::BeforeFragment..], ""));
    Some(out)
}

/// A part of a URI, in which `more` has a meaning beside what has one anywhere; the rest is percent-encoded.
pub(super) fn strict(part: &str, more: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for (at, byte) in part.bytes().enumerate() {
        let letter = char::from(byte);
        let is_kept = match letter {
            '%' => part.get(at + 1..at + 3).is_some_and(|hex| hex.bytes().all(|hex| hex.is_ascii_hexdigit())),
            _ => {
                letter.is_ascii_alphanumeric()
                    || "-._~:/?@!$&'()*+,;=".contains(letter)
                    || more.contains(letter)
            }
        };
        if is_kept {
            out.push(letter);
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}
