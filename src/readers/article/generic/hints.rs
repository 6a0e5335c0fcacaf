//! What the attributes of an element say about its part in the page: words in class and id, roles, microdata.
//!
//! Words are matched whole, alone or two joined (`read-more`, `readMore`), so that `shadow` is no `ad`. They are
//! names that templates use in every country, not words of readers' text.

use crate::page::{Node, Tag};
use rustc_hash::FxHashMap;
use std::{collections::HashMap, iter::Peekable, ops::BitOrAssign, str::Chars, sync::LazyLock};

/// A set of parts that an element may play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::readers::article) struct Hint(u16);

impl Hint {
    /// Nothing known.
    pub(super) const NONE: Self = Self(0);
    /// Page furniture: menus, shares, related stories, comments, promotion.
    pub(super) const CHROME: Self = Self(1);
    /// Byline or author.
    pub(super) const BYLINE: Self = Self(2);
    /// Date or time.
    pub(super) const DATE: Self = Self(4);
    /// Caption or credit of a picture.
    pub(super) const CAPTION: Self = Self(8);
    /// Section label.
    pub(super) const KICKER: Self = Self(16);
    /// Lead over the body.
    pub(super) const LEAD: Self = Self(32);
    /// What articles are kept in.
    pub(super) const BODY: Self = Self(64);
    /// Not shown.
    pub(super) const HIDDEN: Self = Self(128);
    /// Declared as the article's body by microdata.
    pub(super) const DECLARED_BODY: Self = Self(256);
    /// Tags of the article.
    pub(super) const TAGS: Self = Self(512);
    /// What readers wrote.
    pub(super) const COMMENTS: Self = Self(2048);
    /// A headline.
    pub(super) const TITLE: Self = Self(1024);
    /// Opens over a word of the text, or is the word that something opens over.
    pub(super) const POPUP: Self = Self(8192);
    /// For programs: for calendars and readers of screens.
    pub(super) const UNSEEN: Self = Self(16_384);
    /// A post of a social network.
    pub(super) const EMBED: Self = Self(4096);

