//! Configured rules: which variant holds for a page, and what it finds there.

use super::Options;
use crate::{
    model::Remark,
    page::{Node, Page, Pick},
};
use url::Url;

/// One variant of a source's rules. Each field is a list of picks, tried in order; empty means generic.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// The last day on which the variant holds.
    pub valid_until: Option<jiff::civil::Date>,
    /// Path globs such as `/news/*`; empty means any path.
    pub url: Vec<String>,
    /// Headline.
    pub title: Vec<Pick>,
    /// Section label over the headline.
    pub kicker: Vec<Pick>,
    /// Lead over the body.
    pub standfirst: Vec<Pick>,
    /// Time of publication.
    pub date: Vec<Pick>,
    /// Byline.
    pub byline: Vec<Pick>,
    /// What holds the body.
    pub body: Vec<Pick>,
    /// What is cut out of it.
    pub remove: Vec<Pick>,
    /// Main picture.
    pub image: Vec<Pick>,
    /// Its caption.
    pub caption: Vec<Pick>,
    /// Address of the article's next page.
    pub next: Vec<Pick>,
}

/// What the rules found on one page.
pub(super) struct Ruled<'a> {
    /// The variant that holds.
    rule: Option<&'a Rule>,
    page: &'a Page,
    /// Elements that hold the body, with the pick that found them.
    pub(super) body: Option<(Vec<Node<'a>>, &'a Pick)>,
    /// Elements to cut out.
    pub(super) removed: Vec<Node<'a>>,
}

impl<'a> Ruled<'a> {
    /// Chooses the variant for a page and finds its body.
    pub(super) fn read(options: &Options<'a>, page: &'a Page, url: Option<&Url>) -> Self {
        let holds = |rule: &&Rule| rule.is_valid(options) && rule.covers(url);
        let mut holding = options.rules.iter().filter(holds);
        let first = holding.clone().next();
        let found = holding.find_map(|rule| Some((rule, body_of(page, rule)?)));
        let rule = found.as_ref().map(|(rule, _)| *rule).or(first);
        let removes = rule.map_or(&[][..], |rule| &rule.remove);
        let removed = removes.iter().flat_map(|pick| page.select(pick)).collect();
        Self { rule, page, body: found.map(|(_, body)| body), removed }
    }

    /// The first value of a field, with the pick that found it.
    pub(super) fn value(&self, field: impl Fn(&Rule) -> &Vec<Pick>) -> Option<(String, &'a Pick)> {
        self.picks(field).iter().find_map(|pick| {
            let mut found = self.page.select(pick).into_iter();
            Some((found.find_map(|node| node.value(pick))?, pick))
        })
    }

    /// The first value of each of a field's picks.
    pub(super) fn values(&self, field: impl Fn(&Rule) -> &Vec<Pick>) -> Vec<(String, &'a Pick)> {
        let values = self.picks(field).iter().flat_map(|pick| {
            let found = self.page.select(pick).into_iter().take(8);
            found.filter_map(move |node| Some((node.value(pick)?, pick)))
        });
        values.collect()
    }

    /// The picks of a field.
    pub(super) fn picks(&self, field: impl Fn(&Rule) -> &Vec<Pick>) -> &'a [Pick] {
        self.rule.map_or(&[], |rule| field(rule))
    }

    /// A remark where a field has picks of which none found anything.
    pub(super) fn remark(
        &self,
        name: &str,
        found: bool,
        field: impl Fn(&Rule) -> &Vec<Pick>,
    ) -> Option<Remark> {
        let missed = !found && !self.picks(field).is_empty();
        missed.then(|| Remark::about("rule/no-match", name))
    }
}

/// The body's elements: all that the first fruitful pick finds, none inside another.
fn body_of<'a>(page: &'a Page, rule: &'a Rule) -> Option<(Vec<Node<'a>>, &'a Pick)> {
    rule.body.iter().find_map(|pick| {
        let mut found = page.select(pick);
        found.retain(|node| !node.text().is_empty());
        let chosen = found.clone();
        found.retain(|node| !parents(*node).any(|around| chosen.contains(&around)));
        (!found.is_empty()).then_some((found, pick))
    })
}

/// The elements around one, innermost first.
fn parents(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    std::iter::successors(node.parent(), |node| node.parent())
}

impl Rule {
    fn is_valid(&self, options: &Options<'_>) -> bool {
        let today = options.zone.to_datetime(options.now).date();
        self.valid_until.is_none_or(|last| today <= last)
    }

    fn covers(&self, url: Option<&Url>) -> bool {
        let Some(url) = url else { return true };
        self.url.is_empty() || self.url.iter().any(|glob| matches_glob(glob, url.path()))
    }
}

/// Whether `*` in `glob` can stand for parts of `path` so that they are equal.
fn matches_glob(glob: &str, path: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}
