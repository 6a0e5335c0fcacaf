//! Date lines and what they are read as.

use super::*;
use proptest::prelude::*;

/// Monday 2026-11-23, 17:00 in Damascus.
const NOW: &str = "2026-11-23T14:00:00Z";

/// What is said about a line: the time with its precision's first letter, or the reason of the refusal.
fn said(line: &str, zone_name: &str, order: Order) -> String {
    let zone = zone(zone_name).unwrap();
    let context = Context { zone: &zone, now: NOW.parse().unwrap(), order };
    let reading = read(line, &context);
    assert_eq!(reading.moment.is_none(), reading.reason.is_some(), "{line}: either a time or a reason");
    match (reading.moment, reading.reason) {
        (Some(moment), _) => {
            let precision = serde_json::to_string(&moment.precision).unwrap();
            format!("{} {}", moment.to_rfc3339(), precision.trim_matches('"'))
        }
        (None, reason) => reason.unwrap_or_default().to_owned(),
    }
}

/// Checks lines of one source; all misses are shown at once.
fn check(zone: &str, order: Order, cases: &[(&str, &str)]) {
    let missed: Vec<String> = cases
        .iter()
        .map(|(line, expected)| (line, expected, said(line, zone, order)))
        .filter(|(_, expected, said)| said != *expected)
        .map(|(line, expected, said)| format!("{line}\n   expected {expected}\n   said     {said}"))
        .collect();
    assert!(missed.is_empty(), "{} of {} missed\n{}", missed.len(), cases.len(), missed.join("\n"));
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that cannot run here says so")]
fn measured_lines_are_read_right() {
    for file in ["datelines.json", "feed-dates.json"] {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/dates/").to_owned() + file;
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("skipped: {file} is not there");
            continue;
        };
        let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        let mut missed = Vec::new();
        for row in &rows {
            let of = |key: &str| row[key].as_str().unwrap_or_default();
            let zone = zone(of("source_zone")).unwrap();
            let context = Context { zone: &zone, now: of("now").parse().unwrap(), order: Order::Dmy };
            let reading = read(of("line"), &context);
            let right = match reading.moment {
                None => row["expect"].is_null(),
                Some(moment) if of("precision") == "day" => {
                    moment.to_rfc3339().get(..10) == of("expect").get(..10)
                }
                Some(moment) => {
                    let expected: Timestamp = of("expect").parse().unwrap();
                    moment.at.duration_since(expected).as_secs().abs() < 60
                }
            };
            if !right {
                missed.push(format!("{} {}: {reading:?}", of("line"), of("expect")));
            }
        }
        assert!(
            missed.is_empty(),
            "{file}: {} of {} missed\n{}",
            missed.len(),
            rows.len(),
            missed.join("\n")
        );
    }
}

#[test]
fn months_of_every_arab_region_are_known() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("3 كانون الثاني 2024", "2024-01-03T00:00:00+03:00 day"),
            ("3 شباط 2024", "2024-02-03T00:00:00+03:00 day"),
            ("الأربعاء 3 نيسان 2024 الساعة 14:05", "2024-04-03T14:05:00+03:00 minute"),
            ("3 أيار/مايو 2024", "2024-05-03T00:00:00+03:00 day"),
            ("3 حزيران (يونيو) 2024 - 9:05 مساءً", "2024-06-03T21:05:00+03:00 minute"),
            ("3 يوليو - تموز 2024", "2024-07-03T00:00:00+03:00 day"),
            ("٣ آب ٢٠٢٤م", "2024-08-03T00:00:00+03:00 day"),
            ("3-أيلول-2024 10:20", "2024-09-03T10:20:00+03:00 minute"),
            ("تشرين الأول 3, 2024", "2024-10-03T00:00:00+03:00 day"),
            ("3 تشرين الثاني/ نوفمبر 2024، 10:20 ص", "2024-11-03T10:20:00+03:00 minute"),
            ("3 كانون الأول، 2024", "2024-12-03T00:00:00+03:00 day"),
            ("3 يونيه 2024", "2024-06-03T00:00:00+03:00 day"),
            ("3 يوليوز 2024", "2024-07-03T00:00:00+03:00 day"),
            ("3 غشت 2024", "2024-08-03T00:00:00+03:00 day"),
            ("3 شتنبر 2024", "2024-09-03T00:00:00+03:00 day"),
            ("3 نونبر 2024", "2024-11-03T00:00:00+03:00 day"),
            ("3 فيفري 2024", "2024-02-03T00:00:00+03:00 day"),
            ("3 أفريل 2024", "2024-04-03T00:00:00+03:00 day"),
            ("3 ماي 2024", "2024-05-03T00:00:00+03:00 day"),
            ("3 جوان 2024", "2024-06-03T00:00:00+03:00 day"),
            ("3 جويلية 2024 على الساعة 18 و30 دقيقة", "2024-07-03T18:30:00+03:00 minute"),
        ],
    );
}

