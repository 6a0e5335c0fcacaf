//! A seeded, simulated news world: sites with feeds, listings and articles, and an editor who publishes, edits,
//! moves, deletes and copies over time.
//!
//! The whole world is a pure function of `(seed, Plan)` and of the instant it is asked at. It has two faces:
//! [`World::answer`] in memory, for virtual time, and [`serve`], the same answers over HTTP on 127.0.0.1.
//! [`World::truth`] tells what was really written, so that a test can prove that nothing was lost, doubled or
//! made up. [`Origin`] is a small scriptable server for tests that need one odd answer rather than a world.
//!
//! Rooms: `seed` (dice) → `phrases`, `prose` (who writes what) → `timeline` (the editor) → `templates`, `feeds`,
//! `listing` (what a site shows) → `answer`, `visit`
//! (requests to replies, with `faults` of the plan) → `http`, `origin`
//! (sockets). `live` is another desk: pages of live coverage, each by itself. `truth` and `sources` look at the same timeline from the tests' side.
//!
//! In memory a site is found by the first label of its host (`http://manara.test/feed`), over HTTP by the prefix
//! of its path (`http://127.0.0.1:4000/s/manara/feed`). Every URL in feeds and pages is made from the base the
//! request came to, so one world serves both faces.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test-only crate: a panic is a failed test, and indexes come from the world's own tables"
)]

mod answer;
mod card;
mod chrome;
mod escape;
mod faults;
mod feeds;
mod http;
mod listing;
mod live;
mod origin;
mod phrases;
mod plan;
mod prose;
mod seed;
mod socket;
mod sources;
mod templates;
mod timeline;
mod truth;
mod visit;
mod wire;

pub use answer::World;
pub use card::Card;
pub use faults::{Fault, FaultPlan, Target};
pub use http::{Served, serve, serve_and_log};
pub use live::{Act, Deed, Listed, LivePage, Markup, Mishap, Trouble, View};
pub use origin::Origin;
pub use phrases::Language;
pub use plan::Plan;
pub use prose::{Block, paragraphs};
pub use timeline::{FeedKind, Kind, Site};
pub use truth::{TrueArticle, TrueRevision};
pub use wire::{Asked, Reply, Request, Wire};
