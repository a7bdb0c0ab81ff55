//! Who writes, who must not be written to and for how long that is known, as an administrator writes it. The comments
//! here are the descriptions in the JSON Schema.

use schemars::JsonSchema;
use serde::Deserialize;

/// Who the mails come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The name that people see, also at the end of teachers' mails.
    pub name: String,
    /// The address that mails come from.
    ///
    /// Message-IDs are made from it: set it before the first real run, and keep it.
    #[schemars(extend("format" = "email"))]
    pub address: String,
    /// The address to which answers go.
    ///
    /// Default: none, so answers go to the sender. Each notice tells its reader to answer if they want no more mails.
    /// Somebody should read those answers; [`plaudit outbox bounces`](commands.md#plaudit-outbox) reads those that a
    /// mail program wrote by itself.
    #[schemars(extend("format" = "email"))]
    pub reply_to: Option<String>,
}

/// A person who is told how each run went.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// The address of this administrator.
    ///
    /// In the ledger and in file names the first of the list is called `administrator-1`, and so on.
    #[schemars(extend("format" = "email"))]
    pub address: String,
    /// The language of the mails to this administrator.
    ///
    /// Default: the general `language`.
    #[schemars(extend("examples" = ["en", "zh"]))]
    pub language: Option<String>,
}

/// When guardians are written to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// What it takes before a guardian is written to.
    ///
    /// With `accepted` a guardian hears of a child only after they said so; who was never asked gets an invitation. It
    /// needs `web`. See [who is written to](delivery.md#who-is-written-to).
    #[schemars(extend("default" = "roster"))]
    pub guardians: Option<super::ConsentRule>,
    /// For how many days an invitation can be accepted.
    #[schemars(range(min = 1, max = 365), extend("default" = 30))]
    pub invitation_days: Option<u16>,
}

/// A guardian who must not be written to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DoNotContact {
    /// The guardian's id on the roster.
    #[schemars(extend("examples" = ["7390241"]))]
    pub guardian: String,
    /// The id of the child whom this guardian must not hear of.
    ///
    /// Default: all children.
    #[schemars(extend("examples" = ["39024"]))]
    pub child: Option<String>,
}

/// For how long personal data are kept, in days; `plaudit purge` removes what is older.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// For how many days the texts of mails and their documents are kept.
    ///
    /// At most as long as `retention.messages_days`.
    #[schemars(range(min = 14, max = 3660), extend("default" = 120))]
    pub mails_days: Option<u16>,
    /// For how many days it is kept who was told what and when, without the texts.
    #[schemars(range(min = 30, max = 3660), extend("default" = 730))]
    pub messages_days: Option<u16>,
    /// For how many days the tables of each run are kept.
    #[schemars(range(min = 14, max = 3660), extend("default" = 400))]
    pub tables_days: Option<u16>,
    /// For how many days the weeks in the folder of reports are kept.
    #[schemars(range(min = 14, max = 3660), extend("default" = 120))]
    pub reports_days: Option<u16>,
}
