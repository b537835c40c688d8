// Package remote reads and writes remote events: what a cache or a player tells a
// server of content that it has played without it, [MS-WMSP] 2.2.5, over HTTP and
// RTSP alike.
package remote

import (
	"bytes"
	"errors"
	"strconv"

	"caracal/internal/cdl"
)

// MaxBytes is the longest body of a SendEvent request, bytes.
const MaxBytes = 1<<10 + cdl.MaxBytes

// Type says what a remote event tells, [MS-WMSP] 2.2.5.
type Type uint8

const (
	Open  Type = 28 // a caching proxy opened content from its cache
	Close Type = 29 // it closed it again
	Log   Type = 30 // a client sends statistics
)

// Names of items in the descriptions of a Log.
const (
	ItemContextType = "context-type"             // cdl.TypeI4: 2 in the first, 5 in the second
	ItemUserAgent   = "WMS_USER_AGENT"           // first
	ItemUserGUID    = "WMS_USER_GUID"            // first
	ItemContextURL  = "@WMS_COMMAND_CONTEXT_URL" // second
	ItemRemoteLog   = "@.REMOTE_LOG"             // second: a rendering log in XML
)

const eventDescriptions = 2

// Event is the body of a SendEvent request, [MS-WMSP] 2.2.5.
type Event struct {
	Type   Type
	Reason uint32 // HRESULT

	// Of Log only.
	User    cdl.Description // who
	Command cdl.Description // what
}

// Append appends the body.
func (e *Event) Append(b []byte) []byte {
	b = append(b, "1\r\n1,"...) // EncodingFormat, EncodingVersion
	b = strconv.AppendUint(b, uint64(e.Type), 10)
	b = append(b, ',')
	b = strconv.AppendUint(b, uint64(e.Reason), 10)
	b = append(b, '\r', '\n')
	if e.Type == Log {
		b = e.User.Append(b)
		b = e.Command.Append(b)
	}
	return b
}

// Parse parses a whole body. Line ends may be bare. Errors are
// *cdl.ParseError.
func Parse(b []byte) (Event, error) {
	if len(b) > MaxBytes {
		return Event{}, &cdl.ParseError{Object: "remote event", Offset: 0, Err: cdl.ErrLimit}
	}
	format, rest, _ := bytes.Cut(b, []byte("\n"))
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	if !ok {
		return Event{}, &cdl.ParseError{Object: "remote event", Offset: len(b), Err: cdl.ErrNeedMore}
	}
	e, ok := parseEventLine(bytes.TrimRight(line, "\r"))
	if !ok || string(bytes.TrimRight(format, "\r")) != "1" {
		return Event{}, &cdl.ParseError{Object: "remote event", Offset: 0, Err: cdl.ErrInvalid}
	}
	list, err := parseDescriptions(b, len(b)-len(rest))
	if err != nil {
		return Event{}, err
	}
	if e.Type != Log {
		return e, nil // descriptions MUST NOT be there, and say nothing
	}
	if len(list) != eventDescriptions {
		return Event{}, &cdl.ParseError{Object: "remote event", Offset: len(b) - len(rest), Err: cdl.ErrInvalid}
	}
	e.User, e.Command = list[0], list[1]
	return e, nil
}

// parseEventLine reads EncodingVersion, Type and EventReason.
func parseEventLine(line []byte) (Event, bool) {
	parts := bytes.Split(line, []byte(","))
	if len(parts) != 3 || string(parts[0]) != "1" {
		return Event{}, false
	}
	kind, err1 := strconv.ParseUint(string(parts[1]), 10, 8)
	reason, err2 := strconv.ParseUint(string(parts[2]), 10, 32)
	e := Event{Type: Type(kind), Reason: uint32(reason)}
	return e, err1 == nil && err2 == nil && e.Type >= Open && e.Type <= Log
}

// parseDescriptions parses the list at the end of b.
func parseDescriptions(b []byte, at int) (cdl.List, error) {
	list, err := cdl.Parse(b[at:])
	if parse := (*cdl.ParseError)(nil); errors.As(err, &parse) {
		return nil, &cdl.ParseError{Object: parse.Object, Offset: at + parse.Offset, Err: parse.Err}
	}
	return list, err
}

// String is the name that x-wms-event-subscription has for it, "" for none.
func (t Type) String() string {
	switch t {
	case Open:
		return "remote-open"
	case Close:
		return "remote-close"
	case Log:
		return "remote-log"
	}
	return ""
}

// NewLog makes the event of a rendering log: of whose player it is, of which URL,
// and the log in XML, [MS-WMLOG] 2.7.
func NewLog(agent, guid, url, xml string) *Event {
	e := &Event{Type: Log}
	e.User.AddInt(ItemContextType, 2)
	e.User.AddText(ItemUserAgent, agent)
	e.User.AddText(ItemUserGUID, guid)
	e.Command.AddInt(ItemContextType, 5)
	e.Command.AddText(ItemContextURL, url)
	e.Command.AddText(ItemRemoteLog, xml)
	return e
}

// RenderingLog returns the log of a Log, "" for other events.
func (e *Event) RenderingLog() string { return e.Command.Get(ItemRemoteLog) }
