//! An editor who runs live pages: posts one after the other, edited, pinned, taken down and put back, until a farewell
//! leads on to the next page. The same story is told in the markups of many systems, with what goes wrong on the way.
//!
//! A page is a pure function of its seed and of the instant it is asked at: [`LivePage::answer`] is what is served,
//! [`LivePage::view`] what is thereby shown, [`LivePage::log`] what the editor did.

mod desk;
mod editor;
mod html;
mod json;
mod mishap;
mod words;

pub use desk::Listed;
pub use editor::{Act, Deed};
pub use mishap::{Mishap, Trouble};

use crate::{phrases::Language, seed::Dice, wire::Reply};
use desk::Desk;
use jiff::{SignedDuration, Timestamp};
use words::Story;

/// How a live page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Markup {
    /// JSON-LD, the attributes of AMP, ids; a mark on what is kept on top, and a stone where a post was taken down.
    Full,
    /// Ids, and times in `time`.
    Ids,
    /// JSON-LD and no post in the markup.
    Declared,
    /// Microdata.
    Microdata,
    /// Times in `time` and no ids.
    Bare,
    /// The newest post is `#post1`.
    Positional,
    /// The id is the time of the last change.
    Remade,
    /// No ids, and no times but "5 minutes ago".
    Relative,
    /// The answer of a Sourcefabric live blog, all posts in one.
    Sourcefabric,
    /// What a page of the Guardian is made of.
    Guardian,
}

impl Markup {
    /// All of them.
    pub const ALL: [Markup; 10] = [
        Markup::Full,
        Markup::Ids,
        Markup::Declared,
        Markup::Microdata,
        Markup::Bare,
        Markup::Positional,
        Markup::Remade,
        Markup::Relative,
        Markup::Sourcefabric,
        Markup::Guardian,
    ];

    /// Whether a post that was taken down leaves a mark in its place.
    pub fn leaves_stones(self) -> bool {
        matches!(self, Markup::Full | Markup::Sourcefabric)
    }

    /// Whether a post that is kept on top has a mark; elsewhere it only stands above newer ones.
    pub fn marks_pins(self) -> bool {
        matches!(self, Markup::Full | Markup::Sourcefabric | Markup::Guardian)
    }

    /// Whether a post has the same id at every look.
    pub fn has_lasting_ids(self) -> bool {
        match self {
            Markup::Full
            | Markup::Ids
            | Markup::Declared
            | Markup::Microdata
            | Markup::Sourcefabric
            | Markup::Guardian => true,
            Markup::Bare | Markup::Positional | Markup::Remade | Markup::Relative => false,
        }
    }

    /// Whether the page says when each post was last changed.
    pub fn tells_changes(self) -> bool {
        match self {
            Markup::Full | Markup::Declared | Markup::Microdata | Markup::Sourcefabric | Markup::Guardian => {
                true
            }
            Markup::Ids | Markup::Bare | Markup::Positional | Markup::Remade | Markup::Relative => false,
        }
    }

    /// Whether the page says when it was changed as a whole.
    pub fn dates_whole(self) -> bool {
        matches!(self, Markup::Full | Markup::Declared)
    }

    /// Whether it can be read when its classes have other names and what it declares is gone.
    fn survives_drift(self) -> bool {
        match self {
            Markup::Full
            | Markup::Ids
            | Markup::Microdata
            | Markup::Bare
            | Markup::Positional
            | Markup::Remade => true,
            Markup::Declared | Markup::Relative | Markup::Sourcefabric | Markup::Guardian => false,
        }
    }
}

/// When the first page of each seed opens: 1 March 2026, 06:00 UTC.
const START: Timestamp = Timestamp::constant(1_772_344_800, 0);

