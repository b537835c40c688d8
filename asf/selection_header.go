package asf

// NewSelection selects every stream of a file whole.
//
// In video, and in streams that may hold video under another name, the key-frame
// bit tells the clean points. In audio, script commands, images and files every
// media object is one: writers do not agree on setting the bit there.
func NewSelection(h *Header) *Selection {
	s := new(Selection)
	for _, p := range h.Streams() {
		k := p.Kind()
		s.add(p.Number(), k == Audio || k == Command || k == Image || k == FileTransfer)
	}
	return s
}
