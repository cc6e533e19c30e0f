//! The appointment in the calendars of both.

use serde_json::{Value, json};

use super::Talk;
use crate::support::{Account, Client};

impl Talk {
    /// The lines of the calendar file, unfolded.
    async fn calendar(&self, who: &Client) -> Vec<String> {
        let answer = who.get(&self.path("/appointment.ics")).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.json);
        assert_eq!(answer.headers["content-type"], "text/calendar; charset=utf-8");
        let number = self.referral["number"].as_str().expect("number");
        let name = format!("attachment; filename=\"{number}.ics\"");
        assert_eq!(answer.headers["content-disposition"], name.as_str());
        let file = String::from_utf8(answer.bytes).expect("UTF-8");
        assert!(file.split("\r\n").all(|line| line.len() <= 75), "{file}");
        file.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }
}

#[track_caller]
fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let found = lines.iter().find_map(|line| line.strip_prefix(&format!("{name}:")));
    found.unwrap_or_else(|| panic!("no {name} in {lines:#?}"))
}

fn accept(at: &str) -> Value {
    json!({ "move": "accept", "appointment_at": at, "appointment_place": "Av. Amazonas 12, piso 3; Quito" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_stands_in_both_calendars_and_moves_and_ends_there_too() {
    let talk = Talk::new().await;
    let Talk { worker, partner, .. } = &talk;
    worker.get(&talk.path("/appointment.ics")).await.is_problem(404, "not_found");
    // Nine in the morning in Quito.
    talk.moves(partner, accept("2030-11-28T09:00:00-05:00")).await;
    let first = talk.calendar(worker).await;
    assert_eq!(value(&first, "DTSTART"), "20301128T140000Z");
    assert!(value(&first, "DESCRIPTION").contains("9:00"), "on the clock of the place: {first:#?}");
    assert_eq!(value(&first, "LOCATION"), "Av. Amazonas 12\\, piso 3\\; Quito");
    assert_eq!((value(&first, "SEQUENCE"), value(&first, "STATUS")), ("0", "CONFIRMED"));
    for told in [talk.referral["number"].as_str().expect("number"), "Clínica Jurídica", "Asesoría legal"] {
        assert!(first.iter().any(|line| line.contains(told)), "{told} in {first:#?}");
    }
    for secret in ["Inventada", "Peña", "secretas", "esta semana", "LEG-REP"] {
        assert!(!first.iter().any(|line| line.contains(secret)), "{secret} in {first:#?}");
    }
    let theirs = talk.calendar(partner).await;
    assert_eq!(value(&theirs, "UID"), value(&first, "UID"));

    let review_on = talk.app.app.now().date_naive() + chrono::Days::new(2);
    let hold = json!({ "move": "hold", "reason": "missing_document", "review_on": review_on });
    talk.moves(partner, hold).await;
    assert_eq!(value(&talk.calendar(worker).await, "STATUS"), "TENTATIVE");
    talk.moves(partner, accept("2030-12-01T10:30:00-05:00")).await;
    let moved = talk.calendar(partner).await;
    assert_eq!((value(&moved, "UID"), value(&moved, "DTSTART")), (value(&first, "UID"), "20301201T153000Z"));
    let number = |lines: &[String]| value(lines, "SEQUENCE").parse::<u32>().expect("a number");
    assert!(number(&moved) > number(&first));

    talk.moves(worker, json!({ "move": "cancel", "reason": "client_declined" })).await;
    let over = talk.calendar(partner).await;
    assert_eq!((value(&over, "UID"), value(&over, "STATUS")), (value(&first, "UID"), "CANCELLED"));
    assert!(number(&over) > number(&moved));
    talk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_tells_nothing_of_a_restricted_need_and_nobody_else_gets_it() {
    let talk = Talk::new().await;
    talk.moves(&talk.partner, accept("2030-11-28T09:00:00-05:00")).await;
    for stranger in [Account::PartnerShelter, Account::WorkerLeg] {
        let stranger = talk.app.client(stranger).await;
        stranger.get(&talk.path("/appointment.ics")).await.is_problem(404, "not_found");
    }
    talk.app.run(&format!("UPDATE needs SET restricted = true WHERE id = '{}'", talk.matter.need)).await;
    let lines = talk.calendar(&talk.worker).await;
    assert!(!lines.iter().any(|line| line.contains("legal") || line.starts_with("LOCATION")), "{lines:#?}");
    talk.app.run_jobs().await;
}
