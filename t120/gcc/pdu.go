// Package gcc is the Generic Conference Control of T.124: its messages, which go in the
// user data of T.125's connections and over its channels.
package gcc

import (
	"errors"
	"fmt"

	"caracal/internal/per"
)

// The channels that every conference has, T.124 table 1.
const (
	BroadcastChannel = 1 // all nodes join it
	ConvenerChannel  = 2
	ConductorToken   = 1
)

// Connect is a message in the user data of a connection.
type Connect interface {
	connect() int // its place in ConnectGCCPDU
	code(c *per.Coder)
}

// Control is a message over a channel.
type Control interface {
	place() (part, at int) // in GCCPDU
	code(c *per.Coder)
}

// The parts of GCCPDU.
const (
	request = iota
	response
	indication
)

var (
	// ErrUnknown says that a message is one that came later than those known here.
	ErrUnknown = errors.New("gcc: a message that is not known")
	// ErrOther says that the user data is of another protocol than T.124.
	ErrOther = errors.New("gcc: not T.124")
)

// family is {itu-t recommendation t 124 version(0)}, of which any version is taken, and
// version the 1 of it, as NetMeeting and RDP send it.
const (
	family  = "\x00\x14\x7c\x00"
	version = family + "\x01"
)

var connects = [...]func() Connect{
	func() Connect { return &CreateRequest{} }, func() Connect { return &CreateResponse{} },
	func() Connect { return &QueryRequest{} }, func() Connect { return &QueryResponse{} },
	func() Connect { return &JoinRequest{} }, func() Connect { return &JoinResponse{} },
	func() Connect { return &InviteRequest{} }, func() Connect { return &InviteResponse{} },
}

var controls = [...][]func() Control{
	request: {
		func() Control { return &JoinRequest{} }, func() Control { return &AddRequest{} },
		func() Control { return &LockRequest{} }, func() Control { return &UnlockRequest{} },
		func() Control { return &TerminateRequest{} }, func() Control { return &EjectRequest{} },
		func() Control { return &TransferRequest{} }, func() Control { return &RegisterChannelRequest{} },
		func() Control { return &AssignTokenRequest{} }, func() Control { return &SetParameterRequest{} },
		func() Control { return &RetrieveEntryRequest{} }, func() Control { return &DeleteEntryRequest{} },
		func() Control { return &MonitorEntryRequest{} }, func() Control { return &AllocateHandleRequest{} },
		func() Control { return &NonStandardRequest{} },
	},
	response: {
		func() Control { return &JoinResponse{} }, func() Control { return &AddResponse{} },
		func() Control { return &LockResponse{} }, func() Control { return &UnlockResponse{} },
		func() Control { return &TerminateResponse{} }, func() Control { return &EjectResponse{} },
		func() Control { return &TransferResponse{} }, func() Control { return &RegistryResponse{} },
		func() Control { return &AllocateHandleResponse{} }, func() Control { return &NotSupported{} },
		func() Control { return &NonStandardResponse{} },
	},
	indication: {
		func() Control { return &UserIDIndication{} }, func() Control { return &LockIndication{} },
		func() Control { return &UnlockIndication{} }, func() Control { return &TerminateIndication{} },
		func() Control { return &EjectIndication{} }, func() Control { return &TransferIndication{} },
		func() Control { return &RosterUpdate{} }, func() Control { return &InvokeIndication{} },
		func() Control { return &MonitorEntryIndication{} }, func() Control { return &ConductorAssign{} },
		func() Control { return &ConductorRelease{} }, func() Control { return &PermissionAsk{} },
		func() Control { return &PermissionGrant{} }, func() Control { return &TimeRemaining{} },
		func() Control { return &TimeInquire{} }, func() Control { return &TimeExtend{} },
		func() Control { return &Assistance{} }, func() Control { return &TextMessage{} },
		func() Control { return &NonStandardIndication{} },
	},
}

// ParseConnect takes the user data of a connection. ErrUnknown and ErrOther say that it
// is well-formed and nothing of ours. What is read aliases the input.
func ParseConnect(b []byte) (Connect, error) {
	var key Key
	var body []byte
	c := per.Read(b)
	key.code(c)
	c.Octets(&body, 0, -1)
	if err := c.Err(); err != nil {
		return nil, fmt.Errorf("gcc: connect data: %w", err)
	}
	if len(key.Object) < len(family) || key.Object[:len(family)] != family {
		return nil, ErrOther
	}
	var m Connect
	at := 0
	inner := per.Read(body)
	inner.Choice(&at, len(connects), true, func() {
		if at >= len(connects) {
			inner.Skip()
			return
		}
		m = connects[at]()
		m.code(inner)
	})
	return m, finished(inner, m == nil, m)
}

// finished is the error of a message that was read.
func finished(c *per.Coder, unknown bool, m any) error {
	switch err := c.Err(); {
	case err != nil:
		return fmt.Errorf("gcc: %T: %w", m, err)
	case unknown:
		return ErrUnknown
	}
	return nil
}

// AppendConnect writes the user data of a connection.
func AppendConnect(b []byte, m Connect) ([]byte, error) {
	at := m.connect()
	inner := per.Write(nil)
	inner.Choice(&at, len(connects), true, func() { m.code(inner) })
	body, err := inner.Bytes()
	if err != nil {
		return b, fmt.Errorf("gcc: %T: %w", m, err)
	}
	c := per.Write(b)
	(&Key{Object: version}).code(c)
	c.Octets(&body, 0, -1)
	return c.Bytes()
}

// Parse takes a message of a channel. ErrUnknown says that it came later than those known
// here. What is read aliases the input.
func Parse(b []byte) (Control, error) {
	var m Control
	part := 0
	c := per.Read(b)
	c.Choice(&part, len(controls), false, func() { control(c, part, &m) })
	return m, finished(c, m == nil, m)
}

// Append writes a message of a channel.
func Append(b []byte, m Control) ([]byte, error) {
	part, _ := m.place()
	c := per.Write(b)
	c.Choice(&part, len(controls), false, func() { control(c, part, &m) })
	out, err := c.Bytes()
	if err != nil {
		return b, fmt.Errorf("gcc: %T: %w", m, err)
	}
	return out, nil
}

// control is one of the messages of a part.
func control(c *per.Coder, part int, m *Control) {
	at, kinds := 0, controls[part]
	if c.Writing() {
		if *m == nil { // in a NotSupported: one that came later
			c.Fail(per.ErrInvalid)
			return
		}
		var is int
		if is, at = (*m).place(); is != part {
			c.Fail(per.ErrInvalid)
		}
	}
	c.Choice(&at, len(kinds), true, func() {
		if at >= len(kinds) {
			c.Skip()
			return
		}
		if !c.Writing() {
			*m = kinds[at]()
		}
		(*m).code(c)
	})
}