    /// Whether it has one of `other`.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both.
    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Hint {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Reads hints; elements of one class share one reading.
#[derive(Debug, Default)]
pub(super) struct Hints<'a> {
    known: HashMap<&'a str, Hint>,
}

impl<'a> Hints<'a> {
    /// The hint of an element.
    pub(super) fn of(&mut self, node: Node<'a>, tag: Tag) -> Hint {
        let mut hint = match tag {
            Tag::NAV | Tag::FOOTER | Tag::ASIDE | Tag::FORM | Tag::LABEL => Hint::CHROME,
            Tag::FIGCAPTION | Tag::CAPTION => Hint::CAPTION,
            Tag::TIME => Hint::DATE,
            Tag::ADDRESS => Hint::BYLINE,
            Tag::ARTICLE | Tag::MAIN => Hint::BODY,
            _ => Hint::NONE,
        };
        for (name, value) in node.attributes() {
            hint |= match name {
                "class" | "id" | "data-testid" | "data-component" | "data-module" => {
                    *self.known.entry(value).or_insert_with(|| words(value))
                }
                "role" => role(value),
                "itemprop" => property(value),
                "rel" if value == "author" => Hint::BYLINE,
                "rel" if value == "tag" => Hint::TAGS,
                "hidden" => Hint::HIDDEN,
                "style" if is_hidden(value) => Hint::HIDDEN,
                "aria-hidden" if value == "true" => Hint::HIDDEN,
                _ => Hint::NONE,
            };
        }
        // What names the whole page names no part of it.
        if matches!(tag, Tag::BODY | Tag::HTML) { Hint::NONE } else { hint }
    }
}

fn is_hidden(style: &str) -> bool {
    style.split(';').any(|rule| {
        rule.split_once(':').is_some_and(|(key, value)| {
            matches!((key.trim(), value.trim()), ("display", "none") | ("visibility", "hidden"))
        })
    })
}

fn role(role: &str) -> Hint {
    match role {
        "navigation" | "complementary" | "banner" | "contentinfo" | "dialog" | "alertdialog" | "menu"
        | "menubar" | "search" | "toolbar" | "tablist" | "alert" => Hint::CHROME,
        "main" | "article" => Hint::BODY,
        _ => Hint::NONE,
    }
}

fn property(property: &str) -> Hint {
    property.split_ascii_whitespace().fold(Hint::NONE, |hint, word| {
        hint.or(match word {
            "articleBody" => Hint::DECLARED_BODY,
            "author" | "creator" => Hint::BYLINE,
            "datePublished" | "dateModified" | "dateCreated" => Hint::DATE,
            "caption" => Hint::CAPTION,
            "articleSection" => Hint::KICKER,
            "headline" => Hint::TITLE,
            "description" | "alternativeHeadline" => Hint::LEAD,
            "comment" | "publisher" | "logo" => Hint::CHROME,
            "width" | "height" | "contentUrl" => Hint::HIDDEN,
            "keywords" => Hint::TAGS,
            _ => Hint::NONE,
        })
    })
}

/// The hint of the words in a class or id, each by itself and with the one before it.
fn words(names: &str) -> Hint {
    let mut hint = Hint::NONE;
    let mut joined = String::new();
    for name in own_names(names).take(24) {
        joined.clear();
        let mut before = 0;
        let mut letters = name.chars().peekable();
        for _ in 0..16 {
            let start = joined.len();
            if !push_word(&mut letters, &mut joined) {
                break;
            }
            hint |= lookup(joined.get(start..)).or(lookup(joined.get(before..)));
            before = start;
        }
    }
    hint
}

/// The names in a class that say what an element is, without those that say what it is about or what is beside it:
/// `WordPress` writes the subjects of a post behind its own names, others into names of their own beside `post`.
fn own_names(names: &str) -> impl Iterator<Item = &str> {
    let each = || names.split_ascii_whitespace();
    let is_of_post = |name: &str| matches!(name, "hentry" | "status-publish");
    let is_post = each().any(|name| name == "post" || is_of_post(name));
    let from = each().position(is_of_post).unwrap_or(usize::MAX);
    let is_subject = move |at: usize, name: &str| {
        is_post && (at > from || name.starts_with("category-") || name.starts_with("tag-"))
    };
    let own = each().enumerate().filter(move |(at, name)| !is_subject(*at, name)).map(|(_, name)| name);
    own.filter(|name| !is_of_other(name))
}

/// Whether a name says what another element is, or is not: `has-sidebar`.
fn is_of_other(name: &str) -> bool {
    ["has-", "no-", "with-", "without-"].iter().any(|start| name.starts_with(start))
}

/// The words of one name in lower case: at each mark, digit or capital a new one begins.
pub(super) fn parts(name: &str) -> impl Iterator<Item = String> {
    let mut letters = name.chars().peekable();
    std::iter::from_fn(move || {
        let mut word = String::new();
        push_word(&mut letters, &mut word).then_some(word)
    })
}

/// Adds the next word of a name. False where there is none.
fn push_word(letters: &mut Peekable<Chars<'_>>, into: &mut String) -> bool {
    let start = into.len();
    while let Some(letter) = letters.next() {
        if !letter.is_alphabetic() {
            if into.len() == start {
                continue;
            }
            break;
        }
        if letter.is_ascii() {
            into.push(letter.to_ascii_lowercase());
        } else {
            into.extend(letter.to_lowercase());
        }
        if letter.is_lowercase() && letters.peek().is_some_and(|next| next.is_uppercase()) {
            break;
        }
    }
    into.len() > start
}

/// The words of all lists with what they say. One look-up a word: pages have thousands of classes.
static WORDS: LazyLock<FxHashMap<&'static str, Hint>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    for (list, hint) in LISTS {
        for word in *list {
            *words.entry(*word).or_default() |= *hint;
        }
    }
    words
});

/// Bytes of the longest word.
static LENGTH_MAX: LazyLock<usize> =
    LazyLock::new(|| WORDS.keys().map(|word| word.len()).max().unwrap_or_default());

fn lookup(word: Option<&str>) -> Hint {
    let word = word.filter(|word| word.len() <= *LENGTH_MAX);
    word.and_then(|word| WORDS.get(word)).copied().unwrap_or_default()
}

