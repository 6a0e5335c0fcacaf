//! What several ways say of one post, made one: field by field, each with the way that won.

use super::{
    Options, Post, Sketch, Text,
    coverage::PINS_MAX,
    stamp::{Form, Stamp},
};
use crate::{
    model::{Fingerprint, Origin, Provenance},
    page::Page,
    readers::article::{self, Part},
    text::{fold, normal, strip_markup},
};
use jiff::Timestamp;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

/// Markup shorter than this is read as lines; a post has far less.
const MARKUP_MAX: usize = 1 << 20;

/// Makes posts of the sketches of all ways. The first way gives the order; what it does not have is set in where its
/// own neighbors stand. Also gives the ways that write local time as UTC.
pub(super) fn merge(
    options: &Options<'_>,
    page: &Page,
    ways: Vec<Vec<Sketch<'_>>>,
) -> (Vec<Post>, Vec<Origin>) {
    let mut groups = Groups::default();
    let (mut local, mut order) = (Vec::new(), None);
    for mut way in ways {
        local.extend(mend_zone(options, &mut way));
        let own = direction(&way);
        if own.is_some_and(|own| *order.get_or_insert(own) != own) {
            way.reverse();
        }
        let mut last = None;
        for sketch in way {
            last = Some(groups.take(sketch, last));
        }
        groups.close_way();
    }
    let posts = groups.in_order().into_iter().map(|group| post(options, page, group));
    let posts = posts.filter(|post| !post.text.is_empty() || post.title.is_some() || post.marks.removed);
    (without_copies(posts.collect()), local)
}

/// Which way the times of most posts go, down a list.
fn direction(way: &[Sketch<'_>]) -> Option<Ordering> {
    let times = || way.iter().filter_map(|sketch| sketch.published.as_ref()).map(|stamp| stamp.moment.at);
    let pairs = || times().zip(times().skip(1)).map(|(one, next)| next.cmp(&one));
    let count = |wanted: Ordering| pairs().filter(|order| *order == wanted).count();
    let (down, up) = (count(Ordering::Less), count(Ordering::Greater));
    Some(up.cmp(&down)).filter(|order| order.is_ne())
}

/// Makes one of a post that is kept on top and stands in its place in the list too, where its id is another.
fn without_copies(posts: Vec<Post>) -> Vec<Post> {
    let mut kept: Vec<Post> = Vec::with_capacity(posts.len());
    let mut known: HashMap<(Timestamp, String, String), (usize, usize)> = HashMap::new();
    for (place, post) in posts.into_iter().enumerate() {
        let said = post.published.filter(|_| !post.marks.removed && !post.text.is_empty());
        let key = said.map(|at| (at.at, post.title.clone().unwrap_or_default(), post.text.clone()));
        let on_top = key.as_ref().and_then(|key| known.get(key)).copied();
        let top = on_top.and_then(|(index, at)| Some((kept.get_mut(index)?, at)));
        match top {
            Some((top, at)) if top.marks.pinned || at < PINS_MAX && at + 1 < place && !post.is_relative => {
                top.take_place_of(post);
            }
            Some(_) | None => {
                if let Some(key) = key {
                    known.entry(key).or_insert((kept.len(), place));
                }
                kept.push(post);
            }
        }
    }
    kept
}

impl Post {
    /// Takes over what its copy in the list is known by.
    fn take_place_of(&mut self, listed: Self) {
        if let Some(id) = listed.id {
            self.other_ids.extend(self.id.replace(id));
            self.url = listed.url.or(self.url.take());
        }
        self.other_ids.extend(listed.other_ids);
        self.other_ids.retain(|other| self.id.as_ref() != Some(other));
        self.marks.key_event |= listed.marks.key_event;
        self.author = self.author.take().or(listed.author);
    }
}

/// Local time written as UTC: times of a way lie ahead of the fetch, or did so before, and none does when all are read
/// as local. Gives the way where it is so.
fn mend_zone(options: &Options<'_>, way: &mut [Sketch<'_>]) -> Option<Origin> {
    let from = way.first()?.from?;
    let stamps = |way: &[Sketch<'_>]| -> Vec<Stamp> {
        let each = way.iter().flat_map(|sketch| [&sketch.published, &sketch.modified]);
        each.flatten().filter(|stamp| stamp.form == Form::Zoned).cloned().collect()
    };
    let is_utc = |stamp: &Stamp| stamp.moment.offset.is_zero();
    let zoned = stamps(way);
    let shows = || zoned.iter().any(|stamp| stamp.is_ahead(options));
    let is_wrong = zoned.iter().all(is_utc) && (options.local.contains(&from) || shows());
    let is_mended = |stamp: &Stamp| stamp.as_local(options).is_some_and(|local| !local.is_ahead(options));
    if zoned.is_empty() || !is_wrong || !zoned.iter().all(is_mended) {
        return None;
    }
    for sketch in way {
        for stamp in [&mut sketch.published, &mut sketch.modified].into_iter().flatten() {
            if stamp.form == Form::Zoned
                && let Some(local) = stamp.as_local(options)
            {
                *stamp = local;
            }
        }
    }
    Some(from)
}

