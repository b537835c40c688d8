package mcs

import (
	"fmt"

	"caracal/internal/ber"
)

// The PDUs that make a connection, T.125 7 part 3, by their [APPLICATION] numbers.
const (
	connectInitial    = 101
	connectResponse   = 102
	connectAdditional = 103
	connectResult     = 104
)

// Parameters are those of a domain, T.125 7 part 2.
type Parameters struct {
	MaxChannels     uint32 // that are in use at a time
	MaxUsers        uint32
	MaxTokens       uint32
	Priorities      uint32 // 1 to 4: so many transport connections each provider may have
	MinThroughput   uint32 // octets a second; 0: any
	MaxHeight       uint32 // of providers
	MaxPDU          uint32 // octets of an encoded PDU
	ProtocolVersion uint32 // 1: BER, 2: PER for the domain's PDUs
}

// The parameters that a provider can live with.
const (
	VersionBER = 1
	VersionPER = 2
	minMaxPDU  = 124 // T.125 11: the least that MaxPDU may be
)

func (p *Parameters) fields() []*uint32 {
	return []*uint32{
		&p.MaxChannels, &p.MaxUsers, &p.MaxTokens, &p.Priorities, &p.MinThroughput, &p.MaxHeight, &p.MaxPDU, &p.ProtocolVersion,
	}
}

func (p Parameters) append(b []byte) []byte {
	var body []byte
	for _, f := range p.fields() {
		body = append(body, ber.Int(int64(*f))...)
	}
	return ber.Append(b, ber.Sequence, body)
}

func readParameters(b []byte) (p Parameters, rest []byte, err error) {
	body, rest, err := ber.Expect(b, ber.Sequence)
	for _, f := range p.fields() {
		if err != nil {
			break
		}
		*f, body, err = readNumber(body, ber.Integer)
	}
	return p, rest, err
}

// readNumber takes a number that is not negative.
func readNumber(b []byte, tag ber.Tag) (n uint32, rest []byte, err error) {
	body, rest, err := ber.Expect(b, tag)
	if err != nil {
		return 0, nil, err
	}
	v, err := ber.Whole(body)
	if err == nil && (v < 0 || v > 1<<32-1) {
		err = ber.ErrInvalid
	}
	return uint32(v), rest, err
}

// Initial is Connect-Initial: the first connection between two providers.
type Initial struct {
	Calling, Called  []byte // domain selectors
	Upward           bool   // the caller asks to be below
	Target, Min, Max Parameters
	Data             []byte // of the provider's user: GCC
}

// Append writes it.
func (m *Initial) Append(b []byte) []byte {
	upward := []byte{0}
	if m.Upward {
		upward[0] = 0xFF
	}
	body := ber.Make(ber.Octets, m.Calling)
	body = ber.Append(body, ber.Octets, m.Called)
	body = ber.Append(body, ber.Boolean, upward)
	body = m.Max.append(m.Min.append(m.Target.append(body)))
	body = ber.Append(body, ber.Octets, m.Data)
	return ber.Append(b, ber.Application(connectInitial), body)
}

func (m *Initial) parse(b []byte) error {
	var err error
	if m.Calling, b, err = ber.Expect(b, ber.Octets); err != nil {
		return err
	}
	if m.Called, b, err = ber.Expect(b, ber.Octets); err != nil {
		return err
	}
	upward, b, err := ber.Expect(b, ber.Boolean)
	if err != nil || len(upward) != 1 {
		return ber.ErrInvalid
	}
	m.Upward = upward[0] != 0
	for _, p := range []*Parameters{&m.Target, &m.Min, &m.Max} {
		if *p, b, err = readParameters(b); err != nil {
			return err
		}
	}
	m.Data, _, err = ber.Expect(b, ber.Octets)
	return err
}

// Response is Connect-Response.
type Response struct {
	Result     Result
	Connection uint32 // by which Connect-Additional names this one
	Parameters Parameters
	Data       []byte
}

// Append writes it.
func (m *Response) Append(b []byte) []byte {
	body := ber.Make(ber.Enumerated, []byte{byte(m.Result)})
	body = append(body, ber.Int(int64(m.Connection))...)
	body = ber.Append(m.Parameters.append(body), ber.Octets, m.Data)
	return ber.Append(b, ber.Application(connectResponse), body)
}

func (m *Response) parse(b []byte) error {
	result, b, err := readNumber(b, ber.Enumerated)
	if err != nil {
		return err
	}
	m.Result = resultOf(result)
	if m.Connection, b, err = readNumber(b, ber.Integer); err != nil {
		return err
	}
	if m.Parameters, b, err = readParameters(b); err != nil {
		return err
	}
	m.Data, _, err = ber.Expect(b, ber.Octets)
	return err
}

// Additional is Connect-Additional: one more connection, for data of a priority.
type Additional struct {
	Connection uint32
	Priority   Priority
}

// Append writes it.
func (m *Additional) Append(b []byte) []byte {
	body := append(ber.Int(int64(m.Connection)), ber.Make(ber.Enumerated, []byte{byte(m.Priority)})...)
	return ber.Append(b, ber.Application(connectAdditional), body)
}

func (m *Additional) parse(b []byte) (err error) {
	if m.Connection, b, err = readNumber(b, ber.Integer); err != nil {
		return err
	}
	n, _, err := readNumber(b, ber.Enumerated)
	if err == nil && n >= uint32(Priorities) {
		err = ber.ErrInvalid
	}
	m.Priority = Priority(n)
	return err
}

// Joined is Connect-Result, which answers an Additional.
type Joined struct{ Result Result }

// Append writes it.
func (m *Joined) Append(b []byte) []byte {
	return ber.Append(b, ber.Application(connectResult), ber.Make(ber.Enumerated, []byte{byte(m.Result)}))
}

func (m *Joined) parse(b []byte) error {
	n, _, err := readNumber(b, ber.Enumerated)
	m.Result = resultOf(n)
	return err
}

// resultOf takes a number that may be none of ours.
func resultOf(n uint32) Result {
	if n >= uint32(results) {
		return UnspecifiedFailure
	}
	return Result(n)
}

// ParseConnect takes one of the PDUs of connections: *Initial, *Response, *Additional or
// *Joined. What is read aliases the input.
func ParseConnect(b []byte) (any, error) {
	e, _, err := ber.Read(b)
	if err != nil {
		return nil, fmt.Errorf("mcs: %w", err)
	}
	var m interface{ parse([]byte) error }
	switch e.Tag {
	case ber.Application(connectInitial):
		m = &Initial{}
	case ber.Application(connectResponse):
		m = &Response{}
	case ber.Application(connectAdditional):
		m = &Additional{}
	case ber.Application(connectResult):
		m = &Joined{}
	default:
		return nil, fmt.Errorf("mcs: tag %#x: %w", uint16(e.Tag), ber.ErrInvalid)
	}
	if err := m.parse(e.Body); err != nil {
		return nil, fmt.Errorf("mcs: %T: %w", m, err)
	}
	return m, nil
}
