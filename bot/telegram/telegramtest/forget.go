package telegramtest

// Forget drops the calls and messages so far, so that a long run does not fill
// the memory with them. Nothing must be waiting for a call meanwhile, and what
// was sent before cannot be edited any more.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
	for _, r := range s.chats {
		r.messages = map[int]*Message{}
	}
}
