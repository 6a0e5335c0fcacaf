//! Bodies in every coding, whole and broken, in chunks of any size.

use super::super::{
    Excess,
    decode::{Body, Limits, Refusal},
};
use flate2::{Compression, write};
use proptest::prelude::*;
use std::io::Write;

const LIMITS: Limits = Limits { wire: 4 << 20, decoded: 16 << 20, ratio: 200 };

pub(super) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = write::GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = write::ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = write::DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

fn brotli(plain: &[u8], window_log: i32, large: bool) -> Vec<u8> {
    let mut coded = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 5,
        lgwin: window_log,
        large_window: large,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*plain, &mut coded, &parameters).unwrap();
    coded
}

pub(super) fn zstd(plain: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(plain, 3).unwrap()
}

/// Text that neither is all alike nor compresses to nothing, longer than any inner buffer.
fn plain() -> Vec<u8> {
    let mut state = 7_u32;
    let mut word = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 20
    };
    (0..20_000).flat_map(|_| format!("خبر {} ", word()).into_bytes()).collect()
}

/// Decodes `coded` in chunks of `size`; the body, or what refused it.
fn decoded(coding: &str, coded: &[u8], size: usize, limits: Limits) -> Result<Vec<u8>, &'static str> {
    let named = |refusal| match refusal {
        Refusal::Excess(Excess::Wire, _) => "wire",
        Refusal::Excess(Excess::Decoded, _) => "decoded",
        Refusal::Excess(Excess::Ratio, _) => "ratio",
        Refusal::Coding(_) => "coding",
    };
    let mut body = Body::new(Some(coding.as_bytes()), None, limits).map_err(named)?;
    for chunk in coded.chunks(size) {
        body.push(chunk).map_err(named)?;
    }
    let (decoded, wire) = body.finish().map_err(named)?;
    assert_eq!(wire, coded.len() as u64);
    assert!(decoded.capacity() - decoded.len() <= 16 << 10, "{} for {}", decoded.capacity(), decoded.len());
    Ok(decoded)
}

/// Every coding with its coded form of `plain`.
fn codings(plain: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("identity", plain.to_vec()),
        ("", plain.to_vec()),
        ("gzip", gzip(plain)),
        ("X-GZIP ", gzip(plain)),
        ("deflate", zlib(plain)),
        ("deflate", deflate(plain)),
        ("br", brotli(plain, 22, false)),
        ("zstd", zstd(plain)),
    ]
}

#[test]
fn every_coding_gives_the_same_body_in_chunks_of_any_size() {
    let plain = plain();
    for (coding, coded) in codings(&plain) {
        for size in [1, 3, 1000, 16 << 10, coded.len()] {
            assert_eq!(decoded(coding, &coded, size, LIMITS).as_ref(), Ok(&plain), "{coding} by {size}");
        }
    }
}

#[test]
fn an_empty_body_is_empty_in_every_coding() {
    for (coding, coded) in codings(b"") {
        assert_eq!(decoded(coding, &coded, 1, LIMITS), Ok(Vec::new()), "{coding}");
        assert_eq!(decoded(coding, b"", 1, LIMITS), Ok(Vec::new()), "{coding}");
    }
}

#[test]
fn all_members_of_a_gzip_body_and_all_frames_of_a_zstd_body_are_read() {
    let (one, two) = (plain(), b"the rest".to_vec());
    let whole = [&*one, &*two].concat();
    for (coding, coded) in
        [("gzip", [gzip(&one), gzip(&two)].concat()), ("zstd", [zstd(&one), zstd(&two)].concat())]
    {
        for size in [1, 7, coded.len()] {
            assert_eq!(decoded(coding, &coded, size, LIMITS).as_ref(), Ok(&whole), "{coding} by {size}");
        }
    }
}

