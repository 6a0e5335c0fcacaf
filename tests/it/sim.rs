//! The daemon in virtual time: days of a simulated world in seconds, with faults and then without. In the end every
//! entry is published, nothing is there that no one wrote, and one seed gives one run.
//!
//! `KHABAR_SIM_SEED` chooses the one seed to run; a failure prints its own.

use crate::support::{Place, Swept};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use khabar::{
    daemon::{self, Control, Summary},
    io::{
        clock::Clock,
        fetch::{Accept, Error, Excess, Fetch, Hop, Request, Response, TimeoutPhase, Validators},
        publish::Line,
    },
    judges::{dedup::near, render::Format},
    model::{Article, Completeness, Fingerprint, Outcome},
};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};
use url::Url;
use world::{Card, Fault, Plan, Reply, Target, TrueArticle, Wire, World};

/// Answers of a world in memory, acted out as the real network side would tell of them: statuses, redirects,
/// validators, and the faults of the wire as its errors. Addresses and limits of bodies are the business of the real one.
#[derive(Debug)]
struct Memory {
    world: Arc<World>,
    clock: Clock,
    /// Requests by host, each with when it began.
    asked: Mutex<BTreeMap<String, Vec<Timestamp>>>,
    /// Requests that are on their way, by host, and how many came while another was.
    busy: Mutex<(BTreeMap<String, u32>, usize)>,
}

/// How long the network waits for a byte.
const IDLE: Duration = Duration::from_secs(10);
/// Redirects followed.
const HOPS_MAX: usize = 5;

impl Memory {
    async fn answer(&self, request: Request) -> Result<Response, Error> {
        let mut hops = Vec::new();
        let mut url = request.url.clone();
        loop {
            let reply = self.ask(&url, &request).await;
            let text = url.to_string();
            let broken = || io::Error::from(io::ErrorKind::ConnectionReset).into();
            match reply.wire {
                Wire::Full => {}
                Wire::Refused => return Err(Error::Refused { url: text, source: broken() }),
                Wire::Reset { .. } | Wire::Truncated { .. } => {
                    return Err(Error::Interrupted { url: text, source: broken() });
                }
                Wire::Hang | Wire::SlowDrip { .. } => {
                    self.clock.sleep(IDLE).await;
                    return Err(Error::Timeout { url: text, phase: TimeoutPhase::Idle, limit: IDLE });
                }
                Wire::Endless => {
                    return Err(Error::TooLarge { url: text, excess: Excess::Decoded, limit: 16 << 20 });
                }
            }
            if reply.header("content-encoding").is_some() {
                // Only the bomb comes packed, as nothing here asks for that.
                return Err(Error::TooLarge { url: text, excess: Excess::Ratio, limit: 200 });
            }
            let Some(location) = reply.header("location").filter(|_| (300..304).contains(&reply.status))
            else {
                return Ok(response(&request, url, hops, reply));
            };
            let next = url.join(location).unwrap();
            hops.push(Hop { url, status: reply.status });
            if hops.iter().any(|hop| hop.url == next) {
                return Err(Error::RedirectLoop { url: next.to_string() });
            }
            if hops.len() > HOPS_MAX {
                return Err(Error::TooManyRedirects { url: next.to_string(), limit: HOPS_MAX });
            }
            url = next;
        }
    }

