//! The task tree: one heap of due times, a bounded set of polls in flight, one publisher. The only module
//! that spawns; every task has an owner here that joins it.
//!
//! A door that waits costs an entry in the heap and no task. Of doors on one host one is polled at a time;
//! the others queue behind it without taking a place among the polls in flight.
//!
//! Due times are kept on the monotonic clock, so that a jump of the wall clock makes neither a burst nor a
//! silence. Polls set off at a bounded rate, so that neither a start nor the end of an outage is a burst.

mod doors;
mod outage;
mod rate;
mod report;
mod summary;

pub use report::{Report, report};
pub use summary::{SourceSummary, Summary};

use crate::{
    config::{Config, Fault},
    io::{
        clock::Clock,
        fetch::{self, Fetch},
        notify::{self, State},
        observe::{Event, Observer},
        publish::Probe,
    },
    judges::schedule::Steering,
    model::SourceId,
    pipeline::{self, Call, Clocked, Context, Desk, Hosts, Pace, Polled, Pool, Publisher, desk},
};
use doors::{Doors, Due};
use outage::{Outage, Turn};
use rate::{Lateness, Rate};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    task::{JoinError, JoinHandle, JoinSet},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

/// Makes the network side for options; called again at a reload that changes them.
pub type MakeFetch = Arc<dyn Fn(&fetch::Options) -> Result<Arc<dyn Fetch>, fetch::Error> + Send + Sync>;

/// Builds the configuration anew at a reload.
pub type LoadConfig = Arc<dyn Fn() -> Result<Config, Vec<Fault>> + Send + Sync>;

/// What a daemon is made of.
pub struct Setup {
    /// What to do.
    pub config: Config,
    /// How to build it anew.
    pub load: LoadConfig,
    /// The network, or a simulated one.
    pub fetch: MakeFetch,
    /// The time.
    pub clock: Clock,
    /// Told of everything that happens.
    pub observer: Arc<Observer>,
    /// Told of each step of publishing.
    pub probe: Probe,
    /// Stop and reload from outside.
    pub control: mpsc::Receiver<Control>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("config", &self.config).finish_non_exhaustive()
    }
}

/// An order to the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// End in order; the text says why.
    Stop(String),
    /// Build the configuration anew.
    Reload,
}

/// Why a daemon could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// State or tree could not be opened.
    #[error(transparent)]
    Publisher(#[from] pipeline::Error),
    /// The network side could not be made.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// The publisher ended before it was told to.
    #[error(transparent)]
    Desk(#[from] desk::Stopped),
    /// The publisher did not end in time; what it had acknowledged is safe.
    #[error("the publisher did not finish within {0:?}; what was written before is safe")]
    Late(Duration),
}

/// Longest sleep: the service manager is told something at least this often.
const TICK: Duration = Duration::from_secs(10);

/// How often the schedule is steered to the budget.
const STEER: Duration = Duration::from_mins(5);

/// A poll of the daemon begins no more pages after so long, and one of a single run not after so long.
const PATIENCE: Duration = Duration::from_mins(5);
const PATIENCE_ONCE: Duration = Duration::from_hours(1);

/// A request of the daemon waits for its turn at a host for so long.
const TURN_PATIENCE: Duration = Duration::from_secs(15);

/// How long a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Until {
    Stopped,
    EachDoorOnce,
}

/// Polls for as long as it is let: returns after [`Control::Stop`].
pub async fn run(setup: Setup) -> Result<Summary, Error> {
    drive(setup, Until::Stopped, |_| {}).await
}

/// Polls every door once, whatever its schedule says; `progress` is told after each.
pub async fn run_once(setup: Setup, progress: impl FnMut(&Summary)) -> Result<Summary, Error> {
    drive(setup, Until::EachDoorOnce, progress).await
}

