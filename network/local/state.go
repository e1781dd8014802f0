package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// State says what runs in a network's directory right now. It exists only
// while something does.
type State struct {
	Supervisor int            `json:"supervisor"` // process id of the one that started the rest
	Started    time.Time      `json:"started"`
	Processes  []ProcessState `json:"processes"`
}

// ProcessState is one running process.
type ProcessState struct {
	Name    string    `json:"name"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

const stateFile = "run.json"

// saveState records what runs. The caller holds n.mu.
func (n *Network) saveState() error {
	state := State{Supervisor: os.Getpid(), Started: n.since}
	for _, p := range n.processes {
		state.Processes = append(state.Processes, ProcessState{Name: p.Name, PID: p.PID, Started: p.Started})
	}
	return saveJSON(n.paths.join(stateFile), state, 0o644)
}

// clearState records that nothing runs any more.
func (n *Network) clearState() error {
	err := os.Remove(n.paths.join(stateFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove %s: %w", stateFile, err)
	}
	return nil
}

// loadState reads what runs. The error is os.ErrNotExist when nothing does.
func loadState(dir string) (*State, error) {
	text, err := os.ReadFile(paths(dir).join(stateFile))
	if err != nil {
		return nil, err
	}
	state := &State{}
	if err := json.Unmarshal(text, state); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", stateFile, err)
	}
	return state, nil
}
