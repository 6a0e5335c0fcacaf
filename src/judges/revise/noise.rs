//! What a page prints into a text that its editor did not write: counters, relative times, the time of the last change,
//! advertisements, lists of other articles.
//!
//! A part of a text is noise only where every word of it is of that vocabulary, or where it begins with a label that only
//! such parts have. A time "an hour ago" within a sentence is the writer's.

use super::words::{self, Sort, Word};
use crate::{
    model::{Article, Block, BlockKind},
    text,
};
use rustc_hash::FxHashSet;
use std::{ops::Range, sync::LazyLock};

/// More words than this are prose.
const WORDS_MAX: usize = 14;

type List = LazyLock<Vec<Vec<String>>>;

fn phrases(texts: &[&str]) -> Vec<Vec<String>> {
    let phrase = |text: &str| text::fold(text).split(' ').map(str::to_owned).collect();
    texts.iter().flat_map(|text| text.split('|')).map(phrase).collect()
}

fn set(texts: &[&str]) -> FxHashSet<String> {
    texts.iter().flat_map(|text| text.split('|')).map(text::fold).collect()
}

/// What is counted.
static COUNTED: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    set(&[
        "reading|watching|seen|viewed|views|view|comments|comment|shares|share|likes|like|reads|reactions|retweets|tweets|followers|subscribers|viewers|downloads|replies|reposts",
        "مشاهدة|مشاهدات|المشاهدات|مشاهدين|تعليق|تعليقا|تعليقات|التعليقات|مشاركة|مشاركات|المشاركات|إعجاب|إعجابا|إعجابات|الإعجابات|قراءة|قراءات|القراءات|قارئ|متابع|متابعا|متابعين|زيارة|الزيارات|تفاعل|تفاعلات|مرة|أعجبني|قرئ|شوهد|قراءته|مشاهدته|مشاهدتها",
        "görüntülenme|yorum|paylaşım|beğeni|okunma|просмотров|просмотра|комментариев|комментария|комментарии|نظر|بازدید",
    ])
});

/// What stands around a count.
static COUNTING: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    set(&[
        "k|m|thousand|million|total|number|of|this|story|article|page|now|reading|people|by|have|read|was|viewed|times|readers|so|far",
        "عدد|ألف|آلاف|مليون|مجموع|هذا|الخبر|المادة|المقال|الصفحة|تمت|تم|قرئ|قراءته|مشاهدته|مشاهدتها|من|قبل|يتابع|الآن|شخص|شخصا|مرات",
    ])
});

/// Marks of a relative time.
static AGO: LazyLock<FxHashSet<String>> =
    LazyLock::new(|| set(&["ago|now|منذ|قبل|الآن|للتو|قليل|لحظات|önce|назад|پیش"]));

/// Units of time, and what stands around a relative time.
static SPANS: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    set(&[
        "second|seconds|sec|secs|minute|minutes|min|mins|hour|hours|hr|hrs|h|m|d|day|days|week|weeks|month|months|a|an|about|less|than|just|few|moments|one|two|over|updated|published|posted|last|on|was",
        "ثانية|ثانيتين|ثوان|ثواني|دقيقة|دقيقتين|دقائق|دقيقتان|ساعة|ساعتين|ساعات|يوم|يوما|يومين|أيام|أسبوع|أسبوعين|أسابيع|شهر|شهرين|أشهر|نحو|حوالي|أقل|من|آخر|أخر|تحديث|التحديث|نشر|النشر|تم|نشرت|واحدة|نصف|حدث|تاريخ|وقت|آخرتحديث",
        "dakika|saat|gün|минут|минуты|минуту|час|часа|часов|دقیقه|ساعت|روز",
    ])
});

