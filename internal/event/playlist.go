package event

// Media is what an entry of a playlist is for the logs, [MS-WMLOG] 2.1.29 and 2.1.30.
// The zero value is content that is in no playlist.
type Media struct {
	Name string // cs-media-name: its mediaName, or the name of its file
	Role string // cs-media-role; "" for none
}

// EntryBegan says that a player that streams has come to another entry of a playlist.
type EntryBegan struct {
	Player     Player
	Media      Media
	Generation uint32 // of the entries that the player has come to, from 1
}

// EntrySkipped says that an item of a playlist was passed over, and why.
type EntrySkipped struct {
	List   string
	Source string // its src, without a password
	Err    error
}

func (EntryBegan) isEvent()   {}
func (EntrySkipped) isEvent() {}
