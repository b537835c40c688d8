package kerberos

import (
	"encoding/binary"
	"slices"
)

// Entry is a key in a keytab.
type Entry struct {
	Principal Principal
	Version   uint32 // kvno
	Key       Key
}

const keytabObject = "keytab"

// ParseKeytab reads a keytab file, version 2 of MIT's format, big endian, as all
// programs write it. Keys of types that are not taken are left out. Errors hold
// no bytes of it.
func ParseKeytab(b []byte) ([]Entry, error) {
	fail := func(at int, err error) ([]Entry, error) { return nil, &ParseError{keytabObject, at, err} }
	if len(b) > MaxKeytab {
		return fail(0, ErrLimit)
	}
	if len(b) < 2 || b[0] != 5 || b[1] != 2 {
		return fail(0, ErrInvalid)
	}
	var all []Entry
	for at := 2; len(b)-at >= 4; {
		size := int64(int32(binary.BigEndian.Uint32(b[at:])))
		at += 4
		if hole := -size; size <= 0 { // an entry that was deleted
			if hole > int64(len(b)-at) {
				return fail(at, ErrNeedMore)
			}
			at += int(hole)
			continue
		}
		if size > int64(len(b)-at) {
			return fail(at, ErrNeedMore)
		}
		e, err := parseEntry(b[at : at+int(size)])
		if err != nil {
			return fail(at, err)
		}
		if at += int(size); !e.Key.usable() {
			continue
		}
		if len(all) == MaxEntries {
			return fail(at, ErrLimit)
		}
		all = append(all, e)
	}
	return all, nil
}

// A scanner reads numbers and strings until one is not there.
type scanner struct {
	b   []byte
	bad bool
}

func (s *scanner) take(n int) []byte {
	if s.bad || n > len(s.b) {
		s.bad = true
		return make([]byte, min(n, 4))
	}
	v := s.b[:n]
	s.b = s.b[n:]
	return v
}

func (s *scanner) uint16() int    { return int(binary.BigEndian.Uint16(s.take(2))) }
func (s *scanner) uint32() uint32 { return binary.BigEndian.Uint32(s.take(4)) }
func (s *scanner) text() string   { return string(s.take(s.uint16())) }

// parseEntry reads count, realm, components, name type, time, an old version in
// 8 bits, type and key, and then perhaps the version in 32 bits.
func parseEntry(b []byte) (e Entry, err error) {
	s := scanner{b: b}
	count := s.uint16()
	if count > MaxParts {
		return e, ErrLimit
	}
	e.Principal.Realm = s.text()
	for range count {
		e.Principal.Parts = append(e.Principal.Parts, s.text())
	}
	e.Principal.Type = int32(s.uint32())
	s.take(4)
	e.Version = uint32(s.take(1)[0])
	e.Key.Type = EncType(s.uint16())
	e.Key.Value = slices.Clone(s.take(s.uint16()))
	if s.bad {
		return Entry{}, ErrNeedMore
	}
	if len(s.b) >= 4 {
		if v := s.uint32(); v != 0 {
			e.Version = v
		}
	}
	return e, nil
}
