//! Bylines: who wrote it, for which agency, where.

use crate::text;
use std::{collections::HashSet, sync::LazyLock};

/// A byline taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Byline {
    /// Persons.
    pub(super) authors: Vec<String>,
    /// Agencies, as printed.
    pub(super) agencies: Vec<String>,
    /// Where it was written.
    pub(super) place: Option<String>,
}

/// News agencies and the words for "agencies", in matching form or close to it; matched whole.
const AGENCIES: &[&str] = &[
    "reuters",
    "رويترز",
    "وكالة رويترز",
    "路透社",
    "路透",
    "reuter",
    "afp",
    "agence france-presse",
    "agence france presse",
    "أ ف ب",
    "أ.ف.ب",
    "ا ف ب",
    "فرانس برس",
    "وكالة فرانس برس",
    "法新社",
    "afp-services",
    "ap",
    "the associated press",
    "associated press",
    "أسوشيتد برس",
    "اسوشيتد برس",
    "أ ب",
    "أ.ب",
    "美联社",
    "dpa",
    "د ب أ",
    "د.ب.أ",
    "الألمانية",
    "وكالات",
    "الوكالات",
    "وكالات الأنباء",
    "agencies",
    "agences",
    "agencias",
    "agenzie",
    "agenturen",
    "news agencies",
    "wire reports",
    "wires",
    "ajanslar",
    "خبرگزاری ها",
    "الأناضول",
    "وكالة الأناضول",
    "anadolu",
    "anadolu agency",
    "aa",
    "سانا",
    "sana",
    "xinhua",
    "شينخوا",
    "新华社",
    "新华网",
    "tass",
    "تاس",
    "тасс",
    "interfax",
    "إنترفاكس",
    "интерфакс",
    "ria novosti",
    "риа новости",
    "نوفوستي",
    "efe",
    "إفي",
    "europa press",
    "ansa",
    "adnkronos",
    "agi",
    "apa",
    "sda",
    "keystone-sda",
    "ats",
    "epd",
    "kna",
    "sid",
    "upi",
    "pti",
    "ani",
    "ians",
    "kyodo",
    "共同社",
    "jiji",
    "yonhap",
    "연합뉴스",
    "belga",
    "ritzau",
    "ntb",
    "tt",
    "stt",
    "pap",
    "ctk",
    "čtk",
    "mti",
    "lusa",
    "ukrinform",
    "укринформ",
    "unian",
    "irna",
    "ایرنا",
    "إرنا",
    "isna",
    "ایسنا",
    "fars",
    "فارس",
    "tasnim",
    "تسنيم",
    "واس",
    "spa",
    "وام",
    "wam",
    "كونا",
    "kuna",
    "قنا",
    "qna",
    "بترا",
    "petra",
    "وفا",
    "wafa",
    "واع",
    "ina",
    "أ ش أ",
    "أش أ",
    "mena",
    "وات",
    "tap",
    "واج",
    "aps",
    "map",
    "سبأ",
    "nna",
    "الوكالة الوطنية للإعلام",
    "bloomberg",
    "بلومبرغ",
    "canadian press",
    "the canadian press",
    "press association",
    "pa media",
    "pa",
];

/// Words before a name that say who wrote, in matching form. Followed by a space or a colon.
const BY_WORDS: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "da",
    "door",
    "av",
    "af",
    "od",
    "przez",
    "written by",
    "words by",
    "story by",
    "text",
    "text by",
    "texte",
    "texto",
    "testo",
    "posted by",
    "author",
    "authors",
    "autor",
    "autore",
    "autoren",
    "autores",
    "autori",
    "auteur",
    "auteurs",
    "reporter",
    "reporting by",
    "بقلم",
    "إفادة",
    "كتب",
    "كتبت",
    "كتبه",
    "كتبها",
    "كتابة",
    "إعداد",
    "إعداد وتحرير",
    "اعداد",
    "تحرير",
    "الكاتب",
    "المصدر",
    "المحرر",
    "محرر",
    "مراسل",
    "نویسنده",
    "نوشته",
    "автор",
    "текст",
    "yazan",
    "haber",
    "oleh",
    "penulis",
    "문",
    "글",
    "文",
    "作者",
    "记者",
    "記者",
    "oleh",
];

