//! How much of an article there is: next pages and what is none, pages put together, texts that break off.

use super::{Added, Joining, Leaf, Onward, Options, PAGES_MAX, Rule, extract_leaf};
use crate::{
    date::Order,
    model::{Article, BlockKind, Completeness},
    page::Pick,
};
use jiff::tz::TimeZone;
use url::Url;

/// A page read at an address, a further one where it was reached by `onward`.
fn read(rules: &[Rule], html: &str, url: &Url, onward: Option<&Onward>) -> Leaf {
    let now = "2026-11-01T00:00:00Z".parse().unwrap();
    let options = Options { rules, zone: &TimeZone::UTC, language: None, now, order: Order::Dmy };
    extract_leaf(&options, html, Some(url), onward)
}

/// A page read at an address.
fn leaf(rules: &[Rule], html: &str, url: &str) -> Leaf {
    read(rules, html, &Url::parse(url).unwrap(), None)
}

/// The body of a page: three paragraphs about `what`.
fn text(what: &str) -> String {
    format!(
        "<p>The ferry to the island was late again on Tuesday, and those who waited for {what} had to wait in the rain, \
         as they had done the week before.</p>\
         <p>The harbor master blamed the tide, the captain blamed the harbor master, and {what}, said a fisherman who \
         has seen it all, would have come late in any weather.</p>\
         <p>From next month on there will be a second boat, which the island has asked for since the bridge was closed; \
         whether {what} will then be on time, nobody on the quay would promise.</p>"
    )
}

/// A page of that text with something in its head, behind the text, and at the end.
fn page(head: &str, behind: &str, end: &str) -> String {
    format!(
        "<html><head><title>The ferry is late again</title>{head}</head><body><nav><a href=/>Home</a></nav>\
         <article><h1>The ferry is late again</h1><div class=text>{}</div>{behind}</article>{end}</body></html>",
        text("the mail")
    )
}

/// A box of three page numbers.
fn numbers(second: &str, third: &str) -> String {
    format!("<div class=pages><span>1</span> <a href='{second}'>2</a> <a href='{third}'>3</a></div>")
}

const STORY: &str = "https://paper.example/2026/03/ferry-late-again";
const FILE: &str = "https://paper.example/island/ferry-late-again-4711.html";

/// A case: the page's address, the page, and where its next page is below the site.
type Case = (&'static str, String, Option<&'static str>);

/// The next pages that are not as expected.
fn wrong(cases: &[Case]) -> String {
    let mut wrong = Vec::new();
    for (url, html, wanted) in cases {
        let Leaf { article, next, .. } = leaf(&[], html, url);
        let found = next.map(|next| next.url.to_string());
        let wanted = wanted.map(|path| format!("https://paper.example{path}"));
        if found != wanted {
            let behind = html.split("promise.</p>").last().unwrap_or_default();
            wrong.push(format!("{url}: {found:?}, not {wanted:?}: {behind}\n"));
        }
        assert_eq!(article.completeness == Completeness::Partial, found.is_some(), "{url} {html}");
        assert_eq!(article.warnings.iter().any(|code| code == "article/next-page"), found.is_some());
    }
    wrong.concat()
}

