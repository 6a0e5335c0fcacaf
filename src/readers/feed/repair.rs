//! Repairs of feeds that are not well-formed: stray characters, and ends that are missing.

/// Whether the text is a web page rather than a feed.
pub(super) fn is_web_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(1000).collect::<String>().to_ascii_lowercase();
    let holds_feed = ["<rss", "<feed", "<rdf:rdf", "<channel"].iter().any(|root| start.contains(root));
    !holds_feed && (start.contains("<!doctype html") || start.contains("<html") || start.contains("<body"))
}

/// The text from its root element on, without characters that XML forbids, each bare `&` escaped, under a
/// prolog that says what it is: UTF-8.
pub(super) fn characters(text: &str) -> String {
    let root = ["<rss", "<RSS", "<feed", "<rdf:RDF", "<?xml"].iter().filter_map(|root| text.find(root)).min();
    let mut rest = root.and_then(|at| text.get(at..)).unwrap_or(text);
    if rest.starts_with("<?xml") {
        rest = rest.split_once("?>").map_or(rest, |(_, after)| after);
    }
    let mut clean = String::with_capacity(rest.len() + 64);
    let mut in_cdata = false;
    while let Some(letter) = rest.chars().next() {
        if in_cdata && rest.starts_with("]]>") {
            in_cdata = false;
        } else if !in_cdata && rest.starts_with("<![CDATA[") {
            in_cdata = true;
        }
        if letter == '&' && !in_cdata && !is_reference(rest) {
            clean.push_str("&amp;");
        } else if is_xml(letter) {
            clean.push(letter);
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    clean
}

/// Whether the text starts with a character reference that XML knows, or HTML's named ones.
fn is_reference(text: &str) -> bool {
    let Some((name, _)) = text.get(1..).and_then(|rest| rest.split_once(';')) else { return false };
    if name.is_empty() || name.len() > 32 {
        return false;
    }
    match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).is_some_and(is_xml),
            None => number.parse().ok().and_then(char::from_u32).is_some_and(is_xml),
        },
        None => name.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    }
}

/// `Char` of XML 1.0.
fn is_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A feed that was cut, closed after its last complete entry. `None` where not one is complete.
pub(super) fn whole_entries(text: &str) -> Option<String> {
    let forms = [
        ("</item>", "<rdf:RDF", "</rdf:RDF>"),
        ("</item>", "<rss", "</channel></rss>"),
        ("</entry>", "<feed", "</feed>"),
    ];
    forms.iter().find_map(|(end, root, close)| {
        let at = text.contains(root).then(|| text.rfind(end))??;
        Some(format!("{}{close}", text.get(..at + end.len())?))
    })
}
