package wmlog

import (
	"errors"
	"strings"

	"caracal/internal/event"
)

// The bounds of what is read of a player's log.
const (
	maxText  = 64 << 10 // bytes
	maxItems = 64       // that are no fields
	maxItem  = 1024     // bytes of the value of one
)

// What a text is that is no log.
var (
	errLong   = errors.New("wmlog: longer than any log")
	errEmpty  = errors.New("wmlog: a log that says nothing")
	errFields = errors.New("wmlog: too few fields for a log")
	errForm   = errors.New("wmlog: neither XML nor a line of fields")
)

// Report is what a player says of how it received or showed content.
type Report struct {
	Kind   event.LogKind
	Values Values
	Items  []Item // what else it says, in its order
	Odd    int    // values that their fields do not take, and fields too many or too few
}

// Item is an element of a log that is no field of it, [MS-WMLOG] 1.7 and 2.4.
type Item struct {
	Name  string // with that of the namespace before it: "ContentDescription/title"
	Value string
}

// Parse reads what a player has submitted, in whatever form. It takes what it can
// make out; an error says that nothing was.
func Parse(e *event.LogReceived) (*Report, error) {
	r := &Report{Kind: e.Kind}
	text := strings.TrimSpace(e.Text)
	text = strings.TrimSpace(strings.TrimPrefix(text, linePrefix))
	var err error
	switch {
	case len(text) > maxText:
		return nil, errLong
	case text == "":
		err = errEmpty
	case text[0] == '<':
		err = r.parseXML(text)
	case e.Form == "client-log":
		err = r.parseNamed(text)
	default:
		err = r.parseLine(text)
	}
	if err != nil {
		return nil, err
	}
	r.Values.or(UserAgent, e.Agent)
	r.Values.or(PlayerID, e.GUID)
	r.Values.or(URL, e.URL)
	return r, nil
}

// set keeps the first value of a field: servers of before repeat some.
func (r *Report) set(f Field, value string) {
	if r.Values[f] == "" && !r.Values.Set(f, value) {
		r.Odd++
	}
}

func (r *Report) add(name, value string) {
	if len(r.Items) < maxItems {
		r.Items = append(r.Items, Item{cleanWord(name, longText), cleanText(withoutPassword(strings.TrimSpace(value)), maxItem)})
	}
}

// linePrefix begins what is submitted to a web server, [MS-WMLOG] 2.3.
const linePrefix = "MX_STATS_LogLine:"

// How many fields the forms of a line have, [MS-WMLOG] 2.2: those up to
// s-cpu-util, three behind them, or all. Fewer than leastFields do not say how it went.
const (
	leastFields = int(Status) + 1
	plainFields = int(CPUUtil) + 1
	mediaFields = plainFields + 3
)

// parseLine takes the values in their order. Players that leave some out at the
// end are believed as far as they go.
func (r *Report) parseLine(text string) error {
	values := strings.Fields(text)
	if len(values) < leastFields {
		return errFields
	}
	order := lineOrder(len(values))
	if len(order) != len(values) {
		r.Odd++
	}
	for i, v := range values[:min(len(values), len(order))] {
		r.set(order[i], v)
	}
	return nil
}

// lineOrder is what a line of n values has them of.
func lineOrder(n int) []Field {
	order := make([]Field, 0, fieldCount)
	for f := range fieldCount {
		order = append(order, f)
	}
	switch {
	case n >= int(fieldCount):
		return order
	case n >= mediaFields:
		return append(order[:plainFields], URL, MediaName, MediaRole)
	}
	return order[:plainFields]
}

// parseNamed takes a line for each field with its name, as MMS's binary log is
// written in an event.
func (r *Report) parseNamed(text string) error {
	known := 0
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			r.Odd++
			continue
		}
		if f, ok := byName[strings.TrimSpace(name)]; ok {
			r.set(f, value)
			known++
			continue
		}
		r.add(name, value)
	}
	if known == 0 {
		return errForm
	}
	return nil
}
