package wmsp

import "encoding/binary"

// Framing Header, [MS-WMSP] 2.2.3.1.1: B (1 bit) and 0x24 in the first byte,
// PacketID, PacketLength (16 bits, counted from its own end), Reason (32 bits,
// only in $C, $E and $P).
//
//	 0                   1                   2                   3
//	+-+-------------+---------------+-------------------------------+
//	|B|    0x24     |   PacketID    |         PacketLength          |
//	+-+-------------+---------------+-------------------------------+
//	|                       Reason (optional)                       |
//	+---------------------------------------------------------------+
const (
	frameByte = 0x24
	frameMore = 0x80 // B: the next packet follows at once

	FrameChange   = 'C' // 2.2.3.2
	FrameData     = 'D' // 2.2.3.3
	FrameEnd      = 'E' // 2.2.3.4
	FrameFill     = 'F' // of encoders that push, [MS-WMHTTP]
	FrameHeader   = 'H' // 2.2.3.5
	FrameMetadata = 'M' // 2.2.3.6
	FramePair     = 'P' // 2.2.3.7
	FrameTest     = 'T' // 2.2.3.8
)

// Sizes in bytes. A PacketLength of 16 bits leaves 65,527 bytes for the
// payload of an MMS data packet.
const (
	FramingHeaderSize = 4
	ReasonSize        = 4
	MMSPacketHeadSize = 8
	DataHeadSize      = FramingHeaderSize + MMSPacketHeadSize // what AppendD appends
	MaxPayload        = 0xFFFF - MMSPacketHeadSize
)

// Reason codes of $C and $E, [MS-WMSP] 2.2.3.2 and 2.2.3.4.
const (
	ReasonDone           uint32 = 0          // S_OK: nothing follows until the next Play
	ReasonEntryDone      uint32 = 1          // S_FALSE: $C and the next playlist entry follow
	ReasonEndReceding    uint32 = 0x000D2F09 // NS_S_EOS_RECEDING: rewound to the entry's beginning
	ReasonChangeForward  uint32 = 0          // $C: the next entry follows
	ReasonChangeReceding uint32 = 0x400D14BE // $C: the previous entry follows
)

// AFFlags of $H and $M, [MS-WMSP] 2.2.3.1.2.
const (
	FlagMiddle byte = 0x00
	FlagFirst  byte = 0x04
	FlagLast   byte = 0x08
	FlagWhole  byte = FlagFirst | FlagLast
)

// AppendD appends the 12 bytes that go before an ASF packet of payloadLen
// bytes in a $D packet, [MS-WMSP] 2.2.3.3. location is the number of the ASF
// packet, seq the sequence number of the $D packets (AFFlags). payloadLen is
// at most MaxPayload: the caller has refused larger ASF packets before.
func AppendD(b []byte, more bool, location uint32, incarnation, seq byte, payloadLen int) []byte {
	return appendMMS(b, FrameData, more, location, incarnation, seq, payloadLen)
}

func appendMMS(b []byte, id byte, more bool, location uint32, incarnation, flags byte, payloadLen int) []byte {
	first := byte(frameByte)
	if more {
		first |= frameMore
	}
	n := uint16(payloadLen + MMSPacketHeadSize)
	return append(b, first, id, byte(n), byte(n>>8),
		byte(location), byte(location>>8), byte(location>>16), byte(location>>24),
		incarnation, flags, byte(n), byte(n>>8))
}

// AppendE appends a $E packet, [MS-WMSP] 2.2.3.4.
func AppendE(b []byte, reason uint32) []byte { return appendReason(b, FrameEnd, reason) }

// AppendC appends a $C packet, [MS-WMSP] 2.2.3.2.
func AppendC(b []byte, reason uint32) []byte { return appendReason(b, FrameChange, reason) }

func appendReason(b []byte, id byte, reason uint32) []byte {
	b = append(b, frameByte, id, ReasonSize, 0)
	return binary.LittleEndian.AppendUint32(b, reason)
}

// AppendT appends a $T packet, [MS-WMSP] 2.2.3.8.
func AppendT(b []byte) []byte { return append(b, frameByte, FrameTest, 0, 0) }

// AppendHeader appends asfHeader (Header Object and the first 50 bytes of the
// Data Object) as one $H packet, or as several when it is longer than
// MaxPayload, [MS-WMSP] 2.2.3.5. B stays 0, because FFmpeg refuses 0xA4.
func AppendHeader(b []byte, incarnation byte, asfHeader []byte) []byte {
	return appendPieces(b, FrameHeader, incarnation, asfHeader)
}

// AppendMetadata appends the payload of Metadata.Append as one or several $M
// packets, [MS-WMSP] 2.2.3.6.
func AppendMetadata(b []byte, incarnation byte, metadata []byte) []byte {
	return appendPieces(b, FrameMetadata, incarnation, metadata)
}

// appendPieces splits whole into MMS data packets: LocationId counts the
// pieces, AFFlags says which is the first and which the last.
func appendPieces(b []byte, id, incarnation byte, whole []byte) []byte {
	flags := FlagFirst
	for location := uint32(0); ; location++ {
		piece := whole[:min(len(whole), MaxPayload)]
		whole = whole[len(piece):]
		if len(whole) == 0 {
			flags |= FlagLast
		}
		b = appendMMS(b, id, false, location, incarnation, flags, len(piece))
		b = append(b, piece...)
		if len(whole) == 0 {
			return b
		}
		flags = FlagMiddle
	}
}

// PiecesSize returns how many bytes AppendHeader and AppendMetadata append for
// n bytes.
func PiecesSize(n int) int {
	pieces := max(1, (n+MaxPayload-1)/MaxPayload)
	return n + pieces*DataHeadSize
}
