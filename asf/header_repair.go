package asf

import "slices"

// repair makes right what encoders get wrong and players do not forgive, as far
// as the header itself tells what is right. The header is parsed and its own; it
// has to be appended canonically afterwards.
func (h *Header) repair() {
	h.Objects = tidy(h.Objects)
	for _, s := range h.Streams() {
		repairAudio(h, s)
	}
	h.repairBitRates()
	if f := h.File(); f.MaxBitRate == 0 {
		f.MaxBitRate = h.TotalBitRate()
	}
}

// tidy drops what says nothing to a player, or what nobody understands though its
// kind is known, and takes the rest out of the form in which it was found. What is
// signed has been changed.
func tidy(objects []Object) []Object {
	kept := make([]Object, 0, len(objects))
	for _, o := range objects {
		switch o := Typed(o).(type) {
		case *Padding, *DigitalSignature:
		case *RawObject:
			if newObject(o.GUID) == nil {
				kept = append(kept, o)
			}
		case *HeaderExtension:
			o.Objects = tidy(o.Objects)
			kept = append(kept, o)
		default:
			kept = append(kept, o)
		}
	}
	return kept
}

// repairAudio takes error correction from MP3 and AAC, with which Windows Media
// players stay silent, and gives an average to sound that says it has none.
func repairAudio(h *Header, s *StreamProperties) {
	w, ok := s.WaveFormat()
	if !ok || s.Encrypted() {
		return
	}
	if slices.Contains(spreadless[:], w.Tag) && s.ErrorCorrectionType != NoErrorCorrection {
		s.ErrorCorrectionType, s.ErrorCorrection = NoErrorCorrection, nil
	}
	if rate := h.BitRate(s.Number()); w.BytesPerSecond == 0 && rate >= 8 {
		const at = 8 // of the average in a wave format
		s.TypeSpecific = slices.Clone(s.TypeSpecific)
		le.PutUint32(s.TypeSpecific[at:], rate/8)
	}
}

// repairBitRates says of every stream what its bit rate is, if it is known.
func (h *Header) repairBitRates() {
	p, found := Find[*StreamBitrateProperties](h)
	if !found {
		p = &StreamBitrateProperties{}
	}
	var seen StreamSet
	for _, s := range h.Streams() {
		n := s.Number()
		rate := h.BitRate(n)
		if n == 0 || rate == 0 || seen.Has(n) {
			continue
		}
		seen.Add(n)
		i := slices.IndexFunc(p.Rates, func(r StreamRate) bool { return r.Number() == n })
		switch {
		case i < 0:
			p.Rates = append(p.Rates, StreamRate{Flags: uint16(n), BitRate: rate})
		case p.Rates[i].BitRate == 0:
			p.Rates[i].BitRate = rate
		}
	}
	if !found && len(p.Rates) > 0 {
		h.Objects = append(h.Objects, p)
	}
}
