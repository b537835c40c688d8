package mcs

// Ours are the bounds within which we agree on parameters.
type Ours struct{ Target, Min, Max Parameters }

// DefaultOurs has room for what NetMeeting and RDP ask for.
func DefaultOurs() Ours {
	return Ours{
		Target: Parameters{34, 16, 0, 3, 0, 16, 65535, VersionPER},
		Min:    Parameters{1, 1, 0, 1, 0, 1, minMaxPDU, VersionPER},
		Max:    Parameters{65535, 64535, 65535, 4, 1<<32 - 1, 127, 65535, VersionPER},
	}
}

// Agree chooses what lies in the bounds of both sides, as near to the caller's target as
// it can. False: there is nothing.
func (o Ours) Agree(target, lo, hi Parameters) (Parameters, bool) {
	agreed := target
	mins, maxs, los, his := o.Min.fields(), o.Max.fields(), lo.fields(), hi.fields()
	for i, f := range agreed.fields() {
		least, most := max(*mins[i], *los[i]), min(*maxs[i], *his[i])
		if least > most {
			return agreed, false
		}
		*f = min(max(*f, least), most)
	}
	return agreed, true
}