#[test]
fn clocks_are_read_in_the_printed_zone_or_the_source_s() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("2023.03.02 | 10:55 القاهرة", "2023-03-02T10:55:00+02:00 minute"),
            ("2023.03.02 | 10:55 بتوقيت غرينتش", "2023-03-02T10:55:00+00:00 minute"),
            ("2023.03.02 | 10:55 ت.غ", "2023-03-02T10:55:00+00:00 minute"),
            ("2/3/2023 10:55 (توقيت أبوظبي)", "2023-03-02T10:55:00+04:00 minute"),
            ("2 آذار 2023 الساعة 10:55 بتوقيت إسطنبول", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 بتوقيت القدس المحتلة 10:55", "2023-03-02T10:55:00+02:00 minute"),
            ("القاهرة - 2 آذار 2023 10:55", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:55 بالتوقيت المحلي", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:55 دمشق (07:55 غرينتش)", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:55 دمشق (09:55 غرينتش)", "date/ambiguous"),
            ("2 آذار 2023 10:55 GMT+3", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:55 (UTC+03:00)", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:55 بتوقيت قرطاج", "date/unknown-zone"),
            ("2 آذار 2023 10:55 قرطاج", "date/unknown-zone"),
            ("2 March 2023 10:55 XYZT", "date/unknown-zone"),
            ("2 March 2023 10:55 IST", "date/unknown-zone"),
            ("Thu, 02 Mar 2023 10:55:30 CST", "date/unknown-zone"),
            ("2 آذار 2023 الساعة الخامسة والنصف مساءً", "2023-03-02T17:30:00+03:00 minute"),
            ("2 آذار 2023 الساعة السادسة إلا ربعا صباحا", "2023-03-02T05:45:00+03:00 minute"),
            ("2 آذار 2023، 5 مساء", "2023-03-02T17:00:00+03:00 hour"),
            ("2 آذار 2023 12:30 ص", "2023-03-02T00:30:00+03:00 minute"),
            ("2 آذار 2023 12:30 م", "2023-03-02T12:30:00+03:00 minute"),
            ("2 آذار 2023 1:30 ظهراً", "2023-03-02T13:30:00+03:00 minute"),
            ("2 آذار 2023 11:30 ليلا", "2023-03-02T23:30:00+03:00 minute"),
            ("2 آذار 2023 15:30 ص", "date/impossible"),
            ("2 آذار 2023 م 10:30", "date/ambiguous"),
            ("10:55 - 2 آذار 2023", "2023-03-02T10:55:00+03:00 minute"),
            ("10:55 ص، الخميس 2 آذار 2023م", "2023-03-02T10:55:00+03:00 minute"),
            ("2 آذار 2023 10:00-11:30", "date/ambiguous"),
            ("٢ آذار ٢٠٢٣ ١٠:٥٥ صباحًا +03", "2023-03-02T10:55:00+03:00 minute"),
            ("2023-03-02 10:55:00-05", "2023-03-02T10:55:00-05:00 second"),
            ("الأحد 24/ديسمبر/2023 - 09:15 ص", "2023-12-24T09:15:00+03:00 minute"),
            ("تم النشر في: 02 مارس ,2023: 10:55 ص GST", "2023-03-02T10:55:00+04:00 minute"),
            ("12.10.2023 الساعة 10.30", "2023-10-12T10:30:00+03:00 minute"),
            ("چهارشنبه ۱۰ اسفند ۱۴۰۱، ۱۲:۳۰ به وقت تهران", "2023-03-01T12:30:00+03:30 minute"),
            ("2/3/2023-|آخر تحديث: 2/3/202311:40 ص (مكة المكرمة)", "date/ambiguous"),
        ],
    );
    check("Asia/Kolkata", Order::Dmy, &[("2 March 2023 10:55 IST", "2023-03-02T10:55:00+05:30 minute")]);
    check("America/Chicago", Order::Mdy, &[("3/2/2023 10:55 AM CST", "2023-03-02T10:55:00-06:00 minute")]);
}

