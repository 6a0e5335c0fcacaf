//! khabar (خبر, "news"): a daemon that polls feeds and pages that list articles, reads the articles,
//! recognizes what it has seen, and writes one normalized file an article.
//!
//! # Bird's eye
//! A *source* is configured with *doors*: feeds, listings, sitemaps, live pages. When a door is due, [`pipeline::poll()`] asks
//! for it by the rules of [`pipeline::manners`], sees which of its *entries* are new or changed, records them,
//! fetches and reads their pages, and hands the articles to the [`pipeline::Desk`]. Behind the desk one [`pipeline::Publisher`] judges them against what is known, writes
//! files, event log and state. [`daemon`] keeps the due times, and [`cli`] is the face.
//!
//! ```text
//! due → fetch door → readers::feed | readers::listing → triage → record → fetch page → readers::article
//!     → judges::dedup → judges::revise → judges::render → io::publish (files, then log) → io::store (outcome)
//!     → judges::schedule → next due
//! ```
//! A live page is read by [`readers::live`], whose tracker says what happened to its posts since the last look; what it
//! found is written as one work by the publisher, and done again after a crash.
//!
//! # The map
//! A module imports from lower layers only, and two modules of a layer never import each other; a test
//! (`tests/it/layers.rs`) holds the code to it.
//!
//! | layer | rooms |
//! | --- | --- |
//! | 0 words | [`model`] plain values, [`text`] Unicode and Arabic text, [`date`] date lines, [`page`] a parsed page |
//! | 1 decisions, pure | [`readers`] bytes to meaning: feed, listing, live, article, robots, wall, discover; [`judges`]: schedule, dedup, revise, render |
//! | 2 the world | [`io`]: fetch, store, publish, clock, observe, notify |
//! | 3 the line | [`pipeline`]: one poll, from due to committed |
//! | 4 settings | [`config`]: TOML to checked options of every stage; above the pipeline, because it builds the pipeline's own |
//! | 5 the whole | [`daemon`]: tasks, reload, drain |
//! | 6 faces | [`cli`] |
//!
//! # What always holds
//! - Layers 0 and 1 are pure and synchronous: no socket, file, clock, randomness, log or async. Bad input is
//!   no error there; it gives what is good in it, with [`model::Remark`]s.
//! - Every entry seen ends in exactly one [`model::Outcome`]; per poll, seen is the sum of the ends.
//! - The path of an article is recorded before its file is written, the file is complete when it is visible,
//!   the event is logged before the outcome is committed. A crash anywhere repeats work on the same path;
//!   nothing is lost, doubled or half there.
//! - All that an answer listed is settled or waits in the state, together with the answer's validators, before the
//!   first of its pages is asked for: a door is asked unconditionally once in its life.
//! - One request at a time to a host, with a gap; nothing before the time that its publisher asked for, nothing that
//!   its robots.txt disallows; no connection to an address that is not public unless a source allows it.
//! - Nothing is made up: an unknown time is null, never now.
//! - One writer: the publisher alone owns state, tree and log. No other task shares anything that changes.
//! - Every queue is bounded, every wait ends, every task is joined.
//!
//! # What is deliberately absent
//! No browser, no scripts run, no cookies, no login, no way around a paywall. No models and no stop words: what
//! reads an article reads it in any language. No task for a door that waits, no lock held across an await.

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

pub mod cli;
