package asf

// trailingObject is an object that follows the Data Object.
type trailingObject struct {
	id   GUID
	at   int64
	size int64
}

func isIndex(id GUID) bool {
	switch id {
	case IDSimpleIndex, IDIndex, IDMediaObjectIndex, IDTimecodeIndex:
		return true
	}
	return false
}

// findTrailing lists the objects behind the Data Object. It stops at the first
// thing that is no object, which Issues tells.
func (r *Reader) findTrailing() error {
	if !r.endKnown {
		return nil
	}
	at := r.dataEnd
	for range MaxObjects {
		if at > r.size-ObjectHeadSize {
			break
		}
		b, err := r.bytesAt(at, ObjectHeadSize)
		if err != nil {
			return err
		}
		id, size, err := parseObjectHead(b)
		if err != nil || size > uint64(r.size-at) {
			break
		}
		r.trailing = append(r.trailing, trailingObject{id, at, int64(size)})
		at += int64(size)
	}
	if at < r.size {
		r.issues.add(Info, "trailing-bytes", "The last %d bytes of the file are not part of any object.", r.size-at)
	}
	return nil
}

// indexes reads and parses the index objects, as many as together stay within
// MaxIndexSize. One that makes no sense is a *RawObject.
func (r *Reader) indexes() ([]Object, error) {
	var list []Object
	room := int64(MaxIndexSize)
	for _, t := range r.trailing {
		if !isIndex(t.id) || t.size > room {
			continue
		}
		room -= t.size
		b, err := r.bytesAt(t.at, t.size)
		if err != nil {
			return nil, err
		}
		o, _, err := ParseObject(b)
		if err != nil {
			return nil, err
		}
		list = append(list, Typed(o))
	}
	return list, nil
}
