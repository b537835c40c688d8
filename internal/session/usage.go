package session

// Used is what there is of what has limits.
type Used struct {
	Players   int
	Bandwidth int64 // bits a second, reserved
}

// Usage is what there is now: of the server, of each point, and the most that any
// address, network or account has.
type Usage struct {
	Server, Address, Network, Account Used
	Points                            map[string]Used // by name
}

// Usage returns what there is now.
func (m *Manager) Usage() Usage {
	m.mu.Lock()
	defer m.mu.Unlock()
	u := Usage{Points: map[string]Used{}}
	for p, c := range m.counts {
		switch p.scope {
		case inServer:
			u.Server.most(c)
		case inPoint:
			u.Points[p.name[1:]] = Used{c.players, c.bits}
		case inAddress:
			u.Address.most(c)
		case inNetwork:
			u.Network.most(c)
		case inAccount:
			u.Account.most(c)
		}
	}
	return u
}

func (u *Used) most(c *count) {
	u.Players, u.Bandwidth = max(u.Players, c.players), max(u.Bandwidth, c.bits)
}
