//! The study of a period: a paper that says what the data allow, and no more.

use crate::school::{School, WEEK};
use std::fmt::Write as _;

/// A class of eight who practise two subjects for eight weeks: Math gets better from week to week, English does not.
fn practising() -> School {
    let mut school = School::usual();
    for student in 0..8 {
        let id = format!("p{student}");
        school.student(&id, "Pupil", &format!("No{student}"), "c1");
        for week in 0..8 {
            school.visits(&id, week, 3, 20 + student * 5);
            school.practises(&id, week, "Math", (1 + week + student % 2).min(10));
            school.practises(&id, week, "English", 5 + (week * 3 + student) % 3);
        }
    }
    school
}

/// Whether every sentence is there: no name of a word, no place that was not filled in, no number that is none.
fn is_whole(text: &str) -> bool {
    let is_key = |word: &str| {
        let parts: Vec<&str> = word.trim_matches(|letter: char| !letter.is_alphanumeric()).split('.').collect();
        matches!(parts.as_slice(), ["study" | "teacher" | "chart" | "digest", name, ..] if !name.is_empty())
    };
    !text.split_whitespace().any(|word| is_key(word) || word == "NaN" || word == "inf") && !text.contains("{p}")
}

fn study(school: &School, more: &str) -> String {
    let output = school.plaudit(&format!("study --week {WEEK} --out paper {more}"));
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let text = school.pdf_text("paper/study.pdf");
    assert!(is_whole(&text), "{text}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_study_is_a_paper_with_its_figures_tables_and_data_beside_it() {
    let school = practising();
    let output = school.plaudit(&format!("study --week {WEEK} --out paper"));
    assert_eq!(
        output.stdout,
        "12 January 2026 to 8 March 2026: study.pdf with its figures, tables and data in paper\n"
    );
    let files = school.files("paper");
    for file in [
        "study.pdf",
        "figures/figure-01-weekly-active.svg",
        "figures/figure-04-correct-rates.svg",
        "tables/table-01-monthly-active.csv",
        "tables/table-02-progress.csv",
        "data/trends.csv",
    ] {
        assert!(files.contains(file), "{file} is not among {files:?}");
    }
    let personal = ["facts.csv", "students.csv", "progress.csv", "inactive.csv"];
    assert!(personal.iter().all(|name| !files.contains(&format!("data/{name}"))), "{files:?}");
}

#[test]
fn a_caption_names_a_direction_only_where_its_test_allows_it() {
    let text = study(&practising(), "");
    assert!(text.contains("Math: of 1 organization with enough weeks 1 rose and 0 fell"), "{text}");
    assert!(text.contains("English: of 1 organization with enough weeks 0 rose and 0 fell"), "{text}");
    assert!(text.contains("with fewer than two that have them there is nothing to compare"), "{text}");
    assert!(!text.contains("All have the same score"), "{text}");
    let hedged = "A relation between time and right answers cannot be told from chance (Pearson r = 0.19, p = 0.648";
    assert!(text.contains(hedged), "{text}");
}

#[test]
fn what_cannot_be_computed_is_said_with_what_is_missing() {
    let text = study(&School::usual(), "");
    assert!(
        text.contains(
            "Right answers by week and subject: not enough data. It needs answers by members in the period; there are none."
        ),
        "{text}"
    );
    assert!(text.contains("Progress of students: not enough data."), "{text}");
    assert!(text.contains("Days from opening to use: not enough data."), "{text}");
}

#[test]
fn a_period_before_the_data_is_refused() {
    let output = practising().plaudit("study --from 2025-09-01 --to 2025-10-05 --out paper");
    assert_eq!(output.code, 2);
    assert_eq!(
        output.stderr,
        "study: the period ends with the week of 2025-09-29, and the data begin on 2026-01-12\n  \
         hint: `plaudit check` shows what each source holds; `--to` or `--week` chooses the last week\n"
    );
}

#[test]
fn a_period_in_which_members_did_nothing_is_told_as_such() {
    let mut school = School::empty();
    school.event("a stranger", 3, "2026-01-12T08:00:00Z");
    let text = study(&school, "");
    assert!(text.contains("Members did nothing in the period that the data show"), "{text}");
    assert!(!text.contains("Health of organizations"), "{text}");
}

#[test]
fn the_share_above_50_is_told_on_the_studys_scale_and_never_under_phi() {
    let mut school = practising();
    school.organizations.push_str("s2,active,Hilltop College,school\n");
    school.users.push_str("far,active,true,s2,student,far,Far,Away,far@school.example,,en\n");
    school.visits("far", 3, 5, 30);
    let text = study(&school, "");
    assert!(
        text.contains("of 2 organizations (50.0 %) has a health score above 50.")
            && text.contains("minmax: lowest 0, highest 100"),
        "{text}"
    );
    let text = study(&school, "--method weekly");
    assert!(!text.contains("score above 50") && text.contains("no such share is given"), "{text}");
}

#[test]
fn the_study_of_one_organization_tells_of_no_other() {
    let mut school = practising();
    school.organizations.push_str("s2,active,Hilltop College,school\n");
    school.users.push_str("far,active,true,s2,student,far,Far,Away,far@school.example,,en\n");
    school.visits("far", 3, 5, 30);
    let text = study(&school, "--organization s1");
    assert!(text.contains("A closer look at Riverside School") && !text.contains("Hilltop"), "{text}");
    for file in school.files("paper").iter().filter(|file| !file.ends_with("pdf")) {
        let content = String::from_utf8(school.bytes(&format!("paper/{file}"))).unwrap();
        assert!(!content.contains("Hilltop") && !content.contains("s2,"), "{file}: {content}");
    }
    let alone = study(&practising(), "--organization s1");
    assert!(alone.contains("In class") && alone.contains("By week"), "{alone}");
}

#[test]
fn an_organization_that_is_not_on_the_roster_is_refused_with_the_nearest() {
    let output = School::usual().plaudit("study --organization s11 --out paper");
    assert_eq!(output.code, 2);
    assert_eq!(
        output.stderr,
        "--organization: `s11` is not the id of an organization on the roster\n  hint: did you mean `s1`?\n"
    );
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    let output = School::usual().plaudit("study --from 2026-03-02 --to 2026-01-12 --out paper");
    assert_eq!(output.code, 2);
    assert_eq!(output.stderr, "--from: 2026-03-02 is after --to 2026-01-12\n  hint: exchange the two\n");
}

#[test]
fn equal_data_make_equal_papers() {
    let school = practising();
    let paper = |folder: &str| {
        let output = school.plaudit(&format!("study --week {WEEK} --out {folder}"));
        assert_eq!(output.code, 0, "{}", output.stderr);
        let files = school.files(folder);
        files.iter().map(|name| school.bytes(&format!("{folder}/{name}"))).collect::<Vec<_>>()
    };
    assert_eq!(paper("first"), paper("second"));
}

#[test]
fn of_very_many_organizations_the_first_and_last_are_shown_and_the_distribution_of_all() {
    let mut school = practising();
    for number in 0..60_u32 {
        let name = format!("Academy{number:02}{}", "x".repeat(70));
        let _ = writeln!(school.organizations, "a{number:02},active,{name},school");
        for pupil in 0..3 {
            let id = format!("a{number:02}p{pupil}");
            let _ = writeln!(school.users, "{id},active,true,a{number:02},student,{id},P,Q,,,en");
            school.visits(&id, (number + pupil) % 8, 1 + number % 5, 10 + number);
        }
    }
    let text = study(&school, "");
    assert!(text.contains("The first 15") && text.contains("The last 15") && text.contains("All 61"), "{text}");
    assert!(text.contains("1 more row is in the file beside this paper."), "{text}");
    let whole = String::from_utf8(school.bytes("paper/tables/table-04-organizations.csv")).unwrap();
    assert_eq!(whole.lines().count(), 62, "{whole}");
}

#[test]
fn names_in_any_script_with_marks_of_markup_and_signs_without_a_font_make_a_whole_paper() {
    let mut school = practising();
    school.organizations = "s1,active,\"#let x = $1$ *_<b>_* 学校 مدرسة 🏫\",school\n".into();
    school.practises("p1", 3, "\"=1+1 #subject 🧮\"", 4);
    let text = study(&school, "");
    assert!(text.contains("subject-1") && text.contains("A study of 1 organization"), "{text}");
    assert!(!text.contains("#let") && !text.contains("#subject"), "{text}");
}

#[test]
fn the_sample_in_chinese_is_a_whole_paper_too() {
    let mut school = School::empty();
    school.config = "sender: {name: R, address: r@school.example}\ntime_zone: Asia/Shanghai\nlanguage: zh\n\
                     sources: {sample: {seed: 1, last_day: 2026-03-08}}\nschedules: []\n"
        .into();
    for more in ["", "--organization 100082"] {
        let text = study(&school, more);
        assert!(text.contains("目录") && text.contains("Mann-Kendall"), "{text}");
    }
}

#[test]
fn the_teacher_hears_how_the_class_answers_and_when_people_are_there() {
    let school = practising();
    school.run();
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(is_whole(&text), "{text}");
    assert!(text.contains("on Monday between 15 and 16 o'clock"), "{text}");
    assert!(text.contains("Right answers this week: English 59 % of 80, Math 85 % of 80."), "{text}");
    assert!(
        text.contains(
            "the 8 students with enough of them do better than in the first fifth, by about 34.0 right answers"
        ),
        "{text}"
    );
}

#[test]
fn without_answers_the_teacher_hears_nothing_of_them() {
    let school = School::usual();
    school.run();
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    assert!(!text.contains("Right answers this week") && !text.contains("enough answers"), "{text}");
}

#[test]
fn administrators_hear_of_low_weeks_with_advice() {
    let mut school = School::empty();
    for student in 0..5 {
        let id = format!("p{student}");
        school.student(&id, "Pupil", &format!("No{student}"), "c1");
        for week in (0..8).filter(|week| *week != 6 || student == 0) {
            school.visits(&id, week, 2, 30);
        }
    }
    school.run();
    let mail = school.written("digest.~.administrator-1.run-1");
    assert!(mail.text.contains("23 February") && mail.text.contains("20 %"), "{}", mail.text);
    assert!(mail.text.contains("New questions or a contest in a low week bring people back."), "{}", mail.text);
}

#[test]
fn use_before_the_opening_day_counts_in_what_is_told() {
    let mut school = practising();
    school.config.push_str("organizations:\n  s1: {opened: 2026-06-01}\n");
    let text = study(&school, "--organization s1");
    assert!(text.contains("In a week 11.6 of 12.0 members were active on average"), "{text}");
    assert!(!text.contains("there is nothing to tell yet"), "{text}");
}

#[test]
fn the_study_of_one_organization_names_no_file_of_another() {
    let mut school = practising();
    school.write();
    std::fs::rename(school.path("events.csv"), school.path("events-hilltop.csv")).unwrap();
    school.config = school.config.replace("events.csv", "events-hilltop.csv");
    std::fs::write(
        school.path("config.yaml"),
        school.config.replacen("schedules:", "  answers: [{csv: answers.csv}]\nschedules:", 1),
    )
    .unwrap();
    let output = school.command(&format!("study --week {WEEK} --organization s1 --out paper"), &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(!school.pdf_text("paper/study.pdf").contains("hilltop"));
}

#[test]
fn organizations_with_equal_scores_are_not_ranked() {
    let mut school = School::empty();
    school.users.clear();
    for organization in 2..5 {
        let _ = writeln!(school.organizations, "s{organization},active,Academy {organization},school");
        let _ = writeln!(school.users, "p{organization},active,true,s{organization},student,p{organization},P,Q,,,en");
        for week in 0..8 {
            school.visits(&format!("p{organization}"), week, 2, 30);
        }
    }
    let text = study(&school, "");
    assert!(text.contains("All have the same score.") && !text.contains("the highest score"), "{text}");
}

#[test]
fn a_steady_rise_is_not_told_as_a_cycle() {
    let mut school = School::empty();
    for student in 0..16_u32 {
        let id = format!("p{student}");
        school.student(&id, "Pupil", &format!("No{student}"), "c1");
        for week in student..16 {
            school.visits(&id, week, 1, 20);
        }
    }
    let output = school.plaudit("study --week 2026-04-27 --out paper");
    assert_eq!(output.code, 0, "{}", output.stderr);
    let table = String::from_utf8(school.bytes("paper/data/summary.csv")).unwrap();
    assert!(table.contains("cycle_lag,2"), "the method calls it a cycle: {table}");
    let text = school.pdf_text("paper/study.pdf").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("neighbouring weeks are alike") && !text.contains("comes round every"), "{text}");
}

#[test]
fn administrators_hear_of_a_cycle_also_without_a_low_week() {
    let mut school = School::empty();
    for student in 0..5 {
        let id = format!("p{student}");
        school.student(&id, "Pupil", &format!("No{student}"), "c1");
        for week in (0..8).filter(|week| week % 2 == 0 || student < 4) {
            school.visits(&id, week, 2, 30);
        }
    }
    school.run();
    let mail = school.written("digest.~.administrator-1.run-1");
    assert!(mail.text.contains("Participation comes round every 2 weeks (autocorrelation 0.75)"), "{}", mail.text);
    assert!(mail.text.contains("No week that could be compared was low"), "{}", mail.text);
}

#[test]
fn tables_of_a_period_have_its_weeks_alone() {
    let school = School::usual();
    let output = school.plaudit("scores --from 2026-02-03 --to 2026-02-11 --ruler window --out tables");
    assert_eq!(output.code, 0, "{}", output.stderr);
    let text = String::from_utf8(school.bytes("tables/organizations.csv")).unwrap();
    let weeks: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(1).unwrap()).collect();
    assert_eq!(weeks, ["2026-02-02", "2026-02-09"]);
}

#[test]
fn answers_without_a_subject_are_told_without_one_and_lack_no_font() {
    let mut school = practising();
    school.answers = school.answers.replace(",English,", ",,").replace(",Math,", ",,");
    school.run();
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Right answers this week: 72 % of 160."), "{text}");
    assert!(!school.written("digest.~.administrator-1.run-1").text.contains("subject-"));
}
