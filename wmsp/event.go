package wmsp

import (
	"bytes"
	"strconv"

	"caracal/internal/cdl"
)

// MaxEvent is the longest body of a SendEvent request, bytes.
const MaxEvent = 1<<10 + cdl.MaxBytes

// EventType says what a remote event tells, [MS-WMSP] 2.2.5.
type EventType uint8

const (
	RemoteOpen  EventType = 28 // a caching proxy opened content from its cache
	RemoteClose EventType = 29 // it closed it again
	RemoteLog   EventType = 30 // a client sends statistics
)

// Names of items in the descriptions of a RemoteLog.
const (
	ItemContextType = "context-type"             // cdl.TypeI4: 2 in the first, 5 in the second
	ItemUserAgent   = "WMS_USER_AGENT"           // first
	ItemUserGUID    = "WMS_USER_GUID"            // first
	ItemContextURL  = "@WMS_COMMAND_CONTEXT_URL" // second
	ItemRemoteLog   = "@.REMOTE_LOG"             // second: a rendering log in XML
)

const eventDescriptions = 2

// RemoteEvent is the body of a SendEvent request, [MS-WMSP] 2.2.5.
type RemoteEvent struct {
	Type   EventType
	Reason uint32 // HRESULT

	// Of RemoteLog only.
	User    cdl.Description // who
	Command cdl.Description // what
}

// Append appends the body.
func (e *RemoteEvent) Append(b []byte) []byte {
	b = append(b, "1\r\n1,"...) // EncodingFormat, EncodingVersion
	b = strconv.AppendUint(b, uint64(e.Type), 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, uint64(e.Reason), 10)
	b = append(b, '\r', '\n')
	if e.Type == RemoteLog {
		b = e.User.Append(b)
		b = e.Command.Append(b)
	}
	return b
}

// ParseRemoteEvent parses a whole body. Line ends may be bare. Errors are
// *ParseError.
func ParseRemoteEvent(b []byte) (RemoteEvent, error) {
	if len(b) > MaxEvent {
		return RemoteEvent{}, &ParseError{"remote event", 0, ErrLimit}
	}
	format, rest, _ := bytes.Cut(b, []byte("\n"))
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	if !ok {
		return RemoteEvent{}, &ParseError{"remote event", len(b), ErrNeedMore}
	}
	e, ok := parseEventLine(bytes.TrimRight(line, "\r"))
	if !ok || string(bytes.TrimRight(format, "\r")) != "1" {
		return RemoteEvent{}, &ParseError{"remote event", 0, ErrInvalid}
	}
	list, err := parseDescriptions(b, len(b)-len(rest))
	if err != nil {
		return RemoteEvent{}, err
	}
	if e.Type != RemoteLog {
		return e, nil // descriptions MUST NOT be there, and say nothing
	}
	if len(list) != eventDescriptions {
		return RemoteEvent{}, &ParseError{"remote event", len(b) - len(rest), ErrInvalid}
	}
	e.User, e.Command = list[0], list[1]
	return e, nil
}

// parseEventLine reads EncodingVersion, EventType and EventReason.
func parseEventLine(line []byte) (RemoteEvent, bool) {
	parts := bytes.Split(line, []byte(","))
	if len(parts) != 3 || string(parts[0]) != "1" {
		return RemoteEvent{}, false
	}
	kind, err1 := strconv.ParseUint(string(parts[1]), 10, 8)
	reason, err2 := strconv.ParseUint(string(parts[2]), 10, 32)
	e := RemoteEvent{Type: EventType(kind), Reason: uint32(reason)}
	return e, err1 == nil && err2 == nil && e.Type >= RemoteOpen && e.Type <= RemoteLog
}

// Log returns the rendering log of a RemoteLog, "" for other events.
func (e *RemoteEvent) Log() string { return e.Command.Get(ItemRemoteLog) }
