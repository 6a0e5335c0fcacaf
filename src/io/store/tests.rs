//! The state on disk: who may open it, and that what is put in comes out.

use super::{
    ArticleRow, DoorRow, EntryRow, Error, HostRow, Lock, Noted, SITES_MAX, Settled, Store, WaitingRow,
};
use crate::model::{ArticleId, CanonicalUrl, Fingerprint, Marks, Outcome, SourceId};
use std::fs::File;
use tempfile::TempDir;

fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

fn source(id: &str) -> SourceId {
    SourceId(id.into())
}

fn words(text: &str) -> Fingerprint {
    Fingerprint::of([text])
}

fn url(text: &str) -> CanonicalUrl {
    CanonicalUrl(text.to_owned())
}

/// A published article whose words and newest revision are its id.
fn article(of: &str, id: &str) -> ArticleRow {
    ArticleRow {
        id: ArticleId(id.to_owned()),
        source: source(of),
        path: format!("articles/{of}/{id}"),
        revision: 1,
        fingerprint: words(id),
        content: Some(words(id)),
        sha256: "00".to_owned(),
        is_teaser: false,
        first_seen: 1000,
        intent: None,
    }
}

fn id(row: Option<ArticleRow>) -> Option<String> {
    row.map(|row| row.id.0)
}

#[test]
fn one_at_a_time_may_open_it() {
    let (dir, store) = open();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(&refused, Error::Locked(path) if path == dir.path()), "{refused:?}");
    drop(store);
    Store::open(dir.path()).unwrap();
}

#[test]
fn a_copy_of_the_lock_that_a_starting_program_has_keeps_nobody_out() {
    let dir = tempfile::tempdir().unwrap();
    let lock = Lock(File::create(dir.path().join("lock")).unwrap());
    lock.0.try_lock().unwrap();
    let copy = lock.0.try_clone().unwrap();
    assert!(Store::open(dir.path()).is_err());
    drop(lock);
    Store::open(dir.path()).unwrap();
    drop(copy);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let (dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("khabar.sqlite")).unwrap();
    db.execute_batch("PRAGMA user_version = 9").unwrap();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(refused, Error::Newer { found: 9, known: 5, .. }), "{refused:?}");
    let unread = Store::read(dir.path()).unwrap_err();
    assert!(matches!(unread, Error::Newer { found: 9, .. }), "{unread:?}");
    db.execute_batch("PRAGMA user_version = 5").unwrap();
    drop(db);
    assert_eq!(Store::open(dir.path()).unwrap().articles_published().unwrap(), 1);
}

#[test]
fn a_state_of_the_first_version_is_brought_up_to_date_and_keeps_what_it_holds() {
    let (dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("khabar.sqlite")).unwrap();
    back_to_schema_2(&db);
    db.execute_batch("DROP TABLE hosts; DROP TABLE pages; PRAGMA user_version = 1").unwrap();
    drop(db);
    let unread = Store::read(dir.path()).unwrap_err();
    assert!(matches!(unread, Error::Older { found: 1, known: 5, .. }), "{unread:?}");
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.articles_published().unwrap(), 1);
    assert_eq!(store.hosts(0).unwrap(), []);
}

/// Takes out what the fifth version added.
fn back_to_schema_4(db: &rusqlite::Connection) {
    db.execute_batch("DROP TABLE coverages; DROP TABLE works; PRAGMA user_version = 4").unwrap();
}

/// Takes out what the fourth version added too.
fn back_to_schema_3(db: &rusqlite::Connection) {
    back_to_schema_4(db);
    db.execute_batch("DROP TABLE sites; PRAGMA user_version = 3").unwrap();
}

/// Takes out what the third version added too.
fn back_to_schema_2(db: &rusqlite::Connection) {
    back_to_schema_3(db);
    let columns = ["entries", "waiting"].map(|table| {
        ["link", "text", "words"].map(|column| format!("ALTER TABLE {table} DROP COLUMN {column};")).concat()
    });
    let columns = columns.concat();
    db.execute_batch(&format!(
        "DROP INDEX entries_link; DROP INDEX entries_text; {columns} PRAGMA user_version = 2"
    ))
    .unwrap();
}

#[test]
fn a_state_of_the_second_version_keeps_its_entries() {
    let (dir, store) = open();
    let settled = settled("key", "said", Marks::default());
    store.put_entry(&source("a"), &settled).unwrap();
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("khabar.sqlite")).unwrap();
    back_to_schema_2(&db);
    drop(db);
    let store = Store::open(dir.path()).unwrap();
    let known = store.entry(&source("a"), "door", "key").unwrap();
    assert_eq!(known, Some(row("key", "said", Marks::default())));
}

