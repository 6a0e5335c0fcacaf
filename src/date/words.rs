//! The words of date lines, by meaning. Written here as people write them; folded once, when first used.

use super::{Calendar, tokens::normalized, zones};
use jiff::civil::Weekday;
use std::{collections::HashMap, sync::LazyLock};

/// Longest phrase of the tables, in words.
pub(super) const PHRASE_WORDS: usize = 4;

/// What a word or phrase means in a date line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A month of a calendar, from 1.
    Month(Calendar, u8),
    /// "mar": March, or a French or Spanish Tuesday.
    Mar,
    /// "ago": a marker of relative times, or August.
    Ago,
    /// "قبل", "vor", "hace": the amount follows or precedes.
    Since,
    /// A day of the week.
    Weekday(Weekday),
    /// A half of the day.
    Half(Half),
    /// "م": p.m. after a clock, "of the common era" after a year.
    Meem,
    /// A mark of the calendar after a year.
    Era(Calendar),
    /// What the time after it is.
    Label(Label),
    /// Stands between the parts of a date and says nothing.
    Filler,
    /// "and".
    And,
    /// "less", of a fraction.
    Less,
    /// A unit of time.
    Unit(Unit),
    /// A unit of time in the plural: a time only with its number.
    Units(Unit),
    /// Two of a unit in one word.
    Dual(Unit),
    /// "h": the unit, and what stands between hour and minute.
    H,
    /// A number in words.
    Count(u8),
    /// A part of an hour, in minutes.
    Fraction(u8),
    /// A day, so many days before today.
    Day(i8),
    /// This moment.
    Now,
    /// "o'clock".
    Clock,
    /// An hour in words.
    Hour(u8),
    /// "at the time of".
    ZoneOf,
    /// "local time".
    Local,
    /// A place or zone with the IANA name of its zone.
    Zone(&'static str),
    /// A zone by its offset in minutes.
    Offset(i16),
    /// An abbreviation that several zones share; it counts where the source's zone uses it.
    Shared(&'static str),
    /// The sign after a number in East Asian dates: year, month, day, hour, minute, second.
    Mark(char),
    /// "T" between date and time.
    T,
}

/// A half of the day, as printed after a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// Before noon.
    Am,
    /// After noon.
    Pm,
    /// About noon.
    Noon,
    /// Night: late evening or after midnight.
    Night,
}

/// What a stamp is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// The publication.
    Published,
    /// The last change.
    Updated,
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Second.
    Second,
    /// Minute.
    Minute,
    /// Hour.
    Hour,
    /// Day.
    Day,
    /// Week.
    Week,
    /// Month: too vague for a time.
    Month,
    /// Year: too vague for a time.
    Year,
}

/// The meaning of each folded word and phrase.
pub(super) static WORDS: LazyLock<HashMap<String, Word>> = LazyLock::new(|| {
    let calendars =
        [(Calendar::Gregorian, GREGORIAN), (Calendar::Persian, PERSIAN), (Calendar::Hijri, HIJRI)];
    let months = calendars.into_iter().flat_map(|(calendar, names)| {
        (1..).zip(names).map(move |(month, names)| (Word::Month(calendar, month), *names))
    });
    let weekdays = WEEKDAYS.iter().map(|(weekday, names)| (Word::Weekday(*weekday), *names));
    let places = zones::PLACES.iter().map(|(zone, names)| (Word::Zone(zone), *names));
    let offsets = zones::OFFSETS.iter().map(|(minutes, names)| (Word::Offset(*minutes), *names));
    let shared = zones::SHARED.iter().map(|name| (Word::Shared(name), *name));
    let all = months.chain(weekdays).chain(places).chain(offsets).chain(shared).chain(OTHERS.iter().copied());
    // "اسفندماه" and "اسفند‌ماه": the word for month may be joined to the name.
    let joined = (1..).zip(PERSIAN).flat_map(|(month, names)| {
        let word = Word::Month(Calendar::Persian, month);
        names.split('|').map(move |name| (normalized(&format!("{name}ماه")), word))
    });
    // The last meaning of a word wins: `OTHERS` settles the few clashes.
    let each = all.flat_map(|(word, names)| names.split('|').map(move |name| (normalized(name), word)));
    joined.chain(each).collect()
});

