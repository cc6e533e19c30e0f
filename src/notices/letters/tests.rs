use chrono::TimeZone;

use super::*;
use crate::platform::mail::Letter;

const LINK: &str = "https://desk.example/r/9f2c";

fn moment() -> Moment {
    let at = Utc.with_ymd_and_hms(2026, 11, 24, 20, 30, 0).single().expect("a moment");
    Moment { at, zone: chrono_tz::America::Guayaquil }
}

fn referral() -> AboutReferral {
    AboutReferral {
        number: "PIC-2026-000412".into(),
        service: "Legal advice".into(),
        office: "Unidad de Movilidad Humana, Peñas Blancas".into(),
        agency: "Casa Ñandú".into(),
        link: LINK.into(),
    }
}

fn case() -> AboutCase {
    AboutCase { number: "PIC-2026-000099".into(), office: "Oficina Norte".into(), link: LINK.into() }
}

/// One of each. A new mail that is missing here is not tried in four languages: add it.
fn every_mail() -> Vec<Mail> {
    let (referral, case, at) = (referral(), case(), moment());
    let (office, link) = (case.office.clone(), LINK.to_owned());
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a day");
    let (reason, priority) = (texts::REASON_NO_CAPACITY, texts::PRIORITY_URGENT);
    let about = || referral.clone();
    let file = || case.clone();
    vec![
        Mail::StaffInvitation {
            name: "Zoé".into(),
            office: office.clone(),
            valid_hours: 72,
            link: link.clone(),
        },
        Mail::PasswordReset { office: office.clone(), valid_minutes: 30, link: link.clone() },
        Mail::PasswordChanged { office: office.clone(), at, link: link.clone() },
        Mail::WebhookDisabled { office: office.clone(), host: "hooks.example".into(), link: link.clone() },
        Mail::ReferralSent { referral: about(), priority, answer_by: Some(at) },
        Mail::ReferralSent { referral: about(), priority, answer_by: None },
        Mail::ReferralReminder { referral: about(), priority, answer_by: Some(at) },
        Mail::AnswerLink { referral: about() },
        Mail::AnswerCode {
            number: "PIC-2026-000412".into(),
            office: office.clone(),
            code: "482 913".into(),
            valid_minutes: 15,
        },
        digest(1),
        digest(LONGEST_LIST + 2),
        Mail::ReferralCancelled { referral: about() },
        Mail::ConsentWithdrawn { referral: about() },
        Mail::ReferralAmended { referral: about() },
        Mail::ServiceMarkedFull {
            agency: "Casa Ñandú".into(),
            office: office.clone(),
            service: "Albergue temporal".into(),
            link: link.clone(),
        },
        Mail::DirectoryToConfirm { agency: "Casa Ñandú".into(), office, confirmed_on: Some(day), link },
        Mail::ReferralAccepted { referral: about(), appointment: Some(at) },
        Mail::ReferralDeclined { referral: about(), reason },
        Mail::ReferralOnHold { referral: about(), reason, review_on: day },
        Mail::ReferralInService { referral: about() },
        Mail::ReferralCompleted { referral: about(), outcome: texts::OUTCOME_PARTLY_MET },
        Mail::ReferralFailed { referral: about(), reason },
        Mail::ReferralWithdrawnByPartner { referral: about(), reason },
        Mail::ReferralOverdue { referral: about(), priority, answer_by: at },
        Mail::ReferralExpired { referral: about() },
        Mail::ReferralUnseen { referral: about(), priority, due: at },
        Mail::ReferralContactOverdue { referral: about(), priority, due: at },
        Mail::ReferralReviewDue { referral: about(), review_on: day },
        Mail::ReferralVerifyDue { referral: about() },
        Mail::ReferralMessage { referral: about(), asks: true },
        Mail::ReferralMessage { referral: about(), asks: false },
        waiting(false),
        waiting(true),
        Mail::NoticeUndeliverable { referral: about() },
        Mail::FileOpenedByManager { case: file(), at },
        Mail::EmergencyAccess { case: file(), until: at, review_within_hours: 48 },
        Mail::CaseAssigned { case: file(), priority, due: Some(at) },
        Mail::CaseReopened { case: file() },
        Mail::CaseEmergency { case: file(), due: Some(at) },
        Mail::AccessReviewDue { case: file(), at },
        Mail::AgencyTask {
            agency: "Casa Ñandú".into(),
            office: file().office,
            service: Some("Albergue temporal".into()),
            task: texts::AGENCY_TASK_CORRECT_ENTRY,
            link: LINK.into(),
        },
    ]
}

fn waiting(asks: bool) -> Mail {
    let numbers = |count: u32| (1..=count).map(|n| format!("R-PIC-2026-{n:06}")).collect();
    let lists = match asks {
        true => vec![],
        false => vec![
            (texts::WAITING_REFERRAL_OVERDUE, numbers(43)),
            (texts::WAITING_REFERRAL_EXPIRED, numbers(1)),
        ],
    };
    let items = if asks { listed(44) } else { vec![] };
    let office = "Oficina Norte".into();
    Mail::ReferralsWaiting { office, asks, count: 44, lists, items, link: LINK.into() }
}

