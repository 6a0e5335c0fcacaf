//! What can keep an answer from arriving whole, and what happens next.

use std::{error::Error as StdError, fmt, io, net::IpAddr, time::Duration};

/// The source of an error: the library's own, which knows the details.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why there is no answer. Each names the URL it happened at (which after a redirect is not the one asked
/// for), without credentials.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The clients could not be built.
    #[error("cannot set up the HTTP client")]
    Setup(#[source] Cause),
    /// The URL has no host or cannot be asked for.
    #[error("cannot ask for {url}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        #[source]
        source: Cause,
    },
    /// Neither http nor https.
    #[error("{url} is neither http nor https (hop {hop})")]
    Scheme {
        /// The URL.
        url: String,
        /// 1 for the request's own URL, 2 for the target of its first redirect.
        hop: usize,
    },
    /// An address that is not public and that the request does not allow.
    #[error("{url} leads to the blocked address {address} (hop {hop})")]
    Blocked {
        /// The URL.
        url: String,
        /// The address, or the first of several.
        address: IpAddr,
        /// 1 for the request's own URL, 2 for the target of its first redirect.
        hop: usize,
    },
    /// The request's own [`Admission`](super::Admission) says no.
    #[error("{url} is not to be asked for now")]
    NotAdmitted {
        /// The URL.
        url: String,
    },
    /// The turn at the host did not come in time.
    #[error("the host of {url} is busy with other requests of ours")]
    Busy {
        /// The URL.
        url: String,
    },
    /// A redirect from https to http.
    #[error("{url} redirects from https to {target}")]
    TlsDowngrade {
        /// The URL that redirects.
        url: String,
        /// Where to.
        target: String,
    },
    /// A redirect status without a target that can be read.
    #[error("{url} redirects with status {status} to nowhere")]
    RedirectTarget {
        /// The URL that redirects.
        url: String,
        /// Its status.
        status: u16,
    },
    /// A redirect to a URL already asked on the way.
    #[error("{url} redirects in a circle")]
    RedirectLoop {
        /// The URL that closes the circle.
        url: String,
    },
    /// More redirects than the limit.
    #[error("{url} redirects once more after {limit} redirects")]
    TooManyRedirects {
        /// The URL that redirects once too often.
        url: String,
        /// The limit.
        limit: usize,
    },
    /// The name has no address.
    #[error("cannot resolve the host of {url}")]
    Dns {
        /// The URL.
        url: String,
        /// What the resolver said.
        #[source]
        source: Cause,
    },
    /// Nothing listens there.
    #[error("{url} refuses connections")]
    Refused {
        /// The URL.
        url: String,
        /// What the network said.
        #[source]
        source: Cause,
    },
    /// No connection, for another reason.
    #[error("cannot connect to {url}")]
    Connect {
        /// The URL.
        url: String,
        /// What the network said.
        #[source]
        source: Cause,
    },
    /// The proxy cannot be reached, refuses us, or does not reach the host.
    #[error("the proxy opens no way to {url}")]
    Proxy {
        /// The URL.
        url: String,
        /// What the network or the proxy said.
        #[source]
        source: Cause,
    },
    /// No secure connection.
    #[error("cannot trust {url}: {fault}")]
    Tls {
        /// The URL.
        url: String,
        /// What is wrong.
        fault: TlsFault,
        /// What TLS said.
        #[source]
        source: Cause,
    },
    /// A deadline passed.
    #[error("{url} exceeds the {phase} time of {limit:?}")]
    Timeout {
        /// The URL.
        url: String,
        /// Which deadline.
        phase: TimeoutPhase,
        /// Its length.
        limit: Duration,
    },
    /// The connection ended before the answer did, or the answer is not HTTP.
    #[error("the answer of {url} breaks off")]
    Interrupted {
        /// The URL.
        url: String,
        /// What the connection said.
        #[source]
        source: Cause,
    },
    /// The body exceeds a limit.
    #[error("the body of {url} exceeds {excess} of {limit}")]
    TooLarge {
        /// The URL.
        url: String,
        /// Which limit.
        excess: Excess,
        /// The limit.
        limit: u64,
    },
    /// The body is not what its `Content-Encoding` says, or that coding is not one asked for.
    #[error("cannot decode the body of {url}")]
    Encoding {
        /// The URL.
        url: String,
        /// What the decoder said.
        #[source]
        source: io::Error,
    },
}

