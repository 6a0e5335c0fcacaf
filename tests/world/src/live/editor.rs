//! What the editor of a live page does, and when.

use super::{Markup, desk::Desk};
use crate::seed::Dice;

/// Something that the editor did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// When, in seconds since the opening; the first posts are older.
    pub at: i64,
    /// What.
    pub deed: Deed,
}

/// What an editor does. Posts are numbered from 0 in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Publishes a post; one that bids farewell closes the coverage, any other opens it again.
    Post {
        /// Its number.
        post: usize,
        /// Whether it closes the coverage and leads on to the next page.
        farewell: bool,
    },
    /// Changes its headline or text.
    Edit {
        /// Its number.
        post: usize,
        /// Whether its declared change moves.
        is_told: bool,
    },
    /// Saves it as it is: its declared change moves.
    Touch {
        /// Its number.
        post: usize,
    },
    /// Keeps it on top.
    Pin {
        /// Its number.
        post: usize,
    },
    /// Lets it fall to its place.
    Unpin {
        /// Its number.
        post: usize,
    },
    /// Takes it down.
    Delete {
        /// Its number.
        post: usize,
    },
    /// Puts it back.
    Restore {
        /// Its number.
        post: usize,
    },
}

impl Deed {
    /// The number of the post that it is done to.
    pub fn post(self) -> usize {
        match self {
            Deed::Post { post, .. }
            | Deed::Edit { post, .. }
            | Deed::Touch { post }
            | Deed::Pin { post }
            | Deed::Unpin { post }
            | Deed::Delete { post }
            | Deed::Restore { post } => post,
        }
    }
}

/// The editor at work.
struct Editor<'a> {
    dice: &'a mut Dice,
    markup: Markup,
    desk: Desk,
    acts: Vec<Act>,
    now: i64,
}

/// Most posts that are kept on top at once.
const PINS_MAX: usize = 2;

/// A coverage: its first posts, what comes of them, the farewell, and what is mended afterwards or goes on after all.
pub(super) fn script(dice: &mut Dice, markup: Markup) -> Vec<Act> {
    let mut editor = Editor { dice, markup, desk: Desk::default(), acts: Vec::new(), now: -3600 };
    for _ in 0..editor.dice.between(3, 9) {
        let step = editor.between(30, 390);
        editor.now += step;
        editor.post(false);
    }
    editor.now = editor.now.max(0);
    let count = editor.dice.between(14, 34);
    editor.work(count);
    editor.post(true);
    editor.mend();
    if editor.dice.chance(0.25) {
        editor.wait();
        editor.post(false);
        editor.work(4);
        editor.post(true);
        editor.mend();
    }
    editor.acts
}

impl Editor<'_> {
    fn between(&mut self, low: u64, high: u64) -> i64 {
        i64::try_from(self.dice.between(low, high)).expect("small numbers")
    }

    fn act(&mut self, deed: Deed) {
        let act = Act { at: self.now, deed };
        self.desk.apply(&act);
        self.acts.push(act);
    }

    fn post(&mut self, farewell: bool) {
        let post = self.desk.posts.len();
        self.act(Deed::Post { post, farewell });
    }

    /// Time goes by: seconds in a burst, minutes as a rule, hours at times, a night now and then.
    fn wait(&mut self) {
        self.now += match self.dice.below(60) {
            0 => self.between(8 * 3600, 30 * 3600),
            1..3 => self.between(3600, 5 * 3600),
            3..18 => self.between(1, 30),
            _ => self.between(40, 600),
        };
    }

    fn work(&mut self, count: u64) {
        for _ in 0..count {
            self.wait();
            match self.dice.below(100) {
                0..50 => self.post(false),
                50..72 => self.edit(),
                72..77 => self.touch(),
                77..87 => self.pin(),
                87..95 => self.delete(),
                _ => self.restore(),
            }
        }
    }

    /// What is mended after the farewell.
    fn mend(&mut self) {
        for _ in 0..self.dice.below(4) {
            self.wait();
            if self.dice.chance(0.7) { self.edit() } else { self.delete() }
        }
    }

    /// One of the posts that are there, most often of the newest; none of them bids farewell.
    fn choose(&mut self) -> Option<usize> {
        let is_there =
            |post: &usize| !self.desk.posts[*post].is_deleted && !self.desk.posts[*post].is_farewell;
        let mut there: Vec<usize> = (0..self.desk.posts.len()).filter(is_there).collect();
        if self.dice.chance(0.8) {
            there.drain(..there.len().saturating_sub(6));
        }
        (!there.is_empty()).then(|| *self.dice.pick(&there))
    }

    fn edit(&mut self) {
        let is_told = self.dice.chance(0.7);
        if let Some(post) = self.choose() {
            self.act(Deed::Edit { post, is_told });
        }
    }

    fn touch(&mut self) {
        if let Some(post) = self.choose() {
            self.act(Deed::Touch { post });
        }
    }

    /// Pins a post, or lets one fall.
    fn pin(&mut self) {
        let pinned: Vec<usize> =
            (0..self.desk.posts.len()).filter(|post| self.desk.posts[*post].is_pinned).collect();
        let most = if self.markup == Markup::Guardian { 1 } else { PINS_MAX };
        if !pinned.is_empty() && (pinned.len() >= most || self.dice.chance(0.5)) {
            let post = *self.dice.pick(&pinned);
            self.act(Deed::Unpin { post });
        } else if let Some(post) = self.choose() {
            self.act(Deed::Pin { post });
        }
    }

    /// Takes a post down, where some are left.
    fn delete(&mut self) {
        let left = self.desk.posts.iter().filter(|post| !post.is_deleted).count();
        if let Some(post) = self.choose().filter(|_| left > 6) {
            self.act(Deed::Delete { post });
        }
    }

    fn restore(&mut self) {
        let gone: Vec<usize> =
            (0..self.desk.posts.len()).filter(|post| self.desk.posts[*post].is_deleted).collect();
        if !gone.is_empty() {
            let post = *self.dice.pick(&gone);
            self.act(Deed::Restore { post });
        }
    }
}
