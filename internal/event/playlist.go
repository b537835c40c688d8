package event

// EntrySkipped says that an item of a playlist was passed over, and why.
type EntrySkipped struct {
	List   string
	Source string // its src, without a password
	Err    error
}

func (EntrySkipped) isEvent() {}
