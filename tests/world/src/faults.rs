//! What can be broken, and how a sound reply becomes a broken one.

use std::sync::OnceLock;

use flate2::{Compress, Compression, Crc, FlushCompress};
use jiff::{SignedDuration, Timestamp};

use crate::wire::{Reply, Request, Wire};

/// A way to be broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset before a byte of the answer.
    Refused,
    /// The connection is reset after that many bytes of the body.
    Reset {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// The body drips.
    SlowDrip {
        /// Bytes each second.
        per_second: usize,
    },
    /// Content-Length promises more than is sent.
    Truncated {
        /// Bytes of the body that are sent.
        after: usize,
    },
    /// The request is never answered.
    Hang,
    /// The body repeats and never ends.
    EndlessBody,
    /// A status with a short page, and `Retry-After` in seconds if there is one.
    Status {
        /// The status, such as 503 or 429.
        status: u16,
        /// Seconds of `Retry-After`.
        retry_after_secs: Option<u64>,
    },
    /// 300 KB of gzip that are 300 MB of spaces.
    GzipBomb,
    /// Two addresses that redirect to each other.
    RedirectLoop,
    /// A redirect (302) to another place, for instance a private address.
    RedirectTo(String),
    /// A page where the feed should be, with status 200.
    HtmlInsteadOfFeed,
    /// The first 60 percent of the body, in good order on the wire.
    FeedCutInTheMiddle,
    /// 512 KB of nested lists around one paragraph.
    NestedTags,
    /// A headline of 5,000 bytes: of the article, or of the newest entry of the feed.
    LongArabicTitle,
    /// `../../etc/passwd` as headline of the article, or as id and headline of the newest entry of the feed.
    TraversalId,
    /// A login page with status 200.
    LoginPage,
    /// The body in windows-1256, still declared as UTF-8.
    WrongCharset,
}

/// What a fault befalls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The feed.
    Feed,
    /// The live-coverage section.
    Listing,
    /// All articles.
    Articles,
    /// The article with that number within its site, from 1 on in order of publication.
    Article(usize),
    /// The address with that path below the base of the site, without query.
    Path(String),
    /// Everything the site has.
    Everything,
}

/// A fault of the plan: where, what, and when (in seconds since the start of the world).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPlan {
    /// The index of the site.
    pub site: usize,
    /// What it befalls.
    pub target: Target,
    /// The fault.
    pub fault: Fault,
    /// The first second of it.
    pub from_secs: u64,
    /// The second when it is over.
    pub until_secs: u64,
}

impl FaultPlan {
    /// Whether it is on at `now` in a world that began at `start`.
    pub(crate) fn is_on(&self, start: Timestamp, now: Timestamp) -> bool {
        let since: SignedDuration = now.duration_since(start);
        let secs = u64::try_from(since.as_secs()).unwrap_or(0);
        (self.from_secs..self.until_secs).contains(&secs)
    }
}

/// What traverses.
pub(crate) const TRAVERSAL: &str = "../../etc/passwd";

/// A headline of 5,000 bytes.
pub(crate) fn long_arabic_title() -> String {
    // Two bytes a letter, one a space: 9 bytes a word.
    let mut title = "خبرٌ ".repeat(5000 / 9);
    while title.len() < 5000 {
        title.push('!');
    }
    title
}

/// The reply after the fault. Faults of headlines are none of the wire and come in where pages are written.
pub(crate) fn spoil(fault: &Fault, request: &Request, base: &str, mut reply: Reply) -> Reply {
    match fault {
        Fault::Refused => reply.over(Wire::Refused),
        Fault::Reset { after } => reply.over(Wire::Reset { after: *after }),
        Fault::SlowDrip { per_second } => reply.over(Wire::SlowDrip { per_second: *per_second }),
        Fault::Truncated { after } => reply.over(Wire::Truncated { after: *after }),
        Fault::Hang => reply.over(Wire::Hang),
        Fault::EndlessBody => reply.over(Wire::Endless),
        Fault::Status { status, retry_after_secs } => {
            let page = format!("<!DOCTYPE html><title>{status}</title><h1>{status}</h1>");
            let reply = Reply::new(*status, "text/html; charset=utf-8", page);
            match retry_after_secs {
                Some(secs) => reply.with("retry-after", &secs.to_string()),
                None => reply,
            }
        }
        Fault::GzipBomb => {
            Reply::new(200, "text/html; charset=utf-8", gzip_bomb()).with("content-encoding", "gzip")
        }
        Fault::RedirectLoop => Reply::redirect(302, &other_end(request, base)),
        Fault::RedirectTo(url) => Reply::redirect(302, url),
        Fault::HtmlInsteadOfFeed => Reply::new(200, "text/html; charset=utf-8", NO_FEED),
        Fault::FeedCutInTheMiddle => {
            reply.body.truncate(reply.body.len() * 6 / 10);
            reply
        }
        Fault::NestedTags => Reply::new(200, "text/html; charset=utf-8", nested_tags()),
        Fault::LoginPage => Reply::new(200, "text/html; charset=utf-8", LOGIN),
        Fault::WrongCharset => {
            reply.body = windows_1256(&String::from_utf8_lossy(&reply.body));
            reply
        }
        Fault::LongArabicTitle | Fault::TraversalId => reply,
    }
}

