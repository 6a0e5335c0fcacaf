//! What a text is: its direction, its language, its length in words.

use crate::model::Direction;
use unicode_bidi::{BidiClass, bidi_class};
use unicode_normalization::char::is_combining_mark;
use whatlang::{Lang, Script};

/// How much of a text is looked at for its language; more changes nothing.
const SAMPLE_CHARS: usize = 2000;

/// The direction that most of the text's strong letters have; left to right where there are none.
pub fn direction(text: &str) -> Direction {
    let (mut left, mut right) = (0usize, 0usize);
    for c in text.chars() {
        // The bulk of real text does not need the table.
        match c {
            '\0'..='\x7f' => {
                left += usize::from(c.is_ascii_alphabetic());
                continue;
            }
            'ء'..='ي' => {
                right += 1;
                continue;
            }
            _ => {}
        }
        let class = bidi_class(c);
        left += usize::from(class == BidiClass::L);
        // The marks RLM and ALM are no letters.
        right += usize::from(matches!(class, BidiClass::R | BidiClass::AL) && c.is_alphanumeric());
    }
    if right > left { Direction::Rtl } else { Direction::Ltr }
}

/// The language of `text` as a BCP 47 tag.
///
/// The declared tag counts where it is well-formed and its language is written in the text's script (a theme
/// that declares `en-US` over Arabic text does not). Else the text itself is asked; `und` where it does not
/// say.
pub fn language(text: &str, declared: Option<&str>) -> String {
    let sample: String = text.chars().take(SAMPLE_CHARS).collect();
    let script = whatlang::detect_script(&sample);
    let declared =
        declared.and_then(tag).filter(|tag| script.is_none_or(|script| is_written_in(tag, script)));
    declared.unwrap_or_else(|| detect(&sample, script).to_owned())
}

/// A well-formed tag in its usual case: `AR_sy` is `ar-SY`. `und`, `mul` and the like say nothing.
fn tag(declared: &str) -> Option<String> {
    let mut parts = declared.trim().split(['-', '_']);
    let language = parts.next()?.to_ascii_lowercase();
    let is_language =
        matches!(language.len(), 2 | 3) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_language || matches!(language.as_str(), "und" | "mul" | "mis" | "zxx") {
        return None;
    }
    let mut tag = language;
    for part in parts {
        if part.is_empty() || part.len() > 8 || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_ascii_uppercase()),
            4 if part.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                tag.extend(part.chars().take(1).map(|c| c.to_ascii_uppercase()));
                tag.push_str(&part.chars().skip(1).collect::<String>().to_ascii_lowercase());
            }
            _ => tag.push_str(&part.to_ascii_lowercase()),
        }
    }
    Some(tag)
}

/// Whether the tag's language is written in `script`. A tag that names its script is believed.
fn is_written_in(tag: &str, script: Script) -> bool {
    let language = tag.split('-').next().unwrap_or_default();
    if tag.split('-').skip(1).any(|part| part.len() == 4) {
        return true;
    }
    let scripts: &[Script] = match language {
        "ar" | "ara" | "arz" | "ary" | "arb" | "fa" | "fas" | "pes" | "prs" | "ur" | "ps" | "ckb" | "ug"
        | "bal" => &[Script::Arabic],
        "sd" => &[Script::Arabic, Script::Devanagari],
        "ku" | "az" | "ms" | "ha" => &[Script::Arabic, Script::Latin, Script::Cyrillic],
        "he" | "iw" | "yi" => &[Script::Hebrew],
        "ru" | "uk" | "be" | "bg" | "mk" | "ky" | "mn" => &[Script::Cyrillic],
        "sr" | "uz" | "tt" | "bs" | "tk" | "kk" => &[Script::Cyrillic, Script::Latin, Script::Arabic],
        "tg" => &[Script::Cyrillic, Script::Arabic],
        "el" => &[Script::Greek],
        "hy" => &[Script::Armenian],
        "ka" => &[Script::Georgian],
        "zh" | "yue" | "cmn" => &[Script::Mandarin],
        "ja" => &[Script::Hiragana, Script::Katakana, Script::Mandarin],
        "ko" => &[Script::Hangul, Script::Mandarin],
        "hi" | "mr" | "ne" => &[Script::Devanagari],
        "bn" | "as" => &[Script::Bengali],
        "am" | "ti" => &[Script::Ethiopic],
        "ta" => &[Script::Tamil],
        "te" => &[Script::Telugu],
        "kn" => &[Script::Kannada],
        "ml" => &[Script::Malayalam],
        "gu" => &[Script::Gujarati],
        "pa" => &[Script::Gurmukhi, Script::Arabic],
        "si" => &[Script::Sinhala],
        "th" => &[Script::Thai],
        "km" => &[Script::Khmer],
        "my" => &[Script::Myanmar],
        "or" => &[Script::Oriya],
        _ => &[Script::Latin],
    };
    scripts.contains(&script)
}

