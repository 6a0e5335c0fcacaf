//! All doors with their due times: which is polled next, and which host is busy.
//!
//! Of the doors of a host one is polled at a time. When it comes back, the next one that may be polled sets off on the
//! same connection, also one whose time has not quite come: between being ready and being due lies the jitter only.

use super::enabled;
use crate::{
    io::store::DoorRow,
    judges::schedule::{self, Demand},
    model::SourceId,
    pipeline::{CHILDREN_MAX, Door, DoorKind, DoorState, Pace, Source, door::Child},
};
use jiff::Timestamp;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{task::Id, time::Instant};
use url::Url;

/// A door whose time has come.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) source: Arc<Source>,
    door: Arc<Door>,
    pub(super) state: DoorState,
    /// Whether the door itself is due, not only its waiting entries.
    pub(super) itself: bool,
    /// How long after its time it sets off; none where it does so early.
    pub(super) late: Option<Duration>,
    number: usize,
    host: Arc<str>,
}

impl Due {
    pub(super) fn door(&self) -> &Door {
        &self.door
    }

    pub(super) fn host(&self) -> &Arc<str> {
        &self.host
    }
}

#[derive(Debug)]
struct Slot {
    source: Arc<Source>,
    door: Arc<Door>,
    state: DoorState,
    /// When there is something to do here, and from when on it may be done; none while it is done, or where its
    /// publisher took the door away.
    due: Option<Times>,
    host: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Times {
    ready: Instant,
    next: Instant,
    /// When the door itself may be polled.
    itself: Instant,
}

/// A host with doors.
#[derive(Debug, Default)]
struct Host {
    is_busy: bool,
    /// Its doors that wait, by when they are ready.
    waiting: BTreeSet<(Instant, usize)>,
}

/// The doors, by number; a number is its place in the configuration of one generation.
#[derive(Debug)]
pub(super) struct Doors {
    slots: Vec<Slot>,
    // By due time; an entry that is not its slot's time any more counts for nothing.
    heap: BinaryHeap<Reverse<(Instant, usize)>>,
    hosts: BTreeMap<Arc<str>, Host>,
    in_flight: BTreeMap<Id, (Option<usize>, Due)>,
    // Doors of which no server answered last time: a few are asked at a time, so that they keep nobody waiting.
    silent_in_flight: usize,
    silent_at_most: usize,
    silent_queue: VecDeque<usize>,
    // What is known of doors that are not polled now: of disabled sources, or of those taken out.
    unused: BTreeMap<(SourceId, String), DoorState>,
}

/// What is known of doors, by source and configured address.
pub(super) type Known = BTreeMap<(SourceId, String), DoorState>;

/// What the state knows of doors. `waiting`: when the first waiting entry of each is due (Unix milliseconds), which
/// is more than what the door's own row may tell.
pub(super) fn known(doors: Vec<DoorRow>, waiting: Vec<(SourceId, String, i64)>) -> Known {
    let mut known: Known =
        doors.into_iter().map(|row| ((row.source, row.url), DoorState::from_json(&row.state))).collect();
    for (source, url, due) in waiting {
        let state = known.entry((source, url)).or_default();
        state.retry = Timestamp::from_millisecond(due).ok();
    }
    known
}

/// Wall and monotonic time of one instant.
type Now = (Timestamp, Instant);

impl Doors {
    /// The doors of the enabled sources with what the state knows of them. `at_once`: all are due now.
    pub(super) fn of(
        sources: &[Arc<Source>],
        known: Known,
        now: Now,
        (at_once, silent_at_most): (bool, usize),
    ) -> Self {
        let mut doors = Self {
            slots: Vec::new(),
            heap: BinaryHeap::new(),
            hosts: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            silent_in_flight: 0,
            silent_at_most: silent_at_most.max(1),
            silent_queue: VecDeque::new(),
            unused: Known::new(),
        };
        doors.fill(sources, known, now);
        if at_once {
            for number in 0..doors.slots.len() {
                doors.put_forward(number, now.1);
            }
        }
        doors
    }

    fn fill(&mut self, sources: &[Arc<Source>], mut known: Known, now: Now) {
        let count = enabled(sources).map(|source| source.doors.len()).sum();
        for source in enabled(sources) {
            for door in &source.doors {
                let mut state = known.remove(&(source.id.clone(), door.url.to_string())).unwrap_or_default();
                if state.is_back(source.verified) {
                    state = state.back();
                }
                let host = self.host(host_of(state.url(door)));
                let spread = schedule::first(count, now.0, state.seed(door.url.as_str()));
                let times = times(&state, Some(spread), now);
                let (source, door) = (Arc::clone(source), Arc::clone(door));
                self.slots.push(Slot { source, door, state, due: None, host });
                self.wait(self.slots.len() - 1, times);
            }
        }
        self.fill_children(sources, &mut known, now);
        self.unused = known;
    }

