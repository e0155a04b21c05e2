//! The server's ids: all of them are integers, so the type has to say of what.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub i32);

            impl std::fmt::Display for $name {
                fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(out)
                }
            }
        )+
    };
}

ids! {
    /// A file the server knows.
    AssetId,
    /// A channel that schedule items run on.
    ChannelId,
    /// A named point in a VOD.
    ChapterId,
    /// A place that files are uploaded to.
    FileStoreId,
    /// A file on its way to the server.
    FileUploadId,
    /// A headend.
    LocationId,
    /// A series of shows.
    ProjectId,
    /// A rendition that VODs are transcoded to.
    QualityId,
    /// A recording that a show plays from.
    ReelId,
    /// An airing.
    ScheduleItemId,
    /// A programme.
    ShowId,
    /// How a location makes its VODs.
    VodConfigurationId,
    /// A video on demand. Its status has the same id.
    VodId,
}
