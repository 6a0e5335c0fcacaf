//! TLS: certificates that nobody should trust, and HTTP/2 behind one that a test trusts, by servers of our own.

use super::{
    super::{Error, Fetch, Http, Options, Proxy, Request, Secret, TlsFault, failure::tls_fault},
    loopback::{options, request},
    server::read_head,
    url,
};
use crate::io::clock::Clock;
use rustls::{
    CertificateError, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, ServerName},
};
use std::{
    io::{self, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tokio_rustls::TlsAcceptor;

/// A key made for this test.
const KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1NfrvZNo/AV2zZ0IXiiIv1hgZHhLIlFIB5YDztFyqm2hRANCAATH\
    8Q6a7zu6tLyi6Ws1ZFPt3WBhsLAXZ1yyVUk8amZsMnAuJTXbTbJNNVPGI/VFiShCzfYQCHmDearXZa/QHyyD";

/// Self-signed for 127.0.0.1, from 2020 until 2120.
const LASTING: &str = "\
    MIIBXDCCAQOgAwIBAgIBAjAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtraGFiYXIgdGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw\
    MDEwMTAwMDAwMFowFjEUMBIGA1UEAwwLa2hhYmFyIHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATH8Q6a7zu6tLyi6Ws1\
    ZFPt3WBhsLAXZ1yyVUk8amZsMnAuJTXbTbJNNVPGI/VFiShCzfYQCHmDearXZa/QHyyDo0AwPjAPBgNVHREECDAGhwR/AAABMAwG\
    A1UdEwEB/wQCMAAwHQYDVR0OBBYEFNrov7wo6SX73olb4z38dDA698WGMAoGCCqGSM49BAMCA0cAMEQCIE4jszGy37RksEntpH1Y\
    JQpVufei+sBPXv9htrF3GtHwAiBGS4OZuJybClvxGcZSvvXnFlrA3PI62El11REg6P7xhw==";

/// The same, of January 2020.
const EXPIRED: &str = "\
    MIIBWzCCAQGgAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAtraGFiYXIgdGVzdDAeFw0yMDAxMDEwMDAwMDBaFw0yMDAy\
    MDEwMDAwMDBaMBYxFDASBgNVBAMMC2toYWJhciB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEx/EOmu87urS8oulrNWRT\
    7d1gYbCwF2dcslVJPGpmbDJwLiU1202yTTVTxiP1RYkoQs32EAh5g3mq12Wv0B8sg6NAMD4wDwYDVR0RBAgwBocEfwAAATAMBgNV\
    HRMBAf8EAjAAMB0GA1UdDgQWBBTa6L+8KOkl+96JW+M9/HQwOvfFhjAKBggqhkjOPQQDAgNIADBFAiEArCvaN/u2Mce2EbboZ6nk\
    nyMaDtZPlqGLVI5W8PEX0rUCIFbgThU9uDRSx7wGOhukSnc496SBVCG0XXQor4/cXjm5";

fn der(text: &str) -> Vec<u8> {
    data_encoding::BASE64.decode(text.as_bytes()).unwrap()
}

/// A server's side of TLS that shows `certificate` and speaks these protocols.
fn config(certificate: &str, protocols: &[&str]) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der(certificate).into()], PrivateKeyDer::Pkcs8(der(KEY).into()))
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// Shows `certificate` to whoever connects; where it listens.
fn server(certificate: &str) -> SocketAddr {
    let config = config(certificate, &[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            assert_eq!(
                read_head(&mut StreamOwned::new(connection, stream)),
                None,
                "a request reached the server"
            );
        }
    });
    address
}

#[tokio::test]
async fn untrusted_and_expired_certificates_are_told_apart() {
    for (certificate, expected) in [(LASTING, "fetch/tls-issuer"), (EXPIRED, "fetch/tls-expired")] {
        let address = server(certificate);
        let http = Http::new(Options::default(), Clock::system()).unwrap();
        let error = http.get(request(url(&format!("https://{address}/")), &[address])).await.unwrap_err();
        assert_eq!(error.code(), expected, "{error:?}");
        assert!(matches!(error, Error::Tls { .. }));
    }
}

#[test]
fn each_fault_of_a_certificate_has_its_kind() {
    let name = ServerName::try_from("a.example").unwrap();
    let other_name = CertificateError::NotValidForNameContext { expected: name, presented: Vec::new() };
    let cases = [
        (CertificateError::Expired, TlsFault::Expired),
        (CertificateError::NotValidYet, TlsFault::Expired),
        (CertificateError::UnknownIssuer, TlsFault::Issuer),
        (CertificateError::NotValidForName, TlsFault::Name),
        (other_name, TlsFault::Name),
        (CertificateError::Revoked, TlsFault::Other),
    ];
    for (error, expected) in cases {
        assert_eq!(tls_fault(&rustls::Error::InvalidCertificate(error)), expected);
    }
    assert_eq!(tls_fault(&rustls::Error::DecryptError), TlsFault::Other);
}