#[test]
fn relative_times_are_counted_back_from_now() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("الآن", "2026-11-23T17:00:00+03:00 minute"),
            ("منذ دقيقة", "2026-11-23T16:59:00+03:00 minute"),
            ("منذ دقيقتين", "2026-11-23T16:58:00+03:00 minute"),
            ("قبل 11 دقيقة", "2026-11-23T16:49:00+03:00 minute"),
            ("منذ خمس دقائق", "2026-11-23T16:55:00+03:00 minute"),
            ("منذ خمس وعشرين دقيقة", "2026-11-23T16:35:00+03:00 minute"),
            ("منذ ساعة", "2026-11-23T16:00:00+03:00 hour"),
            ("قبل ساعة واحدة", "2026-11-23T16:00:00+03:00 hour"),
            ("منذ ساعات", "date/vague"),
            ("منذ أيام", "date/vague"),
            ("منذ أقل من دقيقة", "2026-11-23T17:00:00+03:00 minute"),
            ("منذ يوم الخميس", "date/ambiguous"),
            ("يوم الخميس 2 آذار 2023", "2023-03-02T00:00:00+03:00 day"),
            ("منذ ساعة ونصف", "2026-11-23T15:30:00+03:00 minute"),
            ("منذ ساعة ونصف الساعة", "2026-11-23T15:30:00+03:00 minute"),
            ("منذ ساعتين إلا ربعاً", "2026-11-23T15:15:00+03:00 minute"),
            ("قبل نصف ساعة", "2026-11-23T16:30:00+03:00 minute"),
            ("منذ ٣ ساعات و٢٠ دقيقة", "2026-11-23T13:40:00+03:00 minute"),
            ("2 س", "2026-11-23T15:00:00+03:00 hour"),
            ("5 دقائق مضت", "2026-11-23T16:55:00+03:00 minute"),
            ("منذ يوم", "2026-11-22T00:00:00+03:00 day"),
            ("منذ يومين", "2026-11-21T00:00:00+03:00 day"),
            ("قبل 3 أيام", "2026-11-20T00:00:00+03:00 day"),
            ("منذ أسبوع", "2026-11-16T00:00:00+03:00 day"),
            ("منذ أسبوعين", "2026-11-09T00:00:00+03:00 day"),
            ("منذ شهر", "date/vague"),
            ("منذ 3 سنوات", "date/vague"),
            ("منذ قليل", "date/ambiguous"),
            ("بعد ساعتين", "date/unknown-word"),
            ("قبل يومين من الانتخابات", "date/unknown-word"),
            ("أمس", "2026-11-22T00:00:00+03:00 day"),
            ("أمس 10:30", "2026-11-22T10:30:00+03:00 minute"),
            ("أمس الساعة 9:15 مساءً", "2026-11-22T21:15:00+03:00 minute"),
            ("أول أمس", "2026-11-21T00:00:00+03:00 day"),
            ("اليوم، 09:15", "2026-11-23T09:15:00+03:00 minute"),
            ("اليوم السابع", "date/unknown-word"),
            ("غداً 10:00", "date/future"),
            ("5 دقائق قراءة", "date/unknown-word"),
            ("سوريا | منذ 5 دقائق", "2026-11-23T16:55:00+03:00 minute"),
        ],
    );
}

#[test]
fn relative_times_of_other_languages_are_counted_back_too() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("5 minutes ago", "2026-11-23T16:55:00+03:00 minute"),
            ("an hour ago", "2026-11-23T16:00:00+03:00 hour"),
            ("half an hour ago", "2026-11-23T16:30:00+03:00 minute"),
            ("2h", "2026-11-23T15:00:00+03:00 hour"),
            ("yesterday at 5 pm", "2026-11-22T17:00:00+03:00 hour"),
            ("just now", "2026-11-23T17:00:00+03:00 minute"),
            ("in 5 minutes", "date/none"),
            ("il y a 5 minutes", "2026-11-23T16:55:00+03:00 minute"),
            ("il y a un quart d'heure", "2026-11-23T16:45:00+03:00 minute"),
            ("hier à 10h30", "2026-11-22T10:30:00+03:00 minute"),
            ("vor 2 Stunden", "2026-11-23T15:00:00+03:00 hour"),
            ("hace 3 días", "2026-11-20T00:00:00+03:00 day"),
            ("5 dakika önce", "2026-11-23T16:55:00+03:00 minute"),
            ("5 минут назад", "2026-11-23T16:55:00+03:00 minute"),
            ("۲ ساعت پیش", "2026-11-23T15:00:00+03:00 hour"),
            ("5 دقیقه قبل", "2026-11-23T16:55:00+03:00 minute"),
            ("دیروز ۱۰:۳۰", "2026-11-22T10:30:00+03:00 minute"),
        ],
    );
}

#[test]
fn a_time_without_its_day_is_the_newest_that_is_not_in_the_future() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("16:59", "2026-11-23T16:59:00+03:00 minute"),
            ("17:01", "2026-11-22T17:01:00+03:00 minute"),
            ("10:55 ص", "2026-11-23T10:55:00+03:00 minute"),
            ("10:55 غرينتش", "2026-11-23T10:55:00+00:00 minute"),
            ("الخميس 10:55", "2026-11-19T10:55:00+03:00 minute"),
            ("الساعة 10:55", "2026-11-23T10:55:00+03:00 minute"),
            ("2 آذار 10:55", "2026-03-02T10:55:00+03:00 minute"),
            ("2 كانون الأول", "2025-12-02T00:00:00+03:00 day"),
            ("الاثنين 2 آذار", "2026-03-02T00:00:00+03:00 day"),
            ("الخميس 2 آذار", "date/ambiguous"),
            ("الخميس", "date/none"),
            ("آذار 2023", "date/vague"),
            ("25:99", "date/impossible"),
        ],
    );
}