async fn drive(setup: Setup, until: Until, mut progress: impl FnMut(&Summary)) -> Result<Summary, Error> {
    let mut daemon = Daemon::start(setup, until)?;
    progress(&daemon.summary);
    daemon.tell(&State::Ready);
    let ended = daemon.work(&mut progress).await;
    daemon.tell(&State::Stopping);
    let drained = daemon.drain(&mut progress).await;
    ended.and(drained)
}

/// The daemon at work.
struct Daemon {
    config: Config,
    load: LoadConfig,
    make_fetch: MakeFetch,
    control: mpsc::Receiver<Control>,
    context: Context,
    doors: Doors,
    polls: JoinSet<(Due, Polled)>,
    publisher: JoinHandle<Result<Publisher, desk::Stopped>>,
    publisher_stop: CancellationToken,
    summary: Summary,
    until: Until,
    // How often the service manager is told something, and when next.
    tick: Duration,
    next_tick: Instant,
    steering: Steering,
    // When the schedule was steered last, and the polls since.
    steered: Instant,
    polls_since: u64,
    rate: Rate,
    outage: Outage,
    lateness: Lateness,
}

impl Daemon {
    fn start(setup: Setup, until: Until) -> Result<Self, Error> {
        let Setup { config, load, fetch: make_fetch, clock, observer, probe, control } = setup;
        let now = (clock.now(), clock.instant());
        for warning in &config.warnings {
            observer.emit(now.0, &Event::ConfigWarning { warning: &warning.to_string() });
        }
        let fetch = make_fetch(&config.settings.fetch)?;
        let (publisher, mended) = Publisher::open(publishing(&config), probe, now.0)?;
        if mended.rolled_forward > 0 {
            observer.emit(now.0, &Event::Recovered { articles: mended.rolled_forward });
        }
        if mended.learned > 0 {
            observer.emit(now.0, &Event::Learned { articles: mended.learned });
        }
        let store = publisher.store();
        let waiting = store.waiting_first().map_err(pipeline::Error::from)?;
        let known = doors::known(store.doors().map_err(pipeline::Error::from)?, waiting);
        let hosts = publisher.store().hosts(now.0.as_second()).map_err(pipeline::Error::from)?;
        let at_once = until == Until::EachDoorOnce;
        let doors = Doors::of(&config.sources, known, now, (at_once, silent_at_most(&config)));
        observer.emit(now.0, &Event::Started { sources: doors.sources(), doors: doors.len() });
        for (source, url, state) in doors.gone() {
            let (code, error) =
                state.failing.as_ref().map_or(("", ""), |failing| (&*failing.code, &*failing.error));
            observer.emit(now.0, &Event::Gone { source, url, code, error });
        }
        let (desk, inbox) = desk::open();
        let publisher_stop = CancellationToken::new();
        let around = Clocked { clock: clock.clone(), observer: Arc::clone(&observer) };
        let serving = desk::serve(publisher, inbox, around, publisher_stop.clone());
        #[expect(clippy::disallowed_methods, reason = "the daemon owns the publisher's task and joins it")]
        let publisher = tokio::spawn(serving);
        let hosts = Arc::new(Hosts::new(hosts, desk.clone()));
        let mut context = context(&config, (desk, hosts), fetch, (clock, observer));
        if at_once {
            (context.patience, context.turn_patience) = (PATIENCE_ONCE, PATIENCE_ONCE);
        }
        let mut daemon = Self {
            context,
            summary: Summary::of(&config.sources),
            rate: Rate::new(now.1),
            config,
            load,
            make_fetch,
            control,
            doors,
            polls: JoinSet::new(),
            publisher,
            publisher_stop,
            until,
            tick: notify::watchdog().map_or(TICK, |within| TICK.min(within / 2)),
            next_tick: now.1,
            steering: Steering::default(),
            steered: now.1,
            polls_since: 0,
            outage: Outage::default(),
            lateness: Lateness::default(),
        };
        daemon.steer();
        Ok(daemon)
    }

