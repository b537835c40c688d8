package asf

import "slices"

// trimmed are the objects that a player can do without, in the order in which it
// misses them least. What describes or protects streams is not among them. A
// signature is of no use once anything is gone.
var trimmed = []GUID{
	IDDigitalSignature, IDPadding, IDMetadataLibrary, IDExtendedContentDescription, IDContentBranding,
	IDIndexParameters, IDMediaObjectIndexParameters, IDTimecodeIndexParameters, IDCompatibility,
	IDMarker, IDCodecList, IDMetadata, IDContentDescription, IDScriptCommand,
}

// TrimHeader returns a header of at most limit bytes, for players with little
// room: objects that a player can do without are left out, one kind after the
// other, until the rest fits, or until there are no more of them. header is the
// Header Object and what follows it, which stays. It is not changed, and is the
// result if it fits or cannot be parsed.
func TrimHeader(header []byte, limit int) []byte {
	size, err := HeaderSize(header)
	if err != nil || size > len(header) {
		return header
	}
	out := header
	for n := 1; len(out) > limit && n <= len(trimmed); n++ {
		trimmedTo, ok := appendTrimmed(nil, header[:size], trimmed[:n])
		if !ok {
			return header
		}
		out = append(trimmedTo, header[size:]...)
	}
	return out
}

// appendTrimmed appends a Header Object without objects of these kinds.
func appendTrimmed(b, header []byte, kinds []GUID) (out []byte, ok bool) {
	at := len(b)
	b, count, ok := appendOthers(append(b, header[:HeaderHeadSize]...), header[HeaderHeadSize:], kinds)
	if !ok {
		return nil, false
	}
	le.PutUint64(b[at+16:], uint64(len(b)-at))
	le.PutUint32(b[at+24:], count)
	return b, true
}

// appendOthers appends the objects that are not of these kinds, and says how
// many they are. It fails if their sizes make no sense.
func appendOthers(b, objects []byte, kinds []GUID) (out []byte, count uint32, ok bool) {
	for len(objects) > 0 {
		if len(objects) < ObjectHeadSize {
			return nil, 0, false
		}
		id, size := GUID(objects[:16]), le.Uint64(objects[16:])
		if size < ObjectHeadSize || size > uint64(len(objects)) {
			return nil, 0, false
		}
		object := objects[:size]
		objects = objects[size:]
		switch {
		case slices.Contains(kinds, id):
			continue
		case id == IDHeaderExtension && size >= headerExtensionHead:
			at := len(b)
			if b, _, ok = appendOthers(append(b, object[:headerExtensionHead]...), object[headerExtensionHead:], kinds); !ok {
				return nil, 0, false
			}
			le.PutUint64(b[at+16:], uint64(len(b)-at))
			le.PutUint32(b[at+42:], uint32(len(b)-at-headerExtensionHead))
		default:
			b = append(b, object...)
		}
		count++
	}
	return b, count, true
}
