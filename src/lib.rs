//! khabar (خبر, "news"): a live news feed aggregator.

pub mod model;
pub mod date;
pub mod page;
pub mod text;
pub mod readers;
pub mod judges;
pub mod io;
pub mod pipeline;
pub mod config;
pub mod daemon;
