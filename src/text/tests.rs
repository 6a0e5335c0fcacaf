//! Texts and what becomes of them.

use super::*;
use crate::model::Direction;
use proptest::prelude::*;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// Checks one function over its cases; all misses are shown at once.
fn check<T: PartialEq + std::fmt::Debug>(function: impl Fn(&str) -> T, cases: &[(&str, T)]) {
    let said = cases.iter().map(|(input, expected)| (input, expected, function(input)));
    let missed: Vec<_> = said.filter(|(_, expected, said)| said != *expected).collect();
    assert!(missed.is_empty(), "(input, expected, said): {missed:#?}");
}

#[test]
fn normal_form_changes_white_space_and_invisible_characters_only() {
    check(
        normal,
        &[
            ("", String::new()),
            ("plain text", "plain text".to_owned()),
            ("  two\u{a0}\u{a0} spaces\n\tand a break ", "two spaces and a break".to_owned()),
            ("e\u{301}te\u{301}", "été".to_owned()),
            ("e\u{ad}\u{301}", "é".to_owned()),
            ("سو\u{ad}ري\u{200b}ا\u{feff}", "سوريا".to_owned()),
            ("می\u{200c}خواهم \u{200d}ه\u{200d}", "می\u{200c}خواهم \u{200d}ه\u{200d}".to_owned()),
            ("\u{200f}نص\u{200e} \u{61c}", "\u{200f}نص\u{200e} \u{61c}".to_owned()),
            ("\u{202b}مغلق\u{202c} \u{202b}مفتوح", "\u{202b}مغلق\u{202c} مفتوح".to_owned()),
            ("\u{202c}\u{2069}x\u{2067}y", "xy".to_owned()),
            ("\u{2067}a\u{202a}b\u{2069}c\u{202c}", "\u{2067}ab\u{2069}c".to_owned()),
            ("\u{2068}a\u{202a}b\u{202c}\u{2069}", "\u{2068}a\u{202a}b\u{202c}\u{2069}".to_owned()),
            ("a\u{0}b\u{1b}[31mc\u{7f}\u{85}d", "ab[31mc d".to_owned()),
            ("ﻻ ﷺ ـ «نصّ»", "ﻻ ﷺ ـ «نصّ»".to_owned()),
            ("آ", "آ".to_owned()),
            ("٢٠٢٣ ۲۰۲۳", "٢٠٢٣ ۲۰۲۳".to_owned()),
        ],
    );
}

/// Name, bytes, declared charset, a part of the text, code of the remark.
type Decoded<'a> = (&'a str, &'a [u8], Option<&'a str>, &'a str, Option<&'a str>);

#[test]
fn charset_is_what_the_bytes_are() {
    let arabic = "<html><body>خبر عاجل: وصل الوفد إلى دمشق اليوم وبدأت المحادثات صباحاً في القصر</body>";
    let cp1256 = encoding_rs::WINDOWS_1256.encode(arabic).0.into_owned();
    let latin = encoding_rs::WINDOWS_1252
        .encode("<p>Le Conseil s'est réuni à Genève, où l'été fut très chaud</p>")
        .0
        .into_owned();
    let with_meta = |meta: &str| [meta.as_bytes(), &cp1256].concat();
    let utf16: Vec<u8> = "\u{feff}<خبر>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32: Vec<u8> = "\u{feff}خبر".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let cut = arabic.as_bytes().get(..arabic.len() - 16).unwrap();
    let cases: &[Decoded] = &[
        ("utf-8", arabic.as_bytes(), Some("utf-8"), "القصر", None),
        ("utf-8 undeclared", arabic.as_bytes(), None, "القصر", None),
        (
            "utf-8 declared as other",
            arabic.as_bytes(),
            Some("windows-1256"),
            "القصر",
            Some("text/charset-wrong"),
        ),
        ("ascii declared as other", b"plain", Some("iso-8859-1"), "plain", None),
        ("bom", b"\xef\xbb\xbfabc", None, "abc", None),
        ("utf-16 bom", &utf16, None, "<خبر>", None),
        ("utf-32 bom", &utf32, None, "خبر", None),
        ("header", &cp1256, Some("windows-1256"), "القصر", None),
        ("header wrong", &cp1256, Some("utf-8"), "القصر", Some("text/charset-wrong")),
        ("latin-1 by default", &cp1256, Some("iso-8859-1"), "القصر", Some("text/charset-wrong")),
        ("nothing declared", &cp1256, None, "القصر", Some("text/charset-detected")),
        ("meta", &with_meta("<meta charset=\"windows-1256\">"), None, "القصر", None),
        ("meta over default", &with_meta("<META Charset = 'cp1256'>"), Some("ISO-8859-1"), "القصر", None),
        (
            "http-equiv",
            &with_meta("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1256\">"),
            None,
            "القصر",
            None,
        ),
        ("xml", &with_meta("<?xml version='1.0' encoding='windows-1256'?>"), None, "القصر", None),
        ("latin", &latin, Some("iso-8859-1"), "réuni à Genève", None),
        ("cut in a character", cut, Some("utf-8"), "المحادثات", Some("text/bytes-replaced")),
        ("unknown label", arabic.as_bytes(), Some("klingon"), "القصر", None),
    ];
    for (name, bytes, declared, part, code) in cases {
        let (text, remark) = decode(bytes, *declared);
        assert!(text.contains(part), "{name}: {text}");
        assert_eq!(remark.as_ref().map(|remark| remark.code.as_ref()), *code, "{name}: {remark:?}");
    }
}

