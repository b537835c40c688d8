package proxy

import (
	"slices"
	"sort"
)

// span is a run of packets: from first up to end, which is not in it.
type span struct{ first, end int64 }

// spans are runs of packets in order; between two of them some are missing.
type spans []span

// at returns the index of the span that holds n, or of the first one behind it.
func (s spans) at(n int64) (int, bool) {
	i := sort.Search(len(s), func(i int) bool { return s[i].end > n })
	return i, i < len(s) && s[i].first <= n
}

func (s spans) has(n int64) bool {
	_, ok := s.at(n)
	return ok
}

// around returns the span that holds n; an empty one if none does.
func (s spans) around(n int64) span {
	if i, ok := s.at(n); ok {
		return s[i]
	}
	return span{n, n}
}

// gap is the first packet that is missing.
func (s spans) gap() int64 { return s.around(0).end }

// add puts a run of packets in, which may be there in part.
func (s *spans) add(r span) {
	if r.first >= r.end {
		return
	}
	list := *s
	i := sort.Search(len(list), func(i int) bool { return list[i].end >= r.first })
	j := i
	for ; j < len(list) && list[j].first <= r.end; j++ {
		r.first, r.end = min(r.first, list[j].first), max(r.end, list[j].end)
	}
	if j == i+1 {
		list[i] = r
		return
	}
	*s = slices.Replace(list, i, j, r)
}

// cut takes a run of packets out.
func (s *spans) cut(r span) {
	var left spans
	for _, x := range *s {
		for _, part := range [...]span{{x.first, min(x.end, r.first)}, {max(x.first, r.end), x.end}} {
			if part.first < part.end {
				left = append(left, part)
			}
		}
	}
	*s = left
}
