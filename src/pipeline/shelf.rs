//! The words of texts on disk, for telling copies.

use crate::{
    io::store::{Error, TextRow, Texts},
    judges::dedup::near::{Kept, Shelf, Term, Word},
};

/// A shelf of files.
#[derive(Debug)]
pub struct DiskShelf(pub Texts);

impl Shelf for DiskShelf {
    type Error = Error;

    fn put(&mut self, day: i64, text: &Kept<'_>) -> Result<(), Error> {
        let Kept { number, id, url, outlet, time, cluster, words, story, about } = *text;
        let words = words.iter().flat_map(|word| word.0.to_le_bytes()).collect();
        let about = about.iter().flat_map(|term| term.0.to_le_bytes()).collect();
        let (id, story) = (id.to_owned(), story.to_owned());
        self.0.put(day, &TextRow { number, id, url, outlet, time, cluster, words, story, about })
    }

    fn words(&self, number: u32) -> Result<Vec<Word>, Error> {
        Ok(self.0.words(number)?.map(|bytes| words(&bytes)).unwrap_or_default())
    }

    fn id(&self, number: u32) -> Result<Option<String>, Error> {
        self.0.id(number)
    }

    fn story(&self, number: u32) -> Result<Option<String>, Error> {
        self.0.story(number)
    }

    fn each(&self, mut tell: impl FnMut(i64, &Kept<'_>)) -> Result<(), Error> {
        self.0.each(|day, row| {
            let TextRow { number, id, url, outlet, time, cluster, words: bytes, story, about } = row;
            let about: Vec<Term> = numbers(&about).map(Term).collect();
            let (id, words, story, about) = (&*id, &*words(&bytes), &*story, &*about);
            tell(day, &Kept { number, id, url, outlet, time, cluster, words, story, about });
        })
    }

    fn forget_before(&mut self, day: i64) -> Result<(), Error> {
        self.0.forget_before(day)
    }
}

fn words(bytes: &[u8]) -> Vec<Word> {
    numbers(bytes).map(Word).collect()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes))
}
