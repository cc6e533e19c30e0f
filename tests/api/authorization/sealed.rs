//! What is sealed, asked through the API by those who were not let in: no list, count, search, comparison or figure tells
//! that it exists. Everything is asked twice: with both walls, and with the first alone.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::records::{Place, Records, part_the_offices};
use super::walls::fell_second_wall;
use crate::support::client::Answer;
use crate::support::{Account, Client, TestApp};

/// Two services with the same records, the second without row-level security.
pub async fn both(who: Account) -> Vec<(TestApp, Records)> {
    let mut all = vec![];
    for felled in [false, true] {
        let app = TestApp::new().await;
        part_the_offices(&app).await;
        let records = Records::build(&mut app.database().await, &app.world, who).await;
        if felled {
            fell_second_wall(&app).await;
        }
        all.push((app, records));
    }
    all
}

/// The first thing of the place an answer names.
fn told<'a>(answer: &Answer, place: &'a Place) -> Option<&'a str> {
    let text = String::from_utf8_lossy(&answer.bytes);
    place.ids().find(|id| text.contains(id))
}

#[track_caller]
fn tells_nothing(answer: Answer, place: &Place) -> Value {
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.json);
    assert_eq!(told(&answer, place), None, "{}", answer.json);
    answer.json
}

#[tokio::test(flavor = "multi_thread")]
async fn no_list_and_no_count_tells_of_a_sealed_case() {
    for (app, records) in both(Account::SupervisorPic).await {
        let sealed = records.place("sellada");
        let (case, person) = (sealed.id("case"), sealed.id("migrant"));
        let lists = [
            "/cases".to_owned(),
            format!("/cases?migrant={person}"),
            format!("/cases?q=C-{case}"),
            "/cases?view=overdue".to_owned(),
            "/cases?measure=open_at_end&period_from=2020-01-01&period_to=2099-01-01".to_owned(),
            "/referrals".to_owned(),
            format!("/referrals?case={case}"),
            "/notices".to_owned(),
            format!("/notices?case={case}"),
        ];
        let counts = [format!("/cases/count?migrant={person}"), format!("/referrals/count?case={case}")];
        for who in [Account::SupervisorPic, Account::WorkerPic, Account::FieldPic, Account::Manager] {
            let client = app.client(who).await;
            for list in &lists {
                tells_nothing(client.get(list).await, sealed);
            }
            for count in &counts {
                assert_eq!(client.get(count).await.ok(), json!({ "count": 0 }), "{who:?} {count}");
            }
        }
        for who in [Account::SupervisorPic, Account::WorkerPic, Account::FieldPic] {
            let client = app.client(who).await;
            for view in ["mine", "overdue", "due_today", "unassigned"] {
                tells_nothing(client.get(&format!("/tasks?view={view}")).await, sealed);
            }
            let members = format!("/associations/{}/members", sealed.id("association"));
            assert_eq!(tells_nothing(client.get(&members).await, sealed)["items"], json!([]));
        }
        tells_nothing(app.client(Account::Admin).await.get("/notices").await, sealed);
        tells_nothing(app.client(Account::SupervisorPic).await.get("/grants/to-review").await, sealed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_let_in_find_it_in_their_lists() {
    for (app, records) in both(Account::SupervisorPic).await {
        let sealed = records.place("sellada");
        let colleague = app.client(Account::ColleaguePic).await;
        let found = colleague.get(&format!("/cases?migrant={}", sealed.id("migrant"))).await.ok();
        assert_eq!(found["items"].as_array().expect("items").len(), 3);
        let notices = colleague.get(&format!("/notices?case={}", sealed.id("case"))).await.ok();
        assert_eq!(notices["items"].as_array().expect("items").len(), 1);
        let found = colleague.get("/migrants?q=Persona-sellada").await.ok();
        assert_eq!(found["items"][0]["id"], sealed.id("migrant"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_search_and_no_comparison_meets_a_sealed_person() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (sealed, near) = (records.place("sellada"), records.place("vecina"));
        let mut superuser = app.database().await;
        for (person, phone) in
            [(sealed.id("migrant"), "+593991000001"), (near.id("migrant"), "+593991000002")]
        {
            let key = format!(
                "INSERT INTO migrant_search_keys (migrant_id, kind, key) VALUES ('{person}', 'phone', '{phone}')"
            );
            superuser.batch_execute(&key).await.expect("a key");
        }
        for who in [Account::SupervisorPic, Account::WorkerPic, Account::FieldPic] {
            let client = app.client(who).await;
            for q in ["Persona-sellada", "sellada", "+593991000001"] {
                tells_nothing(client.get(&format!("/migrants?q={}", q.replace('+', "%2B"))).await, sealed);
            }
            tells_nothing(client.get("/migrants").await, sealed);
        }
        for who in [Account::WorkerPic, Account::WorkerLeg] {
            let wanted = json!({ "name": "Persona-sellada Ficticia", "phone": "+593991000001" });
            let matches = app.client(who).await.post("/migrants/matches", wanted).await;
            assert_eq!(tells_nothing(matches, sealed)["known_elsewhere"], json!([]), "{who:?}");
        }
        // That the phone of somebody who is not sealed is known here, another office may learn.
        let wanted = json!({ "name": "Persona-vecina Ficticia", "phone": "+593991000002" });
        let matches = app.client(Account::WorkerLeg).await.post("/migrants/matches", wanted).await.ok();
        assert_eq!(matches["known_elsewhere"], json!([app.world.pic]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_an_office_leave_sealed_cases_out_and_those_of_the_network_say_how_many() {
    for (app, records) in both(Account::SupervisorPic).await {
        let sealed = records.place("sellada");
        let report = "/reports/caseload?from=2020-01-01&to=2099-01-01";
        let open = async |who: Account| {
            let report = tells_nothing(app.client(who).await.get(report).await, sealed);
            (
                report["totals"]["cells"]["open_at_end"]["value"].as_i64(),
                report["left_out"]["sealed"].as_i64(),
            )
        };
        // Unsealed open cases of Pichincha: two each of the colleague, of the supervisor, and sent to the other agency.
        let of_office = open(Account::SupervisorPic).await;
        assert_eq!(of_office, (Some(6), None));
        assert_eq!(open(Account::Manager).await, (Some(6), Some(6)));
    }
}

/// A refusal without what is its own.
fn plain(mut problem: Value) -> Value {
    for member in ["request_id", "instance"] {
        problem.as_object_mut().expect("a document").remove(member);
    }
    problem
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_person_is_named_in_vain_like_one_who_does_not_exist() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (sealed, near) = (records.place("sellada"), records.place("vecina"));
        let worker = app.client(Account::WorkerPic).await;
        let office = app.world.pic;
        let refusals = async |person: &str| {
            let on_case = worker
                .post(
                    &format!("/cases/{}/people", near.id("case")),
                    json!({ "migrant_id": person, "role": "household" }),
                )
                .await;
            let case = json!({ "office_id": office, "client_kind": "IND", "channel": "WLK", "needs": [{ "service": "HOU" }],
                "people": [{ "migrant_id": person, "role": "client", "principal": true }] });
            let opened = worker.post("/cases", case).await;
            let joined = worker
                .post(
                    &format!("/associations/{}/members", near.id("association")),
                    json!({ "migrant_id": person }),
                )
                .await;
            [on_case, opened, joined].map(|answer| plain(answer.is_problem(422, "invalid_fields")))
        };
        let nobody = Uuid::now_v7().to_string();
        assert_eq!(refusals(sealed.id("migrant")).await, refusals(&nobody).await);
        // A person of another office is no more known here than one who does not exist.
        assert_eq!(refusals(records.place("lejana").id("migrant")).await, refusals(&nobody).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_worker_puts_nobody_on_a_case_whose_file_they_may_not_see() {
    for (app, records) in both(Account::FieldPic).await {
        let (own, near) = (records.place("propia"), records.place("vecina"));
        let field = app.client(Account::FieldPic).await;
        let put = async |person: &str| {
            let body = json!({ "migrant_id": person, "role": "household" });
            field.post(&format!("/cases/{}/people", own.id("bare_case")), body).await
        };
        let case = |person: &str| {
            json!({ "office_id": app.world.pic, "client_kind": "IND", "channel": "WLK",
            "needs": [{ "service": "HOU" }], "people": [{ "migrant_id": person, "role": "client", "principal": true }] })
        };
        let nobody = Uuid::now_v7().to_string();
        let unknown = plain(put(&nobody).await.is_problem(422, "invalid_fields"));
        for place in [near, records.place("lejana"), records.place("sellada")] {
            let refused = put(place.id("migrant")).await.is_problem(422, "invalid_fields");
            assert_eq!(plain(refused), unknown);
            field.post("/cases", case(place.id("migrant"))).await.complains_of(&["/people/0/migrant_id"]);
        }
        put(own.id("second_person")).await.ok();
        field.post("/cases", case(own.id("second_person"))).await.created();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_a_sealed_case_is_sealed_no_more_and_mail_follows_the_seal() {
    for (app, records) in both(Account::SupervisorPic).await {
        let near = records.place("vecina");
        let supervisor = app.client(Account::SupervisorPic).await;
        let path = format!("/cases/{}", near.id("case"));
        let about = format!("/notices?case={}", near.id("case"));
        let heard = async || {
            app.client(Account::Admin).await.get(&about).await.ok()["items"].as_array().map_or(0, Vec::len)
        };
        let before = heard().await;
        assert!(before > 0);
        supervisor.post(&format!("{path}/seal"), json!({ "reason": "Amenaza", "days": 30 })).await.ok();
        assert_eq!(heard().await, 0, "an administrator was not let in");
        let person = near.id("second_person");
        let worker = app.client(Account::WorkerPic).await;
        worker.get(&format!("/migrants/{person}")).await.is_problem(404, "not_found");
        supervisor.act(&format!("{path}/people/{person}/remove")).await.ok();
        app.run_jobs().await;
        worker.get(&format!("/migrants/{person}")).await.ok();
        worker.get(&format!("/migrants/{}", near.id("migrant"))).await.is_problem(404, "not_found");
        supervisor.act(&format!("{path}/unseal")).await.ok();
        assert_eq!(heard().await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_person_is_no_name_on_another_case_and_no_relative_in_another_file() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (sealed, near) = (records.place("sellada"), records.place("vecina"));
        let (person, case) = (sealed.id("migrant"), near.id("case"));
        let tie = format!(
            "INSERT INTO case_people (case_id, migrant_id, role, added_at) VALUES ('{case}', '{person}', 'household', now());
             INSERT INTO relations (id, migrant_id, other_id, relation) VALUES (gen_random_uuid(), '{person}', '{}', 'parent')",
            near.id("migrant")
        );
        app.database().await.batch_execute(&tie).await.expect("tied");
        for who in [Account::SupervisorPic, Account::WorkerPic] {
            let client = app.client(who).await;
            tells_nothing(client.get(&format!("/cases/{case}")).await, sealed);
            tells_nothing(client.get("/cases").await, sealed);
            tells_nothing(client.get(&format!("/migrants/{}", near.id("migrant"))).await, sealed);
        }
        // Nor to somebody from far away who opened that other case in an emergency.
        let far = app.client(Account::WorkerLeg).await;
        far.post(&format!("/cases/{case}/access"), json!({ "reason": "Emergencia" })).await.ok();
        tells_nothing(far.get(&format!("/cases/{case}")).await, sealed);
        far.get(&format!("/migrants/{person}")).await.is_problem(404, "not_found");
        far.get(&format!("/migrants/{}", near.id("second_person"))).await.ok();
    }
}

async fn opens(client: &Client, place: &Place) -> (u16, u16) {
    let case = client.get(&format!("/cases/{}", place.id("case"))).await.status.as_u16();
    (case, client.get(&format!("/migrants/{}", place.id("migrant"))).await.status.as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_ends_by_the_services_clock() {
    for (app, records) in both(Account::SupervisorPic).await {
        let (sealed, near) = (records.place("sellada"), records.place("vecina"));
        let far = app.client(Account::WorkerLeg).await;
        far.post(&format!("/cases/{}/access", near.id("case")), json!({ "reason": "Emergencia" })).await.ok();
        assert_eq!(opens(&far, near).await, (200, 200));
        app.advance(chrono::TimeDelta::minutes(239));
        let far = app.client(Account::WorkerLeg).await;
        assert_eq!(opens(&far, near).await, (200, 200));
        app.advance(chrono::TimeDelta::minutes(2));
        let far = app.client(Account::WorkerLeg).await;
        assert_eq!(opens(&far, near).await, (404, 404));
        assert_eq!(opens(&app.client(Account::ColleaguePic).await, sealed).await, (200, 200));
        app.advance(chrono::TimeDelta::days(2));
        assert_eq!(opens(&app.client(Account::ColleaguePic).await, sealed).await, (404, 404));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_shuts_out_whoever_opened_the_case_with_a_reason() {
    for (app, records) in both(Account::SupervisorPic).await {
        let near = records.place("vecina");
        let far = app.client(Account::WorkerLeg).await;
        far.post(&format!("/cases/{}/access", near.id("case")), json!({ "reason": "Emergencia" })).await.ok();
        assert_eq!(opens(&far, near).await, (200, 200));
        let seal = json!({ "reason": "Amenaza", "days": 30 });
        let supervisor = app.client(Account::SupervisorPic).await;
        supervisor.post(&format!("/cases/{}/seal", near.id("case")), seal).await.ok();
        assert_eq!(opens(&far, near).await, (404, 404));
        assert_eq!(opens(&app.client(Account::WorkerPic).await, near).await, (404, 404));
        assert_eq!(opens(&app.client(Account::ColleaguePic).await, near).await, (200, 200));
        assert_eq!(opens(&supervisor, near).await, (200, 200));
        // Nor does a new reason open it.
        let again =
            far.post(&format!("/cases/{}/access", near.id("case")), json!({ "reason": "Emergencia" })).await;
        again.is_problem(404, "not_found");
    }
}
