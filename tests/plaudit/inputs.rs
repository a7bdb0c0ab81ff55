//! Bad inputs: a clear error, and nothing sent that should not be.

use crate::school::{School, WEEK};

/// Runs the week on a changed school and expects a refusal that sends nothing to anybody but the administrators.
fn refusal(change: impl FnOnce(&mut School)) -> String {
    let mut school = School::usual();
    change(&mut school);
    let output = school.plaudit(&format!("run --week {WEEK}"));
    assert_eq!(output.code, 2, "{}", output.stdout);
    let mails = school.files("reports/2026-03-02/mail");
    assert!(mails.iter().all(|name| name.starts_with("alarm.")), "{mails:?}");
    output.stderr
}

/// Runs the week on a changed school and expects it to go well.
fn success(change: impl FnOnce(&mut School)) -> School {
    let mut school = School::usual();
    change(&mut school);
    school.run();
    school
}

#[test]
fn a_source_that_is_missing_is_named() {
    let told = refusal(|school| school.config = school.config.replace("events.csv", "evnets.csv"));
    assert!(told.starts_with("evnets.csv: cannot be read: No such file"), "{told}");
}

#[test]
fn a_column_that_is_missing_is_named_with_the_nearest() {
    let told = refusal(|school| {
        school.config = school.config.replace("csv: events.csv", "csv: events.csv, columns: {person: persons_id}");
    });
    assert!(told.contains("events.csv: has no column `persons_id`; its columns are: id, org_id, person_id"), "{told}");
    assert!(told.contains("if `person_id` is meant, say so under `columns:`"), "{told}");
}

#[test]
fn more_broken_rows_than_config_allows_stop_the_run_before_anything_is_planned() {
    let told = refusal(|school| {
        school.events.push_str("x1,s1,mei,,9,,2026-03-02T10:00:00Z\nx2,s1,mei,,3,,yesterday\n");
    });
    assert!(told.contains("events.csv: 2 of 150 rows cannot be read (1.3 %, at most 1.0 % may be)"), "{told}");
    assert!(told.contains("line 150: unknown kind of event, found `9`"), "{told}");
}

#[test]
fn few_broken_rows_are_counted_and_listed_with_line_and_reason() {
    let school = success(|school| school.events.push_str("x1,s1,mei,,3,,2018-13-40 25:00\n"));
    let rejects = String::from_utf8(school.bytes("reports/2026-03-02/rejects.csv")).unwrap();
    assert_eq!(rejects, "file,line,reason,found\nevents.csv,150,not a time,2018-13-40 25:00\n");
}

#[test]
fn a_roster_without_members_stops_the_run() {
    let told = refusal(|school| school.users.clear());
    assert!(told.contains("users.csv: lists no active student and no active teacher"), "{told}");
}

#[test]
fn enrollments_with_a_header_only_stop_the_run() {
    let told = refusal(|school| school.enrollments.clear());
    assert!(told.contains("enrollments.csv: is missing or enrolls nobody in any class"), "{told}");
}

#[test]
fn a_week_in_which_nothing_happened_sends_nothing_and_names_the_week_to_ask_for() {
    let school = School::usual();
    let output = school.plaudit("run --week 2026-05-04");
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("week of 2026-05-04: no activity of anybody on the roster"), "{}", output.stderr);
    assert!(output.stderr.contains("`--week 2026-03-02` reports that"), "{}", output.stderr);
    assert_eq!(school.files("reports/2026-05-04/mail").len(), 1);
}

#[test]
fn ids_that_the_roster_does_not_know_stop_the_run_and_the_right_column_is_named() {
    let told = refusal(|school| {
        for id in ["mei", "tom", "ana", "t1"] {
            school.users = school.users.replace(&format!(",{id},"), &format!(",login-{id},"));
            school.events = school.events.replace(&format!("s1,{id},"), &format!("s1,login-{id},"));
        }
    });
    assert!(told.contains("only 0 of 4 acting people are on the roster"), "{told}");
    assert!(told.contains("ids here: login-ana, login-mei, login-t1, login-tom"), "{told}");
    assert!(told.contains("set `sources.roster.people_by: username`"), "{told}");
}

