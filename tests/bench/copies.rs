//! What telling copies costs: texts of 3 KB, one in ten a copy with other words, in memory and on disk.

use crate::report::{Figure, thread_secs};
use anyhow::ensure;
use khabar::{
    io::store::Texts,
    judges::dedup::near::{Matcher, Memory, Shelf, Text, Weights, is_joined},
    pipeline::DiskShelf,
};

/// Texts, over ten days.
const TEXTS: u64 = 20_000;
/// Words of a text: 3 KB.
const WORDS: u64 = 270;
/// Words there are.
const VOCABULARY: u64 = 40_000;
/// One in so many is a copy of the one so many before.
const COPY_EACH: u64 = 10;
/// Days in the window.
const WINDOW: u32 = 30;

/// CPU for a thousand texts, and bytes of each on disk.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let unit = "CPU s / 1,000";
    let in_memory = run(Memory::default())?;
    let folder = tempfile::tempdir()?;
    let on_disk = run(DiskShelf(Texts::open(folder.path())?.0))?;
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder.path())? {
        bytes += entry?.metadata()?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
    let each = bytes as f64 / TEXTS as f64;
    Ok(vec![
        Figure::bounded("a text of 3 KB beside 20,000", in_memory, unit, 1.0 / 6.0),
        Figure::bounded("  the same, kept on disk", on_disk, unit, 0.2),
        Figure::bounded("  of it on disk", each, "bytes", 3000.0),
    ])
}

fn run<S: Shelf>(shelf: S) -> anyhow::Result<f64>
where
    S::Error: Into<anyhow::Error>,
{
    let mut matcher = Matcher::open(Weights::default(), WINDOW, shelf).map_err(Into::into)?;
    let (mut spent, mut copies) = (0.0, 0);
    for number in 0..TEXTS {
        let time = 1_772_344_800 + i64::try_from(number)? * 43;
        let (id, body) = (format!("t{number}"), body(number));
        let (outlet, title, body) = (&*id, &*id, &*body);
        let text = Text { id: &id, url: "", outlet, time, seen: time, title, body, beginning: body };
        let before = thread_secs()?;
        let found = matcher.take(&text).map_err(Into::into)?;
        spent += thread_secs()? - before;
        copies += u64::from(found.link.is_some_and(|link| is_joined(link.relation)));
    }
    let expected = TEXTS / COPY_EACH - 1;
    ensure!(copies == expected, "{copies} copies told of {expected}");
    #[expect(clippy::cast_precision_loss, reason = "some thousand texts")]
    Ok(spent * 1000.0 / TEXTS as f64)
}

/// The text of a number.
fn body(number: u64) -> String {
    let copied = (number >= COPY_EACH && number.is_multiple_of(COPY_EACH)).then(|| number - COPY_EACH + 1);
    let words = (0..WORDS).map(|place| {
        // Of a copy each fifteenth word is another.
        let of = copied.filter(|_| place % 15 != 7).unwrap_or(number);
        word(mix(of * WORDS + place) % VOCABULARY)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An Arabic word.
fn word(number: u64) -> String {
    let letter = |place: u32| char::from_u32(0x628 + u32::try_from((number >> (4 * place)) % 16).ok()?);
    (0..4 + u32::from(number.is_multiple_of(3))).filter_map(letter).collect()
}

/// splitmix64.
const fn mix(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
