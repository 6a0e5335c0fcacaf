//! Real requests to a server on 127.0.0.1, on the real clock; only deadlines under test are short.

use super::{
    super::{
        Accept, Error, Excess, Fetch, Hop, Http, Options, Request, Response, TimeoutPhase, Validators, follow,
    },
    body::gzip,
    server::{Act, Server, answer, header, path, redirect},
    url,
};
use crate::io::clock::Clock;
use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use url::Url;

pub(super) fn options() -> Options {
    Options {
        contact: "https://operator.example/bot".to_owned(),
        host_gap: Duration::ZERO,
        ..Options::default()
    }
}

pub(super) fn http(options: Options) -> Http {
    Http::new(options, Clock::system()).unwrap()
}

pub(super) fn request(url: Url, allow: &[SocketAddr]) -> Request {
    Request { allow: allow.into(), ..Request::new(url, Accept::Feed) }
}

/// Asks `server` for `path`, and on.
pub(super) async fn get(http: &Http, server: &Server, path: &str) -> Result<Response, Error> {
    follow(http, request(server.url(path), &[server.address])).await
}

/// What one answer of the server comes to.
pub(super) async fn get_act(
    options: Options,
    act: impl Fn() -> Act + Send + Sync + 'static,
) -> Result<Response, Error> {
    let server = Server::new(move |_| act());
    get(&http(options), &server, "/").await
}

#[tokio::test]
async fn an_answer_comes_with_its_facts() {
    let head = "Content-Type: application/RSS+xml; charset=utf-8\r\nETag: W/\"1\"\r\nLast-Modified: whenever\r\n\
                Cache-Control: max-age=60\r\nRetry-After: 5\r\nContent-Encoding: gzip\r\nServer: test\r\n\
                Link: </a>; rel=next\r\nLink: </b>; rel=prev\r\n";
    let coded = [gzip(b"one "), gzip(b"two")].concat();
    let wire_bytes = coded.len() as u64;
    let server = Server::new(move |_| Act::Send(answer("200 OK", head, &coded)));
    let response = get(&http(options()), &server, "/feed?a=1#top").await.unwrap();
    let expected = Response {
        status: 200,
        url: server.url("/feed?a=1"),
        hops: Vec::new(),
        onward: None,
        validators: Validators {
            etag: Some(b"W/\"1\"".to_vec()),
            last_modified: Some(b"whenever".to_vec()),
            of: None,
        },
        content_type: Some("application/rss+xml".to_owned()),
        charset: Some("utf-8".to_owned()),
        retry_after: Some(Duration::from_secs(5)),
        max_age: Some(Duration::from_mins(1)),
        marks: vec![("server".to_owned(), "test".to_owned())],
        links: vec!["</a>; rel=next".to_owned(), "</b>; rel=prev".to_owned()],
        body: b"one two".to_vec(),
        wire_bytes,
    };
    assert_eq!(response, expected);
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_else() {
    let set_cookie = "Set-Cookie: a=b; Path=/\r\n";
    let server = Server::new(move |head| match path(head) {
        "/away" => Act::Send(answer("302 Found", &format!("Location: /\r\n{set_cookie}"), b"")),
        _ => Act::Send(answer("200 OK", set_cookie, b"x")),
    });
    let http = http(options());
    for _ in 0..2 {
        get(&http, &server, "/away").await.unwrap();
    }
    let agent = format!("khabar/{} (+https://operator.example/bot)", env!("CARGO_PKG_VERSION"));
    for head in server.heads() {
        let mut names: Vec<_> =
            head.lines().filter_map(|line| line.split_once(": ")).map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "{head}");
        assert_eq!(header(&head, "User-Agent"), Some(&*agent));
        assert_eq!(header(&head, "Accept-Encoding"), Some("gzip, br, zstd"));
    }
    assert_eq!(server.accepted.load(Ordering::SeqCst), 1, "the connection is kept");
}

