//! A TOML table read key by key: every take checks the type and the bounds, records what is wrong at its
//! place, and remembers the key as known, so that `finish` can point at the others.

use super::{changes::digest, file::File, near::nearest};
use std::{cell::RefCell, ops::Range};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A number of the configuration: its name, default and bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    /// The key, with its unit at the end.
    pub(super) key: &'static str,
    /// The value where the key is absent.
    pub(super) default: u64,
    /// The least value allowed.
    pub(super) least: u64,
    /// The greatest value allowed.
    pub(super) most: u64,
}

/// A number of the configuration that may have a fraction: its name, default and bounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Float {
    /// The key.
    pub(super) key: &'static str,
    /// The value where the key is absent.
    pub(super) default: f64,
    /// The least value allowed.
    pub(super) least: f64,
    /// The greatest value allowed.
    pub(super) most: f64,
}

/// A string of the configuration with its place.
#[derive(Debug, Clone)]
pub(super) struct Text<'f> {
    /// The string itself.
    pub(super) value: &'f str,
    /// Its bytes in the file, quotes included.
    pub(super) span: Range<usize>,
}

/// A table under reading. An absent table reads as an empty one.
#[derive(Debug)]
pub(super) struct Table<'f> {
    /// The file it stands in.
    pub(super) file: &'f File<'f>,
    /// The table as written in the file, for messages: `[fetch]`.
    pub(super) name: &'static str,
    /// Its header.
    pub(super) span: Range<usize>,
    entries: Option<&'f DeTable<'f>>,
    known: RefCell<Vec<&'static str>>,
}

impl<'f> Table<'f> {
    /// The table `entries` of `file`, whose header is at `span`.
    pub(super) fn new(
        file: &'f File<'f>,
        name: &'static str,
        span: Range<usize>,
        entries: Option<&'f DeTable<'f>>,
    ) -> Self {
        Self { file, name, span, entries, known: RefCell::default() }
    }

    /// The value of a key, which is known from now on.
    fn take(&self, key: &'static str) -> Option<&'f Spanned<DeValue<'f>>> {
        self.known.borrow_mut().push(key);
        self.entries?.get(key)
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.is_some_and(|entries| entries.contains_key(key))
    }

    /// Where the key's value stands; the header where the key is absent.
    pub(super) fn span_of(&self, key: &str) -> Range<usize> {
        self.entries.and_then(|entries| entries.get(key)).map_or(self.span.clone(), Spanned::span)
    }

