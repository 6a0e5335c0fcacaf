//! Which lines of a page are the body: short pages in the shape of real ones, with the text that must come of them.

use super::{Options, extract};
use crate::{
    date::Order,
    model::{Article, Block, BlockKind},
};
use jiff::tz::TimeZone;

/// Paragraphs that hold an article together.
const LONG: &str = "The council met on Monday evening, heard the engineers of the water works, and put off its vote on the new main until the survey of the old one is done.";
const MORE: &str = "Residents of the upper streets, who had been without water for three days, asked for tank lorries, a plan of the repairs and a number that somebody answers.";

/// The article on a page.
fn article(html: &str) -> Article {
    let options = Options {
        rules: &[],
        zone: &TimeZone::UTC,
        language: None,
        now: "2026-11-01T00:00:00Z".parse().unwrap(),
        order: Order::Dmy,
    };
    extract(&options, html, None).0
}

/// The cases whose page gives another text: page, then its lines as they must be.
fn wrong(cases: &[(String, Vec<&str>)]) -> String {
    let wrong = cases.iter().filter_map(|(html, lines)| {
        let found = article(html).text;
        let lines = lines.join("\n\n");
        (found != lines).then(|| format!("{html}\n  gives {found:?},\n  not {lines:?}\n"))
    });
    wrong.collect()
}

