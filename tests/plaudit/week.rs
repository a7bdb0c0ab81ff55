//! One week, end to end: what each person finds in their mail.

use crate::school::{School, WEEK};

const TEACHER_PDF: &str = "reports/2026-03-02/s1/teacher_report.c1.en.pdf";

#[test]
fn a_week_ends_in_a_report_for_the_teacher_notices_for_a_family_and_a_digest() {
    let school = School::usual();
    let output = school.run();
    let mails: Vec<String> = school.files("reports/2026-03-02/mail").into_iter().collect();
    assert_eq!(
        mails,
        [
            "digest.~.administrator-1.run-1.eml",
            "reward.s1.g-mei.mei.eml",
            "reward.s1.mei.mei.eml",
            "steady.s1.g-tom.tom.eml",
            "steady.s1.tom.tom.eml",
            "teacher_report.s1.t1.s1.eml",
        ]
    );
    assert!(output.stdout.contains("6 messages written; reports, mails and rejects are in"), "{}", output.stdout);
}

#[test]
fn the_teacher_sees_first_who_needs_them() {
    let school = School::usual();
    school.run();
    let text = school.pdf_text(TEACHER_PDF);
    let place = |name: &str| text.rfind(name).unwrap_or_else(|| panic!("{name} is not in\n{text}"));
    assert!(text.contains("3 of 4 people took part this week, as many as the week before."), "{text}");
    assert!(text.contains("nothing since 10 February"), "{text}");
    assert!(place("Ana Costa") < place("Tom Baker") && place("Tom Baker") < place("Mei Zhou"), "{text}");
    assert!(text.contains("1 day instead of 5"), "{text}");
    assert!(text.contains("6 days instead of 2"), "{text}");
    assert!(text.contains("includes the size of the school"), "{text}");
}

#[test]
fn teachers_of_the_same_classes_share_one_document_that_names_none_of_them() {
    let mut school = School::usual();
    school.teacher("t2", "c1");
    school.run();
    let first = school.written("teacher_report.s1.t1.s1");
    let second = school.written("teacher_report.s1.t2.s1");
    assert_eq!(first.attachments, second.attachments);
    assert_eq!(first.attachments, [school.bytes(TEACHER_PDF)]);
    assert!(!school.pdf_text(TEACHER_PDF).contains("Grace"));
    assert_ne!(first.to, second.to);
}

#[test]
fn a_parent_hears_of_their_own_child_only_in_warm_words_and_without_a_mark() {
    let school = School::usual();
    school.run();
    let mail = school.written("reward.s1.g-mei.mei");
    assert_eq!(mail.subject, "A good week for Mei");
    assert_eq!(mail.to, "pat.mei@home.example");
    assert_eq!(mail.auto_submitted, "auto-generated");
    let pdf = school.pdf_text("reports/2026-03-02/s1/reward.mei.guardians.en.pdf");
    for text in [&mail.text, &mail.html, &pdf] {
        assert!(text.contains("Mei had a strong week."), "{text}");
        assert!(text.contains("Active on 6 days, up from 2"), "{text}");
        assert!(text.contains("not a mark and not a comparison"), "{text}");
        assert!(!text.contains("Tom") && !text.contains("Ana") && !text.contains("Baker"), "{text}");
    }
    assert!(pdf.contains("less than usual") && pdf.contains("more than usual"), "{pdf}");
    assert_eq!(pdf.matches('\u{c}').count(), 1, "the note is one page");
}

#[test]
fn the_student_gets_words_of_their_own() {
    let school = School::usual();
    school.run();
    let mail = school.written("reward.s1.mei.mei");
    assert_eq!(mail.subject, "A good week for you");
    assert!(mail.text.contains("Mei, this was a strong week."), "{}", mail.text);
    assert!(mail.text.contains("You get this mail because you are a student at Riverside School."), "{}", mail.text);
}

#[test]
fn two_guardians_with_one_address_get_one_mail() {
    let mut school = School::usual();
    school.users = school.users.replace(",g-mei,en", ",\"g-mei,g-second\",en");
    school.users.push_str("g-second,active,true,s1,parent,g-second,Kim,Zhou,PAT.MEI@home.example,,en\n");
    let output = school.run();
    let to_guardians =
        school.files("reports/2026-03-02/mail").into_iter().filter(|name| name.starts_with("reward.s1.g-"));
    assert_eq!(to_guardians.count(), 1);
    assert!(output.stdout.contains("reward: 1 skipped, same address"), "{}", output.stdout);
}

#[test]
fn the_digest_tells_what_ran_and_who_was_skipped_and_why() {
    let mut school = School::usual();
    school.users.push_str("t9,active,true,s1,teacher,t9,Nora,Idle,t9@school.example,,en\n");
    school.run();
    let text = school.written("digest.~.administrator-1.run-1").text;
    for line in [
        "Everything that was due has gone out.",
        "- Teacher report: Sent 1, Waiting 0, Withheld 0, Refused 0, Unknown 0",
        "- a teacher without classes on the roster: People 1, Who t9",
        "of the student weeks of the window earned a reward;",
        "- Riverside School: Students 1, Teachers 1, Longest",
    ] {
        assert!(text.contains(line), "`{line}` is not in\n{text}");
    }
}

#[test]
fn before_four_weeks_of_data_reports_show_days_and_minutes_and_no_scores() {
    let school = School::usual();
    let output = school.plaudit("run --week 2026-01-26");
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = school.pdf_text("reports/2026-01-26/s1/teacher_report.c1.en.pdf");
    assert!(text.contains("Not enough weeks yet for scores."), "{text}");
    assert!(text.contains("Minutes") && !text.contains("Effort (0 to 100)"), "{text}");
}

