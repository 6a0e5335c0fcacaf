//! A live page as its editor has it at an instant, and the lists that it shows.

use super::{
    LivePage, Markup,
    editor::{Act, Deed},
    words::Story,
};
use jiff::Timestamp;
use std::cmp::Reverse;

/// A post as its editor has it. Times in seconds since the opening.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) at: i64,
    /// Its declared last change.
    pub(super) modified: i64,
    pub(super) edits: usize,
    pub(super) is_pinned: bool,
    pub(super) is_deleted: bool,
    pub(super) is_farewell: bool,
}

/// All posts by number, and the whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    pub(super) posts: Vec<Written>,
    /// When something was saved last.
    pub(super) saved: i64,
    pub(super) is_closed: bool,
}

/// A post as a page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number, in the order of the log.
    pub number: usize,
    /// When it was published.
    pub published: Timestamp,
    /// The same as the page tells it.
    pub told: Timestamp,
    /// Its declared last change.
    pub modified: Timestamp,
    /// Headline.
    pub title: Option<String>,
    /// Its paragraphs, joined by blank lines.
    pub text: String,
    /// Whether it is kept on top.
    pub is_pinned: bool,
    /// Whether it was taken down, and a stone stands in its place.
    pub is_stone: bool,
    /// Whether it closes the coverage.
    pub is_farewell: bool,
}

impl Desk {
    /// What the editor does.
    pub(super) fn apply(&mut self, act: &Act) {
        let now = act.at;
        if let Deed::Edit { is_told: true, .. } | Deed::Touch { .. } = act.deed {
            self.posts[act.deed.post()].modified = now;
        }
        match act.deed {
            Deed::Post { farewell, .. } => {
                self.is_closed = farewell;
                self.posts.push(Written {
                    at: now,
                    modified: now,
                    edits: 0,
                    is_pinned: false,
                    is_deleted: false,
                    is_farewell: farewell,
                });
            }
            Deed::Edit { post, .. } => self.posts[post].edits += 1,
            Deed::Touch { .. } => {}
            Deed::Pin { post } => self.posts[post].is_pinned = true,
            Deed::Unpin { post } => self.posts[post].is_pinned = false,
            Deed::Delete { post } => {
                self.posts[post].is_deleted = true;
                self.posts[post].is_pinned = false;
            }
            Deed::Restore { post } => self.posts[post].is_deleted = false,
        }
        if !matches!(act.deed, Deed::Edit { is_told: false, .. }) {
            self.saved = now;
        }
    }

    /// The numbers of the posts on each page, those kept on top first, then the newest.
    pub(super) fn pages(&self, markup: Markup, per_page: usize) -> Vec<Vec<usize>> {
        let is_there = |number: &usize| !self.posts[*number].is_deleted || markup.leaves_stones();
        let mut numbers: Vec<usize> = (0..self.posts.len()).filter(is_there).collect();
        numbers.sort_by_key(|number| (Reverse(self.posts[*number].at), Reverse(*number)));
        let is_pinned = |number: &usize| self.posts[*number].is_pinned;
        let pinned: Vec<usize> = numbers.iter().copied().filter(is_pinned).collect();
        if markup == Markup::Guardian {
            // The one that is kept on top stands apart, and in its place as well unless it is the newest.
            let top = pinned.first().copied();
            if top.is_some() && top == numbers.first().copied() {
                numbers.remove(0);
            }
            let mut pages: Vec<Vec<usize>> = numbers.chunks(per_page).map(<[usize]>::to_vec).collect();
            if pages.is_empty() {
                pages.push(Vec::new());
            }
            for (place, number) in top.into_iter().enumerate() {
                pages[0].retain(|listed| *listed != number);
                pages[0].insert(place, number);
            }
            return pages;
        }
        numbers.retain(|number| !is_pinned(number));
        let all: Vec<usize> = pinned.into_iter().chain(numbers).collect();
        if all.is_empty() { vec![all] } else { all.chunks(per_page).map(<[usize]>::to_vec).collect() }
    }
}

impl LivePage {
    /// A time as the page tells it, in seconds since the opening.
    pub(super) fn told(&self, secs: i64) -> Timestamp {
        let at = self.at(secs);
        if self.has_seconds { at } else { self.at(secs - at.as_second().rem_euclid(60)) }
    }

    /// What a post says.
    pub(super) fn story(&self, number: usize, post: &Written) -> &Story {
        &self.stories[number][post.edits]
    }

    /// A post as it is listed.
    pub(super) fn listed(&self, desk: &Desk, number: usize) -> Listed {
        let post = &desk.posts[number];
        let mut story = self.story(number, post).clone();
        if self.markup == Markup::Sourcefabric {
            // Its posts have no headlines: they stand in the text.
            story.paragraphs.splice(0..0, story.title.take());
        }
        Listed {
            number,
            published: self.at(post.at),
            told: self.told(post.at),
            modified: self.at(post.modified),
            title: story.title,
            text: story.paragraphs.join("\n\n"),
            is_pinned: post.is_pinned,
            is_stone: post.is_deleted,
            is_farewell: post.is_farewell,
        }
    }
}
