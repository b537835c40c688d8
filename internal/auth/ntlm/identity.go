package ntlm

// Method is what a peer proved its password with.
type Method uint8

// The methods, the best first.
const (
	NTLMv2      Method = iota
	NTLM2              // NTLM2 session response: version 1 with extended session security
	NTLMv1             // the NT response of version 1
	LMv2               // LMv2_RESPONSE alone
	LM                 // LM_RESPONSE alone
	NullSession        // none: anonymous
)

func (m Method) String() string {
	return [...]string{"NTLMv2", "NTLM2 session", "NTLMv1", "LMv2", "LM", "anonymous"}[m]
}

// Identity is who a peer has proved to be, in its own spelling. User names do
// not tell upper from lower case, [MS-NLMP] 3.2.5.1.2.
type Identity struct {
	User        string // "alice", or "alice@example.com" with no Domain
	Domain      string // of the account, as the peer believes; it may be anything
	Workstation string // what the peer calls itself; nothing proves it
	Method      Method
	Anonymous   bool // nobody: the other fields but Workstation are empty
}
