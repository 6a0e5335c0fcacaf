//! Element names as integers, shared by the pass before the parser and by the readers of the tree.

/// The name of an element: its bytes packed into an integer, so that comparing is one instruction.
///
/// Names of up to eight letters are exact; longer ones are folded, which keeps the few that matter apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(u64);

impl Tag {
    /// The tag of `name`, in either case.
    pub const fn of(name: &[u8]) -> Self {
        let mut packed = 0u64;
        let mut rest = name;
        while let [first, more @ ..] = rest {
            packed = packed.rotate_left(8) ^ first.to_ascii_lowercase() as u64;
            rest = more;
        }
        Self(packed)
    }
}

/// Declares one constant for each element that the program knows by name.
macro_rules! tags {
    ($($name:ident $text:literal),* $(,)?) => {
        #[expect(missing_docs, reason = "each constant is the element of its own name")]
        impl Tag {
            $(pub const $name: Self = Self::of($text.as_bytes());)*
        }
    };
}

tags! {
    A "a", ADDRESS "address", APPLET "applet", AREA "area", ARTICLE "article", ASIDE "aside", AUDIO "audio",
    B "b", BASE "base", BIG "big", BLOCKQUOTE "blockquote", BODY "body", BR "br", BUTTON "button",
    CANVAS "canvas", CAPTION "caption", CENTER "center", CODE "code", COL "col", DATALIST "datalist", DD "dd",
    DEL "del", DETAILS "details", DIALOG "dialog", DIR "dir", DIV "div", DL "dl", DT "dt", EM "em",
    EMBED "embed", FIELDSET "fieldset", FIGCAPTION "figcaption", FIGURE "figure", FONT "font",
    FOOTER "footer", FORM "form", FRAME "frame", H1 "h1", H2 "h2", H3 "h3", H4 "h4", H5 "h5", H6 "h6",
    HEAD "head", HEADER "header", HGROUP "hgroup", HR "hr", HTML "html", I "i", IFRAME "iframe", IMG "img",
    INPUT "input", LABEL "label", LI "li", LINK "link", LISTING "listing", MAIN "main", MAP "map",
    MARQUEE "marquee", MATH "math", MENU "menu", META "meta", NAV "nav", NOEMBED "noembed",
    NOFRAMES "noframes", NOSCRIPT "noscript", OBJECT "object", OL "ol", OPTION "option", P "p",
    PARAM "param", PICTURE "picture", PLAINTEXT "plaintext", PRE "pre", Q "q", RB "rb", RP "rp", RT "rt", RTC "rtc", RUBY "ruby", S "s",
    SCRIPT "script", SEARCH "search", SECTION "section", SELECT "select", SMALL "small", SOURCE "source",
    SPAN "span", STRIKE "strike", STRONG "strong", STYLE "style", SUB "sub", SUMMARY "summary", SUP "sup",
    SVG "svg", TABLE "table", TBODY "tbody", TD "td", TEMPLATE "template", TEXTAREA "textarea",
    TFOOT "tfoot", TH "th", THEAD "thead", TIME "time", TITLE "title", TR "tr", TRACK "track", TT "tt",
    U "u", UL "ul", VIDEO "video", WBR "wbr", XMP "xmp",
}

impl Tag {
    /// A small number that names are spread over evenly.
    pub(super) const fn bucket(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
    }

    /// Whether it is `h1` to `h6`, and which.
    pub const fn heading_level(self) -> Option<u8> {
        match self {
            Self::H1 => Some(1),
            Self::H2 => Some(2),
            Self::H3 => Some(3),
            Self::H4 => Some(4),
            Self::H5 => Some(5),
            Self::H6 => Some(6),
            _ => None,
        }
    }

    /// Whether the element never has content.
    pub const fn is_void(self) -> bool {
        matches!(
            self,
            Self::AREA
                | Self::BASE
                | Self::BR
                | Self::COL
                | Self::EMBED
                | Self::FRAME
                | Self::HR
                | Self::IMG
                | Self::INPUT
                | Self::LINK
                | Self::META
                | Self::PARAM
                | Self::SOURCE
                | Self::TRACK
                | Self::WBR
        )
    }

    /// Whether it changes how letters look, and is opened again by the parser where it was left open.
    pub const fn is_formatting(self) -> bool {
        matches!(
            self,
            Self::B
                | Self::BIG
                | Self::CODE
                | Self::EM
                | Self::FONT
                | Self::I
                | Self::S
                | Self::SMALL
                | Self::STRIKE
                | Self::STRONG
                | Self::TT
                | Self::U
        )
    }

    /// Whether its start ends an open paragraph, by the rules of HTML.
    pub const fn ends_paragraph(self) -> bool {
        self.heading_level().is_some()
            || matches!(
                self,
                Self::ADDRESS
                    | Self::ARTICLE
                    | Self::ASIDE
                    | Self::BLOCKQUOTE
                    | Self::CENTER
                    | Self::DD
                    | Self::DETAILS
                    | Self::DIALOG
                    | Self::DIR
                    | Self::DIV
                    | Self::DL
                    | Self::DT
                    | Self::FIELDSET
                    | Self::FIGCAPTION
                    | Self::FIGURE
                    | Self::FOOTER
                    | Self::FORM
                    | Self::HEADER
                    | Self::HGROUP
                    | Self::LI
                    | Self::LISTING
                    | Self::MAIN
                    | Self::MENU
                    | Self::NAV
                    | Self::OL
                    | Self::P
                    | Self::PRE
                    | Self::SEARCH
                    | Self::SECTION
                    | Self::SUMMARY
                    | Self::TABLE
                    | Self::UL
            )
    }

    /// Whether it begins a new line of text.
    pub const fn is_block(self) -> bool {
        self.ends_paragraph()
            || matches!(
                self,
                Self::BODY
                    | Self::CAPTION
                    | Self::HEAD
                    | Self::HTML
                    | Self::OPTION
                    | Self::TBODY
                    | Self::TD
                    | Self::TFOOT
                    | Self::TH
                    | Self::THEAD
                    | Self::TITLE
                    | Self::TR
            )
    }

    /// Whether an end tag of an ordinary element inside may not close anything beyond it.
    pub const fn is_special(self) -> bool {
        self.is_block() || self.bounds_scope() || matches!(self, Self::BUTTON | Self::SELECT)
    }

    /// Whether end tags of blocks inside may not close anything beyond it.
    pub const fn bounds_scope(self) -> bool {
        matches!(
            self,
            Self::APPLET | Self::CAPTION | Self::MARQUEE | Self::OBJECT | Self::SELECT | Self::TABLE
        )
    }
}
