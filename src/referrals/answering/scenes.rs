//! What each page shows, gathered from the referral: the minimum before the code, everything after it.

use chrono::{DateTime, Days, Utc};

use super::super::disclosure::Disclosed;
use super::super::disclosure::frozen::{Frozen, is_shown};
use super::super::model::{Moved, Referral};
use super::super::rules::{
    LONGEST_HOLD_DAYS, ReferralMove, ReferralOutcome, ReferralState, SEEN_AFTER_END_DAYS, Who,
};
use super::facts;
use super::pages::{CodeEntry, Minimum, Offer, Open, Told};
use super::rules;
use super::visitor::{Guest, Visitor};
use crate::agencies::services::model::{Service, Wanted, code_and_wider, lineage};
use crate::notices::links::CODE_LIFETIME;
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::html::{Entered, Frame, Line, News, Shown};
use crate::platform::text::{Text, Value, day, moment, texts};
use crate::reference::model::Code;

/// So many services fit on a small page; the desk itself searches the whole directory.
const SUGGESTIONS: i64 = 12;

impl Guest {
    fn referral(&self) -> &Referral {
        &self.to.referral
    }

    fn state(&self) -> ReferralState {
        self.referral().standing.state
    }

    /// An instant on the agency's clock.
    fn moment(&self, at: DateTime<Utc>) -> String {
        moment(self.frame.language, at, self.to.agency.tz())
    }

    /// The state as the agency would say it.
    pub fn state_in_words(&self, state: ReferralState) -> String {
        word(&self.frame, "answer-state", state.word())
    }

    /// Whom to phone about a question or an answer that was wrong.
    pub fn whom_to_ask(&self) -> String {
        let (office, number) = (&self.to.office, &self.referral().number);
        let (phone, mail) = (office.phone.as_deref(), office.email.as_deref());
        let text = match (phone, mail) {
            (Some(_), _) => texts::ANSWER_ASK_PHONE,
            (None, Some(_)) => texts::ANSWER_ASK_MAIL,
            (None, None) => texts::ANSWER_ASK_OFFICE,
        };
        let values = [
            ("office", Value::from(&office.name)),
            ("number", Value::from(number)),
            ("phone", Value::from(phone.unwrap_or_default())),
            ("mail", Value::from(mail.unwrap_or_default())),
        ];
        self.frame.tell(text, &values)
    }

    /// What there is to say of a referral that is over.
    fn told(&self, moves: &[Moved], now: DateTime<Utc>) -> Vec<String> {
        let standing = &self.referral().standing;
        if !standing.state.is_terminal() {
            return vec![];
        }
        let office = [("office", Value::from(&self.to.office.name))];
        let by_partner = moves.last().is_some_and(|last| last.actor_kind == Who::Partner.kind());
        let over = match standing.state {
            ReferralState::Cancelled if by_partner => Some(texts::ANSWER_OVER_TAKEN_BACK),
            state => Text::of("answer-over", state.word()),
        };
        let mut told: Vec<String> = over.map(|text| self.frame.tell(text, &office)).into_iter().collect();
        let until = standing.ended_at.unwrap_or(now) + chrono::TimeDelta::days(SEEN_AFTER_END_DAYS);
        if standing.state.shows_facts() {
            let last = until.with_timezone(&self.to.agency.tz()).date_naive();
            told.push(self.frame.tell(texts::ANSWER_READABLE_UNTIL, &[("day", last.into())]));
        }
        told
    }

    /// Category, priority, office, deadline, state: what the mail says too. With `open`, what was answered.
    async fn summary(&self, conn: &mut Conn, open: bool) -> Result<Vec<Line>, Error> {
        let (referral, frame) = (self.referral(), &self.frame);
        let standing = &referral.standing;
        let top = referral.service.split('-').next().unwrap_or_default();
        let service = if open { referral.service.as_str() } else { top };
        let mut lines = vec![
            Line::of(frame.say(texts::MAIL_FACT_SERVICE), label(conn, frame, "service", service).await?),
            Line::of(frame.say(texts::MAIL_FACT_PRIORITY), word(frame, "priority", standing.priority.word())),
            Line::of(frame.say(texts::BY_STATUS), self.state_in_words(standing.state)),
        ];
        if let Some(due) = standing.decide_by.filter(|_| ReferralState::undecided().contains(&standing.state))
        {
            lines.push(Line::of(frame.say(texts::MAIL_FACT_ANSWER_BY), self.moment(due)));
        }
        if open {
            lines.extend(self.answered(conn).await?);
        }
        lines.push(Line::of(frame.say(texts::MAIL_FACT_OFFICE), self.to.office.name.clone()));
        if let Some(phone) = &self.to.office.phone {
            let values = vec![Shown { words: phone.clone(), dials: Some(phone.clone()) }];
            lines.push(Line { label: frame.say(texts::ANSWER_OFFICE_PHONE), values });
        }
        Ok(lines)
    }

