//! Taking over a desk's spreadsheet: real files, real maps, and what stands in the database afterwards.

use std::path::PathBuf;

use migrant_desk::import::{self, Counts, Order};
use serde_json::{Value, json};

use crate::support::{Account, Client, TestApp};

const MAP: &str = r#"
    office = "Desk"
    key = "No."
    [case]
    client_kind = { value = "IND" }
    channel = { value = "WLK" }
    opened_on = "Came"
    priority = { column = "Haste", default = "normal" }
    summary = "Matter"
    [[people]]
    given_names = "Given"
    family_names = "Family"
    sex = { column = "Sex", values = { F = 2, M = 1 }, default = 0 }
    birth_on = "Born"
    phones = ["Phone", "Other phone"]
    [[needs]]
    service = { column = "Needs", split = "+" }
"#;
const HEAD: &str = "No.,Desk,Came,Haste,Matter,Given,Family,Sex,Born,Phone,Other phone,Needs";

/// A folder with a spreadsheet and its map.
struct Desk {
    folder: tempfile::TempDir,
}

struct Told {
    counts: Counts,
    words: String,
}

impl Told {
    /// Whether a line of the report speaks of this line of the file, this column and this code.
    #[track_caller]
    fn says(&self, line: u64, column: &str, code: &str) {
        let (place, code) = (format!("Línea {line}"), format!("[{code}]"));
        let names = |text: &&str| {
            text.starts_with(&format!("{place}:")) && column.is_empty()
                || text.starts_with(&format!("{place}, columna «{column}»"))
        };
        let found = self.words.lines().filter(names).any(|text| text.ends_with(&code));
        assert!(found, "line {line}, {column}, {code} in:\n{}", self.words);
    }
}

impl Desk {
    fn new(map: &str, csv: &str) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().expect("folder") };
        std::fs::write(desk.path("map.toml"), map).expect("map");
        desk.keeps(csv);
        desk
    }

    fn keeps(&self, csv: &str) {
        std::fs::write(self.path("cases.csv"), csv).expect("file");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn import_as(&self, app: &TestApp, account: &str, write: bool) -> anyhow::Result<Told> {
        let order = Order {
            file: self.path("cases.csv"),
            map: self.path("map.toml"),
            account: account.to_owned(),
            write,
        };
        let mut out = vec![];
        let counts = import::cases(&app.app, &order, &mut out).await?;
        Ok(Told { counts, words: String::from_utf8(out).expect("text") })
    }

    async fn try_out(&self, app: &TestApp) -> Told {
        self.import_as(app, &Account::SupervisorPic.email(), false).await.expect("tried")
    }

    async fn import(&self, app: &TestApp) -> Told {
        self.import_as(app, &Account::SupervisorPic.email(), true).await.expect("imported")
    }
}

async fn items(client: &Client, path: &str) -> Vec<Value> {
    client.get(path).await.ok()["items"].as_array().expect("items").clone()
}

