//! From how two texts are alike to whether one is a copy of the other.

use super::compare::Likeness;
use crate::model::Relation;

/// Weights of the decision: the log-odds that a text is a copy of an earlier one are the sum of `bias` and each weight
/// times its share.
///
/// # Source
/// The defaults are fitted on a stream of 1,822 articles with made copies, and on 132 labelled pairs of real ones
/// (duplicates.md, 2), each document seen once and in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// What is left where two texts have nothing in common.
    pub bias: f64,
    /// Of the shared wording, 0 to 1: common wording counts less.
    pub shared: f64,
    /// Of numbers that differ in the same place, up to 3 of 100 words.
    pub numbers: f64,
    /// Of a beginning that the other text has not, 0 to 1, for each of both.
    pub new_lead: f64,
    /// Of the days between them after the first, 0 to 1 at the fifth.
    pub late: f64,
    /// Of what is not shared by texts of one outlet, 0 to 1 at a third, or of their new beginning: it repeats itself in
    /// templates, and tells more of its stories.
    pub same_outlet: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { bias: -4.1, shared: 9.0, numbers: -2.5, new_lead: -2.4, late: -2.1, same_outlet: -3.3 }
    }
}

/// What is known of two texts beside their words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Hours between them.
    pub hours: f64,
    /// Whether one outlet published both.
    pub same_outlet: bool,
}

/// Numbers of 100 words that differ, from which on more say no more.
const NUMBERS_MAX: f64 = 3.0;
/// A beginning of which less than this share is known is new.
const LEAD_MIN: f64 = 0.3;

impl Weights {
    /// How likely a text is a copy, 0 to 1; it is taken for one at .5.
    pub fn score(&self, like: &Likeness, setting: Setting) -> f64 {
        let new_lead = |lead: f64| ((LEAD_MIN - lead) / LEAD_MIN).clamp(0.0, 1.0);
        let late = ((setting.hours - 24.0) / 96.0).clamp(0.0, 1.0);
        let unlike = ((1.0 - like.weighted) * 3.0).min(1.0).max(new_lead(like.lead));
        let own = if setting.same_outlet { unlike } else { 0.0 };
        let sum = self.bias
            + self.shared * like.weighted
            + self.numbers * like.numbers.min(NUMBERS_MAX)
            + self.new_lead * (new_lead(like.lead) + new_lead(like.lead_of_earlier))
            + self.late * late
            + self.same_outlet * own;
        1.0 / (1.0 + (-sum).exp())
    }
}

/// The least score of a copy.
pub(super) const COPY: f64 = 0.5;

/// The share of an update that is in the earlier text: below it, background that many stories have (fitted on the tuned
/// half of tests/pairs).
const UPDATE_MIN: f64 = 0.35;

/// How a text belongs to an earlier one that it is so much like; `None` where they have little in common.
pub fn relation(like: &Likeness, score: f64, setting: Setting) -> Option<Relation> {
    if score >= COPY {
        let is_whole = like.weighted_least >= 0.9 && like.numbers == 0.0;
        return Some(if is_whole { Relation::Duplicate } else { Relation::Copy });
    }
    let is_common = like.containment >= 0.5 && like.weighted < like.containment / 2.0;
    let is_filled_in = like.containment >= 0.5 && like.lead >= LEAD_MIN && like.numbers > 0.0;
    if is_common || is_filled_in && setting.hours > 24.0 {
        return Some(Relation::Template);
    }
    let has_new_lead = like.lead < LEAD_MIN;
    (is_filled_in || like.weighted >= UPDATE_MIN && has_new_lead).then_some(Relation::Update)
}
