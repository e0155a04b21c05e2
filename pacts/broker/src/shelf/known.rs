//! What one instance knows: the model, and how far it has read the log.

use crate::Model;
use crate::event::Happening;
use crate::store::StoreError;

#[derive(Debug, Default)]
pub struct Known {
    pub model: Model,
    pub seq: i64,
}

impl Known {
    /// Two who refresh at once may both bring the same news: what is known already is passed over.
    pub fn learn(&mut self, news: Vec<(i64, Happening)>) -> Result<(), StoreError> {
        for (seq, happening) in news {
            if seq > self.seq {
                self.model.apply(happening).map_err(|error| StoreError::Broken(error.to_string()))?;
                self.seq = seq;
            }
        }
        Ok(())
    }
}
