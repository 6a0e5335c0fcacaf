//! Bytes of a response to text: which charset they are in, and what to do where it was declared wrong.

use crate::model::Remark;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_2022_JP, ISO_8859_2, ISO_8859_4, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252,
    WINDOWS_1254, WINDOWS_1257,
};

/// How far into a document a charset is looked for.
const PROLOG_BYTES: usize = 4096;

/// Control characters that may stray into a text, however short it is.
const STRAY_MAX: usize = 8;

/// How far into a text it is looked at whether it is one.
const BINARY_BYTES: usize = 1 << 16;

/// Reads `bytes` as text. `declared` is the charset of the HTTP header.
///
/// Tried in this order: a byte order mark, UTF-8 where the bytes are (nearly) valid UTF-8, the header's
/// charset, the one declared in the document's first 4 KiB, detection. A remark says what was odd:
/// `text/charset-wrong` (declared, but not what the bytes are), `text/charset-detected` (nothing usable was
/// declared), `text/bytes-replaced` (malformed bytes became U+FFFD; it outranks the others).
pub fn decode(bytes: &[u8], declared: Option<&str>) -> (String, Option<Remark>) {
    if let Some(text) = decode_utf32(bytes) {
        return (text, None);
    }
    let header = declared.and_then(label);
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let wrong = header.is_some_and(|header| !is_same(header, encoding));
        let remark = wrong.then(|| Remark::about("text/charset-wrong", header.map_or("", Encoding::name)));
        return decode_as(encoding, bytes.get(length..).unwrap_or_default(), remark);
    }
    if let Some(encoding) = wide(bytes, header) {
        return decode_as(encoding, bytes, None);
    }
    let named = declared_charset(header, bytes);
    let utf8 = std::str::from_utf8(bytes);
    if let Ok(text) = utf8 {
        let wrong = named.filter(|named| *named != UTF_8 && !bytes.is_ascii());
        return (text.to_owned(), wrong.map(|named| Remark::about("text/charset-wrong", named.name())));
    }
    if is_nearly_utf8(bytes) {
        return decode_as(UTF_8, bytes, None);
    }
    match named {
        Some(named) if named != UTF_8 && is_plausible(named, bytes) => decode_as(named, bytes, None),
        Some(named) => {
            decode_as(detect(bytes), bytes, Some(Remark::about("text/charset-wrong", named.name())))
        }
        None => {
            let encoding = detect(bytes);
            decode_as(encoding, bytes, Some(Remark::about("text/charset-detected", encoding.name())))
        }
    }
}

/// Whether what was decoded is no text but a picture, an archive or a program: one in 64 of its first 64 KiB, and more than a few, is a control
/// character that no text has (the binary data bytes of the MIME sniffing standard; random bytes have one in ten), or it
/// begins as a PDF does.
pub fn is_binary(decoded: &str) -> bool {
    let start = decoded.as_bytes().get(..BINARY_BYTES).unwrap_or(decoded.as_bytes());
    let controls =
        start.iter().filter(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    controls > STRAY_MAX && controls * 64 > start.len() || start.starts_with(b"%PDF-")
}

/// Decodes as `encoding`; malformed bytes outrank the other `remark`.
fn decode_as(encoding: &'static Encoding, bytes: &[u8], remark: Option<Remark>) -> (String, Option<Remark>) {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    let remark = if replaced { Some(Remark::about("text/bytes-replaced", encoding.name())) } else { remark };
    (text.into_owned(), remark)
}

/// An encoding by its label. The encodings that browsers refuse to decode count as not declared.
fn label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(
        label.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()).as_bytes(),
    )
}

/// Whether a declared charset is the one of a byte order mark; "utf-16" alone does not say which end is first.
fn is_same(declared: &'static Encoding, marked: &'static Encoding) -> bool {
    let is_wide = |encoding: &'static Encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    declared == marked || (is_wide(declared) && is_wide(marked))
}

