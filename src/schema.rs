// @generated automatically by Diesel CLI.

diesel::table! {
    code_lists (list) {
        list -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    codes (list, code) {
        list -> Text,
        code -> Text,
        parent -> Nullable<Text>,
        position -> Int4,
        label_en -> Text,
        label_es -> Text,
        label_fr -> Text,
        label_fil -> Text,
        standard -> Nullable<Text>,
        restricted -> Bool,
        retired_on -> Nullable<Date>,
        shipped -> Bool,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    countries (code) {
        code -> Text,
        alpha3 -> Text,
        label_en -> Text,
        label_es -> Text,
        label_fr -> Text,
        label_fil -> Text,
    }
}

diesel::table! {
    languages (code) {
        code -> Text,
        label_en -> Text,
        label_es -> Text,
        label_fr -> Text,
        label_fil -> Text,
    }
}

diesel::table! {
    reference_loads (name) {
        name -> Text,
        content_hash -> Text,
        loaded_at -> Timestamptz,
    }
}

diesel::table! {
    territories (code) {
        code -> Text,
        country -> Text,
        official_code -> Text,
        level_name -> Text,
        depth -> Int2,
        name -> Text,
        parent -> Nullable<Text>,
        lineage -> Array<Nullable<Text>>,
        search_key -> Text,
    }
}

diesel::joinable!(codes -> code_lists (list));
diesel::joinable!(territories -> countries (country));

diesel::allow_tables_to_appear_in_same_query!(
    code_lists,
    codes,
    countries,
    languages,
    reference_loads,
    territories,
);