    /// One question, which takes between a twentieth of a second and two seconds, depending on what is asked and when.
    async fn ask(&self, url: &Url, request: &Request) -> Reply {
        let now = self.clock.now();
        let host = url.host_str().unwrap().to_owned();
        self.asked.lock().unwrap().entry(host.clone()).or_default().push(now);
        self.enter(&host);
        let Fingerprint(dice) = Fingerprint::of([url.as_str(), &now.to_string()]);
        let takes = 50 + u64::from(u16::from_le_bytes([dice[0], dice[1]])) % 1950;
        self.clock.sleep(Duration::from_millis(takes)).await;
        let mut asked = world::Request::get(url.as_str());
        let sent = request.validators.of.as_ref().unwrap_or(&request.url) == url;
        let text = |bytes: &Option<Vec<u8>>| {
            bytes.clone().filter(|_| sent).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        if let Some(etag) = text(&request.validators.etag) {
            asked = asked.with("if-none-match", &etag);
        }
        if let Some(date) = text(&request.validators.last_modified) {
            asked = asked.with("if-modified-since", &date);
        }
        self.busy.lock().unwrap().0.insert(host, 0);
        let accept = match request.accept {
            Accept::Feed => "application/rss+xml",
            Accept::Page => "text/html",
            Accept::Robots => "text/plain",
        };
        self.world.answer(&asked.with("accept", accept), self.clock.now())
    }
}

impl Memory {
    /// A request sets off to a host, where none may be on its way.
    fn enter(&self, host: &str) {
        let (busy, overlapping) = &mut *self.busy.lock().unwrap();
        let on_their_way = busy.entry(host.to_owned()).or_default();
        *overlapping += usize::from(*on_their_way > 0);
        *on_their_way += 1;
    }
}

impl Fetch for Memory {
    fn get(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
        Box::pin(self.answer(request))
    }
}

/// The answer of the network side to a request that led to a reply.
pub(crate) fn response(request: &Request, url: Url, hops: Vec<Hop>, reply: Reply) -> Response {
    let bytes = |name: &str| reply.header(name).map(|value| value.as_bytes().to_vec());
    let of = (url != request.url).then(|| url.clone());
    let mime = reply.header("content-type").unwrap_or_default();
    let (mime, charset) = mime.split_once("; charset=").map_or((mime, None), |(mime, set)| (mime, Some(set)));
    Response {
        status: reply.status,
        validators: Validators { etag: bytes("etag"), last_modified: bytes("last-modified"), of },
        content_type: Some(mime.to_owned()).filter(|mime| !mime.is_empty()),
        charset: charset.map(str::to_owned),
        retry_after: reply.header("retry-after").map(|secs| Duration::from_secs(secs.parse().unwrap())),
        max_age: reply
            .header("cache-control")
            .and_then(|value| Some(Duration::from_secs(value.strip_prefix("max-age=")?.parse().unwrap()))),
        onward: None,
        marks: Vec::new(),
        links: Vec::new(),
        wire_bytes: reply.body.len() as u64,
        body: if matches!(reply.status, 204 | 304 | 400..) { Vec::new() } else { reply.body },
        url,
        hops,
    }
}

/// How often doors are polled.
const INTERVAL: Duration = Duration::from_mins(30);

/// What days came to.
pub(crate) struct Days {
    world: Arc<World>,
    summary: Summary,
    swept: Swept,
    asked: BTreeMap<String, Vec<Timestamp>>,
    counts: BTreeMap<String, u64>,
    end: Timestamp,
}

/// Runs the daemon on a world for so many virtual hours.
async fn days(world: World, hours: i64) -> Days {
    let days = Simulated::new(world).run(hours).await;
    days.check();
    days
}

/// A world, a place and a clock, for one daemon after the other.
pub(crate) struct Simulated {
    world: Arc<World>,
    pub(crate) place: Place,
    clock: Clock,
    memory: Arc<Memory>,
}

impl Simulated {
    pub(crate) fn new(world: World) -> Self {
        let seconds = INTERVAL.as_secs();
        let settings = format!(
            "[schedule]\ninterval_secs = {seconds}\nfeed_floor_secs = {seconds}\nceiling_secs = {}\n",
            4 * seconds
        );
        Self::with(&settings, world)
    }

    /// The same with other settings.
    fn with(settings: &str, world: World) -> Self {
        let world = Arc::new(world);
        let place = Place::of_world(settings, &world, &world.bases()).in_all_formats();
        let clock = Clock::simulated(world.plan().start);
        let (asked, busy) = Default::default();
        let memory = Arc::new(Memory { world: Arc::clone(&world), clock: clock.clone(), asked, busy });
        Self { world, place, clock, memory }
    }