#[tokio::test]
async fn validators_go_back_byte_for_byte_to_their_own_url_only() {
    let server = Server::new(|head| match path(head) {
        "/moved" => redirect("/feed"),
        _ => Act::Send(answer("304 Not Modified", "ETag: \"2\"\r\n", b"")),
    });
    let http = http(options());
    let given = Validators {
        etag: Some(b"W/\"a b\"".to_vec()),
        last_modified: Some(b"Thu, 1 Jan".to_vec()),
        of: None,
    };
    let ask = |path: &str, of: Option<&str>| {
        let validators = Validators { of: of.map(|of| server.url(of)), ..given.clone() };
        http.get(Request { validators, ..request(server.url(path), &[server.address]) })
    };
    let own = ask("/feed", None).await.unwrap();
    assert_eq!(
        (own.status, own.body.len(), own.validators.etag, own.validators.of),
        (304, 0, Some(b"\"2\"".to_vec()), None)
    );
    let moved = ask("/moved", None).await.unwrap();
    assert_eq!(moved.validators.of, Some(server.url("/feed")));
    assert_eq!(moved.hops, [Hop { url: server.url("/moved"), status: 302 }]);
    ask("/moved", Some("/feed")).await.unwrap();
    let sent: Vec<_> = server
        .heads()
        .iter()
        .map(|head| {
            let both = (header(head, "If-None-Match"), header(head, "If-Modified-Since"));
            assert!(both == (None, None) || both == (Some("W/\"a b\""), Some("Thu, 1 Jan")), "{head}");
            (path(head).to_owned(), both.0.is_some())
        })
        .collect();
    let expected = [("/feed", true), ("/moved", true), ("/feed", false), ("/moved", false), ("/feed", true)];
    assert_eq!(sent, expected.map(|(path, given)| (path.to_owned(), given)));
}