/// Text in UTF-32, which would otherwise pass for UTF-16. Browsers know none.
fn decode_utf32(bytes: &[u8]) -> Option<String> {
    let (rest, read): (_, fn([u8; 4]) -> u32) = match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => (rest, u32::from_le_bytes),
        [0, 0, 0xfe, 0xff, rest @ ..] => (rest, u32::from_be_bytes),
        // A document that begins with `<`.
        [b'<', 0, 0, 0, ..] => (bytes, u32::from_le_bytes),
        [0, 0, 0, b'<', ..] => (bytes, u32::from_be_bytes),
        _ => return None,
    };
    let (units, _) = rest.as_chunks::<4>();
    Some(units.iter().map(|unit| char::from_u32(read(*unit)).unwrap_or('\u{fffd}')).collect())
}

/// Encodings whose bytes may look like valid UTF-8 without being it: UTF-16 (declared, or begun with `<` as
/// every document is) and ISO-2022-JP.
fn wide(bytes: &[u8], header: Option<&'static Encoding>) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => return Some(UTF_16LE),
        [0, b'<', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let start = bytes.get(..bytes.len().min(PROLOG_BYTES)).unwrap_or_default();
    header.filter(|header| {
        (is_same(header, UTF_16LE) && start.contains(&0)) || (*header == ISO_2022_JP && bytes.contains(&0x1b))
    })
}

/// What is declared: the header's charset, else the document's. Servers send Latin-1 by default, so there the
/// document's own word counts more.
fn declared_charset(header: Option<&'static Encoding>, bytes: &[u8]) -> Option<&'static Encoding> {
    match header {
        Some(header) if header != WINDOWS_1252 => Some(header),
        _ => prolog_charset(bytes).or(header),
    }
}

/// The charset of `<meta charset>`, `<meta http-equiv content>` or the XML declaration.
fn prolog_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(PROLOG_BYTES)).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let xml = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let metas = start.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let found = xml.and_then(|xml| value_of("encoding", xml)).or_else(|| {
        metas.filter_map(|meta| value_of("charset", meta)).find_map(|value| label(value).map(|_| value))
    });
    // A document that could be read this far as ASCII is not in UTF-16, whatever it says.
    found.and_then(label).map(|encoding| if is_same(encoding, UTF_16LE) { UTF_8 } else { encoding })
}

/// The value after `key` and an equals sign, without quotes.
fn value_of<'a>(key: &str, tag: &'a str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(key)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    rest.split(['"', '\'', ' ', ';', '/', '\t', '\r', '\n']).find(|part| !part.is_empty())
}

/// Whether the bytes are UTF-8 but for a few broken ones (a cut character, a pasted foreign byte): no other
/// charset has twenty valid sequences for each broken one.
fn is_nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // A single broken sequence at the very end is a body cut in a character.
    good >= 20 * bad
        || (bad == 1 && good > 0 && bytes.utf8_chunks().last().is_some_and(|last| !last.invalid().is_empty()))
}

/// Whether bytes declared as `encoding` may be it. All bytes are valid Latin-1, but in the languages written
/// with it accented letters stand alone or in pairs; long runs of them are another script.
fn is_plausible(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    if encoding != WINDOWS_1252 {
        return true;
    }
    let (mut runs, mut letters) = (0usize, 0usize);
    for run in bytes.split(|byte| *byte < 0xc0).filter(|run| !run.is_empty()) {
        runs += 1;
        letters += run.len();
    }
    letters <= 2 * runs
}

/// The likeliest legacy charset by the text itself.
fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // Where only signs stand beside ASCII, no letter tells one Latin charset from the others.
    let is_latin = [WINDOWS_1250, ISO_8859_2, WINDOWS_1254, WINDOWS_1257, ISO_8859_4].contains(&guess);
    if is_latin && bytes.iter().all(|byte| *byte < 0xc0) { WINDOWS_1252 } else { guess }
}