#[test]
fn bodies_built_from_boxes_of_one_template_are_whole() {
    let boxes = |first: &str, second: &str| {
        format!(
            "<main><h1>Water</h1><div class=boxes><div class='{first}'><p>{LONG}</p></div>\
             <div class='{second}'><p>{MORE}</p><p>{LONG} Again.</p><p>{MORE} Once more.</p></div></div></main>"
        )
    };
    let again = format!("{LONG} Again.");
    let more = format!("{MORE} Once more.");
    let all = vec![LONG, MORE, &again, &more];
    // Boxes in rows of their own.
    let rows = format!(
        "<main><h1>Water</h1><section class=row><div class='part part--lead'><p>{LONG}</p><p>{LONG} Again.</p></div></section>\
         <section class=row><div><div class='part part--text'><p>{MORE}</p><p>{MORE} Once more.</p></div></div></section></main>"
    );
    let cases = [
        (boxes("box-first box-text box", "box-text box"), all.clone()),
        (boxes("box", "box"), all),
        (rows, vec![LONG, &again, MORE, &more]),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn sentences_broken_by_hand_weigh_as_much_as_others() {
    let broken = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        words.chunks(7).map(|words| words.join(" ")).collect::<Vec<_>>().join("<br>")
    };
    let html = format!(
        "<div class=text><div><h2>One</h2><div><p>{}</p></div></div><div><h2>Two</h2><div><p>{}</p></div></div>\
         <div><h2>Three</h2><div><p>{LONG} Again.</p></div></div></div>",
        broken(LONG),
        broken(MORE)
    );
    let last = format!("{LONG} Again.");
    assert_eq!(wrong(&[(html, vec!["One", LONG, "Two", MORE, "Three", &last])]), "");
}

#[test]
fn the_lead_under_the_headline_is_whole() {
    let lead = "Three days without water in the upper streets, and the council puts off its vote.";
    let long = format!("{LONG} {MORE} {LONG} {MORE}");
    let page = |declared: &str, lead: &str| {
        format!(
            "<meta name=description content='{declared}'><article><header><h1>Water</h1>{lead}</header>\
             <div class=content><p>{LONG}</p><p>{MORE}</p><p>{long}</p></div></article>"
        )
    };
    let cut = "Three days without water in the upper streets, and the council…";
    let both = format!("{lead} It meets again on Friday.");
    let cases = [
        // What the page declares is the lead, whatever its class says.
        (page(lead, &format!("<p class=article-teaser>{lead}</p>")), vec![lead, LONG, MORE, &long]),
        (page(cut, &format!("<p class=article-teaser>{lead}</p>")), vec![lead, LONG, MORE, &long]),
        (
            page("", &format!("<p class=lead>{lead}<br>It meets again on Friday.</p>")),
            vec![&both, LONG, MORE, &long],
        ),
        (page("", &format!("<p class=article-teaser>{lead}</p>")), vec![LONG, MORE, &long]),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn short_paragraphs_beside_a_picture_are_text() {
    let page = |beside: &str| {
        format!("<article><p>{LONG}</p><div><img src=/a.jpg>{beside}</div><p>{MORE}</p></article>")
    };
    let cases = [
        (
            page("<p>The pump failed.</p><p>Nobody was hurt.</p>"),
            vec![LONG, "The pump failed.", "Nobody was hurt.", MORE],
        ),
        (page("<p>The pump house on Monday</p>"), vec![LONG, MORE]),
        (
            page("").replace(
                "<img src=/a.jpg>",
                "<figure><img src=/a.jpg></figure><p>The pump failed</p><p>Nobody was hurt</p>",
            ),
            vec![LONG, "The pump failed", "Nobody was hurt", MORE],
        ),
        // At its side.
        (
            page("").replace("<img src=/a.jpg>", "<p><img src=/a.jpg align=left>The pump failed at six.</p>"),
            vec![LONG, "The pump failed at six.", MORE],
        ),
        (
            page("").replace("<img src=/a.jpg>", "<p><img src=/a.jpg><br>The pump house on Monday.</p>"),
            vec![LONG, MORE],
        ),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn what_is_told_of_subscriptions_is_text() {
    let page = |more: &str| {
        format!(
            "<base href='https://paper.example/a/'><div class=text><p>{LONG}</p><p>{MORE}</p>{more}</div>"
        )
    };
    let with = |line: &'static str| vec![LONG, MORE, line];
    let cases = [
        (
            page("<p>It lost two million <a href='/topics/subscriptions'>subscribers</a> in spring.</p>"),
            with("It lost two million subscribers in spring."),
        ),
        (
            page("<p>It <a href='/business/subscription-prices-rise'>raised its prices</a> in May.</p>"),
            with("It raised its prices in May."),
        ),
        (
            page("<p>The letter of <a href='/newsletter/2026-05-05'>that Tuesday</a> had it first.</p>"),
            with("The letter of that Tuesday had it first."),
        ),
        (page("<p>More by <a href='/info/paper-newsletter-anmeldung'>mail</a>.</p>"), vec![LONG, MORE]),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn what_a_site_says_on_its_own_behalf_is_no_text() {
    let page = |more: &str| {
        format!(
            "<base href='https://paper.example/a/'><div class=text><p>{LONG}</p><p>{MORE}</p>{more}</div>"
        )
    };
    let plain = vec![LONG, MORE];
    let with = |line: &'static str| vec![LONG, MORE, line];
    let cases = [
        // Calls to a newsletter, anywhere.
        (
            page("<p><i>Do you want to know more? <a href='/newsletter/?from=4'>Sign up here</a></i></p>"),
            plain.clone(),
        ),
        (page("<p>اشترك في <a href='https://mail.paper.example/subscribe'>نشرتنا</a></p>"), plain.clone()),
        (
            page(
                "<p>The <a href='https://other.example/newsletter'>newsletter</a> of the works says so.</p>",
            ),
            with("The newsletter of the works says so."),
        ),
        (
            page(
                "<p>The paper <a href='/2026/05/newsletter-of-the-works-found-in-a-drawer'>reported</a> so.</p>",
            ),
            with("The paper reported so."),
        ),
        (
            page("<p>It is the third in <a href='/nyheter/abo/vatten'>this town</a>.</p>"),
            with("It is the third in this town."),
        ),
        // Apps at the end.
        (
            page("<p>Get the news on <a href='https://play.google.com/store/apps/x'>your phone</a>.</p>"),
            plain.clone(),
        ),
        // The rules of the comments, with all of their box.
        (
            page(
                "<div><p>Keep to <a href='/community_guidelines.html'>our rules</a>.</p><p>Opinions below are yours.</p></div>",
            ),
            plain.clone(),
        ),
        (
            page("<p>The works have <a href='https://works.example/privacy'>a policy</a>.</p>"),
            with("The works have a policy."),
        ),
        (page("<p>A <a href='/glossary/water-terms'>main</a> is a pipe.</p>"), with("A main is a pipe.")),
        // Where an agency's report ends.
        (page("<p>انتهای پیام/ی</p>"), plain.clone()),
        (
            page("<p>انتهای پیام او روشن بود و همه آن را شنیدند.</p>"),
            with("انتهای پیام او روشن بود و همه آن را شنیدند."),
        ),
        // What only links stand under.
        (
            page("<p><strong>Further reading:</strong></p><ul><li><a href=/b>The pumps</a></li></ul>"),
            plain.clone(),
        ),
        (page("<h3>More</h3><p><a href=/b>The pumps</a></p><p><a href=/c>The main</a></p>"), plain.clone()),
        (page("<form><p>I agree to get mail.</p></form>"), plain.clone()),
    ];
    assert_eq!(wrong(&cases), "");
}

#[test]
fn headings_over_what_is_dropped_for_another_reason_stay() {
    let html = format!(
        "<div class=text><p>{LONG}</p><h3>1. The pumps</h3><div class=advertisement><p>Buy a pump.</p></div>\
         <h3>2. The main</h3><p>{MORE}</p></div>"
    );
    assert_eq!(wrong(&[(html, vec![LONG, "1. The pumps", "2. The main", MORE])]), "");
}

#[test]
fn the_whole_text_again_in_one_line_is_dropped() {
    let paragraphs: Vec<String> =
        (1..=8).map(|number| format!("{LONG} So it was told {number} times.")).collect();
    let marked: Vec<String> = paragraphs.iter().map(|text| format!("<p>{text}</p>")).collect();
    let html = format!("<div class=text>{}<p>{}</p></div>", marked.concat(), paragraphs.join(" "));
    assert_eq!(wrong(&[(html, paragraphs.iter().map(String::as_str).collect())]), "");
}

#[test]
fn what_opens_over_a_word_is_not_in_the_text() {
    let html = format!(
        "<div class=text><p>{LONG}</p><p>It was <span class=person><a href=/p>Mayor Ode</a><span class=person-popup>\
         Mayor Ode<a href=/x>The mayor's car</a></span></span> who asked.</p><p>{MORE}</p></div>"
    );
    assert_eq!(wrong(&[(html, vec![LONG, "It was Mayor Ode who asked.", MORE])]), "");
}

#[test]
fn words_that_something_opens_over_stay() {
    let names = [
        "<a class=popup-link href=/p>Mayor Ode</a>",
        "<span class=tooltip data-text='The mayor'>Mayor Ode</span>",
        "<span class=tooltip>Mayor Ode<span class=tooltip-content>The mayor since May</span></span>",
        "<span class=popup>Mayor Ode <span class=popuptext>The mayor since May</span></span>",
        "<span class=tooltip-box><span class=tooltip-word>Mayor Ode</span> <i class=tooltip-text>The mayor</i></span>",
    ];
    let page = |name: &str| {
        // As editors paste it.
        let pasted = format!("<p><span class=s1>It was {name} who asked.</span></p>");
        format!("<div class=text><p>{LONG}</p><p>It was {name} who asked.</p>{pasted}<p>{MORE}</p></div>")
    };
    let asked = "It was Mayor Ode who asked.";
    let cases: Vec<_> = names.iter().map(|name| (page(name), vec![LONG, asked, asked, MORE])).collect();
    assert_eq!(wrong(&cases), "");
}

#[test]
fn posts_of_social_networks_keep_their_text_and_address() {
    let html = format!(
        "<div class=text><p>{LONG}</p><div class=social-media-embed><blockquote class=twitter-tweet><p>No water again. \
         <a href='https://t.example/1'>t.example/1</a></p>&mdash; Upper Street (@upper) \
         <a href='https://social.example/upper/status/7'>May 4, 2026</a></blockquote></div><p>{MORE}</p>\
         <div class=social>Follow us on all the networks there are, day and night.</div></div>"
    );
    let body = article(&html).body;
    let post = Block {
        url: Some("https://social.example/upper/status/7".to_owned()),
        ..Block::text(BlockKind::Embed, "No water again. t.example/1\n— Upper Street (@upper) May 4, 2026")
    };
    let paragraph = |text: &str| Block::text(BlockKind::Paragraph, text);
    assert_eq!(body, [paragraph(LONG), post, paragraph(MORE)]);
}

#[test]
fn posts_of_social_networks_in_figures_are_text() {
    let html = format!(
        "<div class=text><p>{LONG}</p><figure class='wp-block-embed'><div><blockquote class=twitter-tweet><p>No water.</p>\
         &mdash; Upper Street</blockquote></div><figcaption>A post</figcaption></figure><p>{MORE}</p></div>"
    );
    let post = "No water.\n— Upper Street";
    assert_eq!(wrong(&[(html, vec![LONG, post, MORE])]), "");
}

#[test]
fn a_short_report_over_a_list_of_stories_is_the_article() {
    let report = "The ferry does not sail today, the harbor office said in a notice on its door at noon, and gave no reason.";
    let story = |number: usize| {
        format!(
            "<div class=item><div class=name><a href='/s/{number}'>Another story of the harbor, number {number}</a></div>\
             <div class=about>{MORE}</div></div>"
        )
    };
    let list = |count: usize| format!("<div class=list>{}</div>", (1..=count).map(story).collect::<String>());
    let html = format!(
        "<div class=top><h1>No ferry</h1><span class=addtocalendar>Add to calendar: No ferry. {report}</span>\
         <p>{report}</p></div><div class=below>{}</div>",
        list(9)
    );
    assert_eq!(article(&html).text, report);
    // Where nothing else is there, the list is.
    assert!(article(&list(9)).text.contains(MORE));
}

#[test]
fn the_subjects_of_a_post_are_no_parts_of_the_page() {
    let story = |number: usize| {
        format!(
            "<div class=item><h3><a href='/{number}'>Another story, the number {number}</a></h3>{MORE} So be it {number} times.</div>"
        )
    };
    let other: String = (1..=6).map(story).collect();
    let page = |class: &str| {
        format!(
            "<article class='{class}'><h1>Water</h1><p>{LONG}</p><p>{MORE}</p></article><div>{other}</div>"
        )
    };
    let names = [
        "post-7 post type-post status-publish hentry category-comments tag-related",
        "post-7 report type-report status-publish has-post-thumbnail topic-advertising entry",
        "post tag-newsletter",
        "main-text with-sidebar has-comments no-ads",
    ];
    let cases: Vec<_> = names.iter().map(|class| (page(class), vec![LONG, MORE])).collect();
    assert_eq!(wrong(&cases), "");
    // What stands before is its own.
    let parts = other.replace("class=item", "class='related post hentry'");
    let html = format!("<article><h1>Water</h1><p>{LONG}</p><p>{MORE}</p>{parts}</article>");
    assert_eq!(wrong(&[(html, vec![LONG, MORE])]), "");
}

#[test]
fn headings_that_link_to_themselves_are_text() {
    let headings = [
        "<h2 id=a>The pumps <a href='#a'>#</a></h2>",
        "<h2 id=a>The pumps<a class=headerlink href='#a'>¶</a></h2>",
        "<h2><a href='#a'>The pumps</a></h2>",
        "<h2><a href='https://paper.example/water#a'>The pumps</a></h2>",
        "<h3><a name=a>The pumps</a></h3>",
        "<h3><a href='javascript:void(0)'>The pumps</a></h3>",
    ];
    let page = |heading: &str| {
        format!(
            "<base href='https://paper.example/water'><div class=text><p>{LONG}</p>{heading}<p>{MORE}</p></div>"
        )
    };
    let cases: Vec<_> =
        headings.iter().map(|heading| (page(heading), vec![LONG, "The pumps", MORE])).collect();
    assert_eq!(wrong(&cases), "");
    let list = "<h2>Contents</h2><ul><li><a href='#a'>The pumps</a></li><li><a href='#b'>The main</a></li></ul><h2 id=a>The pumps</h2>";
    assert_eq!(wrong(&[(page(list), vec![LONG, "The pumps", MORE])]), "");
}

#[test]
fn what_readers_do_not_see_is_not_in_the_text() {
    let page =
        |asked: &str| format!("<div class=text><p>{LONG}</p><p>It was {asked} asked.</p><p>{MORE}</p></div>");
    let parts = [
        "<a href=/o>the mayor<span class=sr-only> (opens in a new window)</span></a> who",
        "the mayor<span class='visually-hidden'>, a link</span> who",
        "the mayor <span hidden>of the other town</span> who",
        "the mayor <span style='display: none'>of the other town</span> who",
        "<span aria-hidden=true>t</span>he mayor who",
    ];
    let cases: Vec<_> =
        parts.iter().map(|asked| (page(asked), vec![LONG, "It was the mayor who asked.", MORE])).collect();
    assert_eq!(wrong(&cases), "");
    // The rest of a text that opens at a click is text.
    let rest = format!("the mayor who asked. <span id=more style='display:none'>{MORE} Nobody</span> else");
    let whole = format!("It was the mayor who asked. {MORE} Nobody else asked.");
    assert_eq!(wrong(&[(page(&rest), vec![LONG, &whole, MORE])]), "");
}

#[test]
fn answers_that_are_given_again_are_text() {
    let asked = |number: usize| format!("<p><b>Did you ask the works in year {number}?</b></p><p>Yes.</p>");
    let asked: String = (1..=3).map(asked).collect();
    let html = format!("<div class=text><p>{LONG}</p>{asked}<p>{MORE}</p></div>");
    let [one, two, three] = [1, 2, 3].map(|number| format!("Did you ask the works in year {number}?"));
    assert_eq!(wrong(&[(html, vec![LONG, &one, "Yes.", &two, "Yes.", &three, "Yes.", MORE])]), "");
}

#[test]
fn headings_over_paragraphs_of_the_text_may_be_links() {
    let part = |name: &str, text: &str| {
        format!("<h2><a href='https://shop.example/{name}'>{name}</a></h2><p>{text}</p>")
    };
    let again = format!("{LONG} Again.");
    let more = format!("{MORE} Once more.");
    let text =
        format!("<p>{LONG}</p><p>{MORE}</p>{}{}", part("The blue pump", &again), part("The red pump", &more));
    let card = format!("<div class=box>{}</div>", part("Another story", MORE));
    let html = format!("<div class=text>{text}{card}</div>");
    let whole = vec![LONG, MORE, "The blue pump", &again, "The red pump", &more];
    assert_eq!(wrong(&[(html, whole)]), "");
}

#[test]
fn a_byline_with_what_its_writer_is_is_no_text() {
    let html = format!("<div class=text><p>By Ada Quill, Staff Writer</p><p>{LONG}</p><p>{MORE}</p></div>");
    assert_eq!(wrong(&[(html, vec![LONG, MORE])]), "");
}

#[test]
fn labels_over_links_to_other_stories_are_no_text() {
    let html = format!(
        "<div class=text><p>{LONG}</p><p><strong>اقرأ أيضاً:</strong></p><p><a href=/b>خبر آخر</a></p><p>{MORE}</p></div>"
    );
    assert_eq!(wrong(&[(html, vec![LONG, MORE])]), "");
}

#[test]
fn calls_to_channels_that_the_site_has_are_no_text() {
    let page = |href: &str| {
        format!(
            "<div class=text><p>{LONG}</p><p>تابعوا أخبارنا عبر <a href='{href}'>القناة</a></p><p>{MORE}</p></div>\
             <footer><a href='https://t.me/paper'>Telegram</a></footer>"
        )
    };
    let stays = vec![LONG, "تابعوا أخبارنا عبر القناة", MORE];
    let cases = [
        (page("https://t.me/paper"), vec![LONG, MORE]),
        (page("https://news.google.com/publications/abc"), vec![LONG, MORE]),
        // Of another, and a post.
        (page("https://t.me/mayor"), stays.clone()),
        (page("https://t.me/paper/7"), stays),
    ];
    assert_eq!(wrong(&cases), "");
}
