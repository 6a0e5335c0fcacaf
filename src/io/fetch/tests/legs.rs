//! Redirects within a host and beyond it, and what goes along.

use super::{
    super::{
        Accept, Error, Fetch, Gate, Hop, Http, Options, Request, Secret, TimeoutPhase, Trail, Validators,
        follow, journey::Journey,
    },
    loopback::{http, options, request},
    server::{Act, Server, answer, header, path, redirect},
    url,
};
use crate::io::clock::Clock;
use futures_util::future::poll_immediate;
use std::{
    net::SocketAddr,
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// Two servers that redirect to each other as `act` says of a path, given the other's address.
fn pair(act: impl Fn(&str, SocketAddr) -> Act + Clone + Send + Sync + 'static) -> (Server, Server) {
    let addresses: [Arc<OnceLock<SocketAddr>>; 2] = Default::default();
    let [first, second] = addresses.map(|other| {
        let act = act.clone();
        let server = Server::new({
            let other = Arc::clone(&other);
            move |head| act(path(head), *other.get().unwrap())
        });
        (server, other)
    });
    first.1.set(second.0.address).unwrap();
    second.1.set(first.0.address).unwrap();
    (first.0, second.0)
}

#[tokio::test]
async fn a_redirect_that_leaves_the_host_is_an_answer_with_the_request_to_make_there() {
    let (here, there) = pair(|path, other| match path {
        "/start" => redirect("/next"),
        "/next" => Act::Send(answer(
            "301 Moved",
            &format!("Location: http://{other}/end\r\nETag: \"r\"\r\nServer: test\r\nRetry-After: 3\r\n"),
            b"moved",
        )),
        _ => Act::Send(answer("200 OK", "ETag: \"1\"\r\n", b"end")),
    });
    let http = http(options());
    let asked = Request {
        gap: Duration::from_nanos(1),
        ..request(here.url("/start#top"), &[here.address, there.address])
    };
    let leg = http.get(asked.clone()).await.unwrap();
    let hops = [Hop { url: here.url("/start"), status: 302 }, Hop { url: here.url("/next"), status: 301 }];
    assert_eq!((leg.status, leg.url, &*leg.hops), (301, here.url("/next"), &hops[..]));
    assert_eq!((leg.validators, leg.body.len(), leg.wire_bytes), (Validators::default(), 0, 0));
    assert_eq!(leg.retry_after, Some(Duration::from_secs(3)));
    assert_eq!(leg.marks, [("server".to_owned(), "test".to_owned())]);
    assert!(there.heads().is_empty());
    let onward = *leg.onward.unwrap();
    let trail = onward.trail.clone();
    assert_eq!(Request { trail, url: there.url("/end"), ..asked.clone() }, onward);
    let end = http.get(onward).await.unwrap();
    assert_eq!((end.status, &*end.body, &*end.hops), (200, &b"end"[..], &hops[..]));
    assert_eq!((end.onward, end.validators.of), (None, Some(there.url("/end"))));
    let whole = follow(&http, asked).await.unwrap();
    assert_eq!((whole.url, whole.hops), (there.url("/end"), hops.to_vec()));
}

#[test]
fn a_host_is_left_by_another_name_or_port() {
    let cases = [
        ("http://a.example/", "/b", false),
        ("http://a.example/", "https://a.example/b", false),
        ("http://a.example:80/", "http://A.example/b", false),
        ("https://a.example/", "https://u:p@a.example:443/b", false),
        ("http://a.example/", "http://a.example:8080/b", true),
        ("http://a.example:8080/", "https://a.example/b", true),
        ("https://a.example/", "https://www.a.example/b", true),
    ];
    for (from, to, expected) in cases {
        let request = Request::new(url(from), Accept::Page);
        let mut journey = Journey::new(request, Duration::from_secs(9)).unwrap();
        let left = journey.redirect(302, Some(to.as_bytes()), 5).unwrap();
        assert_eq!(left, expected.then(|| url(from)), "{from} {to}");
    }
}

#[tokio::test]
async fn validators_and_credentials_go_where_they_belong_over_all_legs() {
    let (here, there) = pair(|path, other| match path {
        "/start" => redirect(&format!("http://{other}/away")),
        "/away" => redirect(&format!("http://{other}/back")),
        _ => Act::Send(answer("200 OK", "", b"x")),
    });
    let http = http(options());
    let ask = async |of: Option<&url::Url>, secret: Option<&str>, user: &str| {
        let mut address = here.url("/start");
        address.set_username(user).unwrap();
        let validators = Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None, of: of.cloned() };
        let authorization = secret.and_then(Secret::parse);
        let asked = Request { validators, authorization, ..request(address, &[here.address, there.address]) };
        let before = (here.heads().len(), there.heads().len());
        follow(&http, asked).await.unwrap();
        let heads = [&here.heads()[before.0..], &there.heads()[before.1..]].concat();
        let own = |head: &String| {
            let (etag, secret) = (header(head, "If-None-Match"), header(head, "Authorization"));
            (path(head).to_owned(), etag.is_some(), secret.map(str::to_owned))
        };
        heads.iter().map(own).collect::<Vec<_>>()
    };
    let expected = |validated: &str, secret: Option<&str>| {
        ["/start", "/back", "/away"].map(|path| {
            let secret = secret.filter(|_| path != "/away");
            (path.to_owned(), path == validated, secret.map(str::to_owned))
        })
    };
    assert_eq!(ask(None, None, "").await, expected("/start", None));
    assert_eq!(ask(None, Some("Bearer x"), "").await, expected("/start", Some("Bearer x")));
    assert_eq!(ask(Some(&there.url("/away")), None, "u").await, expected("/away", Some("Basic dTo=")));
    assert_eq!(
        ask(Some(&here.url("/back")), Some("Bearer x"), "u").await,
        expected("/back", Some("Bearer x"))
    );
    assert_eq!(ask(Some(&there.url("/other")), None, "").await, expected("", None));
}

