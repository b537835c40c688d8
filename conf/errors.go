package conf

import "errors"

// What an order or a join is refused for.
var (
	ErrNoConference = errors.New("conf: no such conference")
	ErrExists       = errors.New("conf: there is a conference of this name or number already")
	ErrName         = errors.New("conf: a conference's name is letters, digits, dots, hyphens and underscores, not digits alone; a number is digits")
	ErrConferences  = errors.New("conf: there are as many conferences as there may be")
	ErrLocked       = errors.New("conf: the conference is locked")
	ErrPassword     = errors.New("conf: the conference's password is wrong or missing")
	ErrAccount      = errors.New("conf: the conference is for accounts only")
	ErrFull         = errors.New("conf: the conference is full")
	ErrAddressFull  = errors.New("conf: this address has as many members as it may")
	ErrBarred       = errors.New("conf: who was ejected may not come back yet")
	ErrNotAllowed   = errors.New("conf: the member has not the right to do that")
	ErrRate         = errors.New("conf: that is too often")
	ErrBusy         = errors.New("conf: the store cannot keep up")
	ErrNoMember     = errors.New("conf: no such member")
	ErrEmpty        = errors.New("conf: there is nothing in it")
	ErrTooLong      = errors.New("conf: it is longer than it may be")
	ErrFileName     = errors.New("conf: the file's name cannot be one")
	ErrFileSize     = errors.New("conf: the file has not the size that was said")
	ErrFileTooLarge = errors.New("conf: the file is larger than files may be")
	ErrFiles        = errors.New("conf: there are as many files as there may be")
	ErrNoFiles      = errors.New("conf: there is no folder for files")
	ErrNoFile       = errors.New("conf: no such file")
	ErrObject       = errors.New("conf: the object is not one of the whiteboard")
	ErrNoObject     = errors.New("conf: no such object")
	ErrBoardFull    = errors.New("conf: the whiteboard is full")
	ErrFloor        = errors.New("conf: the floor is not the member's")
	ErrConducted    = errors.New("conf: the conference has a conductor already")
	ErrInvitations  = errors.New("conf: there are as many invitations as there may be")
	ErrConfigured   = errors.New("conf: that is what the configuration says")
	ErrNoDoor       = errors.New("conf: nobody takes callers of this kind")
	ErrDoors        = errors.New("conf: as many callers are expected as may be")
	ErrDoorTaken    = errors.New("conf: there is a door for this kind already")
	ErrCaller       = errors.New("conf: the caller has no address, no conference or no time")
)

// Why a member has no more events.
var (
	ErrBehind  = errors.New("conf: the member was too slow: take another snapshot")
	ErrLeft    = errors.New("conf: the member has left")
	ErrEjected = errors.New("conf: the member was ejected")
	ErrEnded   = errors.New("conf: the conference has ended")
	ErrClosed  = errors.New("conf: the server is shutting down")
)
