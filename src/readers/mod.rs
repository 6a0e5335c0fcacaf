//! Bytes to meaning, pure.

pub mod article;
pub mod feed;
