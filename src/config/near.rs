//! The likely word behind a misspelled one.

/// Longer words are not compared: nobody misspells them by a letter or two.
const CHARS_MAX: usize = 40;

/// The candidate that `word` most likely stands for: at most a third of its letters differ.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let letters = word.chars().count();
    if letters > CHARS_MAX {
        return None;
    }
    let distances = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    let (edits, candidate) = distances.min_by_key(|(edits, _)| *edits)?;
    (edits <= (letters.max(candidate.chars().count()) / 3).max(1)).then_some(candidate)
}

/// How many letters must be put in, left out, changed or swapped with their neighbor, ignoring case and
/// the difference of `-` and `_`.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| -> Vec<char> {
        text.to_lowercase().chars().map(|c| if c == '-' { '_' } else { c }).collect()
    };
    let (a, b) = (fold(a), fold(b));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut left_a = None;
    for (row, &x) in a.iter().enumerate() {
        let mut next = vec![row + 1];
        let mut left_b = None;
        for (column, &y) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX - 1);
            let mut edits = (at(&last, column) + usize::from(x != y))
                .min(at(&last, column + 1) + 1)
                .min(at(&next, column) + 1);
            if left_a == Some(y) && left_b == Some(x) {
                edits = edits.min(at(&before, column - 1) + 1);
            }
            next.push(edits);
            left_b = Some(y);
        }
        before = std::mem::replace(&mut last, next);
        left_a = Some(x);
    }
    last.last().copied().unwrap_or_default()
}
