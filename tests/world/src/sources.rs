//! The configuration khabar needs for the sites of a world.

use crate::answer::World;
use crate::listing;
use crate::timeline::{Kind, Site};

/// The section of the Levant sites as a door.
const LISTING_RULES: &str = r#"item = ["div.views-row"]
link = ["h2 a@href"]
title = ["h2 a"]
date = [".field--name-field-published-date"]
next = ["nav.pager a[rel=next]@href"]
pages_max = 2
"#;

/// Rules for Levant pages.
const LEVANT_RULES: &str = r#"
[[source.article]]
title = ["h1.field--name-node-title"]
kicker = [".field--name-field-section a"]
date = [".field--name-field-published-date"]
byline = [".field--name-field-author"]
body = ["div.field--name-body"]
image = ["article figure img@src"]
caption = ["article figcaption"]
"#;

/// Rules for Turkish and French pages.
const META_RULES: &str = r#"
[[source.article]]
title = ["h1.news-title"]
kicker = [".news-category"]
date = ["meta[property='article:published_time']@content"]
byline = [".news-author"]
body = ["div.content-text"]
image = ["figure.news-photo img@src"]
caption = ["figure.news-photo figcaption"]
"#;

/// Rules for Persian pages.
const PERSIAN_RULES: &str = r#"
[[source.article]]
title = ["h1.title"]
kicker = ["div.rutitr"]
date = [".news-tools time@datetime"]
byline = [".news-tools .source"]
body = ["div.item-text"]
caption = ["figcaption.image-caption"]
"#;

impl World {
    /// One file a site, `<id>.toml`, with the doors below the given bases: see [`Served::bases`](crate::Served::bases)
    /// and [`World::bases`]. Levant sites have their feed and their section, both with the same articles. Sites
    /// like blogs and those with JSON-LD come without rules.
    pub fn sources_toml(&self, bases: &[String]) -> Vec<(String, String)> {
        let file = |(site, base): (&Site, &String)| (format!("{}.toml", site.id), source_toml(site, base));
        self.sites().iter().zip(bases).map(file).collect()
    }
}

/// The file of a site.
fn source_toml(site: &Site, base: &str) -> String {
    let host = base.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or(base);
    let private = if host.starts_with("127.") { format!("\"{host}\"") } else { String::new() };
    let (id, name, language, zone) = (&site.id, site.name, site.language.tag(), site.zone);
    let source = format!(
        "[[source]]\nid = \"{id}\"\nname = \"{name}\"\nlanguage = \"{language}\"\nzone = \"{zone}\"\n\
         home = \"{base}/\"\nallow_private = [{private}]\nverified = \"never\"\n\n\
         [[source.feed]]\nurl = \"{base}{}\"\n",
        site.feed.path()
    );
    let rules = match site.kind {
        Kind::Levant => {
            let listing = format!("\n[[source.listing]]\nurl = \"{base}{}\"\n{LISTING_RULES}", listing::PATH);
            listing + LEVANT_RULES
        }
        Kind::Meta => META_RULES.to_owned(),
        Kind::Persian => PERSIAN_RULES.to_owned(),
        Kind::WordPress | Kind::Ledger => String::new(),
    };
    source + &rules
}