#[test]
fn other_calendars_give_their_gregorian_day() {
    check(
        "Asia/Riyadh",
        Order::Dmy,
        &[
            ("الخميس 10 شعبان 1444هـ الموافق 2 مارس 2023م", "2023-03-02T00:00:00+03:00 day"),
            ("10 شعبان 1444 هـ / 2 مارس 2023 م", "2023-03-02T00:00:00+03:00 day"),
            ("10 شعبان 1444 هـ - الموافق: 2023/3/2 - 10:55 ص", "2023-03-02T10:55:00+03:00 minute"),
            ("2 مارس 2023 الموافق 11 شعبان 1444", "2023-03-02T00:00:00+03:00 day"),
            ("10 شعبان 1444 هـ الموافق 12 مارس 2023", "date/ambiguous"),
            ("1444/8/10 هـ", "2023-03-02T00:00:00+03:00 day"),
            ("10-08-1444", "2023-03-02T00:00:00+03:00 day"),
            ("10 ذو القعدة 1444 هـ", "2023-05-30T00:00:00+03:00 day"),
            ("1 رمضان 1444", "2023-03-23T00:00:00+03:00 day"),
            ("1 شهر رمضان 1444 هـ", "2023-03-23T00:00:00+03:00 day"),
            ("31 شعبان 1444 هـ", "date/impossible"),
            ("10 شعبان 2023", "date/impossible"),
        ],
    );
    check(
        "Asia/Tehran",
        Order::Dmy,
        &[
            ("پنجشنبه ۱۱ اسفند ۱۴۰۱ ساعت ۱۲:۳۰", "2023-03-02T12:30:00+03:30 minute"),
            ("۱۴۰۱/۱۲/۱۱ - ۱۲:۳۰", "2023-03-02T12:30:00+03:30 minute"),
            ("۱۱ اسفند ماه ۱۴۰۱", "2023-03-02T00:00:00+03:30 day"),
            ("۱۱ اسفند ۱۴۰۱ - ۲ مارس ۲۰۲۳", "2023-03-02T00:00:00+03:30 day"),
            ("۲ مارس ۲۰۲۳", "2023-03-02T00:00:00+03:30 day"),
            ("تاریخ انتشار: ۱۲:۳۰ - ۱۱ اسفند ۱۴۰۱", "2023-03-02T12:30:00+03:30 minute"),
        ],
    );
    check(
        "Europe/London",
        Order::Dmy,
        &[
            ("1401/12/11", "2023-03-02T00:00:00+00:00 day"),
            ("1444/08/10", "2023-03-02T00:00:00+00:00 day"),
            ("1420/08/10", "date/ambiguous"),
        ],
    );
}

#[test]
fn the_stamp_of_the_update_counts() {
    check(
        "Asia/Riyadh",
        Order::Dmy,
        &[
            ("نُشر في: 1/3/2023 10:00 - آخر تحديث: 2/3/2023 11:40", "2023-03-02T11:40:00+03:00 minute"),
            ("آخر تحديث: 2 مارس 2023 11:40 | تاريخ النشر: 1 مارس 2023", "2023-03-02T11:40:00+03:00 minute"),
            ("Published 1 March 2023 10:00 Updated 2 March 2023 11:40", "2023-03-02T11:40:00+03:00 minute"),
            ("نشر في 2 مارس 2023", "2023-03-02T00:00:00+03:00 day"),
            ("كتب: أحمد علي - نشر بتاريخ 2 مارس 2023", "2023-03-02T00:00:00+03:00 day"),
            ("نشر في 2 مارس 2023، آخر تحديث 11:40", "date/ambiguous"),
            ("1 مارس 2023 - 2 مارس 2023", "date/ambiguous"),
            ("الخميس 2 مارس 2023 | 2023/03/02", "2023-03-02T00:00:00+03:00 day"),
            ("2 مارس 2023 (منذ 3 سنوات)", "2023-03-02T00:00:00+03:00 day"),
        ],
    );
}