#[tokio::test]
async fn credentials_go_to_their_own_origin_only_and_into_no_error() {
    let other =
        Server::new(|_| Act::SendAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort".to_vec()));
    let target = other.url("/").to_string();
    let server = Server::new(move |_| redirect(&target));
    let mut address = server.url("/");
    address.set_username("user").unwrap();
    address.set_password(Some("secret")).unwrap();
    let error =
        follow(&http(options()), request(address, &[server.address, other.address])).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert_eq!(header(&server.heads()[0], "Authorization"), Some("Basic dXNlcjpzZWNyZXQ="));
    assert_eq!(header(&other.heads()[0], "Authorization"), None);
}

#[tokio::test]
async fn redirects_end() {
    let server = Server::new(|head| match path(head) {
        "/circle" => redirect("/circle"),
        "/ping" => redirect("/pong"),
        "/pong" => redirect("/ping"),
        "/bare" => Act::Send(answer("302 Found", "", b"")),
        "/file" => redirect("file:///etc/passwd"),
        "/end" => Act::Send(answer("200 OK", "", b"end")),
        other => match other.trim_start_matches('/').parse::<u32>() {
            Ok(0) => redirect("/end"),
            Ok(number) => redirect(&format!("/{}", number - 1)),
            Err(_) => Act::Send(answer("404 Not Found", "", b"")),
        },
    });
    let cases = [
        ("/circle", "fetch/redirect-loop", 1),
        ("/ping", "fetch/redirect-loop", 2),
        ("/bare", "fetch/redirect-target", 1),
        ("/file", "fetch/scheme", 1),
        ("/5", "fetch/redirects", 6),
        ("/4", "end", 6),
    ];
    let http = http(options());
    for (path, expected, requests) in cases {
        let before = server.heads().len();
        let found = match get(&http, &server, path).await {
            Ok(response) => String::from_utf8(response.body).unwrap(),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!((&*found, server.heads().len() - before), (expected, requests), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_end_is_cut_off() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    let limits = Options { wire_max_bytes: 3 << 20, ..options() };
    let endless = get_act(limits, move || Act::Endless(chunked.clone(), chunk.clone())).await.unwrap_err();
    assert!(matches!(endless, Error::TooLarge { excess: Excess::Wire, .. }), "{endless:?}");
    let announced =
        get_act(options(), || Act::Hang(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n".to_vec()));
    assert!(matches!(announced.await, Err(Error::TooLarge { excess: Excess::Wire, .. })));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error() {
    let coded = gzip(b"a whole feed");
    let cut = answer("200 OK", "Content-Encoding: gzip\r\n", &coded[..coded.len() - 3]);
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf".to_vec(), "fetch/interrupted"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel".to_vec(), "fetch/interrupted"),
        (b"HTTP/1.1 200 OK\r\nContent-Le".to_vec(), "fetch/interrupted"),
        (b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(), "fetch/interrupted"),
        (Vec::new(), "fetch/interrupted"),
        (cut, "fetch/encoding"),
    ];
    for (bytes, expected) in cases {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let error = get_act(options(), move || Act::SendAndClose(bytes.clone())).await.unwrap_err();
        assert_eq!(error.code(), expected, "{shown}");
    }
}

#[tokio::test]
async fn nobody_listening_is_refused_and_no_such_name_is_dns() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let http = http(options());
    let refused = http.get(request(url(&format!("http://{address}/")), &[address])).await.unwrap_err();
    assert_eq!(refused.code(), "fetch/refused", "{refused:?}");
    let nowhere = http.get(request(url("http://khabar.invalid/"), &[])).await.unwrap_err();
    assert_eq!(nowhere.code(), "fetch/dns", "{nowhere:?}");
}

#[tokio::test]
async fn silence_ends_by_the_idle_time_and_drips_by_the_total_time() {
    let limits = |idle, total| Options {
        connect_timeout: Duration::from_millis(200),
        idle_timeout: Duration::from_millis(idle),
        total_timeout: Duration::from_millis(total),
        ..options()
    };
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx";
    let cases: [(Options, &[u8], TimeoutPhase); 4] = [
        (limits(100, 60_000), b"", TimeoutPhase::Idle),
        (limits(100, 60_000), head, TimeoutPhase::Idle),
        (limits(60_000, 300), b"HTTP/1.1 200", TimeoutPhase::Total),
        (limits(60_000, 300), head, TimeoutPhase::Total),
    ];
    for (options, bytes, expected) in cases {
        let error = get_act(options, move || Act::Hang(bytes.to_vec())).await.unwrap_err();
        assert!(matches!(error, Error::Timeout { phase, .. } if phase == expected), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_host_is_asked_by_one_request_at_a_time_and_after_the_gap() {
    let (inside, spans) = (AtomicUsize::new(0), Arc::new(Mutex::new(Vec::new())));
    let server = Server::new({
        let spans = Arc::clone(&spans);
        move |_| {
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two requests at a time");
            let begin = tokio::time::Instant::now();
            let bytes = answer("200 OK", "", &vec![b'x'; 100_000]);
            spans.lock().unwrap().push((begin, tokio::time::Instant::now()));
            inside.fetch_sub(1, Ordering::SeqCst);
            Act::Send(bytes)
        }
    });
    let gap = Duration::from_millis(30);
    let http = http(Options { host_gap: gap, ..options() });
    let all = (0..8).map(|number| {
        let (http, server) = (&http, &server);
        async move { get(http, server, &format!("/{number}")).await.unwrap() }
    });
    assert_eq!(futures_util::future::join_all(all).await.len(), 8);
    let spans = spans.lock().unwrap();
    assert_eq!(spans.len(), 8);
    for pair in spans.windows(2) {
        assert!(pair[1].0 - pair[0].1 >= gap, "{:?}", pair[1].0 - pair[0].1);
    }
}

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
#[tokio::test]
async fn both_families_of_addresses_are_asked() {
    let http = http(options());
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(listener) = TcpListener::bind(address) else {
            println!("skipped: this machine has no loopback for {address}");
            continue;
        };
        let server = Server::on(listener, |_| Act::Send(answer("200 OK", "", b"x")));
        assert_eq!(get(&http, &server, "/").await.unwrap().body, b"x");
        assert_eq!(header(&server.heads()[0], "Host"), Some(&*server.address.to_string()));
        let refused = http.get(request(server.url("/"), &[])).await.unwrap_err();
        assert_eq!(refused.code(), "fetch/blocked-address");
        assert_eq!(server.accepted.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn no_more_connections_are_kept_than_the_limit() {
    let servers: Vec<_> = (0..3).map(|_| Server::new(|_| Act::Send(answer("200 OK", "", b"x")))).collect();
    let http = http(Options { connections_max: 2, ..options() });
    for _ in 0..3 {
        for server in &servers {
            get(&http, server, "/").await.unwrap();
        }
    }
    let accepted: Vec<_> = servers.iter().map(|server| server.accepted.load(Ordering::SeqCst)).collect();
    assert_eq!(accepted, [1, 1, 3]);
}
