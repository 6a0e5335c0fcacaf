//! Configurations and what is said about them.

use super::{settings, *};
use crate::judges::render::Format;

/// A main file that nothing is said about.
const MAIN: (&str, &str) = ("khabar.toml", "[fetch]\ncontact = \"desk@example.org\"\n");
/// A source that nothing is said about, to be spoiled by what is put behind it.
const SOURCE: &str = "[[source]]\nid = \"a\"\n";
/// A door that makes a source whole.
const FEED: &str = "[[source.feed]]\nurl = \"https://a.example/rss\"\n";

/// Everything that is said about some files.
fn faults(files: &[(&str, &str)]) -> Vec<Fault> {
    match parse(files.iter().copied()) {
        Ok(config) => config.warnings,
        Err(faults) => faults,
    }
}

/// `line:column message` of each fault of a file of sources, joined by `; `.
fn told(text: &str) -> String {
    let faults = faults(&[MAIN, ("s.toml", text)]);
    let told = faults.iter().map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.message));
    told.collect::<Vec<_>>().join("; ")
}

/// `told` of a whole source with more keys on lines 3 and on.
#[track_caller]
fn check(keys: &str, expected: &str) {
    assert_eq!(told(&format!("{SOURCE}{keys}\n{FEED}")), expected, "of {keys}");
}

/// `told` of a source whose one door is given from line 3 on.
#[track_caller]
fn check_door(door: &str, expected: &str) {
    assert_eq!(told(&format!("{SOURCE}{door}")), expected, "of {door}");
}

/// What is said about a main file.
#[track_caller]
fn check_main(text: &str, expected: &str) {
    let faults = faults(&[("khabar.toml", text), ("s.toml", &format!("{SOURCE}{FEED}"))]);
    let told = faults.iter().filter(|fault| fault.is_error());
    let told: Vec<_> =
        told.map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.message)).collect();
    assert_eq!(told.join("; "), expected, "of {text}");
}

