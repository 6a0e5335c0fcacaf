//! What goes over the wire: a request, a reply, and how the reply travels.

use jiff::Timestamp;

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `HEAD`.
    pub method: String,
    /// The Host header: name and, if it is not 80, port.
    pub host: String,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// All headers as they came; names keep their case.
    pub headers: Vec<(String, String)>,
}

impl Request {
    /// A GET of an absolute `http://` URL; without one, of the path `/` at host `url`.
    pub fn get(url: &str) -> Request {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        Request {
            method: "GET".into(),
            host: host.into(),
            path: format!("/{path}"),
            headers: vec![("host".into(), host.into())],
        }
    }

    /// The same request with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// Whether the client asks only for what has changed.
    pub fn is_conditional(&self) -> bool {
        self.header("if-none-match").is_some() || self.header("if-modified-since").is_some()
    }
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// All headers but Content-Length, Transfer-Encoding and Connection, which follow from body and wire. A
    /// Content-Length given here is sent as it is.
    pub headers: Vec<(String, String)>,
    /// The body; for [`Wire::Endless`], the piece that repeats.
    pub body: Vec<u8>,
    /// How the reply travels.
    pub wire: Wire,
}

impl Reply {
    /// A reply that arrives whole.
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Reply { status, headers, body: body.into(), wire: Wire::Full }
    }

    /// A reply without body and content type, such as 304 or a redirect.
    pub fn bare(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new(), wire: Wire::Full }
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Reply {
        Reply::bare(status).with("location", location)
    }

    /// The same reply with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same reply, traveling in another way.
    #[must_use]
    pub fn over(mut self, wire: Wire) -> Reply {
        self.wire = wire;
        self
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// How a reply travels. In memory the adapter acts it out; over HTTP the socket does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Whole and at once.
    Full,
    /// The connection is reset before a byte of the answer.
    Refused,
    /// The connection is reset after that many bytes of the body.
    Reset {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// Content-Length tells the whole body, the connection is closed in good order after that many bytes of it.
    Truncated {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// Some bytes of the body each second, from the first on.
    SlowDrip {
        /// Bytes sent each second.
        per_second: usize,
    },
    /// The request is read and never answered; the connection stays open.
    Hang,
    /// A chunked body that repeats and never ends.
    Endless,
}

/// A line of a server's log: what was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// `GET` or `HEAD`.
    pub method: String,
    /// The Host header.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Whether only what has changed was asked for.
    pub conditional: bool,
    /// The status answered, also where the wire then lost it.
    pub status: u16,
    /// Bytes of the body answered.
    pub bytes: usize,
    /// The headers that tests ask about, names in lower case: see [`Asked::KEPT`].
    pub headers: Vec<(String, String)>,
    /// The headers of the answer that tests ask about, names in lower case: see [`Asked::TOLD`].
    pub told: Vec<(String, String)>,
    /// Whether the answer travels whole.
    pub arrived: bool,
}

impl Asked {
    /// The request headers that a log keeps.
    pub const KEPT: [&'static str; 8] = [
        "accept",
        "accept-encoding",
        "authorization",
        "cookie",
        "if-modified-since",
        "if-none-match",
        "referer",
        "user-agent",
    ];

    /// The headers of an answer that a log keeps.
    pub const TOLD: [&'static str; 4] = ["cache-control", "etag", "last-modified", "retry-after"];

    /// The log line of a request and its reply.
    pub(crate) fn new(at: Timestamp, request: &Request, reply: &Reply) -> Asked {
        let lower = |(name, value): &(String, String)| (name.to_ascii_lowercase(), value.clone());
        let kept = |(name, _): &(String, String)| Asked::KEPT.contains(&name.as_str());
        let told = |(name, _): &(String, String)| Asked::TOLD.contains(&name.as_str());
        Asked {
            at,
            method: request.method.clone(),
            host: request.host.clone(),
            path: request.path.clone(),
            conditional: request.is_conditional(),
            status: reply.status,
            bytes: reply.body.len(),
            headers: request.headers.iter().map(lower).filter(kept).collect(),
            told: reply.headers.iter().map(lower).filter(told).collect(),
            arrived: reply.wire == Wire::Full,
        }
    }

    /// The first kept header of the answer of that name.
    pub fn told(&self, name: &str) -> Option<&str> {
        find(&self.told, name)
    }

    /// The first kept header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// The first header of that name, whatever its case.
fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
