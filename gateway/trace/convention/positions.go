package convention

import "container/heap"

// positions is a queue that gives the smallest position first.
type positions struct{ list ints }

type ints []int

func (s ints) Len() int           { return len(s) }
func (s ints) Less(i, j int) bool { return s[i] < s[j] }
func (s ints) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *ints) Push(v any)        { *s = append(*s, v.(int)) }
func (s *ints) Pop() any {
	v := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return v
}

func (p *positions) push(i int) { heap.Push(&p.list, i) }

func (p *positions) pop() (int, bool) {
	if len(p.list) == 0 {
		return 0, false
	}
	return heap.Pop(&p.list).(int), true
}
