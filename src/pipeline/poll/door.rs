//! What a look means for its door: what of it the next look needs, and when that is.

use super::Poll;
use crate::{
    io::{fetch::Validators, observe::Event},
    judges::schedule::{self, Asks, Moment, Observed},
    pipeline::{
        DoorEnd, DoorKind,
        failure::Failure,
        look::{Answer, Gap, Listed},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

/// Failures in a row after which a source is said to be failing.
const FAILING_AFTER: u32 = 3;

/// Answers in a row that could not be taken whole, after which what they lack is given up.
const PARTIAL_MAX: u32 = 3;

/// Gaps in a row that are told.
const GAPS_TOLD: u32 = 3;

/// A door whose host is busy with other requests of ours is due again after so long.
const BUSY: SignedDuration = SignedDuration::from_secs(30);

impl Poll<'_> {
    /// Entries may have been missed since the last look.
    pub(super) fn missed(&mut self, gap: Gap) {
        self.state.gaps = if gap.closed { 1 } else { self.state.gaps + 1 };
        if self.state.gaps > GAPS_TOLD {
            // Its entries are others at each look: that was told, and asking more often does not help.
            return;
        }
        let (source, url) = (&self.source.id, self.door.url.as_str());
        self.emit(&Event::Gap { source, url, found: gap.found, closed: gap.closed });
        self.gap = !gap.closed;
        self.happen(
            "source.gap",
            json!({ "url": url, "pages": gap.pages, "found": gap.found, "closed": gap.closed }),
        );
    }

    /// The door answered: what of it the next look needs, and when that is.
    pub(super) fn answered(&mut self, answer: Answer, listed: Option<&Listed>, times: &[Option<Timestamp>]) {
        let Answer { status, validators, body, fresh_for, hops, url: end } = answer;
        (self.end, self.answer) = (DoorEnd::Answered, Some(status));
        self.recovered();
        if let Some(to) = self.state.note_redirects(&hops, &end) {
            let (source, url) = (&self.source.id, self.door.url.as_str());
            self.emit(&Event::Moved { source, url, to: to.as_str() });
            self.happen("source.moved", json!({ "url": url, "to": to.as_str() }));
        }
        let state = &mut self.state;
        // An empty list may be rubbish that can be read: what is known of the door stays that of the last list that was
        // none, however often it comes, and the next look asks by it. That costs little, since an empty list is short.
        let is_hollow = listed.is_some_and(|listed| listed.is_hollow);
        if let Some(listed) = listed.filter(|listed| !listed.is_hollow) {
            state.listed = if listed.window == 0 { state.listed } else { listed.window };
            state.note_ids(listed.has_loose_ids());
            state.hints = listed.hints;
            // Sitemaps that are named no more are forgotten; the pages of a listing come and go.
            if !listed.pages.is_empty() || matches!(self.door.kind, DoorKind::Sitemap) {
                state.pages.clone_from(&listed.pages);
            }
            if !times.is_empty() {
                state.found = Some(self.now);
            }
        }
        if !is_hollow {
            state.partial = if listed.is_some_and(|listed| listed.partial) { state.partial + 1 } else { 0 };
            // The validators of an answer that was not taken whole would hide what it lacked; those before it still
            // tell the last one that was. What lacks three times lacks for good.
            state.unkept = (1..PARTIAL_MAX).contains(&state.partial);
        }
        if !(is_hollow || state.unkept) {
            state.validators = validators;
            state.body = body;
        }
        if listed.is_some_and(|listed| listed.is_incomplete) {
            state.validators = Validators::default();
            state.body = None;
        }
        state.fresh_for = fresh_for.filter(|_| !is_hollow);
        state.answered = Some(self.now);
        let offset_secs = self.source.zone.to_offset(self.now).seconds();
        state.history.observe(&Observed { at: self.now, fresh: times, listed: state.listed, offset_secs });
        match listed.map(|listed| listed.gap) {
            Some(Some(_)) if state.gaps <= GAPS_TOLD => state.history.must_hurry(),
            Some(None) => state.gaps = 0,
            Some(Some(_)) | None => {}
        }
        self.plan(schedule::Ended::Answered);
    }

    /// Failures are over, if there were any.
    fn recovered(&mut self) {
        let failures = std::mem::take(&mut self.state.failures);
        self.state.failing = None;
        let (source, url) = (&self.source.id, self.door.url.as_str());
        if failures > 0 {
            self.emit(&Event::DoorRecovered { source, url, failures });
        }
        if failures >= FAILING_AFTER {
            self.happen("source.recovered", json!({ "url": url, "failures": failures }));
        }
    }

    pub(super) fn failed(&mut self, failure: &Failure) {
        let Failure { code, error, reached, refused, status, retry_after, .. } = failure;
        let (code, error, reached) = (code.clone(), error.clone(), *reached);
        let is_gone = self.state.note_failure((&code, &error), reached, self.now);
        let failures = self.state.failures;
        self.plan(schedule::Ended::Failed {
            failures,
            reached,
            refused: *refused,
            retry_after: *retry_after,
            status: *status,
        });
        let (source, url) = (&self.source.id, self.door.url.as_str());
        if is_gone {
            self.state.next = None;
            self.state.ready = None;
            self.emit(&Event::Gone { source, url, code: &code, error: &error });
            self.happen("source.gone", json!({ "url": url, "code": code, "error": error }));
        } else {
            let next = self.state.next.unwrap_or(self.now);
            let (code, error) = (&*code, &*error);
            self.emit(&Event::PollFailed { source, url, code, error, failures, next });
        }
        if failures == FAILING_AFTER && !is_gone {
            self.happen("source.failing", json!({ "url": url, "code": code, "error": error }));
        }
        self.end = DoorEnd::Failed { code, error, reached };
    }

    /// The host wants to be left alone: the door comes after that.
    pub(super) fn held(&mut self, until: Timestamp) {
        self.fresh(until);
        self.state.not_before = Some(until);
        self.state.next = Some(schedule::after(until, self.now, self.state.seed(self.door.url.as_str())));
        self.state.why = schedule::Why::RetryAfter;
    }

    /// What the door answered last holds until then: it comes after that, and for the reason that it had.
    pub(super) fn fresh(&mut self, until: Timestamp) {
        let next = schedule::after(until, self.now, self.state.seed(self.door.url.as_str()));
        self.state.polls += 1;
        self.state.ready = self.state.ready.max(Some(until));
        self.state.next = self.state.next.max(Some(next));
    }

    /// Other requests of ours at its host come first.
    pub(super) fn busy(&mut self) {
        self.state.next = self.now.checked_add(BUSY).ok();
        self.state.ready = self.state.next;
    }

    /// When the door is asked next, and why then.
    fn plan(&mut self, ended: schedule::Ended) {
        let options = self.context.schedule_of(self.source, self.door);
        let moment = Moment {
            now: self.now,
            seed: self.state.seed(self.door.url.as_str()),
            threshold: self.context.threshold,
            offset_secs: self.source.zone.to_offset(self.now).seconds(),
        };
        let asks = match self.door.kind {
            DoorKind::Feed { hints: false, .. } => {
                Asks { fresh_for: self.state.fresh_for, ..Asks::default() }
            }
            DoorKind::Feed { .. } | DoorKind::Listing(_) | DoorKind::Sitemap | DoorKind::Live { .. } => {
                Asks { fresh_for: self.state.fresh_for, hints: self.state.hints }
            }
        };
        let live = self.planned_live(moment).filter(|_| ended == schedule::Ended::Answered);
        let planned =
            live.unwrap_or_else(|| schedule::next(&options, &self.state.history, &asks, ended, moment));
        let state = &mut self.state;
        state.polls += 1;
        state.asked = Some(self.now);
        state.next = Some(planned.next);
        state.ready = Some(planned.ready);
        state.not_before = schedule::not_before(&options, &asks, ended, self.now);
        state.why = planned.why;
        state.expected = round(planned.expected);
    }
}

/// A number of entries, to a hundredth.
#[expect(clippy::cast_possible_truncation, reason = "what is shown needs no more digits")]
fn round(expected: f64) -> f32 {
    ((expected * 100.0).round() / 100.0) as f32
}
