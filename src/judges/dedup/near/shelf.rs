//! Where the texts of a window are kept.

use super::{stories::Term, words::Word};
use std::{collections::BTreeMap, convert::Infallible};

/// A text as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Its number; numbers rise.
    pub number: u32,
    /// What it is called outside.
    pub id: &'a str,
    /// Hash of its address, 0 for none.
    pub url: u64,
    /// Hash of who published it.
    pub outlet: u32,
    /// When it was published, Unix seconds.
    pub time: i64,
    /// The number that its cluster is called after.
    pub cluster: u32,
    /// Its words.
    pub words: &'a [Word],
    /// What its story is called.
    pub story: &'a str,
    /// What it is about.
    pub about: &'a [Term],
}

/// Where texts are kept.
pub trait Shelf {
    /// Why a text could not be kept or read.
    type Error;

    /// Keeps a text that was seen on a day, counted from 1970. Numbers and days rise.
    fn put(&mut self, day: i64, text: &Kept<'_>) -> Result<(), Self::Error>;

    /// The words of a text; none where it is not kept any more.
    fn words(&self, number: u32) -> Result<Vec<Word>, Self::Error>;

    /// What a text is called outside; `None` where it is not kept any more.
    fn id(&self, number: u32) -> Result<Option<String>, Self::Error>;

    /// What the story of a text is called; `None` where it is not kept any more.
    fn story(&self, number: u32) -> Result<Option<String>, Self::Error>;

    /// Tells all texts with their days, in the order of their numbers.
    fn each(&self, tell: impl FnMut(i64, &Kept<'_>)) -> Result<(), Self::Error>;

    /// Forgets the texts that were seen before a day.
    fn forget_before(&mut self, day: i64) -> Result<(), Self::Error>;
}

/// A shelf in memory.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<u32, InMemory>);

#[derive(Debug)]
struct InMemory {
    day: i64,
    id: Box<str>,
    url: u64,
    outlet: u32,
    cluster: u32,
    time: i64,
    words: Box<[Word]>,
    story: Box<str>,
    about: Box<[Term]>,
}

impl Shelf for Memory {
    type Error = Infallible;

    fn put(&mut self, day: i64, text: &Kept<'_>) -> Result<(), Infallible> {
        let Kept { number, id, url, outlet, time, cluster, words, story, about } = *text;
        let (id, words, story, about) = (id.into(), words.into(), story.into(), about.into());
        let kept = InMemory { day, id, url, outlet, cluster, time, words, story, about };
        self.0.insert(number, kept);
        Ok(())
    }

    fn words(&self, number: u32) -> Result<Vec<Word>, Infallible> {
        Ok(self.0.get(&number).map(|kept| kept.words.to_vec()).unwrap_or_default())
    }

    fn id(&self, number: u32) -> Result<Option<String>, Infallible> {
        Ok(self.0.get(&number).map(|kept| kept.id.clone().into()))
    }

    fn story(&self, number: u32) -> Result<Option<String>, Infallible> {
        Ok(self.0.get(&number).map(|kept| kept.story.clone().into()))
    }

    fn each(&self, mut tell: impl FnMut(i64, &Kept<'_>)) -> Result<(), Infallible> {
        for (number, InMemory { day, id, url, outlet, cluster, time, words, story, about }) in &self.0 {
            let (number, url, outlet, time, cluster) = (*number, *url, *outlet, *time, *cluster);
            tell(*day, &Kept { number, id, url, outlet, time, cluster, words, story, about });
        }
        Ok(())
    }

    fn forget_before(&mut self, day: i64) -> Result<(), Infallible> {
        while self.0.first_key_value().is_some_and(|(_, kept)| kept.day < day) {
            self.0.pop_first();
        }
        Ok(())
    }
}
