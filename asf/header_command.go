package asf

// commandRate is what a script command stream is said to need, bits a second. It is
// next to nothing, but players take a stream without a rate for a broken one.
const commandRate = 1000

// CommandStream is the number of the first script command stream, 0 if there is
// none.
func (h *Header) CommandStream() uint8 {
	for _, s := range h.Streams() {
		if s.Kind() == Command {
			return s.Number()
		}
	}
	return 0
}

// AddCommandStream gives a header that has no script command stream one, under the
// lowest number that is free, and returns it; 0 if all are taken. The header has to
// be appended canonically afterwards. ASF specification 3.3, 9.3.
func (h *Header) AddCommandStream() uint8 {
	if n := h.CommandStream(); n != 0 {
		return n
	}
	var taken StreamSet
	for _, s := range h.Streams() {
		taken.Add(s.Number())
	}
	for n := uint8(1); n <= MaxStreams; n++ {
		if taken.Has(n) {
			continue
		}
		h.Objects = append(h.Objects, &StreamProperties{
			Type: StreamTypeCommand, ErrorCorrectionType: NoErrorCorrection, Flags: uint16(n),
		})
		if p, ok := Find[*StreamBitrateProperties](h); ok {
			p.Rates = append(p.Rates, StreamRate{Flags: uint16(n), BitRate: commandRate})
		}
		return n
	}
	return 0
}
