//! Copies in other papers as the daemon publishes them: what names its original, what is left out, what the index of
//! their words survives.

use crate::{
    crash,
    paper::{feed_reply, page_reply, rss, source},
    support::{Place, Swept, ended, files, of_source, put},
};
use jiff::{Timestamp, civil::date, tz::TimeZone};
use khabar::{
    daemon::Summary,
    io::{clock::Clock, publish::Step},
    judges::dedup::near::Weights,
    model::{
        Article, ArticleId, CanonicalUrl, Completeness, Fingerprint, Marks, Outcome, Relation, SourceId,
    },
    pipeline::{
        Options, Publisher,
        finding::{Addresses, Finding},
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use world::Origin;

/// As the agency sent it.
const DAM: &[&str] = &[
    "SADD (Sahel Agency) - أعلنت وزارة الموارد المائية صباح الأربعاء أن منسوب بحيرة سد العقيق ارتفع بمقدار 4 أمتار منذ مطلع \
     الشهر، وهو أعلى مستوى تسجله المحطات منذ ثماني سنوات من الجفاف المتواصل.",
    "وقال مدير السد المهندس أنور الخطيب إن البوابات الثلاث ستفتح تدريجياً ابتداءً من يوم الأحد لتصريف الفائض نحو القنوات \
     الزراعية، داعياً سكان القرى المحاذية للمجرى إلى إبعاد مواشيهم عن الضفتين.",
    "وأضاف الخطيب أن فرقاً من المتطوعين تطوف على القرى منذ الثلاثاء لإبلاغ الأهالي، وأن المدارس الواقعة أسفل السد ستعطل \
     يومين على سبيل الحيطة إلى أن تنتهي عملية التصريف.",
    "ويروي السد نحو تسعين ألف دونم من بساتين الزيتون والرمان، وكان المزارعون قد خسروا نصف محصولهم في الصيف الماضي حين \
     توقف الضخ خمسة أسابيع كاملة.",
];

/// Another story.
const LIBRARY: &[&str] = &[
    "The reading room under the old customs house opens again on Saturday, nineteen months after a burst pipe soaked \
     its lower shelves and closed it to everyone but the restorers.",
    "Of eleven thousand volumes all but sixty were saved, said the chief restorer Nadia Ferran, who dried them leaf by \
     leaf in a borrowed fish freezer and says that the smell has never quite left the atlases.",
    "Visitors may book a desk by telephone only, since the catalogue is still being typed in by hand; the school classes \
     of the district come first, on weekday mornings.",
];

/// The event of [`DAM`] in the words of another desk.
const DAM_ELSEWHERE: &[&str] = &[
    "يستعد أهالي القرى الواقعة أسفل سد العقيق لأيام صعبة، بعدما امتلأت البحيرة إلى حد لم يعرفوه منذ سنين وقررت الوزارة \
     تصريف المياه مطلع الأسبوع.",
    "يقول المزارع حسان الديري وهو يجمع أغنامه: «لم يخبرنا أحد قبل أمس، والجسر الخشبي لن يصمد أمام سيل كهذا». أما المهندس أنور \
     الخطيب فيطمئن الناس إلى أن كل شيء سيجري على مراحل.",
];

type Story<'a> = (&'a str, Vec<String>);

fn story<'a>(headline: &'a str, body: &[&str]) -> Story<'a> {
    (headline, body.iter().map(|paragraph| (*paragraph).to_owned()).collect())
}

/// A paper, what it prints, what that is to the first paper's, and how it ends.
type Case = (&'static str, Vec<String>, Option<(&'static str, f64)>, Outcome);

/// What a paper prints now: headlines and pages.
type Printed = Arc<Mutex<Vec<(String, String)>>>;

