package wmsp

import (
	"strings"

	"caracal/internal/head"
)

// Pragma holds the tokens of all Pragma lines of one head together,
// [MS-WMSP] 2.2.1.4. A field counts only when its bit is set in Present; of
// tokens that repeat the last one counts. The zero value has no tokens.
type Pragma struct {
	Present Tokens

	AccelBW        uint32 // bits/s
	AccelDuration  uint32 // ms of content
	BurstBW        uint32 // bits/s
	BurstDuration  uint32 // ms of content
	ClientID       uint32
	ClientLag      uint32 // ms
	LinkBW         uint32 // bits/s
	MaxDuration    uint32 // ms; the top bit makes it an absolute time
	PacketNum      uint32
	PlaylistGenID  uint32
	PlaylistSeekID uint32
	RequestContext uint32
	SwitchCount    uint32
	StreamTime     uint32 // ms
	Timeout        uint32 // ms

	PLOffset     int     // -1, 0 or 1
	Rate         float64 // three decimals, never 0
	Speed        float64 // three decimals
	StreamOffset uint64  // bytes
	Features     ContentFeatures
	SwitchEntry  string // as sent; Switches reads it

	ExpectNewHeader    bool
	NoCache            bool
	PacketPair         bool // packet-pair-experiment
	PipelineExperiment bool
	PipelineRequest    bool
	PipelineResult     bool
	Version11          bool // version11-enabled
	KeepAliveInPause   bool
	PlayNextEntry      bool
	PlayStrm           bool
	ResetStrm          bool
	StopStrm           bool

	ClientGUID       string // in braces
	LogLine          string // all that follows "log-line=" on its line
	ProxyClientAgent string // for ParseAgent of package head
	VersionInfo      string
	VersionURL       string
}

// Has says that all of tokens were sent.
func (p *Pragma) Has(tokens Tokens) bool { return p.Present&tokens == tokens }

// HasAny says that one of tokens was sent.
func (p *Pragma) HasAny(tokens Tokens) bool { return p.Present&tokens != 0 }

// ParsePragma reads the values of all Pragma lines of a head in their order.
// It never fails: unknown tokens and unusable values are left out, of numbers
// the leading digits count.
func ParsePragma(lines ...string) Pragma {
	var p Pragma
	for _, line := range lines {
		p.parseLine(line)
	}
	return p
}

func (p *Pragma) parseLine(line string) {
	last := Tokens(0) // a list without its name goes on with this token
	for line != "" {
		line = strings.TrimLeft(line, ", \t")
		end := head.ItemEnd(line, ',')
		item := line[:end]
		name, value, hasValue := strings.Cut(item, "=")
		t := findToken(strings.TrimSpace(name))
		if t != nil && t.bit == TokenLogLine && hasValue {
			p.set(t, line[strings.IndexByte(line, '=')+1:])
			return
		}
		line = line[end:]
		switch {
		case t != nil && (hasValue || t.bit == TokenNoCache):
			p.set(t, strings.TrimSpace(value))
			last = t.bit
		case hasValue:
			last = 0
		default:
			p.continueList(last, strings.TrimSpace(item))
		}
	}
}

// continueList takes an item without a name. Some clients put commas between
// switch entries, some servers leave out the quotes around the features.
func (p *Pragma) continueList(last Tokens, item string) {
	switch last {
	case TokenSwitchEntry:
		(*tokenEntries)(&p.SwitchEntry).parse(item)
	case TokenFeatures:
		p.Features |= contentFeature(item)
	}
}

func (p *Pragma) set(t *pragmaToken, value string) {
	if t.field(p).parse(value) {
		p.Present |= t.bit
	}
}

// Append appends the tokens as header lines, each ending in CRLF: most of them
// on one line, stream-switch-entry and log-line on lines of their own as they
// have to be, features on its own because MPlayer wants it at the beginning.
func (p *Pragma) Append(b []byte) []byte {
	const shared = ^(TokenSwitchEntry | TokenLogLine | TokenFeatures)
	separator := pragmaName
	for i := range pragmaTokens {
		t := &pragmaTokens[i]
		if p.Present&shared&t.bit == 0 {
			continue
		}
		b = append(b, separator...)
		b = t.append(b, p)
		separator = ", "
	}
	if separator != pragmaName {
		b = append(b, '\r', '\n')
	}
	for i := range pragmaTokens {
		if t := &pragmaTokens[i]; p.Present&^shared&t.bit != 0 {
			b = append(b, pragmaName...)
			b = t.append(b, p)
			b = append(b, '\r', '\n')
		}
	}
	return b
}

const pragmaName = "Pragma: "
