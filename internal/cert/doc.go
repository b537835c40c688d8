// Package cert keeps the certificates of TLS listeners as their files are: it reads
// pairs of certificate and key, says what is wrong with them, and takes a new pair
// while connections last. It has what listeners offer, too: versions and ciphers.
package cert
