package front

import "testing"

// A peer that was asked for requests owes no more than those, and never more than
// there may be.
func TestOwed(t *testing.T) {
	var o Owed
	if o.Take() {
		t.Error("nothing was asked for")
	}
	for _, asked := range []int{1, 5, maxOwed + 3} {
		o.Expect(asked)
		n := 0
		for o.Take() {
			n++
		}
		if n != min(asked, maxOwed) {
			t.Errorf("%d of %d", n, asked)
		}
	}
	for range 3 {
		o.Expect(maxOwed)
	}
	if n := o.n.Load(); n != maxOwed {
		t.Error(n)
	}
}
