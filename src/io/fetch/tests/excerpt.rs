//! What is kept of an error's body.

use super::{
    super::Options,
    body::gzip,
    loopback::{get, get_act, http, options},
    server::{Act, Server, answer},
};
use std::{sync::atomic::Ordering, time::Duration};

#[tokio::test]
async fn any_status_is_an_answer_with_its_body() {
    let cases = [
        ("200 OK", "x"),
        ("203 Other", "x"),
        ("300 Many", "x"),
        ("403 Forbidden", "x"),
        ("404 Not Found", "x"),
        ("410 Gone", "x"),
        ("503 Busy", "x"),
    ];
    for (status, body) in cases {
        let response =
            get_act(options(), move || Act::Send(answer(status, "Retry-After: 7\r\n", b"x"))).await.unwrap();
        let found = (response.status.to_string(), response.body, response.retry_after.map(|r| r.as_secs()));
        assert_eq!(found, (status.chars().take(3).collect(), body.as_bytes().to_vec(), Some(7)));
    }
    for head in ["204 Nothing", "304 Not Modified"] {
        let bytes = format!("HTTP/1.1 {head}\r\nETag: \"1\"\r\n\r\n").into_bytes();
        let response = get_act(options(), move || Act::Send(bytes.clone())).await.unwrap();
        assert_eq!((response.body.len(), response.wire_bytes), (0, 0));
    }
}

#[tokio::test]
async fn the_body_of_an_error_is_kept_as_far_as_it_came_and_makes_no_other() {
    const HEAD: &str = "HTTP/1.1 403 Forbidden\r\n";
    let cut = 64 << 10;
    let plain: Vec<u8> = (0..400_000_u32).flat_map(|number| (number % 251).to_le_bytes()).collect();
    let coded = gzip(&plain);
    let half = &coded[..coded.len() / 2];
    let with = |rest: &str, body: &[u8]| [HEAD.as_bytes(), rest.as_bytes(), b"\r\n", body].concat();
    let cases: Vec<(&str, Vec<u8>, &[u8])> = vec![
        ("long", answer("403 Forbidden", "", &plain), &plain[..cut]),
        ("long and coded", answer("403 Forbidden", "Content-Encoding: gzip\r\n", &coded), &plain[..cut]),
        (
            "half of a coded one",
            with("Content-Encoding: gzip\r\nContent-Length: 999999\r\n", half),
            &plain[..cut],
        ),
        ("short of its length", with("Content-Length: 1000\r\n", b"half"), b"half"),
        ("announced too long", with("Content-Length: 99999999999\r\n", b"half"), b"half"),
        ("cut in a chunk", with("Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n5\r\n"), b"hello"),
        ("in no coding", answer("403 Forbidden", "Content-Encoding: exi\r\n", b"x"), b""),
        ("not in its coding", answer("403 Forbidden", "Content-Encoding: gzip\r\n", b"plain, in truth"), b""),
    ];
    for (case, bytes, expected) in cases {
        let response = get_act(options(), move || Act::SendAndClose(bytes.clone())).await.unwrap();
        assert_eq!(response.status, 403, "{case}");
        assert!(response.body == expected, "{case}: {} bytes", response.body.len());
    }
}

#[tokio::test]
async fn the_body_of_an_error_may_neither_hang_nor_go_on() {
    let limits = || Options { idle_timeout: Duration::from_millis(100), ..options() };
    let hung =
        get_act(limits(), || Act::Hang(b"HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nx".to_vec())).await;
    assert_eq!(hung.unwrap().body, b"x");
    let head = b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    let endless = get_act(options(), move || Act::Endless(head.clone(), chunk.clone())).await.unwrap();
    assert_eq!(endless.body.len(), 64 << 10);
}

#[tokio::test]
async fn an_error_does_not_cost_the_connection() {
    let server = Server::new(|_| Act::Send(answer("404 Not Found", "", b"no such page")));
    let http = http(options());
    for _ in 0..3 {
        assert_eq!(get(&http, &server, "/").await.unwrap().body, b"no such page");
    }
    assert_eq!(server.accepted.load(Ordering::SeqCst), 1);
}
