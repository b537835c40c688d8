package asf

import "time"

// Title, Author, Copyright, Description and Rating come from the Content
// Description Object; they are empty without one.

func (h *Header) Title() string       { return h.content().Title.String() }
func (h *Header) Author() string      { return h.content().Author.String() }
func (h *Header) Copyright() string   { return h.content().Copyright.String() }
func (h *Header) Description() string { return h.content().Description.String() }
func (h *Header) Rating() string      { return h.content().Rating.String() }

func (h *Header) content() *ContentDescription {
	if c, ok := Find[*ContentDescription](h); ok {
		return c
	}
	return &ContentDescription{}
}

// Attribute is a named value that describes the content.
type Attribute struct {
	Name     string
	Value    Value
	Stream   uint8  // 0: the whole file
	Language uint16 // index into Languages
}

// Attributes gathers Extended Content Description, Metadata and Metadata
// Library in order.
func (h *Header) Attributes() []Attribute {
	var list []Attribute
	for o := range h.All() {
		switch o := o.(type) {
		case *ExtendedContentDescription:
			for _, d := range o.Descriptors {
				list = append(list, Attribute{Name: d.Name.String(), Value: d.Value})
			}
		case *Metadata:
			for _, r := range o.Records {
				list = append(list, r.attribute())
			}
		case *MetadataLibrary:
			for _, r := range o.Records {
				list = append(list, r.attribute())
			}
		}
	}
	return list
}

// MarkerPoint is a named place in the file.
type MarkerPoint struct {
	Time time.Duration // presentation time as stored, which includes the preroll in files by some writers
	Name string
}

// Markers gives the entries of the Marker Object.
func (h *Header) Markers() []MarkerPoint {
	m, ok := Find[*Marker](h)
	if !ok {
		return nil
	}
	list := make([]MarkerPoint, len(m.Markers))
	for i, e := range m.Markers {
		list[i] = MarkerPoint{ticks(e.PresentationTime), e.Description.String()}
	}
	return list
}

// TimedCommand is one entry of the Script Command Object.
type TimedCommand struct {
	Time  time.Duration // presentation time
	Type  string        // such as "URL" or "FILENAME"
	Value string
}

// ScriptCommands gives the entries of the Script Command Object.
func (h *Header) ScriptCommands() []TimedCommand {
	s, ok := Find[*ScriptCommand](h)
	if !ok {
		return nil
	}
	list := make([]TimedCommand, len(s.Commands))
	for i, c := range s.Commands {
		list[i] = TimedCommand{Time: time.Duration(c.PresentationTime) * time.Millisecond, Value: c.Name.String()}
		if int(c.Type) < len(s.Types) {
			list[i].Type = s.Types[c.Type].String()
		}
	}
	return list
}

// Codecs gives the entries of the Codec List Object.
func (h *Header) Codecs() []Codec {
	if l, ok := Find[*CodecList](h); ok {
		return l.Codecs
	}
	return nil
}

// Languages gives the tags of the Language List Object, such as "en-us".
func (h *Header) Languages() []string {
	l, ok := Find[*LanguageList](h)
	if !ok {
		return nil
	}
	list := make([]string, len(l.Languages))
	for i, t := range l.Languages {
		list[i] = t.String()
	}
	return list
}

// ticks turns units of 100 ns into a duration, the longest one if it does not
// fit.
func ticks(t uint64) time.Duration {
	const most = 1<<63 - 1
	if t > most/100 {
		return most
	}
	return time.Duration(t) * 100
}
