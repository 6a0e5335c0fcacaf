//! The words that tell what a change is about, in Arabic, English and some others. Lists are matched in folded form.

use crate::text;
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// A list of words or phrases.
type List = LazyLock<FxHashSet<String>>;

fn list(texts: &[&str]) -> FxHashSet<String> {
    texts.iter().flat_map(|text| text.split('|')).map(text::fold).collect()
}

/// Whether a folded word is in a list, as it stands or behind the particles that Arabic writes at its front.
fn is_in(list: &FxHashSet<String>, folded: &str) -> bool {
    list.contains(folded) || bare(folded).any(|bare| list.contains(bare))
}

/// The word without و ف ب ل ك and the article.
fn bare(folded: &str) -> impl Iterator<Item = &str> {
    let particle = folded.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك']).filter(|rest| rest.chars().count() > 2);
    let article = |word: &str| word.strip_prefix("ال").map(str::len);
    let tail = move |length: usize| folded.get(folded.len() - length..);
    let twice =
        particle.and_then(|rest| rest.strip_prefix(['ب', 'ل', 'ك'])).filter(|rest| rest.chars().count() > 2);
    let bare = [Some(folded), particle, twice];
    let with = bare.into_iter().flatten();
    let without = bare.into_iter().flatten().filter_map(article).filter_map(tail);
    with.chain(without)
}

/// Words that are spelled carelessly every day, are no names, and no other word when their last letter loses its dots: not
/// `مكتبة`, which `مكتبه` (his office) is not.
static COMMON: List = LazyLock::new(|| {
    list(&[
        "إلى|أو|أيضاً|أكثر|أقل|أكد|أكدت|أعلن|أعلنت|أضاف|أضافت|أشار|أشارت|أوضح|أوضحت|أفاد|أفادت|أول|أخرى|آخر|الآن|أمام|إذا|إضافة|إعلان",
        "أن|إن|أنه|إنه|أنها|إنها|أما|إما|أي|أية|أحد|إحدى|أثناء|إثر|أجل|أسبوع|أيام|أشهر|أعوام|أمس|أعمال|أسعار|أزمة|إدارة|إجراء|إجراءات|أطفال|أهالي",
        "أعضاء|أعداد|أنحاء|إصابة|إصابات|إطلاق|إغلاق|افتتاح|اجتماع|اتفاق|استمرار|انتهاء|ابتداء|اعتماد|استقبال|حتى|التي|الذي",
        "مدينة|الحكومة|وزارة|منطقة|محافظة|جامعة|قرية|بلدة|لجنة|هيئة|عملية|اتفاقية|حادثة",
        "مديرية|مؤسسة|منظمة|حركة|محطة|مرحلة|فترة|زيارة|زيادة|تكلفة|ميزانية|كهربائية|دولية|محلية|وطنية|رسمية",
        "كثيرة|قليلة|مختلفة|متعددة|سابقة|مقبلة|ماضية|حالية|سنوية|شهرية|يومية|صحية|زراعية|صناعية|تجارية",
        "مياه|بداية|نهاية|كافة|نتيجة|مشكلة|سيارة|حافلة|طائرة|باخرة|شاحنة|مباراة",
        "ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة|مئة|مائة|أربعون|أربعين|ألف|آلاف|الأول|الثانية|الثالثة|الأخيرة|الأخير|الأربعاء|الأحد|الاثنين|الإثنين|الجمعة",
    ])
});