#[test]
fn an_unknown_zone_on_the_roster_is_a_reject_and_the_general_one_is_used() {
    let mut school = School::usual();
    school.write();
    std::fs::write(
        school.path("roster/orgs.csv"),
        "\u{feff}name,extra,metadata.timezone,sourcedId\nRiverside School,x,Mars/Olympus,s1\n",
    )
    .unwrap();
    let output = school.command(&format!("run --week {WEEK}"), &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("1 x not a time zone; the general one is used"), "{}", output.stdout);
    school.organizations.clear();
}

#[test]
fn a_class_and_a_person_without_an_organization_are_rejects() {
    let school = success(|school| {
        school.classes.push_str("c9,active,Lost,nowhere\n");
        school.users.push_str("p9,active,true,nowhere,student,p9,No,Where,,,en\n");
    });
    let rejects = String::from_utf8(school.bytes("reports/2026-03-02/rejects.csv")).unwrap();
    assert!(rejects.contains("classes.csv,3,class without an organization on the roster,c9"), "{rejects}");
    assert!(rejects.contains("person without an organization on the roster,p9"), "{rejects}");
}

#[test]
fn a_person_in_two_organizations_belongs_to_the_smallest_id_and_is_noted() {
    let school = success(|school| {
        school.organizations.push_str("s0,active,Hill School,school\n");
        school.users = school.users.replace("\nmei,active,true,s1,", "\nmei,active,true,\"s1,s0\",");
    });
    assert!(school.path("reports/2026-03-02/s0/reward.mei.guardians.en.pdf").exists());
    let digest = school.written("digest.~.administrator-1.run-1").text;
    assert!(digest.contains("on the roster of several schools: counted at one: People 1, Who mei"), "{digest}");
}

#[test]
fn a_guardian_without_an_address_is_skipped_and_the_student_still_hears() {
    let school = success(|school| school.users = school.users.replace("pat.mei@home.example", ""));
    let mails = school.files("reports/2026-03-02/mail");
    assert!(mails.contains("reward.s1.mei.mei.eml") && !mails.contains("reward.s1.g-mei.mei.eml"), "{mails:?}");
    let digest = school.written("digest.~.administrator-1.run-1").text;
    assert!(digest.contains("no guardian with an e-mail address: People 1, Who mei"), "{digest}");
}

#[test]
fn an_organization_without_students_gets_its_report() {
    let school = success(|school| {
        school.organizations.push_str("s2,active,Empty School,school\n");
        school.users.push_str("t5,active,true,s2,teacher,t5,Eve,Stone,t5@school.example,,en\n");
        school.classes.push_str("c5,active,Empty class,s2\n");
        school.enrollments.push_str("e5,active,c5,s2,t5,teacher,,\n");
        school.visits("t5", 7, 1, 20);
    });
    let text = school.pdf_text("reports/2026-03-02/s2/teacher_report.c5.en.pdf");
    assert!(text.contains("This class has no students on the roster."), "{text}");
}

#[test]
fn a_school_without_classes_reports_on_the_whole_if_config_says_so() {
    let school = success(|school| {
        school.classes.clear();
        school.enrollments.clear();
        school.config.push_str("teachers_without_classes: whole_organization\n");
    });
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.all.en.pdf");
    assert!(text.contains("Mei Zhou") && text.contains("Tom Baker"), "{text}");
}

#[test]
fn ids_never_become_paths() {
    let school = success(|school| {
        for text in [&mut school.users, &mut school.enrollments, &mut school.events] {
            *text = text.replace("mei,", "../../mei,");
        }
        school.users = school.users.replace("g-../../mei", "g-mei");
    });
    let outside: Vec<String> = school.files("").into_iter().filter(|name| name.contains("mei")).collect();
    assert!(outside.iter().all(|name| name.starts_with("reports/2026-03-02/")), "{outside:?}");
    assert!(outside.iter().any(|name| name.contains("~2e~~2e~~2f~")), "{outside:?}");
}

