//! The world outside.

pub mod clock;
pub mod fetch;
pub mod publish;
