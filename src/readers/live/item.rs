//! One post in the markup of a page: its id, times, headline, author, text and marks.

use super::{
    Marks, Options, Sketch, Text,
    coverage::PINS_MAX,
    declared,
    find::{self, Found},
    stamp::{self, Form, Stamp},
};
use crate::{
    model::Origin,
    page::{Node, Page, Pick, Step, Tag},
    readers::article,
    text::{fold, normal},
};
use jiff::SignedDuration;

/// Elements of a post that are looked at.
const ELEMENTS_MAX: usize = 2_000;
/// Longest headline, in letters.
const TITLE_MAX: usize = 300;
/// Longest line that names an author or a date.
const LINE_MAX: usize = 80;

/// Longest line that changes by itself.
const RESTLESS_MAX: usize = 40;
/// Words in the names of elements that count what readers do.
const COUNTER_WORDS: &[&str] =
    &["count", "counter", "likes", "views", "shares", "votes", "reactions", "comments", "reads"];

/// Reads the posts that were found.
pub(super) fn read_all<'a>(options: &Options<'_>, page: &'a Page, found: &Found<'a>) -> Vec<Sketch<'a>> {
    let items = found.items.iter().take(super::POSTS_MAX);
    let mut sketches: Vec<Sketch<'a>> = items.map(|item| Item::of(*item).read(options, page)).collect();
    date_clocks(&mut sketches);
    let cards =
        sketches.iter().filter(|sketch| sketch.url.as_ref().is_some_and(|url| leaves(page, url))).count();
    if cards * 2 <= sketches.len() {
        // A post may lead elsewhere in its headline; its address is on this page all the same.
        for sketch in &mut sketches {
            sketch.url = sketch.url.take().filter(|url| !leaves(page, url));
        }
    } else {
        for sketch in &mut sketches {
            sketch.ids = sketch.url.iter().map(|url| url.as_str().to_owned()).collect();
        }
    }
    sketches
}

/// Whether an address is another page's.
fn leaves(page: &Page, url: &url::Url) -> bool {
    !page.base_url().is_some_and(|base| declared::is_same_page(base, url))
}

/// Clock times without a day: down a list that has the newest on top, a later clock is of the day before. What is kept
/// on top says nothing of what stands below it.
fn date_clocks(sketches: &mut [Sketch<'_>]) {
    let listed = sketches.iter_mut().filter(|sketch| !sketch.marks.pinned);
    let mut stamps: Vec<&mut Stamp> = listed.filter_map(|sketch| sketch.published.as_mut()).collect();
    if is_rising(&stamps) {
        stamps.reverse();
    }
    let on_top = on_top(&stamps);
    let mut above: Option<jiff::Timestamp> = None;
    for stamp in stamps.into_iter().skip(on_top) {
        if let Some(above) = above.filter(|_| stamp.form == Form::Clock) {
            for _ in 0..366 {
                if stamp.moment.at.duration_since(above) <= OUT_OF_ORDER {
                    break;
                }
                stamp.moment.at -= SignedDuration::from_hours(24);
            }
        }
        above = Some(stamp.moment.at);
    }
}

/// A post may stand so far above a newer one.
const OUT_OF_ORDER: SignedDuration = SignedDuration::from_mins(30);

/// How much later each of several times is than the one below it.
fn falls(stamps: &[&mut Stamp]) -> Vec<SignedDuration> {
    let pairs = stamps.iter().zip(stamps.iter().skip(1));
    pairs.map(|(one, next)| one.moment.at.duration_since(next.moment.at)).collect()
}

/// Whether the oldest is on top. Two posts do not show it.
fn is_rising(stamps: &[&mut Stamp]) -> bool {
    let falls = falls(stamps);
    let up = falls.iter().filter(|fall| fall.is_negative()).count();
    let down = falls.iter().filter(|fall| fall.is_positive()).count();
    up > 1 && up > down && (up > PINS_MAX || down == 0)
}

/// How many stand above newer ones, though nothing marks them: those below come several an hour, and would be of the
/// day before.
fn on_top(stamps: &[&mut Stamp]) -> usize {
    let falls = falls(stamps);
    let is_rise = |fall: &&SignedDuration| **fall < -OUT_OF_ORDER;
    let Some(at) = falls.iter().take(PINS_MAX).position(|fall| is_rise(&fall)) else { return 0 };
    let (rise, below) = (falls.get(at).copied().unwrap_or_default(), falls.get(at + 1..).unwrap_or_default());
    let mut gaps: Vec<SignedDuration> = below.iter().filter(|fall| fall.is_positive()).copied().collect();
    gaps.sort_unstable();
    let is_busy = gaps.len() > 1
        && gaps.get(gaps.len() / 2).is_some_and(|median| *median < SignedDuration::from_hours(1));
    let is_long = rise + SignedDuration::from_hours(24) > SignedDuration::from_hours(12);
    if is_busy && is_long { at + 1 } else { 0 }
}

/// The elements of one post.
struct Item<'a> {
    root: Node<'a>,
    elements: Vec<Node<'a>>,
    /// What is no text.
    removed: Vec<Node<'a>>,
}