/// Words that say who wrote where a colon follows; alone they are what the text is.
const LABELS: &[&str] = &[
    "أجرت الحوار",
    "أجرى الحوار",
    "تحقيق",
    "ترجمة",
    "تقرير",
    "حاوره",
    "حاورته",
    "حاورها",
    "حاورتها",
    "حوار",
    "متابعة",
    "خبرنگار",
    "گزارش",
    "گفتگو",
    "گفت\u{200c}وگو",
    "muhabir",
    "röportaj",
    "söyleşi",
];

/// Programs that sign what is written with them.
const PROGRAMS: &[&str] = &[
    "adobe",
    "blogger",
    "dreamweaver",
    "drupal",
    "elementor",
    "frontpage",
    "joomla",
    "libreoffice",
    "microsoft frontpage",
    "microsoft word",
    "openoffice",
    "squarespace",
    "super user",
    "typo3",
    "wordpress",
];

/// Whether a name is that of a program a page was made with, version and description behind it or not.
pub(super) fn is_program(name: &str) -> bool {
    let folded = text::fold(without_by_word(name).0);
    let is_it = |program: &&str| {
        let behind = folded.strip_prefix(*program).map(str::trim_start);
        behind.is_some_and(|behind| !behind.starts_with(char::is_alphabetic))
    };
    PROGRAMS.iter().any(is_it)
}

/// What persons are, first or last of the words beside their names; in matching form.
const ROLES: &[&str] = &[
    "columnist",
    "contributor",
    "correspondent",
    "correspondant",
    "editor",
    "journalist",
    "journaliste",
    "korrespondent",
    "muhabir",
    "muhabiri",
    "redakteur",
    "redakteurin",
    "reporter",
    "staff",
    "writer",
    "корреспондент",
    "редактор",
    "باحث",
    "باحثه",
    "صحافي",
    "صحافيه",
    "صحفي",
    "صحفيه",
    "كاتب",
    "كاتبه",
    "مراسل",
    "مراسله",
];

/// Words that say what a person is.
const ROLE_WORDS_MAX: usize = 4;

/// Whether a part of a byline says what a person is, and names none.
fn is_role(part: &str) -> bool {
    let folded = text::fold(part);
    let mut words = folded.split(' ');
    let ends = [words.next(), words.next_back()];
    let is_label = folded.split(' ').count() <= ROLE_WORDS_MAX && !folded.contains(char::is_numeric);
    is_label && ends.into_iter().flatten().any(|word| ROLES.contains(&word))
}

/// Takes a printed byline apart. `own_names` are the site's, folded; `is_city` knows places.
pub(super) fn split(printed: &str, own_names: &[String], is_city: impl Fn(&str) -> bool) -> Byline {
    let (bare, was_named) = without_by_word(printed);
    let desk = desk(bare, own_names);
    // A name set tight before its desk is of a place, however many words it has.
    let is_tight = desk.is_some() && !has_loose_dash(bare);
    let parts = desk.map_or_else(|| parts(bare), Vec::from);
    // A site that is all of its byline is the author.
    let is_desk = |part: &str| is_agency(part) || parts.len() > 1 && is_desk(part, own_names);
    let has_desk = parts.iter().any(|part| is_desk(part));
    let mut byline = Byline::default();
    let first = parts.first().copied().unwrap_or_default();
    for (index, part) in parts.iter().enumerate() {
        let is_behind_desk = parts.len() == 2 && index == 1 && is_desk(first);
        let is_name = is_word(part) || is_tight && index == 0 || begins_as_place(part);
        let may_be_place = is_city(part) || has_desk && (index == 0 || is_behind_desk) && is_name;
        if is_desk(part) {
            byline.agencies.extend(is_agency(part).then(|| (*part).to_owned()));
        } else if parts.len() > 1 && !was_named && byline.place.is_none() && may_be_place {
            byline.place = Some((*part).to_owned());
        } else if is_person(part) && !(index > 0 && is_role(part)) && (!is_behind_desk || is_agency(first)) {
            // Behind the site's own name more words may be a place as well.
            byline.authors.push(without_by_word(part).0.to_owned());
        }
    }
    byline
}

