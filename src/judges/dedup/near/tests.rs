//! What is a copy, and what only looks like one.

use super::{Days, Found, Matcher, Memory, Text, Weights, about, is_joined, words};
use crate::model::Relation;

const FIRE: &str = "رفع رجال الإطفاء في مدينة المنارة فجر اليوم أنقاض سوق الأقمشة القديم بعد حريق اندلع في الطابق الأول \
    وأتى على أكثر من أربعين متجراً قبل أن يصل إليه الماء. وقالت رئيسة البلدية هدى الراشد إن أحداً لم يصب بأذى، وإن سبب \
    الحريق ما زال مجهولاً، مضيفةً أن لجنة من المهندسين ستفحص الجدران قبل نهاية الأسبوع. وكان التجار قد طالبوا منذ الشتاء \
    بتغيير الأسلاك التي يعود عمرها إلى سبعين عاماً، ووعدت الشركة بأن تبدأ العمل في الربيع.";

/// The same in other spelling: hamza, ta marbuta and alif maqsura left out, tatweel, digits, no vowel signs.
fn respelled(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'أ' | 'إ' => 'ا',
            'ة' => 'ه',
            'ى' => 'ي',
            letter => letter,
        })
        .filter(|letter| !matches!(letter, '\u{64b}'..='\u{652}'))
        .collect::<String>()
        .replace("سوق", "ســـوق")
}

fn bulletin(day: u32, north: u32, south: u32) -> String {
    format!(
        "The weather office of Port Sable expects a dry day on the {day}th with light wind from the west. In the north \
         the temperature rises to {north} degrees, in the south to {south} degrees, and the sea stays calm along the \
         whole coast. Fishermen are asked to listen to the forecast before they leave, and farmers to water their \
         fields in the evening. The next bulletin is read at six o'clock."
    )
}

/// The default window.
const WINDOW: u32 = 30;

fn matcher() -> Matcher<Memory> {
    let Ok(matcher) = Matcher::open(Weights::default(), WINDOW, Memory::default());
    matcher
}

struct Stream(Matcher<Memory>, usize);

impl Stream {
    fn new() -> Self {
        Self(matcher(), 0)
    }

    fn take(&mut self, outlet: &str, hours: i64, body: &str) -> Found {
        let time = 1_772_344_800 + hours * 3600;
        let id = self.1.to_string();
        self.1 += 1;
        let Ok(found) = self.0.take(&Text {
            id: &id,
            url: "",
            outlet,
            time,
            seen: time,
            title: "",
            body,
            beginning: body,
        });
        found
    }
}

#[test]
fn copies_are_known_whatever_was_done_to_them() {
    let half = FIRE.split(". ").take(2).collect::<Vec<_>>().join(". ");
    let cases = [
        ("the same", FIRE.to_owned()),
        ("another spelling", respelled(FIRE)),
        ("with a dateline and a credit", format!("المنارة - وكالة الساحل: {FIRE} (انتهى)")),
        ("cut", half),
        (
            "extended",
            format!(
                "{FIRE} وتنشر صحيفتنا غداً تحقيقاً مصوراً عن تاريخ السوق وأسماء التجار الذين فقدوا بضائعهم فيه."
            ),
        ),
        ("words replaced", FIRE.replace("رئيسة البلدية", "عمدة المدينة").replace("فجر اليوم", "صباح أمس")),
        ("set in presentation forms of the alphabet", FIRE.replace("لا", "\u{fefb}")),
    ];
    for (name, copy) in cases {
        let mut stream = Stream::new();
        let first = stream.take("manara", 0, FIRE);
        assert_eq!((first.cluster, first.link), (0, None), "{name}");
        let found = stream.take("sahel", 5, &copy);
        assert_eq!(found.cluster, 0, "{name}: {found:?}");
        assert!(found.link.is_some_and(|link| is_joined(link.relation) && link.of == 0), "{name}: {found:?}");
    }
}

#[test]
fn bulletins_of_many_days_are_no_copies() {
    let mut stream = Stream::new();
    for day in 1_u32..=12 {
        let found = stream.take("sable", i64::from(day) * 24, &bulletin(day, 20 + day % 5, 24 + day % 3));
        assert_eq!(found.cluster, found.number, "day {day}: {found:?}");
    }
}

