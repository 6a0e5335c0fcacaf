//! The grammars of the languages: each is a table of rules, and a text grows from a rule by replacing every
//! `{name}` with one of the choices of that rule, as the dice fall. All sentences are made for this world.

mod arabic;
mod english;
mod french;
mod persian;
mod turkish;

use crate::seed::Dice;

/// A language of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Arabic.
    Arabic,
    /// English.
    English,
    /// French.
    French,
    /// Persian.
    Persian,
    /// Turkish.
    Turkish,
}

impl Language {
    /// The tag of the language.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Arabic => "ar",
            Language::English => "en",
            Language::French => "fr",
            Language::Persian => "fa",
            Language::Turkish => "tr",
        }
    }

    /// `rtl` or `ltr`.
    pub fn direction(self) -> &'static str {
        match self {
            Language::Arabic | Language::Persian => "rtl",
            Language::English | Language::French | Language::Turkish => "ltr",
        }
    }

    /// The rules of the language.
    fn grammar(self) -> Grammar {
        match self {
            Language::Arabic => arabic::GRAMMAR,
            Language::English => english::GRAMMAR,
            Language::French => french::GRAMMAR,
            Language::Persian => persian::GRAMMAR,
            Language::Turkish => turkish::GRAMMAR,
        }
    }
}

/// Rules: a name and its choices. Every grammar has `headline`, `paragraph`, `update`, `crosshead`, `caption`,
/// `kicker`, `agency`, `reporter` and `menu`; the rest is its own.
type Grammar = &'static [(&'static str, &'static [&'static str])];

/// A text grown from a rule. `{n}` is a number of two digits from 11 on, so that counted words keep one form.
pub(crate) fn grow(language: Language, rule: &str, dice: &mut Dice) -> String {
    let grammar = language.grammar();
    let mut grown = String::new();
    expand(grammar, choice(grammar, rule, dice), dice, &mut grown);
    grown
}

/// Appends `phrase` with every `{name}` in it replaced.
fn expand(grammar: Grammar, phrase: &str, dice: &mut Dice, grown: &mut String) {
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').expect("the grammar closes its braces");
        grown.push_str(before);
        if name == "n" {
            grown.push_str(&dice.between(11, 98).to_string());
        } else {
            expand(grammar, choice(grammar, name, dice), dice, grown);
        }
        rest = tail;
    }
    grown.push_str(rest);
}

/// One of the choices of a rule.
fn choice(grammar: Grammar, rule: &str, dice: &mut Dice) -> &'static str {
    let (_, choices) = grammar.iter().find(|(name, _)| *name == rule).expect("the grammar has the rule");
    dice.pick::<&str>(choices)
}
