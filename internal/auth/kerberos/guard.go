package kerberos

import (
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/types"
)

// The library's errors hold what they could not read, keys among it, and some
// of its functions index what is not there. What goes in has been measured
// before, and what goes wrong all the same is ErrInvalid.

// guard calls a function of the library.
func guard(f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = ErrInvalid
		}
	}()
	if f() != nil {
		return ErrInvalid
	}
	return nil
}

// unmarshal reads a structure of RFC 4120.
func unmarshal(object string, b []byte, f func([]byte) error) error {
	if len(b) > MaxToken {
		return &ParseError{object, 0, ErrLimit}
	}
	if guard(func() error { return f(b) }) != nil {
		return &ParseError{object, 0, ErrInvalid}
	}
	return nil
}

// decrypt opens what encrypt has made; it fails with ErrSignature.
func (k Key) decrypt(cipher []byte, usage uint32) (plain []byte, err error) {
	if _, extra, _ := k.Type.sizes(); !k.usable() || len(cipher) < extra {
		return nil, ErrSignature
	}
	err = guard(func() (err error) {
		plain, err = crypto.DecryptMessage(cipher, types.EncryptionKey{KeyType: int32(k.Type), KeyValue: k.Value}, usage)
		return err
	})
	if err != nil {
		return nil, ErrSignature
	}
	return plain, nil
}

// encrypt seals and signs, with a confounder.
func (k Key) encrypt(plain []byte, usage uint32) (cipher []byte, err error) {
	if !k.usable() {
		return nil, ErrUnsupported
	}
	err = guard(func() error {
		e, err := crypto.GetEtype(int32(k.Type))
		if err == nil {
			_, cipher, err = e.EncryptMessage(k.Value, plain, usage)
		}
		return err
	})
	return cipher, err
}

// checksum signs.
func (k Key) checksum(message []byte, usage uint32) (sum []byte, err error) {
	if !k.usable() {
		return nil, ErrUnsupported
	}
	err = guard(func() error {
		e, err := crypto.GetEtype(int32(k.Type))
		if err == nil {
			sum, err = e.GetChecksumHash(k.Value, message, usage)
		}
		return err
	})
	return sum, err
}
