//! The station: its locations, its channels and its file stores.

use archivist_cablecast::{FileStoreId, LocationId, VodConfigurationId};
use countersign_consumer::prelude::*;
use countersign_consumer::{Fragment, PactTest};

use crate::{client, given_valid_credentials, open, signed};

pub async fn the_locations(pact: PactTest) -> Fragment {
    pact.interaction("a request for the locations", |mut i| {
        given_valid_credentials(&mut i);
        i.given("locations exist");
        signed(&mut i, "GET", "/locations");
        let location = json_pattern!({
            "id": integer(1),
            "name": like!("Main Headend"),
            "vodConfigurations": list_of(integer(1)),
        });
        i.response.json_body(json_pattern!({"locations": list_of(location).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let locations = client(&url).locations().await.unwrap();
        assert_eq!((locations[0].id, locations[0].name.as_str()), (LocationId(1), "Main Headend"));
        assert_eq!(locations[0].vod_configurations, [VodConfigurationId(1)]);
    })
    .await
}

pub async fn the_channels(pact: PactTest) -> Fragment {
    pact.interaction("a request for the channels", |mut i| {
        i.given("channels exist");
        open(&mut i, "GET", "/channels");
        let channel =
            json_pattern!({"id": integer(1), "name": like!("Government Access"), "primaryLocation": integer(1)});
        i.response.json_body(json_pattern!({"channels": list_of(channel).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let channels = client(&url).channels().await.unwrap();
        assert_eq!(channels[0].name, "Government Access");
        assert_eq!(channels[0].primary_location, LocationId(1));
    })
    .await
}

pub async fn the_file_stores(pact: PactTest) -> Fragment {
    pact.interaction("a request for the file stores", |mut i| {
        given_valid_credentials(&mut i);
        signed(&mut i, "GET", "/filestores");
        let store = json_pattern!({"id": integer(11)});
        i.response.json_body(json_pattern!({"fileStores": list_of(store).at_least(1)}));
        i
    })
    .exercise(|url| async move {
        let stores = client(&url).file_stores().await.unwrap();
        assert_eq!(stores[0].id, FileStoreId(11));
    })
    .await
}