/// Labels of the time of the last change.
static UPDATED: List = LazyLock::new(|| {
    phrases(&[
        "updated|last updated|last update|edited|last edited|updated on|updated at|last modified|modified|this article was last updated",
        "آخر تحديث|اخر تحديث|تم التحديث|تم التحديث في|حدث في|تاريخ التحديث|التحديث الأخير|آخر تعديل|تحديث في|son güncelleme|güncellendi|обновлено|به‌روزرسانی",
    ])
});

/// What stands in a time, beside months and days.
static TIMES: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    set(&[
        "am|pm|a.m|p.m|a|p|m|may|gmt|utc|est|edt|et|bst|cet|cest|pst|pdt|pt|cst|cdt|ist|eet|eest|msk|trt|jst|at|on|in|the|st|nd|rd|th|local|time|of|damascus|beirut|london|cairo|local",
        "الساعة|بتوقيت|التوقيت|توقيت|المحلي|ص|م|في|يوم|غرينتش|غرينيتش|جرينتش|الموافق|هـ|ه|دمشق|بيروت|القاهرة|مكة|المكرمة|الأول|الثاني|saat|в",
    ])
});

/// Advertisements, and what a page asks of its readers, as a whole.
static ADS: List = LazyLock::new(|| {
    phrases(&[
        "advertisement|advertisements|ad|ads|sponsored|sponsored content|promoted|paid content|story continues below|article continues below|continue reading|skip ad|skip advertisement|scroll to continue|loading|print|email|share|share this|share this article|copy link|listen",
        "إعلان|إعلانات|الإعلانات|إعلان ممول|محتوى ممول|مساحة إعلانية|برعاية|يستكمل الخبر بعد الإعلان|القصة تستكمل بعد الإعلان|طباعة|شارك|شارك الخبر|شاركها|مشاركة|نسخ الرابط|استمع|reklam|реклама|تبلیغات",
    ])
});

/// What such parts begin with.
static APPEALS: List = LazyLock::new(|| {
    phrases(&[
        "advertisement - continue|story continues below advertisement|article continues below advertisement|sign up for our|sign up to our|subscribe to our|subscribe now|follow us on|download our app|get our app|join our whatsapp|join our telegram|join our channel|join our newsletter|join our mailing list|join us on|click here to|support our journalism|get the latest news in your inbox",
        "تابعونا على|تابعونا عبر|تابعنا على|تابعنا عبر|لمتابعة آخر الأخبار|لمتابعة أخبارنا|اشترك في قناتنا|اشترك في نشرتنا|اشتركوا في قناتنا|اشتركوا في نشرتنا|اشترك الآن|انضم إلى قناتنا|انضموا إلى قناتنا|حمل تطبيقنا|حملوا تطبيقنا|حمّل تطبيق الموقع|للاشتراك في نشرتنا|اضغط هنا",
    ])
});

/// Labels of other articles, which have no other meaning.
static RELATED: List = LazyLock::new(|| {
    phrases(&[
        "related|related stories|related articles|related news|related topics|related links|related coverage|read more|read also|also read|see also|more on this story|more stories|you may also like|you might also like|recommended for you|most read|most popular|trending now|what to read next",
        "اقرأ أيضا|إقرأ أيضا|اقرأ المزيد|إقرأ المزيد|اقرأ كذلك|اقرأوا أيضا|مواضيع ذات صلة|موضوعات ذات صلة|أخبار ذات صلة|مقالات ذات صلة|مواد ذات صلة|ذات صلة|مواضيع متعلقة|أخبار متعلقة|قد يهمك|قد يهمك أيضا|قد يعجبك|قد يعجبك أيضا|شاهد أيضا|طالع أيضا|الأكثر قراءة|الأكثر مشاهدة|الأكثر تداولا",
        "ilgili haberler|читайте также|по теме|بیشتر بخوانید",
    ])
});

/// Labels that are a heading of the article's own too, where no links follow.
static MAYBE_RELATED: List = LazyLock::new(|| {
    phrases(&[
        "recommended|trending|up next|don't miss|more on this|more from us|more news|latest news|المزيد|للمزيد|شاهد المزيد|لا يفوتك|آخر الأخبار",
    ])
});

