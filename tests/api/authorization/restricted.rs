//! Restricted needs: that one exists is shown, what it is only to the case's worker and to readers of its office. Which
//! agency was asked would tell it too.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};

use super::sealed::both;
use crate::support::{Account, Client};

async fn row(client: &Client, query: &str, id: &str) -> Option<Value> {
    let list = client.get(&format!("/referrals?limit=200{query}")).await.ok();
    list["items"].as_array().expect("items").iter().find(|row| row["id"] == id).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_a_list_nor_a_filter_nor_a_figure_tells_what_a_restricted_need_is() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (near, legal) = (records.place("vecina"), app.world.legal);
        let (id, need) = (near.id("referral"), near.id("need"));
        let restrict = format!("UPDATE needs SET restricted = true WHERE id = '{need}'");
        app.database().await.batch_execute(&restrict).await.expect("restricted");
        let figure = "&measure=sent&sent_from=2020-01-01&sent_to=2099-01-01";
        let telling = [
            format!("&agency={legal}"),
            "&service=LEG".to_owned(),
            format!("{figure}&cell=agency:{legal}"),
            format!("{figure}&cell=service:LEG"),
            format!("{figure}&cell=service_within:LEG"),
        ];
        for who in [Account::WorkerPic, Account::SupervisorPic, Account::Manager] {
            let client = app.client(who).await;
            let seen = row(&client, "", id).await.expect("that it exists is seen");
            assert_eq!(seen["restricted"], true);
            for column in ["agency_id", "service_id", "category"] {
                assert_eq!(seen[column], Value::Null, "{who:?} {column}");
            }
            for filter in &telling {
                assert_eq!(row(&client, filter, id).await, None, "{who:?} {filter}");
            }
            let asked = format!("/referrals/count?agency={legal}&case={}", near.id("case"));
            assert_eq!(client.get(&asked).await.ok()["count"], 0, "{who:?}");
            let whole = client.get(&format!("/referrals/{id}")).await;
            let text = String::from_utf8_lossy(&whole.bytes).into_owned();
            assert!(!text.contains(&legal.to_string()) && !text.contains("LEG"), "{who:?} {text}");
        }
        let cards = format!("/agencies/{legal}/scorecard?from=2026-01-01&to=2027-01-01&lang=en");
        let card = app.client(Account::SupervisorPic).await.get(&cards).await.ok();
        // The supervisor's own, sent and ended.
        assert_eq!(card["totals"]["cells"]["sent"]["value"], 2);
        assert!(card["footnotes"].to_string().contains("would tell the need"), "{}", card["footnotes"]);
        for who in [Account::ColleaguePic, Account::PsychologistPic] {
            let client = app.client(who).await;
            for filter in ["", &telling[0], &telling[1]] {
                let seen = row(&client, filter, id).await.unwrap_or_else(|| panic!("{who:?} {filter}"));
                assert_eq!(
                    (&seen["agency_id"], &seen["category"]),
                    (&json!(legal), &json!("LEG")),
                    "{who:?}"
                );
                assert_eq!(seen["restricted"], true);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_learns_of_no_agency_by_the_mail_about_a_restricted_need() {
    for (app, records) in both(Account::SupervisorPic).await {
        let near = records.place("vecina");
        let written = format!(
            "UPDATE needs SET restricted = true WHERE id = '{need}';
             INSERT INTO notices (id, kind, to_agency_id, language, office_id, case_id, referral_id, state, created_at)
             VALUES (gen_random_uuid(), 'referral_sent', '{legal}', 'es', '{pic}', '{case}', '{referral}', 'failed', now())",
            need = near.id("need"),
            legal = app.world.legal,
            pic = app.world.pic,
            case = near.id("case"),
            referral = near.id("referral"),
        );
        app.database().await.batch_execute(&written).await.expect("a mail");
        let about = format!("/notices?referral={}", near.id("referral"));
        let found = async |who: Account| {
            app.client(who).await.get(&about).await.ok()["items"].as_array().map_or(0, Vec::len)
        };
        assert_eq!(found(Account::SupervisorPic).await, 0);
        assert_eq!(found(Account::Admin).await, 1, "somebody sees that it did not arrive");
        let open = format!("UPDATE needs SET restricted = false WHERE id = '{}'", near.id("need"));
        app.database().await.batch_execute(&open).await.expect("open");
        assert_eq!(found(Account::SupervisorPic).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_restricted_facts_reads_those_of_the_own_office() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (near, far) = (records.place("vecina"), records.place("lejana"));
        let restrict = format!(
            "UPDATE specific_needs SET restricted = true WHERE id IN ('{}', '{}')",
            near.id("specific_need"),
            far.id("specific_need")
        );
        app.database().await.batch_execute(&restrict).await.expect("restricted");
        let reader = app.client(Account::PsychologistPic).await;
        let code = async |person: &str| {
            let needs = reader.get(&format!("/migrants/{person}/specific-needs")).await.ok();
            needs["items"][0]["code"].clone()
        };
        assert_eq!(code(near.id("migrant")).await, "SP");
        // An emergency opens the file, not what is restricted in it.
        let path = format!("/cases/{}/access", far.id("case"));
        reader.post(&path, json!({ "reason": "Emergencia" })).await.ok();
        assert_eq!(code(far.id("migrant")).await, Value::Null);
    }
}