/// The sketches of each post.
#[derive(Default)]
struct Groups<'a> {
    sketches: Vec<Vec<Sketch<'a>>>,
    /// The places of the groups in page order: a group's index.
    order: Vec<usize>,
    by_id: HashMap<String, usize>,
    by_time: HashMap<i64, Vec<usize>>,
    by_title: HashMap<String, Vec<usize>>,
    /// Groups that had a sketch before the way that is read now.
    known: usize,
    /// Those that this way has given one.
    taken: Vec<bool>,
}

impl<'a> Groups<'a> {
    /// Adds a sketch to its post's group, or as one of its own after `last`; gives the group's index.
    fn take(&mut self, sketch: Sketch<'a>, last: Option<usize>) -> usize {
        let found = self.find(&sketch);
        let index = found.unwrap_or(self.sketches.len());
        let title = sketch.title.as_deref().map(fold);
        if found.is_none() {
            self.sketches.push(Vec::new());
            self.taken.push(false);
            let after = last.and_then(|last| self.order.iter().position(|index| *index == last));
            self.order.insert(after.map_or(self.order.len(), |at| at + 1), index);
        }
        for id in &sketch.ids {
            self.by_id.entry(id.clone()).or_insert(index);
        }
        if let Some(stamp) = &sketch.published {
            self.by_time.entry(stamp.moment.at.as_second()).or_default().push(index);
        }
        if let Some(title) = title {
            self.by_title.entry(title).or_default().push(index);
        }
        if let Some(taken) = self.taken.get_mut(index) {
            *taken = true;
        }
        if let Some(group) = self.sketches.get_mut(index) {
            group.push(sketch);
        }
        index
    }

    fn close_way(&mut self) {
        self.known = self.sketches.len();
        self.taken.iter_mut().for_each(|taken| *taken = false);
    }

    /// The post that a sketch is about: by an id, else, of another way's posts that have none of this one's yet, by
    /// time or headline.
    fn find(&self, sketch: &Sketch<'_>) -> Option<usize> {
        let by_id = sketch.ids.iter().find_map(|id| self.by_id.get(id).or_else(|| self.by_id.get(bare(id))));
        if let Some(index) = by_id.filter(|index| !self.is_other(**index, sketch)) {
            return Some(*index);
        }
        let is_free = |index: &usize| *index < self.known && self.taken.get(*index) == Some(&false);
        let free = |list: Option<&Vec<usize>>| -> Vec<usize> {
            list.into_iter().flatten().copied().filter(is_free).collect()
        };
        let timed =
            free(sketch.published.as_ref().and_then(|stamp| self.by_time.get(&stamp.moment.at.as_second())));
        let titled = free(sketch.title.as_deref().and_then(|title| self.by_title.get(&fold(title))));
        let both = timed.iter().find(|index| titled.contains(index));
        let one = |list: &[usize]| if let [only] = list { Some(*only) } else { None };
        both.copied()
            .or_else(|| one(&timed))
            .or_else(|| one(&titled).filter(|index| self.is_near(*index, sketch)))
    }

    /// Whether a group that this way has given a sketch already is another post all the same: ids may be made of times.
    fn is_other(&self, index: usize, sketch: &Sketch<'_>) -> bool {
        let known = self.sketches.get(index).and_then(|group| group.last());
        let Some(known) = known.filter(|_| self.taken.get(index) == Some(&true)) else { return false };
        let at = |sketch: &Sketch<'_>| sketch.published.as_ref().map(|stamp| stamp.moment.at);
        at(known) != at(sketch)
            || known.title.as_deref().map(fold) != sketch.title.as_deref().map(fold)
            || !begin_alike(&known.text, &sketch.text)
    }