#[test]
fn the_order_of_numbers_is_the_source_s_unless_only_another_fits() {
    check(
        "UTC",
        Order::Dmy,
        &[
            ("02/03/2023", "2023-03-02T00:00:00+00:00 day"),
            ("03/30/2023", "2023-03-30T00:00:00+00:00 day"),
            ("30.13.2023", "date/impossible"),
            ("03.30.2023", "date/impossible"),
            ("Fri, 02/03/2023", "2023-02-03T00:00:00+00:00 day"),
            ("Mon, 02/03/2023", "2023-03-02T00:00:00+00:00 day"),
            ("02/03/23", "2023-03-02T00:00:00+00:00 day"),
            ("23/03/02", "date/ambiguous"),
            ("32/13/2023", "date/impossible"),
            ("29/02/2023", "date/impossible"),
            ("2023/13/02", "date/impossible"),
            ("2/3", "date/none"),
            ("2-5 March 2023", "date/ambiguous"),
        ],
    );
    check(
        "UTC",
        Order::Mdy,
        &[
            ("02/03/2023", "2023-02-03T00:00:00+00:00 day"),
            ("30/03/2023", "2023-03-30T00:00:00+00:00 day"),
            ("2023-03-02", "2023-03-02T00:00:00+00:00 day"),
        ],
    );
    check("UTC", Order::Ymd, &[("23/03/02", "2023-03-02T00:00:00+00:00 day")]);
}

#[test]
fn lines_of_feeds_and_of_other_languages_are_read() {
    check(
        "Europe/Paris",
        Order::Dmy,
        &[
            ("2023-03-02T10:55:00Z", "2023-03-02T10:55:00+00:00 second"),
            ("2023-03-02T10:55+0100", "2023-03-02T10:55:00+01:00 minute"),
            ("2023-03-02T10:55:00.250-05:00", "2023-03-02T10:55:00-05:00 second"),
            ("2023-03-02 10:55:00", "2023-03-02T10:55:00+01:00 second"),
            ("20230302T105500Z", "2023-03-02T10:55:00+00:00 second"),
            ("2023-03-02T10:55-05:00", "2023-03-02T10:55:00-05:00 minute"),
            ("2023-03-02T24:30:00Z", "date/impossible"),
            ("Thu Mar  2 10:55:00 2023", "2023-03-02T10:55:00+01:00 second"),
            ("Thu Mar 02 10:55:00 +0000 2023", "2023-03-02T10:55:00+00:00 second"),
            ("Thursday, 02-Mar-23 10:55:00 GMT", "2023-03-02T10:55:00+00:00 second"),
            ("Thu, 02 Mar 23 10:55:00 PST", "2023-03-02T10:55:00-08:00 second"),
            (
                "Thu Mar 02 2023 10:55:00 GMT+0100 (Central European Standard Time)",
                "2023-03-02T10:55:00+01:00 second",
            ),
            ("1677754500000", "2023-03-02T10:55:00+00:00 second"),
            ("jeudi 2 mars 2023 à 10h55", "2023-03-02T10:55:00+01:00 minute"),
            ("Publié le 2 mars 2023 à 18h", "2023-03-02T18:00:00+01:00 hour"),
            ("1er août 2023", "2023-08-01T00:00:00+02:00 day"),
            ("mar. 14 mars 2023", "2023-03-14T00:00:00+01:00 day"),
            ("Donnerstag, 2. März 2023, 10.55 Uhr", "2023-03-02T10:55:00+01:00 minute"),
            ("jueves, 2 de marzo de 2023", "2023-03-02T00:00:00+01:00 day"),
            ("2 de ago. de 2023", "2023-08-02T00:00:00+02:00 day"),
            ("2 Ağustos 2023 Çarşamba 10:55", "2023-08-02T10:55:00+02:00 minute"),
            ("2 марта 2023 г., 10:55", "2023-03-02T10:55:00+01:00 minute"),
            ("2 марта 2023, 10:55 МСК", "2023-03-02T10:55:00+03:00 minute"),
            ("2 березня 2023", "2023-03-02T00:00:00+01:00 day"),
            ("2 marca 2023", "2023-03-02T00:00:00+01:00 day"),
            ("2023年3月2日 10:55", "2023-03-02T10:55:00+01:00 minute"),
            ("2023年3月2日10時55分", "2023-03-02T10:55:00+01:00 minute"),
            ("March 2nd, 2023 at 10:55 a.m. ET", "2023-03-02T10:55:00-05:00 minute"),
            ("Mar 2, 2023 10:55pm EST", "2023-03-02T22:55:00-05:00 minute"),
            ("2 March 2023 10:55 Africa/Cairo", "2023-03-02T10:55:00+02:00 minute"),
        ],
    );
}

#[test]
fn two_names_of_a_month_do_not_lose_the_year() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("15 نيسان، أبريل 2022", "2022-04-15T00:00:00+03:00 day"),
            ("2 مارس\\آذار 2023", "2023-03-02T00:00:00+03:00 day"),
            ("2 آذار | مارس 2023", "2023-03-02T00:00:00+03:00 day"),
            ("15 نيسان، أيار 2022", "date/impossible"),
            ("15 نيسان؛ أبريل 2022", "date/ambiguous"),
            ("15 كانون ثان 2022", "2022-01-15T00:00:00+02:00 day"),
            ("15 تشرين ثان 2022", "2022-11-15T00:00:00+03:00 day"),
        ],
    );
}