/// A live page from its opening to its end.
#[derive(Debug, Clone)]
pub struct LivePage {
    seed: u64,
    /// How many pages went before it.
    place: u64,
    /// How it is written.
    pub markup: Markup,
    /// In which language.
    pub language: Language,
    /// When it opened, with its first posts.
    pub start: Timestamp,
    per_page: usize,
    /// Whether times have seconds.
    has_seconds: bool,
    /// Whether whatever is saved changes the whole; otherwise it is as old as the last change of what is shown.
    dates_saves: bool,
    acts: Vec<Act>,
    mishaps: Vec<Mishap>,
    /// What each post says at each of its revisions.
    stories: Vec<Vec<Story>>,
}

/// What a page shows at an instant.
#[derive(Debug, Clone)]
pub struct View {
    /// What is wrong with it.
    pub trouble: Option<Trouble>,
    /// Of when the state is: of now, but for stale copies.
    pub as_of: Timestamp,
    /// Its pages, the newest first, with their posts from top to bottom.
    pub pages: Vec<Vec<Listed>>,
    /// Its declared change as a whole, where it has one.
    pub modified: Option<Timestamp>,
    /// Whether the coverage is over.
    pub is_closed: bool,
}

impl LivePage {
    /// The page of a seed; its markup is chosen in turn.
    pub fn new(seed: u64) -> LivePage {
        LivePage::nth(seed, 0, START)
    }

    fn nth(seed: u64, place: u64, start: Timestamp) -> LivePage {
        let mut dice = Dice::of(&[seed, place, 0x11FE]);
        let count = u64::try_from(Markup::ALL.len()).expect("lengths fit");
        let markup = Markup::ALL[usize::try_from(seed % count).expect("an index fits")];
        let language = *dice.pick(&[Language::Arabic, Language::English]);
        let per_page = usize::try_from(dice.between(5, 10)).expect("a page fits");
        let per_page = if markup == Markup::Sourcefabric { 10_000 } else { per_page };
        let is_declared = markup.tells_changes();
        let acts = editor::script(&mut dice, markup);
        let end = acts.last().map_or(0, |act| act.at);
        let mut page = LivePage {
            seed,
            place,
            markup,
            language,
            start,
            per_page,
            has_seconds: is_declared || dice.chance(0.5),
            dates_saves: dice.chance(0.5),
            mishaps: mishap::plan(&mut dice, markup, end),
            acts,
            stories: Vec::new(),
        };
        page.stories = words::stories(&page);
        page
    }

    /// What the editor did, in order.
    pub fn log(&self) -> &[Act] {
        &self.acts
    }

    /// The instant so many seconds after the opening.
    pub fn at(&self, secs: i64) -> Timestamp {
        self.start + SignedDuration::from_secs(secs)
    }

    /// When nothing happens any more and everything works.
    pub fn end(&self) -> Timestamp {
        let acts = self.acts.iter().map(|act| act.at);
        let mishaps = self.mishaps.iter().map(|mishap| mishap.until);
        self.at(acts.chain(mishaps).max().unwrap_or_default() + 1)
    }

    /// Whether it may have changed after `from`, until `until`: but for amounts of time it has not, otherwise.
    pub fn moves_within(&self, from: Timestamp, until: Timestamp) -> bool {
        let secs = |at: Timestamp| at.duration_since(self.start).as_secs();
        let is_within = |at: i64| secs(from) < at && at <= secs(until);
        self.acts.iter().any(|act| is_within(act.at))
            || self.mishaps.iter().any(|mishap| is_within(mishap.from) || is_within(mishap.until))
    }

    /// Its address, or that of one of its older pages, which are counted from 0.
    pub fn url(&self, page: usize) -> String {
        let query = if page == 0 { String::new() } else { format!("?page={}", page + 1) };
        format!("https://news.example/live/harbor-{}{query}", self.place)
    }

    /// The page that it leads on to.
    pub fn next(&self) -> Option<LivePage> {
        let leads = |act: &&Act| matches!(act.deed, Deed::Post { farewell: true, .. });
        let close = self.acts.iter().find(leads)?;
        Some(LivePage::nth(self.seed, self.place + 1, self.at(close.at + 60)))
    }

    /// Whether a post is taken down.
    pub fn is_deleted(&self, post: usize, now: Timestamp) -> bool {
        self.desk(now).posts.get(post).is_some_and(|post| post.is_deleted)
    }