#[test]
fn a_mail_about_many_lists_their_numbers_and_says_how_many_it_left_out() {
    let composed = compose(&waiting(false), Language::Es);
    assert!(composed.subject.starts_with("44 derivaciones"));
    let (label, overdue) = &composed.facts[0];
    assert_eq!(label, "Respuesta vencida");
    assert!(overdue.contains("R-PIC-2026-000040 y 3 más") && !overdue.contains("000041"), "{overdue}");
    assert_eq!(composed.facts[1].1, "R-PIC-2026-000001");
}

fn listed(count: usize) -> Vec<ListedReferral> {
    let item = |at: usize| ListedReferral {
        number: format!("R-PIC-2026-{at:06}"),
        service: "Vivienda".into(),
        answer_by: (at != 2).then(moment),
        again: at == 3,
        link: (at != 4).then(|| format!("{LINK}/{at}")),
    };
    (1..=count).map(item).collect()
}

fn digest(count: usize) -> Mail {
    Mail::ReferralDigest {
        agency: "Casa Ñandú".into(),
        office: "Oficina Norte, Oficina Sur".into(),
        items: listed(count),
        link: LINK.into(),
    }
}

#[test]
fn a_digest_lists_numbers_categories_and_deadlines_and_says_what_it_left_out() {
    let composed = compose(&digest(LONGEST_LIST + 2), Language::Es);
    assert!(composed.subject.starts_with("62 derivaciones"), "{}", composed.subject);
    let line =
        "R-PIC-2026-000001: Vivienda. Responder hasta el 24 de noviembre de 2026, 15:30 (hora de Guayaquil).";
    assert_eq!(composed.listed[0], (line.to_owned(), Some(format!("{LINK}/1"))));
    assert_eq!(composed.listed[1].0, "R-PIC-2026-000002: Vivienda.");
    assert!(composed.listed[2].0.contains("Seguimos esperando"), "{:?}", composed.listed[2]);
    assert_eq!(composed.listed[3].1, None, "its link was taken back");
    assert!(!composed.listed.iter().any(|(said, _)| said.contains("000061")));
    assert_eq!(composed.listed.last(), Some(&("Y 2 más.".to_owned(), None)));
    let one = compose(&digest(1), Language::Es);
    assert!(one.subject.starts_with("1 derivación espera"), "{}", one.subject);
}

#[test]
fn every_mail_reads_whole_in_every_language() {
    for mail in every_mail() {
        for language in Language::ALL {
            let composed = compose(&mail, language);
            let letter =
                Letter::lay_out("1@desk.example", "a@example.org", language, &composed).expect("a letter");
            for words in [&letter.subject, &letter.text] {
                let unresolved = ["{", "}", "$", "mail-", "words-", "reason-", "\u{2068}", "\u{2069}"];
                for sign in unresolved {
                    assert!(!words.contains(sign), "{sign} in {language}: {words}");
                }
            }
            assert!(
                !composed.subject.is_empty() && !composed.heading.is_empty() && !composed.lines.is_empty()
            );
            assert!(composed.subject.chars().count() <= 80, "a phone cuts it off: {}", composed.subject);
            assert!(composed.facts.iter().all(|(label, value)| !label.is_empty() && !value.is_empty()));
        }
    }
}

#[test]
fn every_mail_but_the_code_leads_to_the_matter_itself() {
    for mail in every_mail() {
        let action = compose(&mail, Language::En).action;
        let is_code = matches!(mail, Mail::AnswerCode { .. });
        assert_eq!(action.map(|(_, address)| address), (!is_code).then(|| LINK.to_owned()));
    }
}

#[test]
fn no_two_languages_say_the_same() {
    for mail in every_mail() {
        let headings: std::collections::BTreeSet<_> =
            Language::ALL.iter().map(|language| compose(&mail, *language).lines).collect();
        assert_eq!(headings.len(), Language::ALL.len(), "{headings:?}");
    }
}

#[test]
fn an_agency_reads_the_deadline_on_its_own_clock() {
    let mail = Mail::ReferralSent {
        referral: referral(),
        priority: texts::PRIORITY_URGENT,
        answer_by: Some(moment()),
    };
    let composed = compose(&mail, Language::Es);
    let deadline = "24 de noviembre de 2026, 15:30 (hora de Guayaquil)";
    assert!(composed.facts.contains(&("Responder hasta".into(), deadline.into())), "{:?}", composed.facts);
    assert!(composed.facts.contains(&("Prioridad".into(), "Urgente".into())));
    assert!(composed.footer.contains("Peñas Blancas"));
}

#[test]
fn an_invitation_says_how_long_it_lasts() {
    let mail = Mail::StaffInvitation {
        name: "Aïssatou".into(),
        office: "Bureau de Sédhiou".into(),
        valid_hours: 72,
        link: LINK.into(),
    };
    let composed = compose(&mail, Language::Fr);
    assert_eq!(composed.heading, "Bienvenue, Aïssatou");
    assert!(composed.lines.iter().any(|line| line.contains("pendant 72 heures")));
}
