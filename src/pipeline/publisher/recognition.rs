//! Which known entry each listed one is, and what to do with it before its page is fetched: facts looked up in the
//! state, for [`dedup::triage`].
//!
//! An entry is known by its id. Under an id that is not known it is the entry that leads where it leads, or says what it
//! says, if that one is not listed itself: it has a new id. An id that was handed on (the entry that had it is listed or
//! known under another) tells nothing, and at a door whose ids are loose none does.

use super::{Publisher, Result};
use crate::{
    io::store::{EntryRow, Noted},
    judges::dedup::{self, KnownEntry, Triage},
    model::{ArticleId, Fingerprint, Marks, SourceId},
    pipeline::finding::Sketch,
};
use std::collections::{BTreeMap, BTreeSet};

/// Ids of one list that were handed on for certain, from which on each one whose entry leads elsewhere and says something
/// else is taken for handed on: they are places in the list, and what was there has left it.
const HANDED_ON_MIN: usize = 2;

/// What to do with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Triaged {
    /// Its page is fetched.
    New,
    /// Its page is fetched again; it was recognized by this when it was read last.
    Changed(Option<String>),
    /// Nothing.
    Unchanged,
    /// It is the same article as another entry's.
    SameAddress(Option<ArticleId>),
    /// It waits for another try.
    Waiting,
    /// Nothing: it is from before the door was looked at.
    Backfill,
}

/// A listed entry, recognized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognized {
    /// What to do with it.
    pub triaged: Triaged,
    /// What it is known by from now on.
    pub id: Id,
    /// Whether it was settled under another id.
    pub is_renamed: bool,
    /// What is to be noted of it.
    pub noted: Option<Noted>,
}

/// What an entry is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Id {
    /// Its id.
    Own,
    /// The key that it has in the state.
    Known(String),
    /// Where it leads and what it says: its id tells nothing.
    Place,
}

/// The entries of a door, as one list of it is compared with them.
struct Door<'a> {
    publisher: &'a Publisher,
    source: &'a SourceId,
    url: &'a str,
    /// What waits, by key.
    waiting: BTreeMap<String, Marks>,
    /// Where the listed entries lead.
    links: BTreeSet<Fingerprint>,
}

/// An entry that the door knows.
#[derive(Clone)]
struct Known {
    key: String,
    marks: Marks,
    /// What it said when it was settled last; `None` where it was not.
    said: Option<Fingerprint>,
}

impl Publisher {
    /// What to do with each entry of a list of a door, before pages are fetched. Where `loose_ids`, ids tell nothing.
    pub fn triage(
        &self,
        (source, door): (&SourceId, &str),
        loose_ids: bool,
        sketches: &[Sketch],
    ) -> Result<Vec<Recognized>> {
        let door = Door {
            publisher: self,
            source,
            url: door,
            waiting: self.store.waiting_marks(source, door)?.into_iter().collect(),
            links: sketches.iter().filter_map(|sketch| sketch.marks.link).collect(),
        };
        let mut by_id = Vec::with_capacity(sketches.len());
        for sketch in sketches {
            by_id.push(if loose_ids { (None, true) } else { door.by_id(sketch)? });
        }
        if by_id.iter().filter(|(_, is_loose)| *is_loose).count() >= HANDED_ON_MIN {
            for (sketch, by_id) in sketches.iter().zip(&mut by_id) {
                if by_id.0.as_ref().is_some_and(|known| is_another(sketch, known)) {
                    *by_id = (None, true);
                }
            }
        }
        let mut taken: BTreeSet<String> =
            by_id.iter().filter_map(|(known, _)| known.as_ref().map(|known| known.key.clone())).collect();
        let mut recognized = Vec::with_capacity(sketches.len());
        for (sketch, (known, is_loose)) in sketches.iter().zip(by_id) {
            let known = match known {
                Some(known) => Some(known),
                None => door.by_marks(sketch, &taken)?,
            };
            taken.extend(known.as_ref().map(|known| known.key.clone()));
            recognized.push(door.recognized(sketch, known, is_loose)?);
        }
        Ok(recognized)
    }
}

