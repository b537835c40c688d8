package mcs

import "fmt"

// Result is how a request went, T.125 7 part 2.
type Result uint8

// The results.
const (
	Successful Result = iota
	DomainMerging
	DomainNotHierarchical
	NoSuchChannel
	NoSuchDomain
	NoSuchUser
	NotAdmitted
	OtherUserID
	ParametersUnacceptable
	TokenNotAvailable
	TokenNotPossessed
	TooManyChannels
	TooManyTokens
	TooManyUsers
	UnspecifiedFailure
	UserRejected

	results
)

var resultNames = [results]string{
	"successful", "domain merging", "domain not hierarchical", "no such channel", "no such domain", "no such user",
	"not admitted", "other user id", "parameters unacceptable", "token not available", "token not possessed",
	"too many channels", "too many tokens", "too many users", "unspecified failure", "user rejected",
}

func (r Result) String() string { return nameOf(resultNames[:], int(r)) }

// Reason is why something ends.
type Reason uint8

// The reasons.
const (
	DomainDisconnected Reason = iota
	ProviderInitiated
	TokenPurged
	UserRequested
	ChannelPurged

	reasons
)

var reasonNames = [reasons]string{"domain disconnected", "provider initiated", "token purged", "user requested", "channel purged"}

func (r Reason) String() string { return nameOf(reasonNames[:], int(r)) }

// Status is what a token is to who asks.
type Status uint8

// The states of a token.
const (
	NotInUse Status = iota
	SelfGrabbed
	OtherGrabbed
	SelfInhibited
	OtherInhibited
	SelfRecipient
	SelfGiving
	OtherGiving

	statuses
)

var statusNames = [statuses]string{
	"not in use", "self grabbed", "other grabbed", "self inhibited", "other inhibited", "self recipient", "self giving", "other giving",
}

func (s Status) String() string { return nameOf(statusNames[:], int(s)) }

// Priority is that of data.
type Priority uint8

// The priorities.
const (
	Top Priority = iota
	High
	Medium
	Low

	Priorities
)

var priorityNames = [Priorities]string{"top", "high", "medium", "low"}

func (p Priority) String() string { return nameOf(priorityNames[:], int(p)) }

// Diagnostic says what was wrong with a PDU.
type Diagnostic uint8

// The diagnostics.
const (
	InconsistentMerge Diagnostic = iota
	ForbiddenDownward
	ForbiddenUpward
	InvalidBER
	InvalidPER
	MisroutedUser
	UnrequestedConfirm
	WrongPriority
	ChannelConflict
	TokenConflict
	NotUserIDChannel
	TooManyChannelsSaid
	TooManyTokensSaid
	TooManyUsersSaid

	diagnostics
)

var diagnosticNames = [diagnostics]string{
	"inconsistent merge", "forbidden PDU downward", "forbidden PDU upward", "invalid BER encoding", "invalid PER encoding",
	"misrouted user", "unrequested confirm", "wrong transport priority", "channel id conflict", "token id conflict",
	"not user id channel", "too many channels", "too many tokens", "too many users",
}

func (d Diagnostic) String() string { return nameOf(diagnosticNames[:], int(d)) }

func nameOf(names []string, n int) string {
	if n < len(names) {
		return names[n]
	}
	return fmt.Sprint(n)
}

// The ranges of ids, T.125 7 part 2.
const (
	MaxStatic  = 1000 // channels 1 to this are there without being assigned
	MinDynamic = 1001 // the first id of users, private and assigned channels
	maxID      = 65535
)