#[test]
fn character_references_are_decoded_as_browsers_do() {
    check(
        |text| unescape(text).into_owned(),
        &[
            ("no reference", "no reference".to_owned()),
            ("a &amp; b &lt;i&gt;", "a & b <i>".to_owned()),
            ("&#1587;&#x648;&#X631;ية", "سورية".to_owned()),
            ("&#146;&#x93;", "’“".to_owned()),
            ("&nbsp;&laquo;&hellip;&rsquo;&zwnj;", "\u{a0}«…’\u{200c}".to_owned()),
            ("&#0;&#xd800;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}".to_owned()),
            ("AT&T R&D &unknown; &; & &#; &#x;", "AT&T R&D &unknown; &; & &#; &#x;".to_owned()),
            ("&copy 2023 &copycat", "© 2023 &copycat".to_owned()),
            ("&amp;amp;", "&amp;".to_owned()),
            ("سوريا & لبنان &amp", "سوريا & لبنان &".to_owned()),
        ],
    );
    assert!(matches!(unescape("as it is"), std::borrow::Cow::Borrowed(_)));
}

#[test]
fn markup_of_titles_is_stripped() {
    check(
        strip_markup,
        &[
            ("plain", "plain".to_owned()),
            ("<b>عاجل</b> | خبر", "عاجل | خبر".to_owned()),
            ("<p>one</p><p>two<br/>three</p>", "one two three".to_owned()),
            ("a<!-- x > y -->b", "ab".to_owned()),
            ("a<script>if (a < b) {}</script>b<STYLE>p{}</style >c", "a b c".to_owned()),
            ("<a title=\"x > y\" href='z'>link</a>", "link".to_owned()),
            ("<![CDATA[<b>x</b>]]> y", "<b>x</b> y".to_owned()),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2".to_owned()),
            ("x <3 you", "x <3 you".to_owned()),
            ("open <b never closed", "open <b never closed".to_owned()),
            ("&amp;quot;quoted&amp;quot;", "\"quoted\"".to_owned()),
            ("Q&amp;A", "Q&A".to_owned()),
            ("&lt;p&gt;escaped &amp;amp; whole&lt;/p&gt;", "escaped & whole".to_owned()),
            ("<p>use &lt;b&gt; here</p>", "use <b> here".to_owned()),
            ("if a &lt; b &gt; c", "if a < b > c".to_owned()),
            ("<a \"broken>x</a>", "x".to_owned()),
            ("", String::new()),
        ],
    );
}

#[test]
fn direction_is_that_of_most_letters() {
    check(
        direction,
        &[
            ("", Direction::Ltr),
            ("123 %", Direction::Ltr),
            ("English with كلمة", Direction::Ltr),
            ("نص عربي مع iPhone", Direction::Rtl),
            ("עברית", Direction::Rtl),
            ("BBC: خبر عاجل من دمشق", Direction::Rtl),
            ("Кириллица", Direction::Ltr),
        ],
    );
}

#[test]
fn language_is_the_declared_one_where_the_text_is_written_in_its_script() {
    let cases: &[(&str, Option<&str>, &str)] = &[
        ("وصل الوفد إلى دمشق", Some("ar_sy"), "ar-SY"),
        ("وصل الوفد إلى دمشق", Some("en-US"), "ar"),
        ("وصل الوفد إلى دمشق", Some("not a tag"), "ar"),
        ("وصل الوفد إلى دمشق", None, "ar"),
        ("چهار نفر در تهران کشته شدند", None, "fa"),
        ("وزیر اعظم نے کہا ہے کہ حکومت بھی یہی چاہتی ہے", None, "ur"),
        ("سەرۆکی هەرێم لە هەولێر کۆبوونەوەیەکی کرد", None, "ckb"),
        ("قال المتحدث باسم شركة پیجو إن الإنتاج في المصنع يعود", None, "ar"),
        (
            "The committee said on Thursday that it would publish the report next week. Its members have been \
             asked what they knew about the matter and when they had first heard of it.",
            None,
            "en",
        ),
        ("Le ministère a annoncé jeudi que les négociations reprendraient la semaine prochaine", None, "fr"),
        ("Правительство объявило о начале переговоров", Some("ru-RU"), "ru-RU"),
        ("short", Some("de"), "de"),
        ("12:30", Some("AR"), "ar"),
        ("12:30", None, "und"),
        ("нещо", Some("ku-Cyrl"), "ku-Cyrl"),
        ("", None, "und"),
    ];
    for (text, declared, expected) in cases {
        assert_eq!(language(text, *declared), *expected, "{text} {declared:?}");
    }
}

