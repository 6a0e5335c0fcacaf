//! What fetching promises. Pure rules here and in `headers`, `body` decodes, the others ask real servers on loopback.

mod body;
mod bombs;
mod excerpt;
mod headers;
mod legs;
mod loopback;
mod proxy;
mod secure;
mod server;
mod ssrf;

use super::{Disposition, Error, Hop, gate::Gate, guard, names::permitted, redirect};
use crate::io::clock::Clock;
use jiff::Timestamp;
use std::{net::SocketAddr, time::Duration};
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Each is refused as it stands, before anything is dialed.
const BLOCKED: &[&str] = &[
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "2130706433.",
    "0x7f000001",
    "0x7F.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "0x7f.0.1",
    "00000177.0.0.1",
    "127.0x0.01.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "①②⑦.0.0.1",
    "0.0.0.0",
    "0",
    "0x0",
    "00",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "0xa.1",
    "012.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "169.254.0.1",
    "2852039166",
    "0xa9fea9fe",
    "0xa9.0xfe.0xa9.0xfe",
    "0251.0376.0251.0376",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.10",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.257",
    "0300.0250.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::8.8.8.8]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:10.0.0.1]",
    "[0:0:0:0:0:ffff:c0a8:1]",
    "[::ffff:0:127.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::8.8.8.8]",
    "[64:ff9b:1:ffff::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:c0a8:101::1]",
    "[2001::1]",
    "[2001:0:53aa:64c::1]",
    "[2001:2::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[3fff:fff::1]",
    "[100::1]",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "[5f00::1]",
    "[4000::1]",
    "[e000::1]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "a.b.localhost.",
    "localhost.localdomain",
    "ｌｏｃａｌｈｏｓｔ",
    "%6cocalhost",
];

/// Each may be asked.
const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "8.8.8.8",
    "134744072",
    "0x08080808",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.0.0.1",
    "128.0.0.1",
    "169.253.0.1",
    "169.255.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "191.255.0.1",
    "192.0.1.1",
    "192.0.3.1",
    "192.88.98.1",
    "192.167.0.1",
    "192.169.0.1",
    "198.17.0.1",
    "198.20.0.1",
    "198.51.99.1",
    "203.0.112.1",
    "223.255.255.255",
    "[2606:4700::1111]",
    "[2a00:1450:4001::1]",
    "[2001:200::1]",
    "[2001:4860:4860::8888]",
    "[3ffe::1]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::8.8.8.8]",
    "[2002:808:808::1]",
    "example.org",
    "localhost.example.org",
    "notlocalhost",
    "local-host",
    "127.0.0.1.example.org",
];

#[test]
fn every_spelling_of_a_private_address_is_blocked_and_public_ones_are_not() {
    assert!(BLOCKED.len() >= 60);
    for (hosts, expected) in [(BLOCKED, true), (PUBLIC, false)] {
        for host in hosts {
            let blocked = guard::blocked_literal(&url(&format!("http://{host}:8080/")), &[]).is_some();
            assert_eq!(blocked, expected, "{host}");
        }
    }
}

#[test]
fn only_the_allowed_address_on_the_allowed_port_is_let_through() {
    let allow: [SocketAddr; 3] =
        ["127.0.0.1:8080", "[::1]:80", "10.0.0.1:8082"].map(|address| address.parse().unwrap());
    let passes = |text: &str| {
        let url = url(text);
        guard::blocked_literal(&url, &guard::allowed_addresses(&url, &allow)).is_none()
    };
    let cases = [
        ("http://127.0.0.1:8080/", true),
        ("http://0x7f.1:8080/", true),
        ("http://[::ffff:127.0.0.1]:8080/", true),
        ("http://[::1]/", true),
        ("http://localhost:8080/", true),
        ("http://127.0.0.1:8081/", false),
        ("http://127.0.0.2:8080/", false),
        ("http://127.0.0.1/", false),
        ("https://[::1]/", false),
        ("http://localhost:8081/", false),
        ("http://localhost:8082/", false),
        ("http://a.localhost:8082/", false),
    ];
    for (text, expected) in cases {
        assert_eq!(passes(text), expected, "{text}");
    }
}

#[test]
fn of_a_names_addresses_only_the_public_and_allowed_are_dialed() {
    let check = |resolved: &[&str], allowed: &[&str], expected: Result<&[&str], &str>| {
        let resolved = resolved.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
        let allowed: Vec<_> = allowed.iter().map(|ip| ip.parse().unwrap()).collect();
        let found = permitted(resolved, &allowed);
        let found = found.map(|all| all.iter().map(|a| a.ip().to_string()).collect::<Vec<_>>());
        let expected = expected.map(|all| all.iter().map(ToString::to_string).collect());
        assert_eq!(found.map_err(|blocked| blocked.0.to_string()), expected.map_err(str::to_owned));
    };
    check(&["8.8.8.8"], &[], Ok(&["8.8.8.8"]));
    check(&["127.0.0.1"], &[], Err("127.0.0.1"));
    check(&["10.0.0.1", "::1"], &[], Err("10.0.0.1"));
    check(&["10.0.0.1", "8.8.8.8"], &[], Ok(&["8.8.8.8"]));
    check(&["10.0.0.1", "10.0.0.2"], &["10.0.0.2"], Ok(&["10.0.0.2"]));
    check(&["::ffff:10.0.0.2"], &["10.0.0.2"], Ok(&["::ffff:10.0.0.2"]));
    check(&[], &[], Ok(&[]));
}

