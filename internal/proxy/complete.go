package proxy

import (
	"bufio"
	"io"
	"os"
	"time"

	"caracal/asf"
)

// complete makes a file of packets that have all come one that can be played: the
// header as the origin has sent it, the packets, and an index behind them where
// the header says that they end there. It returns the file's size.
func complete(file *os.File, header []byte, h *asf.Header, packetSize int, packets int64) (int64, error) {
	if _, err := file.WriteAt(header, 0); err != nil {
		return 0, err
	}
	first := int64(len(header))
	end := first + packets*int64(packetSize)
	x := asf.NewIndexer(h)
	in := bufio.NewReaderSize(io.NewSectionReader(file, first, end-first), blockBytes)
	pkt := make([]byte, packetSize)
	for range packets {
		if _, err := io.ReadFull(in, pkt); err != nil {
			return 0, err
		}
		x.Add(pkt)
	}
	var index []byte
	data, _, err := asf.ParseDataHead(header[len(header)-asf.DataHeadSize:])
	if err == nil && data.Size == uint64(end-first)+asf.DataHeadSize {
		index = x.Append(nil)
	}
	if _, err := file.WriteAt(index, end); err != nil {
		return 0, err
	}
	size := end + int64(len(index))
	if err := file.Truncate(size); err != nil {
		return 0, err
	}
	return size, file.Sync()
}

// newRecord describes a file that was fetched.
func newRecord(f *fetch, it *item, bytes int64, asked time.Time) *record {
	r := &record{
		Version: recordVersion, URL: it.id, Name: it.name, Bytes: bytes, Packets: f.stock.packets(),
		Stored: time.Now().UTC().Truncate(time.Millisecond),
	}
	r.believe(f.facts, asked)
	return r
}
