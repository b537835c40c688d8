package conf

import "time"

// Event is something that happened in a conference.
type Event struct {
	Number uint64 // one more than that of the event before
	Time   time.Time
	What   Change

	a, b MemberID // for whom it is; both 0: everybody
	size int      // bytes that it keeps in memory, about
}

// Change is one of the types below. It is shared by all members: nobody changes it.
type Change interface{ isChange() }

// Joined says that there is another member.
type Joined struct{ Member Info }

// Left says that a member is gone, and why in words for people.
type Left struct {
	Member MemberID
	Reason string
}

// RightsChanged says that a member has other rights.
type RightsChanged struct {
	Member MemberID
	Rights Rights
}

// Said is a line to everybody.
type Said struct{ Line Line }

// Whispered is a line that only its two members get.
type Whispered struct{ Line Line }

// FileOffered says that a file is coming in.
type FileOffered struct{ File File }

// FileStored says that a file is there, with its hash.
type FileStored struct{ File File }

// FileRemoved says that a file, or one that was coming in, is gone. By is 0 when the
// quota asked for it.
type FileRemoved struct {
	File uint64
	By   MemberID
}

// Drawn says that the whiteboard has another object.
type Drawn struct{ Object *Object }

// Changed says that an object is another now; its id is the same.
type Changed struct {
	Object *Object
	By     MemberID
}

// Erased says that an object is gone.
type Erased struct {
	Object uint64
	By     MemberID
}

// Cleared says that all objects of a page are gone.
type Cleared struct {
	Page uint32
	By   MemberID
}

// PageShown says which page everybody is to look at.
type PageShown struct {
	Page uint32
	By   MemberID
}

// FloorChanged says who has the floor and who asks for it.
type FloorChanged struct{ Floor Floor }

// ConductorChanged says who conducts; 0 is nobody.
type ConductorChanged struct{ Conductor MemberID }

// Locked says whether others may join.
type Locked struct {
	On bool
	By MemberID
}

// PasswordChanged says whether there is a password to join with.
type PasswordChanged struct {
	On bool
	By MemberID
}

// Ejected says that a member was sent away; Left follows.
type Ejected struct {
	Member, By MemberID
	Reason     string
}

// Invited says that somebody is called in.
type Invited struct {
	By           MemberID
	Protocol, To string
}

// Ended is the last event of a conference's members. One that is permanent goes on
// without them.
type Ended struct {
	By     MemberID // 0: the server
	Reason string
}

func (Joined) isChange()           {}
func (Left) isChange()             {}
func (RightsChanged) isChange()    {}
func (Said) isChange()             {}
func (Whispered) isChange()        {}
func (FileOffered) isChange()      {}
func (FileStored) isChange()       {}
func (FileRemoved) isChange()      {}
func (Drawn) isChange()            {}
func (Changed) isChange()          {}
func (Erased) isChange()           {}
func (Cleared) isChange()          {}
func (PageShown) isChange()        {}
func (FloorChanged) isChange()     {}
func (ConductorChanged) isChange() {}
func (Locked) isChange()           {}
func (PasswordChanged) isChange()  {}
func (Ejected) isChange()          {}
func (Invited) isChange()          {}
func (Ended) isChange()            {}

// isFor says whether a member gets the event.
func (e *Event) isFor(id MemberID) bool { return e.a == 0 && e.b == 0 || id == e.a || id == e.b }

const eventSize = 160 // bytes of an event and its Change, without what it points to

func sizeOf(c Change) int {
	switch c := c.(type) {
	case Said:
		return eventSize + len(c.Line.Text)
	case Whispered:
		return eventSize + len(c.Line.Text)
	case Drawn:
		return eventSize + c.Object.size()
	case Changed:
		return eventSize + c.Object.size()
	case FloorChanged:
		return eventSize + 4*len(c.Floor.Asking)
	}
	return eventSize + 2*maxName
}