/// Gregorian months: Levantine, Egyptian and Gulf, Maghrebi, Moroccan, Persian, Urdu, Kurdish; English,
/// French, Spanish, Portuguese, Italian, German, Dutch, Nordic, Turkish, Azerbaijani, Indonesian, Polish,
/// Czech, Russian, Ukrainian, Hebrew; then Kurmanji, Greek, Romanian, Finnish, Hungarian, Bulgarian, Slovak and
/// Slovene, Serbian, Hindi. Croatian is left out: its "listopad" is another month than that of Poles and Czechs.
const GREGORIAN: &[&str] = &[
    "كانون الثاني|كانون ثاني|كانون ثان|كانون الثانى|يناير|جانفي|ژانویه|جنوری|کانوونی دووەم|january|jan|janvier|janv|enero|ene|\
     janeiro|gennaio|gen|januar|januára|jänner|januari|januari|ocak|oca|yanvar|stycznia|styczeń|sty|leden|ledna|января|\
     январь|янв|січня|січень|січ|ינואר|בינואר|\
     کانوونی دووەمی|çile|çileyê|çileya paşîn|rêbendan|rêbendanê|kanûna paşîn|ιανουαρίου|ιανουάριος|ιαν|\
     ianuarie|ian|tammikuuta|tammikuu|január|januári|януари|јануар|јануара|जनवरी",
    "شباط|فبراير|فيفري|فوریه|فروری|شوبات|february|feb|février|févr|fév|febrero|fevereiro|fev|febbraio|februar|februára|feber|\
     februari|şubat|şub|fevral|pebruari|lutego|luty|lut|únor|února|февраля|февраль|фев|февр|лютого|лютий|лют|\
     פברואר|בפברואר|\
     شوباتی|sibat|sibatê|reşemî|reşemiyê|φεβρουαρίου|φεβρουάριος|φεβ|februarie|helmikuuta|helmikuu|\
     február|februári|февруари|фебруар|фебруара|फ़रवरी|फरवरी",
    "آذار|ئازار|مارس|مارث|مارچ|march|mars|marzo|março|märz|mrz|maart|mrt|marts|mart|maret|marca|marzec|březen|\
     března|марта|март|березня|березень|бер|מרץ|במרץ|\
     ئازاری|ئادار|ئاداری|adar|adarê|μαρτίου|μάρτιος|μαρ|martie|maaliskuuta|maaliskuu|március|márc|marec|\
     मार्च",
    "نيسان|أبريل|ابريل|إبريل|أفريل|آوریل|اپریل|april|apr|avril|avr|abril|abr|aprile|nisan|nis|aprel|kwietnia|kwiecień|\
     kwi|duben|dubna|апреля|апрель|апр|квітня|квітень|квіт|אפריל|באפריל|\
     نیسانی|nîsanê|avrêl|απριλίου|απρίλιος|απρ|aprilie|huhtikuuta|huhtikuu|április|ápr|apríl|apríla|април|\
     априла|अप्रैल",
    "أيار|ايار|مايو|ماي|مه|مئی|may|mai|mayo|maio|maggio|mag|mei|maj|mayıs|maja|květen|května|мая|май|травня|травень|\
     трав|מאי|במאי|\
     ئایار|ئایاری|مایس|مایسی|gulan|gulanê|μαΐου|μάιος|μαϊ|toukokuuta|toukokuu|május|máj|mája|мај|маја|मई",
    "حزيران|حوزەیران|يونيو|يونيه|جوان|يونيوه|ژوئن|جون|june|jun|juin|junio|junho|giugno|giu|juni|haziran|haz|iyun|\
     czerwca|czerwiec|cze|červen|června|июня|июнь|июн|червня|червень|черв|יוני|ביוני|\
     حوزەیرانی|hezîran|hezîranê|pûşper|pûşperê|ιουνίου|ιούνιος|ιουν|iunie|iun|kesäkuuta|kesäkuu|június|\
     jún|júna|junij|junija|юни|јун|јуна|जून",
    "تموز|تەممووز|يوليو|يوليه|يوليوز|جويلية|جويليه|جويليا|ژوئیه|جولای|جولائی|july|jul|juillet|juil|julio|julho|luglio|lug|\
     juli|temmuz|tem|iyul|lipca|lipiec|lip|červenec|července|июля|июль|июл|липня|липень|יולי|ביולי|\
     تەمموز|تەموز|تەممووزی|تەمموزی|tîrmeh|tîrmehê|ιουλίου|ιούλιος|ιουλ|iulie|iul|heinäkuuta|heinäkuu|\
     július|júl|júla|julij|julija|юли|јул|јула|जुलाई",
    "آب|أغسطس|اغسطس|أوت|اوت|غشت|اگست|ئاب|august|aug|août|agosto|augustus|augusti|ağustos|ağu|avqust|agustus|agu|agt|\
     sierpnia|sierpień|sie|srpen|srpna|августа|август|авг|серпня|серпень|серп|אוגוסט|באוגוסט|\
     ئابی|آگوست|آگست|tebax|tebaxê|αυγούστου|αύγουστος|αυγ|elokuuta|elokuu|augusztus|augusta|avgust|avgusta|\
     августа|аугуст|अगस्त",
    "أيلول|ايلول|ئەیلوول|سبتمبر|شتنبر|سپتامبر|ستمبر|september|sep|sept|septembre|septiembre|setiembre|setembro|set|\
     settembre|sett|eylül|eyl|sentyabr|września|wrzesień|wrz|září|сентября|сентябрь|сен|сент|вересня|вересень|\
     вер|ספטמבר|בספטמבר|\
     ئەیلوولی|ئەیلول|îlon|îlonê|σεπτεμβρίου|σεπτέμβριος|σεπ|σεπτ|septembrie|syyskuuta|syyskuu|\
     szeptember|szept|септември|септ|септембар|септембра|septembar|septembra|सितंबर|सितम्बर",
    "تشرين الأول|تشرين اول|تشرین یەکەم|تشرینی یەکەم|أكتوبر|اكتوبر|اکتبر|اکتوبر|october|oct|octobre|octubre|outubro|\
     out|ottobre|ott|oktober|okt|ekim|eki|oktyabr|października|październik|paź|říjen|října|октября|октябрь|окт|\
     жовтня|жовтень|жовт|אוקטובר|באוקטובר|\
     تشرینی یەکەمی|cotmeh|cotmehê|οκτωβρίου|οκτώβριος|οκτ|octombrie|lokakuuta|lokakuu|október|októbra|\
     октомври|октобар|октобра|oktobar|अक्टूबर|अक्तूबर",
    "تشرين الثاني|تشرين ثاني|تشرين الثانى|تشرینی دووەم|نوفمبر|نونبر|نوفنبر|نوامبر|نومبر|november|nov|novembre|\
     noviembre|novembro|kasım|kas|noyabr|nopember|listopada|listopad|lis|listopadu|ноября|ноябрь|ноя|нояб|\
     листопада|листопад|лист|נובמבר|בנובמבר|\
     تشرین دووەم|تشرینی دووەمی|تشرين ثان|mijdar|mijdarê|νοεμβρίου|νοέμβριος|νοε|noiembrie|\
     marraskuuta|marraskuu|ноември|новембар|новембра|novembar|novembra|नवंबर|नवम्बर",
    "كانون الأول|كانون اول|کانوونی یەکەم|ديسمبر|دجنبر|دسامبر|دسمبر|december|dec|décembre|déc|diciembre|dic|dezembro|\
     dez|dicembre|dezember|aralık|ara|dekabr|desember|des|grudnia|grudzień|gru|prosinec|prosince|декабря|\
     декабрь|дек|грудня|грудень|груд|דצמבר|בדצמבר|\
     کانوونی یەکەمی|kanûn|kanûnê|kanûna pêşîn|çileya pêşîn|berfanbar|berfanbarê|δεκεμβρίου|δεκέμβριος|\
     δεκ|decembrie|joulukuuta|joulukuu|декември|децембар|децембра|decembar|decembra|दिसंबर|दिसम्बर",
];