#[test]
fn a_sound_source_is_read_whole() {
    let text = r#"
[[source]]
id = "example"
name = "Example"
language = "ar"
zone = "Asia/Damascus"
home = "https://www.example.org/"
enabled = false
tags = ["syria"]
allow_private = ["127.0.0.1:8080"]
floor_secs = 60
verified = "2026-11-01"
[[source.listing]]
url = "https://www.example.org/live"
item = ["div.card"]
link = ["a.title@href"]
pages_max = 2
[[source.feed]]
url = "https://www.example.org/rss.xml"
robots = true
date_order = "mdy"
[[source.article]]
valid_until = "2027-01-01"
url = ["/news/*", "/خ/*"]
title = ["h1"]
body = ["div.body", "div.card"]
"#;
    let config = parse([MAIN, ("s.toml", text)]).unwrap();
    let [source] = config.sources.as_slice() else { panic!("one source") };
    let told = (source.name.as_str(), source.language.as_deref(), source.zone.iana_name(), source.enabled);
    assert_eq!(told, ("Example", Some("ar"), Some("Asia/Damascus"), false));
    assert_eq!(source.floor.unwrap().as_secs(), 60);
    assert_eq!(source.verified.unwrap().to_string(), "2026-11-01");
    assert_eq!(source.allow_private.len(), 1);
    let [feed, listing] = source.doors.as_slice() else { panic!("two doors") };
    assert!(matches!(
        feed.kind,
        crate::pipeline::DoorKind::Feed { robots: true, hints: true, order: crate::date::Order::Mdy }
    ));
    let crate::pipeline::DoorKind::Listing(rule) = &listing.kind else { panic!("a listing") };
    assert_eq!((rule.pages_max, rule.item.len(), rule.link.len(), rule.next.len()), (2, 1, 1, 0));
    let [rule] = &*source.rules else { panic!("one rule") };
    assert_eq!(
        (rule.title.len(), rule.body.len(), rule.url.as_slice()),
        (1, 2, &["/news/*".to_owned(), "/%D8%AE/*".to_owned()][..])
    );
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn a_bad_value_is_told_at_its_place() {
    check("zone = \"Asia/Damscus\"", "3:8 unknown time zone `Asia/Damscus`");
    check("zone = 3", "3:8 `zone` must be a string, not an integer");
    check("enabled = \"yes\"", "3:11 `enabled` must be true or false, not a string");
    check("floor_secs = -1", "3:14 `floor_secs` is out of bounds");
    check("floor_secs = 99999999999999999999999", "3:14 `floor_secs` is out of bounds");
    check("floor_secs = 1.5", "3:14 `floor_secs` must be an integer, not a float");
    check(
        "tags = [\"a\", 3, \"b\", true]",
        "3:14 `tags` must be a string, not an integer; 3:22 `tags` must be a string, not a boolean",
    );
    check("tags = \"a\"", "3:8 `tags` must be a list of strings, not a string");
    check("language = \"arabic!\"", "3:12 `arabic!` is not a language tag");
    check("home = \"www.example.org\"", "3:8 not a URL: relative URL without a base");
    check("home = \"ftp://example.org\"", "3:8 `ftp` is not a scheme that is fetched");
    check("home = \"https://me:secret@example.org\"", "3:8 a URL here has no user name or password in it");
    check("home = \"https://a.example/x y\"", "3:8 a URL has no white space or control characters in it");
    check("home = \"https://\"", "3:8 not a URL: empty host");
    check("verified = \"yesterday\"", "3:12 `yesterday` is not a date");
    check("verified = \"2026-02-30\"", "3:12 `2026-02-30` is not a date");
    check("credential = \"../key\"", "3:14 `../key` cannot be an id");
    check("credential = \"desk\"", "3:14 the credential `desk` is not there, so it is asked without");
    check("verified = 2026-02-03", "3:12 `verified` must be a string, not a datetime");
    check("allow_private = [\"127.0.0.1\"]", "3:18 `127.0.0.1` is not an address with a port");
    check("name = \"\"", "3:8 not a name");
    check("name = \"a\\u0007b\"", "3:8 not a name");
    check("feeds = 1", "3:1 unknown key `feeds` in [[source]]");
    check("id = \"b\"", "3:1 duplicate key");
}

#[test]
fn a_password_in_an_address_is_in_no_fault() {
    let addresses = [
        "https://me:s3kr3t@a.example/rss",
        "https://me:s3@kr3t@a.example",
        "x://me:s3kr3t@h",
        "https:/me:s3kr3t@a.example",
        "HTTPS:me:s3kr3t@a.example",
        "https:\\\\me:s3kr3t@a.example",
        "https://me:s3/kr3t@a.example",
        "https://me:s3#kr3t@a.example",
        "https://me:s3 kr3t@a.example",
    ];
    for address in addresses {
        for key in ["url", "home"] {
            let text = match key {
                "url" => format!("{SOURCE}[[source.feed]]\nurl = \"{address}\" # {address}\n"),
                _ => format!("{SOURCE}home = \"{address}\"\n{FEED}"),
            };
            let faults = faults(&[("khabar.toml", MAIN.1), ("s.toml", &text)]);
            let shown: String = faults.iter().map(ToString::to_string).collect();
            assert!(shown.contains("****") && !shown.contains("s3") && !shown.contains("kr3t"), "{shown}");
        }
    }
}

#[test]
fn a_bad_door_is_told_at_its_place() {
    check_door("", "1:1 the source has nothing to poll");
    check_door("[[source.feed]]", "3:1 `url` is missing in [[source.feed]]");
    check_door("[[source.feed]]\nurl=\"https://a/\"\ndate_order=\"dym\"", "5:12 unknown date order `dym`");
    check_door(
        "[[source.feed]]\nurl=\"https://a/\"\nrobot=true",
        "5:1 unknown key `robot` in [[source.feed]]",
    );
    check_door(
        "[[source.feed]]\nurl=\"https://a/\"\nhints=0",
        "5:7 `hints` must be true or false, not an integer",
    );
    check_door("[[source.sitemap]]", "3:1 `url` is missing in [[source.sitemap]]");
    check_door("[source.feed]\nurl=\"https://a/\"", "3:1 `feed` must be an array of tables, not a table");
    check_door(
        "[[source.feed]]\nurl=\"https://a/\"\n[[source.feed]]\nurl=\"https://A\"",
        "6:5 the source has this URL already",
    );
    let listing = "[[source.listing]]\nurl=\"https://a/\"";
    let missing = "3:1 `item` is missing in [[source.listing]]; 3:1 `link` is missing in [[source.listing]]";
    check_door(listing, missing);
    check_door(&format!("{listing}\nitem=[]\nlink=[\"a@href\"]"), "5:6 `item` is empty");
    check_door(
        &format!("{listing}\nitem=[\"p\"]\nlink=[\"a\"]\npages_max=0"),
        "7:11 `pages_max` is out of bounds",
    );
    let live = "[[source.live]]\nurl=\"https://a/\"\n";
    check_door(live, "");
    check_door(&format!("{live}section=true"), "");
    check_door(
        &format!("{live}section=1\npots=[]"),
        "5:9 `section` must be true or false, not an integer; 6:1 unknown key `pots` in [[source.live]]",
    );
}

#[test]
fn a_bad_rule_is_told_at_its_place() {
    for (keys, expected) in [
        ("valid_until = \"soon\"", "6:15 `soon` is not a date"),
        ("url = [\"news/*\"]", "6:8 `news/*` is not a pattern of paths"),
        ("url = [\"https://a.example/news/*\"]", "6:8 `https://a.example/news/*` is not a pattern of paths"),
        ("url = [\"/a?b\"]", "6:8 `/a?b` is not a pattern of paths"),
        ("titel = [\"h1\"]", "6:1 unknown key `titel` in [[source.article]]"),
        ("title = \"h1\"", "6:9 `title` must be a list of strings, not a string"),
    ] {
        check_door(&format!("{FEED}[[source.article]]\n{keys}"), expected);
    }
    let faults = faults(&[
        MAIN,
        ("s.toml", &format!("{SOURCE}{FEED}[[source.article]]\nbody = [\"p\", \"div[\", 'a..b']")),
    ]);
    let marked: Vec<String> = faults
        .iter()
        .map(|fault| fault.text.chars().skip(fault.mark.start).take(fault.mark.len()).collect())
        .collect();
    assert_eq!(marked, ["div[", "a..b"]);
    assert!(faults.iter().all(|fault| fault.message.starts_with("bad selector: ")));
    let long = format!("[[source.article]]\nbody = [\"{}\"]", "a".repeat(2_000));
    check_door(&format!("{FEED}{long}"), "6:1034 bad selector: the selector is longer than 1,024 bytes");
}

#[test]
fn a_bad_setting_is_told_at_its_place() {
    check_main("[fetch]\nhost_gap_ms = 60001", "2:15 `host_gap_ms` is out of bounds");
    check_main("[fetch]\ncontact = \"a@b\\r\\nX: y\"", "2:11 `contact` cannot stand in the User-Agent");
    check_main("[fetch]\ncontact = \"nobody\"", "2:11 `contact` cannot stand in the User-Agent");
    check_main("[fetch]\ncontact = \"(https://a)\"", "2:11 `contact` cannot stand in the User-Agent");
    check_main("[output]\nformats = [\"jsn\"]", "2:12 unknown format `jsn`");
    check_main("[output]\nformats = []", "2:11 no format is chosen");
    check_main("[output]\ndir = \"state\"", "0:0 news and state are the same folder");
    check_main("[state]\ndir = \"\"", "2:7 not a path");
    check_main(
        "[schedule]\nceiling_secs = 60",
        "2:16 `interval_secs` (3600) is above `ceiling_secs` (60); 2:16 `feed_floor_secs` (300) is above `ceiling_secs` (60)",
    );
    check_main("[dedup]\nweights = 1", "2:11 `weights` must be a table, not an integer");
    check_main("[dedup]\nweight = 1", "2:1 unknown key `weight` in [dedup]");
    check_main("[sched]\nceiling_secs = 60", "1:2 unknown key `sched` in the main file");
    check_main("fetch = 3", "1:9 `fetch` must be a table, not an integer");
}

#[test]
fn a_bad_weight_is_told_at_its_place() {
    let check =
        |value: &str, expected: &str| check_main(&format!("[dedup.weights]\nlate = {value}"), expected);
    for value in ["-100", "100", "0", "+7", "-2.5", "1e-3", "1_0.5", "0x10", "0b1", "-0.0", "99.999_9"] {
        check(value, "");
    }
    let out = "2:8 `late` is out of bounds";
    for value in
        ["100.1", "-101", "1e9", "1e999", "nan", "-nan", "inf", "-inf", "99999999999999999999", "0xfffffffff"]
    {
        check(value, out);
    }
    check("\"-2.1\"", "2:8 `late` must be a number, not a string");
    check("true", "2:8 `late` must be a number, not a boolean");
    check("[1.0]", "2:8 `late` must be a number, not a list");
    check("1\nlater = 2", "3:1 unknown key `later` in [dedup.weights]");
    let faults = faults(&[("khabar.toml", "[dedup.weights]\nshared = nan\nbias = \"x\"")]);
    let hints: Vec<_> = faults.iter().filter_map(|fault| fault.hint.as_deref()).collect();
    for hint in ["`shared` is -100 to 100; the default is 9.0", "write `bias = -4.1` without quotes"] {
        assert!(hints.contains(&hint), "{hints:?}");
    }
}

#[test]
fn weights_are_read_and_else_those_that_were_measured() {
    let text = format!("{}[dedup.weights]\nshared = 8\nsame_outlet = 0x2\nlate = -0.5\n", MAIN.1);
    let config = parse([("khabar.toml", &*text)]).unwrap();
    let measured = crate::judges::dedup::near::Weights::default();
    assert_eq!(Settings::default().dedup.weights, measured);
    let expected =
        crate::judges::dedup::near::Weights { shared: 8.0, same_outlet: 2.0, late: -0.5, ..measured };
    assert_eq!(config.settings.dedup.weights, expected);
    let default = parse([MAIN]).unwrap();
    let told = [
        "dedup.weights.shared: 9 -> 8",
        "dedup.weights.late: -2.1 -> -0.5",
        "dedup.weights.same_outlet: -3.3 -> 2",
    ];
    assert_eq!(Config::changes(&default, &config), told);
}

#[test]
fn all_faults_of_all_files_come_in_one_answer_in_order() {
    let first = format!("{SOURCE}zonne = 1\nname = 3\n{FEED}");
    let second = format!("this is not TOML\n{SOURCE}home = \"x\"\n[fetch]\n");
    let faults =
        faults(&[("khabar.toml", "[daemon]\nshutdown = 1"), ("a.toml", &first), ("b.toml", &second)]);
    let told: Vec<_> =
        faults.iter().map(|fault| format!("{}:{}:{}", fault.file, fault.line, fault.column)).collect();
    let expected = [
        "khabar.toml:0:0",
        "khabar.toml:2:1",
        "a.toml:3:1",
        "a.toml:4:8",
        "b.toml:1:6",
        "b.toml:3:6",
        "b.toml:4:8",
        "b.toml:5:1",
    ];
    assert_eq!(told, expected);
}

#[test]
fn an_id_used_twice_names_both_places() {
    let source = format!("# a source\n{SOURCE}{FEED}");
    let mut faults = faults(&[MAIN, ("a.toml", &source), ("b.toml", &source)]);
    faults.retain(Fault::is_error);
    let [fault] = faults.as_slice() else { panic!("one fault, not {faults:?}") };
    assert_eq!(
        (&*fault.file, fault.line, fault.hint.as_deref()),
        ("b.toml", 3, Some("first used at a.toml:3"))
    );
}

#[test]
fn a_door_of_two_sources_and_a_file_without_any_are_warnings() {
    let config = parse([
        MAIN,
        ("a.toml", &format!("{SOURCE}{FEED}")),
        ("b.toml", &format!("[[source]]\nid=\"b\"\n{FEED}")),
        ("c.toml", "# none"),
    ])
    .unwrap();
    let told: Vec<_> =
        config.warnings.iter().map(|fault| (&*fault.file, fault.line, &*fault.message)).collect();
    assert_eq!(
        told,
        [("b.toml", 4, "another source has this URL too"), ("c.toml", 0, "there is no source in this file")]
    );
}

#[test]
fn a_fault_is_shown_with_its_line_a_caret_and_a_hint() {
    let faults =
        faults(&[MAIN, ("s.toml", &format!("{SOURCE}[[source.feed]]\n\turll = \"https://a.example/\"\n"))]);
    let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let expected = [
        "s.toml:3:1: `url` is missing in [[source.feed]]\n  [[source.feed]]\n  ^^^^^^^^^^^^^^^\n  hint: add `url = \"…\"`",
        "s.toml:4:2: unknown key `urll` in [[source.feed]]\n  urll = \"https://a.example/\"\n  ^^^^\n  hint: did you mean `url`?",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_fault_is_safe_to_print() {
    let text = format!("{SOURCE}\"x\u{202e}\\u001b[31m\" = 1\nname = \"\u{2066}\u{7f}\"\n{FEED}");
    let faults = faults(&[("k\u{1b}.toml", "x"), ("s\n.toml", &text)]);
    let shown = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert!(!shown.contains(|c: char| c != '\n' && fault::is_unsafe(c)), "{shown:?}");
    assert!(shown.contains("s\u{fffd}.toml"), "{shown:?}");
}

#[test]
fn a_long_line_is_cut_around_its_fault() {
    let text = format!("{SOURCE}tags = [\"{}\", 3]\n{FEED}", "x".repeat(5_000));
    let faults = faults(&[MAIN, ("s.toml", &text)]);
    let shown: Vec<_> = faults
        .iter()
        .map(|fault| (fault.column, fault.text.chars().count() <= 100, &*fault.message))
        .collect();
    assert_eq!(shown, [(9, true, "not a tag"), (5_013, true, "`tags` must be a string, not an integer")]);
}

#[test]
fn what_is_no_configuration_is_refused_without_harm() {
    let table = "[".repeat(300) + &"]".repeat(300);
    for text in [
        "x = ".to_owned() + &"[".repeat(100_000),
        "x = ".to_owned() + &"{a=".repeat(100_000),
        "a.".repeat(100_000) + "b = 1",
        table,
        "\"".repeat(100_000),
        "'''\n".repeat(10_000),
        "x\n".repeat(20_000),
        "[[source]]\n".repeat(20_000),
        "\u{feff}<!DOCTYPE html><html>".to_owned(),
        "\0".to_owned(),
    ] {
        let faults = faults(&[MAIN, ("s.toml", &text)]);
        assert!(faults.iter().any(Fault::is_error), "{}", text.chars().take(20).collect::<String>());
        assert!(faults.len() <= 102, "{} faults", faults.len());
    }
}

#[test]
fn any_text_gives_an_answer() {
    use proptest::prelude::*;
    let words = prop::sample::select(vec![
        "[[source]]",
        "[",
        "]",
        "\n",
        "=",
        " ",
        "id",
        "\"a\"",
        "'",
        "\"",
        "url",
        "[source.feed]",
        "{",
        "}",
        ",",
        "1",
        "سوريا",
        "\u{202e}",
        "#",
        ".",
        "\\u",
        "true",
        "[[source.article]]",
        "body",
        "\"div[\"",
    ]);
    proptest!(|(words in prop::collection::vec(words, 0..40))| {
        let text = words.concat();
        for fault in faults(&[("m.toml", &text), ("s.toml", &text)]) {
            prop_assert!(!fault.to_string().contains(|c: char| c != '\n' && fault::is_unsafe(c)));
            prop_assert!(fault.text.chars().count() >= fault.mark.start);
        }
    });
}

#[test]
fn the_likely_key_is_named() {
    for (word, expected) in [
        ("urll", Some("url")),
        ("ulr", Some("url")),
        ("date-order", Some("date_order")),
        ("Body", Some("body")),
        ("whatever", None),
        ("", None),
    ] {
        assert_eq!(near::nearest(word, ["url", "date_order", "body"]), expected, "of {word}");
    }
}

#[test]
fn a_reload_says_what_changed() {
    let source = |id: &str, rest: &str| format!("[[source]]\nid = \"{id}\"\n{rest}{FEED}");
    let old = source("a", "") + &source("b", "") + &source("c", "") + &source("d", "");
    let new = "\n# moved\n".to_owned()
        + &source("d", "enabled = false\n")
        + &source("e", "")
        + &source("c", "")
        + &source("b", "")
        + "robots = true\n";
    let old = parse([MAIN, ("s.toml", &old)]).unwrap();
    let main = ("khabar.toml", "[fetch]\ncontact = \"desk@example.org\"\nhost_gap_ms = 500\n");
    let new = parse([main, ("s.toml", &new)]).unwrap();
    let expected = [
        "fetch.host_gap_ms: 1000 -> 500",
        "source a removed",
        "source b changed: rules or door options",
        "source d changed: enabled: true -> false",
        "source e added",
    ];
    assert_eq!(Config::changes(&old, &new), expected);
    assert!(Config::changes(&new, &new).is_empty());
}

/// `config/khabar.toml`: each key with its table and the comment above it.
fn shipped() -> Vec<(String, String)> {
    let (mut table, mut comment, mut keys) = (String::new(), String::new(), Vec::new());
    for line in include_str!("../../config/khabar.toml").lines() {
        if let Some(words) = line.strip_prefix("# ") {
            comment = comment + words + " ";
        } else if let Some(name) = line.strip_prefix('[') {
            table = name.trim_end_matches(']').to_owned();
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.push((format!("{table}.{key}"), std::mem::take(&mut comment)));
        } else {
            comment.clear();
        }
    }
    keys
}

#[test]
fn the_shipped_settings_are_the_defaults_and_say_so() {
    let config = parse([("khabar.toml", include_str!("../../config/khabar.toml"))]).unwrap();
    assert_eq!(config.settings, Settings::default());
    let shipped = shipped();
    let defaults = Settings::default().told();
    let names = |keys: &mut dyn Iterator<Item = &str>| {
        keys.map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(
        names(&mut shipped.iter().map(|(key, _)| &**key)),
        names(&mut defaults.iter().map(|(key, _)| *key))
    );
    let formats = Format::ALL.map(Format::name).join(", ");
    let told = &shipped.iter().find(|(key, _)| key == "output.formats").unwrap().1;
    assert!(told.contains(&format!("; of {formats}; ")), "{told}");
    assert!(include_str!("settings.rs").contains(&format!("`, of {formats}: ")), "the docs of `formats`");
    for (key, comment) in &shipped {
        let kinds = ["String", "List of strings", "Integer", "Float", "Boolean"];
        assert!(
            kinds.iter().any(|kind| comment.starts_with(kind)),
            "{key} does not begin with its type: {comment}"
        );
        assert!(comment.contains("default "), "{key} does not name its default");
        assert!(comment.split(". ").count() > 1, "{key} does not say why");
    }
}

#[test]
fn bounds_are_the_same_in_code_in_its_docs_and_in_the_shipped_file() {
    use settings::*;
    let numbers = [
        HOST_GAP_MS,
        BODY_MAX_BYTES,
        TOTAL_TIMEOUT_SECS,
        CONNECTIONS_MAX,
        REQUESTS_PER_HOUR,
        INTERVAL_SECS,
        FEED_FLOOR_SECS,
        LIVE_FLOOR_SECS,
        CEILING_SECS,
        WINDOW_DAYS,
        SHUTDOWN_SECS,
    ];
    let floats = [BIAS, SHARED, NUMBERS, NEW_LEAD, LATE, SAME_OUTLET];
    let (shipped, code) = (shipped(), include_str!("settings.rs"));
    assert_eq!(numbers.len(), code.matches(": Number =").count(), "every number is checked");
    assert_eq!(floats.len(), code.matches(": Float =").count(), "every number with a fraction is checked");
    let numbers = numbers.map(|table::Number { key, default, least, most }| {
        (key, "Integer", default.to_string(), format!("{least} to {most}"))
    });
    let floats = floats.map(|table::Float { key, default, least, most }| {
        (key, "Float", format!("{default:?}"), format!("{least} to {most}"))
    });
    for (key, kind, default, bounds) in numbers.into_iter().chain(floats) {
        let (_, comment) = shipped.iter().find(|(name, _)| name.ends_with(&format!(".{key}"))).expect(key);
        assert!(comment.contains(&format!("default {default}, {bounds}.")), "{key}: {comment}");
        let before = code.split(&format!("const {}:", key.to_uppercase())).next().unwrap();
        let docs: String = before
            .rsplit("\n\n")
            .next()
            .unwrap()
            .lines()
            .map(|line| line.trim_start_matches("/// ").to_owned() + " ")
            .collect();
        let docs = docs.rsplit(kind).next().unwrap();
        assert!(docs.contains(&format!("default {default}")) && docs.contains(&bounds), "{key}: {docs}");
    }
}
