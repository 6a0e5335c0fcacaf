//! A proxy on loopback that writes down what it is asked.

use super::{
    super::{Error, Fetch, Gate, Http, Options, Proxy, Request, Secret},
    loopback::{http, options, request},
    server::{Act, Server, answer, header},
    url,
};
use crate::io::clock::Clock;
use std::{
    net::TcpListener,
    process::Command,
    sync::{Arc, Mutex, atomic::Ordering},
};

/// Options that send everything through a proxy at `address`.
fn through(address: &str, secret: Option<&str>) -> Options {
    let authorization = secret.map(|secret| Secret::parse(secret).unwrap());
    Options { proxy: Some(Proxy { url: url(address), authorization }), ..options() }
}

#[tokio::test]
async fn plain_requests_go_to_the_proxy_as_they_are_with_its_own_credentials() {
    let proxy = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let address = proxy.address;
    let with_user = format!("http://puser:pword@{address}/path");
    let cases = [
        (format!("http://{address}"), Some("puser:pword"), Some("Basic cHVzZXI6cHdvcmQ=")),
        (with_user.clone(), None, Some("Basic cHVzZXI6cHdvcmQ=")),
        (with_user, Some("Bearer p"), Some("Bearer p")),
        (format!("http://{address}"), None, None),
    ];
    for (address, secret, expected) in cases {
        let http = http(through(&address, secret));
        let asked = Request {
            authorization: Secret::parse("Bearer origin"),
            ..request(url("http://news.example/feed?a#b"), &[])
        };
        assert_eq!(http.get(asked).await.unwrap().body, b"x");
        let head = proxy.heads().pop().unwrap();
        assert!(head.starts_with("GET http://news.example/feed?a HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(&head, "Host"), Some("news.example"));
        assert_eq!(header(&head, "Proxy-Authorization"), expected);
        assert_eq!(header(&head, "Authorization"), Some("Bearer origin"));
    }
}

#[tokio::test]
async fn secure_requests_ask_the_proxy_for_a_tunnel_and_tell_it_nothing_else() {
    for refusal in ["403 Forbidden", "407 Who Are You", "502 Not There"] {
        let proxy = Server::new(move |_| Act::SendAndClose(answer(refusal, "", b"no")));
        let http = http(through(&format!("http://{}", proxy.address), Some("puser:pword")));
        let asked = Request {
            authorization: Secret::parse("Bearer origin"),
            ..request(url("https://news.example/feed"), &[])
        };
        let error = http.get(asked).await.unwrap_err();
        assert_eq!(error.code(), "fetch/proxy", "{error:?}");
        let head = &proxy.heads()[0];
        assert!(head.starts_with("CONNECT news.example:443 HTTP/1.1\r\n"), "{head}");
        assert_eq!(header(head, "Proxy-Authorization"), Some("Basic cHVzZXI6cHdvcmQ="));
        assert!(!head.contains("origin") && !head.contains("feed"), "{head}");
    }
}

#[tokio::test]
async fn a_proxy_that_wants_other_credentials_is_no_answer_of_the_site() {
    let server = Server::new(|_| Act::Send(answer("407 Who Are You", "", b"no")));
    let proxied = http(through(&format!("http://{}", server.address), None));
    let error = proxied.get(request(url("http://news.example/"), &[])).await.unwrap_err();
    assert_eq!(error.code(), "fetch/proxy", "{error:?}");
    let direct = http(options()).get(request(server.url("/"), &[server.address])).await.unwrap();
    assert_eq!(direct.status, 407);
}

#[tokio::test]
async fn only_the_proxys_name_is_looked_up_and_its_address_may_be_private() {
    let proxy = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let (clock, asked) = (Clock::system(), Arc::new(Mutex::new(Vec::new())));
    let lookup = {
        let asked = Arc::clone(&asked);
        move |name: &str| {
            asked.lock().unwrap().push(name.to_owned());
            vec![[127, 0, 0, 1].into()]
        }
    };
    let options = through(&format!("http://proxy.example:{}", proxy.address.port()), None);
    let gate = Arc::new(Gate::new(clock.clone()));
    let http = Http::with_lookup(options, clock, gate, Arc::new(lookup)).unwrap();
    assert_eq!(http.get(request(url("http://news.example/"), &[])).await.unwrap().body, b"x");
    assert_eq!(*asked.lock().unwrap(), ["proxy.example"]);
}

#[tokio::test]
async fn private_addresses_are_not_asked_for_through_a_proxy_unless_allowed() {
    let proxy = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let http = http(through(&format!("http://{}", proxy.address), None));
    for host in ["127.0.0.1:80", "10.0.0.1", "0x7f.1", "[::1]", "169.254.169.254", "localhost", "a.localhost"]
    {
        let refused = http.get(request(url(&format!("http://{host}/")), &[])).await.unwrap_err();
        assert!(matches!(refused, Error::Blocked { hop: 1, .. }), "{refused:?}");
    }
    assert_eq!(proxy.accepted.load(Ordering::SeqCst), 0);
    let allowed = request(url("http://10.0.0.1:8080/"), &["10.0.0.1:8080".parse().unwrap()]);
    assert_eq!(http.get(allowed).await.unwrap().body, b"x");
    assert!(proxy.heads()[0].starts_with("GET http://10.0.0.1:8080/ "));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_from_a_site_that_is_not() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let http = http(through(&format!("http://{address}"), None));
    for target in ["http://news.example/", "https://news.example/"] {
        let error = http.get(request(url(target), &[])).await.unwrap_err();
        assert_eq!(error.code(), "fetch/proxy", "{error:?}");
    }
}

#[test]
fn proxies_of_the_environment_are_ignored() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let address = format!("http://{}", trap.local_addr().unwrap());
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    // The environment of this process is not to be changed: another one asks.
    let child = Command::new(std::env::current_exe().unwrap())
        .envs(names.map(|name| (name, &address)))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .args(["--exact", "io::fetch::tests::loopback::an_answer_comes_with_its_facts"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
    assert!(trap.accept().is_err(), "the environment's proxy was asked");
}

#[test]
fn a_proxy_of_another_kind_is_refused_at_once() {
    for address in ["socks5://127.0.0.1:1080", "ftp://proxy.example", "data:x"] {
        let error = Http::new(through(address, None), Clock::system()).unwrap_err();
        assert_eq!(error.code(), "fetch/setup");
    }
}

#[test]
fn a_proxys_secrets_show_nowhere() {
    let options = through("http://puser:pword@proxy.example:3128", Some("xuser:xword"));
    let http = http(options.clone());
    let refused =
        Http::new(through("socks5://puser:pword@proxy.example", None), Clock::system()).unwrap_err();
    for shown in [format!("{options:?}"), format!("{http:?}"), format!("{refused} {refused:?}")] {
        for secret in ["puser", "pword", "xuser", "xword", "cHVzZXI", "eHVzZXI"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    assert!(format!("{options:?}").contains("http://proxy.example:3128"));
}
