//! Live pages as HTML.

use super::{LivePage, Markup, Scene, Trouble, words};
use crate::escape::{json, markup};
use crate::phrases::Language;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;

/// One page of a live page.
pub(super) fn page(page: &LivePage, scene: &Scene, number: usize) -> String {
    let is_drifted = scene.trouble == Some(Trouble::Drift);
    let headline = words::headline(page);
    let posts = scene.pages.get(number).map(Vec::as_slice).unwrap_or_default();
    let declared = match page.markup {
        Markup::Full | Markup::Declared if !is_drifted => declared(page, scene, posts),
        Markup::Full
        | Markup::Ids
        | Markup::Declared
        | Markup::Microdata
        | Markup::Bare
        | Markup::Positional
        | Markup::Remade
        | Markup::Relative
        | Markup::Sourcefabric
        | Markup::Guardian => String::new(),
    };
    let (tag, direction) = (page.language.tag(), page.language.direction());
    let title = markup(&headline);
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"{tag}\" dir=\"{direction}\"><head><meta charset=\"utf-8\"><title>{title}</title>{declared}</head><body><h1>{title}</h1>"
    );
    if !scene.desk.is_closed && !is_drifted {
        let live = if page.language == Language::Arabic { "مباشر" } else { "Live" };
        html.extend(["<span class=\"live\">", live, "</span>"]);
    }
    let (open, close) = if page.markup == Markup::Microdata && !is_drifted {
        ("<ul itemscope itemtype=\"https://schema.org/LiveBlogPosting\">", "</ul>")
    } else if page.markup == Markup::Microdata {
        ("<ul>", "</ul>")
    } else {
        ("<div id=\"list\">", "</div>")
    };
    html.push_str(open);
    let before: usize = scene.pages.iter().take(number).map(Vec::len).sum();
    for (place, post) in posts.iter().enumerate() {
        if page.markup != Markup::Declared {
            html.push_str(&entry(page, scene, *post, before + place + 1));
        }
    }
    html.push_str(close);
    if number + 1 < scene.pages.len() {
        let older = page.url(number + 1);
        html.extend(["<a rel=\"next\" href=\"", &older, "\">&hellip;</a>"]);
    }
    html + "</body></html>"
}

/// The paragraphs of a post, the first with its link where it leads on.
fn body(page: &LivePage, scene: &Scene, post: usize) -> String {
    let written = &scene.desk.posts[post];
    let story = page.story(post, written);
    let mut html = String::new();
    for (number, paragraph) in story.paragraphs.iter().enumerate() {
        let text = markup(paragraph);
        match story.link.as_ref().filter(|_| number == 0) {
            Some(link) => write!(html, "<p><a href=\"{link}\">{text}</a></p>"),
            None => write!(html, "<p>{text}</p>"),
        }
        .expect("a String takes all");
    }
    html
}

/// The markup of a post's text, for systems that send it as a string.
pub(super) fn text_of(page: &LivePage, scene: &Scene, post: usize) -> String {
    body(page, scene, post)
}

/// A time as it is written in attributes: in Arabic pages of Damascus, elsewhere in UTC.
fn instant(page: &LivePage, at: Timestamp) -> String {
    match page.language {
        Language::Arabic => {
            (at + SignedDuration::from_hours(3)).strftime("%Y-%m-%dT%H:%M:%S+03:00").to_string()
        }
        Language::English | Language::French | Language::Persian | Language::Turkish => at.to_string(),
    }
}

/// One post.
fn entry(page: &LivePage, scene: &Scene, post: usize, place: usize) -> String {
    let written = &scene.desk.posts[post];
    let is_drifted = scene.trouble == Some(Trouble::Drift);
    let title = page.story(post, written).title.as_ref();
    let title = title.map(|title| markup(title));
    let heading =
        |tag: &str| title.as_ref().map(|title| format!("<{tag}>{title}</{tag}>")).unwrap_or_default();
    let body = body(page, scene, post);
    let told = page.told(written.at);
    let time = instant(page, told);
    let ago = words::ago(page.language, scene.as_of.duration_since(page.at(written.at)).as_secs());
    let clock = told.strftime("%H:%M");
    let class = |name: &str| if is_drifted { format!("x{}", name.len()) } else { name.to_owned() };
    match page.markup {
        Markup::Full => full(page, scene, post, (&ago, &heading("h3"), &body)),
        Markup::Microdata if is_drifted => format!(
            "<li class=\"x9\" id=\"{post}_p\"><time datetime=\"{time}\">{clock}</time>{}{body}</li>",
            heading("h4")
        ),
        Markup::Microdata => microdata(page, scene, post, title.as_deref()),
        Markup::Relative => {
            format!("<div class=\"entry\"><span class=\"date\">{ago}</span>{}{body}</div>", heading("h3"))
        }
        Markup::Ids | Markup::Bare | Markup::Positional | Markup::Remade => {
            let id = if page.markup == Markup::Ids {
                format!(" id=\"u{post}\"")
            } else if page.markup == Markup::Positional {
                format!(" id=\"post{place}\"")
            } else if page.markup == Markup::Remade {
                format!(" id=\"post{}\"", page.at(written.modified).as_second())
            } else {
                String::new()
            };
            let class = class("update");
            format!(
                "<section class=\"{class}\"{id}><time datetime=\"{time}\">{clock}</time>{}{body}</section>",
                heading("h4")
            )
        }
        Markup::Declared | Markup::Sourcefabric | Markup::Guardian => String::new(),
    }
}