#[test]
fn text_from_data_never_becomes_markup_or_a_header() {
    let hostile = "#pagebreak() $x$ *b* <script>alert(1)</script> & 'q'";
    let school = success(|school| {
        let users = school.users.replace(",Tom,Baker,", &format!(",Tom,\"{hostile}\nBcc: evil@z.example\","));
        school.users = users.replace(",Pat,Baker,", &format!(",\"Pat {hostile}\r\nBcc: evil@z.example\",Baker,"));
    });
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    let flat: String = text.split_whitespace().collect();
    assert!(flat.contains("#pagebreak()$x$*b*<script>alert(1)</"), "{text}");
    for name in ["teacher_report.s1.t1.s1", "steady.s1.g-tom.tom"] {
        let mail = school.written(name);
        assert!(mail.text.contains("<script>alert(1)</script>"), "{name} tells the name as it is: {}", mail.text);
        assert!(mail.html.contains("&lt;script&gt;") && !mail.html.contains("<script>"), "{}", mail.html);
        let bytes = school.bytes(&format!("reports/{WEEK}/mail/{name}.eml"));
        let head = String::from_utf8_lossy(&bytes).split("\r\n\r\n").next().unwrap().to_string();
        assert!(!head.to_lowercase().contains("\nbcc:"), "{head}");
    }
}

#[test]
fn a_name_that_no_font_can_show_is_shown_by_its_id_and_the_administrator_is_told() {
    let school = success(|school| school.users = school.users.replace(",Mei,Zhou,", ",M\u{1F984}i,Zhou,"));
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    assert!(text.contains("mei") && !text.contains("Zhou"), "{text}");
    assert_eq!(school.written("reward.s1.g-mei.mei").subject, "A good week for your child");
    let digest = school.written("digest.~.administrator-1.run-1").text;
    assert!(digest.contains("a name with a character that no font has: shown by its id"), "{digest}");
}

#[test]
fn names_in_other_scripts_are_shown() {
    let school = success(|school| {
        school.users = school
            .users
            .replace(",Mei,Zhou,", ",梓涵,王,")
            .replace(",Tom,Baker,", ",שרה,כהן,")
            .replace(",Ana,Costa,", ",ليلى,حداد,");
    });
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    assert!(text.contains("王梓涵") && text.contains("שרה") && text.contains("حداد"), "{text}");
}

#[test]
fn a_template_with_an_error_is_named_with_its_line_and_nothing_is_sent() {
    for (name, text, told) in [
        ("mail/reward/body.txt", "one\n{% if %}\n", "templates/mail"),
        ("reports/family.typ", "#let report = json(\"/report.json\")\n#nonsense()\n", "templates/reports/family.typ:2"),
        ("words/en.yaml", "a: \"b\"\nc: [\n", "templates/words/en.yaml:"),
    ] {
        let mut school = School::usual();
        school.config.push_str("templates: own\n");
        let path = school.path("own").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        let output = school.plaudit(&format!("check --week {WEEK}"));
        assert_eq!(output.code, 2, "{name}: {}", output.stdout);
        assert!(output.stderr.contains(told), "{name}: {}", output.stderr);
    }
}

#[test]
fn a_roster_may_be_a_zip() {
    let school = School::usual();
    school.write();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(school.path("roster.zip")).unwrap());
    for name in school.files("roster") {
        zip.start_file(format!("export/{name}"), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, &school.bytes(&format!("roster/{name}"))).unwrap();
    }
    zip.finish().unwrap();
    std::fs::remove_dir_all(school.path("roster")).unwrap();
    std::fs::write(school.path("config.yaml"), school.config.replace("oneroster: roster", "oneroster: roster.zip"))
        .unwrap();
    let output = school.command(&format!("run --week {WEEK}"), &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(school.files("reports/2026-03-02/mail").len(), 6);
}

#[test]
fn a_quote_that_is_not_closed_stops_the_run_before_it_swallows_the_rows_behind_it() {
    let told = refusal(|school| {
        school.events = school.events.replacen("2,s1,mei,", "2,s1,\"mei,", 1);
    });
    assert!(told.contains("events.csv: line 3: a quote is opened and not closed"), "{told}");
}

#[test]
fn lines_are_counted_in_files_from_windows_too() {
    let mut school = School::usual();
    school.events.push_str("x1,s1,mei,,3,,2018-13-40 25:00\n");
    school.write();
    let events = String::from_utf8(school.bytes("events.csv")).unwrap();
    std::fs::write(school.path("events.csv"), events.replace('\n', "\r\n")).unwrap();
    assert_eq!(school.command(&format!("run --week {WEEK}"), &[]).code, 0);
    let rejects = String::from_utf8(school.bytes("reports/2026-03-02/rejects.csv")).unwrap();
    assert!(rejects.contains("events.csv,150,not a time"), "{rejects}");
}

