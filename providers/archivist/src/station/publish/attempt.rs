//! One attempt to publish, step by step, for as long as it holds the publication.

use archivist_cablecast::{self as cablecast, NewShow, NewVod, VodConfigurationId};

use crate::domain::{JobId, Link, PublicationStatus, PublicationStep, Vod, VodId};
use crate::error::ApiError;
use crate::state::AppState;
use crate::station::publish::files::File;
use crate::station::publish::{UNKNOWN, location};
use crate::station::{Station, suggest};
use crate::storage::links::LinkError;
use crate::storage::publications::{self, HOLD, Holder, Progress, StoredPublication, Upload};
use crate::storage::{StorageError, links, vods};
use crate::timestamp::Timestamp;

/// Somebody else took the publication up: what is done from here on would be done twice.
const LOST: ApiError = ApiError::Conflict("somebody else publishes the transcription");
const SHOW_GONE: ApiError =
    ApiError::Conflict("the show that it is linked to is no longer at the station: unlink it first");

pub(super) struct Attempt {
    pub state: AppState,
    pub station: Station,
    pub id: JobId,
    holder: Holder,
    pub vod: Vod,
    show_id: Option<i32>,
    pub upload: Option<Upload>,
}

/// Goes on to the end, or until something fails; then somebody else may.
pub(super) async fn run(state: AppState, holder: Holder, stored: StoredPublication) -> Result<(), ApiError> {
    let (id, step) = (stored.publication.transcription_id.clone(), stored.publication.step);
    let outcome = tokio::select! {
        biased;
        outcome = work(&state, &holder, stored) => outcome,
        // The last step lets go, and may be done although nobody has heard of it here yet.
        error = keep_hold(&state, &id, &holder) => if is_published(&state, &id).await? { Ok(()) } else { Err(error) },
    };
    let reason = match &outcome {
        Ok(()) => return outcome,
        Err(error) => error.message(),
    };
    tracing::warn!(%id, from = step.as_str(), %reason, "publishing was interrupted");
    if let Err(cause) = record(&state, &id, &holder, Progress::Ended(&reason)).await {
        tracing::warn!(?cause, "an interrupted publication waits until nobody holds it");
    }
    outcome
}

/// Says again and again that somebody is there; ends where that is no longer so.
async fn keep_hold(state: &AppState, id: &JobId, holder: &Holder) -> ApiError {
    loop {
        tokio::time::sleep(HOLD / 5).await;
        if let Err(error) = record(state, id, holder, Progress::StillThere).await {
            return error;
        }
    }
}

async fn is_published(state: &AppState, id: &JobId) -> Result<bool, ApiError> {
    let publication = publications::find(&state.database, id).await?;
    Ok(publication.is_some_and(|publication| publication.status == PublicationStatus::Published))
}

async fn record(
    state: &AppState,
    id: &JobId,
    holder: &Holder,
    progress: Progress<'_>,
) -> Result<(), ApiError> {
    let mut transaction = state.database.begin().await?;
    if !publications::record(&mut transaction, id, holder, progress).await? {
        return Err(LOST);
    }
    transaction.commit().await.map_err(StorageError::from)?;
    Ok(())
}

async fn work(state: &AppState, holder: &Holder, stored: StoredPublication) -> Result<(), ApiError> {
    let publication = stored.publication;
    let vod = vods::find(&state.database, VodId(publication.vod_id)).await?.ok_or(UNKNOWN)?;
    let mut attempt = Attempt {
        state: state.clone(),
        station: state.station()?.clone(),
        id: publication.transcription_id,
        holder: holder.clone(),
        vod,
        show_id: publication.show_id,
        upload: stored.upload,
    };
    let mut step = publication.step;
    while step != PublicationStep::Done {
        step = attempt.take(step).await?;
    }
    Ok(())
}

impl Attempt {
    pub async fn record(&self, progress: Progress<'_>) -> Result<(), ApiError> {
        record(&self.state, &self.id, &self.holder, progress).await
    }

    async fn advance(&mut self, step: PublicationStep) -> Result<PublicationStep, ApiError> {
        self.record(Progress::Step(step)).await?;
        self.upload = None;
        Ok(step)
    }

    /// Takes a step, and tells the next.
    async fn take(&mut self, step: PublicationStep) -> Result<PublicationStep, ApiError> {
        match step {
            PublicationStep::Show => self.find_show().await,
            PublicationStep::Recording => self.send_recording().await,
            PublicationStep::Vod => self.make_vod().await,
            PublicationStep::Captions => self.send_captions().await,
            PublicationStep::Done => Ok(PublicationStep::Done),
        }
    }

    async fn find_show(&mut self) -> Result<PublicationStep, ApiError> {
        // Nothing is begun at the station that could not be finished.
        File::recording(self).await?;
        File::captions(self).await?;
        let show_id = match self.linked().await? {
            Some(show_id) => self.link(show_id).await?.ok_or(LinkError::ShowTaken)?,
            None => self.link_to_chosen().await?,
        };
        self.show_id = Some(show_id);
        Ok(PublicationStep::Recording)
    }

    /// Somebody else may link the chosen show meanwhile: then it is not free any more, and another is chosen.
    async fn link_to_chosen(&self) -> Result<i32, ApiError> {
        loop {
            if let Some(show_id) = self.link(self.choose_show().await?).await? {
                return Ok(show_id);
            }
        }
    }

