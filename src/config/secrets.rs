//! Credentials: named in the files, kept elsewhere. A file of that name in the service manager's credentials folder
//! (`LoadCredential=` of the unit), else a variable of the environment.

use super::{table::Table, value};
use crate::io::fetch::Secret;
use std::path::Path;

/// Gives the text of a credential by its name, if there is one.
pub(super) type Secrets = fn(&str) -> Option<String>;

/// Longest credential read.
const BYTES_MAX: u64 = 8 << 10;

/// The credential named under `key`; the empty string is none. One that is not there is a warning: whoever checks
/// a configuration by hand does not have the service's credentials.
pub(super) fn secret(table: &Table<'_>, key: &'static str, secrets: Secrets) -> Option<Secret> {
    let name = table.text(key).filter(|text| !text.value.is_empty())?;
    if !value::credential(table.file, &name) {
        return None;
    }
    let Some(text) = secrets(name.value) else {
        let message = format!("the credential `{}` is not there, so it is asked without", name.value);
        let hint = format!(
            "`LoadCredential={}:FILE` in the unit, or the variable {}",
            name.value,
            variable(name.value)
        );
        table.file.push(table.file.fault(&name.span, &message).hint(&hint).warning());
        return None;
    };
    let secret = Secret::parse(&text);
    if secret.is_none() {
        let message = format!("the credential `{}` cannot stand in a header", name.value);
        let hint = "one line: `user:password`, or `Bearer …`";
        table.file.error_with_hint(&name.span, &message, hint);
    }
    secret
}

/// The text of a credential of this process.
pub(super) fn of_process(name: &str) -> Option<String> {
    let folder = std::env::var_os("CREDENTIALS_DIRECTORY");
    let in_folder = folder.and_then(|folder| text(&Path::new(&folder).join(name)));
    in_folder.or_else(|| std::env::var(variable(name)).ok())
}

fn text(path: &Path) -> Option<String> {
    let is_short = std::fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() <= BYTES_MAX);
    std::fs::read_to_string(path).ok().filter(|_| is_short)
}

/// The variable of the environment for a credential.
fn variable(name: &str) -> String {
    format!("KHABAR_CREDENTIAL_{}", name.to_ascii_uppercase().replace('-', "_"))
}
