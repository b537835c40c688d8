package vector

import (
	"encoding/base64"
	"encoding/binary"
)

// Capture is a pcap file of raw IPv4 packets: the tokens of a scheme, the
// client's first, as HTTP carries them.
func Capture(scheme string, tokens [][]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xA1B2C3D4)
	b = append(b, 2, 0, 4, 0)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, 1<<18)
	b = binary.LittleEndian.AppendUint32(b, 101) // LINKTYPE_RAW
	seq := [2]uint32{1, 1}
	for n, token := range tokens {
		text := base64.StdEncoding.EncodeToString(token)
		from := n % 2 // the client says the first and the third
		message := "GET / HTTP/1.1\r\nHost: server\r\nAuthorization: " + scheme + " " + text + "\r\n\r\n"
		if from == 1 {
			message = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + scheme + " " + text + "\r\nContent-Length: 0\r\n\r\n"
		}
		if len(token) == 0 { // datagram mode
			message = "GET / HTTP/1.1\r\nHost: server\r\n\r\n"
		}
		p := segment(from, seq, message)
		seq[from] += uint32(len(message))
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

func segment(from int, seq [2]uint32, message string) []byte {
	ports := [2]uint16{40000, 80}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(40+len(message)))
	b = append(b, 0, 0, 0x40, 0, 64, 6, 0, 0)
	b = append(b, 127, 0, 0, byte(1+from), 127, 0, 0, byte(2-from))
	b = binary.BigEndian.AppendUint16(b, ports[from])
	b = binary.BigEndian.AppendUint16(b, ports[1-from])
	b = binary.BigEndian.AppendUint32(b, seq[from])
	b = binary.BigEndian.AppendUint32(b, seq[1-from])
	b = append(b, 5<<4, 0x18, 0xFF, 0xFF, 0, 0, 0, 0) // PSH, ACK
	return append(b, message...)
}
