//! What is sent to prove who asks, and never shown.

use data_encoding::BASE64;
use reqwest::header::HeaderValue;
use std::fmt;

/// The value of an `Authorization` header. It is written into no error, log or debugging text.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(HeaderValue);

impl Secret {
    /// What a credential's file holds: `user:password`, or `Bearer …` or `Basic …` as they are to be sent. One line
    /// end at the end is dropped. `None` for anything else, and for whatever holds a control character.
    pub fn parse(text: &str) -> Option<Self> {
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.chars().any(char::is_control) {
            return None;
        }
        let schemed = line.split_once(' ').is_some_and(|(scheme, token)| {
            let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("basic");
            known && !token.trim().is_empty()
        });
        if schemed {
            return HeaderValue::from_str(line).ok().filter(|_| line.is_ascii()).map(Self::of);
        }
        let (user, password) = line.split_once(':')?;
        Self::basic(user.as_bytes(), password.as_bytes())
    }

    /// A user name and a password.
    pub(super) fn basic(user: &[u8], password: &[u8]) -> Option<Self> {
        let pair = [user, b":", password].concat();
        HeaderValue::try_from(format!("Basic {}", BASE64.encode(&pair))).ok().map(Self::of)
    }

    /// The user name and password of a URL, both percent-encoded as in the URL.
    pub(super) fn of_url(user: &str, password: &str) -> Option<Self> {
        Self::basic(&percent_decoded(user), &percent_decoded(password))
    }

    /// A header's value, from now on hidden.
    fn of(mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        Self(value)
    }

    /// The value to send.
    pub(super) fn value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// `text` with each `%xx` as its byte.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part.split_at_checked(2);
        let escaped = escaped.and_then(|(hex, rest)| Some((u8::from_str_radix(hex, 16).ok()?, rest)));
        let (byte, rest) = escaped.unwrap_or((b'%', part));
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
