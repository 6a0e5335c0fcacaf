//! Bytes to meaning, pure.

pub mod article;
