//! How a process hears that it should end: SIGTERM, or Ctrl+C.
//!
//! One thread listens for all: what was asked while nobody waited for it is still known to whoever waits next.

use std::sync::OnceLock;
use tokio::sync::watch;

static ASKED: OnceLock<watch::Receiver<bool>> = OnceLock::new();

/// Ends when somebody asks, or has asked, this process to stop.
pub async fn asked_to_stop() {
    let mut asked = listening().clone();
    if asked.wait_for(|asked| *asked).await.is_err() {
        // Nobody listens for signals, so they end the process as they always did.
        std::future::pending::<()>().await;
    }
}

/// Whether somebody has asked this process to stop.
#[must_use]
pub fn is_asked_to_stop() -> bool {
    *listening().borrow()
}

fn listening() -> &'static watch::Receiver<bool> {
    ASKED.get_or_init(|| {
        let (sender, receiver) = watch::channel(false);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(signalled());
                // The receiver is kept for all time.
                let _ = sender.send(true);
                // Who asks twice does not want to wait; the ledger stands a sudden end.
                runtime.block_on(signalled());
                std::process::exit(130);
            }
        });
        receiver
    })
}

async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