async fn counted(client: &Client) -> Value {
    client.get("/cases/count").await.ok()["count"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_writes_nothing_an_import_writes_once_and_a_second_one_changes_nothing() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let row = "7,PIC,2025-03-02,urgent,Lost papers,Rosa,Inventada Vera,F,1990-05-02,099 555 0101,02 255 5010,LEG-ADV + HOU";
    let desk = Desk::new(MAP, &format!("{HEAD}\n{row}\n"));

    let tried = desk.try_out(&app).await;
    assert_eq!((tried.counts.new, tried.counts.people, tried.counts.rows), (1, 1, 1), "{}", tried.words);
    assert!(tried.words.contains("No se escribió nada"), "{}", tried.words);
    assert_eq!(counted(&supervisor).await, json!(0), "a trial wrote a case");
    assert_eq!(items(&supervisor, "/migrants").await, [] as [Value; 0], "a trial wrote a person");

    let written = desk.import(&app).await;
    assert_eq!((written.counts.new, written.counts.is_whole()), (1, true), "{}", written.words);
    let listed = items(&supervisor, "/cases").await;
    assert_eq!(listed.len(), 1);
    let case = supervisor.get(&format!("/cases/{}", listed[0]["id"].as_str().expect("id"))).await.ok();
    assert_eq!(case["number"], "PIC-2025-000001", "numbers are of the year the case was opened");
    assert_eq!((&case["priority"], &case["summary"]), (&json!("urgent"), &json!("Lost papers")));
    assert_eq!(case["opened_at"], "2025-03-02T05:00:00Z", "midnight in Guayaquil");
    let needs = items(&supervisor, &format!("/cases/{}/needs", case["id"].as_str().expect("id"))).await;
    let services: Vec<&Value> = needs.iter().map(|need| &need["service"]).collect();
    assert_eq!(services, [&json!("LEG-ADV"), &json!("HOU")]);
    let person = items(&supervisor, "/migrants?q=0995550101").await;
    let person = supervisor.get(&format!("/migrants/{}", person[0]["id"].as_str().expect("id"))).await.ok();
    let phones: Vec<&Value> =
        person["contact_points"].as_array().expect("points").iter().map(|point| &point["value"]).collect();
    assert_eq!(phones, [&json!("+593995550101"), &json!("+59322555010")]);

    let again = desk.import(&app).await;
    assert_eq!((again.counts.unchanged, again.counts.new), (1, 0), "{}", again.words);
    desk.keeps(&format!("{HEAD}\n{}\n", row.replace("Lost papers", "Stolen papers")));
    let changed = desk.import(&app).await;
    changed.says(2, "", "case_changed");
    assert!(changed.words.contains("PIC-2025-000001"), "{}", changed.words);
    assert_eq!((changed.counts.changed, counted(&supervisor).await), (1, json!(1)));
    let case = supervisor.get(&format!("/cases/{}", case["id"].as_str().expect("id"))).await.ok();
    assert_eq!(case["summary"], "Lost papers", "the case was overwritten");
    assert_eq!(app.run_jobs().await, 0, "an import sends no mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_is_told_whole_and_takes_no_good_one_with_it() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let csv = format!(
        "{HEAD}\n\
         1,PIC,2025-03-02,,,Ana,Supuesta,F,,,,HOU\n\
         2,PIC,02/03/2025,soon,,Secreta,,X,1990-02-30,0995,,NONSENSE\n\
         3,PIC,2025-03-02,,,Luis,Inventado,M,,,,\n\
         4,LEG,2025-03-02,,,Pedro,Ficticio,M,,,,HOU\n\
         1,PIC,2025-03-02,,,Otra,Supuesta,F,,,,HOU\n\
         5,PIC,2025-03-02,,,Julia,Imaginaria,F,,,HOU\n\
         6,PIC,2099-01-01,,,Carla,Imaginaria,F,,,,HOU\n\
         7,PIC,2025-03-03,,,Zoila,Ejemplar,F,,,,FOO\n"
    );
    let desk = Desk::new(MAP, &csv);
    for told in [desk.try_out(&app).await, desk.import(&app).await] {
        for (column, code) in [
            ("Came", "unreadable_date"),
            ("Haste", "unreadable_word"),
            ("Sex", "value_not_mapped"),
            ("Born", "unreadable_date"),
            ("Phone", "invalid_phone"),
        ] {
            told.says(3, column, code);
        }
        told.says(4, "Needs", "required");
        told.says(5, "Desk", "unknown_office");
        told.says(6, "No.", "key_repeated");
        told.says(7, "", "too_few_cells");
        told.says(8, "Came", "in_the_future");
        assert_eq!((told.counts.new, told.counts.refused), (2, 6), "{}", told.words);
        for value in ["Secreta", "0995", "NONSENSE", "1990-02-30"] {
            assert!(!told.words.contains(value), "{value} is repeated in:\n{}", told.words);
        }
    }
    assert_eq!(counted(&supervisor).await, json!(2));
    assert_eq!(items(&supervisor, "/migrants").await.len(), 2, "persons of refused rows stayed");

    desk.keeps(&csv.replace("NONSENSE", "HOU").replace("02/03/2025,soon", "2025-03-02,urgent"));
    let told = desk.import(&app).await;
    assert_eq!((told.counts.unchanged, told.counts.refused), (2, 6), "{}", told.words);
    desk.keeps(
        &csv.replace(",soon,,Secreta,,X,1990-02-30,0995,,NONSENSE", ",urgent,,Secreta,,F,1990,,,NONSENSE")
            .replace("02/03/2025", "2025-03-02"),
    );
    desk.import(&app).await.says(3, "Needs", "unknown_code");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_may_be_on_file_waits_until_somebody_says_who_it_is() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let body = json!({ "office_id": app.world.pic, "given_names": "Rosa", "family_names": "Inventada de Vera", "sex": 2 });
    let known = supervisor.post("/migrants", body).await.created();
    let number = known["number"].as_str().expect("number");
    let csv = format!(
        "{HEAD},Key,File\n\
         1,PIC,2025-03-02,,,Róza,Inventada Vera,F,,,,HOU,,\n\
         2,PIC,2025-03-02,,,Julio,Imaginario Prueba,M,1988-01-01,,,HOU,,\n\
         3,PIC,2025-03-09,,,JULIO,Imaginario Prueba,M,,,,FOO,,\n\
         4,PIC,2025-03-02,,,Ana,Supuesta Mora,F,,,,HOU,A,\n\
         5,PIC,2025-03-09,,,Ana,Supuesta Mora,F,,,,FOO,A,\n\
         6,PIC,2025-03-09,,,Ana,Supuesta Mora,F,,,,FOO,B,\n\
         7,PIC,2025-03-09,,,Rosa,,F,,,,FOO,,{number}\n\
         8,PIC,2025-03-09,,,Rosa,,F,,,,FOO,,M-PIC-1999-000001\n"
    );
    let map = MAP.replace("[[people]]", "[[people]]\nkey = \"Key\"\nnumber = \"File\"");
    let desk = Desk::new(&map, &csv);
    for told in [desk.try_out(&app).await, desk.import(&app).await] {
        told.says(2, "", "likely_known");
        assert!(told.words.contains(number), "{}", told.words);
        told.says(4, "", "likely_same_row");
        told.says(9, "File", "unknown_file");
        let Counts { new, people, held, refused, .. } = told.counts;
        assert_eq!((new, people, held, refused), (5, 3, 2, 1), "{}", told.words);
    }
    assert_eq!(
        items(&supervisor, "/migrants?q=ana%20supuesta").await.len(),
        2,
        "one key is one person, two are two"
    );
    let file = supervisor.get(&format!("/migrants/{}", known["id"].as_str().expect("id"))).await.ok();
    assert_eq!(file["given_names"], "Rosa", "the file was changed");
    desk.import(&app).await.says(2, "", "likely_known");

    let desk = Desk::new(&format!("likely = \"register\"\n{map}"), &csv);
    let told = desk.import(&app).await;
    told.says(2, "", "likely_known");
    assert_eq!((told.counts.new, told.counts.unchanged), (2, 5), "{}", told.words);
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_cases_come_closed_with_their_outcomes() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let map = MAP
        .replace(
            "[case]",
            "[case]\nclosed_on = \"Ended\"\nclosure = \"Why\"\nassigned_to = \"Owner\"\nnote = \"Note\"",
        )
        .replace("[[needs]]", "[[needs]]\noutcome = \"Outcome\"");
    let (owner, stranger) = (Account::WorkerPic.email(), Account::WorkerLeg.email());
    let csv = format!(
        "{HEAD},Ended,Why,Owner,Note,Outcome\n\
         1,PIC,2025-03-02,,,Ana,Supuesta,F,,,,HOU,2025-04-01,MET,{owner},\"Two lines,\nof words\",met\n\
         2,PIC,2025-03-02,,,Luis,Inventado,M,,,,HOU,2025-02-01,MET,,,met\n\
         3,PIC,2025-03-02,,,Julio,Imaginario,M,,,,HOU,,,,,met\n\
         4,PIC,2025-03-02,,,Zoila,Ejemplar,F,,,,HOU,2025-04-01,,,,\n\
         5,PIC,2025-03-02,,,Carla,Figurada,F,,,,HOU,2025-04-01,MET,,,meet\n\
         6,PIC,2025-03-02,,,Elena,Soñada,F,,,,HOU,,,{stranger},,\n\
         7,PIC,2025-03-02,,,Elsa,Fantástica,F,,,,HOU,,,nobody@desk.example,,\n"
    );
    let desk = Desk::new(&map, &csv);
    let told = desk.import(&app).await;
    told.says(4, "Ended", "before_opening");
    told.says(5, "Outcome", "outcome_of_open_need");
    told.says(6, "Why", "required");
    told.says(7, "Outcome", "unknown_code");
    told.says(8, "Owner", "not_of_office");
    told.says(9, "Owner", "unknown_worker");
    assert_eq!((told.counts.new, told.counts.refused), (1, 6), "{}", told.words);
    let id = items(&supervisor, "/cases").await[0]["id"].as_str().expect("id").to_owned();
    let case = supervisor.get(&format!("/cases/{id}")).await.ok();
    assert_eq!((&case["status"], &case["closure"]), (&json!("closed"), &json!("MET")));
    assert_eq!(case["assigned_to"], json!(app.world.staff(Account::WorkerPic)));
    assert_eq!(items(&supervisor, &format!("/cases/{id}/needs")).await[0]["outcome"], "met");
    let notes = items(&supervisor, &format!("/cases/{id}/notes")).await;
    assert_eq!(notes[0]["body"], "Two lines,\nof words");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_done_in_the_name_of_an_account_and_within_its_rights() {
    let app = TestApp::new().await;
    let row = "1,PIC,2025-03-02,,,Ana,Supuesta,F,,,,HOU";
    let desk = Desk::new(MAP, &format!("{HEAD}\n{row}\n"));
    for nobody in [Account::Auditor.email(), Account::Admin.email(), "nobody@desk.example".into()] {
        assert!(desk.import_as(&app, &nobody, true).await.is_err(), "{nobody} imported");
    }
    let elsewhere = desk.import_as(&app, &Account::SupervisorLeg.email(), true).await.expect("read");
    assert_eq!((elsewhere.counts.new, elsewhere.counts.refused), (0, 1), "{}", elsewhere.words);
    desk.import_as(&app, &Account::WorkerPic.email(), true).await.expect("imported");
    let worker = json!(app.world.staff(Account::WorkerPic));
    let trail = items(&app.client(Account::Auditor).await, "/audit-events?limit=200").await;
    for action in
        ["cases.import_began", "migrant.registered", "case.opened", "case.imported", "cases.imported"]
    {
        let event = trail.iter().rfind(|event| event["action"] == action && event["staff_id"] == worker);
        assert!(event.is_some(), "no {action} of the worker in {trail:?}");
    }
    for event in &trail {
        assert!(!event.to_string().contains("Supuesta"), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_manual_says_what_the_manual_shows() {
    let app = TestApp::new().await;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/demo/import");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("example");
    let desk = Desk::new(&text("cases.toml"), &text("cases.csv"));
    let told = desk.import(&app).await;
    told.says(6, "Fecha", "unreadable_date");
    told.says(7, "Celular", "invalid_phone");
    told.says(7, "Necesidad 1", "value_not_mapped");
    told.says(8, "", "likely_same_row");
    let Counts { new, held, refused, .. } = told.counts;
    assert_eq!((new, held, refused), (3, 1, 2), "{}", told.words);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_or_a_map_that_cannot_be_used_is_told_before_anything_is_written() {
    let app = TestApp::new().await;
    let supervisor = app.client(Account::SupervisorPic).await;
    let desk = Desk::new(MAP, "");
    let good = "1,PIC,2025-03-02,,,Ana,Supuesta,F,,,,HOU";
    let latin = [HEAD.as_bytes(), b"\n", good.as_bytes(), b"\n2,PIC,2025-03-02,,,Elena,So\xf1ada,F,,,,HOU\n"]
        .concat();
    std::fs::write(desk.path("cases.csv"), latin).expect("file");
    let refused = desk.import_as(&app, &Account::SupervisorPic.email(), true).await;
    let said = refused.err().expect("refused").to_string();
    assert!(said.contains("line 3") && said.contains("windows-1252"), "{said}");
    assert_eq!(counted(&supervisor).await, json!(0), "the rows before it were written");

    std::fs::write(desk.path("map.toml"), format!("{MAP}\n[file]\nencoding = \"windows-1252\""))
        .expect("map");
    assert_eq!(desk.import(&app).await.counts.new, 2);
    assert_eq!(items(&supervisor, "/migrants?q=sonada").await[0]["name"], "Elena Soñada");
}
