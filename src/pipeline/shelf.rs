//! The words of texts on disk, for telling copies.

use crate::{
    io::store::{Error, TextRow, Texts},
    judges::dedup::near::{Kept, Shelf, Word},
};

/// A shelf of files.
#[derive(Debug)]
pub struct DiskShelf(pub Texts);

impl Shelf for DiskShelf {
    type Error = Error;

    fn put(&mut self, day: i64, text: &Kept<'_>) -> Result<(), Error> {
        let Kept { number, id, url, outlet, time, cluster, words } = *text;
        let words = words.iter().flat_map(|word| word.0.to_le_bytes()).collect();
        self.0.put(day, &TextRow { number, id: id.to_owned(), url, outlet, time, cluster, words })
    }

    fn words(&self, number: u32) -> Result<Vec<Word>, Error> {
        Ok(self.0.words(number)?.map(|bytes| words(&bytes)).unwrap_or_default())
    }

    fn id(&self, number: u32) -> Result<Option<String>, Error> {
        self.0.id(number)
    }

    fn each(&self, mut tell: impl FnMut(i64, &Kept<'_>)) -> Result<(), Error> {
        self.0.each(|day, row| {
            let TextRow { number, id, url, outlet, time, cluster, words: bytes } = row;
            tell(day, &Kept { number, id: &id, url, outlet, time, cluster, words: &words(&bytes) });
        })
    }

    fn forget_before(&mut self, day: i64) -> Result<(), Error> {
        self.0.forget_before(day)
    }
}

fn words(bytes: &[u8]) -> Vec<Word> {
    bytes.as_chunks().0.iter().map(|bytes| Word(u32::from_le_bytes(*bytes))).collect()
}
