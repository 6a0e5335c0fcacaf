//! Small bodies that decode to 300 MB.

use super::{
    super::{Error, Excess, Options},
    body::{gzip, zstd},
    loopback::{get_act, options},
    server::{Act, answer},
};
use std::io::{self, Read as _};

/// What each becomes.
const BOMB_BYTES: u64 = 300 << 20;

/// Parts of the bombs whose coding knows members or frames: each is coded alike.
const PARTS: usize = 30;

/// `BOMB_BYTES` zeros in one stream of Brotli.
fn brotli() -> Vec<u8> {
    let mut coded = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 0, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut io::repeat(0).take(BOMB_BYTES), &mut coded, &parameters).unwrap();
    coded
}

#[tokio::test]
async fn a_bomb_is_refused_in_every_coding_by_its_ratio_and_without_that_by_its_size() {
    let part = vec![0; usize::try_from(BOMB_BYTES).unwrap() / PARTS];
    let bombs = [("gzip", gzip(&part).repeat(PARTS)), ("zstd", zstd(&part).repeat(PARTS)), ("br", brotli())];
    for (coding, bomb) in bombs {
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
}
