//! What a look at a live page means: its posts' ends, and when it is looked at next.

use super::Poll;
use crate::{
    io::observe::Event,
    judges::schedule::{self, COURSE_POSTS, Course, Moment},
    model::Outcome,
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
                live::Event::Drift(reason) => {
                    let remark = crate::model::Remark::about("rule/drift", reason);
                    self.emit(&Event::Remarked { source, url, remark: &remark });
                }
                live::Event::Post { .. }
                | live::Event::Opened
                | live::Event::Ended
                | live::Event::Reopened
                | live::Event::Successor(_) => {}
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
        if !matches!(self.door.kind, DoorKind::Live(_)) {
            return None;
        }
        let course = Course { fresh_for: self.state.fresh_for, ..self.state.live.course.clone() };
        let floor = self.context.schedule_of(self.source, self.door).floor;
        Some(schedule::follow(&course, floor, moment))
    }
}
