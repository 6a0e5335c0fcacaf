//! Small bodies that decode to 300 MB.

use super::{
    super::{Error, Excess, Options},
    body::{gzip, zstd},
    loopback::{get_act, options},
    server::{Act, answer},
};
use std::io::Write as _;

/// What each becomes.
const BOMB_BYTES: u64 = 300 << 20;

/// Parts of the bombs whose coding knows members or frames: each is coded alike.
const PARTS: usize = 30;

/// `BOMB_BYTES` zeros in one stream of Brotli. Each flush ends at a whole byte, and from the second on what lies
/// between two is the same.
fn brotli(part: &[u8]) -> Vec<u8> {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
    let ends = [0; 3].map(|_| {
        encoder.write_all(part).unwrap();
        encoder.flush().unwrap();
        encoder.get_ref().len()
    });
    let whole = encoder.into_inner();
    let again = whole[ends[1]..ends[2]].repeat(PARTS - 2);
    [&whole[..ends[1]], &*again, &whole[ends[2]..]].concat()
}

/// A bomb is refused by its ratio, and where any ratio will do by its size.
async fn check(coding: &'static str, bomb: Vec<u8>) {
    assert!(bomb.len() < 400_000, "{coding}: {}", bomb.len());
    for (ratio_max, expected) in [(200, Excess::Ratio), (u64::MAX, Excess::Decoded)] {
        let bomb = bomb.clone();
        let limits = Options { ratio_max, ..options() };
        let send = move || Act::Send(answer("200 OK", &format!("Content-Encoding: {coding}\r\n"), &bomb));
        let refused = get_act(limits, send).await;
        let found = matches!(&refused, Err(Error::TooLarge { excess, .. }) if *excess == expected);
        assert!(found, "{coding}: {:?}", refused.map(|response| response.wire_bytes));
    }
}

/// One part of a bomb.
fn part() -> Vec<u8> {
    vec![0; usize::try_from(BOMB_BYTES).unwrap() / PARTS]
}

#[tokio::test]
async fn a_bomb_of_gzip_is_refused() {
    check("gzip", gzip(&part()).repeat(PARTS)).await;
}

#[tokio::test]
async fn a_bomb_of_zstd_is_refused() {
    check("zstd", zstd(&part()).repeat(PARTS)).await;
}

#[tokio::test]
async fn a_bomb_of_brotli_is_refused() {
    check("br", brotli(&part())).await;
}
