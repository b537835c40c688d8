package pace

import "time"

// Task is something a shard runs again and again: a player, most of the
// time. Its methods belong to the shard's goroutine, but for Kick.
type Task struct {
	// Run does what is due and returns when it has to run next; the zero
	// time means when it is woken. It must not block.
	Run func(now time.Time) time.Time
	// Grain is what times are rounded up to; 0 means Tick.
	Grain time.Duration

	shard *Shard
	at    time.Duration // since the shard's epoch
	index int           // in the heap; -1 when not scheduled
	kick  func()        // Wake, kept so that Kick does not allocate
}

// NewTask returns a task of this shard that is not scheduled yet.
func (s *Shard) NewTask(run func(now time.Time) time.Time) *Task {
	t := &Task{Run: run, shard: s, index: -1}
	t.kick = t.Wake
	return t
}

// Wake makes the task run as soon as the shard can.
func (t *Task) Wake() { t.shard.schedule(t, 0, 0) }

// Kick is Wake for other goroutines.
func (t *Task) Kick() { t.shard.Post(t.kick) }

// Stop takes the task out of the schedule; Wake puts it back.
func (t *Task) Stop() {
	if t.index >= 0 {
		t.shard.heap.remove(t.index)
	}
}

// taskHeap is a binary heap ordered by at. Tasks know their places, so that
// one can be moved or removed without a search, and nothing allocates once
// the slice has grown.
type taskHeap []*Task

func (h *taskHeap) push(t *Task) {
	t.index = len(*h)
	*h = append(*h, t)
	h.up(t.index)
}

func (h *taskHeap) remove(i int) {
	last := len(*h) - 1
	t := (*h)[i]
	if i != last {
		h.swap(i, last)
	}
	(*h)[last] = nil
	*h = (*h)[:last]
	t.index = -1
	if i != last {
		h.fix(i)
	}
}

// fix restores the order after the task at i has changed its time.
func (h *taskHeap) fix(i int) {
	if !h.down(i) {
		h.up(i)
	}
}

func (h *taskHeap) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if (*h)[parent].at <= (*h)[i].at {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *taskHeap) down(i int) (moved bool) {
	for {
		child := 2*i + 1
		if child >= len(*h) {
			return moved
		}
		if r := child + 1; r < len(*h) && (*h)[r].at < (*h)[child].at {
			child = r
		}
		if (*h)[i].at <= (*h)[child].at {
			return moved
		}
		h.swap(i, child)
		i, moved = child, true
	}
}

func (h taskHeap) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
