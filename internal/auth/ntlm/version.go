package ntlm

import "encoding/binary"

// Version is VERSION, [MS-NLMP] 2.2.2.10. It serves debugging, but for Revision,
// which takes part in SEALKEY.
type Version struct {
	Major, Minor uint8
	Build        uint16
	Revision     uint8 // RevisionW2K3 in all that is known
}

const (
	// RevisionW2K3 is NTLMSSP_REVISION_W2K3.
	RevisionW2K3 = 0x0F
)

// ourVersion is what is sent if nothing else was told: that of Windows 7, as
// players know none that is later.
var ourVersion = Version{6, 1, 7600, RevisionW2K3}

// parseVersion reads the 8 bytes that the caller has checked for.
func parseVersion(b []byte) Version {
	return Version{b[0], b[1], binary.LittleEndian.Uint16(b[2:]), b[7]}
}

// put writes it to the 8 bytes of b.
func (v Version) put(b []byte) {
	b[0], b[1] = v.Major, v.Minor
	binary.LittleEndian.PutUint16(b[2:], v.Build)
	b[7] = v.Revision
}