/// The persons in a declared name, as the page prints them: two joined by "and" come apart, a surname in front goes
/// behind where the printed line has it there, and signs of the desk and of footnotes go.
pub(super) fn persons(declared: &str, printed: Option<&str>) -> Vec<String> {
    let mut names = vec![declared];
    for joint in [" and ", " og ", " och ", " und ", " et ", " & ", " y ", " ve ", " и "] {
        let apart: Vec<&str> = names.iter().flat_map(|name| name.split(joint)).collect();
        if apart.iter().all(|name| !name.contains(',') && name.contains(' ') && is_person(name)) {
            names = apart;
        }
    }
    let name = |name: &str| {
        let bare = without_sign(name.trim());
        let turned = bare.split_once(", ").map(|(last, first)| format!("{first} {last}"));
        turned
            .filter(|turned| printed.is_some_and(|line| line.contains(turned)))
            .unwrap_or_else(|| bare.to_owned())
    };
    names.into_iter().map(name).collect()
}

/// A name without the sign of a desk in parentheses or the number of a footnote after it.
fn without_sign(name: &str) -> &str {
    let is_sign =
        |sign: &str| sign.len() <= 5 && sign.chars().all(|letter| letter.is_lowercase() || letter == '.');
    let opened = name.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let bare = opened.filter(|(_, sign)| is_sign(sign)).map_or(name, |(bare, _)| bare);
    let unnumbered = bare.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '*');
    if unnumbered.ends_with(char::is_alphabetic) && unnumbered.contains(' ') { unnumbered } else { bare }
}

/// Whether a line is no more than the desk that wrote it and from where: an agency or the site itself, a dash, a name.
/// `own_names` are the site's, folded.
pub(super) fn is_dateline(line: &str, own_names: &[String]) -> bool {
    desk(line, own_names).is_some()
}

/// Whether a line could be a byline: it begins as one or names an agency beside little else.
pub(super) fn is_byline(line: &str) -> bool {
    if line.chars().count() > 120 || line.ends_with(['.', '؟', '?', '!', ':']) {
        return false;
    }
    let split = split(line, &[], |_| false);
    let (bare, was_named) = without_by_word(line);
    let parts = parts(bare);
    let roles = parts.iter().skip(1).filter(|part| is_role(part)).count();
    let is_whole = split.authors.len() + split.agencies.len() + usize::from(split.place.is_some()) + roles
        == parts.len();
    is_whole && (!split.agencies.is_empty() || (was_named && !split.authors.is_empty()))
}

/// Bytes of a line that names a desk and its place.
const DESK_MAX: usize = 200;
/// Letters of the name of a place, and its words.
const PLACE_MAX: (usize, usize) = (30, 3);

/// The two parts of a line that is an agency or the site itself, a dash, and a name: who writes, and from where.
fn desk<'a>(line: &'a str, own_names: &[String]) -> Option<[&'a str; 2]> {
    if line.len() > DESK_MAX {
        return None;
    }
    let is_name = |part: &str| {
        let is_inside = |letter: char| letter.is_alphabetic() || letter == ' ' || is_mark_of_word(letter);
        part.chars().count() <= PLACE_MAX.0
            && part.split_whitespace().count() <= PLACE_MAX.1
            && part.chars().all(is_inside)
    };
    line.match_indices(['-', '–', '—', 'ـ']).find_map(|(at, dash)| {
        let parts = [line.get(..at)?, line.get(at + dash.len()..)?].map(bare);
        let [before, behind] = parts;
        let is_whole = !before.is_empty() && !behind.is_empty();
        let is_it =
            is_desk(before, own_names) && is_name(behind) || is_desk(behind, own_names) && is_name(before);
        (is_whole && is_it).then_some(parts)
    })
}

/// Whether white space stands beside a dash.
fn has_loose_dash(line: &str) -> bool {
    let is_dash = |letter: char| matches!(letter, '-' | '–' | '—' | 'ـ');
    let letters: Vec<char> = line.trim().chars().collect();
    letters.windows(2).any(|pair| match pair {
        [one, other] => is_dash(*one) && other.is_whitespace() || one.is_whitespace() && is_dash(*other),
        _ => false,
    })
}

/// Words that names of places of several words begin with, and names of persons do not; in matching form.
const PLACE_WORDS: &[&str] = &["بيت", "تل", "جبل", "خان", "دير", "راس", "ريف", "عين", "كفر", "مدينه", "وادي"];

fn begins_as_place(part: &str) -> bool {
    let folded = text::fold(part);
    folded.split(' ').next().is_some_and(|word| PLACE_WORDS.contains(&word))
}

