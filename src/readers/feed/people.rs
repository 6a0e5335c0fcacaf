//! Names of authors as feeds print them, out of `name@host (Name)` and the like.

use crate::text;
use feed_rs::model::Person;

/// The names of persons, each once; the address where a person has no name.
pub(super) fn names(people: Vec<Person>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for person in people {
        let printed = person.name.filter(|name| !name.trim().is_empty()).or(person.email).unwrap_or_default();
        let name = name(&text::strip_markup(&printed));
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The name in `printed`, which may stand beside an address: `a@b.example (Name)`, `Name <a@b.example>`.
fn name(printed: &str) -> String {
    let is_address = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    };
    if !printed.contains('@') {
        return printed.to_owned();
    }
    let words: Vec<&str> = printed.split_whitespace().filter(|word| !is_address(word)).collect();
    let rest = words.join(" ");
    let name = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(&rest);
    if name.chars().any(char::is_alphanumeric) { name.to_owned() } else { printed.to_owned() }
}
