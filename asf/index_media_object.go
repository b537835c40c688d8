package asf

// MediaObjectIndex leads from the count of media objects (frames) of a stream
// to places in the Data Object. ASF specification 6.3.
type MediaObjectIndex struct{ IndexTable }

func (o *MediaObjectIndex) ID() GUID               { return IDMediaObjectIndex }
func (o *MediaObjectIndex) Size() int              { return o.size() }
func (o *MediaObjectIndex) Append(b []byte) []byte { return o.append(b, IDMediaObjectIndex) }

// Lookup gives the place for the media object that object others of the stream
// precede, in bytes from packet 0; false where the index has none.
func (o *MediaObjectIndex) Lookup(stream uint8, kind IndexType, object uint64) (int64, bool) {
	if o.Interval == 0 {
		return 0, false
	}
	return o.lookup(stream, kind, object/uint64(o.Interval))
}
