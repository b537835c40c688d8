package metafile

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/wsx"
)

// Format is one of the kinds of files.
type Format int

const (
	Unknown   Format = iota
	ASX              // .asx, .wax, .wvx, .wmx
	Reference        // [Reference], which servers send under .asx and .asf too; "ASF URL"
	WPL
	M3U // .m3u, .m3u8
	PLS
	WSX // a server-side playlist
)

var formatNames = []string{"unknown", "asx", "reference", "wpl", "m3u", "pls", "wsx"}

func (f Format) String() string { return formatNames[f] }

// ByName gives the format that a file's name stands for, or that is called so.
func ByName(name string) Format {
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	if ext == "" {
		ext = strings.ToLower(name)
	}
	switch ext {
	case "wax", "wvx", "wmx":
		return ASX
	case "m3u8":
		return M3U
	}
	return Format(max(0, slices.Index(formatNames, ext)))
}

// beginnings are what files begin with, in lower case.
var beginnings = []struct {
	text   string
	format Format
}{
	{"<asx", ASX}, {"[reference]", Reference}, {"asf ", Reference}, {"<?wpl", WPL}, {"<?zpl", WPL},
	{"[playlist]", PLS}, {"#extm3u", M3U}, {"<?wsx", WSX},
}

// Detect gives a file's format by what it begins with; where that says nothing
// by its name, and without one by what stands further on.
func Detect(name, text string) Format {
	text = strings.ToLower(strings.TrimLeftFunc(text[:min(len(text), 4096)], unicode.IsSpace))
	for _, b := range beginnings {
		if strings.HasPrefix(text, b.text) {
			return b.format
		}
	}
	if f := ByName(name); f != Unknown {
		return f
	}
	if strings.HasPrefix(text, "<") { // a comment, or <?xml?>
		for _, b := range beginnings {
			if b.text[0] == '<' && strings.Contains(text, b.text) {
				return b.format
			}
		}
	}
	return Unknown
}

// Parse reads a list of any format. The errors are ErrUnknown and *markup.Error,
// for a file beyond a maximum.
func Parse(name string, b []byte) (*List, Format, error) {
	text, faults, err := markup.Decode(b)
	if err != nil {
		return nil, Unknown, err
	}
	l := &List{Faults: faults}
	f := Detect(name, text)
	switch f {
	case ASX:
		err = l.readASX(text)
	case Reference:
		err = l.readReference(text)
	case WPL:
		err = l.readWPL(text)
	case M3U:
		err = l.readM3U(text)
	case PLS:
		err = l.readPLS(text)
	case WSX:
		return fromWSX(b)
	default:
		return nil, Unknown, ErrUnknown
	}
	if err != nil {
		return nil, f, err
	}
	if len(l.Entries) == 0 {
		l.fail(start, NoEntry, "nothing in this list can be played", "")
	}
	return l, f, nil
}

func fromWSX(b []byte) (*List, Format, error) {
	d, err := wsx.Parse(b)
	if err != nil {
		return nil, WSX, err
	}
	return FromWSX(d), WSX, nil
}

// Check says what is wrong with a file, in its order.
func Check(name string, b []byte) ([]markup.Fault, error) {
	text, _, err := markup.Decode(b)
	if err != nil {
		return nil, err
	}
	if Detect(name, text) == WSX {
		d, err := wsx.Parse(b)
		if err != nil {
			return nil, err
		}
		return d.Check(), nil
	}
	l, _, err := Parse(name, b)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(l.Faults, func(a, b markup.Fault) int {
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Column - b.Pos.Column
	})
	return l.Faults, nil
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