#[test]
fn a_next_page_is_an_address_that_goes_on_from_the_articles_own() {
    let behind = |url, behind: &str, wanted| (url, page("", behind, ""), Some(wanted));
    let cases = [
        (
            STORY,
            page(&format!("<link rel=next href='{STORY}/2/'>"), "", ""),
            Some("/2026/03/ferry-late-again/2/"),
        ),
        (STORY, page("<link rel=next href='?page=2'>", "", ""), Some("/2026/03/ferry-late-again?page=2")),
        // Boxes of numbers.
        behind(STORY, &numbers("ferry-late-again/2", "ferry-late-again/3"), "/2026/03/ferry-late-again/2"),
        behind(STORY, &numbers("?page=2", "?page=3"), "/2026/03/ferry-late-again?page=2"),
        behind(STORY, &numbers("?page=1", "?page=2"), "/2026/03/ferry-late-again?page=1"),
        behind(
            FILE,
            &numbers("ferry-late-again-4711-2.html", "ferry-late-again-4711-3.html"),
            "/island/ferry-late-again-4711-2.html",
        ),
        (
            FILE,
            page("", "", &numbers("/island/ferry-late-again-4711_p2.html", "x")),
            Some("/island/ferry-late-again-4711_p2.html"),
        ),
        behind(
            "https://paper.example/news.php?id=7",
            &numbers("?id=7&seite=2", "?id=7&seite=3"),
            "/news.php?id=7&seite=2",
        ),
        behind(
            "https://paper.example/?p=123",
            &numbers("/?p=123&page=2", "/?p=123&page=3"),
            "/?p=123&page=2",
        ),
        behind(
            "https://paper.example/خبر/العبارة-تأخرت",
            "<ul class=pager><li>1</li><li><a href='/خبر/العبارة-تأخرت/2'>2</a></li><li>\
             <a href='/خبر/العبارة-تأخرت/2'>التالي</a></li></ul>",
            "/%D8%AE%D8%A8%D8%B1/%D8%A7%D9%84%D8%B9%D8%A8%D8%A7%D8%B1%D8%A9-%D8%AA%D8%A3%D8%AE%D8%B1%D8%AA/2",
        ),
        behind(
            "https://paper.example/2026/03/ferry?utm_source=rss",
            &numbers("/2026/03/ferry/2", "/2026/03/ferry/3"),
            "/2026/03/ferry/2",
        ),
        behind(
            "https://paper.example/2026/03/ferry?page=1",
            &numbers("?page=2", "?page=3"),
            "/2026/03/ferry?page=2",
        ),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn a_next_page_is_told_by_what_its_link_says() {
    let behind = |url, behind: &str, wanted| (url, page("", behind, ""), Some(wanted));
    let cases = [
        behind(
            STORY,
            "<p><a href='/2026/03/ferry-late-again/page/2'>Next page »</a></p>",
            "/2026/03/ferry-late-again/page/2",
        ),
        behind(STORY, "<a class=b href='?page=2'>الصفحة التالية</a>", "/2026/03/ferry-late-again?page=2"),
        (STORY, page("", "", "<a href='?page=2'>التالي</a>"), Some("/2026/03/ferry-late-again?page=2")),
        behind(
            FILE,
            "<a href='/island/ferry-late-again-4711,page-2.html'>Weiter</a>",
            "/island/ferry-late-again-4711,page-2.html",
        ),
        behind(
            FILE,
            "<a href='ferry-late-again-4711-2.html'>Nächste Seite: Was der Kapitän sagt</a>",
            "/island/ferry-late-again-4711-2.html",
        ),
        behind(
            STORY,
            "<a rel=next href='ferry-late-again/2'><img src=arrow.png alt=''></a>",
            "/2026/03/ferry-late-again/2",
        ),
        behind(
            STORY,
            "<a aria-label='Next page' href='ferry-late-again/2'><i></i></a>",
            "/2026/03/ferry-late-again/2",
        ),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn no_other_link_leads_to_a_next_page() {
    let head = |head: &str| (STORY, page(head, "", ""), None);
    let behind = |behind: &str| (STORY, page("", behind, ""), None);
    let end = |end: &str| (STORY, page("", "", end), None);
    let at = |url, behind: &str| (url, page("", behind, ""), None);
    let pager = numbers("?page=2", "?page=3");
    let others = "<p>Also on the island this week, said people.</p>".repeat(9);
    let cases = [
        // The next article.
        head("<link rel=next href='/2026/03/bridge-open-again'>"),
        behind("<a rel=next href='/2026/03/bridge-open-again/'>Next</a>"),
        behind("<a href='/2026/03/bridge-open-again/'>التالي</a>"),
        head("<link rel=next href='/2026/03/ferry-late-again-2/'>"),
        behind("<a rel=next href='/2026/03/ferry-late-again-2/'>Next</a>"),
        at("https://paper.example/news/1", "<a rel=next href='/news/2'>Next</a>"),
        at("https://paper.example/story-1.html", "<a rel=next href='/story-2.html'>Next</a>"),
        at("https://paper.example/?p=1230", "<a rel=next href='/?p=1231'>Next page</a>"),
        // Comments.
        end(&format!("<section id=comments><p>Nice.</p>{pager}</section>")),
        end("<a class=next href='/2026/03/ferry-late-again/comment-page-2/#comments'>Next page</a>"),
        end(&format!("<form><textarea></textarea></form>{pager}")),
        (
            STORY,
            page("", &format!("<p>Comment</p>{pager}"), "").replace("</div><p>Comment", "<p>Comment"),
            None,
        ),
        // Lists and galleries of others, and lists as such.
        end("<div><a href='/island?page=2'>2</a> <a href='/island?page=3'>3</a> 1</div>"),
        end(&format!("<aside class=related>{others}</aside>{pager}")),
        ("https://paper.example/island", page("<link rel=next href='/island/page/2'>", "", ""), None),
        ("https://paper.example/", page("<link rel=next href='/page/2'>", "", ""), None),
        // Elsewhere, other numbers, no number of a page, no sign.
        head("<link rel=next href='https://other.example/2026/03/ferry-late-again/2'>"),
        head("<link rel=next href='/2026/03/ferry-late-again/3'>"),
        behind("<a href='?page=2'>Printed edition</a>"),
        behind("<a href='?share=2'>Next page</a>"),
        behind("<a href='ferry-late-again/part-2'>Next</a>"),
        behind("<a href='javascript:next(2)'>Next page</a> <a href='#2'>2</a>"),
        // Posts of a live page.
        (
            STORY,
            page("<script type=application/ld+json>{\"@type\":\"LiveBlogPosting\"}</script>", &pager, ""),
            None,
        ),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn a_rule_names_the_next_page_where_its_address_tells_nothing() {
    let rules = [Rule { next: vec![Pick::compile("a.on@href").unwrap()], ..Rule::default() }];
    for (href, wanted) in [
        ("/x/8813", Some("https://paper.example/x/8813")),
        ("https://other.example/x/8813", None),
        (STORY, None),
        ("#top", None),
        ("mailto:a@paper.example", None),
    ] {
        let next =
            leaf(&rules, &page("", &format!("<a class=on href='{href}'>Part two</a>"), ""), STORY).next;
        assert_eq!(next.map(|next| next.url.to_string()).as_deref(), wanted, "{href}");
    }
    // Where it finds nothing, the page's own signs count.
    assert!(leaf(&rules, &page("<link rel=next href='?page=2'>", "", ""), STORY).next.is_some());
}

#[test]
fn the_page_after_the_next_is_counted_from_there() {
    for (second, third) in
        [("?page=2", "?page=3"), ("?page=1", "?page=2"), ("ferry-late-again/2", "ferry-late-again/3")]
    {
        let numbers = |at: &str| format!("<div><a href='{STORY}'>1</a> {at}</div>");
        let first = format!("<div>1 <a href='{second}'>2</a> <a href='{third}'>3</a></div>");
        let on = leaf(&[], &page("", &first, ""), STORY).next.unwrap();
        let third = third.replace("ferry-late-again/", "/2026/03/ferry-late-again/");
        let two = page("", &numbers(&format!("2 <a href='{third}'>3</a>")), "");
        let next = read(&[], &two, &on.url, Some(&on)).next.unwrap();
        assert_eq!(next.url, on.url.join(&third).unwrap());
        assert_eq!((next.number, next.first.as_str()), (3, STORY));
        let three = page("", &numbers(&format!("<a href='{}'>2</a> 3", on.url)), "");
        assert_eq!(read(&[], &three, &next.url, Some(&next)).next, None);
    }
}

/// An article of these paragraphs.
fn article(title: &str, paragraphs: &[&str]) -> Article {
    let body = format!("<p>{}</p>", paragraphs.join("</p><p>"));
    let html = format!("<title>{title}</title><article><h1>{title}</h1>{body}</article>");
    let article = leaf(&[], &html, STORY).article;
    assert_eq!(article.body.len(), paragraphs.len(), "{:?}", article.body);
    article
}

const TITLE: &str = "The ferry is late again";
const LEAD: &str = "The ferry to the island was late again on Tuesday, and nobody could say why that was.";
const ONE: &str =
    "The harbor master blamed the tide, the captain blamed the harbor master, as they always do.";
const TWO: &str =
    "A fisherman who has seen it all said that the mail, too, would have come late in any weather.";
const THREE: &str =
    "From next month on there will be a second boat, which the island has asked for since spring.";
const FOOT: &str =
    "Our correspondent has reported from the islands for eleven years and lives on one of them.";

#[test]
fn pages_are_put_together_and_what_they_repeat_is_kept_once() {
    let mut joining = Joining::of(article(TITLE, &[LEAD, ONE, FOOT]));
    assert_eq!(joining.add(article(&format!("{TITLE} - Page 2"), &[LEAD, TWO, FOOT])), Added::Joined);
    assert_eq!(joining.add(article(TITLE, &[THREE, FOOT])), Added::Joined);
    assert_eq!(joining.pages(), 3);
    let whole = joining.clone().finish(true);
    assert_eq!(whole.text, [LEAD, ONE, TWO, THREE, FOOT].join("\n\n"));
    assert_eq!(whole.words, crate::text::words(&whole.text));
    assert_eq!(whole.completeness, Completeness::Full);
    let cut = joining.finish(false);
    assert_eq!(cut.completeness, Completeness::Partial);
    assert!(cut.warnings.contains(&"article/next-page".to_owned()));
}

#[test]
fn a_page_that_is_none_of_the_article_is_left_out() {
    let first = || Joining::of(article(TITLE, &[LEAD, ONE, TWO, FOOT]));
    assert_eq!(first().add(article(TITLE, &[LEAD, ONE, TWO, FOOT])), Added::Repeats);
    assert_eq!(first().add(article(TITLE, &[LEAD, ONE])), Added::Repeats);
    assert_eq!(first().add(article("Bridge open to bicycles", &[THREE, FOOT])), Added::Other);
    assert_eq!(first().add(Article { title: TITLE.to_owned(), ..Article::default() }), Added::Other);
    let mut full = first();
    for page in 2..=PAGES_MAX {
        assert!(!full.is_full());
        assert_eq!(
            full.add(article(TITLE, &[&format!("{THREE} So it says on page {page}.")])),
            Added::Joined
        );
    }
    assert!(full.is_full());
}

#[test]
fn a_standfirst_of_a_later_page_is_a_paragraph_and_pictures_come_along() {
    let with = |picture: &str, lead: &str, line: &str| {
        let html = format!(
            "<title>{TITLE}</title><article><h1>{TITLE}</h1><p class=standfirst>{lead}</p><div class=text>\
             <figure><img src='/{picture}.jpg' width=640></figure><p>{line}</p>\
             <p>{line} <a href='/{picture}'>More</a> {ONE}</p></div></article>"
        );
        leaf(&[], &html, STORY).article
    };
    let mut joining = Joining::of(with("a", LEAD, TWO));
    assert_eq!(joining.add(with("b", THREE, &THREE.replace("boat", "ship"))), Added::Joined);
    let whole = joining.finish(true);
    let leads = whole.body.iter().filter(|block| block.kind == BlockKind::Standfirst).count();
    assert_eq!(leads, 1, "{:?}", whole.body);
    assert_eq!(whole.images.len(), 2, "{:?}", whole.images);
    assert_eq!(whole.links.len(), 2, "{:?}", whole.links);
}

/// The reasons for a text to be cut that are not as expected.
fn wrong_cuts(cases: &[(String, Option<&str>)]) -> String {
    let mut wrong = Vec::new();
    for (html, wanted) in cases {
        let article = leaf(&[], html, STORY).article;
        let is_cut = |code: &&String| {
            matches!(code.as_str(), "article/paywall" | "article/continues" | "article/next-page")
        };
        let found = article.warnings.iter().find(is_cut).map(String::as_str);
        if found != *wanted {
            wrong.push(format!("{found:?}, not {wanted:?}: {html}\n"));
        }
        assert_eq!(article.completeness == Completeness::Partial, found.is_some());
    }
    wrong.concat()
}

const PAYWALL: Option<&str> = Some("article/paywall");
const CONTINUES: Option<&str> = Some("article/continues");

#[test]
fn a_text_before_a_paywall_is_partial() {
    let ld = |part: &str| {
        format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":false{part}}}</script>"
        )
    };
    let part = |selector: &str| {
        ld(&format!(",\"hasPart\":{{\"isAccessibleForFree\":\"False\",\"cssSelector\":\"{selector}\"}}"))
    };
    let behind = |behind: &str, wanted| (page("", behind, ""), wanted);
    let end = |end: &str, wanted| (page("", "", end), wanted);
    let long = text("a parcel") + &text("a letter") + &text("a crate");
    let news = format!("<ul>{}</ul>", "<li>Also in the news</li>".repeat(9));
    let cases = [
        behind("", None),
        // What the page declares.
        (page(&ld(""), "", ""), PAYWALL),
        (page(&part(".rest"), "", ""), PAYWALL),
        (page(&part(".rest"), "<div class=rest></div>", ""), PAYWALL),
        (page(&part(".text"), "", ""), None),
        (page(&ld(""), &long, ""), None),
        // Boxes.
        behind("<div class='article-paywall'><h3>Enjoy all we write</h3></div>", PAYWALL),
        behind("<div id=regWall><h3>One more step</h3></div>", PAYWALL),
        behind("<div class='premium-content__offer'><h3>Only 3 a month</h3></div>", PAYWALL),
        behind("<div class=paywall hidden><h3>Only 3 a month</h3></div>", None),
        behind("<div class='no-paywall-here'></div>", None),
        behind(&format!("{long}<div class=paywall><h3>Only 3 a month</h3></div>"), None),
        end(&format!("{news}<div class=paywall>Only 3 a month</div>"), None),
        // Words.
        behind("<p>Subscribe to continue reading</p>", PAYWALL),
        end("<div>لمتابعة القراءة اشترك الآن</div>", PAYWALL),
        end("<div>Subscribe to our newsletter</div>", None),
    ];
    assert_eq!(wrong_cuts(&cases), "");
}

#[test]
fn a_text_that_a_link_carries_on_is_partial() {
    let behind = |behind: &str, wanted| (page("", behind, ""), wanted);
    let open = |behind: &str, wanted| (page("", behind, "").replace("promise.", "promise …"), wanted);
    let cases = [
        behind(&format!("<p><a href='{STORY}?full=1'>Continue reading</a></p>"), CONTINUES),
        behind(&format!("<a href='{STORY}/'>واصل القراءة</a>"), CONTINUES),
        behind("<a href='/subscribe?from=4711'>Read the full story</a>", PAYWALL),
        behind("<a href='#rest'>Continue reading</a>", None),
        behind("<a href='/2026/03/bridge-open-again'>Continue reading</a>", None),
        behind("<a href='/subscribe'>Subscribe</a>", None),
        // Three dots.
        open(&format!("<a href='{STORY}?view=all'>More</a>"), CONTINUES),
        open("<a href='/membership/join'>Become a member</a>", PAYWALL),
        open("<a href='/2026/03/bridge'>The bridge</a>", None),
        open("", None),
    ];
    assert_eq!(wrong_cuts(&cases), "");
}

#[test]
fn a_page_that_says_that_nothing_is_there_is_no_article() {
    let plain = |title: &str, heading: &str, body: &str| {
        format!("<title>{title}</title><nav><a href=/>Home</a></nav><main><h1>{heading}</h1>{body}</main>")
    };
    let words = "<p>The address may have changed, or the story was taken down. Try the search.</p>";
    let others = text("the mail") + &text("a parcel");
    for (html, is_missing) in [
        (plain("Page not found | The Small Paper", "Page not found", words), true),
        (plain("The Small Paper", "404", words), true),
        (plain("الصفحة غير موجودة - جريدة", "عفواً", words), true),
        (plain("Seite nicht gefunden – Blatt", "Das tut uns leid", words), true),
        (plain("Page not found", "Page not found", &others), true),
        (plain("Page not found", "What we read today", &others), false),
        (plain("Lost: the page that was not found", "Lost: the page that was not found", words), false),
        (plain("Search of the lake: nothing found", "Search of the lake: nothing found", words), false),
        (plain("Search of the lake: nothing found", "Search of the lake", words), false),
        (plain("The ferry is late again", "The ferry is late again", words), false),
    ] {
        let article = leaf(&[], &html, STORY).article;
        let found = article.warnings.iter().any(|code| code == "article/not-found");
        assert_eq!(found, is_missing, "{html}");
        assert!(!found || article.body.is_empty() && article.text.is_empty());
    }
}