#[test]
fn a_class_of_sixty_goes_over_pages_with_the_head_repeated() {
    let mut school = School::empty();
    for number in 0..60 {
        school.student(&format!("s{number}"), &format!("Given{number}"), &format!("Family{number}"), "c1");
        school.visits(&format!("s{number}"), 7, 1 + number % 5, 30);
    }
    school.run();
    let text = school.pdf_text(TEACHER_PDF);
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| page.contains("Given")).collect();
    assert!(pages.len() >= 2, "{text}");
    assert!(pages.iter().all(|page| page.contains("What drove it")), "{text}");
    assert!((0..60).all(|number| text.contains(&format!("Given{number} Family{number}"))), "{text}");
}

#[test]
fn equal_inputs_give_equal_bytes_wherever_and_however_the_program_runs() {
    let run = |environment: &[(&str, &str)]| {
        let school = School::usual();
        school.write();
        let output = school.command(&format!("run --week {WEEK}"), environment);
        assert_eq!(output.code, 0, "{}", output.stderr);
        let files = school.files("reports");
        files.into_iter().map(|name| (school.bytes(&format!("reports/{name}")), name)).collect::<Vec<_>>()
    };
    let usual = run(&[("TZ", "UTC"), ("RAYON_NUM_THREADS", "1")]);
    assert!(usual == run(&[("TZ", "Asia/Kolkata"), ("LANG", "de_DE.UTF-8"), ("RAYON_NUM_THREADS", "4")]));
}

#[test]
fn preview_writes_the_same_files_as_a_run_and_leaves_no_ledger() {
    let school = School::usual();
    let output = school.plaudit(&format!("preview --out look --week {WEEK}"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(!school.path(".plaudit").exists());
    school.run();
    for name in school.files("look") {
        assert!(school.bytes(&format!("look/{name}")) == school.bytes(&format!("reports/{name}")), "{name} differs");
    }
    assert_eq!(school.files("look").len(), 10, "five mails and their reports");
}

#[test]
fn preview_of_a_person_shows_what_they_get_and_what_is_told_of_them() {
    let school = School::usual();
    school.plaudit(&format!("preview --out look --week {WEEK} --person mei"));
    let mails: Vec<String> = school.files(&format!("look/{WEEK}/mail")).into_iter().collect();
    assert_eq!(mails, ["reward.s1.g-mei.mei.eml", "reward.s1.mei.mei.eml"]);
    let output = school.plaudit(&format!("preview --out look --week {WEEK} --person nobody"));
    assert_eq!(output.code, 2);
    assert_eq!(output.stderr, "nobody: is not the id of anybody on the roster\n");
}

#[test]
fn plan_tells_what_a_run_would_do_and_changes_nothing() {
    let school = School::usual();
    let output = school.plaudit(&format!("plan --week {WEEK}"));
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("5 messages would be sent, in 5 documents"), "{}", output.stdout);
    assert!(output.stdout.contains("reward to g-mei (p***@home.example) about mei: effort"), "{}", output.stdout);
    assert!(!school.path(".plaudit").exists() && !school.path("reports").exists());
}

#[test]
fn an_own_template_goes_before_the_built_in_one_and_the_run_says_so() {
    let mut school = School::usual();
    school.config.push_str("templates: own\n");
    std::fs::create_dir_all(school.path("own/mail/reward")).unwrap();
    std::fs::write(school.path("own/mail/reward/subject.txt"), "Our own words").unwrap();
    let output = school.run();
    assert_eq!(school.written("reward.s1.g-mei.mei").subject, "Our own words");
    assert!(output.stdout.contains("templates: built-in with your own mail/reward/subject.txt"), "{}", output.stdout);
}

#[test]
fn a_person_who_reads_chinese_gets_chinese() {
    let mut school = School::usual();
    school.users = school.users.replace("pat.mei@home.example,,en", "pat.mei@home.example,,zh");
    school.run();
    let mail = school.written("reward.s1.g-mei.mei");
    assert!(mail.subject.contains("Mei") && !mail.subject.contains("week"), "{}", mail.subject);
    let pdf = school.pdf_text("reports/2026-03-02/s1/reward.mei.guardians.zh.pdf");
    assert!(pdf.contains("平时"), "{pdf}");
}

#[test]
fn several_hundred_documents_are_typeset_side_by_side() {
    let mut school = School::empty();
    for number in 0..300 {
        let (student, teacher, class) = (format!("s{number}"), format!("t-{number}"), format!("c-{number}"));
        school.class(&class, &format!("Class {number}"));
        school.teacher(&teacher, &class);
        school.student(&student, "Given", &format!("Family{number}"), &class);
        school.visits(&student, 7, 1 + number % 5, 30);
    }
    let output = school.run();
    assert!(output.stdout.contains("teacher_report: 301 sent"), "{}", output.stdout);
}

#[test]
fn a_week_asked_for_in_the_holidays_gives_way_to_the_last_school_week_and_says_so() {
    let mut school = School::usual();
    school.config.push_str("holidays: [{from: 2026-03-09, to: 2026-03-15}]\n");
    let output = school.plaudit("plan --week 2026-03-11");
    assert!(output.stdout.starts_with("week of 2026-03-02\n  2026-03-11 lies in a holiday week;"), "{}", output.stdout);
}
