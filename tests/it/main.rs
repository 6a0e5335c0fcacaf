//! Integration tests, one binary. Each file is one seam of the program.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test binary: a panic is a failed test, and what it measured is printed with it"
)]

mod cadence;
mod cli;
mod config;
mod copies;
mod coverage;
mod crash;
mod dedup;
mod discover;
mod doors;
mod feeds;
mod gap;
mod identity;
mod interchange;
mod layers;
mod leaves;
mod live;
mod loopback;
mod manners;
mod pages;
mod paper;
mod process;
mod readme;
mod revise;
mod rubbish;
mod sim;
mod sitemaps;
mod sites;
mod support;
mod tidy;
mod verify;