    /// A daemon and the way to give it orders.
    fn daemon(&self) -> (tokio::sync::mpsc::Sender<Control>, daemon::Setup) {
        let memory = Arc::clone(&self.memory);
        let fetch: daemon::MakeFetch = Arc::new(move |_| Ok(Arc::clone(&memory) as Arc<dyn Fetch>));
        self.place.setup_with(fetch, self.clock.clone(), |_step| {})
    }

    /// Lets a daemon run for so many hours.
    pub(crate) async fn run(&self, hours: i64) -> Days {
        self.run_with(hours, async |_orders| {}).await
    }

    /// Lets a daemon run for so many hours while `meanwhile` gives it orders.
    async fn run_with(
        &self,
        hours: i64,
        meanwhile: impl AsyncFnOnce(&tokio::sync::mpsc::Sender<Control>),
    ) -> Days {
        let (orders, setup) = self.daemon();
        let observer = Arc::clone(&setup.observer);
        let until = self.clock.instant() + Duration::from_secs(u64::try_from(hours * 3600).unwrap());
        let stop = async {
            meanwhile(&orders).await;
            self.clock.sleep_until(until).await;
            orders.send(Control::Stop("the days are over".to_owned())).await.unwrap();
        };
        let (summary, ()) = tokio::join!(daemon::run(setup), stop);
        Days {
            world: Arc::clone(&self.world),
            summary: summary.unwrap(),
            swept: self.place.sweep(),
            asked: self.memory.asked.lock().unwrap().clone(),
            counts: observer.counts(),
            end: self.clock.now(),
        }
    }
}

impl Days {
    /// What holds at any time and with any fault.
    fn check(&self) {
        for (id, source) in self.summary.sources() {
            assert!(source.tally.is_whole(), "{id}: {:?}", source.tally);
        }
        let total = self.summary.total();
        for outcome in Outcome::ALL {
            let counted = self.counts.get(&format!("entry.{}", outcome.name())).copied().unwrap_or_default();
            assert_eq!(counted, total.ended(outcome), "{}", outcome.name());
        }
        assert_eq!(self.counts.get("panicked"), None, "a panic");
        assert_eq!(self.counts.get("storage_failed"), None, "storage failed");
        let published = self.swept.events("article.new").count();
        let copies = self.swept.events("duplicate.linked").filter(|line| {
            let text = |key| line.data.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
            let is_joined =
                text("relation").is_some_and(|relation| relation == "duplicate" || relation == "copy");
            is_joined && text("source") != line.source
        });
        let copies = copies.count();
        assert_eq!(
            published as u64 - copies as u64,
            total.ended(Outcome::Published),
            "articles and their events"
        );
        assert_eq!(
            self.swept.events("article.revised").count() as u64,
            total.ended(Outcome::Updated),
            "revisions"
        );
        self.nothing_is_made_up();
        self.no_door_is_asked_too_often();
    }

    fn truth(&self) -> Vec<TrueArticle> {
        self.world.truth(self.end)
    }

    /// Each article that was had from its page is one that was written, at one of its addresses, in one of its texts.
    fn nothing_is_made_up(&self) {
        let truth = self.truth();
        for (path, article) in &self.swept.articles {
            let written = find(&truth, article).unwrap_or_else(|| panic!("no one wrote {path}"));
            if article.completeness == Completeness::Teaser {
                continue;
            }
            let is_text = written.revisions.iter().any(|revision| {
                revision.title == article.title
                    && revision.paragraphs().iter().all(|text| article.text.contains(text.as_str()))
            });
            assert!(is_text, "{path} is no text of {}", written.url);
        }
    }

