package main

import (
	"io"

	"caracal/asf"
)

// report is what probe tells of a file or a stream.
type report struct {
	Name       string          `json:"name"`
	Size       int64           `json:"size_bytes,omitempty"` // 0: a stream
	Packets    int64           `json:"packets,omitempty"`
	PacketSize int             `json:"packet_size_bytes"`
	Duration   float64         `json:"duration_seconds"`
	Preroll    uint64          `json:"preroll_ms"`
	BitRate    uint32          `json:"bit_rate"`
	Broadcast  bool            `json:"broadcast"`
	Seekable   bool            `json:"seekable"`
	Protected  bool            `json:"protected"` // by DRM
	Indexes    []string        `json:"indexes"`
	Server     *serverReport   `json:"server,omitempty"`
	Streams    []streamReport  `json:"streams"`
	Metadata   []textReport    `json:"metadata"`
	Markers    []timedReport   `json:"markers"`
	Commands   []timedReport   `json:"script_commands"`
	Objects    []objectReport  `json:"objects"`
	Issues     []issueReport   `json:"issues"`
	Received   *receivedReport `json:"received,omitempty"`
}

type textReport struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Stream uint8  `json:"stream,omitempty"`
}

type timedReport struct {
	Time  float64 `json:"time_seconds"`
	Type  string  `json:"type,omitempty"`
	Value string  `json:"value"`
}

type objectReport struct {
	Name    string         `json:"name"`
	GUID    string         `json:"guid"`
	Size    uint64         `json:"size_bytes"`
	Objects []objectReport `json:"objects,omitempty"`
}

// reportFile describes a file.
func reportFile(name string, src io.ReaderAt, rd *asf.Reader) *report {
	r := reportHeader(name, rd.Header())
	r.Size, r.Packets, r.PacketSize = rd.Size(), rd.NumPackets(), rd.PacketSize()
	r.Duration = rd.Duration().Seconds()
	r.Issues = issueReports(rd.Issues())
	head, _, err := asf.ParseDataHead(rd.HeaderBytes()[len(rd.HeaderBytes())-asf.DataHeadSize:])
	if err != nil {
		return r
	}
	r.Objects = append(r.Objects, objectReport{Name: asf.IDData.Name(), GUID: asf.IDData.String(), Size: head.Size})
	for _, o := range objectsAfter(src, rd, head.Size) {
		r.Objects = append(r.Objects, o)
		r.Indexes = append(r.Indexes, o.Name)
	}
	return r
}

// objectsAfter lists what follows the Data Object, if the file says where
// that ends.
func objectsAfter(src io.ReaderAt, rd *asf.Reader, dataSize uint64) []objectReport {
	var list []objectReport
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
		list = append(list, objectReport{Name: id.Name(), GUID: id.String(), Size: size})
		at += int64(size)
	}
	return list
}

// reportHeader describes what a header says of a file or a stream.
func reportHeader(name string, h *asf.Header) *report {
	r := &report{
		Name: name, BitRate: h.TotalBitRate(), Indexes: []string{}, Metadata: metadata(h),
		Markers: []timedReport{}, Commands: []timedReport{}, Issues: []issueReport{},
	}
	if f := h.File(); f != nil {
		r.Preroll, r.Broadcast, r.Seekable = f.Preroll, f.Broadcast(), f.Seekable()
		r.PacketSize, r.Duration = int(f.MaxPacketSize), f.Duration().Seconds()
	}
	for _, s := range h.Streams() {
		r.Streams = append(r.Streams, reportStream(h, s))
		r.Protected = r.Protected || s.Encrypted()
	}
	for _, m := range h.Markers() {
		r.Markers = append(r.Markers, timedReport{Time: m.Time.Seconds(), Value: m.Name})
	}
	for _, c := range h.ScriptCommands() {
		r.Commands = append(r.Commands, timedReport{Time: c.Time.Seconds(), Type: c.Type, Value: c.Value})
	}
	for o := range h.All() {
		switch o.(type) {
		case *asf.ContentEncryption, *asf.ExtendedContentEncryption, *asf.AdvancedContentEncryption:
			r.Protected = true
		}
	}
	top := objectReport{Name: asf.IDHeader.Name(), GUID: asf.IDHeader.String(), Size: uint64(h.Size())}
	top.Objects = reportObjects(h.Objects)
	r.Objects = []objectReport{top}
	return r
}
