//! What heads say, and what is said in them.

use super::{
    super::{Accept, Request, Secret, Validators, headers, marks::marks, redirect},
    url,
};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

/// Headers with their values.
type Pairs<'a> = &'a [(&'a str, &'a [u8])];

fn head(pairs: Pairs) -> HeaderMap {
    let name = |name: &str| HeaderName::try_from(name).unwrap();
    pairs.iter().map(|(key, value)| (name(key), HeaderValue::from_bytes(value).unwrap())).collect()
}

#[test]
fn waiting_hints_are_read_from_headers_and_bounded() {
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    let year = Some(366 * 24 * 3600);
    let cases: &[(&str, &str, Option<u64>)] = &[
        ("retry-after", "120", Some(120)),
        ("retry-after", " 120 ", Some(120)),
        ("retry-after", "Mon, 02 Mar 2026 11:00:00 GMT", Some(3600)),
        ("retry-after", "Mon, 02 Mar 2026 09:00:00 GMT", Some(0)),
        ("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT", year),
        ("retry-after", "99999999999999999999999", year),
        ("retry-after", "-1", None),
        ("retry-after", "1e18", None),
        ("retry-after", "", None),
        ("retry-after", "0", Some(0)),
        ("retry-after", "604800", Some(604_800)),
        ("retry-after", "Monday, 02-Mar-26 11:00:00 GMT", Some(3600)),
        ("retry-after", "Mon Mar  2 11:00:00 2026", Some(3600)),
        ("retry-after", "soon", None),
        ("cache-control", "max-age=60", Some(60)),
        ("cache-control", "public, Max-Age=\"60\", x", Some(60)),
        ("cache-control", "s-maxage=5", None),
        ("cache-control", "max-age=60, no-cache", Some(0)),
        ("cache-control", "no-store", Some(0)),
        ("cache-control", "max-age=99999999999", year),
        ("cache-control", "max-age=-5", None),
        ("expires", "Mon, 02 Mar 2026 10:05:00 GMT", Some(300)),
        ("cache-control", "max-age = 60", Some(60)),
        ("cache-control", "max-age=60, max-age=5", Some(60)),
        ("cache-control", "no-cache=\"set-cookie\", max-age=60", Some(60)),
        ("cache-control", "NO-CACHE", Some(0)),
        ("cache-control", "private, must-revalidate", None),
        ("cache-control", "", None),
        ("expires", "Mon, 02 Mar 2026 09:55:00 GMT", Some(0)),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
        ("expires", "0", Some(0)),
        ("expires", "-1", Some(0)),
    ];
    for (name, value, expected) in cases {
        let headers = head(&[(name, value.as_bytes())]);
        let found = match *name {
            "retry-after" => headers::retry_after(&headers, now),
            _ => headers::max_age(&headers, now),
        };
        assert_eq!(found.map(|found| found.as_secs()), *expected, "{name}: {value}");
    }
}