/// Ways to pass a text on.
static PASSING_ON: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
    set(&[
        "share|sharing|print|email|save|copy|link|send|tweet|post|on|via|to|this|article|story|facebook|twitter|x|whatsapp|telegram|linkedin|instagram|bluesky|reddit|messenger|pinterest|youtube",
        "شارك|شاركها|شاركه|شاركنا|مشاركة|المشاركة|طباعة|نسخ|الرابط|إرسال|أرسل|بريد|البريد|الإلكتروني|على|عبر|هذا|الخبر|المقال|فيسبوك|فايسبوك|تويتر|إكس|واتساب|واتس|آب|تلغرام|تليغرام|لينكد|إن|إنستغرام|يوتيوب",
    ])
});

/// Reading times.
static READING: List = LazyLock::new(|| {
    phrases(&[
        "min read|minute read|minutes read|mins read|reading time|مدة القراءة|وقت القراءة|دقائق قراءة|دقيقة قراءة|دقائق للقراءة",
    ])
});

/// The noise in a byline, with what sets it off from the rest.
pub(super) fn in_byline(byline: &str) -> Vec<Range<usize>> {
    const SEPARATORS: [char; 8] = ['\n', '|', '·', '•', ',', '،', '–', '—'];
    let is_noise = |part: &str| {
        let words = words::words(part, &[]);
        is_counter(&words) || is_relative_time(&words) || is_change_time(&words) || is_reading_time(&words)
    };
    let with_separator = |range: Range<usize>| {
        let before = byline.get(..range.start).unwrap_or_default();
        before.trim_end().trim_end_matches(SEPARATORS).len()..range.end
    };
    let noise = parts(byline, &SEPARATORS).filter(|(_, part)| is_noise(part));
    noise.map(|(range, _)| with_separator(range)).collect()
}

/// Whether a printed time is told from the moment at which the page was read.
pub(super) fn is_relative(raw: &str) -> bool {
    is_relative_time(&words::words(raw, &[]))
}

/// The noise in each block of a body; `None` where a block is nothing else.
pub(super) fn in_body(article: &Article) -> Vec<Option<Vec<Range<usize>>>> {
    let links: FxHashSet<String> = article.links.iter().map(|link| text::fold(&link.text)).collect();
    let mut before = Label::None;
    let judged = article.body.iter().map(|block| {
        let label = label_of(block, &links);
        let is_listed = match before {
            Label::Alone => block.kind == BlockKind::List || is_of_links(block, &links),
            Label::MaybeAlone => is_of_links(block, &links),
            Label::None | Label::WithLink => false,
        };
        if !is_listed {
            before = label;
        }
        let is_other = is_listed || matches!(label, Label::Alone | Label::WithLink);
        if is_other { None } else { in_block(block) }
    });
    judged.collect()
}

/// What a block is that may tell of other articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    /// It tells of none.
    None,
    /// A label, and what follows it are the others.
    Alone,
    /// It may be such a label.
    MaybeAlone,
    /// A label with another article behind it.
    WithLink,
}

fn label_of(block: &Block, links: &FxHashSet<String>) -> Label {
    if !matches!(
        block.kind,
        BlockKind::Standfirst | BlockKind::Paragraph | BlockKind::Heading | BlockKind::Quote
    ) {
        return Label::None;
    }
    let words = words::words(&block.text, &[]);
    let (sure, maybe) = (beginning(&words, &RELATED), beginning(&words, &MAYBE_RELATED));
    let Some(length) = sure.max(maybe) else { return Label::None };
    let is_sure = sure == Some(length);
    let rest = words.get(length..).unwrap_or_default();
    match rest.split_first() {
        None if is_sure => Label::Alone,
        None => Label::MaybeAlone,
        Some((mark, [])) if mark.sort == Sort::Mark && is_sure => Label::Alone,
        Some((mark, [])) if mark.sort == Sort::Mark => Label::MaybeAlone,
        Some((mark, rest)) if is_sure && mark.form == ":" && rest.len() <= 2 * WORDS_MAX => Label::WithLink,
        Some((word, rest)) => {
            let start = if word.sort == Sort::Mark { rest.first().map_or(word, |word| word) } else { word };
            let tail = block.text.get(start.place.start..).unwrap_or_default();
            let is_link = links.contains(&text::fold(tail)) || links.contains(&text::fold(&block.text));
            if is_link { Label::WithLink } else { Label::None }
        }
    }
}

