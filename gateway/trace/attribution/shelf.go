package attribution

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sync"

	"fundtrace/gateway/trace"
)

// Shelf keeps the last scenes that were asked about, so that the next question about one costs its methods alone. What is
// on it stays true: a scene belongs to a moment that does not change. The zero value is empty; it is safe for many
// goroutines.
type Shelf struct {
	mu     sync.Mutex
	scenes []shelved // the last used first
}

type shelved struct {
	key   string
	scene *scene
}

// Bounds of a shelf.
const (
	maxScenes   = 8
	maxPayments = 400_000 // of all scenes together; a greater one alone stays
)

// scene answers what a question is about. Errors: those of reach.
func (s *Shelf) scene(ctx context.Context, r Record, source Source, target *Target, currency string) (*scene, error) {
	key := fmt.Sprintf("%s|%s|%s|%x", r.Key(), currency, source.Name, digest(source.Lots))
	if target != nil {
		key += fmt.Sprintf("|%s|%x", target.Name, digest(target.Accounts))
	}
	if found := s.find(key); found != nil {
		return found, nil
	}
	made, err := reach(ctx, r, source, target, currency)
	if err != nil {
		return nil, err
	}
	s.keep(shelved{key, made})
	return made, nil
}

func (s *Shelf) find(key string) *scene {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.scenes, func(x shelved) bool { return x.key == key })
	if i < 0 {
		return nil
	}
	found := s.scenes[i]
	s.scenes = slices.Insert(slices.Delete(s.scenes, i, i+1), 0, found)
	return found.scene
}

func (s *Shelf) keep(x shelved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scenes = slices.Insert(s.scenes, 0, x)
	payments := 0
	for i := range s.scenes {
		if payments += len(s.scenes[i].scene.payments); i > 0 && (i >= maxScenes || payments > maxPayments) {
			clear(s.scenes[i:])
			s.scenes = s.scenes[:i]
			return
		}
	}
}

// digest tells lists of references apart.
func digest(refs []trace.Ref) uint64 {
	h := fnv.New64a()
	for _, r := range refs {
		fmt.Fprintf(h, "%d,", r)
	}
	return h.Sum64()
}
