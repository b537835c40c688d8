package asf

// Index leads from presentation times to places in the Data Object, for any
// number of streams. ASF specification 6.2.
type Index struct{ IndexTable }

func (o *Index) ID() GUID               { return IDIndex }
func (o *Index) Size() int              { return o.size() }
func (o *Index) Append(b []byte) []byte { return o.append(b, IDIndex) }

// Lookup gives the place for a presentation time in ms, in bytes from packet 0;
// false where the index has none.
func (o *Index) Lookup(stream uint8, kind IndexType, ms uint32) (int64, bool) {
	if o.Interval == 0 {
		return 0, false
	}
	return o.lookup(stream, kind, uint64(ms/o.Interval))
}
