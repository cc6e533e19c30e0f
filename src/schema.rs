// Written by `./dev test` with UPDATE_SCHEMA=1 from the migrations; never edited.

diesel::table! {
    agencies (id) {
        id -> Uuid,
        name -> Text,
        acronym -> Nullable<Text>,
        #[sql_name = "type"]
        type_ -> Text,
        mailbox -> Text,
        language -> Text,
        phone -> Nullable<Text>,
        website -> Nullable<Text>,
        address -> Nullable<Text>,
        territory -> Nullable<Text>,
        time_zone -> Text,
        hours -> Jsonb,
        notes -> Nullable<Text>,
        retired_on -> Nullable<Date>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        digest_hour -> Nullable<Int2>,
        external_key -> Nullable<Text>,
        confirm_asked_at -> Nullable<Timestamptz>,
        confirm_asks -> Int2,
        merged_into -> Nullable<Uuid>,
    }
}

diesel::table! {
    agency_contacts (id) {
        id -> Uuid,
        agency_id -> Uuid,
        name -> Text,
        title -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    agency_holidays (agency_id, day_on) {
        agency_id -> Uuid,
        day_on -> Date,
        name -> Text,
    }
}

diesel::table! {
    agency_publications (agency_id) {
        agency_id -> Uuid,
        facts -> Array<Text>,
        hidden_services -> Array<Uuid>,
        published_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    agency_services (id) {
        id -> Uuid,
        agency_id -> Uuid,
        name -> Text,
        description -> Nullable<Text>,
        codes -> Array<Text>,
        territories -> Array<Text>,
        sexes -> Array<Int2>,
        min_age -> Nullable<Int2>,
        max_age -> Nullable<Int2>,
        mobility -> Array<Text>,
        languages -> Array<Text>,
        hours -> Jsonb,
        required_documents -> Array<Text>,
        cost -> Nullable<Text>,
        capacity -> Text,
        capacity_at -> Nullable<Timestamptz>,
        last_confirmed_on -> Nullable<Date>,
        retired_on -> Nullable<Date>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        capacity_from -> Text,
        waiting_days -> Nullable<Int2>,
    }
}

diesel::table! {
    agency_tasks (id) {
        id -> Uuid,
        agency_id -> Uuid,
        service_id -> Nullable<Uuid>,
        kind -> Text,
        words -> Nullable<Text>,
        due_on -> Date,
        owner_id -> Nullable<Uuid>,
        status -> Text,
        link_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        version -> Int4,
    }
}

diesel::table! {
    answer_codes (id) {
        id -> Uuid,
        link_id -> Uuid,
        made_at -> Timestamptz,
        expires_at -> Timestamptz,
        wrong_tries -> Int4,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    answer_links (id) {
        id -> Uuid,
        referral_id -> Uuid,
        agency_id -> Uuid,
        notice_id -> Uuid,
        token_hash -> Bytea,
        made_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
        opened_count -> Int4,
        last_opened_at -> Nullable<Timestamptz>,
        wrong_codes -> Int4,
        slowed_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    answer_sessions (id) {
        id -> Uuid,
        link_id -> Uuid,
        secret_hash -> Bytea,
        opened_at -> Timestamptz,
        last_used_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    assistance (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        need_id -> Nullable<Uuid>,
        service -> Text,
        detail -> Nullable<Text>,
        amount_minor -> Nullable<Int8>,
        currency -> Nullable<Text>,
        given_at -> Timestamptz,
        given_by -> Nullable<Uuid>,
        recorded_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    assistance_people (assistance_id, migrant_id) {
        assistance_id -> Uuid,
        migrant_id -> Uuid,
    }
}

diesel::table! {
    association_members (association_id, migrant_id) {
        association_id -> Uuid,
        migrant_id -> Uuid,
        office_held -> Nullable<Text>,
        joined_on -> Nullable<Date>,
        left_on -> Nullable<Date>,
    }
}

diesel::table! {
    associations (id) {
        id -> Uuid,
        number -> Text,
        office_id -> Uuid,
        name -> Text,
        country -> Nullable<Text>,
        territory -> Nullable<Text>,
        members -> Nullable<Int4>,
        contact_name -> Nullable<Text>,
        contact_phone -> Nullable<Text>,
        contact_email -> Nullable<Text>,
        purpose -> Nullable<Text>,
        version -> Int4,
        registered_at -> Timestamptz,
        recorded_at -> Timestamptz,
        updated_at -> Timestamptz,
        retired_on -> Nullable<Date>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Uuid,
        at -> Timestamptz,
        staff_id -> Nullable<Uuid>,
        role -> Nullable<Text>,
        agency_id -> Nullable<Uuid>,
        action -> Text,
        subject_kind -> Nullable<Text>,
        subject_id -> Nullable<Uuid>,
        office_id -> Nullable<Uuid>,
        request_id -> Nullable<Uuid>,
        facts -> Jsonb,
    }
}

diesel::table! {
    bounce_tallies (counted_on, outcome) {
        counted_on -> Date,
        outcome -> Text,
        mails -> Int4,
    }
}

diesel::table! {
    case_events (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        at -> Timestamptz,
        recorded_at -> Timestamptz,
        staff_id -> Nullable<Uuid>,
        subject_id -> Nullable<Uuid>,
        restricted -> Bool,
        facts -> Jsonb,
    }
}

diesel::table! {
    case_grants (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        staff_id -> Uuid,
        kind -> Text,
        reason -> Text,
        granted_by -> Uuid,
        granted_at -> Timestamptz,
        expires_at -> Timestamptz,
        reviewed_by -> Nullable<Uuid>,
        reviewed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_holdings (id) {
        id -> Uuid,
        case_id -> Uuid,
        office_id -> Uuid,
        staff_id -> Nullable<Uuid>,
        from_at -> Timestamptz,
        until_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_imports (office_id, external_key) {
        office_id -> Uuid,
        external_key -> Text,
        case_id -> Uuid,
        fingerprint -> Text,
        imported_at -> Timestamptz,
        imported_by -> Uuid,
    }
}

diesel::table! {
    case_people (case_id, migrant_id) {
        case_id -> Uuid,
        migrant_id -> Uuid,
        principal -> Bool,
        role -> Text,
        added_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_priorities (id) {
        id -> Uuid,
        case_id -> Uuid,
        priority -> Text,
        due_at -> Timestamptz,
        from_at -> Timestamptz,
        until_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    case_spans (id) {
        id -> Uuid,
        case_id -> Uuid,
        ordinal -> Int2,
        opened_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        closure -> Nullable<Text>,
        recorded_at -> Timestamptz,
        close_recorded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    cases (id) {
        id -> Uuid,
        number -> Text,
        office_id -> Uuid,
        client_kind -> Text,
        association_id -> Nullable<Uuid>,
        sealed -> Bool,
        entered_in_error -> Bool,
        status -> Text,
        stage -> Text,
        channel -> Text,
        priority -> Text,
        due_at -> Timestamptz,
        assigned_to -> Nullable<Uuid>,
        territory -> Nullable<Text>,
        country_of_work -> Nullable<Text>,
        employer -> Nullable<Text>,
        summary -> Nullable<Text>,
        caller_name -> Nullable<Text>,
        caller_relation -> Nullable<Text>,
        caller_phone -> Nullable<Text>,
        caller_must_not_learn -> Bool,
        opened_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        closure -> Nullable<Text>,
        recorded_at -> Timestamptz,
        last_action_at -> Timestamptz,
        opened_by -> Nullable<Uuid>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

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
    confirmation_links (id) {
        id -> Uuid,
        agency_id -> Uuid,
        token_hash -> Nullable<Bytea>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        notice_id -> Nullable<Uuid>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    consents (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        purpose -> Text,
        facts -> Array<Text>,
        agency_id -> Nullable<Uuid>,
        given_by -> Text,
        how -> Text,
        language -> Nullable<Text>,
        given_at -> Timestamptz,
        valid_until -> Nullable<Date>,
        withdrawn_at -> Nullable<Timestamptz>,
        recorded_at -> Timestamptz,
        recorded_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    contact_points (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        kind -> Text,
        value -> Text,
        belongs_to -> Nullable<Text>,
        safe -> Nullable<Bool>,
        safe_channels -> Array<Text>,
        safe_hours -> Nullable<Text>,
        language -> Nullable<Text>,
        must_not_know -> Nullable<Text>,
        position -> Int2,
        ended_on -> Nullable<Date>,
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
    identity_documents (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        #[sql_name = "type"]
        type_ -> Text,
        country -> Nullable<Text>,
        number_sealed -> Nullable<Bytea>,
        issued_on -> Nullable<Date>,
        expires_on -> Nullable<Date>,
        held_by -> Nullable<Text>,
        position -> Int2,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        staff_id -> Uuid,
        token_hash -> Bytea,
        invited_by -> Nullable<Uuid>,
        expires_at -> Timestamptz,
        accepted_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        name -> Text,
        payload -> Jsonb,
        run_at -> Timestamptz,
        attempts -> Int4,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
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
    migrant_events (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        kind -> Text,
        at -> Timestamptz,
        staff_id -> Nullable<Uuid>,
        part_id -> Nullable<Uuid>,
        version -> Int4,
        changes -> Jsonb,
    }
}

diesel::table! {
    migrant_search_keys (migrant_id, kind, key) {
        migrant_id -> Uuid,
        kind -> Text,
        key -> Text,
    }
}

diesel::table! {
    migrants (id) {
        id -> Uuid,
        number -> Text,
        office_id -> Uuid,
        office_ids -> Array<Uuid>,
        sealed -> Bool,
        status -> Text,
        merged_into -> Nullable<Uuid>,
        given_names -> Nullable<Text>,
        family_names -> Nullable<Text>,
        name_suffix -> Nullable<Text>,
        code_name -> Nullable<Text>,
        other_names -> Array<Text>,
        sex -> Int2,
        gender_identity -> Nullable<Text>,
        birth_on -> Nullable<Date>,
        birth_precision -> Nullable<Text>,
        nationality -> Nullable<Text>,
        second_nationality -> Nullable<Text>,
        birth_country -> Nullable<Text>,
        languages -> Array<Text>,
        interpreter_needed -> Bool,
        territory -> Nullable<Text>,
        landmark -> Nullable<Text>,
        occupation -> Nullable<Text>,
        skills -> Array<Text>,
        stay_status -> Nullable<Text>,
        unverified -> Bool,
        remarks -> Nullable<Text>,
        external_key -> Nullable<Text>,
        version -> Int4,
        registered_at -> Timestamptz,
        recorded_at -> Timestamptz,
        updated_at -> Timestamptz,
        registered_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    mobility_periods (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        category -> Text,
        country -> Nullable<Text>,
        from_on -> Date,
        until_on -> Nullable<Date>,
        recorded_at -> Timestamptz,
        recorded_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    needs (id) {
        id -> Uuid,
        case_id -> Uuid,
        migrant_id -> Nullable<Uuid>,
        service -> Text,
        restricted -> Bool,
        detail -> Nullable<Text>,
        status -> Text,
        outcome -> Nullable<Text>,
        raised_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        recorded_at -> Timestamptz,
        version -> Int4,
        parent_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    notes (id) {
        id -> Uuid,
        case_id -> Uuid,
        restricted -> Bool,
        body -> Text,
        corrects_id -> Nullable<Uuid>,
        written_by -> Uuid,
        written_at -> Timestamptz,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    notices (id) {
        id -> Uuid,
        kind -> Text,
        to_staff_id -> Nullable<Uuid>,
        to_agency_id -> Nullable<Uuid>,
        language -> Text,
        office_id -> Nullable<Uuid>,
        referral_id -> Nullable<Uuid>,
        case_id -> Nullable<Uuid>,
        fields -> Jsonb,
        state -> Text,
        attempts -> Int4,
        last_reply -> Nullable<Text>,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        read_at -> Nullable<Timestamptz>,
        gather_until -> Nullable<Timestamptz>,
        digest_id -> Nullable<Uuid>,
        behind_seal -> Bool,
    }
}

diesel::table! {
    number_counters (series, year) {
        series -> Text,
        year -> Int4,
        last -> Int4,
    }
}

diesel::table! {
    office_holidays (office_id, day_on) {
        office_id -> Uuid,
        day_on -> Date,
        name -> Text,
    }
}

diesel::table! {
    offices (id) {
        id -> Uuid,
        code -> Text,
        name -> Text,
        kind -> Text,
        parent_id -> Nullable<Uuid>,
        time_zone -> Text,
        languages -> Array<Text>,
        interface_language -> Text,
        currency -> Text,
        territory -> Text,
        address -> Nullable<Text>,
        phone -> Nullable<Text>,
        email -> Nullable<Text>,
        hours -> Jsonb,
        own_cases_only -> Bool,
        closed_on -> Nullable<Date>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    product_state (name) {
        name -> Text,
        value -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    receipts (actor_id, key) {
        actor_id -> Uuid,
        key -> Text,
        operation -> Text,
        body_hash -> Bytea,
        resource_id -> Uuid,
        created_at -> Timestamptz,
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
    referral_clocks (priority) {
        priority -> Text,
        acknowledge_within -> Text,
        decide_within -> Text,
        contact_within -> Text,
        remind_acknowledge_at -> Array<Int2>,
        remind_decide_at -> Array<Int2>,
        tell_worker_after -> Text,
        tell_manager_after -> Text,
        expire_after -> Nullable<Text>,
        version -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    referral_disclosures (id) {
        id -> Uuid,
        referral_id -> Uuid,
        facts -> Jsonb,
        disclosed_at -> Timestamptz,
        disclosed_by -> Nullable<Uuid>,
        first_seen_at -> Nullable<Timestamptz>,
        first_seen_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    referral_messages (id) {
        id -> Uuid,
        referral_id -> Uuid,
        from_side -> Text,
        written_by -> Uuid,
        body -> Text,
        written_at -> Timestamptz,
        recorded_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        read_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    referral_moves (id) {
        id -> Uuid,
        referral_id -> Uuid,
        ordinal -> Int2,
        from_state -> Nullable<Text>,
        to_state -> Text,
        at -> Timestamptz,
        recorded_at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_kind -> Text,
        on_word_of -> Nullable<Text>,
        word_given_by -> Nullable<Text>,
        channel -> Nullable<Text>,
        reason -> Nullable<Text>,
        reason_text -> Nullable<Text>,
        facts -> Jsonb,
    }
}

diesel::table! {
    referral_steps (referral_id, step, point) {
        referral_id -> Uuid,
        step -> Text,
        point -> Int2,
        due_at -> Timestamptz,
        done_at -> Nullable<Timestamptz>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    referrals (id) {
        id -> Uuid,
        number -> Text,
        case_id -> Uuid,
        need_id -> Uuid,
        office_id -> Uuid,
        agency_id -> Uuid,
        service_id -> Uuid,
        service -> Text,
        state -> Text,
        priority -> Text,
        message -> Nullable<Text>,
        contact_how -> Nullable<Text>,
        facts -> Array<Text>,
        consent_id -> Nullable<Uuid>,
        override_reason -> Nullable<Text>,
        sent_at -> Nullable<Timestamptz>,
        decide_by -> Nullable<Timestamptz>,
        acknowledged_at -> Nullable<Timestamptz>,
        decided_at -> Nullable<Timestamptz>,
        appointment_at -> Nullable<Timestamptz>,
        appointment_place -> Nullable<Text>,
        began_on -> Nullable<Date>,
        hold_review_on -> Nullable<Date>,
        outcome -> Nullable<Text>,
        confirmed_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        reason -> Nullable<Text>,
        reason_text -> Nullable<Text>,
        suggested_service_id -> Nullable<Uuid>,
        replaces_id -> Nullable<Uuid>,
        client_told_at -> Nullable<Timestamptz>,
        agency_assignee_id -> Nullable<Uuid>,
        answer_read_at -> Nullable<Timestamptz>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        recorded_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        acknowledge_by -> Nullable<Timestamptz>,
        contact_by -> Nullable<Timestamptz>,
        verify_on -> Nullable<Date>,
        due_clock -> Nullable<Text>,
        due_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    refresh_tokens (token_hash) {
        token_hash -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    relations (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        other_id -> Uuid,
        relation -> Text,
        same_household -> Bool,
        recorded_at -> Timestamptz,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    schedule (name) {
        name -> Text,
        next_at -> Timestamptz,
    }
}

diesel::table! {
    seal_requests (id) {
        id -> Uuid,
        office_id -> Uuid,
        case_number -> Text,
        staff_id -> Uuid,
        reason -> Text,
        days -> Int4,
        asked_by -> Uuid,
        asked_at -> Timestamptz,
        outcome -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        staff_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        ended_because -> Nullable<Text>,
    }
}

diesel::table! {
    sign_in_failures (address_hash, at) {
        address_hash -> Bytea,
        at -> Timestamptz,
    }
}

diesel::table! {
    specific_needs (id) {
        id -> Uuid,
        migrant_id -> Uuid,
        code -> Text,
        restricted -> Bool,
        from_on -> Date,
        until_on -> Nullable<Date>,
        recorded_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    staff (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        role -> Text,
        agency_id -> Nullable<Uuid>,
        language -> Text,
        reads_restricted -> Bool,
        password_hash -> Nullable<Text>,
        disabled_at -> Nullable<Timestamptz>,
        expires_on -> Nullable<Date>,
        failed_sign_ins -> Int4,
        slowed_until -> Nullable<Timestamptz>,
        version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    staff_offices (staff_id, office_id) {
        staff_id -> Uuid,
        office_id -> Uuid,
    }
}

diesel::table! {
    tasks (id) {
        id -> Uuid,
        case_id -> Uuid,
        kind -> Text,
        title -> Text,
        due_on -> Date,
        owner_id -> Nullable<Uuid>,
        referral_id -> Nullable<Uuid>,
        status -> Text,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Uuid>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        version -> Int4,
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
        lineage -> Array<Text>,
        search_key -> Text,
    }
}

diesel::table! {
    webhook_deliveries (id) {
        id -> Uuid,
        webhook_id -> Uuid,
        event -> Text,
        referral_id -> Nullable<Uuid>,
        body -> Text,
        state -> Text,
        attempts -> Int4,
        last_status -> Nullable<Int2>,
        last_answer -> Nullable<Text>,
        last_tried_at -> Nullable<Timestamptz>,
        delivered_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhooks (id) {
        id -> Uuid,
        agency_id -> Nullable<Uuid>,
        owner_id -> Uuid,
        url -> Text,
        description -> Nullable<Text>,
        events -> Array<Text>,
        secret -> Bytea,
        previous_secret -> Nullable<Bytea>,
        previous_until -> Nullable<Timestamptz>,
        failing_since -> Nullable<Timestamptz>,
        disabled_at -> Nullable<Timestamptz>,
        disabled_because -> Nullable<Text>,
        removed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::joinable!(agencies -> territories (territory));
diesel::joinable!(agency_contacts -> agencies (agency_id));
diesel::joinable!(agency_holidays -> agencies (agency_id));
diesel::joinable!(agency_publications -> agencies (agency_id));
diesel::joinable!(agency_services -> agencies (agency_id));
diesel::joinable!(agency_tasks -> agencies (agency_id));
diesel::joinable!(agency_tasks -> agency_services (service_id));
diesel::joinable!(agency_tasks -> confirmation_links (link_id));
diesel::joinable!(answer_codes -> answer_links (link_id));
diesel::joinable!(answer_links -> agencies (agency_id));
diesel::joinable!(answer_links -> notices (notice_id));
diesel::joinable!(answer_links -> referrals (referral_id));
diesel::joinable!(answer_links -> staff (revoked_by));
diesel::joinable!(answer_sessions -> answer_links (link_id));
diesel::joinable!(assistance -> cases (case_id));
diesel::joinable!(assistance -> needs (need_id));
diesel::joinable!(assistance -> offices (office_id));
diesel::joinable!(assistance -> staff (given_by));
diesel::joinable!(assistance_people -> assistance (assistance_id));
diesel::joinable!(assistance_people -> migrants (migrant_id));
diesel::joinable!(association_members -> associations (association_id));
diesel::joinable!(association_members -> migrants (migrant_id));
diesel::joinable!(associations -> offices (office_id));
diesel::joinable!(associations -> territories (territory));
diesel::joinable!(case_events -> cases (case_id));
diesel::joinable!(case_events -> staff (staff_id));
diesel::joinable!(case_grants -> cases (case_id));
diesel::joinable!(case_grants -> offices (office_id));
diesel::joinable!(case_holdings -> cases (case_id));
diesel::joinable!(case_holdings -> offices (office_id));
diesel::joinable!(case_holdings -> staff (staff_id));
diesel::joinable!(case_imports -> cases (case_id));
diesel::joinable!(case_imports -> offices (office_id));
diesel::joinable!(case_imports -> staff (imported_by));
diesel::joinable!(case_people -> cases (case_id));
diesel::joinable!(case_people -> migrants (migrant_id));
diesel::joinable!(case_priorities -> cases (case_id));
diesel::joinable!(case_spans -> cases (case_id));
diesel::joinable!(cases -> associations (association_id));
diesel::joinable!(cases -> offices (office_id));
diesel::joinable!(cases -> territories (territory));
diesel::joinable!(codes -> code_lists (list));
diesel::joinable!(confirmation_links -> agencies (agency_id));
diesel::joinable!(confirmation_links -> notices (notice_id));
diesel::joinable!(confirmation_links -> staff (revoked_by));
diesel::joinable!(consents -> agencies (agency_id));
diesel::joinable!(consents -> migrants (migrant_id));
diesel::joinable!(consents -> staff (recorded_by));
diesel::joinable!(contact_points -> migrants (migrant_id));
diesel::joinable!(identity_documents -> migrants (migrant_id));
diesel::joinable!(migrant_events -> migrants (migrant_id));
diesel::joinable!(migrant_events -> staff (staff_id));
diesel::joinable!(migrant_search_keys -> migrants (migrant_id));
diesel::joinable!(migrants -> offices (office_id));
diesel::joinable!(migrants -> staff (registered_by));
diesel::joinable!(migrants -> territories (territory));
diesel::joinable!(mobility_periods -> migrants (migrant_id));
diesel::joinable!(mobility_periods -> staff (recorded_by));
diesel::joinable!(needs -> cases (case_id));
diesel::joinable!(needs -> migrants (migrant_id));
diesel::joinable!(notes -> cases (case_id));
diesel::joinable!(notes -> staff (written_by));
diesel::joinable!(notices -> agencies (to_agency_id));
diesel::joinable!(notices -> offices (office_id));
diesel::joinable!(notices -> staff (to_staff_id));
diesel::joinable!(office_holidays -> offices (office_id));
diesel::joinable!(offices -> territories (territory));
diesel::joinable!(referral_disclosures -> referrals (referral_id));
diesel::joinable!(referral_messages -> referrals (referral_id));
diesel::joinable!(referral_moves -> referrals (referral_id));
diesel::joinable!(referral_moves -> staff (actor_id));
diesel::joinable!(referral_steps -> referrals (referral_id));
diesel::joinable!(referrals -> agencies (agency_id));
diesel::joinable!(referrals -> cases (case_id));
diesel::joinable!(referrals -> consents (consent_id));
diesel::joinable!(referrals -> needs (need_id));
diesel::joinable!(referrals -> offices (office_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(seal_requests -> offices (office_id));
diesel::joinable!(sessions -> staff (staff_id));
diesel::joinable!(specific_needs -> migrants (migrant_id));
diesel::joinable!(specific_needs -> staff (recorded_by));
diesel::joinable!(staff -> agencies (agency_id));
diesel::joinable!(staff_offices -> offices (office_id));
diesel::joinable!(staff_offices -> staff (staff_id));
diesel::joinable!(tasks -> cases (case_id));
diesel::joinable!(tasks -> referrals (referral_id));
diesel::joinable!(territories -> countries (country));
diesel::joinable!(webhook_deliveries -> referrals (referral_id));
diesel::joinable!(webhook_deliveries -> webhooks (webhook_id));
diesel::joinable!(webhooks -> agencies (agency_id));
diesel::joinable!(webhooks -> staff (owner_id));

diesel::allow_tables_to_appear_in_same_query!(
    agencies,
    agency_contacts,
    agency_holidays,
    agency_publications,
    agency_services,
    agency_tasks,
    answer_codes,
    answer_links,
    answer_sessions,
    assistance,
    assistance_people,
    association_members,
    associations,
    audit_events,
    bounce_tallies,
    case_events,
    case_grants,
    case_holdings,
    case_imports,
    case_people,
    case_priorities,
    case_spans,
    cases,
    code_lists,
    codes,
    confirmation_links,
    consents,
    contact_points,
    countries,
    identity_documents,
    invitations,
    jobs,
    languages,
    migrant_events,
    migrant_search_keys,
    migrants,
    mobility_periods,
    needs,
    notes,
    notices,
    number_counters,
    office_holidays,
    offices,
    product_state,
    receipts,
    reference_loads,
    referral_clocks,
    referral_disclosures,
    referral_messages,
    referral_moves,
    referral_steps,
    referrals,
    refresh_tokens,
    relations,
    schedule,
    seal_requests,
    sessions,
    sign_in_failures,
    specific_needs,
    staff,
    staff_offices,
    tasks,
    territories,
    webhook_deliveries,
    webhooks,
);
