//! The editor: which stories there are, and when each is published, edited, moved, removed or copied. The whole
//! life of the world is decided here, once; later questions only look at it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::escape::slug;
use crate::phrases::Language;
use crate::plan::Plan;
use crate::prose::{self, Prose};
use crate::seed::Dice;

/// The shape of a site's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Arabic news channel: numeric dateline with the city, agency line, font-size buttons, no date in meta tags.
    Levant,
    /// Arabic WordPress-like paper.
    WordPress,
    /// English paper with JSON-LD.
    Ledger,
    /// Turkish or French site with meta tags.
    Meta,
    /// Persian agency.
    Persian,
}

/// The format of a site's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// RSS 2.0.
    Rss,
    /// Atom.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl FeedKind {
    /// Where the feed is, below the base of its site.
    pub fn path(self) -> &'static str {
        match self {
            FeedKind::Rss => "/rss.xml",
            FeedKind::Atom => "/atom.xml",
            FeedKind::Json => "/feed.json",
        }
    }
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its place in the world, from 0 on.
    pub index: usize,
    /// Its id: letters, digits, `-`.
    pub id: String,
    /// Its name as printed.
    pub name: &'static str,
    /// The shape of its pages.
    pub kind: Kind,
    /// Its language.
    pub language: Language,
    /// Its time zone.
    pub zone: &'static str,
    /// The format of its feed.
    pub feed: FeedKind,
}

/// Outlets by turns: id, name, kind, language, zone, feed.
type Outlet = (&'static str, &'static str, Kind, Language, &'static str, FeedKind);

/// The outlets; with more sites than outlets they come again with a number.
const OUTLETS: [Outlet; 7] = [
    ("manara", "قناة المنارة", Kind::Levant, Language::Arabic, "Asia/Damascus", FeedKind::Rss),
    ("sahab", "صحيفة السحاب", Kind::WordPress, Language::Arabic, "Asia/Riyadh", FeedKind::Rss),
    ("harbor-ledger", "Harbor Ledger", Kind::Ledger, Language::English, "Europe/London", FeedKind::Atom),
    ("kiyi-haber", "Kıyı Haber", Kind::Meta, Language::Turkish, "Europe/Istanbul", FeedKind::Json),
    ("bam-emruz", "بام امروز", Kind::Persian, Language::Persian, "Asia/Tehran", FeedKind::Rss),
    ("north-quay", "North Quay Post", Kind::Ledger, Language::English, "America/New_York", FeedKind::Json),
    ("rivages", "Rivages", Kind::Meta, Language::French, "Europe/Paris", FeedKind::Atom),
];

impl Site {
    /// The site with that index.
    fn number(index: usize) -> Site {
        let (id, name, kind, language, zone, feed) = OUTLETS[index % OUTLETS.len()];
        let round = index / OUTLETS.len();
        let id = if round == 0 { id.to_owned() } else { format!("{id}-{}", round + 1) };
        Site { index, id, name, kind, language, zone, feed }
    }
}

/// The life of one article.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    /// The index of its site.
    pub(crate) site: usize,
    /// Its number within the site, from 1 on.
    pub(crate) number: usize,
    /// The dice of its words; a copy has those of its original.
    seed: u64,
    /// The index of the story it copies.
    pub(crate) copy_of: Option<usize>,
    /// Edits that a copy had already when it was taken.
    edits_before: usize,
    /// When it appeared.
    pub(crate) published: Timestamp,
    /// When it was edited, in order.
    pub(crate) edits: Vec<Timestamp>,
    /// When it moved, and the status the old address answers since then.
    pub(crate) moved: Option<(Timestamp, u16)>,
    /// When it was removed, and the status answered since then.
    pub(crate) removed: Option<(Timestamp, u16)>,
    /// Its first address, below the base of its site.
    pub(crate) path: String,
}

impl Story {
    /// Edits made until then.
    pub(crate) fn edits_until(&self, now: Timestamp) -> usize {
        self.edits.partition_point(|at| *at <= now)
    }

    /// Whether it has moved.
    pub(crate) fn has_moved(&self, now: Timestamp) -> bool {
        self.moved.is_some_and(|(at, _)| at <= now)
    }

    /// Whether it is taken down.
    pub(crate) fn is_removed(&self, now: Timestamp) -> bool {
        self.removed.is_some_and(|(at, _)| at <= now)
    }

    /// Its address after the move.
    pub(crate) fn moved_path(&self) -> String {
        format!("/archive{}", self.path)
    }

