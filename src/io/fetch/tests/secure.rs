//! Certificates that nobody should trust, shown by a server of our own.

use super::{
    super::{Accept, Error, Fetch, Http, Options, Request, TlsFault, Validators, failure::tls_fault},
    server::read_head,
    url,
};
use crate::io::clock::Clock;
use rustls::{
    CertificateError, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, ServerName},
};
use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

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

/// Shows `certificate` to whoever connects; where it listens.
fn server(certificate: &str) -> SocketAddr {
    let der = |text: &str| data_encoding::BASE64.decode(text.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der(certificate).into()], PrivateKeyDer::Pkcs8(der(KEY).into()));
    let config = Arc::new(config.unwrap());
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
        let request = Request {
            url: url(&format!("https://{address}/")),
            accept: Accept::Page,
            validators: Validators::default(),
            allow: [address].into(),
        };
        let error = http.get(request).await.unwrap_err();
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
