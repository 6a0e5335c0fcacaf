//! The files: each has the hash that the log tells, those beside it are what is made of it, and there are no others.

use super::{
    Damage, Error, Look, Proof,
    chain::{Hash, Told},
    derived, disk,
};
use crate::{io::publish::Tree, judges::render};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// What is to be there.
struct Wanted {
    hashes: BTreeMap<String, Hash>,
    /// Files that are made of the one beside them, and may be there or must.
    beside: BTreeMap<String, bool>,
}

impl Wanted {
    fn of(told: &Told) -> Self {
        let mut wanted = Self { hashes: BTreeMap::new(), beside: BTreeMap::new() };
        for newest in told.newest.values() {
            wanted.hashes.insert(newest.path.clone(), newest.hash);
            let stem = newest.path.strip_suffix(".json").unwrap_or(&newest.path);
            for extension in &newest.beside {
                wanted.beside.insert(format!("{stem}.{extension}"), true);
            }
        }
        let others = told.before.iter().chain(&told.coverages);
        wanted.hashes.extend(others.map(|(path, hash)| (path.clone(), *hash)));
        wanted
    }
}

/// Looks at the files that the log told of, and for those that it did not.
pub(super) fn look(
    root: &Path,
    told: &Told,
    (how, mut tree): (Look, Option<&mut Tree>),
    proof: &mut Proof,
) -> Result<(), Error> {
    let wanted = Wanted::of(told);
    let mut whole = BTreeSet::new();
    for (path, hash) in &wanted.hashes {
        if is_whole(root, path, hash, proof)? {
            whole.insert(path.clone());
        }
    }
    let mut beside: BTreeSet<String> = wanted.beside.keys().cloned().collect();
    if !how.quick {
        for path in others(root, &wanted)? {
            if derived(&path).is_some_and(|(of, _)| wanted.hashes.contains_key(&of)) {
                beside.insert(path);
            } else {
                proof.damage.push(Damage::new(path, "the log does not tell of it"));
            }
        }
    }
    for path in beside {
        let Some((of, format)) = derived(&path).filter(|(of, _)| whole.contains(of)) else { continue };
        let bytes = std::fs::read(root.join(&of)).map_err(disk("read", &root.join(&of)))?;
        let Some(article) = render::article_of_json(&bytes) else { continue };
        let made = render::file(&article, format);
        proof.files += 1;
        let what = match std::fs::read(root.join(&path)) {
            Ok(bytes) if bytes == made => continue,
            Ok(_) => "it is not what is made of the JSON file beside it",
            Err(_) => "it is not there",
        };
        if let Some(tree) = &mut tree {
            tree.put(&[(path.clone(), made)])?;
        }
        proof.damage.push(Damage { mended: tree.is_some(), ..Damage::new(path, what) });
    }
    Ok(())
}

/// Whether a file has the hash that the log tells.
fn is_whole(root: &Path, path: &str, hash: &Hash, proof: &mut Proof) -> Result<bool, Error> {
    proof.files += 1;
    let what = match std::fs::read(root.join(path)) {
        Ok(bytes) if Sha256::digest(&bytes).as_slice() == hash.as_slice() => return Ok(true),
        Ok(_) => "it was changed: the log has another hash of it",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "it is lost: the log tells of it",
        Err(error) => return Err(disk("read", &root.join(path))(error)),
    };
    proof.damage.push(Damage::new(path, what));
    Ok(false)
}

/// Files of the tree that are not looked for by name.
fn others(root: &Path, wanted: &Wanted) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(disk("read the folder", &folder))? {
            let entry = entry.map_err(disk("read the folder", &folder))?;
            let path = entry.path();
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            if entry.file_type().map_err(disk("look at", &path))?.is_dir() {
                // What is being written, and what the chain is looked for in.
                if ![".tmp", "log", "raw"].contains(&&*name) {
                    folders.push(path);
                }
            } else if !wanted.hashes.contains_key(&name) && !wanted.beside.contains_key(&name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}
