//! The JSON Schema of `khabar/article/1`, made of the types, so that it cannot say anything else than they do.
//!
//! It is that of what is written: every key that is always there is required, and no other is allowed. Reading
//! is more patient ([`super::article_of_json`]), so that a file of a later version can be read.

use crate::model::{Article, SCHEMA};
use schemars::{Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Value, json};

/// The schema (draft 2020-12) as its file `schema/article-1.json` is.
pub fn schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(RecursiveTransform(plain));
    let mut schema = settings.into_generator().into_root_schema_for::<Article>();
    schema.insert("title".to_owned(), SCHEMA.into());
    format!("{:#}\n", json!(schema))
}

/// Takes away what tells of Rust alone: the widths of its numbers, and what an empty article has.
fn plain(schema: &mut Schema) {
    schema.remove("default");
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    if format.starts_with("uint") || format == "double" {
        schema.remove("format");
    }
}