fn printed(stories: &[Story<'_>]) -> Vec<(String, String)> {
    stories
        .iter()
        .map(|(headline, body)| {
            let page = format!(
                "<!DOCTYPE html><html><head><meta charset=utf-8><title>{headline}</title></head><body><article>\
                 <h1>{headline}</h1><div class=author>Reuters</div><p>{}</p></article></body></html>",
                body.join("</p><p>")
            );
            ((*headline).to_owned(), page)
        })
        .collect()
}

/// A paper that prints stories.
async fn paper(stories: Printed) -> Origin {
    Origin::start(move |request| {
        let stories = stories.lock().unwrap();
        let number = request.path.trim_start_matches('/').parse::<usize>();
        if let Some((_, page)) = number.ok().and_then(|number| stories.get(number)) {
            return page_reply(page);
        }
        let links: Vec<String> =
            (0..stories.len()).map(|number| format!("http://{}/{number}", request.host)).collect();
        let items = stories.iter().zip(&links).map(|((headline, _), link)| (&**link, &**headline, &**link));
        feed_reply(&rss(&items.collect::<Vec<_>>()))
    })
    .await
}

/// A day of March.
fn noon(year: i16, day: i8) -> Timestamp {
    TimeZone::UTC.to_timestamp(date(year, 3, day).at(12, 0, 0, 0)).unwrap()
}

/// Papers that are read one after the other.
struct Papers {
    place: Place,
    papers: BTreeMap<String, (Printed, Origin)>,
}

impl Papers {
    fn new(settings: &str) -> Self {
        Self { place: Place::new(settings), papers: BTreeMap::new() }
    }

    /// Adds a paper, or changes what it prints.
    async fn put(&mut self, id: &str, stories: &[Story<'_>]) {
        let now = printed(stories);
        if let Some((printed, _)) = self.papers.get(id) {
            *printed.lock().unwrap() = now;
            return;
        }
        let printed = Arc::new(Mutex::new(now));
        let origin = paper(Arc::clone(&printed)).await;
        self.place.put_source(&format!("{id}.toml"), &source(id, &origin.url("/rss")));
        self.papers.insert(id.to_owned(), (printed, origin));
    }

    /// Adds a paper, or changes it, and looks at all on a day of March.
    async fn add_on(&mut self, day: i8, id: &str, stories: &[Story<'_>]) -> Summary {
        self.add_in(2026, day, id, stories).await
    }

    /// The same in a year.
    async fn add_in(&mut self, year: i16, day: i8, id: &str, stories: &[Story<'_>]) -> Summary {
        self.put(id, stories).await;
        self.place.run_once_at(Clock::simulated(noon(year, day))).await
    }

    /// Adds a paper and looks at all.
    async fn add(&mut self, id: &str, stories: &[Story<'_>]) -> Summary {
        self.put(id, stories).await;
        self.place.run_once().await
    }

    fn sweep(&self) -> Swept {
        self.place.sweep()
    }
}

/// What a paper makes of [`DAM`]: without the dateline, cut, in sloppy spelling, with one word of its own.
fn reprinted() -> Vec<String> {
    let sloppy =
        |paragraph: &str| paragraph.replace(['أ', 'إ'], "ا").replace('ة', "ه").replace(" ابتداءً", " بدءا");
    DAM.iter()
        .take(3)
        .map(|paragraph| sloppy(paragraph.trim_start_matches("SADD (Sahel Agency) - ")))
        .collect()
}

/// [`DAM`], a day on.
fn followed_up() -> Vec<String> {
    let lead = "فتحت فرق الصيانة فجر الاثنين البوابة الأولى بعد أن جرف السيل جسراً خشبياً قرب قرية العين، ولم يبلغ عن إصابات، فيما \
        نقل الدفاع المدني ستين عائلة إلى مدرسة البلدة وقال إنها ستبقى هناك حتى نهاية الأسبوع على الأقل. وأعلن رئيس البلدية أن \
        الطريق الشرقي سيظل مقطوعاً، وأن الخبز والماء يوزعان مجاناً على من تعذر عليه الوصول إلى السوق من أهالي القرى المعزولة.";
    [lead].into_iter().chain(DAM.iter().skip(1).copied()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_paper_makes_of_a_story_names_its_original() {
    let mut papers = Papers::new("");
    papers.add("first", &[story("السد يمتلئ", DAM)]).await;
    let cases: [Case; 4] = [
        ("same", story("", DAM).1, Some(("duplicate", 1.0)), Outcome::Duplicate),
        ("copy", reprinted(), Some(("copy", 0.5)), Outcome::Duplicate),
        ("update", followed_up(), Some(("update", 0.35)), Outcome::Published),
        ("other", story("", LIBRARY).1, None, Outcome::Published),
    ];
    for (id, body, wanted, outcome) in cases {
        let summary = papers.add(id, &[(id, body)]).await;
        assert_eq!(ended(&summary, id, outcome), 1, "{id}: {summary:?}");
        let swept = papers.sweep();
        let (first, article) = (swept.only("first"), swept.only(id));
        assert_eq!(first.duplicate, None);
        let events: Vec<_> =
            swept.events("duplicate.linked").filter(|line| line.source.as_deref() == Some(id)).collect();
        let Some((relation, least)) = wanted else {
            assert_eq!((article.duplicate.as_ref(), events.len()), (None, 0), "{id}");
            continue;
        };
        let told = article.duplicate.as_ref().unwrap();
        assert_eq!(
            (&told.of, serde_json::json!(told.relation)),
            (&first.id, relation.into()),
            "{id}: {told:?}"
        );
        assert!((least..=1.0).contains(&told.similarity), "{id}: {told:?}");
        assert_eq!(events.len(), 1, "{id}");
        assert_eq!(events[0].id.as_ref(), Some(&article.id));
        assert_eq!(events[0].data["agencies"], serde_json::json!(["Reuters"]));
        assert_eq!(
            (&events[0].data["of"], &events[0].data["source"]),
            (&first.id.clone().into(), &"first".into())
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn articles_on_one_event_have_one_story() {
    let mut papers = Papers::new("[dedup]\nwrite_copies = false\n");
    papers.add("first", &[story("سد العقيق يمتلئ للمرة الأولى منذ ثماني سنوات", DAM)]).await;
    let summary = papers.add("own", &[story("قرى أسفل سد العقيق تنتظر السيل", DAM_ELSEWHERE)]).await;
    assert_eq!(ended(&summary, "own", Outcome::Published), 1, "no copy, whatever is wanted of those");
    papers.add("update", &[("الدفاع المدني ينقل عائلات من قرى العقيق", followed_up())]).await;
    papers.add("other", &[story("The reading room opens again", LIBRARY)]).await;
    let swept = papers.sweep();
    let [first, own, update, other] = ["first", "own", "update", "other"].map(|id| swept.only(id));
    for (article, story) in [(first, first), (own, first), (update, first), (other, other)] {
        assert_eq!(article.story.as_ref(), Some(&story.id), "{:?}", article.source);
    }
    let bond = own.duplicate.as_ref().unwrap();
    assert_eq!((&bond.of, bond.relation), (&first.id, Relation::SameEvent));
    assert!(bond.similarity > 0.0 && bond.similarity < 1.0, "{bond:?}");
    assert_eq!(swept.events("duplicate.linked").count(), 2);
    // Looked at again, and with the index gone, it is the same.
    std::fs::remove_dir_all(papers.place.state().join("texts")).unwrap();
    papers.add("late", &[("السيل يصل إلى قرى العقيق", followed_up())]).await;
    let swept = papers.sweep();
    assert_eq!(swept.only("first").story, Some(swept.only("first").id.clone()));
    assert_eq!(swept.of("late").count(), 0, "a copy of the update");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_weights_of_the_operator_decide() {
    for (weights, is_copy) in [("", true), ("[dedup.weights]\nbias = -20\n", false)] {
        let mut papers = Papers::new(weights);
        papers.add("first", &[story("السد يمتلئ", DAM)]).await;
        papers.add("second", &[("سد العقيق", reprinted())]).await;
        let swept = papers.sweep();
        let relation = swept.only("second").duplicate.as_ref().map(|duplicate| duplicate.relation);
        assert_eq!(relation == Some(Relation::Copy), is_copy, "{weights}: {relation:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_are_left_out_and_named_in_the_log_where_the_operator_wants_none() {
    let mut papers = Papers::new("[dedup]\nwrite_copies = false\n");
    papers.add("first", &[story("السد يمتلئ", DAM)]).await;
    let summary = papers.add("second", &[("سد العقيق", reprinted()), ("السد", story("", DAM).1)]).await;
    assert_eq!(ended(&summary, "second", Outcome::Duplicate), 2);
    let again = papers.add("third", &[("بوابات السد تفتح", followed_up())]).await;
    assert_eq!(again.total().ended(Outcome::Published), 1, "an update is no copy");
    let swept = papers.sweep();
    assert_eq!((swept.of("second").count(), swept.articles.len()), (0, 2));
    let told: Vec<_> =
        swept.events("duplicate.linked").filter(|line| line.source.as_deref() == Some("second")).collect();
    assert_eq!(told.len(), 2, "once each, however often the feed is looked at");
    for line in told {
        assert_eq!((line.id.as_ref(), line.path.as_ref()), (None, None));
        assert_eq!(line.data["of"], swept.only("first").id.as_str());
        assert!(line.data["url"].as_str().is_some_and(|url| url.starts_with("http://127.")), "{line:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_step_copies_are_named_once_and_none_is_taken_for_its_own() {
    for step in 0..Step::ALL.len() {
        for settings in ["[dedup]\nwrite_copies = false\n", ""] {
            let mut papers = Papers::new(settings);
            papers.add("first", &[story("السد يمتلئ", DAM)]).await;
            let stories = [("سد العقيق", reprinted()), story("The reading room", LIBRARY)];
            papers.put("second", &stories).await;
            let killed = crash::killed_at(&papers.place, step, 1);
            let summary = papers.place.run_once().await;
            let case = format!("{:?}, killed: {killed}, {settings}", Step::ALL[step]);
            assert!(killed && of_source(&summary, "second").tally.is_whole(), "{case}: {summary:?}");
            let swept = papers.sweep();
            let first = swept.only("first").id.as_str();
            let told: Vec<_> = swept.events("duplicate.linked").map(|line| line.data["of"].clone()).collect();
            assert_eq!(told, [first], "{case}");
            let copies: Vec<_> =
                swept.of("second").filter_map(|article| article.duplicate.as_ref()).collect();
            assert!(copies.iter().all(|copy| copy.of == first), "{case}: {copies:?}");
            assert_eq!(copies.len(), usize::from(settings.is_empty()), "{case}");
            assert_eq!(swept.of("second").count(), 1 + copies.len(), "{case}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_names_nothing_that_came_after_its_article_however_long_ago_that_was() {
    let mut papers = Papers::new("[dedup]\nwindow_days = 2\n");
    papers.add_on(1, "first", &[story("السد يمتلئ", DAM)]).await;
    papers.add_on(3, "second", &[("سد العقيق", reprinted())]).await;
    // The index has forgotten the first by now, and still knows its copy.
    let summary = papers.add_on(4, "first", &[story("السد امتلأ", &DAM[..3])]).await;
    assert_eq!(ended(&summary, "first", Outcome::Updated), 1, "{summary:?}");
    let swept = papers.sweep();
    let (first, second) = (swept.only("first"), swept.only("second"));
    assert_eq!(second.duplicate.as_ref().map(|bond| &bond.of), Some(&first.id));
    assert_eq!((first.revision, first.duplicate.as_ref()), (2, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_again_keeps_its_story() {
    let mut papers = Papers::new("[dedup]\nwindow_days = 2\n");
    papers.add_on(1, "first", &[story("سد العقيق يمتلئ للمرة الأولى منذ ثماني سنوات", DAM)]).await;
    papers.add_on(2, "own", &[("قرى أسفل سد العقيق تنتظر السيل", followed_up())]).await;
    std::fs::remove_dir_all(papers.place.state().join("texts")).unwrap();
    // The first, whose name the story has, is out of the window.
    papers.add_on(4, "late", &[("السيل يهدد قرى سد العقيق", followed_up())]).await;
    let swept = papers.sweep();
    let first = Some(&swept.only("first").id);
    for id in ["own", "late"] {
        assert_eq!(swept.only(id).story.as_ref(), first, "{id}");
    }
}

/// What a source of a place says.
fn finding(place: &Place, id: &str, body: &[String]) -> Finding {
    let config = khabar::config::load(&place.main()).unwrap();
    let source = config.sources.into_iter().find(|source| source.id.0.as_ref() == id).unwrap();
    let article = Article { title: id.to_owned(), text: body.join("\n"), ..Article::default() };
    Finding {
        source,
        key: "key".to_owned(),
        door: "door".to_owned(),
        said: Fingerprint::of([id]),
        marks: Marks::default(),
        article,
        addresses: Addresses::default(),
        page: None,
        again: None,
        is_new: true,
        headline: id.to_owned(),
        beside: Arc::default(),
    }
}

/// What works on a place.
fn options(place: &Place, write_copies: bool) -> Options {
    Options {
        output: place.news(),
        state: place.state(),
        formats: Vec::new(),
        write_copies,
        window_days: 30,
        weights: Weights::default(),
    }
}

#[test]
fn the_whole_text_of_what_is_elsewhere_a_teaser_is_written_whatever_is_wanted_of_copies() {
    let place = Place::new("");
    for id in ["teaser", "whole"] {
        place.put_source(&format!("{id}.toml"), &source(id, &format!("http://{id}.example/rss")));
    }
    let now = noon(2026, 1);
    let mut publisher = Publisher::open(options(&place, false), |_| {}, now).unwrap().0;
    let mut say = |id: &str, completeness: Completeness| {
        let mut finding = finding(&place, id, &story("", DAM).1);
        finding.article.completeness = completeness;
        finding.addresses.linked = Some(CanonicalUrl("agency.example/dam".to_owned()));
        publisher.settle(vec![finding], &[], now).unwrap().remove(0)
    };
    assert_eq!(say("teaser", Completeness::Teaser).outcome, Outcome::Published);
    assert!(say("whole", Completeness::Full).id.is_some());
}

#[test]
fn an_index_whose_files_failed_forgets_nothing_that_it_had_not_written_yet() {
    let place = Place::new("");
    for id in ["old", "beside", "first", "second", "third"] {
        place.put_source(&format!("{id}.toml"), &source(id, &format!("http://{id}.example/rss")));
    }
    let open = |now| Publisher::open(options(&place, true), |_| {}, now).unwrap().0;
    let (before, now) = (noon(2026, 1), noon(2026, 2));
    let say = |publisher: &mut Publisher, id: &str, body: &[String], now| {
        publisher.settle(vec![finding(&place, id, body)], &[], now)
    };
    say(&mut open(before), "old", &story("", LIBRARY).1, before).unwrap();
    say(&mut open(now), "beside", &story("", DAM_ELSEWHERE).1, now).unwrap();
    let mut publisher = open(now);
    say(&mut publisher, "first", &story("", DAM).1, now).unwrap();
    let day = now.as_second() / 86_400 - 1;
    let other = rusqlite::Connection::open(place.state().join(format!("texts/{day}.sqlite"))).unwrap();
    other.execute_batch("DROP TABLE texts").unwrap();
    say(&mut publisher, "second", &story("", LIBRARY).1, now).unwrap_err();
    say(&mut publisher, "second", &story("", LIBRARY).1, now).unwrap();
    say(&mut publisher, "third", &reprinted(), now).unwrap();
    for (id, of) in [("second", "old"), ("third", "first")] {
        let [id, of] = [id, of].map(|id| ArticleId::of(&SourceId(id.into()), "key"));
        let row = publisher.store().article(&id).unwrap().unwrap();
        let json = std::fs::read_to_string(place.news().join(format!("{}.json", row.path))).unwrap();
        assert!(json.contains(&format!("\"of\": \"{of}\"")), "{of} {json}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_years_ahead_leaves_no_texts_that_stay_for_years() {
    let mut papers = Papers::new("");
    papers.add_in(2036, 1, "first", &[story("السد يمتلئ", DAM)]).await;
    papers.add_on(1, "second", &[("سد العقيق", reprinted())]).await;
    let days: Vec<_> = files(&papers.place.state().join("texts"));
    let today = 20_513;
    assert!(days.iter().all(|day| day.ends_with(format!("{today}.sqlite"))), "{days:?}");
    let swept = papers.sweep();
    let bond = swept.only("second").duplicate.as_ref();
    assert_eq!(bond.map(|bond| &bond.of), Some(&swept.only("first").id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_that_repeats_itself_is_published_whatever_is_wanted_of_copies() {
    let mut papers = Papers::new("[dedup]\nwrite_copies = false\n");
    let summary = papers.add("first", &[story("السد يمتلئ", DAM), ("السد من جديد", reprinted())]).await;
    assert_eq!(ended(&summary, "first", Outcome::Published), 2, "{summary:?}");
    let swept = papers.sweep();
    assert_eq!(swept.of("first").filter(|article| article.duplicate.is_some()).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_lost_of_the_index_is_read_again_from_the_articles() {
    type Spoil = fn(&std::path::Path);
    let cases: [(&str, Spoil); 5] = [
        ("kept", |_| {}),
        ("lost", |texts| std::fs::remove_dir_all(texts).unwrap()),
        ("cut off", |texts| files(texts).iter().for_each(|file| put(file, b""))),
        ("damaged", |texts| {
            for file in files(texts) {
                let mut bytes = std::fs::read(&file).unwrap();
                bytes.iter_mut().skip(4096).for_each(|byte| *byte = b'x');
                put(&file, &bytes);
            }
        }),
        ("rubbish", |texts| files(texts).iter().for_each(|file| put(file, &b"x".repeat(20_000)))),
    ];
    for (case, spoil) in cases {
        let mut papers = Papers::new("");
        papers.add("first", &[story("السد يمتلئ", DAM), story("The reading room", LIBRARY)]).await;
        let texts = papers.place.state().join("texts");
        assert!(!files(&texts).is_empty());
        spoil(&texts);
        papers.add("second", &[("سد العقيق", reprinted())]).await;
        let swept = papers.sweep();
        let copy = swept.only("second").duplicate.as_ref().unwrap_or_else(|| panic!("{case}"));
        assert!(swept.of("first").any(|article| article.id == copy.of), "{case}");
        assert_eq!(swept.of("first").filter(|article| article.duplicate.is_some()).count(), 0, "{case}");
    }
}