impl Door<'_> {
    /// The entry that is known by the id of a listed one, and whether that id tells nothing.
    fn by_id(&self, sketch: &Sketch) -> Result<(Option<Known>, bool)> {
        let known = self.known(&sketch.key)?;
        let is_handed_on = match &known {
            Some(known) => self.is_handed_on(sketch, known)?,
            None => false,
        };
        Ok((known.filter(|_| !is_handed_on), is_handed_on))
    }

    fn known(&self, key: &str) -> Result<Option<Known>> {
        let settled = self.publisher.store.entry(self.source, self.url, key)?.map(known);
        let waiting = || Known { key: key.to_owned(), marks: Marks::default(), said: None };
        let known = settled.or_else(|| self.waiting.contains_key(key).then(waiting));
        // What waits is the newer word.
        let marks = self.waiting.get(key).filter(|marks| marks.words.is_some());
        Ok(known.map(|known| Known { marks: marks.copied().unwrap_or(known.marks), ..known }))
    }

    /// Whether the id of a listed entry was another's: that one is listed under another id now, or this one is known
    /// under another.
    fn is_handed_on(&self, sketch: &Sketch, known: &Known) -> Result<bool> {
        let (Some(link), Some(before)) = (sketch.marks.link, known.marks.link) else { return Ok(false) };
        if dedup::lead_alike(&sketch.marks, &known.marks) {
            return Ok(false);
        }
        let is_another = |other: &EntryRow| other.key != known.key;
        let store = &self.publisher.store;
        Ok(self.links.contains(&before)
            || store.entries_leading_to(self.source, self.url, link)?.iter().any(is_another))
    }

    /// Whether the id of an entry that is not known was another's, which is known under another now: the article that
    /// was seen first under it is that one's.
    fn was_handed_on(&self, sketch: &Sketch) -> Result<bool> {
        let store = &self.publisher.store;
        let first = store.article(&ArticleId::of(self.source, &sketch.key))?;
        let is_published = first.is_some_and(|row| row.revision > 0);
        Ok(is_published && store.article_of_entry(self.source, &sketch.key)?.is_none())
    }

    /// The entry that leads where a listed one leads, or says what it says, and is not `taken`: best one with the same
    /// words.
    fn by_marks(&self, sketch: &Sketch, taken: &BTreeSet<String>) -> Result<Option<Known>> {
        let mut alike = Vec::new();
        let Marks { link, text, words } = sketch.marks;
        if let Some(link) = link {
            alike.extend(self.publisher.store.entries_leading_to(self.source, self.url, link)?);
        }
        if let Some(text) = text {
            alike.extend(self.publisher.store.entries_having(self.source, self.url, text)?);
        }
        let waiting = self.waiting.iter().filter(|(_, marks)| dedup::lead_alike(marks, &sketch.marks));
        let waiting = waiting
            .map(|(key, marks)| Known { key: key.clone(), marks: *marks, said: None })
            .collect::<Vec<_>>();
        let mut free =
            alike.into_iter().map(known).chain(waiting).filter(|known| !taken.contains(&known.key));
        let first = free.next();
        let says_the_same = |known: &Known| known.marks.words == words;
        let best = first.clone().filter(says_the_same).or_else(|| free.find(says_the_same));
        Ok(best.or(first))
    }

    fn recognized(&self, sketch: &Sketch, known: Option<Known>, is_loose: bool) -> Result<Recognized> {
        let Some(known) = known else {
            let is_loose = is_loose || self.was_handed_on(sketch)?;
            let id = if is_loose { Id::Place } else { Id::Own };
            let triaged = self.unknown(sketch, is_loose)?;
            return Ok(Recognized { triaged, id, is_renamed: false, noted: None });
        };
        let is_own = known.key == sketch.key;
        let Some(said) = known.said.filter(|_| !self.waiting.contains_key(&known.key)) else {
            let id = if is_own { Id::Own } else { Id::Known(known.key) };
            return Ok(Recognized { triaged: Triaged::Waiting, id, is_renamed: false, noted: None });
        };
        let entry = KnownEntry { fingerprint: said, marks: known.marks };
        let triaged = match dedup::triage((sketch.said, &sketch.marks), Some(&entry), false) {
            Triage::Changed => Triaged::Changed(self.page(sketch)?),
            Triage::Unchanged | Triage::New | Triage::SameAddress => Triaged::Unchanged,
        };
        // Marks tell of what was settled, so that what has changed is seen to have until it is.
        let is_marked = known.marks.words.is_some() || triaged != Triaged::Unchanged;
        let marks = if is_marked { known.marks } else { sketch.marks };
        let takes_id = !is_own && !is_loose;
        let key = if takes_id { &sketch.key } else { &known.key };
        let noted =
            (takes_id || !is_marked).then(|| Noted { was: known.key.clone(), key: key.clone(), marks });
        let id = if is_own || takes_id { Id::Own } else { Id::Known(known.key) };
        Ok(Recognized { triaged, id, is_renamed: !is_own, noted })
    }

    /// What to do with an entry that this door does not know.
    fn unknown(&self, sketch: &Sketch, is_loose: bool) -> Result<Triaged> {
        let store = &self.publisher.store;
        // Two doors that list one entry tell it in their own words: that is no change.
        let mut at_address = None;
        if !is_loose {
            at_address = store.article_of_entry(self.source, &sketch.key)?;
        }
        if let (None, Some(address)) = (&at_address, &sketch.address) {
            at_address = store.article_at(self.source, address)?;
        }
        let at_address = at_address.filter(|row| row.revision > 0);
        Ok(match dedup::triage((sketch.said, &sketch.marks), None, at_address.is_some()) {
            Triage::SameAddress => Triaged::SameAddress(at_address.map(|row| row.id)),
            Triage::New | Triage::Changed | Triage::Unchanged => Triaged::New,
        })
    }

    /// What the page of an entry was recognized by when it was read last.
    fn page(&self, sketch: &Sketch) -> Result<Option<String>> {
        let page = sketch.address.as_ref().map(|address| self.publisher.store.page(self.source, address));
        Ok(page.transpose()?.flatten())
    }
}

/// Whether a listed entry leads elsewhere than the one that is known by its id, and says something else.
fn is_another(sketch: &Sketch, known: &Known) -> bool {
    let are_linked = sketch.marks.link.is_some() && known.marks.link.is_some();
    let are_alike = dedup::lead_alike(&sketch.marks, &known.marks) || sketch.marks.words == known.marks.words;
    are_linked && !are_alike
}

fn known(row: EntryRow) -> Known {
    Known { key: row.key, marks: row.marks, said: Some(row.said) }
}