    /// A string.
    pub(super) fn text(&self, key: &'static str) -> Option<Text<'f>> {
        self.take(key).and_then(|value| self.as_text(key, value))
    }

    /// A string that must be there.
    pub(super) fn required(&self, key: &'static str) -> Option<Text<'f>> {
        if !self.has(key) {
            self.file.absent(
                &self.span,
                &format!("`{key}` is missing in {}", self.name),
                &format!("add `{key} = \"…\"`"),
            );
        }
        self.text(key)
    }

    /// A list of strings; `None` where the key is absent.
    pub(super) fn list(&self, key: &'static str) -> Option<Vec<Text<'f>>> {
        let value = self.take(key)?;
        let Some(values) = value.get_ref().as_array() else {
            self.mistyped(key, value, "a list of strings", &format!("write `{key} = [\"…\"]`"));
            return Some(Vec::new());
        };
        Some(values.iter().filter_map(|value| self.as_text(key, value)).collect())
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str, default: bool) -> bool {
        let Some(value) = self.take(key) else { return default };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.mistyped(key, value, "true or false", &format!("write `{key} = {default}` without quotes"));
            default
        })
    }

    /// A number within its bounds.
    pub(super) fn number(&self, number: &Number) -> u64 {
        let &Number { key, default, least, most } = number;
        let Some(value) = self.take(key) else { return default };
        let Some(integer) = value.get_ref().as_integer() else {
            self.mistyped(
                key,
                value,
                "an integer",
                &format!("write `{key} = {default}`, without quotes, point or unit"),
            );
            return default;
        };
        let digits: String = integer.as_str().chars().filter(|&digit| digit != '_').collect();
        match u64::from_str_radix(digits.trim_start_matches('+'), integer.radix()) {
            Ok(value) if (least..=most).contains(&value) => value,
            _ => {
                let hint = format!("`{key}` is {least} to {most}; the default is {default}");
                self.file.error_with_hint(&value.span(), &format!("`{key}` is out of bounds"), &hint);
                default
            }
        }
    }

    /// A number within its bounds, with a fraction or without.
    pub(super) fn float(&self, float: &Float) -> f64 {
        let &Float { key, default, least, most } = float;
        let Some(value) = self.take(key) else { return default };
        let written = value.get_ref();
        let digits = |text: &str| text.chars().filter(|&digit| digit != '_').collect::<String>();
        let number = match (written.as_float(), written.as_integer()) {
            (Some(float), _) => digits(float.as_str()).parse().ok(),
            // Greater integers are out of all bounds.
            (None, Some(integer)) => {
                i32::from_str_radix(&digits(integer.as_str()), integer.radix()).ok().map(f64::from)
            }
            (None, None) => {
                self.mistyped(key, value, "a number", &format!("write `{key} = {default:?}` without quotes"));
                return default;
            }
        };
        // What is no number, or infinite, is within no bounds.
        number.filter(|number| (least..=most).contains(number)).unwrap_or_else(|| {
            let hint = format!("`{key}` is {least} to {most}; the default is {default:?}");
            self.file.error_with_hint(&value.span(), &format!("`{key}` is out of bounds"), &hint);
            default
        })
    }

    /// The sub-table of a key, empty where it is absent.
    pub(super) fn table(&self, key: &'static str, name: &'static str) -> Table<'f> {
        let found = self.take(key);
        let entries = found.and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                self.mistyped(key, value, "a table", &format!("write `{name}` on a line of its own"));
            }
            table
        });
        Table::new(self.file, name, found.map_or(0..0, Spanned::span), entries)
    }

    /// The tables of an array of tables.
    pub(super) fn tables(&self, key: &'static str, name: &'static str) -> Vec<Table<'f>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(values) = value.get_ref().as_array() else {
            self.mistyped(
                key,
                value,
                "an array of tables",
                &format!("write `{name}` with two brackets on each side"),
            );
            return Vec::new();
        };
        let table = |value: &'f Spanned<DeValue<'f>>| {
            let entries = value.get_ref().as_table();
            if entries.is_none() {
                self.mistyped(key, value, "a table", &format!("write `{name}` on a line of its own"));
            }
            Some(Table::new(self.file, name, value.span(), Some(entries?)))
        };
        values.iter().filter_map(table).collect()
    }

    /// A digest of what the table says.
    pub(super) fn digest(&self) -> u64 {
        self.entries.map(digest).unwrap_or_default()
    }

    /// Whether the key holds a list without anything in it.
    pub(super) fn is_empty_list(&self, key: &str) -> bool {
        let value = self.entries.and_then(|entries| entries.get(key));
        value.and_then(|value| value.get_ref().as_array()).is_some_and(|values| values.is_empty())
    }

    /// Records that a key must not stand here; it is known from now on.
    pub(super) fn refuse(&self, key: &'static str, message: &str, hint: &str) {
        self.take(key);
        self.file.error_with_hint(&self.span_of(key), message, hint);
    }

    /// Records every key that was never asked for.
    pub(super) fn finish(self) {
        let known = self.known.into_inner();
        for (key, _) in self.entries.into_iter().flatten() {
            let word: &str = key.get_ref();
            if known.contains(&word) {
                continue;
            }
            let near = nearest(word, known.iter().copied());
            let hint = near.map_or_else(
                || format!("known here: {}", known.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            self.file.error_with_hint(&key.span(), &format!("unknown key `{word}` in {}", self.name), &hint);
        }
    }

    /// A value that must be a string.
    fn as_text(&self, key: &str, value: &'f Spanned<DeValue<'f>>) -> Option<Text<'f>> {
        let Some(text) = value.get_ref().as_str() else {
            self.mistyped(key, value, "a string", "write it in double quotes");
            return None;
        };
        Some(Text { value: text, span: value.span() })
    }

    /// Records a value of the wrong type. A value without a place is one that the parser put in for a
    /// broken line, which is recorded already.
    fn mistyped(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str, hint: &str) {
        let found = match value.get_ref().type_str() {
            "integer" => "an integer",
            "array" => "a list",
            other => &format!("a {other}"),
        };
        if !value.span().is_empty() {
            self.file.error_with_hint(
                &value.span(),
                &format!("`{key}` must be {expected}, not {found}"),
                hint,
            );
        }
    }
}