#[test]
fn a_state_of_the_third_version_has_room_for_sites() {
    let (dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("khabar.sqlite")).unwrap();
    back_to_schema_3(&db);
    drop(db);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.articles_published().unwrap(), 1);
    store.put_site("a.example", b"1", 10).unwrap();
    assert_eq!(store.site("a.example").unwrap().as_deref(), Some(b"1".as_slice()));
}

#[test]
fn a_state_of_the_fourth_version_has_room_for_live_pages() {
    let (dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    drop(store);
    let db = rusqlite::Connection::open(dir.path().join("khabar.sqlite")).unwrap();
    back_to_schema_4(&db);
    drop(db);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.articles_published().unwrap(), 1);
    assert_eq!(store.coverage(&source("a"), "door").unwrap(), None);
    for state in ["{}", "{\"posts\":[]}"] {
        store.put_coverage(&source("a"), "door", state).unwrap();
        assert_eq!(store.coverage(&source("a"), "door").unwrap().as_deref(), Some(state));
    }
    store.put_work("first").unwrap();
    store.put_work("second").unwrap();
    assert_eq!(store.works().unwrap(), ["first", "second"]);
    store.drop_works().unwrap();
    assert_eq!(store.works().unwrap(), [""; 0]);
}

#[test]
fn of_too_many_sites_those_go_that_were_not_read_for_longest() {
    let (_dir, store) = open();
    store.begin().unwrap();
    for at in 0..=i64::from(SITES_MAX) {
        store.put_site(&format!("{at}.example"), b"once", at).unwrap();
    }
    store.put_site("0.example", b"twice", 1 << 40).unwrap();
    store.drop_sites().unwrap();
    store.commit().unwrap();
    let known = |at: u32| store.site(&format!("{at}.example")).unwrap();
    assert_eq!(known(0).as_deref(), Some(b"twice".as_slice()));
    assert_eq!((known(1), known(2).as_deref()), (None, Some(b"once".as_slice())));
    assert!(known(SITES_MAX).is_some());
}

/// An entry of the door `door` that says this.
fn settled(key: &str, said: &str, marks: Marks) -> Settled {
    Settled {
        key: key.to_owned(),
        door: "door".to_owned(),
        said: words(said),
        marks,
        outcome: Outcome::Published,
        article: None,
    }
}

/// The same, as the state has it.
fn row(key: &str, said: &str, marks: Marks) -> EntryRow {
    EntryRow { key: key.to_owned(), said: words(said), marks }
}

#[test]
fn an_entry_is_found_by_what_it_is_recognized_by_and_takes_a_new_key() {
    let (_dir, store) = open();
    let marks = Marks { link: Some(words("link")), text: Some(words("text")), words: Some(words("words")) };
    store.put_entry(&source("a"), &settled("old", "said", marks)).unwrap();
    let leading = |source_id: &str, door: &str| {
        store.entries_leading_to(&source(source_id), door, words("link")).unwrap()
    };
    assert_eq!(leading("a", "door"), [row("old", "said", marks)]);
    assert_eq!(
        store.entries_having(&source("a"), "door", words("text")).unwrap(),
        [row("old", "said", marks)]
    );
    assert_eq!((leading("b", "door"), leading("a", "other")), (vec![], vec![]));
    let noted = |was: &str, key: &str| Noted { was: was.to_owned(), key: key.to_owned(), marks };
    store.put_noted(&source("a"), "door", &noted("old", "new")).unwrap();
    assert_eq!(leading("a", "door"), [row("new", "said", marks)]);
    // A key that another entry has is not taken from it.
    store.put_entry(&source("a"), &settled("other", "said", Marks::default())).unwrap();
    store.put_noted(&source("a"), "door", &noted("new", "other")).unwrap();
    assert_eq!(leading("a", "door"), [row("new", "said", marks)]);
    // What is settled without marks keeps those it has.
    store.put_entry(&source("a"), &settled("new", "again", Marks::default())).unwrap();
    assert_eq!(leading("a", "door"), [row("new", "again", marks)]);
}

#[test]
fn who_only_reads_sees_what_is_there_beside_the_one_who_writes() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Store::read(dir.path()).unwrap().is_none());
    let store = Store::open(dir.path()).unwrap();
    let door = DoorRow { source: source("a"), url: "https://a.example/".to_owned(), state: "{}".to_owned() };
    store.put_door(&door).unwrap();
    let reader = Store::read(dir.path()).unwrap().unwrap();
    assert_eq!(reader.doors().unwrap(), std::slice::from_ref(&door));
    assert!(reader.put_door(&door).is_err());
}

