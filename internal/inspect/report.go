// Package inspect describes ASF files and headers for people and programs: what "caracal
// probe" and the admin API show.
package inspect

import (
	"io"

	"caracal/asf"
)

// Report is what is told of a file or a stream.
type Report struct {
	Name       string   `json:"name"`
	Size       int64    `json:"size_bytes,omitempty"` // 0: a stream
	Packets    int64    `json:"packets,omitempty"`
	PacketSize int      `json:"packet_size_bytes"`
	Duration   float64  `json:"duration_seconds"`
	Preroll    uint64   `json:"preroll_ms"`
	BitRate    uint32   `json:"bit_rate"`
	Broadcast  bool     `json:"broadcast"`
	Seekable   bool     `json:"seekable"`
	Protected  bool     `json:"protected"` // by DRM
	Indexes    []string `json:"indexes"`
	Streams    []Stream `json:"streams"`
	Metadata   []Text   `json:"metadata"`
	Markers    []Timed  `json:"markers"`
	Commands   []Timed  `json:"script_commands"`
	Objects    []Object `json:"objects"`
	Issues     []Issue  `json:"issues"`
}

// Text is one entry of the metadata.
type Text struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Stream uint8  `json:"stream,omitempty"`
}

// Timed is a marker or a script command.
type Timed struct {
	Time  float64 `json:"time_seconds"`
	Type  string  `json:"type,omitempty"`
	Value string  `json:"value"`
}

// Object is an object of the header, or one behind the data.
type Object struct {
	Name    string   `json:"name"`
	GUID    string   `json:"guid"`
	Size    uint64   `json:"size_bytes"`
	Objects []Object `json:"objects,omitempty"`
}

// File describes a file.
func File(name string, src io.ReaderAt, rd *asf.Reader) *Report {
	r := Header(name, rd.Header())
	r.Size, r.Packets, r.PacketSize = rd.Size(), rd.NumPackets(), rd.PacketSize()
	r.Duration = rd.Duration().Seconds()
	r.Issues = Issues(rd.Issues())
	head, _, err := asf.ParseDataHead(rd.HeaderBytes()[len(rd.HeaderBytes())-asf.DataHeadSize:])
	if err != nil {
		return r
	}
	r.Objects = append(r.Objects, Object{Name: asf.IDData.Name(), GUID: asf.IDData.String(), Size: head.Size})
	for _, o := range objectsAfter(src, rd, head.Size) {
		r.Objects = append(r.Objects, o)
		r.Indexes = append(r.Indexes, o.Name)
	}
	return r
}

// objectsAfter lists what follows the Data Object, if the file says where
// that ends.
func objectsAfter(src io.ReaderAt, rd *asf.Reader, dataSize uint64) []Object {
	var list []Object
	if dataSize > uint64(rd.Size()) {
		return nil
	}
	at := rd.DataOffset() - asf.DataHeadSize + int64(dataSize)
	var head [asf.ObjectHeadSize]byte
	for len(list) < asf.MaxObjects && at >= rd.DataOffset() && at <= rd.Size()-asf.ObjectHeadSize {
		if _, err := src.ReadAt(head[:], at); err != nil {
			break
		}
		id, size := asf.GUID(head[:16]), objectSize(head)
		if size < asf.ObjectHeadSize || size > uint64(rd.Size()-at) {
			break
		}
		list = append(list, Object{Name: id.Name(), GUID: id.String(), Size: size})
		at += int64(size)
	}
	return list
}

// Header describes what a header says of a file or a stream.
func Header(name string, h *asf.Header) *Report {
	r := &Report{
		Name: name, BitRate: h.TotalBitRate(), Indexes: []string{}, Metadata: metadata(h),
		Markers: []Timed{}, Commands: []Timed{}, Issues: []Issue{},
	}
	if f := h.File(); f != nil {
		r.Preroll, r.Broadcast, r.Seekable = f.Preroll, f.Broadcast(), f.Seekable()
		r.PacketSize, r.Duration = int(f.MaxPacketSize), f.Duration().Seconds()
	}
	for _, s := range h.Streams() {
		r.Streams = append(r.Streams, StreamOf(h, s))
		r.Protected = r.Protected || s.Encrypted()
	}
	for _, m := range h.Markers() {
		r.Markers = append(r.Markers, Timed{Time: m.Time.Seconds(), Value: m.Name})
	}
	for _, c := range h.ScriptCommands() {
		r.Commands = append(r.Commands, Timed{Time: c.Time.Seconds(), Type: c.Type, Value: c.Value})
	}
	for o := range h.All() {
		switch o.(type) {
		case *asf.ContentEncryption, *asf.ExtendedContentEncryption, *asf.AdvancedContentEncryption:
			r.Protected = true
		}
	}
	top := Object{Name: asf.IDHeader.Name(), GUID: asf.IDHeader.String(), Size: uint64(h.Size())}
	top.Objects = objectsOf(h.Objects)
	r.Objects = []Object{top}
	return r
}

// Issue is something about a file that players may dislike.
type Issue struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Text     string `json:"text"`
	Line     int    `json:"line,omitempty"` // of a playlist, as is what follows
	Column   int    `json:"column,omitempty"`
	Instead  string `json:"instead,omitempty"` // what to write
}

// Issues shows those that a check has found.
func Issues(issues []asf.Issue) []Issue {
	list := make([]Issue, len(issues))
	for i, is := range issues {
		list[i] = Issue{Severity: is.Severity.String(), Code: is.Code, Text: is.Text}
	}
	return list
}
