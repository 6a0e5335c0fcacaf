//! Checks of single values: each records what is wrong at the value's place and says whether it holds.

use super::{fault::is_unsafe, file::File, near::nearest, table::Text};
use jiff::civil;
use std::net::SocketAddr;
use url::Url;

/// Longest URL: what servers take.
const URL_BYTES_MAX: usize = 2_048;
/// Longest name, tag or contact.
const LABEL_CHARS_MAX: usize = 200;
/// Longest source id: it is a folder's name.
pub(super) const ID_BYTES_MAX: usize = 64;
/// Longest path pattern.
const GLOB_BYTES_MAX: usize = 512;
/// Most stars in a path pattern: what a page's address is matched against stays cheap.
const GLOB_STARS_MAX: usize = 8;

/// One of the named choices.
pub(super) fn choice<T: Copy>(
    file: &File<'_>,
    text: &Text<'_>,
    what: &str,
    names: &[(&str, T)],
) -> Option<T> {
    let found = names.iter().find(|(name, _)| *name == text.value);
    if found.is_none() {
        let all = names.iter().map(|(name, _)| *name);
        let hint = nearest(text.value, all.clone()).map_or_else(
            || format!("choose of {}", all.collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        file.error_with_hint(&text.span, &format!("unknown {what} `{}`", text.value), &hint);
    }
    found.map(|(_, value)| *value)
}

/// An address of the web, without credentials in it.
pub(super) fn url(file: &File<'_>, text: &Text<'_>) -> Option<Url> {
    let refuse = |message: &str, hint: &str| {
        file.error_with_hint(&text.span, message, hint);
        None
    };
    if text.value.len() > URL_BYTES_MAX {
        return refuse("the URL is too long", &format!("at most {URL_BYTES_MAX} bytes"));
    }
    if text.value.contains(|c: char| c.is_whitespace() || is_unsafe(c)) {
        return refuse(
            "a URL has no white space or control characters in it",
            "write them in percent-encoding",
        );
    }
    let url = match Url::parse(text.value) {
        Ok(url) => url,
        Err(error) => {
            return refuse(&format!("not a URL: {error}"), "for example https://www.example.org/rss.xml");
        }
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse(&format!("`{}` is not a scheme that is fetched", url.scheme()), "use http or https");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("a URL here has no user name or password in it", "configuration files are not secret");
    }
    Some(url)
}

/// Whether [`url()`] takes a text.
pub(super) fn is_url(text: &str) -> bool {
    let is_plain = |url: &Url| url.username().is_empty() && url.password().is_none();
    text.len() <= URL_BYTES_MAX
        && !text.contains(|c: char| c.is_whitespace() || is_unsafe(c))
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && is_plain(&url))
}

/// What may stand in the User-Agent as a contact: an address of the web or of mail.
pub(super) fn contact(file: &File<'_>, text: &Text<'_>) -> bool {
    let value = text.value;
    let printable = value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'(' | b')' | b'\\'));
    let hint = if !printable {
        "printable ASCII without spaces, parentheses or backslashes, since it stands in a header"
    } else if value.len() > LABEL_CHARS_MAX {
        "at most 200 characters"
    } else if !value.contains('@') && !value.starts_with("https://") && !value.starts_with("http://") {
        "an address of the web or of mail, for example https://www.example.org/bot or desk@example.org"
    } else {
        return true;
    };
    file.error_with_hint(&text.span, "`contact` cannot stand in the User-Agent", hint);
    false
}

/// A path of the file system.
pub(super) fn path(file: &File<'_>, text: &Text<'_>) -> bool {
    let sound = !text.value.is_empty() && !text.value.contains(char::is_control);
    if !sound {
        file.error_with_hint(&text.span, "not a path", "a folder, for example \"news\"");
    }
    sound
}

/// The name of a credential: a file's name and, in upper case, a part of a variable's.
pub(super) fn credential(file: &File<'_>, text: &Text<'_>) -> bool {
    id(file, text)
}

/// A source's id.
pub(super) fn id(file: &File<'_>, text: &Text<'_>) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let value = text.value;
    let sound = (1..=ID_BYTES_MAX).contains(&value.len())
        && value.bytes().all(letters)
        && !value.starts_with('-')
        && !value.ends_with('-');
    if !sound {
        let hint = format!("lower-case letters, digits and `-` inside, at most {ID_BYTES_MAX}");
        file.error_with_hint(&text.span, &format!("`{value}` cannot be an id"), &hint);
    }
    sound
}

/// A name or tag: words for people.
pub(super) fn label(file: &File<'_>, text: &Text<'_>, what: &str) -> bool {
    let value = text.value;
    let hint = if value.trim().is_empty() {
        "it is empty"
    } else if value.contains(is_unsafe) {
        "control and bidi characters cannot stand in it"
    } else if value.chars().count() > LABEL_CHARS_MAX {
        "at most 200 characters"
    } else {
        return true;
    };
    file.error_with_hint(&text.span, &format!("not a {what}"), hint);
    false
}

/// A language tag of BCP 47, by its shape.
pub(super) fn language(file: &File<'_>, text: &Text<'_>) -> bool {
    let sound = is_language(text.value);
    if !sound {
        let message = format!("`{}` is not a language tag", text.value);
        file.error_with_hint(&text.span, &message, "BCP 47, for example ar, en or zh-Hant");
    }
    sound
}

/// Whether a text has the shape of a language tag.
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        && tag.len() <= 35
}

/// A day.
pub(super) fn date(file: &File<'_>, text: &Text<'_>, hint: &str) -> Option<civil::Date> {
    let shaped = text.value.len() == "2027-01-01".len() && text.value.is_ascii();
    let date = text.value.parse().ok().filter(|_| shaped);
    if date.is_none() {
        file.error_with_hint(&text.span, &format!("`{}` is not a date", text.value), hint);
    }
    date
}

/// An address with a port.
pub(super) fn address(file: &File<'_>, text: &Text<'_>) -> Option<SocketAddr> {
    let address = text.value.parse().ok();
    if address.is_none() {
        let message = format!("`{}` is not an address with a port", text.value);
        file.error_with_hint(&text.span, &message, "for example \"127.0.0.1:8080\" or \"[::1]:8080\"");
    }
    address
}

/// A pattern of paths, in which `*` stands for any characters. Letters outside of ASCII are percent-encoded,
/// as they are in the addresses it is held against.
pub(super) fn glob(file: &File<'_>, text: &Text<'_>) -> Option<String> {
    let value = text.value;
    let hint = if value.contains("://") {
        "only the path: `/news/*`, not the whole address"
    } else if !value.starts_with(['/', '*']) {
        "it begins with `/` or `*`, for example `/news/*`"
    } else if value.contains(['?', '#', '[', ']', '{', '}']) {
        "only `*` is special, and a path has no query"
    } else if value.contains(|c: char| c.is_whitespace() || is_unsafe(c)) {
        "a path has no white space or control characters in it"
    } else if value.len() > GLOB_BYTES_MAX || value.matches('*').count() > GLOB_STARS_MAX {
        "at most 512 bytes and 8 stars"
    } else {
        let encoded =
            |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        return Some(value.bytes().map(encoded).collect());
    };
    file.error_with_hint(&text.span, &format!("`{value}` is not a pattern of paths"), hint);
    None
}
