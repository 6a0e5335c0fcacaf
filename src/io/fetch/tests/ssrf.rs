//! Nothing private is dialed, however one gets there. Traps listen where a broken guard would connect to; nothing
//! here names an address that would be dialed beyond loopback.

use super::{
    super::{Error, Fetch, Gate, Http, Lookup, follow},
    BLOCKED,
    loopback::{get, http, options, request},
    server::{Act, Server, answer, path, redirect},
    url,
};
use crate::io::clock::Clock;
use std::{
    net::{IpAddr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, atomic::Ordering},
};
use url::Host;

/// A listener that must never be connected to.
struct Trap(TcpListener);

impl Trap {
    /// A trap at `address`.
    fn at(address: &str) -> Self {
        let trap = TcpListener::bind(address).unwrap();
        trap.set_nonblocking(true).unwrap();
        Self(trap)
    }

    /// Its port.
    fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        assert!(self.0.accept().is_err() || std::thread::panicking(), "something was dialed");
    }
}

/// A fetcher to which each name has the addresses that `lookup` says.
fn resolving(lookup: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Http {
    let (clock, lookup): (_, Lookup) = (Clock::system(), Arc::new(lookup));
    Http::with_lookup(options(), clock.clone(), Arc::new(Gate::new(clock)), lookup).unwrap()
}

/// A fetcher to which each name has these addresses.
fn with_addresses(addresses: &[&str]) -> Http {
    let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    resolving(move |_| addresses.clone())
}

/// The hop at which an answer was refused for its address.
fn blocked_at(answer: Result<super::super::Response, Error>) -> usize {
    match answer {
        Err(Error::Blocked { hop, .. }) => hop,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_spelling_of_a_private_address_is_dialed_directly_or_behind_a_redirect() {
    let trap = Trap::at("127.0.0.1:0");
    let targets: Vec<_> = BLOCKED.iter().map(|host| format!("http://{host}:{}/", trap.port())).collect();
    let server = Server::new({
        let targets = targets.clone();
        move |head| {
            let number: usize = path(head).trim_start_matches('/').parse().unwrap();
            redirect(&targets[number])
        }
    });
    let http = http(options());
    for (number, target) in targets.iter().enumerate() {
        assert_eq!(blocked_at(http.get(request(url(target), &[])).await), 1, "{target}");
        assert_eq!(blocked_at(follow(&http, request(url(target), &[])).await), 1, "{target}");
        let path = format!("/{number}");
        assert_eq!(blocked_at(get(&http, &server, &path).await), 2, "{target}");
        let leg = http.get(request(server.url(&path), &[server.address])).await.unwrap();
        assert_eq!(leg.hops.len(), 1, "{target}");
        assert_eq!(blocked_at(http.get(*leg.onward.unwrap()).await), 2, "{target}");
    }
}

#[tokio::test]
async fn no_name_of_a_private_address_is_dialed_directly_or_behind_a_redirect() {
    let trap = Trap::at("127.0.0.1:0");
    let target = format!("http://news.example:{}/", trap.port());
    let server = Server::new({
        let target = target.clone();
        move |_| redirect(&target)
    });
    let mut addresses: Vec<IpAddr> = BLOCKED
        .iter()
        .filter_map(|host| match url(&format!("http://{host}/")).host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        })
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert!(addresses.len() > 50);
    for address in addresses {
        let http = resolving(move |_| vec![address]);
        assert_eq!(blocked_at(http.get(request(url(&target), &[])).await), 1, "{address}");
        assert_eq!(blocked_at(get(&http, &server, "/").await), 2, "{address}");
        let leg = http.get(request(server.url("/"), &[server.address])).await.unwrap();
        assert_eq!(blocked_at(http.get(*leg.onward.unwrap()).await), 2, "{address}");
    }
}

#[tokio::test]
async fn what_one_address_allows_another_address_or_port_does_not() {
    let server = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let port = server.address.port();
    let trap = Trap::at(&format!("127.0.0.2:{port}"));
    let other = Trap::at("127.0.0.1:0");
    let named = |port| url(&format!("http://news.example:{port}/"));
    let allow = [server.address];
    // The first that is permitted is dialed, whatever stands beside it.
    for addresses in [&["127.0.0.2", "127.0.0.1"][..], &["10.0.0.1", "::1", "127.0.0.1"]] {
        let answer = with_addresses(addresses).get(request(named(port), &allow)).await;
        assert_eq!(answer.unwrap().body, b"x", "{addresses:?}");
    }
    let http = with_addresses(&["127.0.0.2"]);
    assert_eq!(blocked_at(http.get(request(named(trap.port()), &allow)).await), 1);
    let http = with_addresses(&["127.0.0.1"]);
    assert_eq!(blocked_at(http.get(request(named(other.port()), &allow)).await), 1);
    assert_eq!(blocked_at(http.get(request(named(port), &[])).await), 1);
    assert_eq!(server.accepted.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_name_that_turns_private_is_dialed_no_more() {
    let server =
        Server::new(|_| Act::SendAndClose(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx".to_vec()));
    let port = server.address.port();
    let _trap = Trap::at(&format!("127.0.0.2:{port}"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let http = resolving({
        let asked = Arc::clone(&asked);
        move |name| {
            let mut asked = asked.lock().unwrap();
            asked.push(name.to_owned());
            vec![if asked.len() == 1 { [127, 0, 0, 1].into() } else { [127, 0, 0, 2].into() }]
        }
    });
    let ask = || http.get(request(url(&format!("http://news.example:{port}/")), &[server.address]));
    assert_eq!(ask().await.unwrap().body, b"x");
    assert_eq!(blocked_at(ask().await), 1);
    assert_eq!(*asked.lock().unwrap(), ["news.example", "news.example"], "one lookup a connection");
    assert_eq!(server.accepted.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_name_without_addresses_is_no_name() {
    let http = with_addresses(&[]);
    let error = http.get(request(url("http://news.example/"), &[])).await.unwrap_err();
    assert_eq!(error.code(), "fetch/dns", "{error:?}");
}

#[tokio::test]
async fn the_systems_names_are_judged_by_their_addresses() {
    let trap = Trap::at("127.0.0.1:0");
    // `localhost` is looked up only by a request that may reach another private address on this port.
    let elsewhere = [SocketAddr::new([10, 0, 0, 1].into(), trap.port())];
    let target = url(&format!("http://localhost:{}/", trap.port()));
    assert_eq!(blocked_at(http(options()).get(request(target, &elsewhere)).await), 1);
}

#[tokio::test]
async fn one_requests_allowed_address_is_not_anothers() {
    let server = Server::new(|_| Act::Send(answer("200 OK", "", b"x")));
    let http = http(options());
    let by_name = url(&format!("http://localhost:{}/", server.address.port()));
    for address in [server.url("/"), by_name] {
        let allowed = http.get(request(address.clone(), &[server.address])).await.unwrap();
        assert_eq!(allowed.body, b"x");
        let other = http.get(request(address, &[])).await.unwrap_err();
        assert_eq!(other.code(), "fetch/blocked-address");
    }
    assert_eq!(server.heads().len(), 2);
}