    /// Between two requests for a door lies its interval.
    fn no_door_is_asked_too_often(&self) {
        let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
        for asked in self.world.log() {
            let door = ["/rss.xml", "/atom.xml", "/feed.json"].contains(&asked.path.as_str());
            let Some(before) =
                last.insert(format!("{}{}", asked.host, asked.path), asked.at).filter(|_| door)
            else {
                continue;
            };
            let gap = asked.at.duration_since(before);
            // Where the wire failed, back-off begins with a minute; and the faults end some time.
            let faults_may_last = self.world.plan().start.as_second() + FAULTY_HOURS.cast_signed() * 3600;
            let is_faulty = !self.world.plan().faults.is_empty() && asked.at.as_second() < faults_may_last;
            let least = if is_faulty { 60 } else { INTERVAL.as_secs().cast_signed() };
            // An answer takes up to two seconds here, which is not counted.
            assert!(gap.as_secs() >= least - 2, "{}{}: {gap:?}", asked.host, asked.path);
        }
        let count: usize = self.asked.values().map(Vec::len).sum();
        assert!(count > 0, "nothing was asked");
    }

    /// Every article that is still there is published whole.
    fn all_is_published(&self) {
        for wanted in self.truth().iter().filter(|article| !article.deleted) {
            let found: Vec<&Article> =
                self.swept.of(&wanted.site_id).filter(|article| is(wanted, article)).collect();
            let [article] = found.as_slice() else { panic!("{} is there {} times", wanted.url, found.len()) };
            assert_eq!(article.completeness, Completeness::Full, "{}: {:?}", wanted.url, article.warnings);
        }
    }
}

/// Whether an article is the one that was written.
fn is(wanted: &TrueArticle, article: &Article) -> bool {
    let addresses = [&wanted.url, &wanted.first_url].map(|url| Url::parse(url).unwrap().to_string());
    let mut own = article.url.iter().chain(&article.alt_urls);
    article.source.as_ref() == Some(&wanted.site_id) && own.any(|url| addresses.contains(url))
}

fn find<'a>(truth: &'a [TrueArticle], article: &Article) -> Option<&'a TrueArticle> {
    truth.iter().find(|wanted| is(wanted, article))
}

/// The address of the article that this one is a copy of, over any number of copies; its own where it is none.
fn root<'a>(truth: &'a [TrueArticle], article: &'a TrueArticle) -> &'a str {
    match article.copy_of {
        Some(original) => root(truth, &truth[original]),
        None => &article.first_url,
    }
}

/// The seeds to run: those given, or the one of the environment.
fn seeds(fixed: &[u64]) -> Vec<u64> {
    match std::env::var("KHABAR_SIM_SEED") {
        Ok(seed) => vec![seed.parse().expect("KHABAR_SIM_SEED is a number")],
        Err(_) => fixed.to_vec(),
    }
}

/// Runs something on a paused clock, for each seed; a failure prints the seed.
fn for_seeds<F: Future<Output = ()>>(fixed: &[u64], run: impl Fn(u64) -> F) {
    struct Told(u64);
    impl Drop for Told {
        fn drop(&mut self) {
            if std::thread::panicking() {
                println!("failed with KHABAR_SIM_SEED={}", self.0);
            }
        }
    }
    for seed in seeds(fixed) {
        let _told = Told(seed);
        virtual_time().block_on(run(seed));
    }
}

/// A runtime of one thread whose clock stands still but when there is nothing to do.
fn virtual_time() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Hours in which things break.
const FAULTY_HOURS: u64 = 10;