/// A server that speaks HTTP/2 and offers HTTP/1.1 too, one connection after the other.
struct Second {
    /// Where it listens.
    address: SocketAddr,
    /// Method, path, Accept-Encoding and Authorization of all requests, in order.
    asked: Arc<Mutex<Vec<String>>>,
    /// Connections that chose HTTP/2.
    connections: Arc<AtomicUsize>,
}

impl Second {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, asked: Arc::default(), connections: Arc::default() };
        let (asked, connections) = (Arc::clone(&server.asked), Arc::clone(&server.connections));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let acceptor = TlsAcceptor::from(config(LASTING, &["h2", "http/1.1"]));
                loop {
                    let stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
                    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
                    connections.fetch_add(1, Ordering::SeqCst);
                    serve(stream, &asked).await;
                }
            });
        });
        server
    }
}

/// Answers each request of a connection with its path; `/gone` with a status, `/away` with a redirect.
async fn serve(stream: tokio_rustls::server::TlsStream<tokio::net::TcpStream>, asked: &Mutex<Vec<String>>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let path = request.uri().path().to_owned();
        let value = |name: &str| request.headers().get(name).map_or("", |value| value.to_str().unwrap());
        let (coding, secret) = (value("accept-encoding"), value("authorization"));
        let said = format!("{} {path} {coding} {secret}", request.method());
        asked.lock().unwrap().push(said.trim_end().to_owned());
        let response = http::Response::builder().header("etag", "\"1\"");
        let response = match &*path {
            "/gone" => response.status(410),
            "/away" => response.status(302).header("location", "/end"),
            _ => response,
        };
        let mut stream = respond.send_response(response.body(()).unwrap(), false).unwrap();
        stream.send_data(path.into_bytes().into(), true).unwrap();
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered_and_all_requests_share_one_connection() {
    let server = Second::new();
    let http = Http::trusting(options(), Clock::system(), &der(LASTING)).unwrap();
    for (path, status, body) in
        [("/feed", 200, "/feed"), ("/gone", 410, "/gone"), ("/away", 200, "/end"), ("/feed", 200, "/feed")]
    {
        let address = url(&format!("https://{}{path}", server.address));
        let response = http.get(request(address, &[server.address])).await.unwrap();
        assert_eq!((response.status, &*response.body), (status, body.as_bytes()));
        assert_eq!(response.validators.etag.as_deref(), Some(&b"\"1\""[..]));
    }
    let asked = ["/feed", "/gone", "/away", "/end", "/feed"].map(|path| format!("GET {path} gzip, br, zstd"));
    assert_eq!(*server.asked.lock().unwrap(), asked);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

/// A proxy that opens one tunnel, to `target` whatever it is asked for; where it listens, and what it was asked.
fn tunnel(target: SocketAddr) -> (SocketAddr, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let asked = thread::spawn(move || {
        let mut client = listener.accept().unwrap().0;
        let head = read_head(&mut client).unwrap();
        client.write_all(b"HTTP/1.1 200 Go On\r\n\r\n").unwrap();
        let server = TcpStream::connect(target).unwrap();
        for (mut from, mut to) in
            [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)]
        {
            thread::spawn(move || io::copy(&mut from, &mut to).and_then(|_| to.shutdown(Shutdown::Write)));
        }
        head
    });
    (address, asked)
}

#[tokio::test]
async fn what_goes_through_a_proxys_tunnel_is_between_the_site_and_us() {
    let server = Second::new();
    let (proxy, asked) = tunnel(server.address);
    let url_of_proxy = url(&format!("http://{proxy}"));
    let proxy = Some(Proxy { url: url_of_proxy, authorization: Secret::parse("Bearer proxy") });
    let http = Http::trusting(Options { proxy, ..options() }, Clock::system(), &der(LASTING)).unwrap();
    let address = url(&format!("https://{}/feed", server.address));
    let request =
        Request { authorization: Secret::parse("Bearer origin"), ..request(address, &[server.address]) };
    assert_eq!(http.get(request).await.unwrap().body, b"/feed");
    let head = asked.join().unwrap();
    assert!(head.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address)), "{head}");
    assert!(head.contains("Bearer proxy") && !head.contains("origin"), "{head}");
    assert_eq!(*server.asked.lock().unwrap(), ["GET /feed gzip, br, zstd Bearer origin"]);
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}