/// Months of Iran, then those of Afghanistan.
const PERSIAN: &[&str] = &[
    "فروردین|حمل",
    "اردیبهشت|ثور",
    "خرداد|جوزا",
    "تیر|سرطان",
    "مرداد|امرداد|اسد",
    "شهریور|سنبله",
    "مهر|میزان",
    "آبان|عقرب",
    "آذر|قوس",
    "دی|جدی",
    "بهمن|دلو",
    "اسفند|حوت",
];

/// Months of the Hijri calendar.
const HIJRI: &[&str] = &[
    "محرم|المحرم|محرم الحرام|muharram",
    "صفر|صفر الخير|safar",
    "ربيع الأول|ربيع اول|ربیع الاول|rabi al-awwal",
    "ربيع الآخر|ربيع الثاني|ربيع ثاني|ربیع الثانی",
    "جمادى الأولى|جمادى الأول|جمادي الاولى|جمادی الاول",
    "جمادى الآخرة|جمادى الثانية|جمادى الآخر|جمادى الثاني|جمادی الثانی",
    "رجب|رجب المرجب|rajab",
    "شعبان|شعبان المعظم|shaban",
    "رمضان|رمضان المبارك|ramadan",
    "شوال|shawwal",
    "ذو القعدة|ذي القعدة|ذوالقعدة|ذيالقعدة|ذی القعده|ذیقعده",
    "ذو الحجة|ذي الحجة|ذوالحجة|ذيالحجة|ذی الحجه|ذیحجه",
];