    /// What the last answers came with.
    async fn answered(&self, conn: &mut Conn) -> Result<Vec<Line>, Error> {
        let (standing, frame) = (&self.referral().standing, &self.frame);
        let mut lines = vec![];
        if let Some(reason) = &standing.reason {
            let mut line = Line::of(
                frame.say(texts::MAIL_FACT_REASON),
                label(conn, frame, "referral_reason", reason).await?,
            );
            line.values
                .extend(standing.reason_text.iter().map(|text| Shown { words: text.clone(), dials: None }));
            lines.push(line);
        }
        if let Some(at) = standing.appointment_at {
            let mut line = Line::of(frame.say(texts::MAIL_FACT_APPOINTMENT), self.moment(at));
            let place = standing.appointment_place.iter();
            line.values.extend(place.map(|place| Shown { words: place.clone(), dials: None }));
            lines.push(line);
        }
        if let Some(on) = standing.hold_review_on {
            lines.push(Line::of(frame.say(texts::MAIL_FACT_REVIEW_ON), day(frame.language, on)));
        }
        if let Some(outcome) = standing.outcome {
            lines.push(Line::of(frame.say(texts::MAIL_FACT_OUTCOME), word(frame, "outcome", outcome.word())));
        }
        Ok(lines)
    }

    /// What was disclosed, and its corrections.
    async fn disclosed(&self, conn: &mut Conn) -> Result<Vec<Told>, Error> {
        if !is_shown(conn, &self.holder, self.referral()).await? {
            return Ok(vec![]);
        }
        let (referral, frame) = (self.referral(), &self.frame);
        let mut told = Vec::new();
        for frozen in Frozen::of(conn, referral.id).await? {
            let is_first = told.is_empty();
            let disclosed: Disclosed = serde_json::from_value(frozen.facts).map_err(anyhow::Error::from)?;
            let careful = disclosed.contact_instructions.is_some() || referral.contact_how.is_some();
            let mut lines = Vec::new();
            if is_first {
                let prose = [
                    (texts::ANSWER_MESSAGE, &referral.message),
                    (texts::ANSWER_CONTACT_HOW, &referral.contact_how),
                ];
                lines.extend(prose.into_iter().filter_map(|(label, text)| {
                    text.as_ref().map(|text| Line::of(frame.say(label), text.clone()))
                }));
            }
            lines.extend(facts::lines(conn, &disclosed, frame.language).await?);
            told.push(Told {
                heading: match is_first {
                    true => frame.say(texts::ANSWER_DISCLOSED),
                    false => frame.tell(
                        texts::ANSWER_CORRECTION,
                        &[(
                            "day",
                            Value::from(frozen.disclosed_at.with_timezone(&self.to.agency.tz()).date_naive()),
                        )],
                    ),
                },
                care: careful.then(|| frame.say(texts::ANSWER_CARE)),
                lines,
            });
        }
        told.retain(|told| !told.lines.is_empty());
        Ok(told)
    }

    fn offers(&self, entered: &Entered) -> Vec<Offer> {
        let answers = rules::answers(&self.referral().standing);
        let offer = |by: &ReferralMove| {
            let label = word(&self.frame, "answer-do", by.word());
            Offer {
                by: by.word(),
                // The button names the answer: it is the last thing read before it goes out.
                send: self.frame.tell(texts::ANSWER_SEND, &[("answer", Value::from(&label))]),
                hint: Text::of("answer-hint", by.word()).map(|text| self.frame.say(text)),
                open: entered.by() == Some(*by),
                label,
            }
        };
        answers.iter().map(offer).collect()
    }

    async fn reasons(&self, conn: &mut Conn) -> Result<Vec<(&'static str, String, String)>, Error> {
        let codes = Code::of_list(conn, "referral_reason", false).await?;
        let with_reason =
            [ReferralMove::Decline, ReferralMove::Hold, ReferralMove::Fail, ReferralMove::Cancel];
        let language = self.frame.language.code();
        let reasons = with_reason.into_iter().flat_map(|by| {
            let fitting = codes.iter().filter(move |code| rules::fits(by, &code.code));
            fitting.map(move |code| (by.word(), code.code.clone(), code.labels.of(language).to_owned()))
        });
        Ok(reasons.collect())
    }

    /// Services that cover the need at the office's place, for a partner that declines.
    async fn suggestions(&self, conn: &mut Conn) -> Result<Vec<(String, String)>, Error> {
        if !rules::answers(&self.referral().standing).contains(&ReferralMove::Decline) {
            return Ok(vec![]);
        }
        let wanted = Wanted {
            codes: Some(code_and_wider(conn, &self.referral().service).await?),
            territories: Some(lineage(conn, &self.to.office.territory).await?),
            ..Wanted::default()
        };
        let found = Service::page(conn, wanted, None, SUGGESTIONS).await?.items.into_iter();
        let others = found.filter(|(service, _)| service.id != self.referral().service_id);
        Ok(others
            .map(|(service, agency)| (service.id.to_string(), format!("{}: {}", agency.name, service.name)))
            .collect())
    }