/// Which deadline passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeoutPhase {
    /// Resolving, connecting and agreeing on TLS.
    Connect,
    /// Waiting for the next byte.
    Idle,
    /// The whole request.
    Total,
}

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// Out of its time.
    Expired,
    /// For another name.
    Name,
    /// Of an issuer this machine does not trust.
    Issuer,
    /// Anything else about TLS.
    Other,
}

/// Which limit a body exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// Bytes as sent.
    Wire,
    /// Bytes after decoding.
    Decoded,
    /// Decoded bytes for each byte sent.
    Ratio,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It may pass: ask again later.
    RetryAt,
    /// It will not pass: this URL is given up.
    SkipEntry,
    /// The source needs a person before it is polled again.
    SuspendSource,
    /// Nothing can be fetched at all.
    StopDaemon,
}

impl Error {
    /// What happens next.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Setup(_) => Disposition::StopDaemon,
            Self::Url { .. }
            | Self::Scheme { .. }
            | Self::Blocked { .. }
            | Self::TlsDowngrade { .. }
            | Self::TooManyRedirects { .. }
            | Self::TooLarge { .. } => Disposition::SkipEntry,
            // A circle, a lost target and a broken coding are faults of a server's state as often as of
            // its set-up, and certificates get renewed.
            Self::NotAdmitted { .. }
            | Self::Busy { .. }
            | Self::RedirectTarget { .. }
            | Self::RedirectLoop { .. }
            | Self::Dns { .. }
            | Self::Refused { .. }
            | Self::Connect { .. }
            | Self::Proxy { .. }
            | Self::Tls { .. }
            | Self::Timeout { .. }
            | Self::Interrupted { .. }
            | Self::Encoding { .. } => Disposition::RetryAt,
        }
    }

    /// Stable code for logs and counters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Setup(_) => "fetch/setup",
            Self::Url { .. } => "fetch/url",
            Self::Scheme { .. } => "fetch/scheme",
            Self::Blocked { .. } => "fetch/blocked-address",
            Self::NotAdmitted { .. } => "fetch/not-admitted",
            Self::Busy { .. } => "fetch/busy",
            Self::TlsDowngrade { .. } => "fetch/tls-downgrade",
            Self::RedirectTarget { .. } => "fetch/redirect-target",
            Self::RedirectLoop { .. } => "fetch/redirect-loop",
            Self::TooManyRedirects { .. } => "fetch/redirects",
            Self::Dns { .. } => "fetch/dns",
            Self::Refused { .. } => "fetch/refused",
            Self::Connect { .. } => "fetch/connect",
            Self::Proxy { .. } => "fetch/proxy",
            Self::Tls { fault, .. } => fault.code(),
            Self::Timeout { .. } => "fetch/timeout",
            Self::Interrupted { .. } => "fetch/interrupted",
            Self::TooLarge { .. } => "fetch/too-large",
            Self::Encoding { .. } => "fetch/encoding",
        }
    }
}

impl TlsFault {
    /// Stable code: an operator mends each of these elsewhere.
    fn code(self) -> &'static str {
        match self {
            Self::Expired => "fetch/tls-expired",
            Self::Name => "fetch/tls-name",
            Self::Issuer => "fetch/tls-issuer",
            Self::Other => "fetch/tls",
        }
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its certificate is out of date",
            Self::Name => "its certificate is for another name",
            Self::Issuer => "its certificate has an unknown issuer",
            Self::Other => "no secure connection",
        })
    }
}

impl fmt::Display for TimeoutPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connect",
            Self::Idle => "idle",
            Self::Total => "total",
        })
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wire => "the limit on bytes sent",
            Self::Decoded => "the limit on decoded bytes",
            Self::Ratio => "the limit on decoded bytes a byte sent",
        })
    }
}