/// The lists and what their words say.
pub(in crate::readers::article) const LISTS: &[(&[&str], Hint)] = &[
    (CHROME, Hint::CHROME),
    (COMMENTS, Hint::COMMENTS),
    (BYLINE, Hint::BYLINE),
    (DATE, Hint::DATE),
    (CAPTION, Hint::CAPTION),
    (KICKER, Hint::KICKER),
    (LEAD, Hint::LEAD),
    (BODY, Hint::BODY),
    (TAGS, Hint::TAGS),
    (TITLE, Hint::TITLE),
    (EMBED, Hint::EMBED),
    (POPUP, Hint::POPUP),
    (UNSEEN, Hint::UNSEEN),
];

// Each list is sorted; a test holds that.
const CHROME: &[&str] = &[
    "abo",
    "actions",
    "adcontainer",
    "addthis",
    "addtoany",
    "adlabel",
    "ads",
    "adslot",
    "adunit",
    "advert",
    "advertisement",
    "advertising",
    "advertorial",
    "adwrapper",
    "affiliate",
    "aftercontent",
    "alsoread",
    "anzeige",
    "apphint",
    "articleteaser",
    "audioplayer",
    "aufmacherlinks",
    "authorbio",
    "authorbox",
    "authorcard",
    "backtotop",
    "banner",
    "billboard",
    "bookmark",
    "breadcrumb",
    "breadcrumbs",
    "carousel",
    "collapsebox",
    "consent",
    "cookie",
    "cookies",
    "crosspromo",
    "disclaimer",
    "donate",
    "donation",
    "dropdown",
    "emailsignup",
    "embedconsent",
    "expandablebox",
    "externalcontent",
    "factbox",
    "faktaboks",
    "faktabox",
    "flyout",
    "follow",
    "followus",
    "fontsize",
    "footer",
    "footnav",
    "gdpr",
    "hashtags",
    "inlinenewsletter",
    "inlineteaser",
    "inlinetextbox",
    "inread",
    "jumplinks",
    "keepreading",
    "leaderboard",
    "livechat",
    "login",
    "masthead",
    "menu",
    "modal",
    "moreabout",
    "morefrom",
    "moreinfo",
    "morenews",
    "moreon",
    "morestories",
    "mostpopular",
    "mostread",
    "mpu",
    "mustread",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "newslettersignup",
    "nextarticle",
    "nextup",
    "notification",
    "optin",
    "outbrain",
    "overlay",
    "pager",
    "pagination",
    "partner",
    "playlist",
    "popup",
    "postmeta",
    "postnav",
    "postnavigation",
    "prevnext",
    "printonly",
    "progressbar",
    "promo",
    "promobox",
    "promoted",
    "promotion",
    "publicidad",
    "publicite",
    "pullquote",
    "pushnotification",
    "quiz",
    "rating",
    "ratings",
    "reactions",
    "readalso",
    "readmore",
    "readnext",
    "recirc",
    "recircs",
    "recirculation",
    "recommend",
    "recommendation",
    "recommendations",
    "recommended",
    "registration",
    "reklam",
    "related",
    "relatedarticles",
    "relatedcontent",
    "relateditems",
    "relatedlinks",
    "relatednews",
    "relatedposts",
    "relatedstories",
    "relatedtopics",
    "replies",
    "rightrail",
    "screenreader",
    "searchbox",
    "searchform",
    "seealso",
    "share",
    "sharebar",
    "sharebuttons",
    "sharedaddy",
    "sharethis",
    "sharing",
    "shoutbox",
    "sidebar",
    "sidenav",
    "signin",
    "signup",
    "sitemap",
    "skiplink",
    "skipto",
    "skyscraper",
    "social",
    "socialbar",
    "sociallinks",
    "socialmedia",
    "sponsor",
    "sponsored",
    "sronly",
    "subnav",
    "subscribe",
    "subscription",
    "suggested",
    "suggestions",
    "syndication",
    "tableofcontents",
    "taboola",
    "teaserbox",
    "teaserlist",
    "teasers",
    "textsize",
    "toccontainer",
    "toclist",
    "tocwrapper",
    "toolbar",
    "toolbox",
    "tooltip",
    "topnav",
    "trending",
    "upnext",
    "upsell",
    "usermenu",
    "visuallyhidden",
    "werbung",
    "whatsapp",
    "wpcf",
    "yarpp",
];
const COMMENTS: &[&str] = &[
    "comentarios",
    "comment",
    "commentaire",
    "commentaires",
    "commentform",
    "commentlist",
    "comments",
    "commentscontainer",
    "commentslist",
    "commentssection",
    "community",
    "discussion",
    "disqus",
    "kommentar",
    "kommentare",
    "leserbriefe",
    "respond",
    "yorumlar",
];
const BYLINE: &[&str] = &[
    "author",
    "authorname",
    "authors",
    "autor",
    "autore",
    "autoren",
    "byline",
    "bylines",
    "contributor",
    "contributors",
    "creator",
    "editor",
    "journalist",
    "redakteur",
    "reporter",
    "signature",
    "writer",
    "writtenby",
];
const DATE: &[&str] = &[
    "articledate",
    "createdate",
    "date",
    "dateline",
    "datepublished",
    "datetime",
    "datum",
    "entrydate",
    "fecha",
    "lastupdated",
    "meta",
    "postdate",
    "posted",
    "pubdate",
    "publishdate",
    "published",
    "publisheddate",
    "publishtime",
    "pubtime",
    "time",
    "timestamp",
    "updated",
];
const CAPTION: &[&str] = &[
    "attribution",
    "bildunterschrift",
    "caption",
    "copyright",
    "credit",
    "credits",
    "figcaption",
    "figure",
    "fotograf",
    "gallery",
    "imagecaption",
    "imagecredit",
    "legend",
    "legende",
    "mediacaption",
    "photocaption",
    "photocredit",
    "photographer",
    "photoscaption",
    "piefoto",
    "slideshow",
    "videocaption",
    "wpcaption",
];
const KICKER: &[&str] = &[
    "catchline",
    "categories",
    "category",
    "channel",
    "eyebrow",
    "kicker",
    "overline",
    "pretitle",
    "roofline",
    "rubric",
    "rubrik",
    "section",
    "sectionname",
    "strapline",
    "suptitle",
    "topic",
    "toptitle",
    "vorspannkicker",
];
const LEAD: &[&str] = &[
    "abstract",
    "articlelead",
    "articlesummary",
    "bajada",
    "chapeau",
    "chapo",
    "copete",
    "deck",
    "dek",
    "description",
    "entradilla",
    "excerpt",
    "ingress",
    "intro",
    "introtext",
    "lead",
    "leadtext",
    "lede",
    "postexcerpt",
    "sapo",
    "sommario",
    "standfirst",
    "subdeck",
    "subheadline",
    "subtitle",
    "subtitulo",
    "summary",
    "teaser",
    "teasertext",
    "vorspann",
];
const BODY: &[&str] = &[
    "article",
    "articlebody",
    "articlecontent",
    "articletext",
    "body",
    "bodytext",
    "content",
    "contentbody",
    "contenttext",
    "cuerpo",
    "entry",
    "entrycontent",
    "fulltext",
    "haber",
    "main",
    "maincontent",
    "maintext",
    "newsbody",
    "newscontent",
    "newstext",
    "node",
    "page",
    "post",
    "postbody",
    "postcontent",
    "posttext",
    "richtext",
    "singlecontent",
    "story",
    "storybody",
    "storycontent",
    "storytext",
    "text",
    "texto",
];
const TAGS: &[&str] = &[
    "articletags",
    "entrytags",
    "keywords",
    "posttags",
    "storytags",
    "tagcloud",
    "tagged",
    "taglist",
    "tags",
    "tagslist",
    "topiclist",
    "topics",
];
const TITLE: &[&str] = &[
    "articletitle",
    "entrytitle",
    "headline",
    "headtitle",
    "newstitle",
    "nodetitle",
    "pagetitle",
    "posttitle",
    "storytitle",
    "title",
];
const EMBED: &[&str] = &[
    "blueskyembed",
    "fbpost",
    "instagrammedia",
    "mastodonembed",
    "redditembed",
    "telegrampost",
    "threadspost",
    "tiktokembed",
    "truthsocialembed",
    "twittertweet",
    "twittervideo",
    "vkpost",
];
const POPUP: &[&str] = &["hovercard", "popover", "popup", "popuptext", "tooltip", "tooltiptext"];
const UNSEEN: &[&str] =
    &["addevent", "addtocalendar", "rolloverblock", "screenreader", "sronly", "visuallyhidden"];