/// A world in which everything breaks somewhere, for some hours.
fn faulty(seed: u64) -> World {
    let faults = [
        (Target::Feed, Fault::Status { status: 503, retry_after_secs: Some(900) }),
        (Target::Everything, Fault::Refused),
        (Target::Articles, Fault::Hang),
        (Target::Articles, Fault::Status { status: 500, retry_after_secs: None }),
        (Target::Feed, Fault::FeedCutInTheMiddle),
        (Target::Articles, Fault::Reset { after: 300 }),
        (Target::Feed, Fault::HtmlInsteadOfFeed),
        (Target::Listing, Fault::RedirectLoop),
        (Target::Everything, Fault::Truncated { after: 100 }),
        (Target::Articles, Fault::Status { status: 429, retry_after_secs: Some(3600) }),
        (Target::Feed, Fault::GzipBomb),
    ];
    let mut plan = Plan {
        hours: 30,
        sites: 6,
        articles_at_start: 4,
        articles_per_hour: 0.6,
        share_deleted: 0.0,
        share_moved: 0.0,
        ..Plan::small()
    };
    for (at, (target, fault)) in faults.into_iter().enumerate() {
        let at = u64::try_from(at).unwrap();
        let site = usize::try_from((seed + at) % 6).unwrap();
        // The entries of a page that cannot be had are given up after some hours: each fault is shorter than that.
        let from = (seed * 7 + at * 53) % (FAULTY_HOURS - 3) * 3600;
        plan = plan.with_fault_between(site, target, fault, (from, from + 2 * 3600));
    }
    World::new(seed, plan)
}

#[test]
fn after_the_faults_every_entry_is_published_whole() {
    for_seeds(&[1, 2], |seed| async move {
        let days = days(faulty(seed), 40).await;
        days.all_is_published();
        assert!(days.counts.get("poll_failed").is_some_and(|count| *count > 0), "nothing failed");
        assert!(days.summary.total().ended(Outcome::Deferred) > 0, "nothing was put off");
    });
}

#[test]
fn edits_are_kept_as_revisions_and_copies_name_their_original() {
    for_seeds(&[4], |seed| async move {
        let plan = Plan {
            hours: 30,
            share_edited: 0.6,
            share_copied: 0.4,
            share_moved: 0.0,
            share_deleted: 0.0,
            edit_after_secs: (3600, 20_000),
            ..Plan::small()
        };
        let days = days(World::new(seed, plan), 40).await;
        days.all_is_published();
        let truth = days.truth();
        let (mut revised, mut copies) = (0, 0);
        for article in days.swept.articles.values() {
            let written = find(&truth, article).unwrap();
            for number in 1..article.revision {
                let old = &days.swept.revisions[&(article.id.clone(), number)];
                let at = written.revisions.iter().position(|revision| revision.title == old.title);
                assert!(at.is_some(), "{}: revision {number} is no text of it", written.url);
                revised += 1;
            }
            let bond = article.duplicate.as_ref();
            if let Some(of) = bond.filter(|bond| near::is_joined(bond.relation)) {
                copies += 1;
                let original =
                    days.swept.articles.values().find(|other| other.id == of.of).expect("the original");
                assert_ne!(original.source, article.source);
                let other = find(&truth, original).unwrap();
                assert_eq!(
                    root(&truth, other),
                    root(&truth, written),
                    "{} is no copy of {}",
                    written.url,
                    other.url
                );
            }
        }
        assert!(revised > 5 && copies > 5, "{revised} revisions, {copies} copies");
        // Where the feed tells of edits, the newest text is there.
        let tells = |article: &&TrueArticle| days.world.sites()[article.site].feed != world::FeedKind::Rss;
        for wanted in truth.iter().filter(tells) {
            let article = days.swept.of(&wanted.site_id).find(|article| is(wanted, article)).unwrap();
            assert_eq!(article.title, wanted.title, "{}", wanted.url);
            assert!(
                wanted.paragraphs.iter().all(|text| article.text.contains(text.as_str())),
                "{}",
                wanted.url
            );
        }
    });
}

/// A world whose articles move and vanish.
fn moving(seed: u64, share_edited: f64) -> World {
    let plan = Plan {
        hours: 24,
        share_edited,
        share_moved: 0.5,
        share_deleted: 0.2,
        share_copied: 0.0,
        ..Plan::small()
    };
    World::new(seed, plan)
}

