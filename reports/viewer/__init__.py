"""The viewer: runs, trials and transcripts in the browser, served from this machine; the extra `view`."""