    /// What is wrong with it.
    pub fn trouble(&self, now: Timestamp) -> Option<Trouble> {
        let secs = now.duration_since(self.start).as_secs();
        self.mishaps.iter().find(|mishap| mishap.is_at(secs)).map(|mishap| mishap.trouble)
    }

    /// What it shows.
    pub fn view(&self, now: Timestamp) -> View {
        let scene = self.scene(now);
        let listed = |page: &Vec<usize>| page.iter().map(|post| self.listed(&scene.desk, *post)).collect();
        View {
            trouble: scene.trouble,
            as_of: scene.as_of,
            pages: scene.pages.iter().map(listed).collect(),
            modified: self.modified(&scene),
            is_closed: scene.desk.is_closed,
        }
    }

    /// What is served of it.
    pub fn answer(&self, now: Timestamp, page: usize) -> Reply {
        let scene = self.scene(now);
        let is_down = match scene.trouble {
            Some(Trouble::Down) => true,
            Some(Trouble::OlderDown) => page > 0,
            Some(Trouble::Empty | Trouble::Shrunken | Trouble::Stale { .. } | Trouble::Drift) | None => false,
        };
        if is_down {
            return Reply::new(503, "text/plain", "try again later");
        }
        if page >= scene.pages.len() {
            return Reply::new(404, "text/plain", "nothing here");
        }
        match self.markup {
            Markup::Sourcefabric => Reply::new(200, "application/json", json::sourcefabric(self, &scene)),
            Markup::Guardian => Reply::new(200, "application/json", json::guardian(self, &scene, page)),
            Markup::Full
            | Markup::Ids
            | Markup::Declared
            | Markup::Microdata
            | Markup::Bare
            | Markup::Positional
            | Markup::Remade
            | Markup::Relative => Reply::new(200, "text/html; charset=utf-8", html::page(self, &scene, page)),
        }
    }

    /// The state at an instant.
    fn desk(&self, now: Timestamp) -> Desk {
        let secs = now.duration_since(self.start).as_secs();
        let mut desk = Desk::default();
        self.acts.iter().take_while(|act| act.at <= secs).for_each(|act| desk.apply(act));
        desk
    }

    /// The declared change of the whole.
    fn modified(&self, scene: &Scene) -> Option<Timestamp> {
        let is_there =
            !matches!(scene.trouble, Some(Trouble::Drift | Trouble::Empty)) && self.markup.dates_whole();
        let there = scene.desk.posts.iter().filter(|post| !post.is_deleted);
        let newest = there.map(|post| post.modified).max();
        let secs = if self.dates_saves { Some(scene.desk.saved) } else { newest };
        secs.filter(|_| is_there).map(|secs| self.at(secs))
    }

    /// What is shown at an instant, and what is wrong with it.
    fn scene(&self, now: Timestamp) -> Scene {
        let trouble = self.trouble(now);
        let as_of = match trouble {
            Some(Trouble::Stale { as_of }) => self.at(as_of),
            Some(
                Trouble::Down | Trouble::OlderDown | Trouble::Empty | Trouble::Shrunken | Trouble::Drift,
            )
            | None => now,
        };
        let desk = self.desk(as_of);
        let mut pages = desk.pages(self.markup, self.per_page);
        match trouble {
            Some(Trouble::Empty) => pages = vec![Vec::new()],
            Some(Trouble::Shrunken) => mishap::shrink(&mut pages, self.seed),
            // The stones are gone with the attributes that made them.
            Some(Trouble::Drift) => {
                for page in &mut pages {
                    page.retain(|post| !desk.posts[*post].is_deleted);
                }
            }
            Some(Trouble::Down | Trouble::OlderDown | Trouble::Stale { .. }) | None => {}
        }
        Scene { desk, pages, as_of, trouble }
    }
}

/// A page as it is drawn.
struct Scene {
    desk: Desk,
    /// Its posts by number.
    pages: Vec<Vec<usize>>,
    /// When it is drawn.
    as_of: Timestamp,
    trouble: Option<Trouble>,
}