#[test]
fn an_article_that_moves_stays_one_article() {
    for_seeds(&[6], |seed| async move {
        let days = days(moving(seed, 0.0), 30).await;
        for wanted in &days.truth() {
            let found = days.swept.of(&wanted.site_id).filter(|article| is(wanted, article)).count();
            // One that was taken down between two looks was never seen.
            assert!(found == 1 || found == 0 && wanted.deleted, "{} is there {found} times", wanted.url);
        }
    });
}

#[test]
fn an_article_that_is_edited_and_moves_has_each_address_once() {
    // A section names its articles by their addresses: one that says something else at another address is taken for
    // another article. The sweep proves that no address is there twice.
    for_seeds(&[7], |seed| async move {
        let days = days(moving(seed, 0.8), 30).await;
        for wanted in days.truth().iter().filter(|article| !article.deleted) {
            assert!(
                days.swept.of(&wanted.site_id).any(|article| is(wanted, article)),
                "{} is lost",
                wanted.url
            );
        }
    });
}

#[test]
fn restarts_at_any_time_lose_nothing() {
    for_seeds(&[9], |seed| async move {
        let simulated = Simulated::new(faulty(seed));
        let wide = |at: u64| Duration::from_secs(100 + (seed * 7919 + at * 4057) % 3000);
        for at in 0..24 {
            let (orders, setup) = simulated.daemon();
            let stop = async {
                simulated.clock.sleep(wide(at)).await;
                orders.send(Control::Stop("a restart".to_owned())).await.unwrap();
            };
            let (summary, ()) = tokio::join!(daemon::run(setup), stop);
            let summary = summary.unwrap();
            assert!(summary.total().is_whole(), "{:?}", summary.total());
            simulated.place.sweep();
        }
        let days = simulated.run(36).await;
        days.all_is_published();
        days.nothing_is_made_up();
        days.no_door_is_asked_too_often();
    });
}

#[test]
fn reloads_at_any_time_lose_nothing_and_ask_nobody_too_often() {
    for_seeds(&[10], |seed| async move {
        let simulated = Simulated::new(faulty(seed));
        let days = simulated
            .run_with(40, async |orders| {
                for at in 0..60 {
                    simulated.clock.sleep(Duration::from_secs(60 + (seed * 104_729 + at * 997) % 900)).await;
                    orders.send(Control::Reload).await.unwrap();
                }
            })
            .await;
        days.check();
        days.all_is_published();
        assert_eq!(days.counts["reloaded"], 60);
    });
}

#[test]
fn a_wait_outlasts_a_restart() {
    virtual_time().block_on(async {
        let simulated = Simulated::new(one_page_down(5400));
        let first = simulated.run(1).await;
        assert_eq!(first.swept.events("article.deferred").count(), 1);
        let second = simulated.run(10).await;
        second.all_is_published();
        assert_eq!(second.swept.events("article.deferred").count(), 1);
        // Minutes 0, 1, 6 and 26, then after an hour; those that passed while it was not running are not made up for.
        let site = &second.world.sites()[1].id;
        let host = format!("{site}.test");
        let pages = second.world.log();
        let failed = pages.iter().filter(|asked| asked.host == host && asked.status == 503).count();
        assert_eq!(failed, 4);
    });
}

/// A lively week in which some sites are busy, some say how long they are fresh, and all would set cookies.
fn week(seed: u64) -> World {
    let busy = |retry_after_secs| Fault::Status { status: 503, retry_after_secs: Some(retry_after_secs) };
    let too_many = Fault::Status { status: 429, retry_after_secs: Some(5400) };
    let plan = Plan {
        hours: 7 * 24,
        articles_per_hour: 0.4,
        share_edited: 0.4,
        max_age_secs: 4500,
        cookies: true,
        ..Plan::small()
    };
    let day = |day: u64, hours: u64| (day * 86_400, day * 86_400 + hours * 3600);
    let plan = plan
        .with_fault_between(1, Target::Feed, busy(7200), day(1, 5))
        .with_fault_between(2, Target::Articles, too_many.clone(), day(2, 4))
        .with_fault_between(3, Target::Everything, too_many, day(3, 3))
        .with_fault_between(4, Target::Everything, Fault::Hang, day(4, 6))
        .with_fault_between(
            5,
            Target::Everything,
            Fault::Status { status: 500, retry_after_secs: None },
            day(5, 9),
        );
    World::new(seed, plan)
}

