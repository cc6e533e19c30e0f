//! Referrals under random hands: whatever anybody asks in whatever order, the state is one the design knows, and what
//! was refused left no trace. The design is written down here a second time, not read from the code.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::referrals::{draft, matter};
use crate::support::{Account, Client, TestApp};

const MOVES: [(&str, &str); 11] = [
    ("send", "sent"),
    ("acknowledge", "acknowledged"),
    ("accept", "accepted"),
    ("decline", "declined"),
    ("begin", "in_service"),
    ("hold", "on_hold"),
    ("complete", "completed"),
    ("fail", "failed"),
    ("cancel", "cancelled"),
    ("expire", "expired"),
    ("mark_in_error", "entered_in_error"),
];

/// The moves of REFERRALS.md: from, to, and who may.
const DESIGN: &[(&str, &str, &str)] = &[
    ("draft", "sent", "staff"),
    ("sent", "acknowledged", "staff partner"),
    ("sent acknowledged on_hold", "accepted", "staff partner"),
    ("sent acknowledged", "declined", "staff partner"),
    ("accepted on_hold", "in_service", "staff partner"),
    ("accepted in_service", "on_hold", "partner"),
    ("accepted in_service on_hold", "completed", "staff partner"),
    ("accepted in_service on_hold", "failed", "staff partner"),
    ("draft sent acknowledged", "cancelled", "staff"),
    ("accepted in_service on_hold", "cancelled", "staff partner"),
    (
        "draft sent acknowledged accepted declined in_service on_hold completed failed cancelled expired",
        "entered_in_error",
        "manager",
    ),
];

const ENDED: [&str; 6] = ["declined", "completed", "failed", "cancelled", "expired", "entered_in_error"];

fn designed(from: &str, to: &str, who: &str, begun: bool) -> bool {
    let has = |words: &str, word: &str| words.split(' ').any(|known| known == word);
    // A service that began cannot be accepted once more.
    !(from == "on_hold" && to == "accepted" && begun)
        && DESIGN.iter().any(|(froms, known, whose)| *known == to && has(froms, from) && has(whose, who))
}

/// Everybody who might try, and what they are to a referral from Pichincha to the legal clinic.
const EVERYBODY: [(Account, &str); 9] = [
    (Account::WorkerPic, "staff"),
    (Account::SupervisorPic, "staff"),
    (Account::PartnerLegal, "partner"),
    (Account::PartnerLegal, "partner"),
    (Account::Manager, "manager"),
    (Account::WorkerLeg, "stranger"),
    (Account::PartnerShelter, "stranger"),
    (Account::FieldPic, "onlooker"),
    (Account::Admin, "onlooker"),
];

/// A referral, as the database has it.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
struct Present {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    version: i32,
    /// Every move as `from>to`.
    #[diesel(sql_type = Array<Text>)]
    moves: Vec<String>,
    #[diesel(sql_type = BigInt)]
    events: i64,
}

async fn present(conn: &mut AsyncPgConnection, id: &str) -> Present {
    let query = format!(
        "SELECT state, version,
            (SELECT array_agg(coalesce(from_state, '') || '>' || to_state ORDER BY ordinal) FROM referral_moves WHERE referral_id = r.id) AS moves,
            (SELECT count(*) FROM audit_events WHERE subject_id = r.id AND facts ? 'to') AS events
         FROM referrals r WHERE id = '{id}'"
    );
    diesel::sql_query(query).get_result(conn).await.expect("the referral")
}

async fn consent_of(conn: &mut AsyncPgConnection, migrant: &str) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let query = format!("SELECT id::text FROM consents WHERE migrant_id = '{migrant}'");
    diesel::sql_query(query).get_result::<Row>(conn).await.expect("a consent").id
}

/// A move with all it has to come with.
fn body(by: &str, who: &str, chance: &mut impl Rng) -> Value {
    let mut body = json!({ "move": by });
    if ["decline", "hold", "fail", "cancel", "mark_in_error"].contains(&by) {
        body["reason"] = json!(["no_capacity", "duplicate"][chance.random_range(0..2)]);
    }
    if by == "hold" {
        body["review_on"] = json!(chrono::Utc::now().date_naive() + chrono::Days::new(3));
    }
    if by == "complete" {
        body["outcome"] = json!("need_met");
        body["confirmed_by"] = json!("client");
    }
    if who != "partner" {
        let word = match by {
            "acknowledge" | "accept" | "decline" => "partner",
            "begin" | "complete" => "client",
            _ => return body,
        };
        body["on_word_of"] = json!(word);
        if word == "partner" {
            body["word_given_by"] = json!("Ms. Test");
        }
    }
    body
}

/// What the worker's screen offers, told by the design.
fn offered(now: &Present, begun: bool) -> BTreeSet<&'static str> {
    let legal = |(_, to): &&(&str, &str)| designed(&now.state, to, "staff", begun);
    MOVES.iter().filter(legal).map(|(by, _)| *by).collect()
}

struct Walk {
    id: String,
    consent: String,
    consent_lives: bool,
    sent: bool,
    begun: bool,
    trail: Vec<String>,
}

