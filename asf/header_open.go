package asf

import "bytes"

// OpenEnded returns a copy of a Header Object and the beginning of a Data Object behind
// it that does not say where that one ends: more may follow than the header knows of.
// What has no Data Object is returned as it is.
func OpenEnded(header []byte) []byte {
	at := len(header) - DataHeadSize
	if at < 0 {
		return header
	}
	d, _, err := ParseDataHead(header[at:])
	if err != nil {
		return header
	}
	d.Size, d.Packets = DataHeadSize, 0
	return d.Append(bytes.Clone(header[:at]))
}
