//! Pages in the markups that live blogs are written in, and what is read of them.

use super::{Look, Options, Order, Rule, read};
use crate::{
    date,
    model::{BlockKind, Origin},
    page::Pick,
};
use jiff::{Timestamp, tz::TimeZone};
use url::Url;

const NOW: &str = "2026-03-01T12:00:00Z";

fn look_in(rule: &Rule, zone: &TimeZone, body: &str) -> Look {
    let now: Timestamp = NOW.parse().unwrap();
    let options = Options { rule, zone, now, order: date::Order::Dmy, like: None, local: &[] };
    let url = Url::parse("https://news.example/live/harbor").unwrap();
    read(&options, body, Some(&url)).0
}

fn look(body: &str) -> Look {
    look_in(&Rule::default(), &TimeZone::UTC, body)
}

/// What is compared of a post: id, published, modified, title, author, text.
type Shown<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str);

fn check(name: &str, look: &Look, expected: &[Shown<'_>]) {
    let posts: Vec<[String; 6]> = look
        .posts
        .iter()
        .map(|post| {
            let utc =
                |moment: Option<crate::model::Moment>| moment.map(|m| m.at.to_string()).unwrap_or_default();
            let said = |text: &Option<String>| text.clone().unwrap_or_default();
            let text = post.text.replace("\n\n", " / ");
            [
                said(&post.id),
                utc(post.published),
                utc(post.modified),
                said(&post.title),
                said(&post.author),
                text,
            ]
        })
        .collect();
    let expected: Vec<[String; 6]> =
        expected.iter().map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].map(|text| (*text).to_owned())).collect();
    assert_eq!(posts, expected, "{name}");
}

#[test]
fn attributes_and_json_ld_make_one_record() {
    // The author of a post stands beside its time; JSON-LD has the page's writers on each, and one post more.
    let page = r#"<html><head><title>Harbor live</title><script type="application/ld+json">
        {"@type":"LiveBlogPosting","headline":"Harbor reopens LIVE","coverageStartTime":"2026-03-01T08:00:00Z",
         "coverageEndTime":"2026-03-02T11:30:00Z","dateModified":"2026-03-01T11:40:00Z",
         "author":[{"name":"Ada Quill"},{"name":"Ben Ash"}],
         "liveBlogUpdate":[
          {"headline":"First ferry lea…","url":"https://news.example/live/harbor#902","datePublished":"2026-03-01T11:30:00Z",
           "author":[{"name":"Ada Quill"},{"name":"Ben Ash"}],"articleBody":"&amp;lt;p&amp;gt;The first ferry left.&amp;lt;/p&amp;gt;"},
          {"headline":"Gates open","url":"https://news.example/live/harbor#901","datePublished":"2026-03-01T10:15:00Z",
           "author":[{"name":"Ada Quill"},{"name":"Ben Ash"}],"articleBody":"The gates are open."},
          {"headline":"Good morning","url":"https://news.example/live/harbor#900","datePublished":"2026-03-01T08:00:00Z",
           "author":[{"name":"Ada Quill"},{"name":"Ben Ash"}],"articleBody":"We begin."}]}</script></head><body>
        <h1>Harbor reopens LIVE</h1><div class="feed">
        <div class="entry" id="902" data-type="default" data-post-time="1772364600000" data-last-modified-time="1772365200000">
          <div class="info"><time>11:30</time><mark>Cleo Marsh</mark></div>
          <div class="text"><h3>First ferry leaves for the islands</h3><p>The first ferry left at half past eleven, with two hundred on board.</p>
          <blockquote class="twitter-tweet"><p>We are off!</p><a href="https://x.example/ferry/status/1">March 1</a></blockquote></div></div>
        <div class="entry" id="901" data-type="key-event" data-post-time="1772360100000" data-last-modified-time="1772360100000">
          <div class="info"><time>10:15</time><mark>KEY EVENT</mark></div>
          <div class="text"><h3>Gates open</h3><p>The gates are open.</p></div></div>
        </div></body></html>"#;
    let look = look(page);
    check(
        "attributes and JSON-LD",
        &look,
        &[
            (
                "902",
                "2026-03-01T11:30:00Z",
                "2026-03-01T11:40:00Z",
                "First ferry leaves for the islands",
                "Cleo Marsh",
                "The first ferry left at half past eleven, with two hundred on board. / We are off!\nMarch 1",
            ),
            ("901", "2026-03-01T10:15:00Z", "2026-03-01T10:15:00Z", "Gates open", "", "The gates are open."),
            ("900", "2026-03-01T08:00:00Z", "", "Good morning", "", "We begin."),
        ],
    );
    assert!(look.posts[1].marks.key_event && !look.posts[0].marks.key_event);
    assert_eq!(look.posts[0].body[1].kind, BlockKind::Embed);
    assert_eq!(look.posts[0].url.as_ref().unwrap().as_str(), "https://news.example/live/harbor#902");
    assert_eq!(look.coverage.order, Order::NewestFirst);
    assert_eq!(look.coverage.end, None, "a declared end that lies ahead is a forecast");
    assert!(look.coverage.is_declared && !look.coverage.is_over());
}

