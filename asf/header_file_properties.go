package asf

import "time"

// File flags.
const (
	FileBroadcast = 1 << 0 // still being made: sizes, counts and durations are not known
	FileSeekable  = 1 << 1
)

// FileProperties describes the file as a whole. ASF specification 3.2.
type FileProperties struct {
	FileID        GUID
	FileSize      uint64 // bytes
	CreationDate  uint64 // 100 ns since 1601-01-01 UTC
	DataPackets   uint64
	PlayDuration  uint64 // 100 ns, preroll included
	SendDuration  uint64 // 100 ns
	Preroll       uint64 // ms
	Flags         uint32 // FileBroadcast, FileSeekable
	MinPacketSize uint32 // bytes, equal to MaxPacketSize
	MaxPacketSize uint32 // bytes
	MaxBitRate    uint32 // bits a second
}

func (o *FileProperties) ID() GUID        { return IDFileProperties }
func (o *FileProperties) Size() int       { return 104 }
func (o *FileProperties) Broadcast() bool { return o.Flags&FileBroadcast != 0 }
func (o *FileProperties) Seekable() bool  { return o.Flags&FileSeekable != 0 }

// Created gives the creation date.
func (o *FileProperties) Created() time.Time {
	const unixEpoch = 11644473600 // seconds from 1601 to 1970
	return time.Unix(int64(o.CreationDate/1e7)-unixEpoch, int64(o.CreationDate%1e7)*100).UTC()
}

// Duration gives the play duration without the preroll, as the header says it.
func (o *FileProperties) Duration() time.Duration {
	preroll := o.Preroll
	if preroll > 1<<32 {
		return 0
	}
	return max(0, ticks(o.PlayDuration)-time.Duration(preroll)*time.Millisecond)
}

func (o *FileProperties) parse(c *objectCursor) {
	o.FileID = c.guid()
	o.FileSize = c.u64()
	o.CreationDate = c.u64()
	o.DataPackets = c.u64()
	o.PlayDuration = c.u64()
	o.SendDuration = c.u64()
	o.Preroll = c.u64()
	o.Flags = c.u32()
	o.MinPacketSize = c.u32()
	o.MaxPacketSize = c.u32()
	o.MaxBitRate = c.u32()
}

func (o *FileProperties) Append(b []byte) []byte {
	b, at := beginObject(b, IDFileProperties)
	b = append(b, o.FileID[:]...)
	b = le.AppendUint64(b, o.FileSize)
	b = le.AppendUint64(b, o.CreationDate)
	b = le.AppendUint64(b, o.DataPackets)
	b = le.AppendUint64(b, o.PlayDuration)
	b = le.AppendUint64(b, o.SendDuration)
	b = le.AppendUint64(b, o.Preroll)
	b = le.AppendUint32(b, o.Flags)
	b = le.AppendUint32(b, o.MinPacketSize)
	b = le.AppendUint32(b, o.MaxPacketSize)
	b = le.AppendUint32(b, o.MaxBitRate)
	return endObject(b, at)
}