#[test]
fn an_enrollment_with_a_date_that_cannot_be_read_shows_nobody_to_anybody() {
    let school = success(|school| {
        school.enrollments = school.enrollments.replace("s1,ana,student,,", "s1,ana,student,,31/08/2025");
    });
    let text = school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf");
    assert!(text.contains("Mei Zhou") && !text.contains("Ana"), "{text}");
}

#[test]
fn a_misspelt_column_of_the_roster_is_told_rather_than_passed_over() {
    let school = School::usual();
    school.write();
    let users = String::from_utf8(school.bytes("roster/users.csv")).unwrap();
    std::fs::write(school.path("roster/users.csv"), users.replace("enabledUser", "enabledUsers")).unwrap();
    let output = school.command(&format!("run --week {WEEK}"), &[]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("has no column `enabledUser`, but one called `enabledUsers`"), "{}", output.stderr);
}

#[test]
fn a_source_without_rows_stops_the_run() {
    let told = refusal(|school| {
        std::fs::write(school.path("answers.csv"), "id,person_id,class_id,subject,question,correct,time\n").unwrap();
        school.config = school.config.replace("schedules:", "  answers: [{csv: answers.csv}]\nschedules:");
    });
    assert!(told.contains("answers.csv: has no rows of activity"), "{told}");
}

#[test]
fn a_week_that_is_not_over_is_not_sent() {
    let told = School::usual().plaudit("run --week 2099-03-02").stderr;
    assert!(told.contains("week of 2099-03-02: is not over"), "{told}");
}

#[test]
fn a_class_that_was_not_understood_gives_nobody_the_whole_organization() {
    let school = success(|school| {
        school.classes = "c1,active,Math 7A,nowhere\nc5,active,Other,s2\n".into();
        school.organizations.push_str("s2,active,Other School,school\n");
        school.users.push_str("t5,active,true,s2,teacher,t5,Eve,Stone,t5@school.example,,en\n");
        school.enrollments = "e1,active,c1,s1,t1,teacher,,\ne5,active,c5,s2,t5,teacher,,\n".into();
        school.config.push_str("teachers_without_classes: whole_organization\n");
        school.visits("t5", 7, 1, 20);
    });
    let mails = school.files("reports/2026-03-02/mail");
    assert!(
        !mails.contains("teacher_report.s1.t1.s1.eml") && mails.contains("teacher_report.s2.t5.s2.eml"),
        "{mails:?}"
    );
}

#[test]
fn a_role_that_is_not_understood_makes_nobody_the_teacher_of_a_class() {
    let school = success(|school| {
        school.users.push_str("t5,active,true,s1,teacher,t5,Eve,Stone,t5@school.example,,en\n");
        school.enrollments.push_str("e5,active,c1,s1,t5,proctor,,\n");
    });
    assert!(!school.files("reports/2026-03-02/mail").contains("teacher_report.s1.t5.s1.eml"));
}

#[test]
fn whoever_left_gets_nothing_and_is_on_no_list() {
    let mut school = School::usual();
    school.write();
    let users = String::from_utf8(school.bytes("roster/users.csv")).unwrap();
    let users = users.replace("metadata.language\n", "metadata.language,metadata.left\n").replace(",en\n", ",en,\n");
    let gone = users
        .replace(",g-ana,en,\n", ",g-ana,en,2026-02-20\n")
        .replace("t1@school.example,,en,\n", "t1@school.example,,en,2026-02-20\n");
    school.teacher("t2", "c1");
    school.write();
    let with_second = gone + "t2,active,true,s1,teacher,t2,Grace,Two,t2@school.example,,en,\n";
    std::fs::write(school.path("roster/users.csv"), with_second).unwrap();
    let output = school.command(&format!("run --week {WEEK}"), &[]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(!school.files("reports/2026-03-02/mail").contains("teacher_report.s1.t1.s1.eml"));
    assert!(!school.pdf_text("reports/2026-03-02/s1/teacher_report.c1.en.pdf").contains("Ana"));
}
