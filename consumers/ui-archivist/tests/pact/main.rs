//! The pact between the web UI and the Archivist: `pacts/ui-archivist.json` is made of these tests.
//!
//! Each test describes one request with its answer, lets the mock provider play it, and drives the **real client**
//! against it: what the client sends is held against the request, and what the client makes of the answer is
//! asserted. Then the interaction enters the pact, and the Archivist is held to it. `pacts/README.md` tells the
//! whole way; here is a new interaction in short:
//!
//! 1. Write the test in its area's file, and its name in the list below.
//! 2. Say what must be so at the provider with `given`, in words that the provider's table of states has, or will
//!    have: a state without a handler fails the replay, it is never skipped.
//! 3. Take every id and token that only the provider knows from the state: `path_from_provider_state`,
//!    `header_from_provider_state`. The example beside it is what the mock provider is asked for.
//! 4. Choose each matcher by what the client does with the value: a title it shows is `like!`, an enum it
//!    matches on is `one_of`, a value it sent itself comes back literally, and a field it does not read is left out.
//! 5. Run the tests: the pact is rewritten and the run fails once, so that the change is seen in review.

#![expect(
    clippy::unwrap_used,
    reason = "every function here is the body of a test, which pact_tests! makes of it"
)]

mod accounts;
mod admin;
mod auth;
mod caller;
mod events;
mod forms;
mod health;
mod jobs;
mod publishing;
mod queue;
mod refusal;
mod socket;
mod station;
mod transcriptions;
mod vod_list;
mod vods;

countersign_consumer::pact_tests! {
    pact: "ui" => "archivist", folder: "../../pacts";
    tests: [
        accounts::{
            the_list,
            a_further_page_of_accounts,
            an_account,
            an_account_that_is_gone,
            a_new_account,
            a_name_that_is_taken,
            a_password_that_is_too_short,
            another_role,
            another_password,
            a_closed_account,
        },
        admin::{
            the_overview,
            no_overview_for_a_user,
            the_service,
            the_record,
            a_queue_tidied_up,
            a_queue_tidied_up_by_default,
            no_tidying_for_a_user,
        },
        auth::{
            a_user_signs_in,
            an_administrator_signs_in,
            a_wrong_password,
            too_many_attempts,
            signing_out,
            a_refreshed_session,
            who_is_signed_in,
            nobody_is_signed_in,
            a_session_that_lasts,
            a_session_that_is_over,
        },
        events::{
            the_greeting,
            the_jobs_there_are,
            no_jobs_at_all,
            the_jobs_of_a_filter,
            a_job_that_changed,
            a_job_that_got_further,
            how_busy_the_machine_is,
            what_was_sent_is_not_taken,
            no_events_without_a_session,
        },
        forms::{
            a_recording_with_everything,
            a_recording_with_the_least,
            a_recording_without_a_title,
            a_recording_archived_before,
            a_corrected_recording,
            a_failed_recording_tried_again,
            a_move_that_is_not_allowed,
            a_correction_of_what_is_gone,
        },
        health::{a_healthy_archivist, an_archivist_without_its_database},
        jobs::{
            a_file_to_transcribe,
            a_vod_to_transcribe_next,
            a_file_that_is_not_there,
            a_file_without_the_queue,
            several_files,
            a_job_that_waits,
            a_job_that_is_processed,
            a_job_that_is_done,
            a_job_that_failed,
            a_job_that_is_gone,
        },
        publishing::{
            one,
            once_more,
            one_without_the_station,
            several,
            how_far_it_is,
            nothing_published,
        },
        queue::{
            the_page,
            the_place_of_one_that_waits,
            an_empty_page,
            a_job_moved_to_the_front,
            a_move_of_what_no_longer_waits,
            a_paused_job,
            a_resumed_job,
            a_stopped_job,
            a_removed_job,
            a_button_that_came_too_late,
            a_button_of_a_job_that_is_gone,
        },
        station::{
            shows_with_these_words,
            no_shows_with_these_words,
            shows_without_the_station,
            suggestions,
            the_linked_show,
            no_linked_show,
            a_show_is_chosen,
            another_show_is_chosen,
            a_show_that_is_gone_is_chosen,
            a_link_is_taken_away,
            the_link_of_what_is_published_stays,
        },
        transcriptions::{
            the_table,
            a_page_past_the_end,
            one,
            one_that_is_gone,
            captions_for_broadcast,
            captions_for_browsers,
            a_summary_made,
            a_summary_made_before,
            no_summary_yet,
        },
        vod_list::{
            the_first_page,
            a_further_page,
            only_the_failed_ones,
            a_search_that_finds,
            a_search_that_finds_nothing,
            a_list_without_the_database,
        },
        vods::{
            a_recording,
            a_recording_that_is_gone,
            a_deleted_recording,
            a_deletion_of_what_is_gone,
            a_deletion_during_processing,
        },
    ]
}
