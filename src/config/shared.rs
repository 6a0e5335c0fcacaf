//! What the sources of all files share: compiled selectors, zones, and the ids and addresses in use.

use super::{file::File, near::nearest, secrets::Secrets, table::Text};
use crate::page::Pick;
use jiff::tz::{self, TimeZone};
use std::{collections::HashMap, sync::Arc};
use url::Url;

/// Values that many sources have in common, made once. Ten thousand sources of one content system share
/// their compiled selectors.
#[derive(Debug)]
pub(super) struct Shared {
    /// Where credentials are.
    pub(super) secrets: Secrets,
    picks: HashMap<Box<str>, Pick>,
    zones: HashMap<Box<str>, TimeZone>,
    ids: HashMap<Arc<str>, Used>,
    doors: HashMap<Box<str>, Used>,
}

impl Default for Shared {
    /// Nothing in use yet, and no credentials: what is read out of texts alone has none.
    fn default() -> Self {
        let (picks, zones, ids, doors) = Default::default();
        Self { secrets: |_| None, picks, zones, ids, doors }
    }
}

/// The file and line where something was used first.
type Used = (Arc<str>, usize);

impl Shared {
    /// The compiled selector of a text.
    pub(super) fn pick(&mut self, file: &File<'_>, text: &Text<'_>) -> Option<Pick> {
        if let Some(pick) = self.picks.get(text.value) {
            return Some(pick.clone());
        }
        match Pick::compile(text.value) {
            Ok(pick) => {
                self.picks.insert(text.value.into(), pick.clone());
                Some(pick)
            }
            Err(error) => {
                let hint = "a CSS selector, `selector@attribute`, or `@attribute` of the element itself";
                let span = inside(file, text, error.offset);
                file.error_with_hint(&span, &format!("bad selector: {}", error.message), hint);
                None
            }
        }
    }

    /// The zone of a name.
    pub(super) fn zone(&mut self, file: &File<'_>, text: &Text<'_>) -> Option<TimeZone> {
        if let Some(zone) = self.zones.get(text.value) {
            return Some(zone.clone());
        }
        if let Ok(zone) = TimeZone::get(text.value) {
            self.zones.insert(text.value.into(), zone.clone());
            return Some(zone);
        }
        let names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
        let near = nearest(text.value, names.iter().map(String::as_str));
        let hint = near.map_or_else(
            || "a name of the IANA time zone database, for example Asia/Damascus".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        file.error_with_hint(&text.span, &format!("unknown time zone `{}`", text.value), &hint);
        None
    }

    /// Takes an id for the source at `text`; an id in use already is a fault that names both places.
    pub(super) fn id(&mut self, file: &File<'_>, text: &Text<'_>) -> Arc<str> {
        let line = file.line(text.span.start);
        if let Some((other, other_line)) = self.ids.get(text.value) {
            let message = format!("the id `{}` is in use already", text.value);
            file.error_with_hint(&text.span, &message, &format!("first used at {other}:{other_line}"));
        }
        let id: Arc<str> = Arc::from(text.value);
        self.ids.entry(Arc::clone(&id)).or_insert_with(|| (Arc::clone(&file.name), line));
        id
    }

    /// Takes an address for a door. Two sources with the same one is a warning: it is asked twice as often,
    /// and all it lists is found twice.
    pub(super) fn door(&mut self, file: &File<'_>, text: &Text<'_>, url: &Url) {
        if let Some((other, other_line)) = self.doors.get(url.as_str()) {
            let fault = file.fault(&text.span, "another source has this URL too");
            file.push(fault.hint(&format!("first used at {other}:{other_line}")).warning());
        } else {
            let used = (Arc::clone(&file.name), file.line(text.span.start));
            self.doors.insert(url.as_str().into(), used);
        }
    }
}

/// The bytes of a string from its byte `offset` on, for a caret inside it; the whole string where escapes
/// make the offset unsure.
fn inside(file: &File<'_>, text: &Text<'_>, offset: usize) -> std::ops::Range<usize> {
    let raw = file.raw(&text.span);
    let quoted = raw.strip_prefix(['"', '\'']).and_then(|raw| raw.strip_suffix(['"', '\'']));
    if quoted != Some(text.value) || !text.value.is_char_boundary(offset) || offset >= text.value.len() {
        return text.span.clone();
    }
    text.span.start + 1 + offset..text.span.end - 1
}