    /// Its address at that time.
    pub(crate) fn path_at(&self, now: Timestamp) -> String {
        if self.has_moved(now) { self.moved_path() } else { self.path.clone() }
    }

    /// When its text last changed.
    pub(crate) fn modified(&self, now: Timestamp) -> Timestamp {
        *self.edits.iter().rfind(|at| **at <= now).unwrap_or(&self.published)
    }

    /// When anything about it last changed, so that pages and feeds with it changed as well.
    pub(crate) fn touched(&self, now: Timestamp) -> Timestamp {
        let changes = [self.moved, self.removed].into_iter().flatten().map(|(at, _)| at);
        changes.filter(|at| *at <= now).fold(self.modified(now), Timestamp::max)
    }
}

/// All sites and all stories, those in order of publication.
#[derive(Debug)]
pub(crate) struct Timeline {
    /// The sites.
    pub(crate) sites: Vec<Site>,
    /// The stories.
    pub(crate) stories: Vec<Story>,
    /// For each site, its stories in order.
    pub(crate) by_site: Vec<Vec<usize>>,
    /// All headlines of originals as first published: no two are the same.
    headlines: BTreeSet<String>,
}

impl Timeline {
    /// The timeline of a seed and a plan.
    pub(crate) fn new(seed: u64, plan: &Plan) -> Timeline {
        let sites: Vec<Site> = (0..plan.sites).map(Site::number).collect();
        let by_site = vec![Vec::new(); sites.len()];
        let mut timeline = Timeline { sites, stories: Vec::new(), by_site, headlines: BTreeSet::new() };
        for (secs, site) in appearances(seed, plan) {
            let number = timeline.by_site[site].len() + 1;
            let dice = Dice::of(&[seed, 3, wide(site), wide(number)]);
            let story = timeline.story(plan, (site, number), after(plan.start, secs), dice);
            timeline.by_site[site].push(timeline.stories.len());
            timeline.stories.push(story);
        }
        timeline
    }

    /// The text of a story at that many edits.
    pub(crate) fn prose(&self, story: &Story, edits: usize) -> Prose {
        prose::revision(self.sites[story.site].language, story.seed, story.edits_before + edits)
    }

    /// The stories of a site that are shown at that time, newest first.
    pub(crate) fn shown(&self, site: usize, now: Timestamp) -> impl Iterator<Item = &Story> {
        let stories = &self.by_site[site];
        let published = stories.partition_point(|index| self.stories[*index].published <= now);
        let newest_first = stories[..published].iter().rev().map(|index| &self.stories[*index]);
        newest_first.filter(move |story| !story.is_removed(now))
    }

    /// The instant of the last change of anything on a site.
    pub(crate) fn touched(&self, site: usize, now: Timestamp, start: Timestamp) -> Timestamp {
        let stories = self.by_site[site].iter().map(|index| &self.stories[*index]);
        let touched = stories.take_while(|story| story.published <= now).map(|story| story.touched(now));
        touched.max().unwrap_or(start)
    }

    /// One story: a copy or an original, and what will happen to it.
    fn story(
        &mut self,
        plan: &Plan,
        (site, number): (usize, usize),
        published: Timestamp,
        mut dice: Dice,
    ) -> Story {
        let wants_copy = dice.chance(plan.share_copied);
        let copied = if wants_copy { self.to_copy(site, published, &mut dice) } else { None };
        let language = self.sites[site].language;
        let (words, edits_before) = match copied.map(|index| &self.stories[index]) {
            Some(original) => (original.seed, original.edits_until(published)),
            None => (new_words(language, &mut dice, &mut self.headlines), 0),
        };
        let headline = prose::revision(language, words, edits_before).headline;
        Story {
            site,
            number,
            seed: words,
            copy_of: copied,
            edits_before,
            published,
            edits: if copied.is_some() { Vec::new() } else { edits(plan, published, &mut dice) },
            moved: change(plan, plan.share_moved, published, [301, 302], &mut dice),
            removed: change(plan, plan.share_deleted, published, [404, 410], &mut dice),
            path: path(&self.sites[site], number, published, &headline),
        }
    }

