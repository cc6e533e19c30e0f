//! What did not help is tried elsewhere, in one act.

use serde_json::{Value, json};

use super::Talk;
use crate::support::desk::{id, version, with};

impl Talk {
    async fn again(&self, old: &Value, body: Value) -> crate::support::client::Answer {
        self.worker.post_on(&format!("/referrals/{}/re-refer", id(old)), version(old), body).await
    }

    fn to_shelter(&self, more: Value) -> Value {
        with(json!({ "service_id": self.app.world.shelter_service }), more)
    }

    async fn referrals(&self) -> usize {
        let listed = self.worker.get(&format!("/referrals?case={}", self.matter.case)).await.ok();
        listed["items"].as_array().expect("items").len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_referral_is_cancelled_and_another_sent_in_one_act_and_both_show_the_chain() {
    let talk = Talk::new().await;
    let old = talk.seen_by_desk().await;
    let body = talk.to_shelter(json!({ "send": true, "reason": "no_capacity", "id": uuid::Uuid::now_v7() }));
    let new = talk.again(&old, body.clone()).await.created();
    assert_eq!((&new["state"], &new["replaces_id"]), (&json!("sent"), &json!(talk.id())));
    for same in ["need_id", "message", "facts", "priority"] {
        assert_eq!(new[same], old[same], "{same}");
    }
    let facts = &new["disclosures"][0]["facts"];
    assert_eq!(facts["name"], "Inventada Peña de Prueba", "frozen anew");
    let old = talk.seen_by_desk().await;
    assert_eq!((&old["state"], &old["reason"]), (&json!("cancelled"), &json!("no_capacity")));
    let tries = [talk.id(), id(&new)];
    for record in [&old, &new] {
        let shown: Vec<String> = record["tries"].as_array().expect("tries").iter().map(id).collect();
        assert_eq!(shown, tries);
    }
    // Asked twice it is done once.
    let again = talk.again(&json!({ "id": old["id"], "version": 1 }), body).await.ok();
    assert_eq!((id(&again), talk.referrals().await), (id(&new), 2));
    talk.app.run_jobs().await;
    let mails = talk.app.mails();
    let to: Vec<&str> = mails.iter().rev().take(2).map(|mail| mail.to.as_str()).collect();
    assert!(to.contains(&"buzon@clinica.example") && to.contains(&"buzon@albergue.example"), "{to:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_consent_that_covers_the_new_agency_nothing_at_all_happens() {
    let talk = Talk::new().await;
    let legal = talk.app.world.legal;
    let narrow =
        format!("UPDATE consents SET agency_id = '{legal}' WHERE migrant_id = '{}'", talk.matter.migrant);
    talk.app.run(&narrow).await;
    let old = talk.seen_by_desk().await;
    let body = talk.to_shelter(json!({ "send": true, "reason": "no_capacity" }));
    talk.again(&old, body).await.is_problem(409, "consent_missing");
    assert_eq!((&talk.seen_by_desk().await["state"], talk.referrals().await), (&json!("sent"), 1));
    // As a draft it waits for the consent; the old one ends all the same.
    let draft = talk.again(&old, talk.to_shelter(json!({ "reason": "no_capacity" }))).await.created();
    assert_eq!((&draft["state"], &draft["disclosures"]), (&json!("draft"), &json!([])));
    talk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_declined_is_tried_again_once_and_its_words_may_be_others() {
    let talk = Talk::new().await;
    talk.moves(&talk.partner, json!({ "move": "decline", "reason": "no_capacity" })).await;
    let old = talk.seen_by_desk().await;
    assert!(old["allowed"].as_array().expect("verbs").contains(&json!("re_refer")));
    let needless = talk.to_shelter(json!({ "reason": "no_capacity" }));
    talk.again(&old, needless).await.complains_of(&["/reason"]);
    let body = talk
        .to_shelter(json!({ "message": "Otra vez, por favor.", "facts": ["name"], "priority": "normal" }));
    let new = talk.again(&old, body.clone()).await.created();
    assert_eq!((&new["message"], &new["facts"]), (&json!("Otra vez, por favor."), &json!(["name"])));
    assert_eq!(new["priority"], "normal");
    assert_eq!(talk.seen_by_desk().await["state"], "declined");
    // A colleague had the same thought.
    let refused = talk.again(&old, body.clone()).await.is_problem(409, "referral_already_replaced");
    assert_eq!(refused["referral_id"], new["id"]);
    let path = format!("/referrals/{}/moves", id(&new));
    let cancel = json!({ "move": "cancel", "reason": "duplicate" });
    talk.worker.post_on(&path, version(&new), cancel).await.ok();
    talk.again(&old, body).await.created();
    talk.app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_again_on_an_old_page_or_without_a_reason_is_told_so() {
    let talk = Talk::new().await;
    let old = talk.referral.clone();
    talk.moves(&talk.partner, json!({ "move": "acknowledge" })).await;
    let body = talk.to_shelter(json!({ "reason": "no_capacity" }));
    let stale = talk.again(&old, body.clone()).await.is_problem(412, "stale_version");
    assert_eq!(stale["current"]["state"], "acknowledged");
    let now = talk.seen_by_desk().await;
    talk.again(&now, talk.to_shelter(json!({}))).await.complains_of(&["/reason"]);
    let wordless = talk.to_shelter(json!({ "reason": "other", "override_reason": "Sin papeles." }));
    talk.again(&now, wordless).await.complains_of(&["/override_reason", "/reason_text"]);
    let unknown = talk.to_shelter(json!({ "reason": "no_such_reason" }));
    talk.again(&now, unknown).await.complains_of(&["/reason"]);
    let nowhere = json!({ "service_id": uuid::Uuid::now_v7(), "reason": "no_capacity" });
    talk.again(&now, nowhere).await.complains_of(&["/service_id"]);
    assert_eq!((&talk.seen_by_desk().await["state"], talk.referrals().await), (&json!("acknowledged"), 1));
    talk.partner.post_on(&talk.path("/re-refer"), 2, body).await.is_problem(403, "forbidden");
    talk.app.run_jobs().await;
}