/// Whether a block is nothing but links.
fn is_of_links(block: &Block, links: &FxHashSet<String>) -> bool {
    let is_link = |text: &String| links.contains(&text::fold(text));
    match block.kind {
        BlockKind::List => !block.items.is_empty() && block.items.iter().all(is_link),
        BlockKind::Paragraph | BlockKind::Heading => is_link(&block.text),
        BlockKind::Standfirst
        | BlockKind::Quote
        | BlockKind::Table
        | BlockKind::Image
        | BlockKind::Embed
        | BlockKind::Code => false,
    }
}

fn in_block(block: &Block) -> Option<Vec<Range<usize>>> {
    match block.kind {
        // A cell of a table is no part that stands for itself.
        BlockKind::Table | BlockKind::Code | BlockKind::Image => return Some(Vec::new()),
        BlockKind::List => {
            let is_noise = !block.items.is_empty() && block.items.iter().all(|item| is_noise(item));
            return (!is_noise).then(Vec::new);
        }
        BlockKind::Standfirst
        | BlockKind::Paragraph
        | BlockKind::Heading
        | BlockKind::Quote
        | BlockKind::Embed => {}
    }
    if is_noise(&block.text) {
        return None;
    }
    let parts: Vec<_> = parts(&block.text, &['\n', '|', '·', '•']).collect();
    let noise: Vec<_> =
        parts.iter().filter(|(_, part)| is_noise(part)).map(|(range, _)| range.clone()).collect();
    (noise.is_empty() || noise.len() < parts.len()).then_some(noise)
}

/// The parts of a text between separators, with their places.
fn parts<'a>(text: &'a str, separators: &'a [char]) -> impl Iterator<Item = (Range<usize>, &'a str)> {
    let mut at = 0;
    text.split_inclusive(separators).map(move |part| {
        let start = at;
        at += part.len();
        (start..at, part.trim_end_matches(separators))
    })
}

fn is_noise(part: &str) -> bool {
    let words = words::words(part, &[]);
    let letters = words.iter().filter(|word| word.sort != Sort::Mark).count();
    if letters == 0 {
        return false;
    }
    if beginning(&words, &APPEALS).is_some() && words.len() <= 2 * WORDS_MAX {
        return true;
    }
    letters <= WORDS_MAX
        && (is_whole(&words, &ADS)
            || is_passing_on(&words)
            || is_counter(&words)
            || is_relative_time(&words)
            || is_change_time(&words)
            || is_reading_time(&words))
}

/// How many words of a text its beginning takes, if that is one of the phrases, the longest.
fn beginning(words: &[Word], phrases: &[Vec<String>]) -> Option<usize> {
    let begins = |phrase: &&Vec<String>| {
        phrase.len() <= words.len() && phrase.iter().zip(words).all(|(one, word)| *one == word.folded)
    };
    phrases.iter().filter(begins).map(Vec::len).max()
}

/// Whether the words are one of the phrases, marks aside.
fn is_whole(words: &[Word], phrases: &[Vec<String>]) -> bool {
    let letters: Vec<&str> =
        words.iter().filter(|word| word.sort != Sort::Mark).map(|word| word.folded.as_str()).collect();
    phrases.iter().any(|phrase| phrase.iter().map(String::as_str).eq(letters.iter().copied()))
}

