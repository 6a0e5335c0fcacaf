//! The world outside.

pub mod clock;
pub mod fetch;
