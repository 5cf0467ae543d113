// Package chattest holds every platform to the contract of bot/chat. A
// platform's test connects the platform to a fake network, describes both as a
// Subject, and calls Run:
//
//	func TestConformance(t *testing.T) {
//		chattest.Run(t, func(t *testing.T) *chattest.Subject {
//			network := newFake(t) // closed by t.Cleanup
//			…
//			return &chattest.Subject{Receiver: …, Sender: …, To: …, Ask: network.ask, Next: network.next, …}
//		})
//	}
//
// newSubject is called once for each test of the suite. Everything that it
// starts it ends in t.Cleanup, idle connections included: Run looks for
// goroutines left behind after that. Rate limits of the platform's own are to
// be off in a Subject, or wide enough for some hundred messages at once, and
// what it waits between attempts short. Next and Ask are called from many
// goroutines.
//
// What not every platform has, a Subject leaves out: Press, Restart, Attach,
// FailEdit, and Follows for messages that go on changing. The suite runs in real
// time, so a message that changes twice takes chat.FollowPace.
//
// Messages generates messages and Nasty lists some, to the worst that an
// article can say; Check compares one with what was shown of it. They serve a
// platform's own tests of what the suite cannot reach, such as the edits of an
// interaction. Logger makes a logger that no secret may reach.
package chattest
