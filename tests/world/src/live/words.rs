//! What the posts of a live page say, at each of their revisions.

use super::{LivePage, editor::Deed};
use crate::{
    phrases::{Language, grow},
    seed::Dice,
};

/// The text of a post.
#[derive(Debug, Clone)]
pub(super) struct Story {
    /// Its headline, where it has one.
    pub(super) title: Option<String>,
    /// Its paragraphs.
    pub(super) paragraphs: Vec<String>,
    /// Where its last paragraph leads, as a link's address.
    pub(super) link: Option<String>,
}

/// What each post of a page says at each of its revisions.
pub(super) fn stories(page: &LivePage) -> Vec<Vec<Story>> {
    let mut stories: Vec<Vec<Story>> = Vec::new();
    for act in &page.acts {
        match act.deed {
            Deed::Post { post, farewell } => stories.push(vec![begun(page, post, farewell)]),
            Deed::Edit { post, .. } => {
                let last = stories[post].last().expect("it begins with a story").clone();
                let edited = edited(page, post, stories[post].len(), last);
                stories[post].push(edited);
            }
            Deed::Touch { .. }
            | Deed::Pin { .. }
            | Deed::Unpin { .. }
            | Deed::Delete { .. }
            | Deed::Restore { .. } => {}
        }
    }
    stories
}

/// The dice of a revision.
fn dice(page: &LivePage, post: usize, revision: usize) -> Dice {
    let number = |number: usize| u64::try_from(number).expect("numbers fit");
    Dice::of(&[page.seed, page.place, number(post), number(revision)])
}

/// What a post says at first.
fn begun(page: &LivePage, post: usize, is_farewell: bool) -> Story {
    let mut story = first(page.language, &mut dice(page, post, 0));
    if is_farewell {
        story.title = None;
        story.paragraphs.insert(0, farewell(page.language).to_owned());
        story.link = Some(format!("https://news.example/live/harbor-{}", page.place + 1));
    }
    story
}

/// What a post says after an edit: a paragraph or a sentence more, the first paragraph rewritten, another headline, or
/// all of it another.
fn edited(page: &LivePage, post: usize, revision: usize, mut story: Story) -> Story {
    let (language, mut dice) = (page.language, dice(page, post, revision));
    match dice.below(10) {
        0..4 => story.paragraphs.push(grow(language, "update", &mut dice)),
        4..6 => story.paragraphs[0] = grow(language, "spoken", &mut dice),
        6..8 if story.title.is_some() => story.title = Some(grow(language, "headline", &mut dice)),
        6..9 => story.paragraphs[0].extend([" ", &grow(language, "context", &mut dice)]),
        _ => story = first(language, &mut dice),
    }
    story
}

fn first(language: Language, dice: &mut Dice) -> Story {
    let title = dice.chance(0.8).then(|| grow(language, "headline", dice));
    let count = dice.between(1, 2);
    let paragraphs = (0..count).map(|_| grow(language, "paragraph", dice)).collect();
    Story { title, paragraphs, link: None }
}

/// How a coverage closes.
fn farewell(language: Language) -> &'static str {
    match language {
        Language::Arabic | Language::Persian => "ننهي هنا التغطية، ونتابع معكم في صفحة جديدة.",
        Language::English | Language::French | Language::Turkish => {
            "That's it for our live coverage, which goes on on another page."
        }
    }
}

/// What the page is called.
pub(super) fn headline(page: &LivePage) -> String {
    grow(page.language, "headline", &mut Dice::of(&[page.seed, page.place, 0x7171E]))
}

/// Who wrote a post.
pub(super) fn author(page: &LivePage, post: usize) -> String {
    let post = u64::try_from(post).expect("numbers fit");
    grow(page.language, "reporter", &mut Dice::of(&[page.seed, post, 0xA07]))
}

/// "5 minutes ago".
pub(super) fn ago(language: Language, secs: i64) -> String {
    let (minutes, hours, days) = (secs / 60, secs / 3600, secs / 86_400);
    let (count, unit) = if minutes < 60 {
        (minutes.max(1), 0)
    } else if hours < 24 {
        (hours, 1)
    } else {
        (days, 2)
    };
    match language {
        Language::Arabic | Language::Persian => {
            let one = ["دقيقة", "ساعة", "يوم"][unit];
            let two = ["دقيقتين", "ساعتين", "يومين"][unit];
            let few = ["دقائق", "ساعات", "أيام"][unit];
            match count {
                1 => format!("منذ {one}"),
                2 => format!("منذ {two}"),
                3..=10 => format!("منذ {count} {few}"),
                _ => format!("منذ {count} {one}"),
            }
        }
        Language::English | Language::French | Language::Turkish => {
            let unit = ["minute", "hour", "day"][unit];
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural} ago")
        }
    }
}