#[test]
fn what_a_host_asks_is_kept_until_its_time_is_over() {
    let (_dir, store) = open();
    let row = |host: &str, until| HostRow {
        kind: "hold".to_owned(),
        host: host.to_owned(),
        state: "{}".to_owned(),
        until,
    };
    for row in [row("a.example", 10), row("b.example", 20), row("a.example", 30)] {
        store.put_host(&row).unwrap();
    }
    assert_eq!(store.hosts(19).unwrap(), [row("a.example", 30), row("b.example", 20)]);
    assert_eq!(store.hosts(20).unwrap(), [row("a.example", 30)]);
    store.drop_hosts(20).unwrap();
    assert_eq!(store.hosts(0).unwrap(), [row("a.example", 30)]);
}

#[test]
fn a_page_keeps_what_it_was_last_recognized_by() {
    let (_dir, store) = open();
    let page = url("a.example/1");
    store.put_page(&source("a"), &page, "1").unwrap();
    store.put_page(&source("a"), &page, "2").unwrap();
    assert_eq!(store.page(&source("a"), &page).unwrap().as_deref(), Some("2"));
    assert_eq!(store.page(&source("b"), &page).unwrap(), None);
}

#[test]
fn a_database_that_is_none_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test's own file needs no atomic publish")]
    std::fs::write(dir.path().join("khabar.sqlite"), b"this is no database, whatever its name says").unwrap();
    let refused = Store::open(dir.path()).unwrap_err();
    assert!(matches!(refused, Error::Database { .. }), "{refused:?}");
}

#[test]
fn what_was_committed_is_there_after_opening_again_and_the_rest_is_not() {
    let (dir, store) = open();
    let door =
        DoorRow { source: source("a"), url: "https://a.example/rss".to_owned(), state: "{}".to_owned() };
    store.begin().unwrap();
    store.put_door(&door).unwrap();
    store.put_article(&article("a", "one")).unwrap();
    store.put_log_head(7, "seven").unwrap();
    store.commit().unwrap();
    store.begin().unwrap();
    store.put_article(&article("a", "two")).unwrap();
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.doors().unwrap(), [door]);
    assert_eq!(store.articles_published().unwrap(), 1);
    assert_eq!(store.log_head().unwrap(), (7, "seven".to_owned()));
    assert_eq!(store.article(&ArticleId("one".to_owned())).unwrap(), Some(article("a", "one")));
}

#[test]
fn rolling_back_forgets_and_does_no_harm_where_nothing_is_open() {
    let (_dir, store) = open();
    store.roll_back().unwrap();
    store.begin().unwrap();
    store.put_article(&article("a", "one")).unwrap();
    store.roll_back().unwrap();
    assert_eq!(store.articles_published().unwrap(), 0);
    assert_eq!(store.log_head().unwrap(), (0, String::new()));
}

