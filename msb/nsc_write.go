package msb

import (
	"fmt"
	"strconv"
)

// Append appends the .nsc file, as [MS-MSB] 2.2.1.1 orders it. It writes what
// there is; Check says what is wrong with it.
func (s *Station) Append(b []byte) []byte {
	b = append(b, "[Address]\r\n"...)
	for _, q := range s.properties() {
		switch {
		case q.text == &s.Version && s.Version == "":
			b = s.appendLine(b, q.name, version)
		case q.text != nil && *q.text != "":
			b = s.appendLine(b, q.name, *q.text)
		case q.number != nil && q.number.Set:
			b = fmt.Appendf(b, "%s=0x%08X\r\n", q.name, q.number.Value)
		}
	}
	for _, e := range s.Extra {
		b = fmt.Appendf(b, "%s=%s\r\n", e.Name, e.Value)
	}
	b = append(b, "[Formats]\r\n"...)
	for i, f := range s.Formats {
		x := strconv.Itoa(i + 1)
		b = append(b, "Format"+x+"="...)
		b = append(appendBlock(b, uint32(f.ID&MaxFormatID), f.Header), "\r\n"...)
		if f.Description != "" {
			b = s.appendLine(b, "Description"+x, f.Description)
		}
	}
	return b
}

func (s *Station) appendLine(b []byte, name, text string) []byte {
	b = append(append(b, name...), '=')
	return append(appendText(b, text, s.Plain), "\r\n"...)
}