    /// The live pages that were found, of the sources that are polled.
    fn fill_children(&mut self, sources: &[Arc<Source>], known: &mut Known, now: Now) {
        let is_followed = |state: &DoorState| state.child.is_some() && state.gone.is_none();
        for source in enabled(sources) {
            let found = known.iter().filter(|((id, _), state)| *id == source.id && is_followed(state));
            let keys: Vec<(SourceId, String)> = found.map(|(key, _)| key.clone()).collect();
            for key in keys {
                let Some((url, state)) = Url::parse(&key.1).ok().zip(known.remove(&key)) else { continue };
                self.push_child(source, url, state, now);
            }
        }
    }

    fn push_child(&mut self, source: &Arc<Source>, url: Url, state: DoorState, now: Now) {
        let of = state.child.as_ref().map(|child| child.of.clone()).unwrap_or_default();
        let door = Arc::new(source.child(url, &of));
        let host = self.host(host_of(state.url(&door)));
        let times = times(&state, Some(now.0), now);
        self.slots.push(Slot { source: Arc::clone(source), door, state, due: None, host });
        self.wait(self.slots.len() - 1, times);
    }

    /// Follows a live page that a poll led to, unless it is followed or was given up.
    pub(super) fn add_child(&mut self, due: &Due, page: Url, now: Now) {
        let is_there = |slot: &Slot| slot.source.id == due.source.id && slot.door.url == page;
        let key = (due.source.id.clone(), page.to_string());
        if self.slots.iter().any(is_there) || self.unused.contains_key(&key) {
            return;
        }
        let child = Child { of: due.door().url.to_string(), since: now.0 };
        self.push_child(&due.source, page, DoorState { child: Some(child), ..DoorState::default() }, now);
    }

    /// Live pages of a source that may be followed yet.
    pub(super) fn room(&self, source: &SourceId) -> usize {
        let is_followed = |slot: &&Slot| {
            slot.source.id == *source && slot.state.child.is_some() && slot.state.gone.is_none()
        };
        CHILDREN_MAX.saturating_sub(self.slots.iter().filter(is_followed).count())
    }

    /// One shared copy of each name.
    fn host(&mut self, name: String) -> Arc<str> {
        if let Some((known, _)) = self.hosts.get_key_value(name.as_str()) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.hosts.insert(Arc::clone(&name), Host::default());
        name
    }

    /// Lets a slot wait for its time; one that has none is left out.
    fn wait(&mut self, number: usize, times: Option<Times>) {
        let Some(slot) = self.slots.get_mut(number) else { return };
        let host = self.hosts.entry(Arc::clone(&slot.host)).or_default();
        if let Some(before) = std::mem::replace(&mut slot.due, times) {
            host.waiting.remove(&(before.ready, number));
        }
        if let Some(times) = times {
            host.waiting.insert((times.ready, number));
            self.heap.push(Reverse((times.next, number)));
        }
    }

    /// Makes a waiting slot due now.
    fn put_forward(&mut self, number: usize, now: Instant) {
        let is_waiting = self.slots.get(number).is_some_and(|slot| slot.due.is_some());
        if is_waiting {
            self.wait(number, Some(Times { ready: now, next: now, itself: now }));
        }
    }