/// Numbers in words.
static NUMBERS: List = LazyLock::new(|| {
    list(&[
        "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty",
        "fifty|sixty|seventy|eighty|ninety|hundred|hundreds|thousand|thousands|million|millions|billion|billions|trillion|dozen|dozens|half|third|quarter|percent|twice|double|triple|scores|several",
        "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|once|double|الأول|الأولى|الثاني|الثانية|الثالث|الثالثة|الرابع|الرابعة|الخامس|الخامسة|السادس|السادسة|السابع|السابعة|الثامن|الثامنة|التاسع|التاسعة|العاشر|العاشرة",
        "واحد|واحدة|اثنان|اثنين|اثنتان|اثنتين|ثلاث|ثلاثة|أربع|أربعة|خمس|خمسة|ست|ستة|سبع|سبعة|ثماني|ثمانية|ثمان|تسع|تسعة|عشر|عشرة|عشرون|عشرين|ثلاثون|ثلاثين",
        "أربعون|أربعين|خمسون|خمسين|ستون|ستين|سبعون|سبعين|ثمانون|ثمانين|تسعون|تسعين|مئة|مائة|مئتان|مئتين|مئتي|مئات|ثلاثمئة|أربعمئة|خمسمئة|ستمئة|سبعمئة|ألف|ألفا|ألفان|ألفين|ألفي|آلاف",
        "مليون|مليونا|مليونين|مليوني|ملايين|مليار|مليارا|مليارين|مليارات|نصف|ربع|ثلث|ثلثي|ثلثا|عشرات|بضعة|ضعف|ضعفي|ضعفين|بالمئة|بالمائة|المئة|المائة|%|$|€|£|¥",
        "iki|üç|dört|beş|altı|yedi|sekiz|dokuz|yirmi|yüz|bin|milyon|два|три|четыре|пять|десять|сто|тысяч|тысячи|миллион|миллионов",
    ])
});

/// Months, days of the week, and days relative to the day of writing.
static DATES: List = LazyLock::new(|| {
    list(&[
        "january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|today|yesterday|tomorrow|tonight|noon|midnight|morning|afternoon|evening|weekend",
        "كانون|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين|يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|محرم|صفر|رجب|شعبان|رمضان|شوال|الحجة|القعدة",
        "الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد|اليوم|أمس|غد|غداً|الغد|البارحة|الليلة|صباح|صباحاً|مساء|مساءً|ظهراً|عصراً|فجر|فجراً|ليلاً|ظهيرة",
        "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|bugün|dün|yarın",
        "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье|сегодня|вчера|завтра",
    ])
});

/// Words beside a number that make it a time or a date.
static TIMED: List = LazyLock::new(|| {
    list(&[
        "am|pm|a.m|p.m|gmt|utc|o'clock|year|since|until|الساعة|عام|سنة|العام|يوم|شهر|موعد|saat|yıl|года|году|год",
    ])
});

/// Words that say who says it.
static SAYING: List = LazyLock::new(|| {
    list(&[
        "said|says|say|told|tells|according|reported|reports|reporting|claimed|claims|alleged|announced|confirmed|denied|stated|added|quoted|citing|cited|source|sources|spokesman|spokeswoman|spokesperson|witness|witnesses|eyewitnesses|reuters|afp|ap|statement|allegedly|reportedly|unconfirmed|officials|official|authorities",
        "قال|قالت|قالوا|يقول|تقول|أفاد|أفادت|ذكر|ذكرت|صرح|صرحت|أكد|أكدت|أعلن|أعلنت|أوضح|أوضحت|أضاف|أضافت|أشار|أشارت|نفى|نفت|زعم|زعمت|ادعى|بحسب|حسب|وفق|وفقاً|نقلاً|نقلت|نقل",
        "مصدر|مصادر|شاهد|شهود|عيان|المتحدث|متحدث|الناطق|ناطق|بيان|وكالة|رويترز|سانا|فرانس|برس|الأناضول|مراسل|مراسلنا|مسؤول|مسؤولون|مسؤولين|تصريح|تصريحات|رواية",
        "dedi|söyledi|açıkladı|göre|bildirdi|сообщил|сообщила|заявил|заявила|источник|словам|گفت|گزارش",
    ])
});

