package asf

import "bytes"

// objectParser holds what the parse of one Header Object shares over all
// depths.
type objectParser struct {
	objectsSeen int
	malformed   []*ParseError
}

// objects reads the objects in b, which stands at offset in the input, until
// the bytes end or make no sense. What is left over shows in the comparison of
// bytes and keeps the enclosing object as Verbatim.
func (p *objectParser) objects(b []byte, offset int64, depth int) []Object {
	var list []Object
	for len(b) >= ObjectHeadSize {
		id, size, err := parseObjectHead(b)
		if err != nil || size > uint64(len(b)) || p.objectsSeen >= MaxObjects {
			break
		}
		p.objectsSeen++
		list = append(list, p.object(id, b[:size:size], offset, depth))
		b = b[size:]
		offset += int64(size)
	}
	if len(b) > 0 {
		err := ErrInvalid
		if p.objectsSeen >= MaxObjects {
			err = ErrLimit
		}
		p.malformed = append(p.malformed, &ParseError{Object: "object list", Offset: offset, Err: err})
	}
	return list
}

// object reads one object from exactly its bytes.
func (p *objectParser) object(id GUID, b []byte, offset int64, depth int) Object {
	raw := &RawObject{GUID: id, Data: b[ObjectHeadSize:]}
	typed := newObject(id)
	if typed == nil {
		return raw
	}
	if depth >= MaxNesting {
		p.malformed = append(p.malformed, &ParseError{Object: id.Name(), Offset: offset, Err: ErrLimit})
		return raw
	}
	c := &objectCursor{b: raw.Data, parser: p, depth: depth, offset: offset + ObjectHeadSize, length: len(raw.Data)}
	typed.parse(c)
	if c.bad {
		p.malformed = append(p.malformed, &ParseError{Object: id.Name(), Offset: offset, Err: ErrInvalid})
		return raw
	}
	// An object within its bytes is never larger than them unless it lies.
	if canonical := typed.Append(make([]byte, 0, len(b))); !bytes.Equal(canonical, b) {
		return &Verbatim{Typed: typed, raw: b, canonical: canonical}
	}
	return typed
}

// newObject gives an empty object of the type that id stands for, nil if the
// specification has none.
func newObject(id GUID) typedObject {
	switch id {
	case IDFileProperties:
		return new(FileProperties)
	case IDStreamProperties:
		return new(StreamProperties)
	case IDHeaderExtension:
		return new(HeaderExtension)
	case IDCodecList:
		return new(CodecList)
	case IDScriptCommand:
		return new(ScriptCommand)
	case IDMarker:
		return new(Marker)
	case IDBitrateMutualExclusion:
		return new(BitrateMutualExclusion)
	case IDErrorCorrection:
		return new(ErrorCorrection)
	case IDContentDescription:
		return new(ContentDescription)
	case IDExtendedContentDescription:
		return new(ExtendedContentDescription)
	case IDContentBranding:
		return new(ContentBranding)
	case IDStreamBitrateProperties:
		return new(StreamBitrateProperties)
	case IDContentEncryption:
		return new(ContentEncryption)
	case IDExtendedContentEncryption:
		return new(ExtendedContentEncryption)
	case IDDigitalSignature:
		return new(DigitalSignature)
	case IDPadding:
		return new(Padding)
	}
	return newExtensionObject(id)
}

func newExtensionObject(id GUID) typedObject {
	switch id {
	case IDExtendedStreamProperties:
		return new(ExtendedStreamProperties)
	case IDAdvancedMutualExclusion:
		return new(AdvancedMutualExclusion)
	case IDGroupMutualExclusion:
		return new(GroupMutualExclusion)
	case IDStreamPrioritization:
		return new(StreamPrioritization)
	case IDBandwidthSharing:
		return new(BandwidthSharing)
	case IDLanguageList:
		return new(LanguageList)
	case IDMetadata:
		return new(Metadata)
	case IDMetadataLibrary:
		return new(MetadataLibrary)
	case IDIndexParameters:
		return new(IndexParameters)
	case IDMediaObjectIndexParameters:
		return new(MediaObjectIndexParameters)
	case IDTimecodeIndexParameters:
		return new(TimecodeIndexParameters)
	case IDCompatibility:
		return new(Compatibility)
	case IDAdvancedContentEncryption:
		return new(AdvancedContentEncryption)
	case IDSimpleIndex:
		return new(SimpleIndex)
	case IDIndex:
		return new(Index)
	case IDMediaObjectIndex:
		return new(MediaObjectIndex)
	case IDTimecodeIndex:
		return new(TimecodeIndex)
	}
	return nil
}
