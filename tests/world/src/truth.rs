//! What was really written, for tests to compare with what khabar made of it.

use jiff::Timestamp;

use crate::answer::World;
use crate::feeds::guid;
use crate::phrases::Language;
use crate::prose::Block;
use crate::timeline::Story;

/// An article as its editor knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueArticle {
    /// The index of its site.
    pub site: usize,
    /// The id of its site.
    pub site_id: String,
    /// Its number within the site, from 1 on.
    pub number: usize,
    /// Its language.
    pub language: Language,
    /// Its address now.
    pub url: String,
    /// The address it appeared at; another than `url` after a move.
    pub first_url: String,
    /// Its id in the feed, which never changes.
    pub guid: String,
    /// The section label.
    pub kicker: String,
    /// The line that names the agency.
    pub agency: String,
    /// The reporter.
    pub reporter: String,
    /// The caption of its photo.
    pub caption: String,
    /// When it appeared, to the second. Pages of [`Kind::Levant`](crate::Kind::Levant) show the minute.
    pub published: Timestamp,
    /// When its text last changed.
    pub modified: Timestamp,
    /// The headline now.
    pub title: String,
    /// The paragraphs now.
    pub paragraphs: Vec<String>,
    /// The crossheads now.
    pub headings: Vec<String>,
    /// All its texts so far, oldest first; the last is the one above.
    pub revisions: Vec<TrueRevision>,
    /// The index in the same list of the article it copies.
    pub copy_of: Option<usize>,
    /// Whether it has moved.
    pub moved: bool,
    /// Whether it is taken down.
    pub deleted: bool,
}

/// One text of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueRevision {
    /// When it appeared.
    pub at: Timestamp,
    /// The headline.
    pub title: String,
    /// The body.
    pub blocks: Vec<Block>,
}

impl TrueRevision {
    /// Its paragraphs.
    pub fn paragraphs(&self) -> Vec<String> {
        let text = |block: &Block| match block {
            Block::Paragraph(text) => Some(text.clone()),
            Block::Crosshead(_) => None,
        };
        self.blocks.iter().filter_map(text).collect()
    }

    /// Its crossheads.
    pub fn headings(&self) -> Vec<String> {
        let text = |block: &Block| match block {
            Block::Crosshead(text) => Some(text.clone()),
            Block::Paragraph(_) => None,
        };
        self.blocks.iter().filter_map(text).collect()
    }
}

impl World {
    /// All articles published until then, in order of publication, with in-memory addresses.
    pub fn truth(&self, now: Timestamp) -> Vec<TrueArticle> {
        self.truth_at(now, &self.bases())
    }

    /// The same, with the addresses below other bases, one a site: see [`Served::bases`](crate::Served::bases).
    pub fn truth_at(&self, now: Timestamp, bases: &[String]) -> Vec<TrueArticle> {
        let published = self.timeline.stories.iter().take_while(|story| story.published <= now);
        published.map(|story| self.true_article(story, now, &bases[story.site])).collect()
    }

    /// One article.
    fn true_article(&self, story: &Story, now: Timestamp, base: &str) -> TrueArticle {
        let site = &self.timeline.sites[story.site];
        let edits = story.edits_until(now);
        let instants = std::iter::once(&story.published).chain(&story.edits).take(edits + 1);
        let revision = |(edits, at): (usize, &Timestamp)| {
            let prose = self.timeline.prose(story, edits);
            TrueRevision { at: *at, title: prose.headline, blocks: prose.blocks }
        };
        let revisions: Vec<TrueRevision> = instants.enumerate().map(revision).collect();
        let last = revisions.last().expect("the first text is there");
        let prose = self.timeline.prose(story, edits);
        TrueArticle {
            site: story.site,
            site_id: site.id.clone(),
            number: story.number,
            language: site.language,
            url: format!("{base}{}", story.path_at(now)),
            first_url: format!("{base}{}", story.path),
            guid: guid(site, story, base),
            kicker: prose.kicker,
            agency: prose.agency,
            reporter: prose.reporter,
            caption: prose.caption,
            published: story.published,
            modified: story.modified(now),
            title: last.title.clone(),
            paragraphs: last.paragraphs(),
            headings: last.headings(),
            revisions,
            copy_of: story.copy_of,
            moved: story.has_moved(now),
            deleted: story.is_removed(now),
        }
    }
}