#[test]
fn clocks_of_arab_feeds_are_read_in_their_zones() {
    check(
        "Asia/Riyadh",
        Order::Dmy,
        &[
            ("Thu, 02 Mar 2023 10:55:00 AST", "2023-03-02T10:55:00+03:00 second"),
            ("خميس مارس 02 10:55:00 AST 2023", "2023-03-02T10:55:00+03:00 second"),
            ("Thu, 02 Mar 2023 10:55:00 +3", "2023-03-02T10:55:00+03:00 second"),
            ("2 مارس 2023 07:55 بالتوقيت العالمي", "2023-03-02T07:55:00+00:00 minute"),
            ("2 مارس 2023 07:55 بالتوقيت العالمي المنسق", "2023-03-02T07:55:00+00:00 minute"),
            (
                "\u{200f}Thu, 02 Mar 2023\u{200f} 10:55:00 \u{200e}+0300\u{200f}",
                "2023-03-02T10:55:00+03:00 second",
            ),
            ("\u{202b}Thu, 02 Mar 2023 10:55:00 +\u{200e}0300\u{202c}", "2023-03-02T10:55:00+03:00 second"),
            ("\u{61c}الخميس،\u{a0}٢ مارس ٢٠٢٣،\u{a0}١٠:٥٥ ص", "2023-03-02T10:55:00+03:00 minute"),
            ("٢\u{200f}/٣\u{200f}/٢٠٢٣، ١٠:٥٥ م", "2023-03-02T22:55:00+03:00 minute"),
            ("٢ مارس ٢٠٢٣ في ١٠:٥٥:٠٠ م غرينتش+٣", "2023-03-02T22:55:00+03:00 second"),
            ("٢٠٢٣-٠٣-٠٢T١٠:٥٥:٠٠+٠٣:٠٠", "2023-03-02T10:55:00+03:00 second"),
            ("2 مارس 2023 0:05 م", "date/impossible"),
        ],
    );
    check(
        "America/Halifax",
        Order::Dmy,
        &[("Thu, 02 Mar 2023 10:55:00 AST", "2023-03-02T10:55:00-04:00 second")],
    );
    check("Europe/London", Order::Dmy, &[("Thu, 02 Mar 2023 10:55:00 AST", "date/unknown-zone")]);
    check(
        "Africa/Algiers",
        Order::Dmy,
        &[
            ("الخميس 02 جانفي 2020، الساعة 10سا55د", "2020-01-02T10:55:00+01:00 minute"),
            ("2 جويليا 2020", "2020-07-02T00:00:00+01:00 day"),
        ],
    );
}

#[test]
fn persian_urdu_and_kurdish_lines_are_read() {
    check(
        "Asia/Tehran",
        Order::Dmy,
        &[
            ("۱۱ اسفندماه ۱۴۰۱", "2023-03-02T00:00:00+03:30 day"),
            ("۱۱ بهمن\u{200c}ماه ۱۴۰۱", "2023-01-31T00:00:00+03:30 day"),
            ("۲ آگوست ۲۰۲۳", "2023-08-02T00:00:00+03:30 day"),
            ("پنج\u{200c}شنبه ۱۱ اسفند ۱۴۰۱ - ۱۰:۵۵", "2023-03-02T10:55:00+03:30 minute"),
            ("۱۲:۳۰ ب.ظ ۱۱ اسفند ۱۴۰۱", "2023-03-02T12:30:00+03:30 minute"),
        ],
    );
    check(
        "Asia/Karachi",
        Order::Dmy,
        &[
            ("جمعرات 2 مارچ 2023 10:55 بجے", "2023-03-02T10:55:00+05:00 minute"),
            ("2 مارچ 2023 5:30 بجے شام", "2023-03-02T17:30:00+05:00 minute"),
            ("2 مارچ 2023 شام 5:30 بجے", "date/unknown-word"),
            ("2 مارچ 2023 دوپہر 1:30", "2023-03-02T13:30:00+05:00 minute"),
            ("2 مارچ 2023 رات 9:30", "2023-03-02T21:30:00+05:00 minute"),
        ],
    );
    check(
        "Asia/Baghdad",
        Order::Dmy,
        &[
            ("پێنجشەممە ٢ی ئازاری ٢٠٢٣ 10:55", "2023-03-02T10:55:00+03:00 minute"),
            ("2ی کانوونی دووەمی 2022", "2022-01-02T00:00:00+03:00 day"),
            ("2 ئایار 2022", "2022-05-02T00:00:00+03:00 day"),
            ("2 تەمموز 2022", "2022-07-02T00:00:00+03:00 day"),
            ("2 تشرینی یەکەمی 2022", "2022-10-02T00:00:00+03:00 day"),
            ("2ی 2022", "date/ambiguous"),
            ("2 çile 2022", "2022-01-02T00:00:00+03:00 day"),
            ("2 sibat 2022", "2022-02-02T00:00:00+03:00 day"),
            ("2 adarê 2022", "2022-03-02T00:00:00+03:00 day"),
            ("2 nîsanê 2022", "2022-04-02T00:00:00+03:00 day"),
            ("2 gulanê 2022", "2022-05-02T00:00:00+03:00 day"),
            ("2 hezîranê 2022", "2022-06-02T00:00:00+03:00 day"),
            ("2 tîrmehê 2022", "2022-07-02T00:00:00+03:00 day"),
            ("2 tebaxê 2022", "2022-08-02T00:00:00+03:00 day"),
            ("2 îlonê 2022", "2022-09-02T00:00:00+03:00 day"),
            ("2 cotmehê 2022", "2022-10-02T00:00:00+03:00 day"),
            ("2 mijdarê 2022", "2022-11-02T00:00:00+03:00 day"),
            ("2 kanûnê 2022", "2022-12-02T00:00:00+03:00 day"),
        ],
    );
}

