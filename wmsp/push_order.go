package wmsp

// pushOrder says which packets may come next, [MS-WMHTTP] 4.6.1. The zero
// value is the beginning of a session.
type pushOrder uint8

const (
	pushBegins pushOrder = iota // only $H
	pushData                    // after $H, $C and $D
	pushEntry                   // after $E with S_FALSE: a new header is to come
	pushFilled                  // after $F
	pushOver                    // after any other $E: nothing
)

// take returns the state after a packet, or a *ParseError for one that may not
// come. first says that it is a request's first: an encoder that has come back
// may send its header again, which the specification does not say.
func (o pushOrder) take(f *Frame, first bool) (pushOrder, error) {
	ok := false
	switch f.ID {
	case FrameHeader:
		ok = o == pushBegins || first && o != pushOver
	case FrameChange:
		ok = o == pushEntry || o == pushFilled || first && o == pushData
	case FrameData:
		ok = o == pushData || o == pushFilled
	case FrameEnd, FrameFill:
		ok = o != pushBegins && o != pushOver
	}
	if !ok {
		return o, &ParseError{pushObject(f.ID), 0, ErrUnexpected}
	}
	switch f.ID {
	case FrameEnd:
		if f.Reason == ReasonEntryDone {
			return pushEntry, nil
		}
		return pushOver, nil
	case FrameFill:
		return pushFilled, nil
	}
	return pushData, nil
}