#[test]
fn a_week_of_polls_leaves_publishers_nothing_to_complain_about() {
    for_seeds(&[11], |seed| async move {
        let simulated = Simulated::with("", week(seed));
        // A restart a day, as an upgrade would make.
        for _ in 0..6 {
            simulated.run(24).await;
        }
        let days = simulated.run(24 + 24).await;
        days.nothing_is_made_up();
        // What requests say of their sender is the network side's, which there is none of here.
        let card = Card { unsigned: 0, ..Card::of(&days.world.log()) };
        let overlapping = simulated.memory.busy.lock().unwrap().1;
        println!("{card:?}, {overlapping} overlapping");
        assert!(card.is_clean() && overlapping == 0, "{card:?}, {overlapping} overlapping");
        assert!(card.conditional * 3 > card.requests, "{card:?}");
        // The sweep has looked at each file of the week, in every format.
        println!("files: {:?}", days.swept.formats);
        let least = days.swept.formats.values().min();
        assert!(days.swept.formats.len() == Format::ALL.len() && least > Some(&300), "{least:?}");
        // Rhythms are learned: feeds are polled about once an hour on average, none more often than every 5 minutes.
        let feeds = days.world.sites().iter().map(|site| (format!("{}.test", site.id), site.feed.path()));
        for (host, path) in feeds {
            let log = days.world.log();
            let at: Vec<_> = log
                .iter()
                .filter(|asked| asked.host == host && asked.path == path)
                .map(|asked| asked.at)
                .collect();
            let shortest = at.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).min();
            assert!(at.len() > 24 && shortest >= Some(60), "{host}: {} polls, {shortest:?} s", at.len());
        }
    });
}

/// A world of ten sites on which nothing answers for some hours of the second day.
fn cut_off(hours: u64) -> World {
    let mut plan = Plan { hours: 60, sites: 10, articles_per_hour: 0.3, share_copied: 0.0, ..Plan::small() };
    (plan.share_edited, plan.share_moved, plan.share_deleted) = (0.0, 0.0, 0.0);
    for site in 0..10 {
        plan = plan.with_fault_between(
            site,
            Target::Everything,
            Fault::Refused,
            (86_400, 86_400 + hours * 3600),
        );
    }
    World::new(13, plan)
}

#[test]
fn an_outage_of_our_own_network_is_waited_for_and_over_at_once() {
    virtual_time().block_on(async {
        let days = Simulated::with("", cut_off(5)).run(24 + 5 + 2).await;
        assert_eq!((days.counts["offline"], days.counts["online"]), (1, 1));
        let start = days.world.plan().start;
        let feeds: Vec<(String, &str)> =
            days.world.sites().iter().map(|site| (format!("{}.test", site.id), site.feed.path())).collect();
        let polls = days.world.log();
        let of = |from: i64, until: i64| {
            let mut polled: Vec<_> = polls
                .iter()
                .filter(|asked| feeds.contains(&(asked.host.clone(), &*asked.path)))
                .filter(|asked| (from..until).contains(&asked.at.duration_since(start).as_secs()))
                .map(|asked| &asked.host)
                .collect();
            polled.sort();
            polled.dedup();
            polled.len()
        };
        let end = 86_400 + 5 * 3600;
        assert_eq!(of(end, end + 120), 10, "all are asked within two minutes of its end");
        // One try every ten seconds, and not one that set off in a bunch with others.
        let meanwhile = polls
            .iter()
            .filter(|asked| (86_400 + 7200..end).contains(&asked.at.duration_since(start).as_secs()));
        assert!((900..1200).contains(&meanwhile.clone().count()), "{} tries", meanwhile.count());
    });
}