/// A post with the attributes of AMP.
fn full(page: &LivePage, scene: &Scene, post: usize, (ago, heading, body): (&str, &str, &str)) -> String {
    let written = &scene.desk.posts[post];
    let time = instant(page, page.at(written.at));
    if scene.trouble == Some(Trouble::Drift) {
        if written.is_deleted {
            return String::new();
        }
        return format!(
            "<article class=\"k1\" id=\"post-{post}\"><div><time datetime=\"{time}\">{ago}</time></div>{heading}<div class=\"k2\">{body}</div></article>"
        );
    }
    let (sort, update) = (page.at(written.at).as_second(), page.at(written.modified).as_second());
    let attributes = format!("id=\"post-{post}\" data-sort-time=\"{sort}\" data-update-time=\"{update}\"");
    if written.is_deleted {
        return format!("<article class=\"lb-entry\" {attributes} data-tombstone></article>");
    }
    let pinned = if written.is_pinned { " lb-pinned" } else { "" };
    let author = markup(&words::author(page, post));
    format!(
        "<article class=\"lb-entry{pinned}\" {attributes}><header><a class=\"lb-time\" href=\"#post-{post}\"><time datetime=\"{time}\">{ago}</time></a> <span class=\"lb-author\">{author}</span></header>{heading}<div class=\"lb-body\">{body}</div></article>"
    )
}

/// A post in microdata.
fn microdata(page: &LivePage, scene: &Scene, post: usize, title: Option<&str>) -> String {
    let written = &scene.desk.posts[post];
    let url = format!("{}#{post}", page.url(0));
    let (at, modified) = (instant(page, page.at(written.at)), instant(page, page.at(written.modified)));
    let heading = title.map(|title| format!("<h4 itemprop=\"headline\">{title}</h4>")).unwrap_or_default();
    format!(
        "<li id=\"{post}_p\"><div itemprop=\"liveBlogUpdate\" itemscope itemtype=\"https://schema.org/BlogPosting\"><meta itemprop=\"url\" content=\"{url}\"><meta itemprop=\"datePublished\" content=\"{at}\"><meta itemprop=\"dateModified\" content=\"{modified}\">{heading}<div itemprop=\"articleBody\">{}</div></div></li>",
        body(page, scene, post)
    )
}

/// The JSON-LD of a page.
fn declared(page: &LivePage, scene: &Scene, posts: &[usize]) -> String {
    let there = |post: &&usize| !scene.desk.posts[**post].is_deleted;
    let update = |post: &usize| {
        let listed = page.listed(&scene.desk, *post);
        let title = listed.title.map(|title| format!("\"headline\":{},", json(&title))).unwrap_or_default();
        let written = &scene.desk.posts[*post];
        let text = if written.is_farewell { body(page, scene, *post) } else { listed.text };
        format!(
            "{{\"@type\":\"BlogPosting\",{title}\"url\":\"{}#post-{post}\",\"datePublished\":\"{}\",\"dateModified\":\"{}\",\"articleBody\":{},\"author\":{{\"@type\":\"Person\",\"name\":{}}}}}",
            page.url(0),
            instant(page, page.at(written.at)),
            instant(page, page.at(written.modified)),
            json(&text),
            json(&words::author(page, *post)),
        )
    };
    let updates: Vec<String> = posts.iter().filter(there).map(update).collect();
    let modified = page.modified(scene);
    let modified = modified.map(|at| format!("\"dateModified\":\"{at}\",")).unwrap_or_default();
    format!(
        "<script type=\"application/ld+json\">{{\"@type\":\"LiveBlogPosting\",\"headline\":{},{modified}\"liveBlogUpdate\":[{}]}}</script>",
        json(&words::headline(page)),
        updates.join(",")
    )
}
