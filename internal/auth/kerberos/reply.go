package kerberos

import (
	"encoding/binary"
	"time"

	"github.com/jcmturner/gokrb5/v8/messages"

	"caracal/internal/ber"
)

const (
	replyObject = "AP-REP"
	partObject  = "EncAPRepPart"

	messageReply = 15
	partReply    = 27
)

// replyPart is EncAPRepPart, RFC 4120 5.5.2.
type replyPart struct {
	time   time.Time
	usec   int
	subkey *Key
	seq    uint32
}

func (p replyPart) plain() []byte {
	fields := [][]byte{field(0, derTime(p.time)), field(1, ber.Int(int64(p.usec)))}
	if p.subkey != nil {
		fields = append(fields, field(2, p.subkey.encoded()))
	}
	fields = append(fields, field(3, ber.Int(int64(p.seq))))
	return ber.Make(ber.Application(partReply), ber.Make(ber.Sequence, fields...))
}

// seal makes the AP-REP.
func (p replyPart) seal(key Key) ([]byte, error) {
	cipher, err := key.encrypt(p.plain(), usageReply)
	if err != nil {
		return nil, err
	}
	return ber.Make(ber.Application(messageReply), ber.Make(ber.Sequence,
		field(0, ber.Int(protocolVersion)), field(1, ber.Int(messageReply)), field(2, encrypted(key.Type, cipher)))), nil
}

// openReply reads an AP-REP.
func openReply(b []byte, key Key) (p replyPart, err error) {
	var m messages.APRep
	if err := unmarshal(replyObject, b, m.Unmarshal); err != nil {
		return p, err
	}
	plain, err := key.decrypt(m.EncPart.Cipher, usageReply)
	if err != nil {
		return p, ErrDenied
	}
	return parsePart(plain)
}

func parsePart(plain []byte) (p replyPart, err error) {
	var part messages.EncAPRepPart
	if err := unmarshal(partObject, plain, part.Unmarshal); err != nil {
		return p, err
	}
	p = replyPart{time: part.CTime, usec: part.Cusec, seq: uint32(part.SequenceNumber)}
	if len(part.Subkey.KeyValue) > 0 {
		p.subkey = &Key{EncType(part.Subkey.KeyType), part.Subkey.KeyValue}
		if !p.subkey.usable() {
			return p, ErrUnsupported
		}
	}
	return p, nil
}

func beUint32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// What follows writes the structures of RFC 4120 that both roles need.

func field(n int, value []byte) []byte { return ber.Make(ber.Context(n), value) }

func derTime(t time.Time) []byte {
	return ber.Make(ber.Time, []byte(t.UTC().Format("20060102150405Z")))
}

func derText(s string) []byte { return ber.Make(ber.General, []byte(s)) }

func (k Key) encoded() []byte {
	return ber.Make(ber.Sequence, field(0, ber.Int(int64(k.Type))), field(1, ber.Make(ber.Octets, k.Value)))
}

func encrypted(t EncType, cipher []byte) []byte {
	return ber.Make(ber.Sequence, field(0, ber.Int(int64(t))), field(2, ber.Make(ber.Octets, cipher)))
}