#[test]
fn zeros_after_gzip_are_padding_and_anything_else_after_a_body_is_an_error() {
    let plain = plain();
    let padded = [gzip(&plain), vec![0; 600]].concat();
    for size in [1, 512, padded.len()] {
        assert_eq!(decoded("gzip", &padded, size, LIMITS).as_ref(), Ok(&plain));
    }
    for (coding, mut coded) in codings(&plain).into_iter().skip(2) {
        coded.extend_from_slice(b"junk");
        for size in [1, coded.len()] {
            assert_eq!(decoded(coding, &coded, size, LIMITS), Err("coding"), "{coding}");
        }
    }
}

#[test]
fn a_coded_body_that_is_cut_or_changed_or_plain_is_an_error() {
    let plain = plain();
    for (coding, coded) in codings(&plain).into_iter().skip(2) {
        for cut in [1, coded.len() / 2, coded.len() - 1] {
            assert_eq!(decoded(coding, &coded[..cut], 1000, LIMITS), Err("coding"), "{coding} cut at {cut}");
        }
        assert_eq!(decoded(coding, b"<rss>plain, in truth</rss>", 1000, LIMITS), Err("coding"), "{coding}");
    }
    let mut changed = gzip(&plain);
    let checksum = changed.len() - 6;
    changed[checksum] ^= 1;
    assert_eq!(decoded("gzip", &changed, 1000, LIMITS), Err("coding"));
}

#[test]
fn codings_nobody_asked_for_are_refused() {
    for coding in ["compress", "gzip, gzip", "br, gzip", "exi", "\u{202e}"] {
        assert_eq!(decoded(coding, b"x", 1, LIMITS), Err("coding"), "{coding}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_large() {
    let bomb = vec![b'A'; 40 << 20];
    for (coding, coded) in codings(&bomb).into_iter().skip(2) {
        for size in [1000, coded.len()] {
            assert_eq!(decoded(coding, &coded, size, LIMITS), Err("ratio"), "{coding}");
        }
    }
}

#[test]
fn wire_and_decoded_bytes_are_bounded_to_the_byte() {
    let plain = plain();
    let length = plain.len() as u64;
    for (coding, coded) in codings(&plain) {
        let wire = coded.len() as u64;
        let check = |wire, decoded_max, expected: Result<(), &'static str>| {
            let limits = Limits { wire, decoded: decoded_max, ratio: 200 };
            assert_eq!(decoded(coding, &coded, 100, limits).map(drop), expected, "{coding}");
        };
        check(wire, length, Ok(()));
        check(wire - 1, length, Err("wire"));
        check(wire, length - 1, Err("decoded"));
    }
    let announced = Body::new(None, Some(LIMITS.wire + 1), LIMITS);
    assert!(matches!(announced, Err(Refusal::Excess(Excess::Wire, _))));
}

#[test]
fn windows_larger_than_http_knows_are_refused() {
    let plain = plain();
    assert_eq!(decoded("br", &brotli(&plain, 24, false), 1000, LIMITS).as_ref(), Ok(&plain));
    assert_eq!(decoded("br", &brotli(&plain, 28, true), 1000, LIMITS), Err("coding"));
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(&plain).unwrap();
    assert_eq!(decoded("zstd", &encoder.finish().unwrap(), 1000, LIMITS), Err("coding"));
}

proptest! {
    #[test]
    fn any_bytes_give_a_body_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..600), size in 1..100_usize) {
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let body = decoded(coding, &bytes, size, LIMITS);
            prop_assert!(body.is_err() || body.is_ok_and(|body| body.len() as u64 <= LIMITS.decoded));
        }
    }

    #[test]
    fn a_changed_body_gives_a_body_or_an_error(at in any::<prop::sample::Index>(), flip in 1..=255_u8, size in 1..3000_usize) {
        let plain = plain();
        for (coding, mut coded) in codings(&plain[..4000]).into_iter().skip(2) {
            let at = at.index(coded.len());
            coded[at] ^= flip;
            let body = decoded(coding, &coded, size, LIMITS);
            prop_assert!(body.is_err() || body.is_ok_and(|body| body.len() as u64 <= LIMITS.decoded));
        }
    }
}
