//! reqwest's errors, told apart. It wraps the network's, the resolver's and TLS's in several layers, some
//! of which hide their content from `source()`.

use super::{Error, Options, TimeoutPhase, TlsFault, names::Blocked, redirect::shown};
use rustls::CertificateError;
use std::{error::Error as StdError, io};
use url::Url;

/// What `error` means for `url`, asked for as `hop`.
pub(super) fn told_apart(error: reqwest::Error, url: &Url, hop: usize, options: &Options) -> Error {
    let error = error.without_url();
    let url = shown(url);
    let connecting = error.is_connect();
    if let Some(Blocked(address)) = find::<Blocked>(&error) {
        return Error::Blocked { url, address: *address, hop };
    }
    if let Some(fault) = find::<rustls::Error>(&error).map(tls_fault) {
        return Error::Tls { url, fault, source: error.into() };
    }
    let refused =
        find::<io::Error>(&error).is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if error.is_timeout() {
        let (phase, limit) = if connecting {
            (TimeoutPhase::Connect, options.connect_timeout)
        } else {
            (TimeoutPhase::Idle, options.idle_timeout)
        };
        Error::Timeout { url, phase, limit }
    } else if connecting && options.proxy.is_some() {
        Error::Proxy { url, source: error.into() }
    } else if error.is_dns() {
        Error::Dns { url, source: error.into() }
    } else if connecting && refused {
        Error::Refused { url, source: error.into() }
    } else if connecting {
        Error::Connect { url, source: error.into() }
    } else if error.is_builder() {
        Error::Url { url, source: error.into() }
    } else {
        Error::Interrupted { url, source: error.into() }
    }
}

/// The first `T` in the chain of causes. An I/O error's content is looked at by itself, since its `source`
/// is that of its content.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let content = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match content {
            Some(content) => Some(content),
            None => error.source(),
        };
    }
    None
}

/// Which fault a TLS error is.
pub(super) fn tls_fault(error: &rustls::Error) -> TlsFault {
    let rustls::Error::InvalidCertificate(error) = error else { return TlsFault::Other };
    if matches!(
        error,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    ) {
        TlsFault::Expired
    } else if matches!(
        error,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        TlsFault::Name
    } else if matches!(error, CertificateError::UnknownIssuer) {
        TlsFault::Issuer
    } else {
        TlsFault::Other
    }
}