    /// Every move since it was sent, with the moment on the agency's clock.
    fn history(&self, moves: &[Moved]) -> Vec<(String, String)> {
        let since_sent = moves.iter().filter(|step| step.to_state != ReferralState::Draft);
        since_sent
            .map(|step| {
                let text = if step.to_state == ReferralState::Sent {
                    self.frame.say(texts::ANSWER_WAS_SENT)
                } else {
                    self.state_in_words(step.to_state)
                };
                (text, self.moment(step.at))
            })
            .collect()
    }

    /// When the referral came to be decided, or ended, as it is.
    pub async fn decided(&self, conn: &mut Conn) -> Result<Option<(String, String)>, Error> {
        let moves = Moved::of(conn, self.referral().id).await?;
        let undecided = [ReferralState::Draft, ReferralState::Sent, ReferralState::Acknowledged];
        let last = moves.iter().rev().find(|step| !undecided.contains(&step.to_state));
        Ok(last.map(|step| (self.state_in_words(step.to_state), self.moment(step.at))))
    }
}

/// A word of a family of the catalogue; the code itself when it has none.
fn word(frame: &Frame, family: &str, code: &str) -> String {
    Text::of(family, code).map_or_else(|| code.to_owned(), |text| frame.say(text))
}

/// The label of a code in the language of the page.
async fn label(conn: &mut Conn, frame: &Frame, list: &str, code: &str) -> Result<String, Error> {
    let found = Code::find(conn, list, code).await?;
    Ok(found.map_or_else(|| code.to_owned(), |found| found.labels.of(frame.language.code()).to_owned()))
}

/// The page before the code.
///
/// # Errors
/// Those of the database.
pub async fn minimum(
    conn: &mut Conn,
    visitor: &Visitor,
    guest: &Guest,
    news: Option<News>,
) -> Result<Minimum, Error> {
    let frame = &guest.frame;
    let moves = Moved::of(conn, guest.holder.referral).await?;
    let mut told = guest.told(&moves, visitor.caller.now);
    let opens = guest.state().shows_facts();
    if opens {
        let agency = &guest.to.agency;
        let mailbox = rules::masked(&agency.mailbox);
        if !guest.state().is_terminal() {
            let values =
                [("office", Value::from(&guest.to.office.name)), ("agency", Value::from(&agency.name))];
            told.push(frame.tell(texts::ANSWER_ASKED, &values));
        }
        told.push(frame.tell(texts::ANSWER_LOCKED, &[("mailbox", mailbox.into())]));
    }
    Ok(Minimum {
        number: guest.referral().number.clone(),
        news,
        lines: guest.summary(conn, false).await?,
        told,
        key: opens.then(|| visitor.key(guest)),
        whom_to_ask: guest.whom_to_ask(),
        frame: guest.frame.clone(),
    })
}

/// The page on which the code is entered.
pub fn code_entry(visitor: &Visitor, guest: &Guest, news: Option<News>) -> CodeEntry {
    let frame = &guest.frame;
    let span = frame.tell(texts::WORDS_MINUTES, &[("count", CODE_LIFETIME.num_minutes().into())]);
    let mailbox = rules::masked(&guest.to.agency.mailbox);
    let office = [("office", Value::from(&guest.to.office.name))];
    CodeEntry {
        sent: frame.tell(texts::ANSWER_CODE_SENT, &[("mailbox", mailbox.into()), ("span", span.into())]),
        key: visitor.key(guest),
        wrong: news.as_ref().is_some_and(|news| news.bad),
        news,
        nothing_arrived: frame.tell(texts::ANSWER_CODE_NOTHING, &office),
        frame: guest.frame.clone(),
    }
}

/// The page after the code.
///
/// # Errors
/// Those of the database.
pub async fn open(
    conn: &mut Conn,
    visitor: &Visitor,
    guest: &Guest,
    (news, entered): (Option<News>, Entered),
) -> Result<Open, Error> {
    let (frame, zone) = (&guest.frame, guest.to.agency.tz());
    let today = visitor.caller.now.with_timezone(&zone).date_naive();
    let place = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
    let moves = Moved::of(conn, guest.holder.referral).await?;
    let outcome = |outcome: &ReferralOutcome| (outcome.word(), word(frame, "outcome", outcome.word()));
    Ok(Open {
        number: guest.referral().number.clone(),
        news,
        lines: guest.summary(conn, true).await?,
        disclosed: guest.disclosed(conn).await?,
        told: guest.told(&moves, visitor.caller.now),
        answers: guest.offers(&entered),
        key: visitor.key(guest),
        state: guest.state().word(),
        entered,
        clock: frame.tell(texts::ANSWER_APPOINTMENT_TIME, &[("place", place.into())]),
        today: today.to_string(),
        latest_review: (today + Days::new(LONGEST_HOLD_DAYS.unsigned_abs())).to_string(),
        reasons: guest.reasons(conn).await?,
        outcomes: ReferralOutcome::ALL.iter().map(outcome).collect(),
        suggestions: guest.suggestions(conn).await?,
        history: guest.history(&moves),
        whom_to_ask: guest.whom_to_ask(),
        frame: guest.frame.clone(),
    })
}