#[test]
fn a_new_lead_over_old_text_is_an_update() {
    let mut stream = Stream::new();
    stream.take("manara", 0, FIRE);
    let lead = "أعلن قاضي التحقيق مساء الخميس توقيف مدير شركة الكهرباء وثلاثة من موظفيه بعد أن تبين أن تقارير الصيانة زورت \
        في العامين الماضيين، وقال إن المحكمة ستستمع إلى الشهود في أول الشهر القادم وإن التعويضات ستدفع من أموال الشركة. \
        وأكد محامي التجار أن موكليه لن يقبلوا تسوية خارج المحكمة مهما كان المبلغ الذي يعرض عليهم في الأيام المقبلة، وأن \
        أسماء المتضررين جمعت في قائمة سلمت إلى النيابة العامة صباح اليوم نفسه. ";
    let found = stream.take("manara", 30, &format!("{lead}{FIRE}"));
    assert_eq!(found.link.map(|link| (link.of, link.relation)), Some((0, Relation::Update)), "{found:?}");
    assert_eq!(found.cluster, 1);
}

#[test]
fn the_same_address_is_a_revision() {
    let mut matcher = matcher();
    let time = 1_772_344_800;
    let mut take = |id, body: &str| {
        let url = "manara.example/1";
        let Ok(found) = matcher.take(&Text {
            id,
            url,
            outlet: "manara",
            time,
            seen: time,
            title: "",
            body,
            beginning: body,
        });
        found
    };
    take("1", FIRE);
    let again = take("2", "صححت البلدية خبرها عن حريق السوق.");
    assert_eq!((again.cluster, again.link.map(|link| link.relation)), (0, Some(Relation::Revision)));
    let same = take("3", FIRE);
    assert_eq!((same.cluster, same.link.map(|link| link.relation)), (0, Some(Relation::Duplicate)));
}

#[test]
fn a_text_that_comes_again_is_what_it_was() {
    let mut matcher = matcher();
    let time = 1_772_344_800;
    let mut take = |id, body: &str| {
        let Ok(found) = matcher.take(&Text {
            id,
            url: "",
            outlet: id,
            time,
            seen: time,
            title: "",
            body,
            beginning: body,
        });
        (found.number, found.cluster, found.link.map(|link| (link.of, link.relation)))
    };
    let half = FIRE.split(". ").take(2).collect::<Vec<_>>().join(". ");
    take("manara", FIRE);
    assert_eq!(take("sahel", &half), (1, 0, Some((0, Relation::Copy))));
    assert_eq!(take("bahr", &bulletin(3, 21, 27)), (2, 2, None));
    // None is a copy of itself or of one after it.
    assert_eq!(take("manara", FIRE), (0, 0, None));
    assert_eq!(take("sahel", &half), (1, 0, Some((0, Relation::Copy))));
    assert_eq!(take("bahr", &bulletin(3, 21, 27)), (2, 2, None));
    // In other words it stays in its cluster, and those are looked for too.
    let next = "عين المجلس البلدي في جلسة مغلقة مساء الأحد مهندسة الجسور سلمى الكاتب مديرة لدائرة الطرق، وهي أول امرأة \
        تتولى هذا المنصب منذ تأسيس الدائرة، وقال أعضاء المجلس إن أمامها ميزانية صغيرة وشوارع كثيرة لم ترصف.";
    assert_eq!(take("bahr", next), (3, 2, None));
    assert_eq!(take("bahr", next), (2, 2, None), "kept once");
    assert_eq!(take("rih", next), (4, 2, Some((2, Relation::Duplicate))));
}

#[test]
fn too_few_words_are_never_the_same() {
    let mut stream = Stream::new();
    for (body, copies) in
        [("", 3), ("عاجل", 3), ("Read more", 2), ("Sign in to read this article.", 3), ("... !!", 2)]
    {
        for _ in 0..copies {
            let found = stream.take("any", 0, body);
            assert_eq!((found.cluster, found.link), (found.number, None), "{body}");
        }
    }
}

#[test]
fn the_one_that_was_published_first_is_what_copies_are_of() {
    let mut stream = Stream::new();
    stream.take("sahel", 5, FIRE);
    stream.take("manara", 1, &respelled(FIRE));
    let third = stream.take("bahr", 6, FIRE);
    assert_eq!((third.cluster, third.link.map(|link| link.of)), (0, Some(1)));
}

#[test]
fn what_is_out_of_the_window_is_forgotten() {
    let mut stream = Stream::new();
    // So many that most are sealed away; each says something else.
    let body = |number: i64| {
        let words: Vec<String> =
            (0..30).map(|place| format!("w{}", (number * 31 + place * place) % 100_003)).collect();
        words.join(" ")
    };
    for number in 0..400_i64 {
        let found = stream.take("any", number / 10 * 24, &body(number));
        assert_eq!(found.cluster, found.number);
    }
    let now = 39 * 24;
    for (number, is_known) in [(399, true), (350, true), (100, true), (80, false), (0, false)] {
        let found = stream.take("other", now, &body(number));
        assert_eq!(found.link.is_some(), is_known, "{number}: {found:?}");
    }
}