/// The language by the text alone.
fn detect(sample: &str, script: Option<Script>) -> &'static str {
    if script == Some(Script::Arabic) {
        return detect_arabic_script(sample);
    }
    let reliable = whatlang::detect(sample).filter(whatlang::Info::is_reliable);
    reliable.map_or("und", |info| short_code(info.lang()))
}

/// The language of a text in Arabic script, by letters that only one of them has. They tell more than
/// statistics do on a headline. Foreign names bring single ones of them into Arabic, so they have to prevail.
fn detect_arabic_script(sample: &str) -> &'static str {
    let count = |letters: &str| sample.chars().filter(|c| letters.contains(*c)).count();
    let arabic = count("يكةأإىئؤ");
    let persian = count("یکپچژگ");
    let kurdish = count("ێۆڕڵەڤ");
    let urdu = count("ٹڈڑںےہھ");
    let pashto = count("ښېۍځڅډړټڼ");
    let uyghur = count("ۇۈۋڭې");
    let most = kurdish.max(urdu).max(pashto).max(uyghur);
    match () {
        () if persian + most <= arabic => "ar",
        () if most < 2 && most * 4 < persian => "fa",
        () if most * 8 < persian => "fa",
        () if kurdish == most => "ckb",
        () if urdu == most => "ur",
        () if pashto == most => "ps",
        () => "ug",
    }
}

/// The ISO 639-1 code of a language (whatlang gives 639-3).
fn short_code(language: Lang) -> &'static str {
    const CODES: &str = "epo:eo eng:en rus:ru cmn:zh spa:es por:pt ita:it ben:bn fra:fr deu:de ukr:uk kat:ka ara:ar \
        hin:hi jpn:ja heb:he yid:yi pol:pl amh:am jav:jv kor:ko nob:nb dan:da swe:sv fin:fi tur:tr nld:nl hun:hu \
        ces:cs ell:el bul:bg bel:be mar:mr kan:kn ron:ro slv:sl hrv:hr srp:sr mkd:mk lit:lt lav:lv est:et tam:ta \
        vie:vi urd:ur tha:th guj:gu uzb:uz pan:pa aze:az ind:id tel:te pes:fa mal:ml ori:or mya:my nep:ne sin:si \
        khm:km tuk:tk aka:ak zul:zu sna:sn afr:af lat:la slk:sk cat:ca tgl:tl hye:hy cym:cy";
    let code = language.code();
    let pair = CODES
        .split_ascii_whitespace()
        .filter_map(|pair| pair.split_once(':'))
        .find(|(long, _)| *long == code);
    pair.map_or(code, |(_, short)| short)
}

/// Words in the text: runs of letters, digits and their marks, with apostrophes and decimal points inside
/// them. Each Chinese or Japanese character counts as one.
pub fn words(text: &str) -> usize {
    let mut count = 0;
    let mut inside = false;
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        if is_ideographic(c) {
            count += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            count += usize::from(!inside);
            inside = true;
        } else if inside && !(is_combining_mark(c) || is_inner(last, c, chars.peek().copied())) {
            inside = false;
        }
        last = c;
    }
    count
}

/// Scripts written without spaces.
const fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Whether `c` between `before` and `after` belongs to one word.
fn is_inner(before: char, c: char, after: Option<char>) -> bool {
    let after = after.unwrap_or(' ');
    match c {
        '\'' | '’' => before.is_alphabetic() && after.is_alphabetic(),
        '.' | ',' | '٫' | '٬' => before.is_numeric() && after.is_numeric(),
        '\u{200c}' | '\u{200d}' | '\u{ad}' => true,
        _ => false,
    }
}
