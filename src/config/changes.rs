//! What a reload changed, in words.

use super::{Config, Settings, fault::printable};
use crate::{io::fetch::Proxy, judges::dedup::near::Weights, pipeline::Source};
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher},
    time::Duration,
};
use toml::de::{DeTable, DeValue};

/// Longest value told.
const VALUE_CHARS_MAX: usize = 120;

impl Config {
    /// What differs in `new`: a line for each setting, then one for each source, by id.
    pub fn changes(old: &Self, new: &Self) -> Vec<String> {
        let before_and_after = old.settings.told().into_iter().zip(new.settings.told());
        let settings = before_and_after.filter_map(|((key, old), (_, new))| difference(key, &old, &new));
        let (old_sources, new_sources) = (old.by_id(), new.by_id());
        let removed = old_sources
            .keys()
            .filter(|id| !new_sources.contains_key(*id))
            .map(|id| format!("source {id} removed"));
        let kept_or_added = new_sources.iter().filter_map(|(id, new)| match old_sources.get(id) {
            None => Some(format!("source {id} added")),
            Some(old) if old.1 == new.1 => None,
            Some(old) => Some(format!("source {id} changed: {}", source_difference(old.0, new.0))),
        });
        settings.chain(removed).chain(kept_or_added).collect()
    }

    /// Each source with its digest, by id.
    fn by_id(&self) -> BTreeMap<&str, (&Source, u64)> {
        let digests = self.digests.iter().copied();
        self.sources
            .iter()
            .zip(digests)
            .map(|(source, digest)| (&*source.id.0, (&**source, digest)))
            .collect()
    }
}

impl Settings {
    /// Every key with its value as the configuration would have it.
    pub(super) fn told(&self) -> [(&'static str, String); 25] {
        let secs = |duration: Duration| duration.as_secs().to_string();
        let Self { output, state_dir, fetch, retry_after_scope, schedule, dedup, daemon } = self;
        let Weights { bias, shared, numbers, new_lead, late, same_outlet } = dedup.weights;
        [
            ("output.dir", output.dir.to_string_lossy().into_owned()),
            (
                "output.formats",
                output.formats.iter().map(|format| format.name()).collect::<Vec<_>>().join(", "),
            ),
            ("state.dir", state_dir.to_string_lossy().into_owned()),
            ("fetch.contact", fetch.contact.clone()),
            ("fetch.host_gap_ms", fetch.host_gap.as_millis().to_string()),
            ("fetch.body_max_bytes", fetch.body_max_bytes.to_string()),
            ("fetch.total_timeout_secs", secs(fetch.total_timeout)),
            ("fetch.connections_max", fetch.connections_max.to_string()),
            ("fetch.retry_after_scope", retry_after_scope.name().to_owned()),
            ("fetch.proxy", fetch.proxy.as_ref().map(|proxy| proxy.url.to_string()).unwrap_or_default()),
            ("fetch.proxy_credential", told_secret(fetch.proxy.as_ref())),
            ("schedule.requests_per_hour", schedule.requests_per_hour.unwrap_or_default().to_string()),
            ("schedule.interval_secs", secs(schedule.interval)),
            ("schedule.feed_floor_secs", secs(schedule.feed_floor)),
            ("schedule.live_floor_secs", secs(schedule.live_floor)),
            ("schedule.ceiling_secs", secs(schedule.ceiling)),
            ("dedup.window_days", dedup.window_days.to_string()),
            ("dedup.write_copies", dedup.write_copies.to_string()),
            ("dedup.weights.bias", bias.to_string()),
            ("dedup.weights.shared", shared.to_string()),
            ("dedup.weights.numbers", numbers.to_string()),
            ("dedup.weights.new_lead", new_lead.to_string()),
            ("dedup.weights.late", late.to_string()),
            ("dedup.weights.same_outlet", same_outlet.to_string()),
            ("daemon.shutdown_secs", secs(daemon.shutdown)),
        ]
    }
}

/// Whether the proxy is told of who asks; never what.
fn told_secret(proxy: Option<&Proxy>) -> String {
    let is_set = proxy.is_some_and(|proxy| proxy.authorization.is_some());
    if is_set { "set".to_owned() } else { String::new() }
}

/// One key's old and new value, where they differ.
fn difference(key: &str, old: &str, new: &str) -> Option<String> {
    let told = |value: &str| printable(value, VALUE_CHARS_MAX);
    (old != new).then(|| format!("{key}: {} -> {}", told(old), told(new)))
}

/// What differs between two states of a source, of which something does.
fn source_difference(old: &Source, new: &Source) -> String {
    let pairs = facts(old).into_iter().zip(facts(new));
    let told: Vec<String> = pairs.filter_map(|((key, old), (_, new))| difference(key, &old, &new)).collect();
    if told.is_empty() { "rules or door options".to_owned() } else { told.join("; ") }
}

/// What of a source can be told in a word.
fn facts(source: &Source) -> [(&'static str, String); 10] {
    let joined = |words: &mut dyn Iterator<Item = String>| words.collect::<Vec<_>>().join(" ");
    [
        ("name", source.name.clone()),
        ("language", source.language.clone().unwrap_or_default()),
        ("zone", source.zone.iana_name().unwrap_or_default().to_owned()),
        ("home", source.home.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("enabled", source.enabled.to_string()),
        ("tags", joined(&mut source.tags.iter().cloned())),
        ("allow_private", joined(&mut source.allow_private.iter().map(ToString::to_string))),
        ("floor_secs", source.floor.unwrap_or_default().as_secs().to_string()),
        ("verified", source.verified.map_or_else(|| "never".to_owned(), |date| date.to_string())),
        ("doors", joined(&mut source.doors.iter().map(|door| door.url.to_string()))),
    ]
}

/// A digest of what a table says: equal for equal content, wherever it stands and however it is laid out.
/// It recurses as deep as the parser lets tables nest.
pub(super) fn digest(table: &DeTable<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash_table(&mut hasher, table);
    hasher.finish()
}

/// Adds a table's keys and values.
fn hash_table(hasher: &mut DefaultHasher, table: &DeTable<'_>) {
    table.len().hash(hasher);
    for (key, value) in table {
        key.get_ref().hash(hasher);
        hash_value(hasher, value.get_ref());
    }
}

/// Adds a value with its type.
fn hash_value(hasher: &mut DefaultHasher, value: &DeValue<'_>) {
    value.type_str().hash(hasher);
    match value {
        DeValue::String(text) => text.hash(hasher),
        DeValue::Integer(integer) => (integer.radix(), integer.as_str()).hash(hasher),
        DeValue::Float(float) => float.as_str().hash(hasher),
        DeValue::Boolean(flag) => flag.hash(hasher),
        DeValue::Datetime(time) => time.to_string().hash(hasher),
        DeValue::Array(values) => {
            values.len().hash(hasher);
            values.iter().for_each(|value| hash_value(hasher, value.get_ref()));
        }
        DeValue::Table(table) => hash_table(hasher, table),
    }
}
