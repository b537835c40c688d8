// Package spnego implements both roles of the negotiation of mechanisms of
// RFC 4178 with the extensions of [MS-SPNG]: the Acceptor chooses among what an
// Initiator offers and lets that Mechanism's Exchange talk. It knows no network
// and no mechanism: front-ends carry the tokens, and Mechanisms are given to it.
//
// Tokens of NTLM and Kerberos that come without the negotiation around them, as
// browsers and old programs send them under the name Negotiate, go straight to
// their mechanism, and so do its answers.
package spnego
