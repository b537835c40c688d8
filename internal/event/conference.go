package event

import "time"

// ConferenceBegan says that a conference is there.
type ConferenceBegan struct{ Conference string }

// ConferenceEnded says that it is no more.
type ConferenceEnded struct {
	Conference string
	Reason     string
	Elapsed    time.Duration
}

// ConferenceJoined says that somebody became a member.
type ConferenceJoined struct {
	Player     Player
	Conference string
	Member     uint32
}

// ConferenceLeft says that a member is one no more.
type ConferenceLeft struct {
	Player     Player
	Conference string
	Member     uint32
	Reason     string
	Elapsed    time.Duration
}

// ConferenceSaid says that a member said something, not what.
type ConferenceSaid struct {
	Player     Player
	Conference string
	Member     uint32
	Bytes      int
	Whispered  bool
}

// ConferenceFileStored says that a file came in whole.
type ConferenceFileStored struct {
	Player     Player
	Conference string
	Member     uint32
	Size       int64
	SHA256     string
}

func (ConferenceBegan) isEvent()      {}
func (ConferenceEnded) isEvent()      {}
func (ConferenceJoined) isEvent()     {}
func (ConferenceLeft) isEvent()       {}
func (ConferenceSaid) isEvent()       {}
func (ConferenceFileStored) isEvent() {}