/// Days of the week.
const WEEKDAYS: &[(Weekday, &str)] = &[
    (
        Weekday::Monday,
        "الاثنين|الإثنين|اثنين|إثنين|دوشنبه|دو شنبه|پیر|monday|mon|lundi|lun|lunes|lunedì|segunda-feira|segunda|\
         montag|maandag|mandag|måndag|pazartesi|pzt|senin|poniedziałek|понедельник|пн|понеділок|\
         دووشەممە|duşem|δευτέρα|luni|maanantai|maanantaina|hétfő|понеделник|понедељак|सोमवार",
    ),
    (
        Weekday::Tuesday,
        "الثلاثاء|الثلاثا|ثلاثاء|سه شنبه|سه‌شنبه|منگل|tuesday|tue|tues|mardi|martes|martedì|terça-feira|terça|dienstag|\
         dinsdag|tirsdag|tisdag|salı|sal|selasa|wtorek|вторник|вт|вівторок|\
         سێشەممە|sêşem|τρίτη|marți|tiistai|tiistaina|kedd|уторак|मंगलवार",
    ),
    (
        Weekday::Wednesday,
        "الأربعاء|الاربعا|أربعاء|چهارشنبه|چهار شنبه|بدھ|wednesday|wed|weds|mercredi|mer|miércoles|mié|mercoledì|\
         quarta-feira|quarta|mittwoch|woensdag|onsdag|çarşamba|çar|rabu|środa|среда|ср|середа|\
         چوارشەممە|çarşem|τετάρτη|miercuri|keskiviikko|keskiviikkona|szerda|сряда|बुधवार",
    ),
    (
        Weekday::Thursday,
        "الخميس|خميس|پنجشنبه|پنج شنبه|جمعرات|thursday|thu|thur|thurs|jeudi|jeu|jueves|jue|giovedì|gio|quinta-feira|\
         quinta|donnerstag|donderdag|torsdag|perşembe|per|kamis|czwartek|четверг|чт|четвер|\
         پێنجشەممە|pêncşem|πέμπτη|joi|torstai|torstaina|csütörtök|четвъртък|четвртак|गुरुवार|बृहस्पतिवार",
    ),
    (
        Weekday::Friday,
        "الجمعة|الجمعه|جمعة|آدینه|friday|fri|vendredi|ven|viernes|vie|venerdì|sexta-feira|sexta|freitag|vrijdag|fredag|\
         cuma|cum|jumat|piątek|пятница|пт|п'ятниця|\
         هەینی|ھەینی|جمعہ|جمعه|παρασκευή|vineri|perjantai|perjantaina|péntek|петък|петак|शुक्रवार",
    ),
    (
        Weekday::Saturday,
        "السبت|سبت|شنبه|ہفتہ|saturday|sat|samedi|sam|sábado|sáb|sabato|samstag|sonnabend|zaterdag|lørdag|lördag|\
         cumartesi|cmt|sabtu|sobota|суббота|сб|субота|\
         شەممە|şemî|σάββατο|sâmbătă|lauantai|lauantaina|szombat|събота|शनिवार",
    ),
    (
        Weekday::Sunday,
        "الأحد|الاحد|أحد|یکشنبه|یک شنبه|اتوار|sunday|sun|dimanche|dim|domingo|dom|domenica|sonntag|zondag|søndag|söndag|\
         pazar|paz|minggu|niedziela|воскресенье|вс|неділя|\
         یەکشەممە|yekşem|κυριακή|duminică|sunnuntai|sunnuntaina|vasárnap|неделя|недеља|रविवार|इतवार",
    ),
];

