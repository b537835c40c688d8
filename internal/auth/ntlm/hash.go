package ntlm

import (
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"

	"golang.org/x/crypto/md4" //lint:ignore SA1019 NTLM is built on it
)

// MaxLMPassword is how many bytes of a password LMHash can take.
const MaxLMPassword = 14

// NTHash is NTOWFv1, [MS-NLMP] 3.3.1.
func NTHash(p Password) Hash { return Hash(md4Sum(unicodeBytes(string(p)))) }

// LMHash is LMOWFv1, [MS-NLMP] 3.3.1. Longer passwords have none.
func LMHash(p Password, page CodePage) (Hash, bool) {
	text := page.encode(upper(string(p)))
	if len(text) > MaxLMPassword {
		return Hash{}, false
	}
	var key [MaxLMPassword]byte
	copy(key[:], text)
	magic := [8]byte([]byte("KGS!@#$%"))
	var h Hash
	encrypt(h[:8], key[:7], magic)
	encrypt(h[8:], key[7:], magic)
	return h, true
}

// ntowf2 is NTOWFv2 and LMOWFv2, [MS-NLMP] 3.3.2, from the hash of version 1.
func ntowf2(h Hash, user, domain string) [16]byte {
	return hmacMD5(h[:], unicodeBytes(upper(user)), unicodeBytes(domain))
}

func md4Sum(b []byte) [16]byte {
	h := md4.New()
	h.Write(b)
	return [16]byte(h.Sum(nil))
}

func hmacMD5(key []byte, parts ...[]byte) [16]byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return [16]byte(h.Sum(nil))
}

func md5Sum(parts ...[]byte) [16]byte {
	h := md5.New()
	for _, p := range parts {
		h.Write(p)
	}
	return [16]byte(h.Sum(nil))
}

// encrypt is DES() of [MS-NLMP] 6: the key's 56 bits are spread over 8 bytes,
// whose lowest bits, the parity, nobody reads.
func encrypt(to, key []byte, data [8]byte) {
	var bits uint64
	for _, c := range key[:7] {
		bits = bits<<8 | uint64(c)
	}
	var spread [8]byte
	for i := range spread {
		spread[i] = byte(bits>>(49-7*i)) << 1
	}
	block, err := des.NewCipher(spread[:])
	if err != nil {
		panic("ntlm: DES takes 8 bytes: " + err.Error())
	}
	block.Encrypt(to, data[:])
}

// desl is DESL() of [MS-NLMP] 6.
func desl(key Hash, data [8]byte) [shortResponseSize]byte {
	var long [21]byte
	copy(long[:], key[:])
	var out [shortResponseSize]byte
	for i := range 3 {
		encrypt(out[8*i:8*i+8], long[7*i:7*i+7], data)
	}
	return out
}
