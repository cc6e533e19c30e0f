//! What an agency keeps: what was disclosed to it, while the referral is open and 30 days after its end, and nothing that
//! was taken back. Everything is asked twice: with both walls, and with the first alone.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::sealed::both;
use crate::support::{Account, Client};

async fn numbers(partner: &Client) -> Vec<Value> {
    let inbox = partner.get("/inbox/referrals?view=all&limit=200").await.ok();
    inbox["items"].as_array().expect("items").iter().map(|row| row["id"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_days_after_its_end_a_referral_is_gone_from_the_inbox() {
    for (app, records) in both(Account::PartnerLegal).await {
        let near = records.place("vecina");
        let (ended, open) = (json!(near.id("ended")), json!(near.id("referral")));
        for (days, kept) in [(29, true), (2, false)] {
            app.advance(TimeDelta::days(days));
            let partner = app.client(Account::PartnerLegal).await;
            let inbox = numbers(&partner).await;
            assert!(inbox.contains(&open), "what is open stays");
            assert_eq!(inbox.contains(&ended), kept);
            let status = partner.get(&format!("/inbox/referrals/{}", near.id("ended"))).await.status.as_u16();
            assert_eq!(status, if kept { 200 } else { 404 });
        }
        // The desk keeps what it did, and the agency its numbers.
        let desk = app.client(Account::ColleaguePic).await;
        desk.get(&format!("/referrals/{}", near.id("ended"))).await.ok();
        let card = format!("/agencies/{}/scorecard?from=2026-01-01&to=2027-01-01", app.world.legal);
        let card = app.client(Account::PartnerLegal).await.get(&card).await.ok();
        let sent = &card["totals"]["cells"]["sent"];
        // Two each of three places: the colleague's, the far one and the sealed one.
        assert_eq!((&sent["value"], &sent["link"]), (&json!(6), &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_took_back_the_agency_reads_no_more() {
    for (app, records) in both(Account::PartnerLegal).await {
        let near = records.place("vecina");
        let partner = app.client(Account::PartnerLegal).await;
        let paths = ["referral", "ended"].map(|name| format!("/inbox/referrals/{}", near.id(name)));
        for path in &paths {
            let before = partner.get(path).await.ok();
            assert_eq!(before["disclosures"][0]["facts"]["name"], "Divulgado-vecina");
        }
        let consent = format!("/migrants/{}/consents/{}/withdraw", near.id("migrant"), near.id("consent"));
        app.client(Account::ColleaguePic).await.act(&consent).await.ok();
        for (path, state) in paths.iter().zip(["cancelled", "declined"]) {
            let after = partner.get(path).await;
            assert!(!String::from_utf8_lossy(&after.bytes).contains("Divulgado"), "{}", after.json);
            let after = after.ok();
            assert_eq!((&after["state"], &after["disclosures"]), (&json!(state), &json!([])));
        }
        // What was not shown is not in the trail as read.
        let auditor = app.client(Account::Auditor).await;
        let read = auditor.get("/audit-events?action=disclosure.read").await.ok();
        let facts: Vec<&Value> =
            read["items"].as_array().expect("items").iter().map(|event| &event["facts"]["facts"]).collect();
        let (none, name) = (json!([]), json!(["name"]));
        assert_eq!(facts, [&none, &none, &name, &name]);
        app.run_jobs().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_desk_withdrew_the_agency_reads_no_more() {
    for (app, records) in both(Account::PartnerLegal).await {
        let referral = records.place("vecina").id("referral").to_owned();
        let desk = app.client(Account::ColleaguePic).await;
        let path = format!("/referrals/{referral}/moves");
        desk.post_on(&path, 1, json!({ "move": "cancel", "reason": "client_declined" })).await.ok();
        let partner = app.client(Account::PartnerLegal).await;
        let after = partner.get(&format!("/inbox/referrals/{referral}")).await.ok();
        assert_eq!((&after["disclosures"], &after["message"]), (&json!([]), &Value::Null));
        app.run_jobs().await;
    }
}