/// Titles, roles and kinds of place that a name follows.
static CUES: List = LazyLock::new(|| {
    list(&[
        "mr|mrs|ms|dr|sir|lord|president|minister|mayor|governor|captain|colonel|general|judge|professor|senator|sheikh|king|queen|prince|princess|chancellor|coach|director|st",
        "الرئيس|رئيس|الوزير|وزير|وزيرة|الوزيرة|المدير|مدير|مديرة|المديرة|السيد|السيدة|الدكتور|الدكتورة|العميد|العقيد|اللواء|الرائد|النقيب|المقدم|الشيخ|النائب|النائبة|القاضي|القاضية|الطبيب|الطبيبة|المهندس|المهندسة",
        "الملك|الأمير|الأميرة|المحافظ|محافظ|الأستاذ|الأستاذة|الباحث|الباحثة|الكاتب|الكاتبة|الشاعر|الشاعرة|الفنان|الفنانة|اللاعب|اللاعبة|المدرب|المدربة|الصحفي|الصحفية|الصحافي|الصحافية|المواطن|المواطنة|الشاب|الشابة|الطفل|الطفلة|المعلم|المعلمة|المخرج|المخرجة|المزارع|الممرضة|السفير|السفيرة",
        "بن|ابن|بنت|آل|أبو|أبي|أم|عبد|يدعى|تدعى|اسمه|اسمها|مدينة|بلدة|قرية|حي|شارع|محافظة|مخيم|ناحية|قضاء|ولاية|جبل|نهر|وادي|جزيرة|بحيرة|شركة|منظمة|نادي|فريق|جامعة|مشفى|مستشفى|مدرسة|سوق|ميناء|مطار|سد|جسر|معبر|ساحة|مسرح|متحف|حديقة|دوار|بلدية|ريف|مطعم|فندق|مصرف|بنك",
    ])
});

/// Given names, for writing without capitals.
static GIVEN: List = LazyLock::new(|| {
    list(&[
        "محمد|أحمد|محمود|أيوب|إدريس|حكيم|رياض|رامز|رائد|راشد|عدي|قصي|حمزة|أدهم|أسامة|أمين|توفيق|جاد|جبران|حاتم|حازم|حافظ|ربيع|رفيق|ريان|زين|سليم|شكري|شريف|صبري|صبحي|ضياء|عزيز|عزت|غالب|فارس|فريد|كنان|لطفي|ليث|مالك|مجد|معاذ|معتز|ممدوح|منذر|نجيب|نزار|هيثم|وديع|يزن|علي|حسن|حسين|خالد|عمر|عثمان|يوسف|إبراهيم|إسماعيل|مصطفى|كريم|سامر|سامي|رامي|فادي|هادي|مازن|ماهر|باسم|باسل|بسام|وسام|حسام|هشام|عصام|غسان|مروان|عدنان|سليمان|سلمان|سعيد|سعد|سعاد",
        "فهد|فيصل|ناصر|نصر|نادر|جابر|صابر|عامر|ياسر|ياسين|أنس|أيمن|أيهم|أمجد|أسعد|أكرم|أشرف|أنور|جمال|جلال|كمال|بلال|طلال|نضال|وليد|رشيد|رشاد|فؤاد|مراد|زياد|إياد|عماد|جهاد|نبيل|جميل|خليل|كامل|عادل|فاضل|وائل|نائل",
        "طارق|فاروق|صلاح|فلاح|جورج|إلياس|بطرس|حنا|ميشال|شادي|فراس|قاسم|جاسم|هاشم|منير|سمير|بشير|نذير|زهير|منصور|مسعود|داود|موسى|عيسى|يحيى|زكريا|رضا|مهدي|حيدر|عباس|جعفر|صادق|لؤي|عبدالله|عبدالرحمن|الله|الرحمن",
        "فاطمة|عائشة|مريم|زينب|خديجة|سارة|سلمى|ليلى|هدى|منى|ندى|رنا|رانيا|ريم|ريما|لمى|لينا|دينا|نور|نورا|هبة|هند|سمر|سحر|سوسن|نجلاء|وفاء|صفاء|هناء|دعاء|إسراء|آلاء|أسماء|أمل|أماني|غادة|عبير|عبلة|ميساء|نسرين|ياسمين|سناء|رغد|رهف|جنى|لانا|تالا",
    ])
});

