// Package discordtest is a small Discord for tests, made after its public
// documentation: the REST routes that a bot needs and the gateway, on a loopback
// address. It is strict: what Discord would refuse, or what could ping somebody
// or be more than text, it refuses (Check), and remembers as a Violation.
//
// Tests act as people (Slash, Complete, Press, Say, Reply, Edit), who may attach
// a File, watch what the bot does (Talk, Next), make calls fail (Fail) and the
// gateway misbehave (Greet, Reconnect, Invalidate, CloseGateway, Drop, Silence,
// Raw). Several servers run side by side. With Strict a server enforces Discord's
// rate limits, with Latency it is some way off, and one of NewPiped runs in a
// bubble of testing/synctest. It imports no package testing, so that tests of
// whole processes can use it too.
package discordtest