    /// Starts what is due and takes in what comes back, until the end.
    async fn work(&mut self, progress: &mut impl FnMut(&Summary)) -> Result<(), Error> {
        loop {
            if self.context.clock.instant() >= self.steered + STEER {
                self.steer();
            }
            self.start_due();
            self.tell_progress();
            if self.until == Until::EachDoorOnce && self.polls.is_empty() && !self.doors.any_due() {
                return Ok(());
            }
            let wake = self.next_wake();
            tokio::select! {
                biased;
                order = self.control.recv() => match order {
                    Some(Control::Reload) => self.reload().await,
                    Some(Control::Stop(reason)) => {
                        self.emit(&Event::Stopping { reason: &reason });
                        return Ok(());
                    }
                    None => {
                        self.emit(&Event::Stopping { reason: "its owner is gone" });
                        return Ok(());
                    }
                },
                ended = &mut self.publisher => {
                    self.publisher_stop.cancel();
                    return Err(publisher_ended(ended));
                }
                Some(polled) = self.polls.join_next_with_id() => {
                    self.take_in(polled);
                    progress(&self.summary);
                }
                () = self.context.clock.sleep_until(wake) => {}
            }
        }
    }

    fn start_due(&mut self) {
        let now = self.context.clock.instant();
        while self.may_start(now) {
            let Some(due) = self.doors.next_due(now) else { return };
            if self.until == Until::Stopped {
                self.rate.took(now);
            }
            self.outage.set_off(now);
            self.lateness.note(due.late);
            let context = self.context.clone();
            let flight = due.clone();
            let call = Call { is_due: due.itself, room: self.doors.room(&due.source.id) };
            let task = self.polls.spawn(async move {
                let polled =
                    pipeline::poll(&context, (&due.source, due.door()), due.state.clone(), call).await;
                (due, polled)
            });
            self.doors.set_off(task.id(), flight);
        }
    }

    fn may_start(&self, now: Instant) -> bool {
        self.polls.len() < self.config.settings.fetch.connections_max
            && self.rate.next_at() <= now
            && self.outage.next_at().is_none_or(|at| at <= now)
    }

    /// When there is something to do: a door is due and may set off, or the service manager or the schedule is next.
    fn next_wake(&self) -> Instant {
        let can_start = self.polls.len() < self.config.settings.fetch.connections_max;
        let due = self.doors.next_at().filter(|_| can_start);
        let due = due.map(|due| due.max(self.rate.next_at()).max(self.outage.next_at().unwrap_or(due)));
        let steer = self.steered + STEER;
        due.unwrap_or(steer).min(steer).min(self.next_tick)
    }

    /// Steers the schedule to the budget.
    fn steer(&mut self) {
        let now = self.context.clock.instant();
        let demands = self.doors.demands(&self.context.schedule);
        let budget = budget(&self.config, demands.len());
        let elapsed = now - self.steered;
        let polls = std::mem::take(&mut self.polls_since);
        self.context.threshold = self.steering.steer(demands.into_iter(), budget, polls, elapsed);
        self.steered = now;
        self.rate.set(budget / 3600.0);
    }

    fn take_in(&mut self, joined: Result<(tokio::task::Id, (Due, Polled)), JoinError>) {
        let now = (self.context.clock.now(), self.context.clock.instant());
        let again = self.until == Until::Stopped;
        match joined {
            Ok((task, (due, polled))) => {
                let is_steered = !matches!(due.door().kind, pipeline::DoorKind::Live { section: false, .. });
                self.polls_since += u64::from(is_steered && polled.door != pipeline::DoorEnd::NotAsked);
                self.summary.add(&due.source.id, &polled);
                // A single run asks every door, whatever became of the others.
                let is_last = !again;
                match self.outage.take_in(&due.state, due.host(), &polled, now.1) {
                    _ if is_last => self.outage = Outage::default(),
                    Turn::Begins(doors) => self.emit(&Event::Offline { doors }),
                    Turn::Ends(since) => {
                        self.emit(&Event::Online);
                        self.doors.resume(since, now);
                    }
                    Turn::None => {}
                }
                let gap = polled.gap;
                let children = polled.children;
                let is_in_vain = matches!(polled.door, pipeline::DoorEnd::Failed { reached: false, .. });
                let state = match polled.state {
                    // No fault of the door: it is not backed off from, and tries again whether the network is back.
                    state if is_in_vain && self.outage.is_on() => outage::excused(state, &due.state, now.0),
                    state => state,
                };
                self.doors.come_back(task, Some(state), now, again);
                for page in children {
                    self.doors.add_child(&due, page, now);
                }
                if gap && again {
                    self.doors.search_elsewhere(&due, &self.context.schedule, now);
                }
            }
            Err(error) => {
                // A bug in the poll itself: its door backs off, the others go on.
                let Some(flight) = self.doors.come_back(error.id(), None, now, again) else { return };
                let (source, url) = (&flight.source.id, flight.door().url.as_str());
                self.context.observer.emit(now.0, &Event::Panicked { source, url });
                self.summary.panicked(source);
            }
        }
    }