#[test]
fn a_flood_of_one_text_and_a_huge_one_stay_bounded() {
    let mut stream = Stream::new();
    for number in 0..2_000 {
        let found = stream.take(&format!("mirror-{number}"), 0, &format!("{FIRE} مرآة رقم {number}"));
        assert_eq!(found.cluster, 0);
    }
    let huge = "كلمة أخرى من نص لا ينتهي ".repeat(120_000);
    assert!(huge.len() > 5_000_000);
    assert_eq!(stream.take("huge", 1, &huge).cluster, 2_000);
    assert_eq!(stream.take("huge too", 1, &huge).cluster, 2_000);
}

#[test]
fn what_an_article_is_about_does_not_depend_on_endings_and_prefixes() {
    let cases = [
        ("الدبيبة يزور مصراتة", "والدبيبة زار بمصراتة", 2),
        ("Землетрясение в Ташкенте", "О землетрясении под Ташкентом", 2),
        ("Depremde yıkılan evler", "Deprem sonrası yıkılanlar", 2),
        ("東京で地震", "地震が東京を", 2),
        ("In 2026 by 7", "to 2026 at 7", 0),
    ];
    for (one, other, shared) in cases {
        let (one_about, other_about) = (about(one, ""), about(other, ""));
        let count = one_about.iter().filter(|term| other_about.contains(term)).count();
        assert_eq!(count, shared, "{one} | {other}");
    }
    let long = "كلمة ".repeat(1_000_000);
    assert_eq!(about(&long, &long).len(), 1);
}

#[test]
fn a_story_goes_on_for_three_days_after_its_newest_article() {
    let names = ["Marrow Bay", "Lenna", "Port Sable"];
    let report = |number: usize| {
        let desk = ["Reporters", "Witnesses", "Officials", "Neighbors"][number % 4];
        let name = names[number % 3];
        format!(
            "{desk} number{number} describe how dredger Ottoline capsized near Kittiwake lighthouse, {name}."
        )
    };
    let mut stream = Stream::new();
    let hours = [0, 30, 90, 150, 230, 240];
    let stories: Vec<String> = hours
        .iter()
        .enumerate()
        .map(|(number, hours)| stream.take(&format!("desk-{number}"), *hours, &report(number)).story)
        .collect();
    assert_eq!(stories, ["0", "0", "0", "0", "4", "4"]);
}

#[test]
fn ever_new_stories_stay_bounded_and_the_newest_are_known() {
    let mut stream = Stream::new();
    let report = |number: i64, desk: &str| {
        let word = |place: i64| format!("{:x}{desk}", (number * 16 + place) * 2_654_435_761 % 4_294_967_296);
        let shared: Vec<String> = (0..9).map(|place| word(place).replace(desk, "")).collect();
        let own: Vec<String> = (9..14).map(word).collect();
        format!("{} {}", shared.join(" "), own.join(" "))
    };
    for number in 0..20_000 {
        stream.take("one", 0, &report(number, "a"));
    }
    for (number, is_known) in [(19_999, true), (12_000, true), (0, false)] {
        let found = stream.take("other", 1, &report(number, "b"));
        let relation = found.link.map(|link| link.relation);
        assert_eq!(relation == Some(Relation::SameEvent), is_known, "{number}: {found:?}");
        assert_eq!(found.story == number.to_string(), is_known, "{number}: {found:?}");
    }
}

#[test]
fn words_are_those_of_the_language() {
    let count = |text: &str| words(text).len();
    assert_eq!(count("Two words"), 2);
    assert_eq!(words("مدرسةٌ ١٢٣"), words("مدرسه 123"));
    assert_eq!(words("Йод ÇİÇEK"), words("йод çi\u{307}çek"));
    assert_eq!(words("Şirket açıkladı, ёлка"), words("sirket acikladi елка"));
    // Five characters side by side are four pairs.
    assert_eq!(count("東京の天気"), 4);
    assert!(words("7")[0].is_number() && !words("seven")[0].is_number());
}

#[test]
fn days_are_forgotten_after_a_month() {
    let mut days = Days::new(10);
    for day in [100, 101, 101, 110] {
        days.go_on_to(day);
        days.note(7, day);
    }
    assert_eq!(days.count(7, 110), 2);
    // A clock that goes back tells nothing of a month ago.
    days.note(7, 40);
    assert_eq!(days.count(7, 110), 2);
    days.go_on_to(132);
    assert_eq!(days.count(7, 132), 2);
    days.go_on_to(200);
    assert_eq!(days.count(7, 200), 0);
}
