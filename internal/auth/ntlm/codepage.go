package ntlm

// CodePage is the OEM character set, which [MS-NLMP] 2.2 leaves to an agreement
// outside the protocol.
type CodePage uint8

// The code pages that are known.
const (
	Windows1252 CodePage = iota
	OEM437
	OEM850
)

var fromPage, toPage = pages()

// pages makes the tables both ways; they are only read afterwards.
func pages() (from [3][128]rune, to [3]map[rune]byte) {
	for i := range from[Windows1252] {
		from[Windows1252][i] = rune(0x80 + i)
	}
	copy(from[Windows1252][:], upper1252[:])
	copy(from[OEM437][:], []rune(upper437))
	copy(from[OEM850][:], []rune(upper850))
	for page := range from {
		to[page] = make(map[rune]byte, 128)
		for i, r := range from[page] {
			to[page][r] = byte(0x80 + i)
		}
	}
	return from, to
}

// known says that there is a table.
func (p CodePage) known() bool { return int(p) < len(fromPage) }

func (p CodePage) decode(b []byte) []rune {
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
		if c >= 0x80 {
			out[i] = fromPage[p][c-0x80]
		}
	}
	return out
}

// encode puts "?" for what the page has not.
func (p CodePage) encode(s string) []byte {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch c, ok := toPage[p][r]; {
		case r < 0x80:
			out = append(out, byte(r))
		case ok:
			out = append(out, c)
		default:
			out = append(out, '?')
		}
	}
	return out
}