    /// Whether a group's time is not another day's: the same headline may be written twice.
    fn is_near(&self, index: usize, sketch: &Sketch<'_>) -> bool {
        let Some(stamp) = &sketch.published else { return true };
        let known =
            self.sketches.get(index).into_iter().flatten().filter_map(|sketch| sketch.published.as_ref());
        let mut apart = known.map(|known| known.moment.at.duration_since(stamp.moment.at).abs());
        apart.all(|apart| apart <= jiff::SignedDuration::from_hours(14))
    }

    fn in_order(mut self) -> Vec<Vec<Sketch<'a>>> {
        let Self { sketches, order, .. } = &mut self;
        order.iter().map(|index| sketches.get_mut(*index).map(std::mem::take).unwrap_or_default()).collect()
    }
}

/// An id without the word that systems put before it in their markup.
fn bare(id: &str) -> &str {
    ["block-", "post-", "liveblog-entry-", "entry-", "update-"]
        .iter()
        .find_map(|word| id.strip_prefix(word))
        .unwrap_or(id)
}

/// Makes a post of its sketches, in the order of the ways.
fn post(options: &Options<'_>, page: &Page, group: Vec<Sketch<'_>>) -> Post {
    let mut post = Post::default();
    let from = |sketch: &Sketch<'_>| sketch.from.unwrap_or(Origin::Generic);
    let mut ids: Vec<(String, Origin)> = Vec::new();
    // The address a page declares for a post is what its publisher links to: its fragment is the id.
    for sketch in &group {
        for id in sketch
            .ids
            .iter()
            .filter(|id| !ids.iter().any(|(known, _)| known == *id))
            .cloned()
            .collect::<Vec<_>>()
        {
            ids.push((id, from(sketch)));
        }
    }
    let mut provenance = BTreeMap::new();
    let mut ids = ids.into_iter();
    if let Some((id, from)) = ids.next() {
        provenance.insert("id", Provenance::from(from));
        post.id = Some(id);
    }
    post.other_ids = ids.map(|(id, _)| id).collect();
    post.url = group.iter().find_map(|sketch| sketch.url.clone().filter(|url| url.fragment().is_some()));
    post.url = post.url.or_else(|| group.iter().find_map(|sketch| sketch.url.clone()));
    if let Some((stamp, from)) =
        best(options, group.iter().map(|sketch| (sketch.published.as_ref(), from(sketch))))
    {
        post.published = Some(stamp.moment);
        post.is_relative = stamp.form == Form::Relative;
        post.is_clock = stamp.form == Form::Clock;
        provenance.insert("published", stamp.provenance(from));
    }
    if let Some((stamp, from)) =
        best(options, group.iter().map(|sketch| (sketch.modified.as_ref(), from(sketch))))
    {
        post.modified = Some(stamp.moment);
        provenance.insert("modified", stamp.provenance(from));
    }
    for sketch in &group {
        if post.title.is_none() && sketch.title.is_some() {
            post.title.clone_from(&sketch.title);
            provenance.insert("title", Provenance::from(from(sketch)));
        }
        if post.author.is_none() && sketch.author.is_some() {
            post.author.clone_from(&sketch.author);
            provenance.insert("author", Provenance::from(from(sketch)));
        }
        post.marks.pinned |= sketch.marks.pinned;
        post.marks.key_event |= sketch.marks.key_event;
        post.marks.removed |= sketch.marks.removed;
    }
    take_text(page, &mut post, &mut provenance, group);
    post.provenance = provenance;
    post
}

/// The best of several times of one thing. Unix time cannot be written in a wrong zone; of two that differ by whole
/// quarters of an hour one was, and JSON-LD is right more often, unless it lies ahead.
fn best<'s>(
    options: &Options<'_>,
    stamps: impl Iterator<Item = (Option<&'s Stamp>, Origin)>,
) -> Option<(&'s Stamp, Origin)> {
    let known = stamps.filter_map(|(stamp, from)| Some((stamp?, from)));
    let mut best: Option<(&Stamp, Origin)> = None;
    for (stamp, from) in known {
        let wins = best.is_none_or(|(best, _)| {
            if best.is_ahead(options) != stamp.is_ahead(options) {
                return best.is_ahead(options);
            }
            let minutes = best.moment.at.duration_since(stamp.moment.at).as_secs().abs() / 60;
            let is_shifted = (15..=14 * 60).contains(&minutes) && minutes % 15 == 0;
            stamp.form > best.form || stamp.form == best.form && from == Origin::JsonLd && is_shifted
        });
        if wins {
            best = Some((stamp, from));
        }
    }
    best
}

