package bot

// digestWords are those of digests.
type digestWords struct{}