/// All other words, by meaning.
const OTHERS: &[(Word, &str)] = &[
    (Word::Mar, "mar"),
    (Word::Ago, "ago"),
    (
        Word::Since,
        "منذ|قبل|من قبل|مضت|مضى|خلت|il y a|depuis|vor|hace|önce|evvel|назад|тому|fa|há|atrás|geleden|sedan|siden|yang lalu|\
         پیش|پہلے|لەمەوبەر|لەوەتەی|לפני|temu",
    ),
    (
        Word::Half(Half::Am),
        "ص|صباحا|صباح|الصباح|صباحاً|صبحا|فجرا|الفجر|فجر|قبل الظهر|am|a m|ق ظ|قظ|قبل از ظهر|صبح|بامداد|öö|上午|午前|早上|凌晨|오전|بجے صبح|πμ|du matin|de la mañana",
    ),
    (
        Word::Half(Half::Pm),
        "مساء|مساءا|المساء|مساءاً|عصرا|العصر|عصر|بعد الظهر|بعد العصر|pm|p m|بظ|بعد از ظهر|بعدازظهر|غروب|ös|下午|午後|晚上|오후|سہ پہر|بجے شام|بجے سہ پہر|μμ|du soir|de la tarde",
    ),
    (Word::Half(Half::Noon), "ظ|ظهرا|الظهر|ظهر|noon|دوپہر|بجے دوپہر"),
    (Word::Half(Half::Night), "ليلا|الليل|شب|رات|بجے رات|بعد منتصف الليل"),
    (Word::Meem, "م"),
    (Word::Era(Calendar::Gregorian), "ميلادي|ميلادية|ميلاديه|الميلادي|میلادی|ad|ce"),
    (Word::Era(Calendar::Hijri), "ه|هج|هجري|هجرية|الهجري|للهجرة|هق|ه ق|هجری قمری|قمری|ah"),
    (Word::Era(Calendar::Persian), "هش|ه ش|هجری شمسی|هجري شمسي|شمسی|خورشیدی|هجری خورشیدی"),
    (
        Word::Label(Label::Updated),
        "آخر تحديث|اخر تحديث|آخر تحديث في|تاريخ التحديث|تم التحديث|تم تحديثه|تم التحديث في|تحديث|حدث في|محدث|محدثة|آخر تعديل|\
         تاريخ التعديل|تم التعديل|عدل في|update|updated|last updated|last update|updated on|updated at|last modified|modified|\
         mis à jour|mise à jour|modifié|actualizado|actualización|última actualización|atualizado|aktualisiert|zuletzt aktualisiert|stand|\
         güncelleme|son güncelleme|güncellendi|обновлено|обновлен|aggiornato|به روزرسانی|بروزرسانی|آخرین به روزرسانی|bijgewerkt",
    ),
    (
        Word::Label(Label::Published),
        "نشر|نشر في|نشر بتاريخ|نشرت|نشرت في|منشور|منشور في|تم النشر|تم النشر في|تم نشره|تم نشره في|تم النشر بتاريخ|تاريخ النشر|\
         تاريخ نشر|وقت النشر|النشر|posted|posted on|posted at|published|published on|published at|publication date|created|first published|\
         publié|publiée|publié le|publicado|publicado el|veröffentlicht|veröffentlicht am|erstellt|yayınlanma|yayınlanma tarihi|\
         yayın tarihi|giriş|oluşturulma|опубликовано|pubblicato|gepubliceerd|انتشار|تاریخ انتشار|زمان انتشار|منتشر شده|diterbitkan",
    ),
    (
        Word::Filler,
        "الموافق|الموافق ل|الموافق لـ|موافق|يوافق|ل|لـ|في|فى|من|على|علی|عند|عام|سنة|لعام|لسنة|العام|تاريخ|بتاريخ|\
         تاریخ|التاريخ|الوقت|وقت|بتمام|تمام|حوالي|نحو|اليوم الموافق|هذا|مدة|حوالى|تقريبا|او|ماه|سال|در|مورخ|\
         at|on|of|the|a|an|in|st|nd|rd|th|and|by|about|date|time|le|la|les|du|de|del|des|el|er|ere|em|um|den|der|dem|das|do|\
         da|di|al|alle|ore|o|os|as|às|las|los|den|op|om|στις|tarihi|tarih|tarihinde|г|года|год|в|роки|року|о|од|pukul|om|ו|ב|על|\
         une|un|uno|una|ein|einer|einem|einen|eine|bir|einem|il|y|à|环球|星期|的",
    ),
    (Word::And, "و|and|und|ve|и|y"),
    (Word::Less, "إلا|الا"),
    (
        Word::Unit(Unit::Second),
        "ثانية|ثانيه|ثانیه|ث|second|sec|s|seconde|secondes|sekunde|segundo|saniye|секунду",
    ),
    (Word::Units(Unit::Second), "ثواني|ثوان|seconds|secs|sekunden|segundos|секунд|секунды"),
    (
        Word::Unit(Unit::Minute),
        "دقيقة|د|دقیقه|منٹ|minute|min|m|mn|minuto|dakika|dk|минуту|мин|خولەک|minuut|menit|דקה",
    ),
    (
        Word::Units(Unit::Minute),
        "دقائق|دقايق|minutes|mins|minuten|minutos|minuti|минут|минуты|minuter|minutter|דקות",
    ),
    (
        Word::Unit(Unit::Hour),
        "ساعة|س|ساعت|گھنٹہ|hour|hr|heure|stunde|std|hora|ore fa|ora|saat|час|uur|timer|jam|שעה",
    ),
    (Word::Units(Unit::Hour), "ساعات|گھنٹے|hours|hrs|heures|stunden|horas|часа|часов|timmar|שעות"),
    (Word::Unit(Unit::Day), "يوم|روز|ی|يوما|day|d|jour|j|tag|día|gün|день|giorno|dia|dag|hari|دن|ڕۆژ|יום"),
    (Word::Units(Unit::Day), "أيام|ايام|أيام|days|jours|tage|tagen|días|дня|дней|giorni|dias|dagen|ימים"),
    (
        Word::Unit(Unit::Week),
        "أسبوع|اسبوع|هفته|week|w|wk|semaine|woche|semana|hafta|неделю|settimana|settimane|minggu lalu",
    ),
    (Word::Units(Unit::Week), "أسابيع|اسابيع|ہفتے|weeks|semaines|wochen|semanas|недели|недель|weken"),
    (
        Word::Unit(Unit::Month),
        "شهر|أشهر|شهور|شهرا|شهرين|month|months|mois|monat|monate|monaten|mes|meses|ay|месяц|месяца|месяцев|mesi|مہینے",
    ),
    (
        Word::Unit(Unit::Year),
        "سنوات|سنين|سنتين|عاما|أعوام|عامين|year|years|yr|yrs|ans|année|jahr|jahre|jahren|año|años|yıl|лет|anni",
    ),
    (Word::Dual(Unit::Second), "ثانيتين|ثانيتان"),
    (Word::Dual(Unit::Minute), "دقيقتين|دقيقتان"),
    (Word::Dual(Unit::Hour), "ساعتين|ساعتان"),
    (Word::Dual(Unit::Day), "يومين|يومان"),
    (Word::Dual(Unit::Week), "أسبوعين|أسبوعان|اسبوعين"),
    (Word::H, "h|ч|سا"),
    (Word::Count(1), "واحد|واحدة|one|eine|یک|ایک"),
    (Word::Count(2), "اثنان|اثنتين|اثنتان|two|deux|zwei|dos|iki|دو|два|две"),
    (Word::Count(3), "ثلاث|ثلاثة|three|trois|drei|tres|üç|سه|три"),
    (Word::Count(4), "أربع|أربعة|four|quatre|vier|cuatro|dört|چهار|четыре"),
    (Word::Count(5), "خمس|خمسة|five|cinq|fünf|cinco|beş|پنج|пять"),
    (Word::Count(6), "ست|ستة|six|sechs|seis|altı|شش|шесть"),
    (Word::Count(7), "سبع|سبعة|seven|sieben|siete|yedi|هفت|семь"),
    (Word::Count(8), "ثماني|ثمان|ثمانية|ثمانى|eight|huit|acht|ocho|sekiz|هشت|восемь"),
    (Word::Count(9), "تسع|تسعة|nine|neuf|neun|nueve|dokuz|نه|девять"),
    (Word::Count(10), "عشر|عشرة|ten|dix|zehn|diez|ده|десять"),
    (Word::Count(20), "عشرين|عشرون"),
    (Word::Count(30), "ثلاثين|ثلاثون"),
    (Word::Count(40), "أربعين|أربعون"),
    (Word::Count(50), "خمسين|خمسون"),
    (Word::Fraction(15), "ربع|الربع|ربعا|quarter|quart|cuarto"),
    (Word::Fraction(20), "ثلث|الثلث|ثلثا"),
    (Word::Fraction(30), "نصف|النصف|half|demi|halben|halbe|media|نیم|yarım|полчаса"),
    (
        Word::Day(0),
        "اليوم|امروز|آج|today|aujourd'hui|heute|hoy|bugün|сегодня|oggi|hoje|vandaag|idag|i dag|hari ini|今天|今日|오늘|ئەمڕۆ|היום|сьогодні",
    ),
    (
        Word::Day(1),
        "أمس|امس|البارحة|الأمس|بالأمس|يوم أمس|دیروز|گزشتہ روز|yesterday|hier|gestern|ayer|dün|вчера|ieri|ontem|gisteren|igår|i går|kemarin|昨天|昨日|어제|דوێنێ|דוינה|אתמול|вчора",
    ),
    (
        Word::Day(2),
        "أول أمس|أول من أمس|اول امس|أمس الأول|قبل أمس|پریروز|avant-hier|vorgestern|anteayer|позавчера",
    ),
    (Word::Day(-1), "غدا|غداً|الغد|فردا|tomorrow|demain|morgen|mañana|yarın|завтра|domani"),
    (
        Word::Now,
        "منذ أقل من دقيقة|قبل أقل من دقيقة|less than a minute ago|الآن|الان|للتو|قبل لحظات|منذ لحظات|اکنون|just now|now|right now|moments ago|a moment ago|maintenant|à l'instant|gerade eben|jetzt|ahora|şimdi|az önce|сейчас|только что|همین الان|لحظاتی پیش",
    ),
    (Word::Clock, "الساعة|الساعه|بالساعة|الساعة ال|بجے|uhr|o'clock|à las|كاتژمير|کاتژمێر|godz|kl|klo"),
    (Word::Hour(1), "الواحدة"),
    (Word::Hour(2), "الثانية"),
    (Word::Hour(3), "الثالثة"),
    (Word::Hour(4), "الرابعة"),
    (Word::Hour(5), "الخامسة"),
    (Word::Hour(6), "السادسة"),
    (Word::Hour(7), "السابعة"),
    (Word::Hour(8), "الثامنة"),
    (Word::Hour(9), "التاسعة"),
    (Word::Hour(10), "العاشرة"),
    (Word::Hour(11), "الحادية عشرة|الحادية عشر"),
    (Word::Hour(12), "الثانية عشرة|الثانية عشر"),
    (Word::ZoneOf, "بتوقيت|توقيت|حسب توقيت|وفق توقيت|بحسب توقيت|به وقت|heure de|hora de|ora di|ساعت به وقت"),
    (
        Word::Local,
        "بالتوقيت المحلي|التوقيت المحلي|توقيت محلي|محليا|local time|heure locale|ortszeit|hora local|به وقت محلی",
    ),
    (Word::Mark('y'), "年|년"),
    (Word::Mark('m'), "月|월"),
    (Word::Mark('d'), "日|일|号"),
    (Word::Mark('H'), "時|时|点|點|시"),
    (Word::Mark('M'), "分|분"),
    (Word::Mark('S'), "秒|초"),
    (Word::T, "t"),
];
