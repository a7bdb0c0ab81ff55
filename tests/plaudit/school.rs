//! A small school in a folder of its own, and the program run on it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The week that most tests report: it has seven weeks of data before it.
pub const WEEK: &str = "2026-03-02";

/// A school that is written to disk when the program is run.
pub struct School {
    folder: TempDir,
    /// Lines of users.csv behind the header.
    pub users: String,
    /// Lines of classes.csv behind the header.
    pub classes: String,
    /// Lines of enrollments.csv behind the header.
    pub enrollments: String,
    /// Lines of orgs.csv behind the header.
    pub organizations: String,
    /// Lines of events.csv behind the header.
    pub events: String,
    /// Lines of answers.csv behind the header; config reads them once there are any.
    pub answers: String,
    /// config.yaml.
    pub config: String,
    rows: usize,
}

/// What a command printed and how it ended.
pub struct Output {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl School {
    /// One organization in UTC with one class and its teacher; no students yet.
    pub fn empty() -> Self {
        let mut school = Self {
            folder: tempfile::tempdir().unwrap(),
            users: String::new(),
            classes: String::new(),
            enrollments: String::new(),
            organizations: "s1,active,Riverside School,school\n".into(),
            events: String::new(),
            answers: String::new(),
            config: include_str!("school.yaml").into(),
            rows: 0,
        };
        school.teacher("t1", "c1");
        school.classes.push_str("c1,active,Math 7A,s1\n");
        school
    }

    /// A class of three with guardians: Mei rises in the last week, Tom falls, Ana has gone quiet.
    pub fn usual() -> Self {
        let mut school = Self::empty();
        for (id, given, family) in [("mei", "Mei", "Zhou"), ("tom", "Tom", "Baker"), ("ana", "Ana", "Costa")] {
            school.student(id, given, family, "c1");
        }
        for week in 0..8_u32 {
            let last = week == 7;
            let days = |usual: u32, now: u32| if last { now } else { usual };
            school.visits("mei", week, days(2, 6), if last { 90 } else { 20 });
            school.visits("tom", week, days(5, 1), if last { 10 } else { 60 });
            school.visits("t1", week, 1, 30);
            if week < 5 {
                school.visits("ana", week, 2, 20);
            }
        }
        school
    }

    pub fn class(&mut self, id: &str, title: &str) {
        let _ = writeln!(self.classes, "{id},active,{title},s1");
    }

    pub fn teacher(&mut self, id: &str, class: &str) {
        let _ = writeln!(self.users, "{id},active,true,s1,teacher,{id},Grace,Teacher{id},{id}@school.example,,en");
        let _ = writeln!(self.enrollments, "e-{id}-{class},active,{class},s1,{id},teacher,,");
    }

    /// A student with one guardian.
    pub fn student(&mut self, id: &str, given: &str, family: &str, class: &str) {
        let _ = writeln!(self.users, "{id},active,true,s1,student,{id},{given},{family},{id}@school.example,g-{id},en");
        let _ = writeln!(self.users, "g-{id},active,true,s1,parent,g-{id},Pat,{family},pat.{id}@home.example,,en");
        let _ = writeln!(self.enrollments, "e-{id}-{class},active,{class},s1,{id},student,,");
    }

    /// Log in and log out on the first days of a week (0 is the week of 12 January 2026).
    pub fn visits(&mut self, person: &str, week: u32, days: u32, minutes: u32) {
        let monday = chrono::NaiveDate::from_ymd_opt(2026, 1, 12).unwrap() + chrono::Days::new(u64::from(week) * 7);
        for day in monday.iter_days().take(days as usize) {
            self.event(person, 3, &format!("{day}T15:00:00Z"));
            self.event(person, 4, &format!("{day}T{:02}:{:02}:00Z", 15 + minutes / 60, minutes % 60));
        }
    }

    pub fn event(&mut self, person: &str, kind: u32, time: &str) {
        self.rows += 1;
        let _ = writeln!(self.events, "{},s1,{person},,{kind},,{time}", self.rows);
    }

