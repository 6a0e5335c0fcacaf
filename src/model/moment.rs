//! A time as a publisher gave it: the instant, the offset it was written in, and how exact it is.

use jiff::{Timestamp, fmt::temporal::DateTimePrinter, tz::Offset};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// How exact a printed time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the hour ("two hours ago").
    Hour,
    /// A date alone; the instant is local midnight.
    Day,
}

/// An instant with the offset of the place it was written for.
///
/// Written as RFC 3339 with that offset. Equality is by instant and offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Timestamp,
    /// The publisher's offset from UTC at that instant.
    pub offset: Offset,
    /// How exact the publisher was. Not part of the RFC 3339 form; `Second` when read back.
    pub precision: Precision,
}

impl Moment {
    /// The moment as RFC 3339 with its offset, for example `2023-03-02T10:55:00+03:00`; UTC is `+00:00`.
    pub fn to_rfc3339(self) -> String {
        let printer =
            DateTimePrinter::new().precision(if self.at.subsec_nanosecond() == 0 { Some(0) } else { None });
        printer.timestamp_with_offset_to_string(&self.at, self.offset)
    }

    /// Reads RFC 3339. `None` where it is not, or where the offset is missing.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
        let offset = pieces.to_numeric_offset()?;
        let at: Timestamp = text.parse().ok()?;
        Some(Self { at, offset, precision: Precision::Second })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_rfc3339(&text).ok_or_else(|| D::Error::custom(format!("not RFC 3339: {text}")))
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "RFC 3339 with the publisher's offset from UTC.",
            "type": "string",
            "format": "date-time",
        })
    }
}
