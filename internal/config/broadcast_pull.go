package config

// Pull says how a broadcast is pulled from another server.
type Pull struct {
	Interface string `yaml:"interface"` // where a multicast comes in: name or address; "" is the system's choice
}

const maxInterface = 255 // bytes

func (k *checker) pull(key string, b *Broadcast) {
	p := &b.Pull
	if len(p.Interface) > maxInterface {
		k.fail(key+".interface", "has %d bytes, at most %d are allowed", len(p.Interface), maxInterface)
	}
	if kind, _ := SplitSource(b.Source); p.Interface != "" && kind != SourcePull {
		k.fail(key+".interface", "nothing is pulled: the interface is for multicasts that a source of pull: listens to")
	}
}
