//! Decisions: pure functions of values. When to poll next, whether something is known, what an edit changed, how an
//! article is written. Nothing here reads a clock, a file or a socket.

pub mod dedup;
pub mod render;
pub mod revise;
pub mod schedule;