/// The text: the markup's own where it says as much as the other ways; they are often cut, or have no pictures.
fn take_text(
    page: &Page,
    post: &mut Post,
    provenance: &mut BTreeMap<&'static str, Provenance>,
    group: Vec<Sketch<'_>>,
) {
    let mut best: Option<(usize, Part, Origin)> = None;
    for sketch in group {
        let from = sketch.from.unwrap_or(Origin::Generic);
        let part = match &sketch.text {
            Text::None => continue,
            Text::Element(node, removed) => article::part(page, *node, removed),
            Text::Markup(markup) => {
                // Markup is read only where it may win: there are hundreds on a page.
                let plain = strip_markup(markup);
                let letters = letters(&plain);
                note_print(post, from, sketch.title.as_deref(), &plain);
                let wins = best
                    .as_ref()
                    .is_none_or(|(most, part, _)| letters * 10 > most * 11 || !begins_in(&plain, part));
                if wins && letters > 0 {
                    best = Some((letters, part_of(page, markup), from));
                }
                continue;
            }
        };
        let text = article::joined(&part.body);
        note_print(post, from, sketch.title.as_deref(), &text);
        if best.is_none() {
            best = Some((letters(&text), part, from));
        }
    }
    if let Some((_, part, from)) = best {
        post.text = article::joined(&part.body);
        post.body = part.body;
        post.images = part.images;
        post.links = part.links;
        if !post.text.is_empty() {
            provenance.insert("text", Provenance::from(from));
        }
    }
}

/// Whether the beginning of a declared text stands in a part, near enough: one that does not say it is something else.
fn begins_in(plain: &str, part: &Part) -> bool {
    let begin: String = fold(plain).chars().filter(|letter| letter.is_alphanumeric()).take(BEGIN).collect();
    let text = fold(&article::joined(&part.body));
    let text: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect();
    begin.is_empty() || text.contains(&begin)
}

/// Letters of the beginning of a text by which it is known.
const BEGIN: usize = 16;

/// Whether the texts of two sketches of one way begin with the same letters, or one has none.
fn begin_alike(one: &Text<'_>, other: &Text<'_>) -> bool {
    let begin = |text: &Text<'_>| -> String {
        let text = match text {
            Text::None => String::new(),
            Text::Markup(markup) => strip_markup(markup),
            Text::Element(node, _) => node.text(),
        };
        text.chars().filter(|letter| letter.is_alphanumeric()).take(BEGIN_OF_ONE).collect()
    };
    let (one, other) = (begin(one), begin(other));
    one.starts_with(&other) || other.starts_with(&one)
}

/// Letters of the beginnings of two texts that are compared when they have one id.
const BEGIN_OF_ONE: usize = 120;

fn letters(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}

fn note_print(post: &mut Post, from: Origin, title: Option<&str>, text: &str) {
    let print = print(title.unwrap_or_default(), text);
    post.prints.push((from, print));
}

/// A hash of a headline and a text in matching form, the same on any machine.
pub(super) fn print(title: &str, text: &str) -> Fingerprint {
    Fingerprint::of([fold(title).as_str(), fold(text).as_str()])
}

/// Reads markup or plain lines as a body.
fn part_of(page: &Page, markup: &str) -> Part {
    if markup.contains('<') && markup.len() <= MARKUP_MAX {
        let (inner, _) = Page::parse(markup, page.base_url());
        return article::part(&inner, inner.root(), &[]);
    }
    // Escaped as a whole, once or twice.
    let plain = crate::text::unescape(markup);
    if plain.contains("</") && plain.len() <= MARKUP_MAX {
        let (inner, _) = Page::parse(&plain, page.base_url());
        return article::part(&inner, inner.root(), &[]);
    }
    let lines = plain.split('\n').map(strip_markup).map(|line| normal(&line)).filter(|line| !line.is_empty());
    let paragraph = |line| crate::model::Block::text(crate::model::BlockKind::Paragraph, line);
    Part { body: lines.map(paragraph).collect(), ..Part::default() }
}