impl<'a> Item<'a> {
    fn of(root: Node<'a>) -> Self {
        Self { root, elements: root.elements().take(ELEMENTS_MAX).collect(), removed: Vec::new() }
    }

    fn read(mut self, options: &Options<'_>, page: &'a Page) -> Sketch<'a> {
        let rule = options.rule;
        let is_microdata = self.root.attribute("itemprop").is_some();
        let (published, modified) = self.times(options);
        let (title, url) = self.title(page, &rule.title);
        let marks = self.marks();
        let author = self.author(&rule.author);
        let mut sketch = Sketch {
            from: Some(if rule.post.is_empty() {
                if is_microdata { Origin::Microdata } else { Origin::Generic }
            } else {
                Origin::Rule
            }),
            ids: Vec::new(),
            url,
            published,
            modified,
            title,
            author,
            text: Text::None,
            marks,
        };
        self.ids(page, &rule.id, &mut sketch);
        sketch.text = self.text(&rule.body, is_microdata);
        sketch
    }

    /// The property of the post itself, not of things in it.
    fn property(&self, name: &str) -> Option<Node<'a>> {
        let is_named = |node: &&Node<'a>| {
            node.attribute("itemprop")
                .is_some_and(|property| property.split_ascii_whitespace().any(|word| word == name))
        };
        let owner = |node: &Node<'a>| {
            let mut around = node.parent();
            while let Some(node) =
                around.filter(|node| *node != self.root && node.attribute("itemscope").is_none())
            {
                around = node.parent();
            }
            around
        };
        self.elements.iter().skip(1).filter(is_named).find(|node| owner(node) == Some(self.root)).copied()
    }

    /// When it was published and changed.
    fn times(&mut self, options: &Options<'_>) -> (Option<Stamp>, Option<Stamp>) {
        let (mut published, mut modified) = (None, None);
        let read = |raw: &str| Stamp::read(options, raw);
        for pick in &options.rule.time {
            let nodes = self.root.select(pick);
            published = published.or_else(|| nodes.iter().find_map(|node| read(&node.value(pick)?)));
            self.removed.extend(nodes.into_iter().filter(|node| *node != self.root));
        }
        let property =
            |name: &str| self.property(name).and_then(|node| value(node).and_then(|raw| read(&raw)));
        published = published.or_else(|| property("datePublished"));
        modified = modified.or_else(|| property("dateModified"));
        for (name, raw) in self
            .root
            .attributes()
            .filter(|(name, raw)| name.starts_with("data-") && stamp::looks_like_one(raw))
        {
            if is_change(name) {
                modified = modified.or_else(|| read(raw));
            } else if find::names_time(name) || name.contains("sort") {
                published = published.or_else(|| read(raw));
            }
        }
        for node in self.elements.iter().skip(1) {
            let is_time = node.tag() == Tag::TIME || find::has_word(*node, find::CLASS_WORDS);
            let is_own = is_time && !self.is_quoted(*node);
            let Some(stamp) = is_own.then(|| time_of(options, *node)).flatten() else { continue };
            if self.is_later(*node) {
                modified = modified.or(Some(stamp));
            } else {
                published = published.or(Some(stamp));
            }
            self.removed.push(*node);
        }
        let restless: Vec<Node<'a>> =
            self.elements.iter().skip(1).filter(|node| self.is_restless(options, **node)).copied().collect();
        self.removed.extend(restless);
        (published, modified)
    }

    /// Whether a time is that of a change: it, or the box around it, is called so.
    fn is_later(&self, node: Node<'a>) -> bool {
        let around = std::iter::successors(node.parent(), |node| node.parent());
        let mut boxes = around.take(2).take_while(|around| *around != self.root);
        find::has_word(node, &["updated", "modified", "update", "dateModified"])
            || boxes.any(|around| find::has_word(around, &["updated", "modified"]))
    }

    /// Whether an element stands in a quotation: an embedded post has a headline, a time and an author of its own.
    fn is_quoted(&self, node: Node<'a>) -> bool {
        let around = std::iter::successors(Some(node), |node| node.parent());
        around.take_while(|around| *around != self.root).any(|around| around.tag() == Tag::BLOCKQUOTE)
    }

    /// Whether an element changes by itself: it says how long ago something was, or counts what readers do.
    fn is_restless(&self, options: &Options<'_>, node: Node<'a>) -> bool {
        let Some(line) = find::short(node, RESTLESS_MAX) else { return false };
        let around = std::iter::successors(Some(node), |node| node.parent());
        let is_text = around.take_while(|around| *around != self.root).any(|around| {
            matches!(around.tag(), Tag::BLOCKQUOTE | Tag::TABLE) || around.tag().heading_level().is_some()
        });
        // In a sentence it is said.
        if is_text || node.parent().is_some_and(has_own_text) {
            return false;
        }
        let is_amount = || Stamp::read(options, &line).is_some_and(|stamp| stamp.form == Form::Relative);
        let is_count = || line.contains(char::is_numeric) && line.split(' ').count() <= 2;
        is_amount() || find::has_word(node, COUNTER_WORDS) && is_count()
    }

    /// Its headline, and the address that the headline leads to.
    fn title(&mut self, page: &'a Page, picks: &[Pick]) -> (Option<String>, Option<url::Url>) {
        let ruled = picks.iter().find_map(|pick| {
            self.root.select(pick).into_iter().find_map(|node| Some((node, node.value(pick)?)))
        });
        let declared = || self.property("headline").and_then(|node| Some((node, value(node)?)));
        let fits = |node: &&Node<'a>| {
            let letters = find::short(**node, TITLE_MAX);
            letters.is_some_and(|text| !article::is_control(&text))
        };
        let fits = |node: &&Node<'a>| fits(node) && !self.is_quoted(**node);
        let heading = || self.elements.iter().filter(|node| node.tag().heading_level().is_some()).find(fits);
        let named = || {
            let is_title =
                |node: &&Node<'a>| find::has_word(**node, &["title", "ttl", "headline", "heading"]);
            self.elements.iter().skip(1).filter(is_title).find(fits)
        };
        let printed = heading().or_else(named).copied();
        let found = ruled.or_else(declared).or_else(|| printed.map(|node| (node, node.text())));
        let Some((node, title)) = found else { return (None, self.lead(page)) };
        self.removed.extend([Some(node).filter(|node| *node != self.root), printed].into_iter().flatten());
        let url = address_of(page, printed.unwrap_or(node));
        (Some(normal(&title)), url)
    }

    /// The address of a card without a heading: its longest link holds most of its text.
    fn lead(&mut self, page: &Page) -> Option<url::Url> {
        let links = self.elements.iter().filter(|node| node.tag() == Tag::A);
        let longest =
            links.map(|node| (node.text().chars().count(), *node)).max_by_key(|(length, _)| *length)?;
        let all = self.root.text().chars().count();
        (longest.0 * 2 > all).then(|| page.resolve(longest.1.attribute("href")?)).flatten()
    }

    fn marks(&self) -> Marks {
        let is_set = |name: &str| {
            let value = self.root.attribute(name)?;
            Some(!matches!(value.trim().to_ascii_lowercase().as_str(), "false" | "0" | "no"))
        };
        let any = |names: &[&str]| names.iter().filter_map(|name| is_set(name)).any(|is_it| is_it);
        let names = self.root.attribute("class").unwrap_or_default();
        let kind = self.root.attribute("data-type").unwrap_or_default();
        let words: Vec<String> =
            find::words(names).chain(find::words(kind)).map(str::to_ascii_lowercase).collect();
        let has = |word: &str| words.iter().any(|known| known == word);
        Marks {
            pinned: has("pinned")
                || has("sticky")
                || any(&["data-pinned", "data-post-sticky", "data-sticky"]),
            key_event: has("key") && (has("event") || has("moment") || has("point"))
                || has("keyevent")
                || any(&["data-key-event", "data-post-highlight"]),
            removed: any(find::STONES),
        }
    }

    /// Who wrote it: declared, named so, else what stands beside the time.
    fn author(&mut self, picks: &[Pick]) -> Option<String> {
        let ruled = picks.iter().find_map(|pick| {
            self.root.select(pick).into_iter().find_map(|node| Some((node, node.value(pick)?)))
        });
        if let Some((node, author)) = ruled {
            self.removed.push(node);
            return Some(author);
        }
        if let Some(node) = self.property("author") {
            let named = node.elements().take(20).find(|inside| inside.attribute("itemprop") == Some("name"));
            self.removed.push(node);
            let author = named.and_then(value).or_else(|| value(node));
            if author.is_some() {
                return author;
            }
        }
        let is_named = |node: &&Node<'a>| {
            find::has_word(
                **node,
                &["author", "authors", "byline", "writer", "contributor", "reporter", "journalist"],
            )
        };
        let named = self
            .elements
            .iter()
            .skip(1)
            .filter(|node| is_named(node) && !self.is_quoted(**node))
            .find_map(|node| Some((*node, find::short(*node, LINE_MAX)?)));
        if let Some((node, line)) = named {
            self.removed.push(node);
            return Some(without_by_word(&line));
        }
        let (boxed, line) = self.beside_time()?;
        self.removed.push(boxed);
        let is_mark = self
            .root
            .attribute("data-type")
            .is_some_and(|kind| fold(&kind.replace(['-', '_'], " ")) == fold(&line));
        let is_name = article::person(&line).as_deref() == Some(line.as_str());
        let is_label = line.chars().any(char::is_uppercase) && !line.chars().any(char::is_lowercase);
        (is_name && !is_label && !is_mark).then_some(line)
    }

    /// The small element around the first time, and what else stands in it.
    fn beside_time(&self) -> Option<(Node<'a>, String)> {
        let time = self.removed.iter().find(|node| node.tag() == Tag::TIME).or(self.removed.first())?;
        let printed = time.text();
        let around = std::iter::successors(time.parent(), |node| node.parent());
        for node in around.take(3).take_while(|node| *node != self.root) {
            let is_head = node.elements().take(20).any(|node| node.tag().heading_level().is_some());
            let Some(text) = find::short(node, LINE_MAX + printed.len()).filter(|_| !is_head) else { break };
            let rest = normal(&text.replacen(&printed, " ", 1));
            let rest = rest.trim_matches(|letter: char| !letter.is_alphanumeric());
            if !rest.is_empty() {
                return Some((node, rest.to_owned()));
            }
        }
        None
    }

    /// Its ids: what the rule finds, the fragment of its own address, the ids of its element.
    fn ids(&self, page: &Page, picks: &[Pick], sketch: &mut Sketch<'_>) {
        let ruled = self.root.pick_first(picks);
        sketch.ids.extend(ruled);
        let base = page.base_url();
        let declared = self.property("url").or_else(|| self.property("mainEntityOfPage")).and_then(value);
        let declared = declared.and_then(|address| page.resolve(&address));
        sketch.ids.extend(declared.as_ref().and_then(|url| declared::id_in(url, base)));
        let mut own: Vec<(&str, &str)> = self
            .root
            .attributes()
            .filter(|(name, value)| find::is_id(name) && !value.trim().is_empty())
            .collect();
        own.sort_unstable_by_key(|(name, _)| *name != "id");
        sketch.ids.extend(own.iter().map(|(_, value)| value.trim().to_owned()));
        let links = self
            .elements
            .iter()
            .filter(|node| node.tag() == Tag::A)
            .filter_map(|node| page.resolve(node.attribute("href")?));
        let mut permalinks =
            links.filter(|url| base.is_some_and(|base| declared::is_same_page(base, url) && url != base));
        let permalink = declared.filter(|url| url.fragment().is_some()).or_else(|| permalinks.next());
        sketch.ids.extend(permalink.as_ref().and_then(|url| declared::id_in(url, base)));
        if sketch.ids.is_empty() {
            // The element around or right inside may carry the anchor.
            let inside = self.elements.iter().skip(1).take(3).find_map(|node| node.attribute("id"));
            sketch.ids.extend(inside.map(str::to_owned));
        }
        if sketch.url.is_none() {
            sketch.url = permalink.or_else(|| {
                let mut url = base?.clone();
                url.set_fragment(Some(own.iter().find(|(name, _)| *name == "id")?.1));
                Some(url)
            });
        }
        let mut seen = Vec::new();
        sketch.ids.retain(|id| {
            !seen.contains(id) && {
                seen.push(id.clone());
                true
            }
        });
    }

    /// Its text.
    fn text(mut self, picks: &[Pick], is_microdata: bool) -> Text<'a> {
        let ruled = picks.iter().find_map(|pick| self.root.select(pick).into_iter().next());
        if let Some(node) = ruled {
            return Text::Element(node, self.removed);
        }
        let declared = self.property("articleBody");
        match declared.filter(|_| is_microdata) {
            Some(node) if node.attribute("content").is_some() => {
                Text::Markup(node.attribute("content").unwrap_or_default().to_owned())
            }
            Some(node) => Text::Element(node, self.removed),
            None => {
                self.removed.retain(|node| *node != self.root);
                Text::Element(self.root, self.removed)
            }
        }
    }
}