#[test]
fn microdata_is_read_where_json_ld_is_broken() {
    let post = |id: u32, clock: &str, title: &str, text: &str| {
        format!(
            r#"<li id="{id}_parent"><div itemprop="liveBlogUpdate" itemscope itemtype="https://schema.org/BlogPosting">
            <meta itemprop="url" content="https://news.example/live/harbor#{id}">
            <meta itemprop="datePublished" content="2026-03-01T{clock}:05+05:30"><meta itemprop="headline" content="{title}">
            <meta itemprop="articleBody" content="{text}">
            <span itemprop="author" itemscope><meta itemprop="name" content="Harbor Desk"></span>
            <span itemprop="publisher" itemscope><meta itemprop="name" content="Harbor Daily"></span>
            <div class="when">{clock} (IST)</div><div class="ttl">{title}</div>{text}<a href="javascript:void(0)">Share</a></div></li>"#
        )
    };
    let page = format!(
        r#"<script type="application/ld+json">{{"@type": "LiveBlogPosting", "headline": "a "quote" too many"}}</script>
        <div itemscope itemtype="https://schema.org/LiveBlogPosting"><ul>{}{}</ul></div>"#,
        post(12, "15:30", "Crane repaired", "The crane lifts again."),
        post(11, "14:00", "Crane stuck", "The crane is&amp;nbsp;stuck.")
    );
    check(
        "microdata",
        &look(&page),
        &[
            ("12", "2026-03-01T10:00:05Z", "", "Crane repaired", "Harbor Desk", "The crane lifts again."),
            ("11", "2026-03-01T08:30:05Z", "", "Crane stuck", "Harbor Desk", "The crane is stuck."),
        ],
    );
}

#[test]
fn posts_without_ids_or_names_are_found_by_structure() {
    let post = |ago: &str, title: &str, text: &str| {
        format!(
            r#"<section class="x{}"><span class="k1 time">{ago}</span><h4>{title}</h4><p>{text}</p></section>"#,
            text.len()
        )
    };
    let page = format!(
        r#"<html lang="ar"><body><header><span class="date">1 آذار 2026</span></header><main><h1>تغطية</h1><div>{}{}{}</div></main>
        <aside><div><time>11:59</time> الأكثر قراءة</div><div><time>11:58</time> خبر آخر</div><div><time>11:57</time> ثالث</div></aside></body></html>"#,
        post("منذ 5 دقائق", "وصول السفينة", "وصلت السفينة إلى المرفأ صباح اليوم."),
        post("منذ 20 دقيقة", "فتح البوابات", "فُتحت بوابات المرفأ أمام الشاحنات."),
        post("منذ ساعتين", "بدء التغطية", "نتابع معكم افتتاح المرفأ لحظة بلحظة.")
    );
    let look = look(&page);
    check(
        "structure",
        &look,
        &[
            ("", "2026-03-01T11:55:00Z", "", "وصول السفينة", "", "وصلت السفينة إلى المرفأ صباح اليوم."),
            ("", "2026-03-01T11:40:00Z", "", "فتح البوابات", "", "فُتحت بوابات المرفأ أمام الشاحنات."),
            ("", "2026-03-01T10:00:00Z", "", "بدء التغطية", "", "نتابع معكم افتتاح المرفأ لحظة بلحظة."),
        ],
    );
    assert!(look.posts.iter().all(|post| post.is_relative));
    assert!(!look.coverage.is_declared, "an undeclared list makes no live page of itself");
}

