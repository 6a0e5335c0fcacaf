//! The article put together: for each field the best way that yields it.

use super::{
    Options, byline,
    generic::Reading,
    rules::{Rule, Ruled},
    structured::{Declared, Said},
    times,
};
use crate::{
    date::{self, Context},
    model::{Article, Block, BlockKind, Image, Origin, Provenance, Remark, SCHEMA},
    page::{Page, Pick},
    text,
};
use url::Url;

/// An article in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    article: Article,
    remarks: Vec<Remark>,
}

/// A value with where it came from.
type Found = (String, Provenance);

impl Draft {
    /// Of a parsed page.
    pub(super) fn of_page(
        options: &Options<'_>,
        page: &Page,
        ruled: &Ruled<'_>,
        declared: &Declared,
        reading: Reading,
    ) -> Self {
        let mut draft = Self::default();
        draft.set_title(page, ruled, declared, &reading);
        draft.set_labels(ruled, declared, &reading);
        draft.set_times(options, ruled, declared, &reading);
        draft.set_byline(options, ruled, declared, &reading);
        draft.set_images(page, ruled, declared, &reading);
        draft.set_body(ruled, declared, reading);
        draft.set_text(page.lang().or(options.language));
        draft.article.url = page.canonical().map(String::from);
        draft
    }

    /// Of flattened text.
    pub(super) fn of_text(options: &Options<'_>, reading: Reading) -> Self {
        let mut draft = Self::default();
        let head = &reading.head;
        draft.article.title = draft.noted("title", generic(head.title.as_ref())).unwrap_or_default();
        draft.article.kicker = draft.noted("kicker", generic(head.kicker.as_ref()));
        draft.take_time(times::printed(options, &head.datelines), false);
        let printed = generic(head.byline.as_ref());
        draft.take_byline(options, printed, None, &[]);
        draft.article.images.clone_from(&reading.images);
        draft.note("images", !reading.images.is_empty(), Provenance::from(Origin::Generic));
        draft.note("body", !reading.body.is_empty(), Provenance::from(Origin::Generic));
        draft.article.body = reading.body;
        draft.set_text(options.language);
        draft
    }

    /// The article, with what was odd about it.
    pub(super) fn finish(mut self, url: Option<&Url>) -> (Article, Vec<Remark>) {
        let article = &mut self.article;
        SCHEMA.clone_into(&mut article.schema);
        article.revision = 1;
        if article.url.is_none() {
            article.url = url.map(Url::to_string);
        }
        if article.title.is_empty() {
            article.warnings.push("article/no-title".to_owned());
        }
        if article.text.is_empty() {
            article.warnings.push("article/no-body".to_owned());
        }
        if article.published.is_none() {
            article.warnings.push("article/no-date".to_owned());
        }
        (self.article, self.remarks)
    }

    fn note(&mut self, field: &str, is_there: bool, provenance: Provenance) {
        if is_there {
            self.article.provenance.insert(field.to_owned(), provenance);
        }
    }

    fn noted(&mut self, field: &str, found: Option<Found>) -> Option<String> {
        let (value, provenance) = found?;
        self.note(field, true, provenance);
        Some(value)
    }

    /// What the rules find for a field; a remark where they have picks and find nothing.
    fn ruled(&mut self, ruled: &Ruled<'_>, name: &str, field: fn(&Rule) -> &Vec<Pick>) -> Option<Found> {
        let found = ruled.value(field);
        self.remarks.extend(ruled.remark(name, found.is_some(), field));
        found.map(|(value, pick)| (value, by_rule(pick)))
    }

    fn set_title(&mut self, page: &Page, ruled: &Ruled<'_>, declared: &Declared, reading: &Reading) {
        let found = self
            .ruled(ruled, "title", |rule| &rule.title)
            .or_else(|| best_title(page, declared, reading.head.title.as_deref()));
        self.article.title = self.noted("title", found).unwrap_or_default();
    }

    fn set_labels(&mut self, ruled: &Ruled<'_>, declared: &Declared, reading: &Reading) {
        let head = &reading.head;
        let kicker =
            self.ruled(ruled, "kicker", |rule| &rule.kicker).or_else(|| generic(head.kicker.as_ref()));
        self.article.kicker = self.noted("kicker", kicker);
        let summary = self
            .ruled(ruled, "standfirst", |rule| &rule.standfirst)
            .or_else(|| generic(head.standfirst.as_ref()))
            .or_else(|| said(declared.description.as_ref()));
        self.article.summary = self.noted("summary", summary);
        self.article.section = self.noted("section", said(declared.section.as_ref()));
        if let Some(tags) = &declared.tags {
            self.note("tags", true, origin(tags));
            self.article.tags.clone_from(&tags.value);
            let mut seen = std::collections::BTreeSet::new();
            self.article.tags.retain(|tag| seen.insert(tag.clone()));
        }
    }

