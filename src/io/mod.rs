//! The world outside.

pub mod clock;
pub mod fetch;
pub mod publish;
pub mod store;
