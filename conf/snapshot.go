package conf

// Snapshot is what a conference is at one moment, as one member sees it. What its
// fields point to is shared and not to be changed.
type Snapshot struct {
	Number    uint64 // of the last event that is in it
	Facts     Facts
	You       MemberID
	Members   []Info    // in the order of joining
	Lines     []Line    // the oldest first
	Files     []File    // the oldest first
	Objects   []*Object // the oldest first
	Page      uint32    // of the whiteboard, that is shown
	Floor     Floor
	Conductor MemberID
}

// snapshot has the member go on behind what it returns.
func (c *Conference) snapshot(m *Member) *Snapshot {
	id := m.seat.info.ID
	m.next = c.log.next
	s := &Snapshot{
		Number: c.log.next - 1, Facts: c.facts, You: id, Members: c.roster(), Files: c.files.all(), Objects: c.board.all(),
		Page: c.board.page, Floor: c.floor.clone(), Conductor: c.conductor,
	}
	s.Facts.Password = len(c.password) > 0
	for _, l := range c.lines {
		if l.To == 0 || l.To == id || l.From == id {
			s.Lines = append(s.Lines, l)
		}
	}
	return s
}
