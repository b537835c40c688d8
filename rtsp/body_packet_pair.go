package rtsp

import "strings"

const (
	packetPairBody         = "type: high-entropy-packetpair"
	packetPairVariableSize = "variable-size"
)

// ParsePacketPair parses the message body of UdpPacketPair, [MS-RTSP] 2.2.7.14.
// variableSize says that the server chooses the packets' size. Errors are
// *ParseError.
func ParsePacketPair(body []byte) (variableSize bool, err error) {
	fields := strings.Fields(strings.ToLower(string(body)))
	if len(fields) < 2 || fields[0]+" "+fields[1] != packetPairBody {
		return false, &ParseError{"UdpPacketPair", 0, ErrInvalid}
	}
	return len(fields) > 2 && fields[2] == packetPairVariableSize, nil
}

// AppendPacketPair appends the message body of UdpPacketPair.
func AppendPacketPair(b []byte, variableSize bool) []byte {
	b = append(b, packetPairBody...)
	if variableSize {
		b = append(append(b, ' '), packetPairVariableSize...)
	}
	return b
}
