//! The study's own figures: its table of schools and the sizes of its two data sets.
//!
//! They stand apart from the habits, which are ours: whoever compares the sample with the study
//! finds here what was copied from it and nowhere else a number that claims to come from it.

/// Events in the study's first data set (its section 2).
pub const EVENT_ROWS: f64 = 270_337.0;
/// Answers in the study's second data set (its section 2).
pub const ANSWER_ROWS: f64 = 186_674.0;

/// Weeks that the data touch (its section 4.1; the first and the last are incomplete).
pub const WEEKS: usize = 14;
/// The day number of the last day of the last week. Day 0 is the first day of the first week:
/// 2018-11-25 in the study.
pub const LAST_DAY: i32 = 97;
/// The first day with data: 30 November, the only one of that month (section 4.1).
pub const FIRST_DATA: i32 = 5;
/// The last day with data: 28 February.
pub const LAST_DATA: i32 = 95;
/// The days of December, January and February, first and last.
pub const MONTHS: [(i32, i32); 3] = [(6, 36), (37, 67), (68, 95)];
/// The day with the most users: 9 December (section 4.1).
pub const PEAK: i32 = 14;
/// The days with the fewest users: 4 to 8 February (section 4.1).
pub const QUIET: (i32, i32) = (71, 75);
/// The week around those days, the 11th, which is the school holiday.
pub const HOLIDAY: (i32, i32) = (70, 76);

/// A row of table S1.
pub struct School {
    /// The study's number of the organization.
    pub id: u32,
    /// People with the role of a teacher.
    pub teachers: u32,
    /// People with the role of a student; some of them teach as well.
    pub students: u32,
    /// Distinct people: the column "Adjusted Total".
    pub people: u32,
    /// The day on which it got access, as a day number.
    pub opened: i32,
    /// `existing` or `new`.
    pub condition: &'static str,
    /// The province.
    pub location: &'static str,
}

impl School {
    /// People who are listed as teacher and as student.
    pub const fn both(&self) -> u32 {
        (self.teachers + self.students).saturating_sub(self.people)
    }
}

/// Table S1, in its order. Counts are teachers, students and distinct people; the date is the
/// study's.
#[rustfmt::skip]
pub const SCHOOLS: [School; 20] = [
    school(100_039, [10, 38, 48], -163, "existing", "Jiangsu"), // 2018-06-15
    school(100_057, [41, 43, 83], -104, "new", "Jiangsu"), // 2018-08-13
    school(100_059, [14, 289, 300], -93, "existing", "Hunan"), // 2018-08-24
    school(100_069, [10, 1, 11], -57, "existing", "Jiangsu"), // 2018-09-29
    school(100_071, [17, 26, 43], -48, "new", "Henan"), // 2018-10-08
    school(100_082, [26, 63, 89], -22, "existing", "Shandong"), // 2018-11-03
    school(100_085, [4, 9, 13], -20, "new", "Shandong"), // 2018-11-05
    school(100_086, [8, 25, 33], -18, "existing", "Shanghai"), // 2018-11-07
    school(100_088, [17, 27, 43], -11, "new", "Yunnan"), // 2018-11-14
    school(100_090, [12, 33, 43], -9, "existing", "Hunan"), // 2018-11-16
    school(100_100, [6, 12, 17], 2, "existing", "Henan"), // 2018-11-27
    school(100_102, [6, 31, 36], 5, "existing", "Shandong"), // 2018-11-30
    school(100_118, [7, 6, 13], 12, "existing", "Zhejiang"), // 2018-12-07
    school(100_133, [12, 15, 24], 25, "new", "Henan"), // 2018-12-20
    school(100_138, [6, 18, 24], 31, "existing", "Hebei"), // 2018-12-26
    school(100_139, [2, 1, 3], 31, "new", "Hunan"), // 2018-12-26
    school(100_141, [3, 0, 3], 32, "existing", "Shanghai"), // 2018-12-27
    school(100_142, [5, 8, 13], 34, "existing", "Sichuan"), // 2018-12-29
    school(100_145, [4, 0, 4], 38, "existing", "Anhui"), // 2019-01-02
    school(100_155, [10, 6, 12], 53, "existing", "Shandong"), // 2019-01-17
];

const fn school(
    id: u32,
    [teachers, students, people]: [u32; 3],
    opened: i32,
    condition: &'static str,
    location: &'static str,
) -> School {
    School { id, teachers, students, people, opened, condition, location }
}
