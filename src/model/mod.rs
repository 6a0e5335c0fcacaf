//! Plain values that every layer shares: what a source lists, what an article is, and what was remarked
//! on the way. No behavior beyond construction and comparison; nothing here knows where values come from
//! or where they go.

mod article;
mod entry;
mod hints;
mod identity;
mod moment;
mod remark;

pub use article::{
    Article, Block, BlockKind, Completeness, Direction, Duplicate, FetchFacts, Image, Kind, Link, Origin,
    Provenance, Relation, SCHEMA, Status,
};
pub use entry::{Enclosure, Entry, Outcome, Tally};
pub use hints::Hints;
pub use identity::{ArticleId, CanonicalUrl, Fingerprint, Marks, SourceId};
pub use moment::{Moment, Precision};
pub use remark::Remark;