#[test]
fn an_entry_keeps_the_article_it_led_to() {
    let (_dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    let settle = |said: &str, article: Option<&str>| {
        let article = article.map(|id| ArticleId(id.to_owned()));
        let settled = Settled { article, ..settled("key", said, Marks::default()) };
        store.put_entry(&source("a"), &settled).unwrap();
    };
    assert_eq!(store.entry(&source("a"), "door", "key").unwrap(), None);
    settle("first", Some("one"));
    settle("second", None);
    assert_eq!(
        store.entry(&source("a"), "door", "key").unwrap(),
        Some(row("key", "second", Marks::default()))
    );
    assert_eq!(id(store.article_of_entry(&source("a"), "key").unwrap()).as_deref(), Some("one"));
    // Another source may use the same key.
    assert_eq!(store.entry(&source("b"), "door", "key").unwrap(), None);
    assert_eq!(store.article_of_entry(&source("b"), "key").unwrap(), None);
}

#[test]
fn an_address_belongs_to_the_first_article_that_was_reached_there() {
    let (_dir, store) = open();
    for name in ["one", "two", "three"] {
        store.put_article(&article("a", name)).unwrap();
    }
    let put = |name: &str, reached| {
        store.put_url(&source("a"), &url("u"), &ArticleId(name.to_owned()), reached).unwrap();
    };
    let at = || id(store.article_at(&source("a"), &url("u")).unwrap());
    let declared = || id(store.article_declared_at(&source("a"), &url("u")).unwrap());
    put("one", false);
    assert_eq!((at(), declared()), (None, Some("one".to_owned())));
    put("two", true);
    assert_eq!((at(), declared()), (Some("two".to_owned()), Some("two".to_owned())));
    put("three", true);
    put("one", false);
    assert_eq!(at(), Some("two".to_owned()));
    assert_eq!(store.article_at(&source("b"), &url("u")).unwrap(), None);
}

#[test]
fn articles_elsewhere_are_the_earliest_that_are_published_or_being_so() {
    let (_dir, store) = open();
    let rows = [
        ArticleRow { revision: 0, ..article("b", "never-published") },
        ArticleRow { revision: 0, intent: Some("{}".to_owned()), ..article("c", "being-written") },
        article("d", "published"),
    ];
    for row in rows {
        store.put_article(&ArticleRow { content: Some(words("same")), ..row.clone() }).unwrap();
        store.put_url(&row.source, &url("u"), &row.id, true).unwrap();
    }
    let like = |of: &str, since| id(store.elsewhere_like(&source(of), words("same"), since).unwrap());
    let at = |of: &str| id(store.elsewhere_at(&source(of), &url("u")).unwrap());
    assert_eq!(like("a", 0).as_deref(), Some("being-written"));
    assert_eq!(like("c", 0).as_deref(), Some("published"));
    assert_eq!(like("a", 1001), None, "too long ago");
    assert_eq!(at("a").as_deref(), Some("being-written"));
    assert_eq!(at("c").as_deref(), Some("published"));
}

#[test]
fn articles_of_a_window_are_those_that_are_published_and_no_posts() {
    let (_dir, store) = open();
    let rows = [
        ArticleRow { first_seen: 999, ..article("a", "too-old") },
        article("a", "known"),
        ArticleRow { is_teaser: true, ..article("b", "teaser") },
        ArticleRow { revision: 0, ..article("b", "never-published") },
        ArticleRow { path: "live/b/coverage/post".to_owned(), ..article("b", "post") },
        ArticleRow { first_seen: 2000, ..article("c", "newest") },
    ];
    for row in rows {
        store.put_article(&row).unwrap();
    }
    let places = store.articles_since(1000, |id| id != "known").unwrap();
    let ids: Vec<_> = places.iter().filter_map(|place| id(store.article_at_place(*place).unwrap())).collect();
    assert_eq!(ids, ["teaser", "newest"]);
}

#[test]
fn an_article_is_recognized_by_what_it_says_within_its_source_only() {
    let (_dir, store) = open();
    store.put_article(&article("a", "one")).unwrap();
    store.put_article(&ArticleRow { revision: 0, ..article("a", "two") }).unwrap();
    let saying = |of: &str, content: &str, revision: &str| {
        id(store.article_saying(&source(of), words(content), words(revision)).unwrap())
    };
    assert_eq!(saying("a", "one", "one").as_deref(), Some("one"));
    assert_eq!(saying("a", "one", "edited"), None);
    assert_eq!(saying("b", "one", "one"), None);
    assert_eq!(saying("a", "two", "two"), None, "not published");
}

#[test]
fn entries_wait_in_the_order_of_their_times_at_their_own_door() {
    let (_dir, store) = open();
    let row = |key: &str, due| WaitingRow {
        key: key.to_owned(),
        entry: "{}".to_owned(),
        tries: 1,
        due,
        reason: "http/503".to_owned(),
        marks: Marks { words: Some(words(key)), ..Marks::default() },
    };
    store.put_waiting(&source("a"), "rss", &row("late", 30)).unwrap();
    store.put_waiting(&source("a"), "rss", &row("soon", 10)).unwrap();
    store.put_waiting(&source("a"), "section", &row("other", 20)).unwrap();
    assert_eq!(store.waiting(&source("a"), "rss").unwrap(), [row("soon", 10), row("late", 30)]);
    let waits = |of: &str, door: &str| store.waiting_marks(&source(of), door).unwrap();
    let marked = |key: &str| (key.to_owned(), row(key, 0).marks);
    assert_eq!(waits("a", "rss"), [marked("late"), marked("soon")]);
    assert_eq!(waits("a", "section"), [marked("other")]);
    assert_eq!(waits("b", "rss"), []);
    let again = WaitingRow { tries: 2, due: 40, ..row("soon", 10) };
    store.put_waiting(&source("a"), "rss", &again).unwrap();
    assert_eq!(store.waiting(&source("a"), "rss").unwrap(), [row("late", 30), again]);
    store.drop_waiting(&source("a"), "late").unwrap();
    store.drop_waiting(&source("a"), "absent").unwrap();
    assert_eq!(store.waiting(&source("a"), "rss").unwrap().len(), 1);
}

#[test]
fn intents_are_found_in_the_order_of_their_articles() {
    let (_dir, store) = open();
    let writing = |id: &str| ArticleRow { intent: Some("{}".to_owned()), ..article("a", id) };
    for row in [writing("z"), article("a", "done"), writing("b")] {
        store.put_article(&row).unwrap();
    }
    assert_eq!(store.intents().unwrap(), [writing("z"), writing("b")]);
    store.put_article(&article("a", "z")).unwrap();
    assert_eq!(store.intents().unwrap(), [writing("b")]);
    // The path is chosen once.
    store.put_article(&ArticleRow { path: "elsewhere".to_owned(), ..article("a", "z") }).unwrap();
    assert_eq!(store.article(&ArticleId("z".to_owned())).unwrap().unwrap().path, "articles/a/z");
}