    /// An original of another site in the same language, of the last day, still up and not yet copied to this site.
    fn to_copy(&self, site: usize, now: Timestamp, dice: &mut Dice) -> Option<usize> {
        let language = self.sites[site].language;
        let own = self.by_site[site].iter().rev().take(400);
        let taken: BTreeSet<usize> = own.filter_map(|index| self.stories[*index].copy_of).collect();
        let day_ago = after(now, -86_400);
        let recent = self.stories.iter().enumerate().rev().take(400);
        let free: Vec<usize> = recent
            .take_while(|(_, story)| story.published > day_ago)
            .filter(|(_, story)| story.site != site && self.sites[story.site].language == language)
            .filter(|(_, story)| story.copy_of.is_none() && !story.is_removed(now))
            .map(|(index, _)| index)
            .filter(|index| !taken.contains(index))
            .collect();
        (!free.is_empty()).then(|| *dice.pick(&free))
    }
}

/// When each site publishes, in seconds since the start (before it for the articles at the start), in order.
fn appearances(seed: u64, plan: &Plan) -> Vec<(i64, usize)> {
    let mut appearances = Vec::new();
    for site in 0..plan.sites {
        let mut dice = Dice::of(&[seed, 2, wide(site)]);
        for _ in 0..plan.articles_at_start {
            appearances.push((-signed(dice.between(90, 36 * 3600)), site));
        }
        let end = f64::from(plan.hours) * 3600.0;
        // Gaps of 0.3 to 1.7 of the mean: irregular, yet never silent for long. A rate of 0 is an endless first gap.
        let mut gap = || 3600.0 / plan.articles_per_hour * (0.3 + 1.4 * share(&mut dice));
        let mut at = gap();
        while at <= end {
            appearances.push((whole(at), site));
            at += gap();
        }
    }
    appearances.sort_unstable();
    appearances
}

/// Dice for the words of an original whose headline nobody has used yet.
fn new_words(language: Language, dice: &mut Dice, headlines: &mut BTreeSet<String>) -> u64 {
    loop {
        let words = dice.roll();
        if headlines.insert(prose::write(language, words).headline) {
            return words;
        }
    }
}

/// When an article is edited: not at all, once, or (one of three) twice.
fn edits(plan: &Plan, published: Timestamp, dice: &mut Dice) -> Vec<Timestamp> {
    if !dice.chance(plan.share_edited) {
        return Vec::new();
    }
    let (low, high) = plan.edit_after_secs;
    let first = after(published.max(plan.start), signed(dice.between(low, high)));
    let second = after(first, signed(dice.between(low, high)));
    if dice.chance(1.0 / 3.0) { vec![first, second] } else { vec![first] }
}

/// When an article moves or goes, and with which status.
fn change(
    plan: &Plan,
    share: f64,
    published: Timestamp,
    statuses: [u16; 2],
    dice: &mut Dice,
) -> Option<(Timestamp, u16)> {
    let (low, high) = plan.change_after_secs;
    dice.chance(share).then(|| {
        let at = after(published.max(plan.start), signed(dice.between(low, high)));
        (at, *dice.pick(&statuses))
    })
}

/// The address of an article, as sites of its kind make them.
fn path(site: &Site, number: usize, published: Timestamp, headline: &str) -> String {
    let zone = published.in_tz(site.zone).expect("the zone data is built in");
    match site.kind {
        Kind::Levant => format!("/node/{}", 20_000 + number),
        Kind::WordPress => format!("/{}/{}-{number}/", zone.strftime("%Y/%m/%d"), slug(headline, 6)),
        Kind::Ledger => format!("/news/{}-{number}", slug(headline, 8)),
        Kind::Meta => format!("/haber/{number}/{}.html", slug(headline, 5)),
        Kind::Persian => format!("/fa/news/{}/{}", 300_000 + number, slug(headline, 5)),
    }
}

/// That many seconds later.
fn after(instant: Timestamp, secs: i64) -> Timestamp {
    instant.checked_add(SignedDuration::from_secs(secs)).expect("the world lives in our centuries")
}

/// A number from 0 to 1.
fn share(dice: &mut Dice) -> f64 {
    f64::from(u32::try_from(dice.below(1 << 20)).expect("20 bits")) / f64::from(1_u32 << 20)
}

/// Seconds as a whole number.
fn whole(secs: f64) -> i64 {
    i64::try_from(std::time::Duration::from_secs_f64(secs).as_secs()).expect("hours fit")
}

/// A count as the dice take it.
fn wide(count: usize) -> u64 {
    u64::try_from(count).expect("counts fit")
}

/// Seconds with a sign.
fn signed(secs: u64) -> i64 {
    i64::try_from(secs).expect("seconds fit")
}
