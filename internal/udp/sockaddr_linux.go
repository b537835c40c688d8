package udp

import (
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// putSockaddr writes dst for a socket of a family and returns its length, 0
// for an address that the family does not have.
func putSockaddr(sa *unix.RawSockaddrInet6, dst netip.AddrPort, v6 bool, z *zones) uint32 {
	addr := dst.Addr()
	port := (*[2]byte)(unsafe.Pointer(&sa.Port)) // the same place in both forms
	if !v6 {
		if addr = addr.Unmap(); !addr.Is4() {
			return 0
		}
		sa4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(sa))
		*sa4 = unix.RawSockaddrInet4{Family: unix.AF_INET, Addr: addr.As4()}
		binary.BigEndian.PutUint16(port[:], dst.Port())
		return unix.SizeofSockaddrInet4
	}
	*sa = unix.RawSockaddrInet6{Family: unix.AF_INET6, Addr: addr.As16()}
	binary.BigEndian.PutUint16(port[:], dst.Port())
	if name := addr.Zone(); name != "" {
		if sa.Scope_id = z.index(name); sa.Scope_id == 0 {
			return 0
		}
	}
	return unix.SizeofSockaddrInet6
}

// sockaddr reads what the kernel wrote; IPv4 comes out as IPv4 from sockets of
// both families. It is not valid if the kernel wrote none.
func sockaddr(sa *unix.RawSockaddrInet6, z *zones) netip.AddrPort {
	b := (*[2]byte)(unsafe.Pointer(&sa.Port))
	port := binary.BigEndian.Uint16(b[:])
	switch sa.Family {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4((*unix.RawSockaddrInet4)(unsafe.Pointer(sa)).Addr), port)
	case unix.AF_INET6:
		addr := netip.AddrFrom16(sa.Addr).Unmap()
		if sa.Scope_id != 0 && addr.Is6() {
			addr = addr.WithZone(z.name(sa.Scope_id))
		}
		return netip.AddrPortFrom(addr, port)
	}
	return netip.AddrPort{}
}

// zones knows the interfaces of link-local addresses, as of a minute ago at
// most. The zero value is ready; it belongs to one goroutine.
type zones struct {
	at      time.Time
	indexes map[string]uint32
	names   map[uint32]string
}

// index returns 0 for a name that is no interface's.
func (z *zones) index(name string) uint32 {
	n, ok := z.indexes[name]
	if !ok || time.Since(z.at) > time.Minute {
		z.load()
		if n, ok = z.indexes[name]; !ok {
			number, _ := strconv.ParseUint(name, 10, 32)
			n = uint32(number)
		}
	}
	return n
}

func (z *zones) name(index uint32) string {
	name, ok := z.names[index]
	if !ok || time.Since(z.at) > time.Minute {
		z.load()
		if name, ok = z.names[index]; !ok {
			name = strconv.FormatUint(uint64(index), 10)
		}
	}
	return name
}

// load asks the system, though not for every unknown zone that comes.
func (z *zones) load() {
	if time.Since(z.at) < time.Second {
		return
	}
	z.at, z.indexes, z.names = time.Now(), map[string]uint32{}, map[uint32]string{}
	all, _ := net.Interfaces() // without them a zone is a number
	for _, i := range all {
		z.indexes[i.Name], z.names[uint32(i.Index)] = uint32(i.Index), i.Name
	}
}
