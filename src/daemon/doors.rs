//! All doors with their due times: which is polled next, and which host is busy.

use super::enabled;
use crate::{
    io::store::DoorRow,
    judges::schedule,
    model::SourceId,
    pipeline::{Door, DoorState, Source},
};
use jiff::Timestamp;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{task::Id, time::Instant};

/// A door whose time has come.
#[derive(Debug, Clone)]
pub(super) struct Due {
    pub(super) source: Arc<Source>,
    /// Which of its doors.
    at: usize,
    pub(super) state: DoorState,
    /// Whether the door itself is due, not only its waiting entries.
    pub(super) itself: bool,
    number: usize,
    host: Arc<str>,
}

impl Due {
    pub(super) fn door(&self) -> &Door {
        #[expect(clippy::indexing_slicing, reason = "`at` came from enumerating these doors")]
        &self.source.doors[self.at]
    }
}

#[derive(Debug)]
struct Slot {
    source: Arc<Source>,
    at: usize,
    state: DoorState,
    /// When the door itself is due.
    next: Instant,
    host: Arc<str>,
}

/// The doors, by number; a number is its place in the configuration of one generation.
#[derive(Debug)]
pub(super) struct Doors {
    slots: Vec<Slot>,
    heap: BinaryHeap<Reverse<(Instant, usize)>>,
    // Doors whose time has come while their host was busy.
    queued: BTreeMap<Arc<str>, VecDeque<usize>>,
    in_flight: BTreeMap<Id, (Option<usize>, Due)>,
    busy: BTreeSet<Arc<str>>,
}

/// Wall and monotonic time of one instant.
type Now = (Timestamp, Instant);

impl Doors {
    /// The doors of the enabled sources with what the state knows of them. `at_once`: all are due now.
    pub(super) fn of(sources: &[Arc<Source>], known: Vec<DoorRow>, now: Now, at_once: bool) -> Self {
        let mut doors = Self {
            slots: Vec::new(),
            heap: BinaryHeap::new(),
            queued: BTreeMap::new(),
            in_flight: BTreeMap::new(),
            busy: BTreeSet::new(),
        };
        let known =
            known.into_iter().map(|row| ((row.source, row.url), DoorState::from_json(&row.state))).collect();
        doors.fill(sources, known, now);
        if at_once {
            doors.heap = (0..doors.slots.len()).map(|slot| Reverse((now.1, slot))).collect();
            doors.slots.iter_mut().for_each(|slot| slot.next = now.1);
        }
        doors
    }

    fn fill(
        &mut self,
        sources: &[Arc<Source>],
        mut known: BTreeMap<(SourceId, String), DoorState>,
        now: Now,
    ) {
        let count = enabled(sources).map(|source| source.doors.len()).sum();
        let mut hosts: BTreeSet<Arc<str>> = BTreeSet::new();
        for source in enabled(sources) {
            for (at, door) in source.doors.iter().enumerate() {
                let state = known.remove(&(source.id.clone(), door.url.to_string())).unwrap_or_default();
                let host = shared(&mut hosts, host_of(door));
                let next = first_at(&state, door, count, now);
                self.heap.push(Reverse((wake(&state, next, now), self.slots.len())));
                self.slots.push(Slot { source: Arc::clone(source), at, state, next, host });
            }
        }
    }

