//! What polls hand to the publisher, and what they get back.

use super::{Source, covering::Covered};
use crate::{
    io::{
        publish::Line,
        store::{ArticleRow, DoorRow, Noted, Settled, WaitingRow},
    },
    judges::dedup,
    model::{Article, ArticleId, CanonicalUrl, Fingerprint, Marks, Outcome},
};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use url::Url;

/// What an entry is known by before its page is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Its identity within the source.
    pub key: String,
    /// What it says.
    pub said: Fingerprint,
    /// Its address.
    pub address: Option<CanonicalUrl>,
    /// What it is recognized by where its key is none that is known.
    pub marks: Marks,
}

/// An extracted article, not yet judged.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Where it was found.
    pub source: Arc<Source>,
    /// Its entry's identity within the source.
    pub key: String,
    /// The address of the door that listed it.
    pub door: String,
    /// What its entry said.
    pub said: Fingerprint,
    /// What its entry is recognized by beside its key.
    pub marks: Marks,
    /// The article, complete but for what the publisher decides: id, revision, first seen, duplicate.
    pub article: Article,
    /// Its addresses.
    pub addresses: Addresses,
    /// What its page is recognized by, JSON; `None` where it was not read off a page, or the page has nothing.
    pub page: Option<String>,
    /// Its entry again, where a page of the article could not be had: it waits on.
    pub again: Option<WaitingRow>,
    /// Whether its entry was never settled before.
    pub is_new: bool,
    /// The headline that its entry was listed under.
    pub headline: String,
    /// All entries listed together with its own, key to headline. What is listed side by side under two headlines
    /// is two: a page that stands in for both (maintenance, a wrong canonical address) makes them no one article.
    pub beside: Arc<BTreeMap<String, String>>,
}

impl Finding {
    /// Takes back the address that the page declares: the one that was fetched is the article's.
    pub(super) fn distrust_declared(&mut self) {
        self.addresses.declared = None;
        let fetched = self.article.fetch.as_ref().and_then(|fetch| Url::parse(&fetch.final_url).ok());
        if let Some(fetched) = fetched {
            self.article.url = Some(dedup::clean(&fetched).to_string());
            self.article.alt_urls.retain(|url| Some(url) != self.article.url.as_ref());
            self.article.warnings.push("article/canonical-taken".to_owned());
        }
    }
}

/// The addresses of an article in canonical form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Where its entry points.
    pub linked: Option<CanonicalUrl>,
    /// Where redirects from there ended, where that is another.
    pub fetched: Option<CanonicalUrl>,
    /// The one that its page declares, where that is yet another. Publishers err here (each page of a site
    /// that declares the front page), so alone it makes no two articles one.
    pub declared: Option<CanonicalUrl>,
}

impl Addresses {
    /// Those that led to it.
    pub fn reached(&self) -> impl Iterator<Item = &CanonicalUrl> {
        self.linked.iter().chain(&self.fetched)
    }
}

/// How a finding ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// The article it is.
    pub id: Option<ArticleId>,
    /// Its file below the output folder, or the id of the article it repeats.
    pub detail: String,
}

/// An event for the log, before it has a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// Name of the event.
    pub event: String,
    /// What belongs to it.
    pub data: Value,
}

impl Happening {
    /// An event about an article or, without one, about a source.
    pub fn line(&self, source: &str, article: Option<&ArticleRow>, now: Timestamp) -> Line {
        Line {
            seq: 0,
            at: now.to_string(),
            event: self.event.clone(),
            id: article.map(|row| row.id.0.clone()),
            source: Some(source.to_owned()),
            path: article.map(|row| format!("{}.json", row.path)),
            sha256: article.map(|row| row.sha256.clone()),
            prev: String::new(),
            data: self.data.clone(),
        }
    }
}

/// The end of one look at a door: its new state, and the entries that ended without an article.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The door's new state.
    pub door: DoorRow,
    /// What is noted of entries that say nothing new.
    pub noted: Vec<Noted>,
    /// Entries that came to an end without an article of their own.
    pub settled: Vec<Settled>,
    /// Entries that wait for another try.
    pub waiting: Vec<WaitingRow>,
    /// What happened to the source.
    pub happenings: Vec<Happening>,
    /// Live pages that it led to.
    pub children: Vec<DoorRow>,
    /// Where it is a live page: what a look at it found.
    pub covered: Option<Box<Covered>>,
}

impl Visit {
    /// Whether something in it must not be lost: more than the time of a look that found nothing new.
    pub fn is_weighty(&self) -> bool {
        !(self.noted.is_empty()
            && self.settled.is_empty()
            && self.waiting.is_empty()
            && self.happenings.is_empty()
            && self.children.is_empty()
            && self.covered.is_none())
    }

    pub(super) fn lines(&self, now: Timestamp) -> impl Iterator<Item = Line> {
        self.happenings.iter().map(move |happening| happening.line(&self.door.source.0, None, now))
    }
}

/// What is being written of an article, kept in the state until it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Intent {
    pub(super) revision: u64,
    #[serde(with = "hex")]
    pub(super) fingerprint: Fingerprint,
    #[serde(with = "hex_or_none")]
    pub(super) content: Option<Fingerprint>,
    pub(super) sha256: String,
    pub(super) is_teaser: bool,
    pub(super) key: String,
    pub(super) door: String,
    #[serde(with = "hex")]
    pub(super) said: Fingerprint,
    pub(super) outcome: Outcome,
    pub(super) happenings: Vec<Happening>,
}

impl Intent {
    pub(super) fn to_json(&self) -> String {
        #[expect(clippy::expect_used, reason = "an intent holds no map with keys that are not strings")]
        serde_json::to_string(self).expect("an intent is JSON")
    }

    pub(super) fn from_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The article's row once this is done.
    pub(super) fn done(&self, row: &ArticleRow) -> ArticleRow {
        ArticleRow {
            revision: self.revision,
            fingerprint: self.fingerprint,
            content: self.content,
            sha256: self.sha256.clone(),
            is_teaser: self.is_teaser,
            intent: None,
            ..row.clone()
        }
    }

    /// The entry once this is done.
    pub(super) fn settled(&self, article: &ArticleId) -> Settled {
        Settled {
            key: self.key.clone(),
            door: self.door.clone(),
            said: self.said,
            // They are noted when the entry is listed next.
            marks: Marks::default(),
            outcome: self.outcome,
            article: Some(article.clone()),
        }
    }

    /// The events of this, once it is done.
    pub(super) fn lines(&self, row: &ArticleRow, now: Timestamp) -> Vec<Line> {
        let done = self.done(row);
        self.happenings.iter().map(|happening| happening.line(&row.source.0, Some(&done), now)).collect()
    }
}

mod hex {
    use super::{Fingerprint, HEXLOWER};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(value: &Fingerprint, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fingerprint, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(D::Error::custom)?;
        bytes.try_into().map(Fingerprint).map_err(|_| D::Error::custom("not 16 bytes"))
    }
}

mod hex_or_none {
    use super::Fingerprint;
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    #[derive(Deserialize)]
    struct Wrapped(#[serde(with = "super::hex")] Fingerprint);

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(
        value: &Option<Fingerprint>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(|value| value.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Fingerprint>, D::Error> {
        Ok(Option::<Wrapped>::deserialize(deserializer)?.map(|wrapped| wrapped.0))
    }
}
