//! Articles of several pages: the pages after the first are asked for under the same manners, one after the other,
//! and put together.
//!
//! At most [`PAGES_MAX`](article::PAGES_MAX) pages of one host are read, no address twice. Where a page cannot be
//! had the article is partial (`article/next-page`), is published as such, and tried again as a whole.
//!
//! # Why
//! Such an article is asked for without validators: that its first page has not changed says nothing of the others.
//! It costs a few whole pages where its entry says something new, which is seldom.

use super::{
    Context, Source,
    failure::{self, Failure},
    manners,
    reading::{self, Reading, Trouble, Whose},
};
use crate::{
    io::fetch::{Accept, Response, Validators},
    judges::dedup,
    model::{CanonicalUrl, Remark},
    readers::article::{self, Added, Joining, Leaf, Onward},
    text,
};
use std::{collections::BTreeSet, sync::Arc};

/// A further page of as many words is none of a wall.
const WALL_WORDS_MAX: usize = 120;

/// An article whose pages are being read.
struct Gathering<'a> {
    context: &'a Context,
    source: &'a Arc<Source>,
    joining: Joining,
    seen: BTreeSet<CanonicalUrl>,
}

/// What came of one more page.
enum Turned {
    /// It carries the article on, and may lead to another.
    Joined(Option<Onward>),
    /// There is none beyond the last.
    End,
    /// It cannot be had, or is another's.
    Missing(Trouble),
    /// Nothing can be said of the article now.
    Stopped(Reading),
}

/// Reads the pages after the first of an article that has some, and puts them together.
pub(super) async fn gather(context: &Context, source: &Arc<Source>, reading: Reading) -> Reading {
    let Reading::Article(mut read) = reading else { return reading };
    let Some(mut next) = read.next.take() else { return Reading::Article(read) };
    let addresses = [&read.addresses.linked, &read.addresses.fetched];
    let seen = addresses.into_iter().flatten().cloned().chain([dedup::canonical(&next.first)]).collect();
    let joining = Joining::of(std::mem::take(&mut read.article));
    let mut gathering = Gathering { context, source, joining, seen };
    let missing = loop {
        let url = next.url.clone();
        match gathering.turn(next).await {
            Turned::Joined(Some(onward)) => next = onward,
            Turned::Joined(None) | Turned::End => break None,
            Turned::Missing(trouble) => break Some((url, trouble)),
            Turned::Stopped(reading) => return reading,
        }
    };
    read.further = gathering.joining.pages() - 1;
    read.article = gathering.joining.finish(missing.is_none());
    if let Some((url, trouble)) = missing {
        read.remarks.push(Remark::about("article/next-page", &format!("{url}: {}", trouble.code)));
        read.missing = Some(trouble);
    }
    if read.further > 0 || read.missing.is_some() {
        read.validators = Validators::default();
    }
    Reading::Article(read)
}

impl Gathering<'_> {
    /// Reads one more page.
    async fn turn(&mut self, onward: Onward) -> Turned {
        if !self.seen.insert(dedup::canonical(&onward.url)) {
            return Turned::End;
        }
        if self.joining.is_full() {
            return Turned::Missing(Trouble::of_page("article/pages-max", false));
        }
        let request = self.source.request(onward.url.clone(), Accept::Page);
        match self.context.until_stop(manners::get(self.context, request, true)).await {
            None => Turned::Stopped(Reading::CutOff),
            Some(Ok(response)) if response.status == 200 => self.add(onward, response).await,
            Some(Ok(response)) => Turned::Missing(Failure::status(&onward.url, &response).into()),
            Some(Err(refusal)) => {
                let trouble = reading::refused(self.context, refusal);
                // Nothing is wrong: its turn has not come.
                let is_busy = trouble.whose == Whose::Busy;
                if is_busy { Turned::Stopped(Reading::Later(trouble)) } else { Turned::Missing(trouble) }
            }
        }
    }

    /// Adds an answer.
    async fn add(&mut self, onward: Onward, response: Response) -> Turned {
        let end = dedup::canonical(&response.url);
        let is_led_back = end != dedup::canonical(&onward.url) && self.seen.contains(&end);
        if is_led_back {
            return Turned::End;
        }
        if response.url.host() != onward.first.host() || !reading::is_page(&response) {
            return Turned::Missing(reading::redirected_away());
        }
        self.seen.insert(end);
        let (source, now) = (Arc::clone(self.source), self.context.clock.now());
        let read = move || {
            let (html, _) = text::decode(&response.body, response.charset.as_deref());
            let options = reading::options(&source, now);
            let leaf = article::extract_leaf(&options, &html, Some(&response.url), Some(&onward));
            let wall = failure::wall_of(&onward.url, &response, &html);
            let wall = wall.filter(|_| leaf.article.words < WALL_WORDS_MAX);
            wall.map_or(Ok(leaf), |wall| Err(Failure::wall(wall, &response)))
        };
        match self.context.pool.run(read).await {
            Err(_panicked) => Turned::Stopped(Reading::Panicked),
            Ok(Err(failure)) => Turned::Missing(failure.into()),
            Ok(Ok(leaf)) => self.join(leaf),
        }
    }

    fn join(&mut self, leaf: Leaf) -> Turned {
        let is_none = leaf.article.warnings.iter().any(|code| code == reading::NOT_FOUND);
        if is_none {
            return Turned::Missing(Trouble::of_page(reading::NOT_FOUND, true));
        }
        match self.joining.add(leaf.article) {
            Added::Joined => Turned::Joined(leaf.next),
            Added::Repeats => Turned::End,
            Added::Other => Turned::Missing(Trouble::of_page("article/next-page", false)),
        }
    }
}