    /// Answers to ten questions on the Monday of a week, so many of them right.
    pub fn practises(&mut self, person: &str, week: u32, subject: &str, right: u32) {
        let monday = chrono::NaiveDate::from_ymd_opt(2026, 1, 12).unwrap() + chrono::Days::new(u64::from(week) * 7);
        for question in 0..10 {
            self.rows += 1;
            let (id, correct) = (self.rows, u32::from(question < right));
            let time = format!("{monday}T15:{question:02}:30Z");
            let _ = writeln!(self.answers, "{id},s1,{person},,{subject},{subject}-{question},{correct},{time}");
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self) {
        let write = |name: &str, text: &str| {
            let path = self.path(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("roster/orgs.csv", &format!("sourcedId,status,name,type\n{}", self.organizations));
        let users = "sourcedId,status,enabledUser,orgSourcedIds,role,username,givenName,familyName,email,agentSourcedIds,metadata.language";
        write("roster/users.csv", &format!("{users}\n{}", self.users));
        write("roster/classes.csv", &format!("sourcedId,status,title,schoolSourcedId\n{}", self.classes));
        let enrollments = "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate,endDate";
        write("roster/enrollments.csv", &format!("{enrollments}\n{}", self.enrollments));
        write("events.csv", &format!("id,org_id,person_id,class_id,kind,role,time\n{}", self.events));
        write("answers.csv", &format!("id,org_id,person_id,class_id,subject,question,correct,time\n{}", self.answers));
        let sources = if self.answers.is_empty() { "" } else { "  answers: [{csv: answers.csv}]\n" };
        write("config.yaml", &self.config.replacen("schedules:", &format!("{sources}schedules:"), 1));
    }

    /// Writes the school and runs a command line on it.
    pub fn plaudit(&self, line: &str) -> Output {
        self.write();
        self.command(line, &[])
    }

    /// Starts a command line in the school's folder.
    pub fn start(&self, line: &str) -> std::process::Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plaudit"));
        let command = command.args(line.split_whitespace()).current_dir(self.folder.path());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
    }

    /// Runs a command line in the school's folder, with more environment.
    pub fn command(&self, line: &str, environment: &[(&str, &str)]) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_plaudit"))
            .args(line.split_whitespace())
            .envs(environment.iter().copied())
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Mails go to a server on this port of this machine, each tried once in a run; more keys of `delivery.smtp` behind.
    pub fn mail_to(&mut self, port: u16, more: &str) {
        let smtp = "host: 127.0.0.1, tls: none, plain_text_to: 127.0.0.1, wait_minutes: 0";
        let _ = writeln!(self.config, "delivery: {{smtp: {{{smtp}, port: {port}{more}}}}}");
    }

    /// Runs the usual week by mail, with the number that `plan` prints.
    pub fn mail(&self) -> Output {
        let plan = self.plaudit(&format!("plan --week {WEEK}"));
        let count = plan.stdout.lines().find_map(|line| line.split_once(" messages would be sent"));
        let count = count.unwrap_or_else(|| panic!("{}\n{}", plan.stdout, plan.stderr)).0;
        self.plaudit(&format!("run --week {WEEK} --confirm {count}"))
    }

    /// The messages as `outbox list` tells them.
    pub fn outbox(&self, arguments: &str) -> Vec<serde_json::Value> {
        let listed = self.plaudit(&format!("outbox list --format json {arguments}"));
        serde_json::from_str(&listed.stdout).unwrap_or_else(|error| panic!("{error}: {}", listed.stderr))
    }

    /// How many messages are in each state.
    pub fn states(&self) -> std::collections::BTreeMap<String, usize> {
        let mut states = std::collections::BTreeMap::new();
        for message in self.outbox("") {
            *states.entry(message["state"].as_str().unwrap().to_string()).or_default() += 1;
        }
        states
    }

    /// Runs the usual week and insists that it went well.
    pub fn run(&self) -> Output {
        let output = self.plaudit(&format!("run --week {WEEK}"));
        assert_eq!(output.code, 0, "{}\n{}", output.stdout, output.stderr);
        output
    }

    /// The files below a folder, by path from it.
    pub fn files(&self, folder: &str) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        collect(&self.path(folder), &self.path(folder), &mut files);
        files
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The text of a PDF, as a reader sees it.
    pub fn pdf_text(&self, name: &str) -> String {
        let path = self.path(name);
        assert!(path.exists(), "{name} is missing; there are {:?}", self.files("reports"));
        let output = Command::new("pdftotext").args(["-layout"]).arg(path).arg("-").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a mail says: subject, text, HTML, names of attachments.
    pub fn written(&self, name: &str) -> Mail {
        let bytes = self.bytes(&format!("reports/{WEEK}/mail/{name}.eml"));
        let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
        let to = message.to().unwrap().first().unwrap();
        Mail {
            subject: message.subject().unwrap().to_string(),
            to: to.address().unwrap().to_string(),
            text: message.body_text(0).unwrap().replace("\r\n", "\n"),
            html: message.body_html(0).unwrap().to_string(),
            attachments: message.attachments().map(|part| part.contents().to_vec()).collect(),
            auto_submitted: message.header("Auto-Submitted").unwrap().as_text().unwrap().to_string(),
        }
    }
}

/// Sends a signal to a process.
pub fn signal(child: &std::process::Child, name: &str) -> std::process::ExitStatus {
    // The shell has a `kill` of its own, where there is no program of that name.
    Command::new("bash").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap()
}

pub struct Mail {
    pub subject: String,
    pub to: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Vec<u8>>,
    pub auto_submitted: String,
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}
