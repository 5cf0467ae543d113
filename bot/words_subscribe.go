package bot

// subscribeWords are those of subscriptions.
type subscribeWords struct{}
