//! What a look at a live page means: its posts' ends, and when it is looked at next.

use super::Poll;
use crate::{
    io::{observe::Event, store::DoorRow},
    judges::schedule::{self, COURSE_POSTS, Course, Moment},
    model::{Outcome, Remark},
    pipeline::{
        DoorEnd, DoorKind, DoorState,
        covering::Covered,
        door::{Child, Followed},
        failure::Failure,
        look::{Answer, NO_POST, WHOLE_AGAIN},
    },
    readers::live,
};
use jiff::{SignedDuration, Timestamp};
use url::Url;

/// How long after its end a live page that no configuration names is looked at.
const CHILD_MAX: SignedDuration = SignedDuration::from_hours(8 * 24);

/// How long one without a new post is.
const SILENT_MAX: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Poll<'_> {
    /// A live page was read: its posts end, and what happened to them waits to be written.
    pub(super) fn cover(&mut self, answer: Answer, covered: Box<Covered>) {
        for remark in &covered.remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
            *self.state.remarks.entry(remark.code.to_string()).or_default() += 1;
        }
        self.posts = covered.ends();
        self.tally.seen += self.posts.len() as u64;
        self.tell(&covered);
        // What was missing once is missing for good at the next look, and posts further down may be edited.
        let is_awaited = covered.tracker.awaits();
        let deep = covered.tracker.deep().unwrap_or(self.now);
        let again = covered.rereads.then(|| deep.checked_add(WHOLE_AGAIN).ok()).flatten();
        self.state.live = Followed {
            course: Course {
                times: covered.times(COURSE_POSTS),
                ended: covered.tracker.ended(),
                interval: covered.interval(),
                fresh_for: None,
            },
            whole: if is_awaited { Some(self.now) } else { again },
        };
        if covered.has_published() {
            self.state.found = Some(self.now);
        }
        self.state.listed = covered.window;
        self.answered(answer, None, &[]);
        self.give_old_child_up();
        self.covered = Some(covered);
    }

    /// A section was read: what it leads to is followed.
    pub(super) fn take_section(&mut self, answer: Answer, pages: Vec<Url>, remarks: &[Remark]) {
        for remark in remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
            *self.state.remarks.entry(remark.code.to_string()).or_default() += 1;
        }
        for page in pages {
            self.follow(page);
        }
        self.answered(answer, None, &[]);
    }

    /// Follows a live page from now on; `false` where it is not one of the source's, or there are too many.
    pub(super) fn follow(&mut self, mut page: Url) -> bool {
        page.set_fragment(None);
        let is_known = self.children.contains(&page) || self.source.doors.iter().any(|door| door.url == page);
        if is_known {
            return true;
        }
        if self.room == 0 || !self.source.has_site_of(&page) {
            return false;
        }
        self.room -= 1;
        self.children.push(page);
        true
    }

    /// The rows of the live pages that are not in the state yet.
    pub(super) fn new_children(&mut self) -> Vec<DoorRow> {
        let new = self.children.get(self.told..).unwrap_or_default();
        let child = Child { of: self.door.url.to_string(), since: self.now };
        let state = DoorState { child: Some(child), ..DoorState::default() }.to_json();
        let rows = new.iter().map(|url| DoorRow {
            source: self.source.id.clone(),
            url: url.to_string(),
            state: state.clone(),
        });
        let rows = rows.collect();
        self.told = self.children.len();
        rows
    }

    /// Whether a page that something led to is no live page.
    pub(super) fn is_no_live_page(&self, failure: &Failure) -> bool {
        self.state.child.is_some() && failure.code == NO_POST
    }

    /// A live page that no configuration names is followed no more.
    pub(super) fn give_child_up(&mut self) {
        self.state.gone = Some(self.now);
        (self.state.next, self.state.ready) = (None, None);
        self.end = DoorEnd::Answered;
    }

    /// A live page that no configuration names is followed no more once it is over, or has been silent, for long; that
    /// it is the same each time may be why.
    pub(super) fn give_old_child_up(&mut self) {
        let Some(child) = &self.state.child else { return };
        let course = &self.state.live.course;
        let is_past = |at: Timestamp, span| self.now.duration_since(at) > span;
        let newest = course.times.first().copied();
        let is_silent =
            newest.is_none_or(|newest| is_past(newest, SILENT_MAX)) && is_past(child.since, SILENT_MAX);
        if is_silent || course.ended.is_some_and(|ended| is_past(ended, CHILD_MAX)) {
            self.give_child_up();
        }
    }

    /// Says what happened.
    fn tell(&mut self, covered: &Covered) {
        let (source, url) = (&self.source.id.clone(), self.door.url.as_str());
        for event in &covered.events {
            match event {
                live::Event::Gap(..) => {
                    self.emit(&Event::Gap { source, url, found: 0, closed: false });
                    self.gap = true;
                }
                live::Event::Drift { reason, sample } => {
                    let remark = Remark::about("rule/drift", &format!("{reason}: {sample}"));
                    self.emit(&Event::Remarked { source, url, remark: &remark });
                }
                live::Event::Successor(next) => {
                    self.follow(next.clone());
                }
                live::Event::Post { .. }
                | live::Event::Opened
                | live::Event::Ended
                | live::Event::Reopened => {}
            }
        }
    }

    /// Ends the posts of a look that was written; where it could not be, they come again at the next.
    pub(super) fn end_posts(&mut self, is_written: bool) {
        for (key, outcome, detail) in std::mem::take(&mut self.posts) {
            let (outcome, detail) =
                if is_written { (outcome, detail) } else { (Outcome::Deferred, "state/failed") };
            self.tally.end(outcome);
            let (source, url) = (&self.source.id, self.door.url.as_str());
            self.emit(&Event::Ended { source, key: &key, url, outcome, detail });
        }
    }

    /// When a live page that has answered is looked at next; nothing where the door is none.
    pub(super) fn planned_live(&self, moment: Moment) -> Option<schedule::Planned> {
        if !matches!(self.door.kind, DoorKind::Live { section: false, .. }) {
            return None;
        }
        let course = Course { fresh_for: self.state.fresh_for, ..self.state.live.course.clone() };
        let floor = self.context.schedule_of(self.source, self.door).floor;
        Some(schedule::follow(&course, floor, moment))
    }
}
