//! Live pages as the JSON of systems: their form as it is public, with words of this world.

use super::{LivePage, Scene, html::text_of, words};
use crate::escape::json;

/// The answer of a Sourcefabric live blog.
pub(super) fn sourcefabric(page: &LivePage, scene: &Scene) -> String {
    let item = |post: &usize| {
        let written = &scene.desk.posts[*post];
        let story = page.story(*post, written);
        let heading = story.title.as_ref().map(|title| format!("<p>{title}</p>")).unwrap_or_default();
        let text = json(&format!("{heading}{}", text_of(page, scene, *post)));
        format!(
            "{{\"_id\":\"urn:newsml:{post}\",\"published_date\":\"{}\",\"content_updated_date\":\"{}\",\"post_status\":\"open\",\"deleted\":{},\"sticky\":{},\"lb_highlight\":false,\"original_creator\":{{\"display_name\":{}}},\"groups\":[{{\"id\":\"root\",\"refs\":[{{\"idRef\":\"main\"}}]}},{{\"id\":\"main\",\"refs\":[{{\"item\":{{\"text\":{text}}}}}]}}]}}",
            page.at(written.at).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            page.at(written.modified).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            written.is_deleted,
            written.is_pinned,
            json(&words::author(page, *post)),
        )
    };
    let items: Vec<String> = scene.pages.iter().flatten().map(item).collect();
    format!("{{\"_items\":[{}],\"_meta\":{{\"page\":1,\"total\":{}}}}}", items.join(","), items.len())
}

/// What a page of the Guardian is made of.
pub(super) fn guardian(page: &LivePage, scene: &Scene, number: usize) -> String {
    let block = |post: &usize| {
        let written = &scene.desk.posts[*post];
        let story = page.story(*post, written);
        let title =
            story.title.as_ref().map(|title| format!("\"title\":{},", json(title))).unwrap_or_default();
        let (at, modified) = (page.at(written.at), page.at(written.modified));
        format!(
            "{{\"id\":\"60300f{post:06x}\",{title}\"elements\":[{{\"html\":{}}}],\"blockCreatedOn\":{at},\"blockFirstPublished\":{at},\"blockLastUpdated\":{},\"contributors\":[{{\"name\":{}}}],\"attributes\":{{\"pinned\":{},\"keyEvent\":false}}}}",
            json(&text_of(page, scene, *post)),
            modified.as_millisecond(),
            json(&words::author(page, *post)),
            written.is_pinned,
            at = at.as_millisecond(),
        )
    };
    let posts = scene.pages.get(number).map(Vec::as_slice).unwrap_or_default();
    // The one that is kept on top is told apart from the list of the first page.
    let pinned = posts.first().filter(|post| number == 0 && scene.desk.posts[**post].is_pinned);
    let listed: Vec<String> = posts.iter().skip(usize::from(pinned.is_some())).map(block).collect();
    let pinned = pinned.map(|post| format!("\"pinnedPost\":{},", block(post))).unwrap_or_default();
    let older = format!("?page={}", number + 2);
    let older = if number + 1 < scene.pages.len() { json(&older) } else { "null".to_owned() };
    let design = if scene.desk.is_closed { "DeadBlogDesign" } else { "LiveBlogDesign" };
    format!(
        "{{\"headline\":{},\"webURL\":\"{}\",\"format\":{{\"design\":\"{design}\"}},{pinned}\"blocks\":[{}],\"pagination\":{{\"currentPage\":{},\"older\":{older}}}}}",
        json(&words::headline(page)),
        page.url(0),
        listed.join(","),
        number + 1,
    )
}
