use super::*;
use crate::reference::search_key::search_key;

fn profile(name: &str) -> Profile {
    Profile {
        id: AgencyId::new(),
        name: name.into(),
        acronym: None,
        mailbox: format!("{}@gmail.com", search_key(name).replace(' ', ".")),
        phone: None,
        website: None,
        territories: vec![vec!["EC-17".into()]],
    }
}

fn found(one: &Profile, other: &Profile) -> Option<(i32, Vec<InCommon>)> {
    let mut pairs = pairs(&[one.clone(), other.clone()]);
    pairs.pop().map(|pair| (pair.score, pair.reasons.iter().map(|reason| reason.reason).collect()))
}

#[test]
fn legal_forms_articles_accents_and_order_do_not_make_another_agency() {
    use InCommon::{SameName, Territory};
    for (one, other) in [
        ("Fundación Casa del Migrante", "Casa del migrante, O.N.G."),
        ("Clínica Jurídica Ficticia S. A.", "Clinica Juridica Ficticia SA"),
        ("Association des Femmes du Pakao", "Femmes du Pakao"),
        ("Migrante Casa", "Casa Migrante"),
    ] {
        assert_eq!(found(&profile(one), &profile(other)), Some((60, vec![SameName, Territory])), "{one}");
    }
    assert_eq!(found(&profile("Fundación"), &profile("Asociación")), None, "forms alone tell nothing");
}

#[test]
fn the_same_name_in_another_country_is_another_agency() {
    let mut manila = profile("Cruz Roja");
    manila.territories = vec![vec!["PH-0500000000".into()]];
    assert_eq!(found(&profile("Cruz Roja"), &manila), None);
    manila.phone = Some("+59322555010".into());
    let mut quito = profile("Cruz Roja");
    quito.phone = manila.phone.clone();
    use InCommon::{Abroad, Phone, SameName};
    assert_eq!(found(&quito, &manila), Some((60, vec![SameName, Phone, Abroad])));
}

#[test]
fn a_house_of_mail_counts_unless_it_is_a_providers_or_everybodys() {
    let at = |name: &str, mailbox: &str| Profile { mailbox: mailbox.into(), ..profile(name) };
    let (one, other) = (at("Casa Azul", "a@casaazul.example"), at("Hogar Azul", "b@casaazul.example"));
    assert_eq!(found(&one, &other), None, "a domain and a place are too little");
    let with_phone = |profile: Profile| Profile { phone: Some("+593225550100".into()), ..profile };
    use InCommon::{MailboxDomain, Phone, Territory};
    let both = found(&with_phone(one.clone()), &with_phone(other.clone()));
    assert_eq!(both, Some((70, vec![MailboxDomain, Phone, Territory])));
    let (one, other) = (at("Casa Azul", "a@gmail.com"), at("Hogar Azul", "b@gmail.com"));
    assert_eq!(found(&with_phone(one), &with_phone(other)), None);
    let city: Vec<Profile> = (0..4)
        .map(|n| {
            with_phone(at(
                &format!("Dirección {}", ["Salud", "Obras", "Cultura", "Agua"][n]),
                &format!("{n}@ciudad.example"),
            ))
        })
        .collect();
    assert_eq!(pairs(&city), [], "one switchboard and one domain of a city hall");
}

#[test]
fn an_acronym_meets_the_name_it_stands_for() {
    use InCommon::{Acronym, Phone, Territory};
    let phone = Some("+593225550100".to_owned());
    let long = Profile { phone: phone.clone(), ..profile("Servicio Jesuita a Refugiados") };
    for short in [
        Profile { phone: phone.clone(), ..profile("SJR") },
        Profile { phone: phone.clone(), acronym: Some("S.J.R.".into()), ..profile("Los Jesuitas") },
    ] {
        assert_eq!(found(&long, &short), Some((75, vec![Acronym, Phone, Territory])), "{}", short.name);
    }
}

#[test]
fn a_slip_of_the_pen_is_seen_and_a_like_beginning_is_not_taken_for_it() {
    let phone = |name: &str| Profile { phone: Some("+593225550100".into()), ..profile(name) };
    let slip = found(&phone("Albergue Imaginario"), &phone("Albergue Imajinario"));
    assert_eq!(slip.map(|(score, _)| score), Some(75));
    let (one, other) = (profile("Albergue San Juan"), profile("Albergue San Pedro"));
    assert_eq!(name(&Read::of(&one), &Read::of(&other)), None);
}

#[test]
fn the_most_alike_come_first() {
    let twin = |name: &str, phone: Option<&str>| Profile { phone: phone.map(Into::into), ..profile(name) };
    let all = [twin("A Uno", None), twin("Uno", None), twin("Dos", Some("+1")), twin("Dos SA", Some("+1"))];
    let scores: Vec<i32> = pairs(&all).iter().map(|pair| pair.score).collect();
    assert_eq!(scores, [90, 60]);
}
