//! Nothing private is dialed, however it is spelled and however one gets there, and the refusal costs no time.

use crate::{load::runtime, program::Program, report::Figure, setting::Setting};
use anyhow::{Context as _, bail, ensure};
use khabar::io::{
    clock::Clock,
    fetch::{Accept, Fetch as _, Gate, Http, Lookup, Options, Request, follow, is_public},
};
use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread::{JoinHandle, spawn},
    time::Duration,
};
use tokio::time::Instant;
use url::{Host, Url};

/// Spellings of hosts that must not be dialed. Those of loopback come first: they alone would be noticed by a trap,
/// and where one of them is not refused the others are not tried.
#[rustfmt::skip]
const SPELLINGS: [&str; 105] = [
    // This machine: dotted, short, decimal, hexadecimal, octal, mixed.
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.0.0.2", "127.255.255.254", "2130706433", "2130706433.",
    "0x7f000001", "0x7F000001", "0x7f.1", "0x7f.0.1", "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.1", "017700000001",
    "0000000177.0.0.1", "127.0x0.01.1",
    // In full-width, circled and percent-encoded characters, with other dots.
    "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "①②⑦.0.0.1", "%31%32%37.0.0.1", "127%2e0%2e0%2e1",
    // By name.
    "localhost", "LOCALHOST", "localhost.", "LocalHost.LocalDomain", "news.localhost", "ｌｏｃａｌｈｏｓｔ",
    "%6cocalhost", "a.b.localhost.",
    // By the address of no address.
    "0.0.0.0", "0", "0x0", "00", "[::]",
    // In IPv6: loopback, compatible, mapped.
    "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::127.0.0.1]", "[::7f00:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::FFFF:7F00:0001]", "[0:0:0:0:0:ffff:127.0.0.1]",
    // Carried to IPv4: translated, NAT64, 6to4.
    "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[2002:7f00:1::1]",
    // Private, in the same spellings.
    "10.0.0.1", "10.1", "10.255.255.255", "167772161", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.255",
    "0xac100001", "192.168.0.1", "192.168.257", "3232235521", "0300.0250.1", "１９２.１６８.０.１",
    "[::ffff:10.0.0.1]", "[::ffff:c0a8:1]", "[64:ff9b::10.0.0.1]", "[2002:a00:1::1]", "[2002:c0a8:101::1]",
    // Carrier-grade NAT; link-local with the metadata of clouds.
    "100.64.0.1", "100.127.255.255", "169.254.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "[64:ff9b::169.254.169.254]",
    // Protocol assignments, documentation, relays, benchmarks.
    "0.1.2.3", "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
    "203.0.113.9",
    // Multicast, reserved, broadcast.
    "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "4294967295", "[ff02::1]",
    // IPv6 that was never given out, or not to sites.
    "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[febf::1]", "[fec0::1]", "[100::1]", "[2001::1]", "[2001:db8::1]",
    "[3fff::1]", "[64:ff9b:1::1]", "[4000::1]", "[5f00::1]",
];

/// Where the site is that leads to them: an address of loopback that none of them means.
const SITE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);
/// Addresses that the spellings of loopback mean; there the traps are, on the port of the site.
const TRAPS: [&str; 4] = ["127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"];
/// Longest time to a refusal.
const BOUND_MS: f64 = 50.0;

