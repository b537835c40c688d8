package msb

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// ParseStation parses an .nsc file. It is as lenient as players are: lines may
// end in LF, come in any order and in the wrong section, names in any case, and
// what cannot be used is left out and listed in Malformed. An error, ErrLimit or
// ErrNotStation, is only for what is no .nsc file.
func ParseStation(b []byte) (*Station, error) {
	if len(b) > MaxStation {
		return nil, &ParseError{".nsc file", MaxStation, ErrLimit}
	}
	p := stationParser{s: &Station{}}
	text := bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	for line := range bytes.Lines(text) {
		p.line++
		p.parseLine(string(bytes.Trim(line, " \t\r\n\x00")))
	}
	if !p.known {
		return nil, ErrNotStation
	}
	p.addDescriptions()
	p.s.Plain = p.plain && !p.encoded
	return p.s, nil
}

type stationParser struct {
	s       *Station
	line    int
	known   bool              // a section or property of an .nsc file was there
	plain   bool              // a string was there as it is
	encoded bool              // a string was encoded that need not have been
	numbers []string          // x of Format<x>, for each of s.Formats
	texts   map[string]string // of Description<x>
}

func (p *stationParser) fault(object string, err error) {
	if len(p.s.Malformed) < MaxMalformed {
		p.s.Malformed = append(p.s.Malformed, &ParseError{object, p.line, err})
	}
}

func (p *stationParser) parseLine(line string) {
	if line == "" {
		return
	}
	if line[0] == '[' {
		if strings.EqualFold(line, "[Address]") || strings.EqualFold(line, "[Formats]") {
			p.known = true
		}
		return
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok {
		p.fault("line", ErrInvalid)
		return
	}
	name, value = strings.TrimRight(name, " \t"), strings.TrimLeft(value, " \t")
	if x, ok := numbered(name, "Format"); ok {
		p.parseFormat(x, value)
	} else if x, ok := numbered(name, "Description"); ok {
		p.parseDescription(x, value)
	} else {
		p.parseProperty(name, value)
	}
}

// numbered takes the number off a name such as Format1.
func numbered(name, word string) (number string, ok bool) {
	if len(name) <= len(word) || !strings.EqualFold(name[:len(word)], word) {
		return "", false
	}
	n, err := strconv.ParseUint(name[len(word):], 10, 32)
	return strconv.FormatUint(n, 10), err == nil
}

func (p *stationParser) parseProperty(name, value string) {
	for _, q := range p.s.properties() {
		if !strings.EqualFold(name, q.name) {
			continue
		}
		p.known = true
		if q.text != nil {
			*q.text = p.parseText(q.name, value)
		} else if n, err := parseNumber(value); err != nil {
			p.fault(q.name, err)
		} else {
			*q.number = n
		}
		return
	}
	if len(p.s.Extra) == MaxExtra || len(name)+len(value) > 2*MaxText {
		p.fault("property", ErrLimit)
		return
	}
	p.s.Extra = append(p.s.Extra, Property{name, value})
}

func (p *stationParser) parseText(name, value string) string {
	s, encoded, err := decodeText(value)
	if err != nil {
		p.fault(name, err)
	}
	if err != nil && !errors.Is(err, ErrChecksum) {
		return ""
	}
	if s != "" && isPlain(s) {
		p.encoded = p.encoded || encoded
		p.plain = p.plain || !encoded
	}
	return s
}

func (p *stationParser) parseFormat(x, value string) {
	name := "Format" + x
	if !isBlock(value) {
		p.fault(name, ErrInvalid)
		return
	}
	k, err := decodeBlock(value, MaxHeader)
	if err != nil {
		p.fault(name, err)
	}
	if err != nil && !errors.Is(err, ErrChecksum) {
		return
	}
	if k.key > uint32(MaxFormatID) {
		p.fault(name, ErrInvalid)
	}
	id := FormatID(k.key) & MaxFormatID
	if slices.Contains(p.numbers, x) || p.s.Format(id) != nil {
		p.fault(name, ErrInvalid) // which of the two is meant cannot be known
		return
	}
	p.known = true
	p.s.Formats = append(p.s.Formats, Format{ID: id, Header: k.data})
	p.numbers = append(p.numbers, x)
}

func (p *stationParser) parseDescription(x, value string) {
	if p.texts == nil {
		p.texts = map[string]string{}
	}
	if len(p.texts) == MaxFormats {
		p.fault("Description"+x, ErrLimit)
		return
	}
	p.texts[x] = p.parseText("Description"+x, value)
}

func (p *stationParser) addDescriptions() {
	for i, x := range p.numbers {
		p.s.Formats[i].Description = p.texts[x]
	}
}
