//! How a line of a difference looks.

use super::line;
use crate::judges::revise::{Run, What};

/// A line of kept, removed, added and kept words.
fn runs([before, removed, added, after]: [&str; 4]) -> Vec<Run> {
    let run = |what, text: &str| Run { what, text: text.to_owned() };
    vec![
        run(What::Kept, before),
        run(What::Removed, removed),
        run(What::Added, added),
        run(What::Kept, after),
    ]
}

#[test]
fn a_change_is_colored_or_between_signs() {
    let runs = runs(["At least ", "12 ", "21 ", "people died."]);
    assert_eq!(line(&runs, false), "At least [-12-] {+21+} people died.");
    assert_eq!(line(&runs, true), "At least \u{1b}[1;31m12\u{1b}[0m \u{1b}[32m21\u{1b}[0m people died.");
}

#[test]
fn right_to_left_words_are_isolated_and_never_reversed() {
    let runs = runs(["لقي ", "12 ", "21 ", "شخصاً مصرعهم"]);
    let isolated = "\u{2067}لقي \u{2068}[-12-]\u{2069} \u{2068}{+21+}\u{2069} شخصاً مصرعهم\u{2069}";
    assert_eq!(line(&runs, false), isolated);
    let colored = "\u{2067}لقي \u{1b}[1;31m\u{2068}12\u{2069}\u{1b}[0m \u{1b}[32m\u{2068}21\u{2069}\u{1b}[0m شخصاً مصرعهم\u{2069}";
    assert_eq!(line(&runs, true), colored);
}

#[test]
fn words_steer_no_terminal() {
    let runs = runs(["a\u{1b}[2J\u{202e} ", "b\u{7}\n", "c", ""]);
    assert_eq!(line(&runs, false), "a[2J [-b-] {+c+}");
}