    /// Builds the new configuration whole and takes it over only if it is sound.
    async fn reload(&mut self) {
        self.tell(&State::Reloading);
        let load = Arc::clone(&self.load);
        match tokio::task::spawn_blocking(move || load()).await {
            Ok(Ok(config)) => self.adopt(config).await,
            Ok(Err(faults)) => {
                let errors = faults.iter().filter(|fault| fault.is_error());
                let faults: Vec<String> = errors.map(ToString::to_string).collect();
                self.emit(&Event::ReloadRefused { faults: &faults });
            }
            Err(_panic) => self.emit(&Event::ReloadRefused { faults: &["reading it panicked".to_owned()] }),
        }
        self.tell(&State::Ready);
    }

    async fn adopt(&mut self, config: Config) {
        let mut changes = Config::changes(&self.config, &config);
        let folders =
            |config: &Config| (config.settings.output.dir.clone(), config.settings.state_dir.clone());
        if folders(&self.config) != folders(&config) {
            changes.push("the folders stay as they are until a restart".to_owned());
        }
        if config.settings.fetch != self.config.settings.fetch {
            match (self.make_fetch)(&config.settings.fetch) {
                Ok(fetch) => self.context.fetch = fetch,
                Err(error) => {
                    self.emit(&Event::ReloadRefused { faults: &[pipeline::chain(&error)] });
                    return;
                }
            }
        }
        self.context.desk.adopt(publishing(&config)).await;
        self.context.schedule = pace(&config);
        self.context.scope = config.settings.retry_after_scope;
        let now = (self.context.clock.now(), self.context.clock.instant());
        self.doors.adopt(&config.sources, now, silent_at_most(&config));
        self.summary.adopt(&config.sources);
        self.config = config;
        self.steer();
        self.emit(&Event::Reloaded { changes: &changes });
    }

    /// Ends in order: no new polls, fetches cut off, what is being published finished, everything joined.
    async fn drain(mut self, progress: &mut impl FnMut(&Summary)) -> Result<Summary, Error> {
        let within = self.config.settings.daemon.shutdown;
        let now = self.context.clock.instant();
        self.context.stop.cancel();
        let mut cut_off = 0;
        // The publisher needs the last quarter of the time for what the polls hand in.
        let polls_until = now + within * 3 / 4;
        while let Ok(Some(polled)) =
            tokio::time::timeout_at(polls_until, self.polls.join_next_with_id()).await
        {
            cut_off += usize::from(polled.as_ref().is_ok_and(|(_, (_, polled))| polled.cut_off));
            self.take_in(polled);
            progress(&self.summary);
        }
        cut_off += self.polls.len();
        self.polls.abort_all();
        while self.polls.join_next().await.is_some() {}
        let Self { context, publisher, publisher_stop, summary, .. } = self;
        if publisher_stop.is_cancelled() {
            // It has ended already, and its end was told.
            return Ok(summary);
        }
        let (clock, observer) = (context.clock.clone(), Arc::clone(&context.observer));
        // The last sender gone, the publisher empties its queue, writes what is left and ends.
        drop(context);
        match tokio::time::timeout_at(now + within, publisher).await {
            Ok(Ok(Ok(_publisher))) => {}
            Ok(ended) => return Err(publisher_ended(ended)),
            Err(_late) => return Err(Error::Late(within)),
        }
        observer.emit(clock.now(), &Event::Stopped { cut_off });
        Ok(summary)
    }