/// One try by somebody, and whether the service did what the design says.
async fn step(walk: &mut Walk, clients: &[Client], conn: &mut AsyncPgConnection, chance: &mut ChaCha8Rng) {
    let before = present(conn, &walk.id).await;
    let whose = chance.random_range(0..EVERYBODY.len());
    let (account, who) = EVERYBODY[whose];
    let (by, to) = MOVES[chance.random_range(0..MOVES.len())];
    let stale = chance.random_range(0..10) == 0;
    let version = i64::from(before.version) - i64::from(stale);
    let asked = body(by, who, chance);
    let answer = clients[whose].post_on(&format!("/referrals/{}/moves", walk.id), version, asked).await;
    let (status, after) = (answer.status.as_u16(), present(conn, &walk.id).await);
    walk.trail.push(format!("{account:?} {by} on {} v{version}: {status}", before.state));
    let told = || format!("{:#?}\n{}\n{before:?}\n{after:?}", walk.trail, answer.json);

    let hidden = who == "stranger" || (who == "partner" && !walk.sent);
    let forbidden = match who {
        "onlooker" => true,
        "manager" => by != "mark_in_error",
        _ => who == "staff" && by == "mark_in_error",
    };
    let legal = designed(&before.state, to, who, walk.begun) && !hidden && !forbidden;
    let expected: &[u16] = match (forbidden, hidden, legal) {
        (true, ..) => &[403, 404],
        // A worker of another office may refer, and a partner answer, but not here.
        (_, true, _) => &[403, 404],
        (.., true) if by == "send" && !walk.consent_lives => &[409],
        (.., true) if stale => &[412],
        (.., true) => &[200],
        // The same answer given twice is told kindly.
        (.., false) => &[200, 409],
    };
    assert!(expected.contains(&status), "expected {expected:?}: {}", told());
    if legal && status == 200 {
        let made = format!("{}>{to}", before.state);
        assert_eq!((after.state.as_str(), after.version), (to, before.version + 1), "{}", told());
        assert_eq!(after.moves.last(), Some(&made), "{}", told());
        assert_eq!(
            (after.moves.len(), after.events),
            (before.moves.len() + 1, before.events + 1),
            "{}",
            told()
        );
        walk.sent |= to == "sent";
        walk.begun |= to == "in_service";
    } else {
        assert_eq!(after, before, "a refusal left a trace: {}", told());
    }
}

/// The client takes the consent back: what is with the partner stops, a draft stays.
async fn take_back(walk: &mut Walk, migrant: &str, worker: &Client, conn: &mut AsyncPgConnection) {
    let before = present(conn, &walk.id).await;
    let answer = worker.act(&format!("/migrants/{migrant}/consents/{}/withdraw", walk.consent)).await;
    assert_eq!(answer.status.as_u16(), if walk.consent_lives { 200 } else { 409 }, "{}", answer.json);
    let after = present(conn, &walk.id).await;
    walk.trail.push(format!("consent withdrawn on {}", before.state));
    let stops = walk.consent_lives && before.state != "draft" && !ENDED.contains(&before.state.as_str());
    let expected = if stops { "cancelled" } else { before.state.as_str() };
    assert_eq!(after.state, expected, "{:#?}", walk.trail);
    walk.consent_lives = false;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_sequence_of_moves_by_anyone_ends_in_a_state_the_design_knows() {
    let seed = std::env::var("WALK_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2026);
    println!("WALK_SEED={seed}");
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let app = TestApp::new().await;
    let mut conn = app.database().await;
    let mut clients = vec![];
    for (account, _) in EVERYBODY {
        clients.push(app.client(account).await);
    }
    let (worker, mut reached) = (clients[0].clone(), BTreeSet::new());
    for _ in 0..16 {
        let matter = matter(&app, "LEG-REP", true).await;
        let prepared = draft(&worker, &matter, app.world.legal_service).await;
        let consent = consent_of(&mut conn, &matter.migrant.to_string()).await;
        let id = prepared["id"].as_str().expect("id").to_owned();
        let mut walk = Walk { id, consent, consent_lives: true, sent: false, begun: false, trail: vec![] };
        for _ in 0..28 {
            if chance.random_range(0..40) == 0 {
                take_back(&mut walk, &matter.migrant.to_string(), &worker, &mut conn).await;
            } else {
                step(&mut walk, &clients, &mut conn, &mut chance).await;
            }
        }
        let end = present(&mut conn, &walk.id).await;
        let shown = worker.get(&format!("/referrals/{}", walk.id)).await.ok();
        let verbs = shown["allowed"].as_array().expect("allowed").iter().filter_map(Value::as_str);
        let moves: BTreeSet<&str> = verbs.filter(|verb| MOVES.iter().any(|(by, _)| by == verb)).collect();
        assert_eq!(moves, offered(&end, walk.begun), "{:#?}", walk.trail);
        let chain: Vec<(&str, &str)> = end.moves.iter().filter_map(|step| step.split_once('>')).collect();
        assert!(chain.windows(2).all(|pair| pair[0].1 == pair[1].0), "{chain:?}");
        assert_eq!(chain.last().map(|(_, to)| *to), Some(end.state.as_str()));
        reached.insert(end.state);
        reached.extend(chain.into_iter().map(|(from, _)| from.to_owned()));
    }
    app.run_jobs().await;
    assert!(reached.len() >= 9, "the walks saw too little: {reached:?}");
}