#[test]
fn doors_of_one_host_are_polled_one_after_the_other() {
    virtual_time().block_on(async {
        let plan = Plan { hours: 20, sites: 1, articles_per_hour: 0.5, ..Plan::small() };
        let days = Simulated::new(World::new(14, plan)).run(20).await;
        let site = &days.world.sites()[0];
        let polls: Vec<Timestamp> = days
            .world
            .log()
            .iter()
            .filter(|asked| asked.path == site.feed.path() || asked.path == "/live-coverage")
            .map(|asked| asked.at)
            .collect();
        let (pairs, rest) = polls.as_chunks::<2>();
        assert!(pairs.len() > 30 && rest.len() < 2, "{} polls", polls.len());
        // Each of the two takes up to two seconds, a page of an article as well.
        let together = pairs.iter().filter(|[one, other]| other.duration_since(*one).as_secs() < 20).count();
        assert!(together * 10 >= pairs.len() * 9, "{together} of {}", pairs.len());
    });
}

/// What happened, in its order.
fn story(log: &[Line]) -> Vec<(String, Option<String>, String)> {
    log.iter().map(|line| (line.event.clone(), line.id.clone(), line.at.clone())).collect()
}

#[test]
fn one_seed_gives_one_run() {
    for_seeds(&[8], |seed| async move {
        let first = days(faulty(seed), 14).await;
        let second =
            std::thread::spawn(move || virtual_time().block_on(days(faulty(seed), 14))).join().unwrap();
        assert_eq!(story(&first.swept.log), story(&second.swept.log));
        assert_eq!(first.counts, second.counts);
        assert_eq!(first.asked, second.asked);
    });
}

/// A world of two sites, and in the second, one article's page failing for some hours.
fn one_page_down(until: u64) -> World {
    let plan = Plan {
        hours: 0,
        sites: 2,
        articles_at_start: 3,
        articles_per_hour: 0.0,
        share_edited: 0.0,
        share_moved: 0.0,
        share_deleted: 0.0,
        share_copied: 0.0,
        ..Plan::small()
    };
    let fault = Fault::Status { status: 503, retry_after_secs: None };
    World::new(1, plan.with_fault_between(1, Target::Article(2), fault, (0, until)))
}

#[test]
fn a_page_that_comes_back_is_published_whole() {
    virtual_time().block_on(async {
        let days = days(one_page_down(1800), 12).await;
        days.all_is_published();
        assert_eq!(days.swept.events("article.deferred").count(), 1);
        let ends = days.summary.total();
        assert_eq!((ends.ended(Outcome::Published), ends.ended(Outcome::Failed)), (6, 0));
    });
}

#[test]
fn a_page_that_stays_away_is_stood_in_for_after_the_last_try() {
    virtual_time().block_on(async {
        let days = days(one_page_down(u64::MAX), 12).await;
        let site = &days.world.sites()[1].id;
        let truth = days.truth();
        let wanted = truth.iter().find(|article| article.site == 1 && article.number == 2).unwrap();
        let found: Vec<&Article> = days.swept.of(site).filter(|article| is(wanted, article)).collect();
        let [article] = found.as_slice() else { panic!("{} times", found.len()) };
        assert_eq!(article.completeness, Completeness::Teaser);
        assert_eq!(article.warnings, ["http/503"]);
        assert_eq!(article.title, wanted.title);
        // The first try and five more.
        let path = Url::parse(&wanted.url).unwrap().path().to_owned();
        let tries: Vec<Timestamp> =
            days.world.log().iter().filter(|asked| asked.path == path).map(|asked| asked.at).collect();
        assert_eq!(tries.len(), 6, "{tries:?}");
        let waits: Vec<i64> =
            tries.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs()).collect();
        for (wait, least) in waits.iter().zip([60, 300, 1200, 3600, 14_400]) {
            assert!((least..least + least / 10 + 8).contains(wait), "{waits:?}");
        }
    });
}