#[test]
fn several_headers_of_a_hint_are_read_together() {
    let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    let (eleven, expires) = (b"Mon, 02 Mar 2026 11:00:00 GMT", b"Mon, 02 Mar 2026 10:30:00 GMT");
    let date = |text: &'static [u8]| ("date", text);
    let cases: &[(Pairs, Option<u64>, Option<u64>)] = &[
        (&[("retry-after", b"60"), ("retry-after", b"600")], Some(600), None),
        (&[("retry-after", b"soon"), ("retry-after", b"60")], Some(60), None),
        (&[("retry-after", b"60"), ("retry-after", eleven)], Some(3600), None),
        (&[("retry-after", b"-1"), ("retry-after", b"\xff")], None, None),
        // A server's clock may be wrong by minutes, and is not believed when it is wrong by more than a day.
        (&[("retry-after", eleven), date(b"Mon, 02 Mar 2026 10:50:00 GMT")], Some(600), None),
        (&[("retry-after", eleven), date(b"Mon, 02 Mar 2026 09:30:00 GMT")], Some(5400), None),
        (&[("retry-after", eleven), date(b"Thu, 01 Jan 1970 00:00:00 GMT")], Some(3600), None),
        (&[("cache-control", b"public"), ("cache-control", b"max-age=60")], None, Some(60)),
        (&[("cache-control", b"max-age=60"), ("cache-control", b"no-store")], None, Some(0)),
        (&[("cache-control", b"max-age=\xff"), ("cache-control", b"max-age=5")], None, Some(5)),
        (&[("cache-control", b"max-age=60"), ("age", b"45")], None, Some(15)),
        (&[("cache-control", b"max-age=60"), ("age", b"90")], None, Some(0)),
        (&[("cache-control", b"max-age=60"), ("age", b"-3")], None, Some(60)),
        (&[("cache-control", b"max-age=60"), ("expires", expires)], None, Some(60)),
        (&[("cache-control", b"max-age=0"), ("expires", expires)], None, Some(0)),
        (&[("cache-control", b"public"), ("expires", expires)], None, Some(1800)),
        (&[("expires", expires), date(b"Mon, 02 Mar 2026 10:20:00 GMT")], None, Some(600)),
        (&[("expires", expires), date(b"Mon, 02 Mar 2026 09:40:00 GMT")], None, Some(1800)),
        (&[("expires", expires), date(b"Mon, 02 Mar 2026 10:00:00 GMT"), ("age", b"60")], None, Some(1740)),
    ];
    for (pairs, retry_after, max_age) in cases {
        let headers = head(pairs);
        let found = (headers::retry_after(&headers, now), headers::max_age(&headers, now));
        let found = (found.0.map(|hint| hint.as_secs()), found.1.map(|hint| hint.as_secs()));
        assert_eq!(found, (*retry_after, *max_age), "{pairs:?}");
    }
}

#[test]
fn an_empty_or_endless_validator_is_none_and_any_other_is_kept_as_it_came() {
    let long = vec![b'e'; 5000];
    let cases: &[(&[u8], bool)] =
        &[(b"", false), (&long, false), (b"\"1\"", true), (b"W/\"1-gzip\"", true), (b"un quoted\xff", true)];
    for (value, kept) in cases {
        let validators = headers::validators(&head(&[("etag", value), ("last-modified", value)]));
        let expected = kept.then(|| value.to_vec());
        assert_eq!((validators.etag, validators.last_modified), (expected.clone(), expected));
    }
}

#[test]
fn what_is_sent_back_is_what_came_byte_for_byte() {
    for value in [&b"W/\"a\", \"b\""[..], b"0", b"Thu, 01 Jan 1970 00:00:00 GMT", b"\xe9 \"x"] {
        let came = headers::validators(&head(&[("etag", value), ("last-modified", value)]));
        let mut sent = HeaderMap::new();
        headers::add_validators(&mut sent, &came);
        assert_eq!((sent["if-none-match"].as_bytes(), sent["if-modified-since"].as_bytes()), (value, value));
    }
}