#[test]
fn words_are_runs_of_letters_and_digits() {
    check(
        words,
        &[
            ("", 0),
            ("one two", 2),
            ("don't 1,234.5 a-b", 4),
            ("وصل الوفدُ إلى دمشق، أمس.", 5),
            ("می\u{200c}خواهم", 1),
            ("中文 and 日本", 5),
            ("... -- !", 0),
        ],
    );
}

#[test]
fn spellings_of_one_word_fold_to_the_same() {
    check(
        fold,
        &[
            ("  Hello\u{a0} WORLD ", "hello world".to_owned()),
            ("أحمد إلى آخر", "احمد الي اخر".to_owned()),
            ("مُحَمَّدٌ", "محمد".to_owned()),
            ("ســـوريـــة", "سوريه".to_owned()),
            ("ﻻ", "لا".to_owned()),
            ("\u{200f}٢٠٢٣\u{200e} ۲۰۲۳", "2023 2023".to_owned()),
            ("ی ک ي ك", "ي ك ي ك".to_owned()),
            ("ＡＢＣ", "abc".to_owned()),
        ],
    );
    check(
        |text| ascii_digits(text).into_owned(),
        &[("٠١٢ ۷۸۹ x", "012 789 x".to_owned()), ("7", "7".to_owned())],
    );
}

#[test]
fn what_is_folded_the_quick_way_is_left_alone_by_nfkc() {
    let simple: String = ('\0'..=char::MAX).filter(|c| fold::is_simple(*c)).collect();
    assert!(simple.chars().count() > 20_000);
    assert_eq!(simple.nfkc().collect::<String>(), simple);
    let backward: String = simple.chars().rev().collect();
    assert_eq!(backward.nfkc().collect::<String>(), backward);
}

#[test]
fn foreign_text_cannot_forge_a_log_line_or_steer_a_terminal() {
    check(
        for_log,
        &[
            ("خبر", "خبر".to_owned()),
            ("a\nlevel=ERROR\r\nb\tc", "a level=ERROR  b c".to_owned()),
            ("\u{1b}[2J\u{9b}x\u{7}", "[2Jx".to_owned()),
            ("\u{202e}evil\u{2066}\u{200f}\u{feff}", "evil".to_owned()),
            ("a\u{2028}b", "a b".to_owned()),
        ],
    );
    let long = for_log(&"س".repeat(5000));
    assert_eq!(long.chars().count(), 301);
}

#[test]
fn slugs_are_readable_file_names() {
    check(
        slug,
        &[
            ("Hello, World!", "hello-world".to_owned()),
            ("وصول الوفد إلى دمشق: «خبر»", "وصول-الوفد-إلى-دمشق-خبر".to_owned()),
            ("../../etc/passwd", "etc-passwd".to_owned()),
            ("..", "untitled".to_owned()),
            ("", "untitled".to_owned()),
            ("\u{0}\u{202e}///", "untitled".to_owned()),
            ("हिन्दी में", "हिन्दी-में".to_owned()),
            ("E\u{301}te\u{301}", "été".to_owned()),
            ("می\u{200c}خواهم", "میخواهم".to_owned()),
        ],
    );
    let long = slug(&"خبر عاجل ".repeat(600));
    assert!(long.len() <= 80 && long.ends_with("عاجل") | long.ends_with("خبر"), "{long}");
    assert_eq!(slug(&"س".repeat(5000)).len(), 80);
}

proptest! {
    #[test]
    fn normal_form_is_idempotent(text in "[\\PC\\s\u{300}-\u{320}\u{64b}-\u{655}\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{0}-\u{20}]{0,60}") {
        let once = normal(&text);
        prop_assert!(is_nfc(&once));
        prop_assert_eq!(normal(&once), once);
    }

    #[test]
    fn slug_is_a_safe_file_name(text in any::<String>()) {
        let slug = slug(&text);
        prop_assert!(!slug.is_empty() && slug.len() <= 80 && is_nfc(&slug));
        prop_assert!(slug.chars().all(|c| c == '-' || !(c.is_control() || c.is_whitespace() || c.is_ascii_punctuation())));
        prop_assert!(!slug.starts_with('-') && !slug.ends_with('-'));
    }

    #[test]
    fn any_bytes_become_text(bytes in any::<Vec<u8>>(), declared in prop::option::of("[a-z0-9-]{0,12}")) {
        let (text, remark) = decode(&bytes, declared.as_deref());
        prop_assert!(remark.is_some() || declared.is_none() || bytes.is_empty() || !text.is_empty());
        prop_assert!(text.len() <= 4 * bytes.len().max(1));
    }

    #[test]
    fn any_text_is_handled(text in "([<>&;#/!\"' a-z\\-x0-9]|<!--|-->|</script>|&amp;|\\PC){0,60}") {
        let _ = (strip_markup(&text), words(&text), language(&text, Some(&text)), fold(&text), direction(&text));
        prop_assert!(!for_log(&text).chars().any(char::is_control));
    }
}