/// Each spelling by each way.
pub(crate) fn measure() -> anyhow::Result<Vec<Figure>> {
    let (site, traps) = Site::start(None)?;
    let cases = cases(site.address.port())?;
    let (runtime, ways) = (runtime()?, Ways::of(&cases, site.address.port())?);
    let (mut dialed, mut slowest) = (0, [Duration::ZERO; 4]);
    for (number, (_, target, _)) in cases.iter().enumerate() {
        let took = runtime.block_on(ways.refusals(number, target))?;
        slowest.iter_mut().zip(took).for_each(|(slowest, took)| *slowest = took.max(*slowest));
        dialed += count(&traps);
        if dialed > 0 {
            break;
        }
    }
    // On a port of its own, where nothing is allowed but what is not asked for: names are refused as they stand.
    let (paper, _more_traps) = Site::start(Some(site.address.port()))?;
    let linked = linked(&paper, cases.len())?;
    dialed += count(&traps);
    #[expect(clippy::cast_precision_loss, reason = "some hundred")]
    let (dialed, asked) = (dialed as f64, (cases.len() * 5) as f64);
    let [direct, redirect, name, turned] = slowest.map(ms);
    Ok(vec![
        Figure::bounded("private addresses: connections", dialed, "", 0.0),
        Figure::told("  cases: each spelling by five ways", asked, ""),
        Figure::bounded("  slowest refusal: its URL", direct, "ms", BOUND_MS),
        Figure::bounded("  behind a redirect, both requests", redirect, "ms", BOUND_MS),
        Figure::bounded("  a name that has the address", name, "ms", BOUND_MS),
        Figure::bounded("  a name that turns to it", turned, "ms", BOUND_MS),
        Figure::bounded("  a link of a feed, with robots.txt and a page", ms(linked), "ms", BOUND_MS),
    ])
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A spelling, a URL with it, and the address it means.
type Case = (&'static str, Url, IpAddr);

/// The URLs of all spellings, and a proof that none of them would be dialed in good faith.
fn cases(port: u16) -> anyhow::Result<Vec<Case>> {
    let case = |(number, spelling): (usize, &&'static str)| {
        let url = Url::parse(&format!("http://{spelling}:{port}/{number}")).context(*spelling)?;
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) | None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        ensure!(!is_public(address), "{spelling} means {address}, which may be dialed");
        Ok((*spelling, url, address))
    };
    SPELLINGS.iter().enumerate().map(case).collect()
}

/// Who asks.
struct Ways {
    port: u16,
    /// Each name is this machine's.
    local: Http,
    /// The name `case-<n>.example` has the address of the `n`-th case.
    named: Http,
    /// It has that of the site when it is looked up first.
    turning: Http,
}

impl Ways {
    fn of(cases: &[Case], port: u16) -> anyhow::Result<Self> {
        let addresses: Arc<[IpAddr]> = cases.iter().map(|(_, _, address)| *address).collect();
        let of_name = move |name: &str| {
            let number = name.trim_start_matches("case-").trim_end_matches(".example").parse::<usize>();
            number.ok().and_then(|number| addresses.get(number)).copied().into_iter().collect::<Vec<_>>()
        };
        let (for_turning, asked) = (of_name.clone(), Mutex::new(BTreeSet::new()));
        let turning = move |name: &str| {
            let is_first = asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
            if is_first { vec![SITE.into()] } else { for_turning(name) }
        };
        Ok(Self {
            port,
            local: http(|_| vec![Ipv4Addr::LOCALHOST.into()])?,
            named: http(of_name)?,
            turning: http(turning)?,
        })
    }

    /// Times to the refusals of a case: its URL, a redirect to it, a name that has its address, and a name that had
    /// an allowed one before.
    async fn refusals(&self, number: usize, target: &Url) -> anyhow::Result<[Duration; 4]> {
        let allow: Arc<[SocketAddr]> = Arc::new([SocketAddr::new(SITE.into(), self.port)]);
        let request = |host: &str, path: &str| {
            let url = Url::parse(&format!("http://{host}:{}{path}", self.port))?;
            anyhow::Ok(Request { allow: Arc::clone(&allow), ..Request::new(url, Accept::Page) })
        };
        let direct = refused(&self.local, Request::new(target.clone(), Accept::Feed)).await?;
        let redirected = request(&SITE.to_string(), &format!("/to/{number}"))?;
        let redirected = refused(&self.local, redirected).await?;
        let name = format!("case-{number}.example");
        let named = refused(&self.named, request(&name, "/")?).await?;
        let first = self.turning.get(request(&name, "/")?).await?;
        ensure!(first.status == 200, "the name did not lead to the site");
        let turned = refused(&self.turning, request(&name, "/")?).await?;
        Ok([direct, redirected, named, turned])
    }
}

/// A fetcher to which names have these addresses.
fn http(lookup: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> anyhow::Result<Http> {
    let (clock, lookup): (_, Lookup) = (Clock::system(), Arc::new(lookup));
    let options = Options { host_gap: Duration::ZERO, ..Options::default() };
    Ok(Http::with_lookup(options, clock.clone(), Arc::new(Gate::new(clock)), lookup)?)
}

/// Time until a request is refused for its address.
async fn refused(http: &Http, request: Request) -> anyhow::Result<Duration> {
    let (url, asked) = (request.url.clone(), Instant::now());
    match follow(http, request).await {
        Err(error) if error.code() == "fetch/blocked-address" => Ok(asked.elapsed()),
        Err(error) => Err(anyhow::Error::from(error).context(format!("{url} failed for another reason"))),
        Ok(response) => bail!("{url} answered with {}", response.status),
    }
}

/// One run over a feed whose items link to all cases, and between them to pages of the site: the longest time from
/// one of those pages to the next, which is that of a refusal and more.
fn linked(site: &Site, links: usize) -> anyhow::Result<Duration> {
    let host = site.address;
    let source = format!(
        "[[source]]\nid = \"paper\"\nallow_private = [\"{host}\"]\n\n[[source.feed]]\nurl = \"http://{host}/feed\"\n"
    );
    let setting = Setting::new("", [("paper.toml".to_owned(), source)])?;
    Program::start(&setting, &["--once", "--json"])?.finish()?;
    let refused = setting.teasers("paper", "fetch/blocked-address")?;
    ensure!(refused == links, "{refused} of {links} links were refused");
    let marks = site.marks.lock().unwrap_or_else(PoisonError::into_inner).clone();
    ensure!(marks.len() == links + 1, "{} pages between them were asked for", marks.len());
    Ok(marks.array_windows().map(|[from, to]| *to - *from).max().unwrap_or_default())
}

/// When the pages between the links were asked for.
type Marks = Arc<Mutex<Vec<Instant>>>;

/// A site that redirects to every case, lists them in a feed, and answers anything else.
struct Site {
    address: SocketAddr,
    marks: Marks,
    _thread: JoinHandle<()>,
}

impl Site {
    /// A site on a free port, and traps on the same port of the addresses that loopback's spellings mean. It leads to
    /// another port, or else to its own.
    fn start(to: Option<u16>) -> anyhow::Result<(Self, Vec<TcpListener>)> {
        let listener = TcpListener::bind((SITE, 0))?;
        let address = listener.local_addr()?;
        let trap = |host: &&str| {
            let trap = TcpListener::bind((host.parse::<IpAddr>().ok()?, address.port())).ok()?;
            trap.set_nonblocking(true).ok().map(|()| trap)
        };
        // Where the machine has no IPv6 there is nothing to dial.
        let traps: Vec<TcpListener> = TRAPS.iter().filter_map(trap).collect();
        ensure!(traps.len() + 1 >= TRAPS.len(), "the traps are not all set");
        let to = to.unwrap_or(address.port());
        let feed = feed(address, to);
        let marks = Marks::default();
        let marking = Arc::clone(&marks);
        let serve = move || {
            for stream in listener.incoming().flatten() {
                // A connection that fails is noticed where the answer is missing.
                drop(answer(stream, (to, &feed), &marking));
            }
        };
        Ok((Self { address, marks, _thread: spawn(serve) }, traps))
    }
}

/// A feed of links to all cases, each between two pages of the site.
fn feed(site: SocketAddr, port: u16) -> String {
    let item = |kind: &str, number: usize, link: String| {
        format!("<item><title>{kind} {number} opens</title><link>http://{link}</link></item>")
    };
    let mark = |number| item("Ferry", number, format!("{site}/mark/{number}"));
    let case = |(number, spelling): (usize, &&str)| {
        item("Bridge", number, format!("{spelling}:{port}/{number}")) + &mark(number + 1)
    };
    let items: String = SPELLINGS.iter().enumerate().map(case).collect();
    crate::load::feed(&site.to_string(), "town", &(mark(0) + &items))
}

/// Answers one request and closes.
fn answer(mut stream: TcpStream, (port, feed): (u16, &str), marks: &Marks) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let (mut head, mut read) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut read)? {
            0 => return Ok(()),
            length => head.extend_from_slice(read.get(..length).unwrap_or_default()),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default();
    let (status, more, body) = if path == "/feed" {
        ("200 OK", "content-type: text/xml\r\n".to_owned(), feed)
    } else if let Some(number) = path.strip_prefix("/to/") {
        let number = number.parse().unwrap_or(usize::MAX);
        let spelling = SPELLINGS.get(number).copied().unwrap_or_default();
        ("302 Found", format!("location: http://{spelling}:{port}/{number}\r\n"), "")
    } else {
        if path.starts_with("/mark/") {
            marks.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        }
        ("200 OK", "content-type: text/html\r\n".to_owned(), "a page")
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{more}\r\n{body}")
}

/// Connections that wait in traps.
fn count(traps: &[TcpListener]) -> usize {
    traps.iter().map(|trap| std::iter::from_fn(|| trap.accept().ok()).count()).sum()
}
