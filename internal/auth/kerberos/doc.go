// Package kerberos implements both roles of Kerberos as a mechanism of GSS-API,
// RFC 4121: the Acceptor judges an AP-REQ with the keys of a Keytab and answers
// it, the Initiator is its counterpart for who has a ticket, and a Security
// signs and seals what both say afterwards, with RC4 as in RFC 4757. It knows no
// network: front-ends carry the tokens, and the clock is given to it.
//
// Encryption and the structures of RFC 4120 are those of gokrb5, which panics
// and prints keys where input is wrong: guard.go lets neither out.
package kerberos
