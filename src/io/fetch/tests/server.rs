//! A server on 127.0.0.1 that says exactly what a test wants, in threads of its own. No sleeps: whoever
//! must wait, waits for the other side.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What the server does once it has read a request's head.
pub(super) enum Act {
    /// Sends this and stays open for another request.
    Send(Vec<u8>),
    /// Sends this and closes.
    SendAndClose(Vec<u8>),
    /// Sends the first once, then the second until nobody listens.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends this and then nothing, until nobody listens.
    Hang(Vec<u8>),
}

/// The server.
pub(super) struct Server {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// The heads of all requests, in order.
    pub(super) heads: Arc<Mutex<Vec<String>>>,
    /// Connections accepted.
    pub(super) accepted: Arc<AtomicUsize>,
}

impl Server {
    /// Serves each request, given its head, as `answer` says.
    pub(super) fn new(answer: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    /// The same, where `listener` listens.
    pub(super) fn on(listener: TcpListener, answer: impl Fn(&str) -> Act + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().unwrap();
        let (heads, accepted, answer) = (Arc::default(), Arc::<AtomicUsize>::default(), Arc::new(answer));
        let server = Self { address, heads: Arc::clone(&heads), accepted: Arc::clone(&accepted) };
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (answer, heads) = (Arc::clone(&answer), Arc::clone(&heads));
                thread::spawn(move || serve(stream, &*answer, &heads));
            }
        });
        server
    }

    /// A URL on this server.
    pub(super) fn url(&self, path: &str) -> url::Url {
        super::url(&format!("http://{}{path}", self.address))
    }

    /// The heads so far.
    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Serves one connection until either side is done.
fn serve(mut stream: TcpStream, answer: &(impl Fn(&str) -> Act + ?Sized), heads: &Mutex<Vec<String>>) {
    while let Some(head) = read_head(&mut stream) {
        heads.lock().unwrap().push(head.clone());
        match answer(&head) {
            Act::Send(bytes) => {
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
            Act::SendAndClose(bytes) => {
                let _ended = stream.write_all(&bytes).and_then(|()| stream.shutdown(Shutdown::Both));
                return;
            }
            Act::Endless(first, again) => {
                let mut sent = stream.write_all(&first);
                while sent.is_ok() {
                    sent = stream.write_all(&again);
                }
                return;
            }
            Act::Hang(bytes) => {
                let _ended = stream.write_all(&bytes).and_then(|()| stream.read(&mut [0]).map(drop));
                return;
            }
        }
    }
}

/// One request's head, up to its empty line.
pub(super) fn read_head(stream: &mut impl Read) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// The path of a request's head.
pub(super) fn path(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}

/// The value of a header in a request's head.
pub(super) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// An answer with a length.
pub(super) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A redirect.
pub(super) fn redirect(location: &str) -> Act {
    Act::Send(answer("302 Found", &format!("Location: {location}\r\n"), b""))
}