    /// Tells the service manager that the loop turns, and what it does.
    fn tell_progress(&mut self) {
        let now = self.context.clock.instant();
        if now < self.next_tick {
            return;
        }
        self.next_tick = now + self.tick;
        self.tell(&State::Alive);
        let total = self.summary.total();
        let line = format!(
            "{} doors, {} polls in flight, 99 of 100 at most {} ms late, {} articles published, {} updated",
            self.doors.len(),
            self.polls.len(),
            self.lateness.p99().as_millis(),
            total.ended(crate::model::Outcome::Published),
            total.ended(crate::model::Outcome::Updated)
        );
        self.tell(&State::Status(&line));
    }

    fn tell(&self, state: &State<'_>) {
        if let Err(error) = notify::tell(state) {
            self.emit(&Event::NotifyFailed { error: &pipeline::chain(&error) });
        }
    }

    fn emit(&self, event: &Event<'_>) {
        self.context.observer.emit(self.context.clock.now(), event);
    }
}

fn publisher_ended(ended: Result<Result<Publisher, desk::Stopped>, JoinError>) -> Error {
    match ended {
        Ok(Err(stopped)) => stopped.into(),
        Ok(Ok(_)) | Err(_) => desk::Stopped::Panicked.into(),
    }
}

fn context(
    config: &Config,
    (desk, hosts): (Desk, Arc<Hosts>),
    fetch: Arc<dyn Fetch>,
    (clock, observer): (Clock, Arc<Observer>),
) -> Context {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Context {
        fetch,
        desk,
        clock,
        observer,
        hosts,
        scope: config.settings.retry_after_scope,
        schedule: pace(config),
        threshold: 0.0,
        patience: PATIENCE,
        turn_patience: TURN_PATIENCE,
        pool: Arc::new(Pool::new(cores)),
        stop: CancellationToken::new(),
    }
}

fn pace(config: &Config) -> Pace {
    let settings = &config.settings.schedule;
    Pace {
        interval: settings.interval,
        floor: settings.feed_floor,
        live_floor: settings.live_floor,
        ceiling: settings.ceiling,
    }
}

/// Polls an hour: as configured, or one a door and interval.
fn budget(config: &Config, doors: usize) -> f64 {
    let settings = &config.settings.schedule;
    #[expect(
        clippy::cast_precision_loss,
        reason = "doors and polls are far below what a float holds exactly"
    )]
    match settings.requests_per_hour {
        Some(budget) => budget as f64,
        None => doors as f64 * 3600.0 / settings.interval.as_secs_f64(),
    }
}

/// Doors of which no server answered last time that are asked at a time: a quarter of all.
fn silent_at_most(config: &Config) -> usize {
    config.settings.fetch.connections_max / 4
}

fn publishing(config: &Config) -> pipeline::Options {
    pipeline::Options {
        output: config.settings.output.dir.clone(),
        state: config.settings.state_dir.clone(),
        formats: config.settings.output.formats.clone(),
        write_copies: config.settings.dedup.write_copies,
        window_days: config.settings.dedup.window_days,
        weights: config.settings.dedup.weights,
    }
}

/// Sources that are polled.
fn enabled(sources: &[Arc<pipeline::Source>]) -> impl Iterator<Item = &Arc<pipeline::Source>> {
    sources.iter().filter(|source| source.enabled)
}

/// A source's id with its number of doors, for the summary.
fn doors_of(sources: &[Arc<pipeline::Source>]) -> impl Iterator<Item = (SourceId, usize)> {
    enabled(sources).map(|source| (source.id.clone(), source.doors.len()))
}