/// Whether an element has words that are in none of those in it.
fn has_own_text(node: Node<'_>) -> bool {
    let mut depth = 0;
    node.walk().any(|step| {
        match step {
            Step::Open(_) => depth += 1,
            Step::Close(_) => depth -= 1,
            Step::Text(text) => return depth == 1 && text.contains(char::is_alphanumeric),
        }
        false
    })
}

/// The address that an element leads to, as the link in it or around it.
fn address_of(page: &Page, node: Node<'_>) -> Option<url::Url> {
    let inside =
        node.elements().take(20).find(|node| node.tag() == Tag::A && node.attribute("href").is_some());
    let around =
        std::iter::successors(node.parent(), |node| node.parent()).take(3).find(|node| node.tag() == Tag::A);
    page.resolve(inside.or(around)?.attribute("href")?)
}

/// The time in an element: its attributes, else its text.
fn time_of(options: &Options<'_>, node: Node<'_>) -> Option<Stamp> {
    let attributes = node.attributes().filter(|(name, value)| {
        (matches!(*name, "datetime" | "title") || name.starts_with("data-")) && stamp::looks_like_one(value)
    });
    let mut stamps: Vec<Stamp> = attributes.filter_map(|(_, value)| Stamp::read(options, value)).collect();
    stamps.sort_by_key(|stamp| std::cmp::Reverse(stamp.form));
    let printed = || {
        let text = find::short(node, LINE_MAX)?;
        Stamp::read(options, &text)
    };
    stamps.into_iter().next().or_else(printed)
}

/// Whether the name of an attribute says that it is the time of a change.
fn is_change(name: &str) -> bool {
    find::words(name).any(|word| matches!(word, "update" | "updated" | "modified" | "edited" | "changed"))
}

/// The value of a property: its content, its time, else its text.
fn value(node: Node<'_>) -> Option<String> {
    let attribute = ["content", "datetime", "href"].iter().find_map(|name| node.attribute(name));
    let value = attribute.map_or_else(|| node.text(), normal);
    (!value.is_empty()).then_some(value)
}

/// A line without the word before a name.
fn without_by_word(line: &str) -> String {
    article::person(line).filter(|person| line.ends_with(person.as_str())).unwrap_or_else(|| line.to_owned())
}