    fn set_times(
        &mut self,
        options: &Options<'_>,
        ruled: &Ruled<'_>,
        declared: &Declared,
        reading: &Reading,
    ) {
        let by_rule = ruled
            .values(|rule| &rule.date)
            .into_iter()
            .find_map(|(value, pick)| times::read(options, &value, Origin::Rule, Some(pick.as_str())));
        self.remarks.extend(ruled.remark("date", by_rule.is_some(), |rule| &rule.date));
        let declared_time = times::declared(options, &declared.published);
        let printed = times::printed(options, &reading.head.datelines);
        let (time, is_conflict) = match by_rule {
            Some(by_rule) => times::agree(Some(by_rule), printed),
            None => times::agree(declared_time, printed),
        };
        self.take_time(time, is_conflict);
        if let Some(modified) = times::declared(options, &declared.modified) {
            self.note("modified", true, modified.provenance);
            self.article.modified = Some(modified.moment);
        }
    }

    fn take_time(&mut self, time: Option<times::Timed>, is_conflict: bool) {
        let Some(time) = time else { return };
        if time.is_assumed {
            self.article.warnings.push("article/zone-assumed".to_owned());
        }
        if is_conflict {
            self.article.warnings.push("article/time-conflict".to_owned());
        }
        self.note("published", true, time.provenance);
        self.article.published = Some(time.moment);
    }

    fn set_byline(
        &mut self,
        options: &Options<'_>,
        ruled: &Ruled<'_>,
        declared: &Declared,
        reading: &Reading,
    ) {
        let printed = self
            .ruled(ruled, "byline", |rule| &rule.byline)
            .or_else(|| generic(reading.head.byline.as_ref()))
            .or_else(|| generic(reading.head.desk.as_ref()));
        self.take_byline(options, printed, declared.authors.as_ref(), &declared.own_names);
        if let Some((desk, from)) = generic(reading.head.desk.as_ref())
            && self.article.place.is_none()
        {
            self.article.place =
                byline::split(&desk, &declared.own_names, |name| is_city(options, name)).place;
            self.note("place", self.article.place.is_some(), from);
        }
    }

    /// Takes the printed byline apart; persons declared in the page's data win over those found in it.
    fn take_byline(
        &mut self,
        options: &Options<'_>,
        printed: Option<Found>,
        declared: Option<&Said<Vec<String>>>,
        own_names: &[String],
    ) {
        let split = |line: &str| byline::split(line, own_names, |name| is_city(options, name));
        let split = printed.as_ref().map(|(line, _)| split(line)).unwrap_or_default();
        let from = printed.as_ref().map(|(_, provenance)| provenance.clone());
        self.article.byline = self.noted("byline", printed);
        for (field, is_there) in [("agencies", !split.agencies.is_empty()), ("place", split.place.is_some())]
        {
            if let Some(from) = &from {
                self.note(field, is_there, from.clone());
            }
        }
        self.article.agencies = split.agencies;
        self.article.place = split.place;
        let is_agency = |name: &String| !byline::split(name, &[], |_| false).agencies.is_empty();
        let line = self.article.byline.as_deref();
        let said = declared.map(|said| said.value.as_slice()).unwrap_or_default();
        let persons: Vec<String> = said.iter().flat_map(|name| byline::persons(name, line)).collect();
        let is_name = |name: &String| !name.contains(['|', '@']) && !is_agency(name);
        let mut persons: Vec<String> = persons.into_iter().filter(is_name).collect();
        // The site as its own author gives way to any person.
        if !split.authors.is_empty() || !persons.iter().all(|name| is_own(name, own_names)) {
            persons.retain(|name| !is_own(name, own_names));
        }
        // A declared name may be the whole printed line, place and all.
        if persons.len() == 1 && persons.first() == self.article.byline.as_ref() && !split.authors.is_empty()
        {
            persons.clone_from(&split.authors);
        }
        let by_rule = from.as_ref().is_some_and(|from| from.from == Origin::Rule);
        let are_ruled = by_rule && !split.authors.is_empty();
        if let Some(declared) = declared.filter(|_| !persons.is_empty() && !are_ruled) {
            self.note("authors", true, origin(declared));
            self.article.authors = persons;
        } else if let Some(from) = from {
            self.note("authors", !split.authors.is_empty(), from);
            self.article.authors = split.authors;
        }
    }

    fn set_images(&mut self, page: &Page, ruled: &Ruled<'_>, declared: &Declared, reading: &Reading) {
        let caption = self.ruled(ruled, "caption", |rule| &rule.caption);
        let image = self.ruled(ruled, "image", |rule| &rule.image);
        let declared_image = said(declared.image.as_ref());
        let mut images = reading.images.clone();
        let main =
            image.or(declared_image.filter(|_| images.is_empty() || images.iter().all(|i| i.url.is_none())));
        let mut provenance = Provenance::from(Origin::Generic);
        if let Some((address, from)) = main {
            let url = page.resolve(&address).map(String::from);
            if url.is_some() && !images.iter().any(|image| image.url == url) {
                match images.first_mut() {
                    Some(first) if first.url.is_none() => first.url = url,
                    _ => images.insert(0, Image { url, ..Image::default() }),
                }
            }
            provenance = from;
        }
        if let Some((caption, _)) = caption
            && let Some(first) = images.first_mut()
            && first.caption.is_none()
        {
            first.caption = Some(caption);
        }
        self.note("images", !images.is_empty(), provenance);
        self.article.images = images;
    }