#[test]
fn posts_that_are_only_declared_stand_where_their_time_does() {
    let post = |id: u32| {
        format!(
            r#"<article id="p{id}"><time datetime="2026-03-01T0{id}:00:00Z">x</time><p>What happened at {id} on the pier.</p></article>"#
        )
    };
    let update = |id: u32| {
        format!(
            r#"{{"@id":"p{id}","datePublished":"2026-03-01T0{id}:00:00Z","articleBody":"What happened at {id} on the pier."}}"#
        )
    };
    let newest_first = [9, 8, 7, 6, 5, 4, 3];
    let mut oldest_first = newest_first;
    oldest_first.reverse();
    for declared in [newest_first, oldest_first] {
        let updates = declared.map(update).join(",");
        let page = format!(
            r#"<script type="application/ld+json">{{"@type":"LiveBlogPosting","liveBlogUpdate":[{updates}]}}</script><div>{}</div>"#,
            [9, 8, 7].map(post).concat()
        );
        let ids: Vec<String> = look(&page).posts.into_iter().filter_map(|post| post.id).collect();
        assert_eq!(ids, newest_first.map(|id| format!("p{id}")));
    }
}

#[test]
fn an_article_or_a_section_is_no_live_page_by_itself() {
    let update =
        r#"{"@type":"BlogPosting","datePublished":"2026-03-01T11:00:00Z","articleBody":"It lifts."}"#;
    let declared = |rest: &str| {
        format!(r#"<script type="application/ld+json">{{"@type":"LiveBlogPosting"{rest}}}</script>"#)
    };
    let list = |title: &str| {
        let item = |hour: u32| {
            format!(
                r#"<li id="c{hour}"><time datetime="2026-03-01T{hour:02}:00:00Z">x</time>{title} of hour {hour}</li>"#
            )
        };
        format!("<ul>{}{}{}</ul>", item(11), item(10), item(9))
    };
    let card = |hour: u32| {
        format!(
            r#"<div id="c{hour}" data-sort-time="17723{hour}460"><a href="/news/{hour}"><h3>Story {hour} of today</h3></a></div>"#
        )
    };
    let amp = |items: String| {
        format!("<amp-live-list data-poll-interval=15000><div items>{items}</div></amp-live-list>")
    };
    let (own, other) =
        (r#","url":"https://news.example/live/harbor""#, r#","url":"https://news.example/live/bridge""#);
    let cases = [
        ("its posts are declared", declared(&format!(r#","liveBlogUpdate":[{update}]"#)), true),
        ("declared, posts in the markup", declared("") + &list("What happened"), true),
        ("the same with its address", declared(own) + &list("What happened"), true),
        ("an article that is part of another page", declared(other) + &list("A reader's word"), false),
        ("a section that reloads itself", amp([10, 20, 30].map(card).concat()), false),
        ("a list without a word of it", list("What happened"), false),
    ];
    for (name, body, is_live) in cases {
        let look = look(&format!("<h1>Harbor</h1>{body}"));
        assert!(!look.posts.is_empty(), "{name}");
        assert_eq!(look.is_live_page(1), is_live, "{name}");
    }
}

#[test]
fn clock_times_get_the_day_that_their_place_tells() {
    let (today, before) = ("2026-03-01", "2026-02-28");
    let cases: &[(&str, &[(&'static str, &str)])] = &[
        ("over midnight, one posted late", &[("00:20", today), ("23:50", before), ("23:55", before)]),
        ("more than a day", &[("11:40", today), ("08:00", today), ("11:50", before), ("09:00", before)]),
        ("one marked as kept on top", &[("06:10 pinned", today), ("11:40", today), ("10:30", today)]),
        ("one kept on top", &[("06:10", today), ("11:40", today), ("11:05", today), ("10:45", today)]),
        ("the oldest on top", &[("08:10", today), ("09:40", today), ("10:05", today), ("11:30", today)]),
        (
            "the oldest on top, more than a day",
            &[
                ("08:00", before),
                ("10:00", before),
                ("20:00", before),
                ("07:10", today),
                ("09:40", today),
                ("11:30", today),
            ],
        ),
    ];
    let clock_of = |line: &'static str| line.split_once(' ').unwrap_or((line, ""));
    for (name, posts) in cases {
        let post = |(line, _): &(&'static str, &str)| {
            let (clock, class) = clock_of(line);
            format!(
                "<li class=\"{class}\"><time>{clock}</time><p>What happened at {line}, in some words.</p></li>"
            )
        };
        let page = format!("<ul>{}</ul>", posts.iter().map(post).collect::<String>());
        let posted = |post: &super::Post| post.published.unwrap().at.to_string();
        let times: Vec<String> = look(&page).posts.iter().map(posted).collect();
        let expected: Vec<String> =
            posts.iter().map(|(line, day)| format!("{day}T{}:00Z", clock_of(line).0)).collect();
        assert_eq!(times, expected, "{name}");
    }
}

#[test]
fn an_amount_of_time_in_a_sentence_is_text() {
    let post = |id: u32, text: &str| {
        format!(r#"<article id="p{id}"><time datetime="2026-03-01T1{id}:00:00Z">x</time>{text}</article>"#)
    };
    let page = [
        post(1, "<ul><li><b>2 hours ago</b>: the fire began</li></ul>"),
        post(0, "<blockquote><p>5 minutes ago</p></blockquote><p>So he wrote.</p>"),
    ];
    let look = look(&format!("<div>{}</div>", page.concat()));
    let texts: Vec<&str> = look.posts.iter().map(|post| post.text.as_str()).collect();
    assert_eq!(texts, ["2 hours ago: the fire began", "5 minutes ago\n\nSo he wrote."]);
}

#[test]
fn a_post_that_is_kept_on_top_and_stands_in_the_list_is_one() {
    let post = |id: &str, class: &str, hour: u32, text: &str| {
        format!(
            r#"<article id="{id}" class="e {class}"><time datetime="2026-03-01T{hour:02}:00:00Z">x</time><p>{text}</p></article>"#
        )
    };
    let list = [
        post("p3", "", 11, "The ferry is late."),
        post("p2", "", 10, "The gates are open."),
        post("p1", "", 9, "What we know so far."),
    ];
    let same = [post("q1", "", 10, "The crane lifts."), post("q2", "", 10, "The crane lifts.")];
    for (class, is_marked) in [("pinned", true), ("", false)] {
        let page =
            format!("<div>{}{}</div>", post("top-p1", class, 9, "What we know so far."), list.concat());
        let look = look(&page);
        let ids: Vec<&str> = look.posts.iter().filter_map(|post| post.id.as_deref()).collect();
        assert_eq!(ids, ["p1", "p3", "p2"]);
        assert_eq!(look.posts[0].other_ids, ["top-p1"]);
        assert_eq!(look.posts[0].url.as_ref().unwrap().fragment(), Some("p1"));
        assert_eq!(look.posts[0].marks.pinned, is_marked);
    }
    let look = look(&format!("<div>{}{}</div>", same.concat(), list.concat()));
    assert_eq!(look.posts.len(), 5, "two of one minute may say the same");
}

#[test]
fn the_times_of_a_post_are_told_apart() {
    let (nine, ten) = ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z");
    let cases = [
        (r#"<time datetime="2026-03-01T09:00:00Z">9:00</time>"#, nine, ""),
        (
            r#"<time datetime="2026-03-01T09:00:00Z">9:00</time><time class="updated" datetime="2026-03-01T10:00:00Z">10:00</time>"#,
            nine,
            ten,
        ),
        (
            r#"<p class="updated">Updated <time datetime="2026-03-01T10:00:00Z">10:00</time></p><p>Published <time datetime="2026-03-01T09:00:00Z">9:00</time></p>"#,
            nine,
            ten,
        ),
        (r#"<abbr class="timeago" title="2026-03-01T12:00:00+03:00">منذ ساعات</abbr>"#, nine, ""),
    ];
    for (times, published, modified) in cases {
        let post =
            |id: u32| format!(r#"<li id="u{id}">{times}<p>What happened at {id} on the pier.</p></li>"#);
        let look = look(&format!("<ul>{}{}</ul>", post(2), post(1)));
        assert_eq!(look.posts.len(), 2, "{times}");
        let utc = |moment: Option<crate::model::Moment>| moment.map(|m| m.at.to_string()).unwrap_or_default();
        for post in &look.posts {
            assert_eq!(
                (utc(post.published), utc(post.modified)),
                (published.into(), modified.into()),
                "{times}"
            );
        }
    }
}

#[test]
fn times_in_an_embed_are_not_the_posts() {
    let embed = r#"<blockquote class="instagram-media"><h4 class="title">A picture</h4><p>Rain at last</p><span class="author">Someone</span>
        <time datetime="2024-05-01T10:00:00Z">1 May</time></blockquote>"#;
    let post = |id: u32, before: &str, after: &str| {
        format!(
            r#"<article id="p{id}">{before}<p>It rains on pier {id}.</p>{after}<footer><time datetime="2026-03-01T1{id}:00:00Z">x</time></footer></article>"#
        )
    };
    let page = format!("<div>{}{}{}</div>", post(1, embed, ""), post(0, "", embed), post(0, "", ""));
    let look = look(&page);
    let shown: Vec<_> = look
        .posts
        .iter()
        .map(|post| (post.published.unwrap().at.to_string(), post.title.as_deref(), post.author.as_deref()))
        .collect();
    let (ten, eleven) = ("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z");
    let expected = [eleven, ten, ten].map(|at| (at.to_owned(), None, None));
    assert_eq!(shown, expected);
    assert!(look.posts[0].text.contains("1 May"));
}

#[test]
fn cards_of_a_list_are_posts_by_their_address_once_each() {
    let card = |path: &str, title: &str, date: &str| {
        format!(
            r#"<div class="row"><a href="{path}"><img src="/t.jpg"></a><div><h2><a href="{path}">{title}</a></h2><div class="pub-date">{date}</div></div></div>"#
        )
    };
    let page = format!(
        r#"<main><div>{}{}{}{}</div><a rel="next" href="?page=2">next</a></main>"#,
        card("/a1", "خبر أول", "1 آذار 2026"),
        card("/a2", "خبر ثان", "28 شباط 2026"),
        card("/a3", "خبر ثالث", ""),
        card("/a1", "خبر أول", "1 آذار 2026"),
    );
    let look = look(&page);
    check(
        "cards",
        &look,
        &[
            ("https://news.example/a1", "2026-03-01T00:00:00Z", "", "خبر أول", "", ""),
            ("https://news.example/a2", "2026-02-28T00:00:00Z", "", "خبر ثان", "", ""),
            ("https://news.example/a3", "", "", "خبر ثالث", "", ""),
        ],
    );
    assert!(look.coverage.is_list);
    assert_eq!(look.coverage.older.as_ref().unwrap().as_str(), "https://news.example/live/harbor?page=2");
}

#[test]
fn local_time_written_as_utc_is_found() {
    let post = |id: &str, at: &str| {
        format!(
            r#"<article id="{id}"><time datetime="{at}">x</time><p>Post {id} of the morning.</p></article>"#
        )
    };
    let posts = format!(
        "<div>{}{}{}</div>",
        post("p3", "2026-03-01T14:30:00Z"),
        post("p2", "2026-03-01T13:00:00Z"),
        post("p1", "2026-03-01T11:00:00Z")
    );
    let times = |zone: &TimeZone, page: &str| -> Vec<String> {
        let look = look_in(&Rule::default(), zone, page);
        look.posts.iter().map(|post| post.published.unwrap().at.to_string()).collect()
    };
    let damascus = date::zone("Asia/Damascus").unwrap();
    // At 12:00 UTC nothing of 14:30 UTC can be there; at 14:30 in Damascus it can.
    assert_eq!(
        times(&damascus, &posts),
        ["2026-03-01T11:30:00Z", "2026-03-01T10:00:00Z", "2026-03-01T08:00:00Z"]
    );
    // JSON-LD tells it where no post lies ahead.
    let early = posts.replace("T14:30", "T11:30").replace("T13:00", "T10:45");
    let declared = r#"<script type="application/ld+json">{"@type":"LiveBlogPosting","liveBlogUpdate":[
        {"@id":"p3","datePublished":"2026-03-01T08:30:00Z","articleBody":"Post p3 of the morning."}]}</script>"#;
    let page = format!("{declared}{early}");
    assert_eq!(times(&TimeZone::UTC, &page)[0], "2026-03-01T08:30:00Z");
}

#[test]
fn configured_selectors_win() {
    let pick = |text: &str| vec![Pick::compile(text).unwrap()];
    let rule = Rule {
        post: pick("div.e"),
        id: pick("@data-key"),
        time: pick("i@title"),
        title: pick("b"),
        body: pick(".t"),
        author: pick("u"),
    };
    let page = r#"<div class="e" data-key="k7" id="x"><i title="2026-03-01T09:00:00Z">now</i><b>Crane</b><u>by Cleo</u><div class="t"><p>It lifts.</p></div><p>Share this</p></div>"#;
    let look = look_in(&rule, &TimeZone::UTC, page);
    check("rules", &look, &[("k7", "2026-03-01T09:00:00Z", "", "Crane", "by Cleo", "It lifts.")]);
    assert_eq!(look.posts[0].provenance["id"].from, Origin::Rule);
}

const GUARDIAN: &str = r#"{"webURL":"https://news.example/live/harbor","headline":"Harbor – as it happened","format":{"design":"DeadBlogDesign"},
        "pagination":{"older":"?page=with:block-6a"},"blocks":[{"id":"6b","title":"Ferry leaves","blockFirstPublished":1772364600000,
        "blockLastUpdated":1772365200000,"blockCreatedOn":1772364000000,"contributors":[{"name":"Cleo Marsh"}],"attributes":{"pinned":true,"keyEvent":true},
        "elements":[{"html":"<p>The ferry <a href=\"/x\">left</a>.</p>"},{"html":"<p>On time.</p>"}]}]}"#;

const BBC: &str = r#"{"data":{"title":"المرفأ","isLive":false,"startDateTime":"2026-03-01T06:00:00.000Z","endDateTime":"2026-03-01T11:00:00.000Z","liveTextStream":{"content":{"data":{"results":[
        {"urn":"asset:1","dates":{"firstPublished":"2026-03-01T09:00:00.000Z","lastPublished":"2026-03-01T09:05:00.000Z"},"options":{"isBreakingNews":true},
         "header":{"model":{"blocks":[{"type":"headline","model":{"blocks":[{"type":"paragraph","model":{"text":"وصول السفينة"}}]}},
          {"type":"subheadline","model":{"blocks":[{"type":"paragraph","model":{"text":"إفادة سلمى حداد، من المرفأ"}}]}}]}},
         "content":{"model":{"blocks":[{"type":"paragraph","model":{"text":"وصلت السفينة."}},{"type":"paragraph","model":{"text":"ثم غادرت."}}]}}}]}}}}}"#;

const SOURCEFABRIC: &str = r#"{"_items":[
        {"_id":"urn:1","published_date":"2026-03-01T09:00:00+00:00","content_updated_date":"2026-03-01T09:10:00+00:00","sticky":false,"deleted":false,"post_status":"open",
         "publisher":{"display_name":"Cleo Marsh"},"groups":[{"id":"root","refs":[{"idRef":"main"}]},{"id":"main","refs":[{"item":{"text":"<p>The crane lifts.</p>"}}]}]},
        {"_id":"urn:2","published_date":"2026-03-01T08:00:00+00:00","deleted":true,"post_status":"open","groups":[]},
        {"_id":"urn:3","published_date":"2026-03-01T08:30:00+00:00","post_status":"comment","groups":[{"id":"main","refs":[{"item":{"text":"<p>Nice.</p>"}}]}]}]}"#;

const WORDPRESS: &str = r#"{"entries":[{"id":31,"type":"new","render":"<p>The gates are open.</p>","timestamp":1772360100,"entry_time":1772360100,"authors":[{"id":1,"name":"Ada Quill"}],"key_event":true}],
        "latest_timestamp":1772360100,"refresh_interval":10}"#;

