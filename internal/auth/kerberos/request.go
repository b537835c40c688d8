package kerberos

import (
	"time"

	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
)

const (
	requestObject       = "AP-REQ"
	ticketObject        = "EncTicketPart"
	authenticatorObject = "Authenticator"

	protocolVersion = 5

	usageTicket        = 2 // RFC 4120 7.5.1
	usageAuthenticator = 11
	usageReply         = 12
)

// request is an AP-REQ that was read, RFC 4120 5.5.1.
type request struct {
	service       Principal // not signed
	version       uint32    // of the service's key, not signed
	ticket        sealedPart
	authenticator sealedPart
	mutual        bool
}

type sealedPart struct {
	etype  EncType
	cipher []byte
}

func parseRequest(b []byte) (r request, err error) {
	var m messages.APReq
	if err := unmarshal(requestObject, b, m.Unmarshal); err != nil {
		return r, err
	}
	name := m.Ticket.SName.NameString
	if m.PVNO != protocolVersion || m.Ticket.TktVNO != protocolVersion || len(name) == 0 || len(name) > MaxParts {
		return r, &ParseError{requestObject, 0, ErrInvalid}
	}
	if len(m.APOptions.Bytes) == 0 {
		return r, &ParseError{requestObject, 0, ErrInvalid}
	}
	if m.APOptions.At(1) == 1 { // the ticket is sealed with a session's key
		return r, ErrUnsupported
	}
	return request{
		service:       principal(m.Ticket.SName, m.Ticket.Realm),
		version:       uint32(m.Ticket.EncPart.KVNO),
		ticket:        sealedPart{EncType(m.Ticket.EncPart.EType), m.Ticket.EncPart.Cipher},
		authenticator: sealedPart{EncType(m.EncryptedAuthenticator.EType), m.EncryptedAuthenticator.Cipher},
		mutual:        m.APOptions.At(2) == 1,
	}, nil
}

func principal(n types.PrincipalName, realm string) Principal {
	return Principal{Type: n.NameType, Parts: n.NameString, Realm: realm}
}

// ticket is what of an EncTicketPart counts, RFC 4120 5.3.
type ticket struct {
	client     Principal
	key        Key
	start, end time.Time
	invalid    bool
	unchecked  bool // it came through realms, and no KDC has looked which
}

func parseTicket(b []byte) (t ticket, err error) {
	var m messages.EncTicketPart
	if err := unmarshal(ticketObject, b, m.Unmarshal); err != nil {
		return t, err
	}
	t = ticket{
		client:    principal(m.CName, m.CRealm),
		key:       Key{EncType(m.Key.KeyType), m.Key.KeyValue},
		start:     m.StartTime,
		end:       m.EndTime,
		invalid:   m.Flags.At(7) == 1,
		unchecked: len(m.Transited.Contents) > 0 && m.Flags.At(12) == 0,
	}
	if t.start.IsZero() {
		t.start = m.AuthTime
	}
	if !t.key.usable() {
		return t, ErrUnsupported
	}
	return t, nil
}

// authenticator is what of an Authenticator counts, RFC 4120 5.5.1.
type authenticator struct {
	client Principal
	time   time.Time // whole seconds
	usec   int
	subkey *Key
	seq    uint32
	flags  Flags
}

func parseAuthenticator(b []byte) (a authenticator, err error) {
	var m types.Authenticator
	if err := unmarshal(authenticatorObject, b, m.Unmarshal); err != nil {
		return a, err
	}
	a = authenticator{
		client: principal(m.CName, m.CRealm),
		time:   m.CTime,
		usec:   m.Cusec,
		seq:    uint32(m.SeqNumber), // some write what is above 31 bits as negative
	}
	if m.AVNO != protocolVersion || a.usec < 0 || a.usec > 999_999 {
		return a, &ParseError{authenticatorObject, 0, ErrInvalid}
	}
	if len(m.SubKey.KeyValue) > 0 {
		a.subkey = &Key{EncType(m.SubKey.KeyType), m.SubKey.KeyValue}
		if !a.subkey.usable() {
			return a, ErrUnsupported
		}
	}
	if m.Cksum.CksumType == 0 && len(m.Cksum.Checksum) == 0 { // none: no flags, RFC 4121 4.1.1
		return a, nil
	}
	if m.Cksum.CksumType != bindingsType {
		return a, ErrUnsupported
	}
	a.flags, err = parseBindings(m.Cksum.Checksum)
	return a, err
}
