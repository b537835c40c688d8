package ntlm

// Flags is NEGOTIATE, [MS-NLMP] 2.2.2.5.
type Flags uint32

// The flags that mean something; the others are neither sent nor heeded.
const (
	FlagUnicode      Flags = 1 << 0
	FlagOEM          Flags = 1 << 1
	FlagTarget       Flags = 1 << 2 // the client asks for TargetName
	FlagSign         Flags = 1 << 4
	FlagSeal         Flags = 1 << 5
	FlagDatagram     Flags = 1 << 6
	FlagLMKey        Flags = 1 << 7
	FlagNTLM         Flags = 1 << 9
	FlagAnonymous    Flags = 1 << 11
	FlagDomain       Flags = 1 << 12 // NEGOTIATE has a domain
	FlagWorkstation  Flags = 1 << 13 // NEGOTIATE has a workstation
	FlagAlwaysSign   Flags = 1 << 15
	FlagTargetDomain Flags = 1 << 16
	FlagTargetServer Flags = 1 << 17
	FlagExtended     Flags = 1 << 19 // extended session security
	FlagIdentify     Flags = 1 << 20
	FlagNonNTKey     Flags = 1 << 22
	FlagTargetInfo   Flags = 1 << 23
	FlagVersion      Flags = 1 << 25
	Flag128          Flags = 1 << 29
	FlagKeyExchange  Flags = 1 << 30
	Flag56           Flags = 1 << 31
)

// Has says that all of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// protects says that messages are signed at all, [MS-NLMP] 3.4.
func (f Flags) protects() bool { return f&(FlagSign|FlagSeal) != 0 }