    fn set_body(&mut self, ruled: &Ruled<'_>, declared: &Declared, reading: Reading) {
        let mut body = reading.body;
        let pick = ruled.body.as_ref().filter(|_| reading.by_rule).map(|(_, pick)| pick);
        self.remarks.extend(ruled.remark("body", pick.is_some(), |rule| &rule.body));
        let mut provenance = pick.map_or_else(|| Provenance::from(Origin::Generic), |pick| by_rule(pick));
        if body.is_empty() {
            body = declared_body(declared);
            provenance = Provenance::from(Origin::JsonLd);
            provenance.rule = Some("articleBody".to_owned());
        }
        let printed =
            ruled.value(|rule| &rule.standfirst).map(|(value, _)| value).or(reading.head.standfirst);
        put_standfirst(&mut body, printed);
        self.article.links = reading.links;
        self.note("body", !body.is_empty(), provenance);
        self.note("links", !self.article.links.is_empty(), Provenance::from(Origin::Generic));
        self.article.body = body;
    }

    fn set_text(&mut self, declared: Option<&str>) {
        let article = &mut self.article;
        article.text = joined(&article.body);
        article.words = text::words(&article.text);
        let sample = if article.text.is_empty() { &article.title } else { &article.text };
        article.language = text::language(sample, declared);
        article.direction = text::direction(sample);
    }
}

/// Whether a name is that of a city whose clock is known.
fn is_city(options: &Options<'_>, name: &str) -> bool {
    let context = Context { zone: options.zone, now: options.now, order: options.order };
    date::read(&format!("2020-06-01 10:00 {name}"), &context).zone.is_some()
}

/// Whether a name is the site's own.
fn is_own(name: &str, own_names: &[String]) -> bool {
    own_names.contains(&text::fold(name))
}

fn by_rule(pick: &Pick) -> Provenance {
    Provenance { rule: Some(pick.as_str().to_owned()), ..Provenance::from(Origin::Rule) }
}

fn origin<T>(said: &Said<T>) -> Provenance {
    Provenance { rule: Some(said.rule.to_owned()), ..Provenance::from(said.from) }
}

fn generic(value: Option<&String>) -> Option<Found> {
    value.map(|value| (value.clone(), Provenance::from(Origin::Generic)))
}

fn said(said: Option<&Said<String>>) -> Option<Found> {
    said.map(|said| (said.value.clone(), origin(said)))
}

/// The headline: as printed, if the page declares none that differs; else as declared, without the site.
fn best_title(page: &Page, declared: &Declared, printed: Option<&str>) -> Option<Found> {
    let fold = |title: &str| text::fold(title);
    let site = declared.site.as_deref().map(fold);
    let printed = printed.filter(|title| site.as_deref() != Some(&fold(title)));
    if let Some(title) = printed {
        return Some((title.to_owned(), Provenance::from(Origin::Generic)));
    }
    let declared_title =
        declared.titles.first().map(|title| (bare_title(&title.value, site.as_deref()), origin(title)));
    declared_title.or_else(|| {
        let provenance = Provenance { rule: Some("title".to_owned()), ..Provenance::from(Origin::Meta) };
        Some((bare_title(&page.title()?, site.as_deref()), provenance))
    })
}

/// A title without the site's name behind a bar or dash.
fn bare_title(title: &str, site: Option<&str>) -> String {
    for mark in [" | ", " - ", " – ", " — ", " :: ", " » ", " · "] {
        let Some((head, tail)) = title.rsplit_once(mark) else { continue };
        let is_site = site.is_some_and(|site| text::fold(tail) == site);
        let is_short_tail = tail.split_whitespace().count() <= 3 && head.split_whitespace().count() >= 4;
        if is_site || (is_short_tail && mark == " | ") {
            return head.trim().to_owned();
        }
    }
    title.to_owned()
}

/// The body out of the page's data, where the page itself shows none.
fn declared_body(declared: &Declared) -> Vec<Block> {
    let body = declared.body.as_deref().unwrap_or_default();
    let bare = |line: &str| text::normal(&text::strip_markup(&text::unescape(line)));
    let lines = body.split('\n').map(bare).filter(|line| !line.is_empty());
    lines.map(|line| Block::text(BlockKind::Paragraph, line)).collect()
}

/// The lead first, once: where the body begins with it, that block becomes the lead.
fn put_standfirst(body: &mut Vec<Block>, standfirst: Option<String>) {
    let Some(standfirst) = standfirst else { return };
    let folded = text::fold(&standfirst);
    if let Some(block) = body.iter_mut().take(4).find(|block| text::fold(&block.text) == folded) {
        block.kind = BlockKind::Standfirst;
        block.level = None;
    } else if !body.is_empty() {
        body.insert(0, Block::text(BlockKind::Standfirst, standfirst));
    }
}

/// The blocks' text joined by blank lines, captions left out.
pub fn joined(body: &[Block]) -> String {
    let texts = body.iter().filter(|block| block.kind != BlockKind::Image).map(|block| block.text.as_str());
    texts.collect::<Vec<_>>().join("\n\n")
}