#[tokio::test]
async fn redirects_end_over_all_legs() {
    let (here, there) = pair(|path, other| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) => Act::Send(answer("200 OK", "", b"end")),
        Ok(number) => redirect(&format!("http://{other}/{}", number - 1)),
        Err(_) => redirect(&format!("http://{other}{path}")),
    });
    let http = http(options());
    for (path, expected, requests) in
        [("/5", "end", 6), ("/6", "fetch/redirects", 6), ("/circle", "fetch/redirect-loop", 2)]
    {
        let before = here.heads().len() + there.heads().len();
        let asked = follow(&http, request(here.url(path), &[here.address, there.address])).await;
        let found = match asked {
            Ok(response) => String::from_utf8(response.body).unwrap(),
            Err(error) => error.code().to_owned(),
        };
        assert_eq!((&*found, here.heads().len() + there.heads().len() - before), (expected, requests));
    }
}

#[test]
fn a_journey_has_one_time_for_all_its_legs() {
    let total = Duration::from_secs(30);
    let mut journey = Journey::new(Request::new(url("http://a.example/"), Accept::Page), total).unwrap();
    assert_eq!(journey.left(), total);
    journey.redirect(302, Some(b"http://b.example/"), 5).unwrap();
    journey.spend(Duration::from_secs(12));
    let onward = journey.onward();
    assert_eq!(Journey::new(onward.clone(), total).unwrap().left(), Duration::from_secs(18));
    assert_eq!(Journey::new(onward.clone(), Duration::from_secs(5)).unwrap().left(), Duration::from_secs(5));
    let mut journey = Journey::new(onward, total).unwrap();
    assert_eq!((journey.hop(), journey.url().as_str()), (2, "http://b.example/"));
    journey.spend(total);
    assert_eq!(Journey::new(journey.onward(), total).unwrap().left(), Duration::ZERO);
}

#[tokio::test]
async fn a_journey_without_time_left_ends() {
    let server = Server::new(|_| Act::Hang(Vec::new()));
    let hops = vec![Hop { url: url("http://a.example/"), status: 302 }];
    let asked = Request {
        trail: Trail { hops, left: Some(Duration::ZERO) },
        ..request(server.url("/"), &[server.address])
    };
    let error = http(options()).get(asked).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { phase: TimeoutPhase::Total, .. }), "{error:?}");
}

#[tokio::test]
async fn fetchers_that_share_a_gate_share_its_turns() {
    let server = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let clock = Clock::system();
    let gate = Arc::new(Gate::new(clock.clone()));
    let host = server.address.to_string();
    for _ in 0..2 {
        let http = Http::with_gate(options(), clock.clone(), Arc::clone(&gate)).unwrap();
        let before = server.heads().len();
        let turn = gate.enter(&host, Duration::ZERO).await;
        let mut asked = pin!(http.get(request(server.url("/"), &[server.address])));
        assert!(poll_immediate(&mut asked).await.is_none());
        assert_eq!(gate.free_at(&host), None);
        drop(turn);
        assert!(poll_immediate(&mut asked).await.is_none());
        assert_eq!(gate.free_at(&host), None, "the fetcher has the turn now");
        asked.await.unwrap();
        assert_eq!(server.heads().len(), before + 1);
    }
}

#[tokio::test]
async fn a_host_is_left_alone_for_the_longer_of_the_two_gaps() {
    let server = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let host = server.address.to_string();
    let (short, long) = (Duration::from_hours(1), Duration::from_hours(3));
    for (own, asked, expected) in [(short, long, long), (long, short, long), (short, Duration::ZERO, short)] {
        let clock = Clock::system();
        let gate = Arc::new(Gate::new(clock.clone()));
        let options = Options { host_gap: own, ..options() };
        let http = Http::with_gate(options, clock.clone(), Arc::clone(&gate)).unwrap();
        let begin = clock.instant();
        let asked = Request { gap: asked, ..request(server.url("/"), &[server.address]) };
        http.get(asked).await.unwrap();
        let free_at = gate.free_at(&host).unwrap();
        assert!(free_at >= begin + expected && free_at <= clock.instant() + expected);
    }
}

#[tokio::test]
async fn robots_are_asked_for_as_text() {
    let server = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let asked = Request { accept: Accept::Robots, ..request(server.url("/robots.txt"), &[server.address]) };
    http(options()).get(asked).await.unwrap();
    assert_eq!(header(&server.heads()[0], "Accept"), Some("text/plain, */*;q=0.5"));
}