/// Whether a part is an agency or the site itself.
fn is_desk(part: &str, own_names: &[String]) -> bool {
    is_agency(part) || own_names.contains(&text::fold(part))
}

/// Marks within a word: diacritics, apostrophes.
fn is_mark_of_word(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '.' | '\u{64b}'..='\u{652}' | '\u{200c}')
}

/// The parts between dashes, bars, commas and joining words.
fn parts(line: &str) -> Vec<&str> {
    let mut parts = vec![line];
    for mark in [
        " - ", " – ", " — ", " ـ ", " (", "|", "•", "·", "/", ";", "، ", ", ", " and ", " und ", " et ",
        " & ", "\n", " y ", " и ", " og ", " och ", " ve ",
    ] {
        parts = parts.into_iter().flat_map(|part| part.split(mark)).collect();
    }
    parts.into_iter().map(bare).filter(|part| !part.is_empty()).collect()
}

/// A part without the marks around it.
fn bare(part: &str) -> &str {
    let is_mark = |letter| matches!(letter, '(' | ')' | '[' | ']' | '،' | ',' | ':' | '-' | '–' | '—' | '|');
    part.trim_matches(|letter: char| letter.is_whitespace() || is_mark(letter))
}

fn is_agency(part: &str) -> bool {
    part.len() <= 64 && FOLDED_AGENCIES.contains(&text::fold(part))
}

/// [`AGENCIES`] in matching form.
static FOLDED_AGENCIES: LazyLock<HashSet<String>> = LazyLock::new(|| folded(AGENCIES));
/// [`BY_WORDS`] in matching form.
static FOLDED_BY_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| folded(BY_WORDS));

/// [`LABELS`] in matching form.
static FOLDED_LABELS: LazyLock<HashSet<String>> = LazyLock::new(|| folded(LABELS));

fn folded(words: &[&str]) -> HashSet<String> {
    words.iter().map(|word| text::fold(word)).collect()
}

fn is_word(part: &str) -> bool {
    part.split_whitespace().count() == 1 && !part.contains(char::is_numeric)
}

/// Whether a part reads as the name of a person: a few words, no digits or signs, capitals where there are.
fn is_person(part: &str) -> bool {
    let part = without_by_word(part).0;
    let words: Vec<_> = part.split_whitespace().collect();
    let is_odd =
        |letter: char| letter.is_numeric() || matches!(letter, '@' | '/' | '?' | '!' | '©' | '"' | '#');
    let begins_low = |word: &&str| word.chars().next().is_some_and(char::is_lowercase);
    let first_low = words.first().is_some_and(begins_low);
    let spaceless = part.chars().any(|letter| letter >= '\u{2e80}');
    (words.len() >= 2 || spaceless)
        && words.len() <= 5
        && !part.contains(is_odd)
        && !first_low
        && words.iter().filter(|word| begins_low(word)).count() * 2 <= words.len()
}

/// Whether a line is a by-word and nothing more, a single word that is no agency, or a program: a label and no byline.
pub(super) fn is_bare(line: &str) -> bool {
    let spaceless = line.chars().any(|letter| letter >= '\u{2e80}');
    let is_word = line.split_whitespace().count() < 2 && !spaceless;
    (is_word && !is_agency(line))
        || is_program(line)
        || FOLDED_BY_WORDS.contains(text::fold(line).trim_end_matches(':'))
}

/// A line without the word that says who wrote, and whether there was one.
pub(super) fn without_by_word(line: &str) -> (&str, bool) {
    let line = line.trim();
    let ends = line.char_indices().filter(|(_, letter)| matches!(letter, ' ' | ':' | '：' | '/'));
    let ends: Vec<usize> = ends.map(|(at, _)| at).take(3).collect();
    // The longest: of "prepared and edited by" the first word is one, too.
    for end in ends.into_iter().rev() {
        let Some((word, rest)) = line.split_at_checked(end) else { continue };
        let is_label = || rest.starts_with([':', '：']) && FOLDED_LABELS.contains(&text::fold(word));
        if word.len() <= 48 && (FOLDED_BY_WORDS.contains(&text::fold(word)) || is_label()) {
            return (rest.trim_start_matches([' ', ':', '：', '/']), true);
        }
    }
    (line, false)
}
