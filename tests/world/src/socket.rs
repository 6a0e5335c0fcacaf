//! A small HTTP/1.1 server that can also misbehave: it writes every byte itself, since a sound server library
//! refuses to send a wrong Content-Length or to reset a connection.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::wire::{Reply, Request, Wire};

/// What answers requests.
pub(crate) type Answer = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

/// A request head may have so many bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A listener on 127.0.0.1 and the task that accepts. Dropping it ends the listener and all its connections.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Where it listens.
    pub(crate) addr: SocketAddr,
    /// How many requests are being answered, and were at most.
    gauge: Arc<Gauge>,
    /// The accepting task, which owns the connections.
    tasks: JoinSet<()>,
}

/// Requests being answered at once.
#[derive(Debug, Default)]
struct Gauge {
    /// Now.
    now: AtomicUsize,
    /// At most.
    most: AtomicUsize,
}

/// One request being answered; leaves the gauge when dropped, also by a stop.
struct Busy<'a>(&'a Gauge);

impl<'a> Busy<'a> {
    /// Enters the gauge.
    fn new(gauge: &'a Gauge) -> Busy<'a> {
        let now = gauge.now.fetch_add(1, Ordering::SeqCst) + 1;
        gauge.most.fetch_max(now, Ordering::SeqCst);
        Busy(gauge)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Listener {
    /// Listens on a free port of 127.0.0.1.
    pub(crate) async fn start(answer: Answer) -> Listener {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("loopback has a free port");
        let addr = listener.local_addr().expect("a bound socket has an address");
        let gauge = Arc::new(Gauge::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, answer, Arc::clone(&gauge)));
        Listener { addr, gauge, tasks }
    }

    /// The most requests that were ever answered at the same time.
    pub(crate) fn in_flight_max(&self) -> usize {
        self.gauge.most.load(Ordering::SeqCst)
    }

    /// Ends everything and waits until it has ended.
    pub(crate) async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

/// Takes connections for as long as the task lives.
async fn accept(listener: TcpListener, answer: Answer, gauge: Arc<Gauge>) {
    let mut connections = JoinSet::new();
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let (answer, gauge) = (Arc::clone(&answer), Arc::clone(&gauge));
            // A connection that fails is the client's end of a story the tests look at from the other side.
            connections.spawn(async move { converse(stream, &answer, &gauge).await.ok() });
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Requests and replies on one connection, until one side closes.
async fn converse(mut stream: TcpStream, answer: &Answer, gauge: &Gauge) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut inbox = Vec::new();
    while let Some(request) = read_request(&mut stream, &mut inbox).await? {
        let busy = Busy::new(gauge);
        let reply = answer(&request);
        let keeps = send(&mut stream, &request, &reply).await?;
        drop(busy);
        if !keeps {
            break;
        }
    }
    Ok(())
}

/// The next request; none when the client has closed or sends what is no request. `inbox` keeps what came after it.
async fn read_request(stream: &mut TcpStream, inbox: &mut Vec<u8>) -> io::Result<Option<Request>> {
    loop {
        if let Some(end) = inbox.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = inbox.drain(..end + 4).collect();
            return Ok(parse(&String::from_utf8_lossy(&head)));
        }
        if inbox.len() > HEAD_BYTES_MAX || stream.read_buf(inbox).await? == 0 {
            return Ok(None);
        }
    }
}

/// A request from its head. Bodies are not expected.
fn parse(head: &str) -> Option<Request> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.trim().to_owned());
    let headers: Vec<(String, String)> = lines.filter_map(|line| line.split_once(':')).map(pair).collect();
    let mut request = Request { method, host: String::new(), path, headers };
    request.host = request.header("host").unwrap_or_default().to_owned();
    Some(request)
}

/// Sends a reply the way it travels. Whether the connection is good for another request.
async fn send(stream: &mut TcpStream, request: &Request, reply: &Reply) -> io::Result<bool> {
    let head = head(request, reply);
    let cut = |after: usize| reply.body.split_at(after.min(reply.body.len())).0;
    match reply.wire {
        Wire::Full => {
            let body: &[u8] = if has_body(request, reply) { &reply.body } else { &[] };
            stream.write_all(&[head.as_bytes(), body].concat()).await?;
            let closes =
                request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
            Ok(!closes)
        }
        Wire::Refused => reset(stream),
        Wire::Reset { after } => {
            stream.write_all(&[head.as_bytes(), cut(after)].concat()).await?;
            reset(stream)
        }
        Wire::Truncated { after } => {
            stream.write_all(&[head.as_bytes(), cut(after)].concat()).await?;
            stream.shutdown().await?;
            Ok(false)
        }
        Wire::SlowDrip { per_second } => {
            stream.write_all(head.as_bytes()).await?;
            for drop in reply.body.chunks(per_second.max(1)) {
                stream.write_all(drop).await?;
                sleep(Duration::from_secs(1)).await;
            }
            Ok(true)
        }
        Wire::Hang => {
            while stream.read(&mut [0; 512]).await? > 0 {}
            Ok(false)
        }
        Wire::Endless => endless(stream, &head, &reply.body).await,
    }
}

/// Makes the coming close of the connection a reset.
fn reset(stream: &TcpStream) -> io::Result<bool> {
    stream.set_zero_linger()?;
    Ok(false)
}

/// Sends the body again and again until the client has enough.
async fn endless(stream: &mut TcpStream, head: &str, body: &[u8]) -> io::Result<bool> {
    stream.write_all(head.as_bytes()).await?;
    let piece = if body.is_empty() { b"<p>and on</p>\n" } else { body };
    let piece = piece.repeat(16_384 / piece.len() + 1);
    let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
    loop {
        stream.write_all(&chunk).await?;
    }
}

/// Whether the body of a reply is sent at all.
fn has_body(request: &Request, reply: &Reply) -> bool {
    request.method != "HEAD" && reply.status != 304 && reply.status != 204
}

/// Status line and headers.
fn head(request: &Request, reply: &Reply) -> String {
    let reason = if reply.status == 200 { "OK" } else { "Other" };
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", reply.status);
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n").expect("a String takes all");
    }
    if reply.wire == Wire::Endless {
        head.push_str("transfer-encoding: chunked\r\n");
    } else if has_body(request, reply) && reply.header("content-length").is_none() {
        write!(head, "content-length: {}\r\n", reply.body.len()).expect("a String takes all");
    }
    head + "\r\n"
}