/// Places, for writing without capitals.
static PLACES: List = LazyLock::new(|| {
    list(&[
        "دمشق|حلب|حمص|حماة|إدلب|اللاذقية|طرطوس|درعا|السويداء|القنيطرة|الرقة|الحسكة|القامشلي|تدمر|منبج|عفرين|الباب|جرابلس|كوباني|دوما|داريا|بيروت|طرابلس|صيدا|صور|بعلبك|زحلة|عمان|إربد|الزرقاء|العقبة|بغداد|الموصل|البصرة|أربيل|كركوك|النجف|كربلاء|الأنبار|القاهرة|الإسكندرية|الجيزة|أسوان|الأقصر|السويس",
        "الخرطوم|تونس|صفاقس|سوسة|الجزائر|وهران|قسنطينة|الرباط|فاس|مراكش|طنجة|أغادير|صنعاء|عدن|تعز|الحديدة|مأرب|الرياض|جدة|مكة|الدوحة|دبي|المنامة|الكويت|مسقط|صلالة|القدس|غزة|رفح|جنين|نابلس|الخليل|رام|أنقرة|إسطنبول|غازي|طهران|أصفهان|موسكو|باريس|لندن|برلين|روما|مدريد|واشنطن|نيويورك|بكين|طوكيو|جنيف",
        "سوريا|سورية|لبنان|الأردن|العراق|مصر|السودان|ليبيا|المغرب|اليمن|السعودية|قطر|الإمارات|البحرين|فلسطين|تركيا|إيران|روسيا|أوكرانيا|فرنسا|بريطانيا|ألمانيا|إيطاليا|إسبانيا|الصين|اليابان|الهند|أميركا|أمريكا|الفرات|دجلة|النيل|بردى|العاصي|الليطاني|اليرموك|الخابور",
    ])
});

/// Words that begin a sentence in English and are no names.
static STARTERS: List = LazyLock::new(|| {
    list(&[
        "the|a|an|in|on|at|it|he|she|they|we|i|you|this|that|these|those|but|and|or|if|as|for|from|to|with|by|of|no|not|all|some|many|most|more|after|before|when|while|where|there|here|its|his|her|their|our|my|also|both|each|earlier|later|since|until|under|over|police|officials|residents|workers|people|witnesses",
    ])
});

/// Whether a word is spelled carelessly every day and is no name.
pub(super) fn is_common(folded: &str) -> bool {
    is_in(&COMMON, folded)
}

/// Whether a word is a number.
pub(super) fn is_number(folded: &str) -> bool {
    folded.contains(|c: char| c.is_ascii_digit()) || is_in(&NUMBERS, folded)
}

/// Whether a word names a month or a day.
pub(super) fn is_date(folded: &str) -> bool {
    is_in(&DATES, folded)
}

/// Whether a word makes a number beside it a time.
pub(super) fn is_timed(folded: &str) -> bool {
    is_date(folded) || is_in(&TIMED, folded)
}

/// Whether a word counts a time from the moment of writing.
pub(super) fn is_ago(folded: &str) -> bool {
    matches!(folded, "ago" | "منذ" | "قبل" | "önce" | "назад" | "پيش")
}

/// Whether a word says who says it.
pub(super) fn is_saying(folded: &str) -> bool {
    is_in(&SAYING, folded)
}

/// Whether a name follows a word.
pub(super) fn is_cue(folded: &str) -> bool {
    is_in(&CUES, folded)
}

/// Whether a word is a given name.
pub(super) fn is_given(folded: &str) -> bool {
    is_in(&GIVEN, folded)
}

/// Whether a word is a name that many have, or a place.
pub(super) fn is_name(folded: &str) -> bool {
    is_given(folded) || is_in(&PLACES, folded)
}

/// Whether a word begins sentences.
pub(super) fn is_starter(folded: &str) -> bool {
    STARTERS.contains(folded)
}