    /// Nothing where the show is linked to another recording.
    async fn link(&self, show_id: i32) -> Result<Option<i32>, ApiError> {
        let link =
            Link { transcription_id: self.id.clone(), show_id, by_itself: true, linked_at: Timestamp::now() };
        let mut transaction = self.state.database.begin().await?;
        // The same order of locks as everybody who links.
        let link = match links::create(&mut transaction, self.vod.id, &link).await {
            Err(LinkError::ShowTaken) => return Ok(None),
            linked => linked?,
        };
        let next = Progress::Step(PublicationStep::Recording);
        if !publications::record(&mut transaction, &self.id, &self.holder, next).await? {
            return Err(LOST);
        }
        transaction.commit().await.map_err(StorageError::from)?;
        Ok(Some(link.show_id))
    }

    /// The show of this transcription or of another one of the recording.
    async fn linked(&self) -> Result<Option<i32>, ApiError> {
        if self.show_id.is_some() {
            return Ok(self.show_id);
        }
        let link = links::of_recording(&self.state.database, self.vod.id).await?;
        Ok(link.map(|link| link.show_id))
    }

    /// The show that an earlier attempt made, or one that surely fits, or a new one.
    async fn choose_show(&self) -> Result<i32, ApiError> {
        let marker = marker(&self.id);
        let shows = self.station.exact().shows(&cablecast::ShowFilter::default()).await?;
        let taken = links::taken(&self.state.database, self.vod.id).await?;
        let free: Vec<&cablecast::Show> = shows.iter().filter(|show| !taken.contains(&show.id.0)).collect();
        let says = |show: &cablecast::Show, words: &str| {
            show.comments.as_deref().is_some_and(|comments| comments.contains(words))
        };
        if let Some(made) = free.iter().find(|show| says(show, &marker)) {
            return Ok(made.id.0);
        }
        // One that was made for another transcription is only waiting to be linked to it.
        let free = free.into_iter().filter(|show| !says(show, MARKER));
        let duration = self.vod.duration.map(|duration| duration.0);
        let recording = suggest::Recording::new(&self.vod.title.0, self.vod.file_path.as_str(), duration);
        match suggest::sure(&suggest::suggest(&recording, free)) {
            Some(sure) => Ok(sure.show.id),
            None => self.create_show(&marker).await,
        }
    }

    async fn create_show(&self, marker: &str) -> Result<i32, ApiError> {
        let description = self.vod.description.as_ref().map_or("", |description| description.0.trim());
        let show = NewShow {
            title: self.vod.title.0.clone(),
            cg_title: self.vod.title.0.clone(),
            cg_exempt: false,
            comments: format!("{description}\n\n{marker}").trim_start().to_owned(),
            location: location(&self.station).await?,
        };
        self.record(Progress::StillThere).await?;
        Ok(self.station.exact().create_show(&show).await?.0)
    }

    /// The show as it is at this moment.
    pub async fn show(&self) -> Result<cablecast::Show, ApiError> {
        let id = self.show_id.ok_or(SHOW_GONE)?;
        self.station.show(id).await?.ok_or(SHOW_GONE)
    }

    /// A show that plays from a recording of the station's own is not given another.
    async fn send_recording(&mut self) -> Result<PublicationStep, ApiError> {
        let show = self.show().await?;
        if self.upload.is_some() || (show.reels.is_empty() && show.vods.is_empty()) {
            let file = File::recording(self).await?;
            self.send(&file, show.id).await?;
        }
        self.advance(PublicationStep::Vod).await
    }

    async fn make_vod(&mut self) -> Result<PublicationStep, ApiError> {
        let show = self.show().await?;
        let vod = if let Some(vod) = show.vods.first() {
            *vod
        } else {
            let configuration = self.configuration(show.location).await?;
            self.record(Progress::StillThere).await?;
            self.station.exact().create_vod(&NewVod { show: show.id, configuration }).await?
        };
        let mut transaction = self.state.database.begin().await?;
        vods::publish(&mut transaction, self.vod.id, vod.0).await?;
        for progress in [Progress::Vod(vod.0), Progress::Step(PublicationStep::Captions)] {
            if !publications::record(&mut transaction, &self.id, &self.holder, progress).await? {
                return Err(LOST);
            }
        }
        transaction.commit().await.map_err(StorageError::from)?;
        self.upload = None;
        Ok(PublicationStep::Captions)
    }

    async fn configuration(&self, location: cablecast::LocationId) -> Result<VodConfigurationId, ApiError> {
        if let Some(chosen) = self.station.settings.vod_configuration() {
            return Ok(chosen);
        }
        let configurations = self.station.exact().vod_configurations().await?;
        let here = configurations.into_iter().filter(|one| one.location == location);
        let first = here.map(|one| one.id).min();
        first.ok_or(ApiError::Station("the Cablecast server makes no VODs at the show's location"))
    }

    async fn send_captions(&mut self) -> Result<PublicationStep, ApiError> {
        let show = self.show().await?;
        let file = File::captions(self).await?;
        self.send(&file, show.id).await?;
        self.advance(PublicationStep::Done).await
    }
}

/// By what a show that was made here is known, in its comments: the title may be that of another.
const MARKER: &str = "Archive reference: ";

fn marker(id: &JobId) -> String {
    format!("{MARKER}{id}")
}