/// A page where the feed should be.
const NO_FEED: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>We moved</title></head><body><h1>Welcome to our \
new site</h1><p>Our feeds will be back soon.</p></body></html>";

/// A login page.
const LOGIN: &str = "<!DOCTYPE html><html lang=\"en\"><head><title>Sign in</title></head><body><h1>Sign in to go on\
</h1><form action=\"/login\" method=\"post\"><label>E-mail <input name=\"email\" type=\"email\"></label><label>Password \
<input name=\"password\" type=\"password\"></label><button>Sign in</button></form></body></html>";

/// 64,000 lists, each in an item of the one before.
fn nested_tags() -> String {
    let nested = "<ul><li>".repeat(64_000);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><title>Depth</title><body><h1>Depth</h1>{nested}<p>The bottom.</p>"
    )
}

/// The other address of a redirect loop.
fn other_end(request: &Request, base: &str) -> String {
    let below = crate::answer::below_base(&request.path);
    match below.split_once("?loop=1") {
        Some((path, _)) => format!("{base}{path}"),
        None => format!("{base}{below}?loop=1"),
    }
}

/// 300 MB of spaces as about 300 KB of gzip. One megabyte is compressed and closed with a full flush, which lets it
/// be repeated as it is; the check sum is combined in the same way.
fn gzip_bomb() -> Vec<u8> {
    const REPEATS: usize = 300;
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        let megabyte = vec![b' '; 1 << 20];
        let mut block = Vec::with_capacity(1 << 16);
        let mut compress = Compress::new(Compression::best(), false);
        compress.compress_vec(&megabyte, &mut block, FlushCompress::Full).expect("memory is enough");
        let mut piece = Crc::new();
        piece.update(&megabyte);
        let mut whole = Crc::new();
        let mut bomb = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 255];
        for _ in 0..REPEATS {
            bomb.extend_from_slice(&block);
            whole.combine(&piece);
        }
        // An empty last block closes the stream.
        bomb.extend_from_slice(&[3, 0]);
        bomb.extend_from_slice(&whole.sum().to_le_bytes());
        bomb.extend_from_slice(&whole.amount().to_le_bytes());
        bomb
    };
    BOMB.get_or_init(make).clone()
}

/// The upper half of windows-1256, from 0x80 on.
const UPPER_1256: &str = "€پ‚ƒ„…†‡ˆ‰ٹ‹Œچژڈگ‘’“”•–—ک™ڑ›œ\u{200c}\u{200d}ں\u{a0}،¢£¤¥¦§¨©ھ«¬\u{ad}®¯°±²³´µ¶·¸¹؛»¼½¾؟\
ہءآأؤإئابةتثجحخدذرزسشصض×طظعغـفقكàلâمنهوçèéêëىيîï\u{64b}\u{64c}\u{64d}\u{64e}ô\u{64f}\u{650}÷\u{651}ù\u{652}ûü\u{200e}\u{200f}ے";

/// Text in windows-1256; what it lacks becomes a character reference.
fn windows_1256(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match (0x80..=0xFF_u8).zip(UPPER_1256.chars()).find(|(_, upper)| *upper == character) {
            Some((byte, _)) => bytes.push(byte),
            None if character.is_ascii() => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => bytes.extend_from_slice(format!("&#{};", u32::from(character)).as_bytes()),
        }
    }
    bytes
}
