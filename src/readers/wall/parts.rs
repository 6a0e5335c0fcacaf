//! A page taken apart: what is shown, and the code around it. No parser: walls are small, and this runs on
//! every page that is small.

use super::BODY_BYTES_MAX;

/// Elements whose content is not shown as text.
const HIDDEN: [&str; 6] = ["script", "style", "template", "title", "svg", "iframe"];

/// Letters of a paragraph that counts.
const PARAGRAPH_MIN: usize = 60;

/// The parts of a page, ASCII in lower case.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) title: String,
    /// What is shown, white space made one space.
    pub(super) text: String,
    /// Tags, comments, scripts and styles.
    pub(super) markup: String,
    /// Characters of the text.
    pub(super) letters: usize,
    /// Paragraphs of some length inside an article element.
    pub(super) paragraphs: usize,
}

impl Parts {
    pub(super) fn of(body: &str) -> Self {
        let body =
            body.get(..body.floor_char_boundary(BODY_BYTES_MAX)).unwrap_or_default().to_ascii_lowercase();
        let mut parts = Self::default();
        let mut rest = body.as_str();
        let mut paragraph = None;
        let mut is_article = false;
        while let Some((shown, after)) = rest.split_once('<') {
            parts.show(shown);
            let name_end =
                after.find(|c: char| !c.is_ascii_alphanumeric() && c != '/').unwrap_or(after.len());
            let name = after.get(..name_end).unwrap_or_default();
            let end = if after.starts_with("!--") { "-->" } else { ">" };
            let (tag, next) = after.split_once(end).unwrap_or((after, ""));
            parts.note(tag);
            rest = if HIDDEN.contains(&name) { parts.hide(name, next) } else { next };
            is_article |= name == "article";
            if matches!(name, "p" | "/p" | "/article") {
                let length = paragraph.map_or(0, |start| parts.letters.saturating_sub(start));
                parts.paragraphs += usize::from(is_article && length >= PARAGRAPH_MIN);
                paragraph = (name == "p").then_some(parts.letters);
            }
        }
        parts.show(rest);
        parts
    }

    fn show(&mut self, shown: &str) {
        for word in shown.split_whitespace() {
            if !self.text.is_empty() {
                self.text.push(' ');
                self.letters += 1;
            }
            self.text.push_str(word);
            self.letters += word.chars().count();
        }
    }

    fn note(&mut self, code: &str) {
        self.markup.push_str(code);
        self.markup.push('\n');
    }

    /// Takes an element's content for code, or for the title; what follows is returned.
    fn hide<'a>(&mut self, name: &str, content: &'a str) -> &'a str {
        let (content, rest) =
            match content.find(&format!("</{name}")).and_then(|at| content.split_at_checked(at)) {
                Some(halves) => halves,
                None => (content, ""),
            };
        if name == "title" && self.title.is_empty() {
            self.title = content.split_whitespace().collect::<Vec<_>>().join(" ");
        } else {
            self.note(content);
        }
        rest
    }
}