    /// Takes over the sources of a new configuration: doors that stay keep their state and times, polls in
    /// flight go on.
    pub(super) fn adopt(&mut self, sources: &[Arc<Source>], now: Now, silent_at_most: usize) {
        self.silent_at_most = silent_at_most.max(1);
        let mut known = std::mem::take(&mut self.unused);
        known.extend(
            self.slots
                .drain(..)
                .map(|slot| ((slot.source.id.clone(), slot.door.url.to_string()), slot.state)),
        );
        self.heap.clear();
        self.silent_queue.clear();
        self.hosts.retain(|_, host| {
            host.waiting.clear();
            host.is_busy
        });
        self.fill(sources, known, now);
        let in_flight = std::mem::take(&mut self.in_flight);
        for (task, (_, due)) in in_flight {
            let number = self.slots.iter().position(|slot| is_same(slot, &due));
            if let Some(number) = number {
                self.wait(number, None);
            }
            self.in_flight.insert(task, (number, due));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn sources(&self) -> usize {
        self.slots.iter().map(|slot| &slot.source.id).collect::<BTreeSet<_>>().len()
    }

    /// Doors that are not asked any more, with why.
    pub(super) fn gone(&self) -> impl Iterator<Item = (&SourceId, &str, &DoorState)> {
        let gone = self.slots.iter().filter(|slot| slot.state.gone.is_some());
        gone.map(|slot| (&slot.source.id, slot.door.url.as_str(), &slot.state))
    }

    /// What each door would like of the budget.
    pub(super) fn demands(&self, pace: &Pace) -> Vec<Demand> {
        let demand = |slot: &Slot| {
            // A live page follows its own pace, whatever the budget.
            if slot.state.gone.is_some() || matches!(slot.door.kind, DoorKind::Live { section: false, .. }) {
                return None;
            }
            let options = pace.of(&slot.source, &slot.door);
            Some(schedule::demand(&options, &slot.state.history, slot.state.fresh_for))
        };
        self.slots.iter().filter_map(demand).collect()
    }

    /// When the next door is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// A door that is due and whose host is free.
    pub(super) fn next_due(&mut self, now: Instant) -> Option<Due> {
        while self.next_at().is_some_and(|at| at <= now) {
            let Reverse((at, number)) = self.heap.pop()?;
            let slot = self.slots.get(number)?;
            let Some(times) = slot.due.filter(|times| times.next == at) else { continue };
            if self.hosts.get(&slot.host).is_some_and(|host| host.is_busy) {
                // It sets off when the one before it comes back.
                continue;
            }
            if slot.state.is_silent() && self.silent_in_flight >= self.silent_at_most {
                self.silent_queue.push_back(number);
                continue;
            }
            return self.take(number, times, now);
        }
        None
    }

    /// Takes a waiting slot for a poll.
    fn take(&mut self, number: usize, times: Times, now: Instant) -> Option<Due> {
        self.wait(number, None);
        let slot = self.slots.get(number)?;
        let itself = times.itself <= now && slot.state.gone.is_none();
        let due = Due {
            source: Arc::clone(&slot.source),
            door: Arc::clone(&slot.door),
            state: slot.state.clone(),
            itself,
            late: now.checked_duration_since(times.next).filter(|_| itself),
            number,
            host: Arc::clone(&slot.host),
        };
        self.silent_in_flight += usize::from(due.state.is_silent());
        self.hosts.entry(Arc::clone(&due.host)).or_default().is_busy = true;
        Some(due)
    }

    /// Notes the task of a poll that set off.
    pub(super) fn set_off(&mut self, task: Id, due: Due) {
        self.in_flight.insert(task, (Some(due.number), due));
    }

    /// Takes a poll's end: the door gets its new state and, with `again`, its next time. Without a state the
    /// poll panicked, and the door backs off. Gives the poll's door.
    pub(super) fn come_back(
        &mut self,
        task: Id,
        state: Option<DoorState>,
        now: Now,
        again: bool,
    ) -> Option<Due> {
        let (number, due) = self.in_flight.remove(&task)?;
        self.silent_in_flight -= usize::from(due.state.is_silent());
        if let Some(host) = self.hosts.get_mut(&due.host) {
            host.is_busy = false;
        }
        if let Some((number, slot)) = number.and_then(|number| Some((number, self.slots.get_mut(number)?))) {
            let next = now.0.checked_add(AFTER_PANIC).ok();
            let retry = due.state.retry.max(next);
            let panicked = || DoorState { next, ready: None, retry, ..due.state.clone() };
            slot.state = state.unwrap_or_else(panicked);
            let times = times(&slot.state, None, now).filter(|_| again);
            // It may live at another host now, or again at the one it had.
            let name = host_of(slot.state.url(&slot.door));
            if *name != *slot.host {
                let host = self.host(name);
                if let Some(slot) = self.slots.get_mut(number) {
                    slot.host = host;
                }
            }
            self.wait(number, times);
        }
        self.set_next_off(&due.host, now.1);
        Some(due)
    }

    /// After a poll of `host` the next of its doors is due, if any is ready; and so is one of the silent.
    fn set_next_off(&mut self, host: &Arc<str>, now: Instant) {
        let next = self.hosts.get(host).and_then(|host| host.waiting.first().copied());
        if let Some((_, number)) = next.filter(|(ready, _)| *ready <= now)
            && let Some(slot) = self.slots.get_mut(number)
            && let Some(times) = &mut slot.due
        {
            // A door that was late already stays so: its time is told from when it was due.
            times.next = times.next.min(now);
            self.heap.push(Reverse((times.next, number)));
        }
        while self.silent_in_flight < self.silent_at_most
            && let Some(number) = self.silent_queue.pop_front()
        {
            // One that was polled since, or is not there any more, has no place here.
            if let Some(times) = self.slots.get(number).and_then(|slot| slot.due)
                && times.next <= now
            {
                self.heap.push(Reverse((times.next, number)));
                break;
            }
        }
    }

    /// Entries of a feed may have been missed: the listings and sitemaps of its source, which may still show them, are
    /// due now, unless they were asked within their floor or fail. What their publishers ask for still holds.
    pub(super) fn search_elsewhere(&mut self, due: &Due, pace: &Pace, now: Now) {
        if !matches!(due.door().kind, DoorKind::Feed { .. }) {
            return;
        }
        let may_help = |slot: &Slot| {
            let floor = pace.of(&slot.source, &slot.door).floor;
            let passed = slot.state.asked.map(|asked| now.0.duration_since(asked));
            slot.source.id == due.source.id
                && matches!(slot.door.kind, DoorKind::Listing(_) | DoorKind::Sitemap)
                && slot.state.failures == 0
                && passed.is_none_or(|passed| Duration::try_from(passed).is_ok_and(|passed| passed >= floor))
        };
        let found: Vec<usize> =
            self.slots.iter().enumerate().filter(|(_, slot)| may_help(slot)).map(|(at, _)| at).collect();
        for number in found {
            self.put_forward(number, now.1);
        }
    }

    /// Whether a door still waits to be polled, in a run that polls each once.
    pub(super) fn any_due(&self) -> bool {
        self.slots.iter().any(|slot| slot.due.is_some())
    }

    /// After an outage of our own network: what failed meanwhile is due again, spread over some time.
    pub(super) fn resume(&mut self, since: Timestamp, now: Now) {
        let count = self.slots.len();
        for number in 0..count {
            let Some(slot) = self.slots.get(number) else { continue };
            let failed_meanwhile =
                slot.state.is_silent() && slot.state.asked.is_some_and(|asked| asked >= since);
            if !failed_meanwhile || slot.due.is_none() {
                continue;
            }
            let spread = schedule::first(count, now.0, slot.state.seed(slot.door.url.as_str()));
            let at = now.1 + span(Some(spread), now.0);
            self.wait(number, Some(Times { ready: at, next: at, itself: at }));
        }
    }
}

/// A door whose poll panicked is left alone for so long.
const AFTER_PANIC: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// When there is something to do at a door: as its state says. `spread`, where a daemon starts or takes over a
/// configuration, is the time of what is overdue or was never polled; what has its time yet to come keeps it. Its
/// waiting entries may come before the door itself.
fn times(state: &DoorState, spread: Option<Timestamp>, now: Now) -> Option<Times> {
    if state.gone.is_some() && state.retry.is_none() {
        return None;
    }
    let is_to_come = |time: Option<Timestamp>| time.is_some_and(|time| time > now.0);
    let at = |time: Option<Timestamp>, keeps: bool| {
        now.1 + span(if keeps { time } else { time.max(spread) }, now.0)
    };
    let keeps = is_to_come(state.next);
    let itself = at(state.ready.or(state.next), keeps);
    let (ready, next) = (itself, at(state.next, keeps).max(itself));
    Some(match state.retry.map(|retry| at(Some(retry), is_to_come(Some(retry)))) {
        Some(retry) if state.gone.is_some() || retry < next => Times { ready: retry, next: retry, itself },
        _ => Times { ready, next, itself },
    })
}

/// Time from `now` to `at`, at most a little more than the longest wait there is.
fn span(at: Option<Timestamp>, now: Timestamp) -> Duration {
    let wait = at.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    wait.unwrap_or_default().min(schedule::WAIT_MAX + schedule::WAIT_MAX / 10)
}

fn is_same(slot: &Slot, due: &Due) -> bool {
    slot.source.id == due.source.id && slot.door.url == due.door().url
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{DoorState, times};
    use jiff::{SignedDuration, Timestamp};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn a_start_spreads_what_is_overdue_or_new_and_leaves_the_rest_its_time() {
        let now = ("2026-03-02T06:00:00Z".parse::<Timestamp>().unwrap(), Instant::now());
        let at = |secs| now.0 + SignedDuration::from_secs(secs);
        let known =
            |ready, next| DoorState { ready: Some(at(ready)), next: Some(at(next)), ..DoorState::default() };
        let check = |state: DoorState, ready: u64, next: u64| {
            let times = times(&state, Some(at(50)), now).unwrap();
            let secs = |secs| now.1 + Duration::from_secs(secs);
            assert_eq!((times.ready, times.next), (secs(ready), secs(next)), "{state:?}");
        };
        check(DoorState::default(), 50, 50);
        check(known(-20, -10), 50, 50);
        check(known(-10, 5), 0, 5);
        check(known(10, 20), 10, 20);
        check(known(100, 110), 100, 110);
    }
}