/// The twelve months of a year, as they are printed in dates.
const MONTHS: &[(&str, &str)] = &[
    (
        "Romanian",
        "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    ),
    (
        "Finnish",
        "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    ),
    (
        "Greek",
        "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
    ),
    ("Bulgarian", "януари февруари март април май юни юли август септември октомври ноември декември"),
    ("Serbian", "јануар фебруар март април мај јун јул август септембар октобар новембар децембар"),
    (
        "Hungarian",
        "január február március április május június július augusztus szeptember október november december",
    ),
    ("Slovak", "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra"),
    ("Hindi", "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"),
    ("English", "January February March April May June July August September October November December"),
    ("French", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    ("German", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    ("Austrian", "Jänner Feber März April Mai Juni Juli August September Oktober November Dezember"),
    ("Spanish", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
    (
        "Italian",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    ),
    (
        "Portuguese",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    ),
    ("Dutch", "januari februari maart april mei juni juli augustus september oktober november december"),
    ("Swedish", "januari februari mars april maj juni juli augusti september oktober november december"),
    ("Norwegian", "januar februar mars april mai juni juli august september oktober november desember"),
    ("Danish", "januar februar marts april maj juni juli august september oktober november december"),
    (
        "Polish",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    ),
    ("Czech", "ledna února března dubna května června července srpna září října listopadu prosince"),
    ("Turkish", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık"),
    ("Indonesian", "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"),
    ("Azerbaijani", "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr"),
    ("Russian", "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"),
    ("Ukrainian", "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"),
    ("Hebrew", "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר"),
    ("Persian", "ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر"),
    ("Urdu", "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر"),
    ("Egyptian", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    ("Algerian and Tunisian", "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر"),
    ("Moroccan", "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر"),
    (
        "Levantine",
        "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    ),
];

#[test]
fn months_of_every_language_are_known() {
    for (language, names) in MONTHS {
        assert_eq!(names.split(' ').count(), 12, "{language}");
        for (month, name) in (1..).zip(names.split(' ')) {
            let line = format!("2 {} 2022", name.replace('_', " "));
            let expected = format!("2022-{month:02}-02T00:00:00+00:00 day");
            assert_eq!(said(&line, "UTC", Order::Dmy), expected, "{language}: {line}");
        }
    }
}

#[test]
fn lines_of_more_languages_are_read() {
    check(
        "UTC",
        Order::Dmy,
        &[
            ("to 2. maaliskuuta 2023 klo 10.55", "2023-03-02T10:55:00+00:00 minute"),
            ("2 mars 2023 kl. 10.55", "2023-03-02T10:55:00+00:00 minute"),
            ("2. mars 2023 kl 10:55", "2023-03-02T10:55:00+00:00 minute"),
            ("Πέμπτη 2 Μαρτίου 2023, 10:55 μ.μ.", "2023-03-02T22:55:00+00:00 minute"),
            ("2 Ιαν 2023", "2023-01-02T00:00:00+00:00 day"),
            ("2023. március 2., csütörtök 10:55", "2023-03-02T10:55:00+00:00 minute"),
            ("2023. 03. 02. 10:55", "2023-03-02T10:55:00+00:00 minute"),
            ("Joi, 2 martie 2023, ora 10:55", "2023-03-02T10:55:00+00:00 minute"),
            ("четвъртък, 2 март 2023 г., 10:55 ч.", "2023-03-02T10:55:00+00:00 minute"),
            ("गुरुवार, २ मार्च २०२३", "2023-03-02T00:00:00+00:00 day"),
            ("2023년 3월 2일 오전 10시 55분", "2023-03-02T10:55:00+00:00 minute"),
            ("2023年3月2日 下午5:30", "2023-03-02T17:30:00+00:00 minute"),
        ],
    );
}

#[test]
fn what_is_no_one_time_is_refused() {
    check(
        "Asia/Damascus",
        Order::Dmy,
        &[
            ("", "date/none"),
            ("|", "date/none"),
            ("عاجل", "date/none"),
            ("32 كانون الثاني 2023", "date/impossible"),
            ("2 آذار 9999", "date/impossible"),
            ("2 آذار 2027", "date/future"),
            ("26/11/2026", "date/future"),
            ("25/11/2026", "2026-11-25T00:00:00+03:00 day"),
            ("9999999999", "date/future"),
            ("2 آذار/أيار 2023", "date/impossible"),
            ("2 تشرين 2023", "date/none"),
            ("2 خربوط 2023", "date/none"),
            ("5 قتلى في 2 آذار 2023", "date/ambiguous"),
            ("2 آذار 2023 (15 تعليقا)", "date/ambiguous"),
            ("2 آذار من خربوط 10:55", "date/unknown-word"),
            ("192.168.10.20", "date/none"),
            ("+963 11 222 3333", "date/none"),
            ("منذ 2 آذار 2023", "date/ambiguous"),
            ("قبل 10:30", "date/ambiguous"),
        ],
    );
}

#[test]
fn zone_and_assumption_are_told() {
    let damascus = zone("Asia/Damascus").unwrap();
    let context = Context { zone: &damascus, now: NOW.parse().unwrap(), order: Order::Dmy };
    let told = |line: &str| {
        let reading = read(line, &context);
        (reading.zone, reading.assumed_zone, reading.calendar.name())
    };
    assert_eq!(told("2023.03.02 | 10:55 دمشق"), (Some("Asia/Damascus".to_owned()), false, "gregorian"));
    assert_eq!(told("2023.03.02 | 10:55"), (None, true, "gregorian"));
    assert_eq!(told("2023.03.02"), (None, false, "gregorian"));
    assert_eq!(told("2023-03-02T10:55:00-03:30"), (Some("-03:30".to_owned()), false, "gregorian"));
    assert_eq!(told("10 شعبان 1444 هـ"), (None, false, "hijri"));
    assert_eq!(told("11 اسفند 1401"), (None, false, "persian"));
}

#[test]
fn every_zone_of_the_tables_exists() {
    for (name, _) in zones::PLACES {
        assert!(zone(name).is_some(), "{name}");
    }
}

/// Pieces of date lines, so that random lines come near to real ones.
const PIECES: &[&str] = &[
    "منذ",
    "قبل",
    "2",
    "31",
    "2023",
    "10:55",
    "ص",
    "م",
    "آذار",
    "مارس",
    "شعبان",
    "اسفند",
    "هـ",
    "الموافق",
    "دمشق",
    "بتوقيت",
    "GMT",
    "+3",
    "-0800",
    "/",
    "-",
    ".",
    ":",
    "|",
    "(",
    ")",
    "ساعتين",
    "و",
    "نصف",
    "ساعة",
    "أمس",
    "T",
    "Z",
    "الساعة",
    "الخامسة",
    "إلا",
    "ربعا",
    "آخر تحديث",
    "نشر",
    "年",
    "99999999999999999999",
    "00",
    "mar",
    "ago",
    "h30",
];

proptest! {
    #[test]
    fn any_line_is_read_or_refused(line in ".{0,80}", order in prop::sample::select(&[Order::Dmy, Order::Mdy, Order::Ymd][..])) {
        prop_assert!(!said(&line, "Asia/Damascus", order).is_empty());
    }

    #[test]
    fn any_mix_of_date_words_is_read_or_refused(
        pieces in prop::collection::vec((prop::sample::select(PIECES), prop::sample::select(&["", " ", " "][..])), 0..14)
    ) {
        let line: String = pieces.iter().flat_map(|(piece, gap)| [*piece, *gap]).collect();
        prop_assert!(!said(&line, "Asia/Tehran", Order::Dmy).is_empty());
    }

    #[test]
    fn a_time_written_in_its_usual_forms_is_read_back(second in 0i64..1_795_000_000) {
        let at = Timestamp::from_second(second).unwrap();
        let zone = zone("Africa/Cairo").unwrap();
        let context = Context { zone: &zone, now: NOW.parse().unwrap(), order: Order::Dmy };
        let local = at.to_zoned_datetime(zone.clone());
        for form in ["%Y-%m-%dT%H:%M:%S%:z", "%a, %d %b %Y %H:%M:%S %z", "%A %d/%m/%Y - %H:%M:%S %z", "%B %d, %Y, %I:%M:%S %p GMT%z"] {
            let line = local.strftime(form).to_string();
            prop_assert_eq!(read(&line, &context).moment.map(|moment| moment.at), Some(at), "{}", line);
        }
    }
}