#[test]
fn marks_are_kept_as_short_text_and_other_headers_are_not() {
    let (long, cut) = ("x".repeat(1000), "x".repeat(200));
    let headers = head(&[
        ("x-robots-tag", b"noarchive"),
        ("Server", b"cloudflare"),
        ("CF-Mitigated", b"challenge"),
        ("x-robots-tag", b"noindex"),
        ("www-authenticate", long.as_bytes()),
        ("via", b"1.1 \xff"),
        ("set-cookie", b"datadome=token"),
        ("x-anything", b"x"),
    ]);
    let found = marks(&headers);
    let found: Vec<_> = found.iter().map(|(name, value)| (&**name, &**value)).collect();
    let expected = [
        ("server", "cloudflare"),
        ("via", "1.1 \u{fffd}"),
        ("cf-mitigated", "challenge"),
        ("www-authenticate", &*cut),
        ("x-robots-tag", "noarchive"),
        ("x-robots-tag", "noindex"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn media_type_and_charset_are_read_apart() {
    let cases: &[(&[u8], Option<&str>, Option<&str>)] = &[
        (b"text/html", Some("text/html"), None),
        (b"Text/HTML; Charset=Windows-1256", Some("text/html"), Some("Windows-1256")),
        (b"text/xml; q=1;charset=\"utf-8\" ", Some("text/xml"), Some("utf-8")),
        (b"; charset=", None, None),
        (b"text/\xe9", None, None),
    ];
    for (value, essence, charset) in cases {
        let found = headers::content_type(&head(&[("content-type", value)]));
        assert_eq!((found.0.as_deref(), found.1.as_deref()), (*essence, *charset));
    }
}

#[test]
fn validators_survive_being_stored_whatever_their_bytes() {
    let validators = Validators {
        etag: Some(b"W/\"\xe9\xff\x80 a\"".to_vec()),
        last_modified: Some(b"yesterday".to_vec()),
        of: Some(url("https://b.example/feed")),
    };
    for validators in [validators, Validators::default()] {
        let stored = serde_json::to_string(&validators).unwrap();
        assert_eq!(serde_json::from_str::<Validators>(&stored).unwrap(), validators);
    }
    assert!(serde_json::from_str::<Validators>("{\"etag\":\"خ\"}").is_err());
}

#[test]
fn credentials_of_a_url_become_basic_authorization() {
    let mut address = url("https://us%3Aer:p%40ss%zz@a.example/");
    let (user, password) = redirect::take_credentials(&mut address).unwrap();
    assert_eq!(address.as_str(), "https://a.example/");
    let value = Secret::of_url(&user, &password).unwrap().value();
    let plain = data_encoding::BASE64.decode(&value.as_bytes()["Basic ".len()..]).unwrap();
    assert_eq!(plain, b"us:er:p@ss%zz");
    assert!(value.is_sensitive());
}

#[test]
fn a_secret_is_a_pair_or_a_header_value_and_nothing_with_control_characters() {
    let cases = [
        ("user:password", Some("Basic dXNlcjpwYXNzd29yZA==")),
        ("user:password\n", Some("Basic dXNlcjpwYXNzd29yZA==")),
        ("user:password\r\n", Some("Basic dXNlcjpwYXNzd29yZA==")),
        ("user:pass:word", Some("Basic dXNlcjpwYXNzOndvcmQ=")),
        ("user:", Some("Basic dXNlcjo=")),
        ("خبر:سر", Some("Basic 2K7YqNixOtiz2LE=")),
        ("Bearer xyz", Some("Bearer xyz")),
        ("bearer x:y\n", Some("bearer x:y")),
        ("Basic dXNlcjpwYXNzd29yZA==", Some("Basic dXNlcjpwYXNzd29yZA==")),
        ("Bearer سر", None),
        ("Bearer ", None),
        ("token", None),
        ("", None),
        ("\n", None),
        ("user:pass\n\n", None),
        ("user:pass\r\nX-Evil: 1", None),
        ("Bearer x\ny", None),
        ("us\0er:password", None),
        ("user:pass\u{85}word", None),
        ("user:pass\tword", None),
    ];
    for (text, expected) in cases {
        let value = Secret::parse(text).map(|secret| secret.value());
        assert_eq!(value.as_ref().map(|value| value.to_str().unwrap()), expected, "{text:?}");
        assert!(value.is_none_or(|value| value.is_sensitive()));
    }
}

#[test]
fn a_secret_never_shows() {
    let secret = Secret::parse("user:sesame").unwrap();
    let request = Request {
        authorization: Some(secret.clone()),
        ..Request::new(url("https://user:sesame@a.example/"), Accept::Robots)
    };
    let value = secret.value();
    for shown in [format!("{secret}"), format!("{secret:?}"), format!("{request:?}"), format!("{value:?}")] {
        assert!(!shown.contains("sesame") && !shown.contains("dXNlcj"), "{shown}");
    }
    assert_ne!(Some(secret), Secret::parse("user:other"));
}
