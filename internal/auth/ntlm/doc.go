// Package ntlm implements both roles of the NT LAN Manager authentication
// protocol [MS-NLMP]: the Acceptor answers NEGOTIATE with CHALLENGE and judges
// AUTHENTICATE, the Initiator is its counterpart, and a Security signs and seals
// what both say afterwards. It knows no network: a front-end carries the tokens,
// and the clock, the accounts and the randomness are given to it.
//
// NTLMv2 is what is accepted; LM, NTLMv1 and NTLM2 session responses only with
// AcceptorOptions.AllowV1. Clients back to Windows 95 are read: messages without
// Version, MIC, flags or session key, and OEM text.
package ntlm
