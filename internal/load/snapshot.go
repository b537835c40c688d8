package main

import "time"

// snapshot is the state at one end of the window.
type snapshot struct {
	at      time.Time
	clients []clientState
	server  usage
	load    usage
	machine machineUsage
}

type clientState struct {
	bytes, packets int64
	replied        int64 // ns after the connect, 0 for not yet; the next one too
	started        int64
	silence        int64 // ns
	linked         bool
}

func take(clients []*client, pid int) snapshot {
	now := time.Now()
	s := snapshot{at: now, clients: make([]clientState, len(clients))}
	for i, c := range clients {
		s.clients[i] = clientState{
			bytes: c.bytes.Load(), packets: c.packets.Load(),
			replied: c.replied.Load(), started: c.started.Load(),
			silence: c.silence(now), linked: c.linked.Load(),
		}
	}
	s.server, s.load, s.machine = processTree(pid).usage(), ownUsage(), wholeMachine()
	return s
}