#[test]
fn a_redirect_is_followed_only_to_another_http_url_and_never_from_https_to_http() {
    let from_https = "https://a.example/feed";
    let cases: &[(&str, Option<&str>, Result<&str, &str>)] = &[
        (from_https, Some("/new"), Ok("https://a.example/new")),
        (from_https, Some("//b.example/x#top"), Ok("https://b.example/x")),
        (from_https, Some("https://u:p@b.example/"), Ok("https://b.example/")),
        (from_https, Some(" /ne w "), Ok("https://a.example/ne%20w")),
        (from_https, Some("/خبر"), Ok("https://a.example/%D8%AE%D8%A8%D8%B1")),
        ("http://a.example/", Some("https://a.example/"), Ok("https://a.example/")),
        (from_https, Some("http://a.example/feed"), Err("fetch/tls-downgrade")),
        (from_https, Some("file:///etc/passwd"), Err("fetch/scheme")),
        (from_https, Some("gopher://a.example/"), Err("fetch/scheme")),
        (from_https, Some("data:text/xml,x"), Err("fetch/scheme")),
        (from_https, Some("javascript:alert(1)"), Err("fetch/scheme")),
        (from_https, Some("http://["), Err("fetch/redirect-target")),
        (from_https, None, Err("fetch/redirect-target")),
        (from_https, Some("/feed#again"), Err("fetch/redirect-loop")),
        (from_https, Some("/visited"), Err("fetch/redirect-loop")),
    ];
    let hops = [Hop { url: url("https://a.example/visited"), status: 302 }];
    for (from, location, expected) in cases {
        let target = redirect::target(&url(from), 302, location.map(str::as_bytes), &hops, 5);
        let target = target.as_ref().map(Url::as_str).map_err(Error::code);
        assert_eq!(target, *expected, "{location:?}");
    }
    let target = redirect::target(&url(from_https), 302, Some(b"/6"), &hops, 1);
    assert_eq!(target.map_err(|error| error.code()), Err("fetch/redirects"));
}

#[test]
fn no_error_text_shows_a_password() {
    let target =
        redirect::target(&url("https://a.example/"), 301, Some(b"ftp://user:secret@b.example/"), &[], 5);
    assert!(!format!("{:?}", target.unwrap_err()).contains("secret"));
}

#[tokio::test(start_paused = true)]
async fn a_host_is_entered_in_order_with_a_gap_after_each_turn() {
    let clock = Clock::system();
    let gate = Gate::new(clock.clone());
    let begin = clock.instant();
    let turn = async |seconds: u64, gap: u64| {
        let turn = gate.enter("a.example", Duration::from_secs(gap)).await;
        let entered = begin.elapsed().as_secs();
        clock.sleep(Duration::from_secs(seconds)).await;
        drop(turn);
        entered
    };
    let other = async {
        let _turn = gate.enter("b.example", Duration::ZERO).await;
        begin.elapsed().as_secs()
    };
    let (first, second, third, other) = tokio::join!(turn(5, 2), turn(1, 60), turn(1, 2), other);
    assert_eq!((first, second, third, other), (0, 7, 68, 0));
}

#[tokio::test(start_paused = true)]
async fn giving_up_a_wait_costs_the_next_in_line_nothing() {
    let clock = Clock::system();
    let (gate, gap) = (Gate::new(clock.clone()), Duration::from_secs(2));
    let begin = clock.instant();
    drop(gate.enter("a.example", gap).await);
    assert!(tokio::time::timeout(Duration::from_secs(1), gate.enter("a.example", gap)).await.is_err());
    drop(gate.enter("a.example", gap).await);
    assert_eq!(begin.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn no_gap_is_too_long_to_be_told() {
    let gate = Gate::new(Clock::system());
    drop(gate.enter("a.example", Duration::MAX).await);
    let again = gate.enter("a.example", Duration::ZERO);
    assert!(tokio::time::timeout(Duration::from_hours(1000), again).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn idle_hosts_are_forgotten_and_busy_ones_are_not() {
    let clock = Clock::system();
    let (gate, gap) = (Gate::new(clock.clone()), Duration::from_secs(1));
    let busy = gate.enter("busy.example", gap).await;
    for host in 0..10_000 {
        drop(gate.enter(&format!("{host}.example"), gap).await);
        clock.sleep(Duration::from_millis(10)).await;
    }
    assert!(gate.len() < 2_100, "{}", gate.len());
    let again = tokio::time::timeout(Duration::from_secs(100), gate.enter("busy.example", gap));
    assert!(again.await.is_err());
    drop(busy);
}

#[tokio::test(start_paused = true)]
async fn a_simulated_calendar_goes_as_the_paused_clock_goes() {
    let start: Timestamp = "2023-03-02T07:55:00Z".parse().unwrap();
    let clock = Clock::simulated(start);
    assert_eq!(clock.now(), start);
    clock.sleep(Duration::from_hours(1)).await;
    assert_eq!(clock.now().to_string(), "2023-03-02T08:55:00Z");
    clock.sleep_until(clock.instant() - Duration::from_secs(1)).await;
    assert_eq!(clock.clone().now().to_string(), "2023-03-02T08:55:00Z");
}

#[test]
fn what_passes_is_retried_and_what_stays_is_given_up() {
    let url = String::new;
    let blocked = Error::Blocked { url: url(), address: [127, 0, 0, 1].into(), hop: 2 };
    assert_eq!(blocked.disposition(), Disposition::SkipEntry);
    assert_eq!(blocked.code(), "fetch/blocked-address");
    assert_eq!(Error::RedirectLoop { url: url() }.disposition(), Disposition::RetryAt);
    assert_eq!(Error::Setup("x".into()).disposition(), Disposition::StopDaemon);
}