    /// Takes over the sources of a new configuration: doors that stay keep their state and times, polls in
    /// flight go on.
    pub(super) fn adopt(&mut self, sources: &[Arc<Source>], now: Now) {
        let known = self.slots.drain(..).map(|slot| {
            let url = slot.source.doors.get(slot.at).map(|door| door.url.to_string()).unwrap_or_default();
            ((slot.source.id.clone(), url), slot.state)
        });
        let known = known.collect();
        self.heap.clear();
        self.queued.clear();
        self.fill(sources, known, now);
        let in_flight = std::mem::take(&mut self.in_flight);
        for (task, (_, due)) in in_flight {
            let slot = self.slots.iter().position(|slot| is_same(slot, &due));
            self.in_flight.insert(task, (slot, due));
        }
        let flying: BTreeSet<usize> = self.in_flight.values().filter_map(|(slot, _)| *slot).collect();
        self.heap.retain(|Reverse((_, slot))| !flying.contains(slot));
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn sources(&self) -> usize {
        self.slots.iter().map(|slot| &slot.source.id).collect::<BTreeSet<_>>().len()
    }

    /// When the next door is due.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// A door that is due and whose host is free.
    pub(super) fn next_due(&mut self, now: Instant) -> Option<Due> {
        while self.next_at().is_some_and(|at| at <= now) {
            let Reverse((_, number)) = self.heap.pop()?;
            let slot = self.slots.get(number)?;
            if self.busy.contains(&slot.host) {
                self.queued.entry(Arc::clone(&slot.host)).or_default().push_back(number);
                continue;
            }
            let due = Due {
                source: Arc::clone(&slot.source),
                at: slot.at,
                state: slot.state.clone(),
                itself: slot.next <= now,
                number,
                host: Arc::clone(&slot.host),
            };
            self.busy.insert(Arc::clone(&slot.host));
            return Some(due);
        }
        None
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
        self.busy.remove(&due.host);
        if let Some(slot) = number.and_then(|number| self.slots.get_mut(number)) {
            let panicked = || DoorState { next: now.0.checked_add(AFTER_PANIC).ok(), ..due.state.clone() };
            slot.state = state.unwrap_or_else(panicked);
            slot.next = now.1 + wait(slot.state.next, now.0);
            let at = wake(&slot.state, slot.next, now);
            if let Some(number) = number.filter(|_| again) {
                self.heap.push(Reverse((at, number)));
            }
        }
        // The next door of this host sets off as soon as there is a place.
        if let Some(queue) = self.queued.get_mut(&due.host) {
            if let Some(number) = queue.pop_front() {
                self.heap.push(Reverse((now.1, number)));
            }
            if queue.is_empty() {
                self.queued.remove(&due.host);
            }
        }
        Some(due)
    }
}

/// A door whose poll panicked is left alone for so long.
const AFTER_PANIC: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// When a door of a starting daemon is due: as the state says; one that is overdue or new within the spread
/// of the start.
fn first_at(state: &DoorState, door: &Door, doors: usize, now: Now) -> Instant {
    let spread = schedule::first(doors, now.0, state.seed(door.url.as_str()));
    now.1 + wait(Some(state.next.unwrap_or(spread).max(spread)), now.0)
}

/// When there is something to do at a door: the door itself or, earlier, its waiting entries.
fn wake(state: &DoorState, next: Instant, now: Now) -> Instant {
    match state.retry {
        Some(retry) => next.min(now.1 + wait(Some(retry), now.0)),
        None => next,
    }
}

/// Time from `now` to `at`, at most a little more than the longest wait there is.
fn wait(at: Option<Timestamp>, now: Timestamp) -> Duration {
    let wait = at.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
    wait.unwrap_or_default().min(schedule::WAIT_MAX + schedule::WAIT_MAX / 10)
}

fn is_same(slot: &Slot, due: &Due) -> bool {
    let url = slot.source.doors.get(slot.at).map(|door| &door.url);
    slot.source.id == due.source.id && url == Some(&due.door().url)
}

fn host_of(door: &Door) -> String {
    let host = door.url.host_str().unwrap_or_default();
    format!("{host}:{}", door.url.port_or_known_default().unwrap_or_default())
}

/// One shared copy of each name.
fn shared(names: &mut BTreeSet<Arc<str>>, name: String) -> Arc<str> {
    if let Some(known) = names.get(name.as_str()) {
        return Arc::clone(known);
    }
    let name: Arc<str> = name.into();
    names.insert(Arc::clone(&name));
    name
}
