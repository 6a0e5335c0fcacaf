//! What a look at a live page means: its posts' ends, and when it is looked at next.

use super::Poll;
use crate::{
    io::observe::Event,
    judges::schedule::{self, COURSE_POSTS, Course, Moment},
    model::{Outcome, Tally},
    pipeline::{
        DoorKind,
        covering::Covered,
        door::Followed,
        look::{Answer, WHOLE_AGAIN},
    },
    readers::live,
};

impl Poll<'_> {
    /// A live page was read: its posts end, and what happened to them waits to be written.
    pub(super) fn cover(&mut self, answer: Answer, covered: Box<Covered>) {
        for remark in &covered.remarks {
            self.emit(&Event::Remarked { source: &self.source.id, url: self.door.url.as_str(), remark });
            *self.state.remarks.entry(remark.code.to_string()).or_default() += 1;
        }
        self.tally = covered.tally();
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
        self.covered = Some(covered);
    }

    /// Says what happened.
    fn tell(&mut self, covered: &Covered) {
        let (source, url) = (&self.source.id, self.door.url.as_str());
        for event in &covered.events {
            match event {
                live::Event::Gap(..) => {
                    self.emit(&Event::Gap { source, url, found: 0, closed: false });
                    self.gap = true;
                }
                live::Event::Post { what, key, .. } => {
                    let outcome = match what {
                        live::Happening::New { .. } => Outcome::Published,
                        live::Happening::Revised | live::Happening::Restored => Outcome::Updated,
                        live::Happening::Removed | live::Happening::Pinned | live::Happening::Unpinned => {
                            continue;
                        }
                    };
                    self.emit(&Event::Ended { source, key, url, outcome, detail: what.name() });
                }
                live::Event::Drift(reason) => {
                    let remark = crate::model::Remark::about("rule/drift", reason);
                    self.emit(&Event::Remarked { source, url, remark: &remark });
                }
                live::Event::Opened
                | live::Event::Ended
                | live::Event::Reopened
                | live::Event::Successor(_) => {}
            }
        }
    }

    /// Nothing of a look could be written: its posts come again at the next.
    pub(super) fn forget_posts(&mut self) {
        if matches!(self.door.kind, DoorKind::Live(_)) {
            let seen = self.tally.seen;
            self.tally = Tally::of(seen);
            (0..seen).for_each(|_| self.tally.end(Outcome::Deferred));
        }
    }

    /// When a live page that has answered is looked at next; nothing where the door is none.
    pub(super) fn planned_live(&self, moment: Moment) -> Option<schedule::Planned> {
        if !matches!(self.door.kind, DoorKind::Live(_)) {
            return None;
        }
        let course = Course { fresh_for: self.state.fresh_for, ..self.state.live.course.clone() };
        let floor = self.context.schedule_of(self.source, self.door).floor;
        Some(schedule::follow(&course, floor, moment))
    }
}
