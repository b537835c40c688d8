package asf

// DataHeadSize is the length of the Data Object before its packets. Players
// are sent these bytes together with the Header Object.
const DataHeadSize = 50

// DataReserved is the value of the Data Object's reserved field, which some
// players look for at the end of what they take as the header.
const DataReserved = 0x0101

// DataHead is the start of the Data Object. ASF specification 5.1.
type DataHead struct {
	Size     uint64 // bytes of the whole Data Object; 0 or 50 if not known yet
	FileID   GUID   // as in File Properties
	Packets  uint64 // 0 if not known yet
	Reserved uint16 // DataReserved
}

// ParseDataHead reads the first 50 bytes of a Data Object. It does not judge
// the sizes: a stream has none.
func ParseDataHead(b []byte) (DataHead, int, error) {
	if len(b) >= 16 && GUID(b[:16]) != IDData {
		return DataHead{}, 0, &ParseError{Object: "Data", Err: ErrInvalid}
	}
	if len(b) < DataHeadSize {
		return DataHead{}, 0, &ParseError{Object: "Data", Offset: int64(len(b)), Err: ErrNeedMore}
	}
	return DataHead{
		Size:     le.Uint64(b[16:]),
		FileID:   GUID(b[24:40]),
		Packets:  le.Uint64(b[40:]),
		Reserved: le.Uint16(b[48:]),
	}, DataHeadSize, nil
}

// Append adds the 50 bytes.
func (d DataHead) Append(b []byte) []byte {
	b = append(b, IDData[:]...)
	b = le.AppendUint64(b, d.Size)
	b = append(b, d.FileID[:]...)
	b = le.AppendUint64(b, d.Packets)
	return le.AppendUint16(b, d.Reserved)
}