/// Whether a word is a number, short forms such as 1.2K among them.
fn is_amount(word: &Word) -> bool {
    let digits = word.folded.trim_end_matches(['k', 'm', 'h', 'd']);
    word.sort == Sort::Number
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ':' | '/'))
}

fn all_but_marks(words: &[Word], is_known: impl Fn(&Word) -> bool) -> bool {
    words.iter().filter(|word| word.sort != Sort::Mark).all(is_known)
}

/// Whether a word is in a list, also behind و, ب and ل.
fn is_in(list: &FxHashSet<String>, word: &Word) -> bool {
    let bare = |word: &str| word.strip_prefix(['و', 'ب', 'ل']).is_some_and(|bare| list.contains(bare));
    list.contains(&word.folded) || bare(&word.folded)
}

/// Whether the words ask to pass a text on. Networks alone ask nothing.
fn is_passing_on(words: &[Word]) -> bool {
    const ASKING: [&str; 12] = [
        "share",
        "print",
        "email",
        "save",
        "copy",
        "tweet",
        "شارك",
        "شاركها",
        "شاركه",
        "مشاركه",
        "طباعه",
        "نسخ",
    ];
    words.iter().any(|word| ASKING.contains(&word.folded.as_str()))
        && all_but_marks(words, |word| is_in(&PASSING_ON, word))
}

fn is_counter(words: &[Word]) -> bool {
    words.iter().any(|word| is_in(&COUNTED, word))
        && words.iter().any(is_amount)
        && all_but_marks(words, |word| is_amount(word) || is_in(&COUNTED, word) || is_in(&COUNTING, word))
}

fn is_relative_time(words: &[Word]) -> bool {
    let is_span = |word: &Word| {
        is_amount(word) || is_in(&AGO, word) || is_in(&SPANS, word) || super::lexicon::is_number(&word.folded)
    };
    words.iter().any(|word| AGO.contains(&word.folded)) && all_but_marks(words, is_span)
}

fn is_change_time(words: &[Word]) -> bool {
    let Some(length) = beginning(words, &UPDATED) else { return false };
    let rest = words.get(length..).unwrap_or_default();
    let is_time = |word: &Word| {
        is_amount(word) || super::lexicon::is_date(&word.folded) || is_in(&TIMES, word) || is_ordinal(word)
    };
    // The city whose time it is stands beside that word.
    let is_zone = |at: usize| {
        let is_beside = |at: Option<usize>, names: &[&str]| {
            at.and_then(|at| rest.get(at)).is_some_and(|word| names.contains(&word.folded.as_str()))
        };
        is_beside(at.checked_sub(1), &["بتوقيت", "توقيت"]) || is_beside(Some(at + 1), &["time"])
    };
    let mut words = rest.iter().enumerate().filter(|(_, word)| word.sort != Sort::Mark);
    rest.iter().any(is_amount) && words.all(|(at, word)| is_time(word) || is_zone(at))
}

/// `3rd`, `10am`.
fn is_ordinal(word: &Word) -> bool {
    let tail = word.folded.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    word.sort == Sort::Number && matches!(tail, "st" | "nd" | "rd" | "th" | "am" | "pm")
}

fn is_reading_time(words: &[Word]) -> bool {
    let letters: Vec<&str> =
        words.iter().filter(|word| word.sort == Sort::Letters).map(|word| word.folded.as_str()).collect();
    let is_unit = |word: &&str| SPANS.contains(*word);
    let is_reading = READING.iter().any(|phrase| {
        letters
            .windows(phrase.len())
            .any(|window| phrase.iter().map(String::as_str).eq(window.iter().copied()))
            && letters.len() <= phrase.len() + 1 + letters.iter().filter(|word| is_unit(word)).count()
    });
    is_reading && letters.len() <= 5 && words.iter().any(is_amount)
}