const AL_JAZEERA: &str = r#"{"data":{"article":{"id":77,"title":"Crane","date":"2026-03-01T09:00:00","modified_gmt":"2026-03-01T09:20:00","content":"<p>It lifts.</p>","author":[{"name":"Ben Ash"}]}}}"#;

#[test]
fn known_systems_are_read_from_their_json() {
    let (nine, quarter) = ("2026-03-01T09:00:00Z", "2026-03-01T10:15:00Z");
    let cases: [(&str, &str, &[Shown<'_>]); 5] = [
        (
            "guardian",
            GUARDIAN,
            &[(
                "6b",
                "2026-03-01T11:30:00Z",
                "2026-03-01T11:40:00Z",
                "Ferry leaves",
                "Cleo Marsh",
                "The ferry left. / On time.",
            )],
        ),
        (
            "bbc",
            BBC,
            &[(
                "asset:1",
                nine,
                "2026-03-01T09:05:00Z",
                "وصول السفينة",
                "سلمى حداد",
                "وصلت السفينة. / ثم غادرت.",
            )],
        ),
        (
            "sourcefabric",
            SOURCEFABRIC,
            &[
                ("urn:1", nine, "2026-03-01T09:10:00Z", "", "Cleo Marsh", "The crane lifts."),
                ("urn:2", "2026-03-01T08:00:00Z", "", "", "", ""),
            ],
        ),
        ("wordpress", WORDPRESS, &[("31", quarter, quarter, "", "Ada Quill", "The gates are open.")]),
        ("al jazeera", AL_JAZEERA, &[("77", nine, "2026-03-01T09:20:00Z", "Crane", "Ben Ash", "It lifts.")]),
    ];
    for (name, json, expected) in cases {
        let look = look(json);
        check(name, &look, expected);
        assert!(look.coverage.is_declared, "{name}");
        assert_eq!(look.posts[0].provenance["text"].from, Origin::Json, "{name}");
    }
    assert!(look(GUARDIAN).coverage.is_over());
    assert!(look(GUARDIAN).posts[0].marks.pinned && look(GUARDIAN).posts[0].marks.key_event);
    assert!(look(SOURCEFABRIC).posts[1].marks.removed);
    let bbc = look(BBC).coverage;
    assert!(bbc.is_over() && bbc.end.is_some());
}

#[test]
fn a_post_of_one_line_in_bold_keeps_it() {
    let page = r#"<div><article id="a" data-sort-time="1772360100"><p><strong>عاجل | انفجار في المرفأ</strong></p></article></div>"#;
    check("bold", &look(page), &[("a", "2026-03-01T10:15:00Z", "", "", "", "عاجل | انفجار في المرفأ")]);
}

#[test]
fn any_text_gives_a_look() {
    let deep = "<div class=date>1".repeat(60_000);
    let many = "<li id=a data-time=1772360100><p>x".repeat(20_000);
    let nested = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let odd = r#"{"blocks":[{"blockFirstPublished":"x","elements":3},7,null],"liveBlogUpdate":"no"}"#;
    let ahead =
        r#"<article id=a data-time=9999999999><time datetime="99999-01-01T00:00Z"></time>post</article>"#;
    for text in ["", "<", "{", "[]", "null", "\u{feff}{}", "<article>", &deep, &many, &nested, odd, ahead] {
        let look = look(text);
        let soon: Timestamp = "2026-03-04T00:00:00Z".parse().unwrap();
        assert!(look.posts.len() <= super::POSTS_MAX, "{}", text.chars().take(40).collect::<String>());
        assert!(look.posts.iter().all(|post| post.published.is_none_or(|moment| moment.at < soon)));
    }
}

/// A post with an id, or none, and a time as it is printed.
fn entry(id: &str, time: &str, text: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!(" id=\"{id}\"") };
    format!("<section class=\"update\"{id}><span class=\"date\">{time}</span><p>{text}</p></section>")
}

fn texts(look: &Look) -> Vec<&str> {
    look.posts.iter().map(|post| post.text.as_str()).collect()
}

#[test]
fn a_stone_may_be_empty() {
    let post = |id: u32, rest: &str| {
        format!("<article class=\"e\" id=\"p{id}\" data-sort-time=\"17723646{id}\"{rest}</article>")
    };
    let page = post(12, "><p>The crane lifts.</p>")
        + &post(11, " data-tombstone>")
        + &post(10, "><p>The gates open.</p>");
    let look = look(&page);
    let removed: Vec<bool> = look.posts.iter().map(|post| post.marks.removed).collect();
    assert_eq!(removed, [false, true, false]);
}

#[test]
fn the_post_that_the_guardian_keeps_on_top_may_be_missing_from_its_list() {
    let block = |id: &str, text: &str| {
        format!(
            r#"{{"id":"{id}","elements":[{{"html":"<p>{text}</p>"}}],"blockFirstPublished":1772360100000,"attributes":{{"pinned":false}}}}"#
        )
    };
    let pinned = block("a9", "The crane lifts.");
    let others = [block("a8", "The gates open."), block("a7", "We begin.")].join(",");
    let apart = look(&format!(r#"{{"pinnedPost":{pinned},"blocks":[{others}]}}"#));
    assert_eq!(texts(&apart), ["The crane lifts.", "The gates open.", "We begin."]);
    let both = look(&format!(r#"{{"pinnedPost":{pinned},"blocks":[{others},{pinned}]}}"#));
    assert_eq!(texts(&both), texts(&apart));
    assert!(apart.posts[0].marks.pinned && both.posts[0].marks.pinned);
}

#[test]
fn posts_with_ids_made_of_times_are_two() {
    let page = entry("post77", "10:05", "The crane lifts the first of the containers.")
        + &entry("post77", "10:05", "The gates are open, says the harbor master.")
        + &entry("post70", "10:01", "We begin, with rain over the harbor.");
    assert_eq!(look(&page).posts.len(), 3);
}

#[test]
fn a_farewell_of_the_last_minute_closes_it() {
    let page = entry("p3", "2 hours ago", "That's it for our live coverage. Good night.")
        + &entry("p2", "2 hours ago", "The crane lifts the last of the containers.")
        + &entry("p1", "2 hours ago", "The gates are closed, says the harbor master.");
    assert!(look(&page).coverage.signs.has_farewell);
}

#[test]
fn days_ago_are_amounts_of_time() {
    for (time, is_relative) in [
        ("1 day ago", true),
        ("منذ يومين", true),
        ("yesterday", true),
        ("1 March 2026", false),
        ("5 minutes ago", true),
    ] {
        let page = entry("p3", time, "The crane lifts the first of the containers.")
            + &entry("p2", time, "The gates are open, says the harbor master.")
            + &entry("p1", time, "We begin, with rain over the harbor.");
        assert_eq!(look(&page).posts[0].is_relative, is_relative, "{time}");
    }
}

#[test]
fn what_is_kept_on_top_does_not_turn_the_order_around() {
    let page = entry("", "5 hours ago", "The gates are open, says the harbor master.")
        + &entry("", "2 hours ago", "The crane lifts the first of the containers.")
        + &entry("", "2 hours ago", "We begin, with rain over the harbor.");
    assert_eq!(look(&page).coverage.order, Order::NewestFirst);
}

#[test]
fn a_short_older_page_is_read_like_the_first() {
    let page = |texts: &[&str]| texts.iter().map(|text| entry("", "10:05", text)).collect::<String>();
    let first = look(&page(&["The crane lifts a container.", "The gates are open.", "We begin, with rain."]));
    let older = page(&["Good morning from the harbor."]);
    assert!(look(&older).posts.is_empty());
    let (rule, now) = (Rule::default(), NOW.parse().unwrap());
    let like = first.shape.as_ref();
    let options =
        Options { rule: &rule, zone: &TimeZone::UTC, now, order: date::Order::Dmy, like, local: &[] };
    assert_eq!(texts(&read(&options, &older, None).0), ["Good morning from the harbor."]);
    let stone = "<section class=\"update\" id=\"p1\" data-tombstone></section>";
    let (look, _) = read(&options, stone, None);
    assert!(look.posts.iter().map(|post| post.marks.removed).eq([true]));
}
