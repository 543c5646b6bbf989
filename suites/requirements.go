package suites

import (
	_ "embed"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"

	"conformance/internal/outcome"
)

//go:embed requirements.yaml
var requirementsFile []byte

// Requirements are all requirements, in the order of the file.
type Requirements struct {
	list []outcome.Requirement
	byID map[string]outcome.Requirement
}

var loadOnce = sync.OnceValues(readRequirements)

// LoadRequirements reads requirements.yaml; every call returns the same requirements, which nobody
// may change. The error says what is wrong with the file, which only an edit of this package can
// bring about.
func LoadRequirements() (*Requirements, error) { return loadOnce() }

func readRequirements() (*Requirements, error) {
	r := &Requirements{byID: map[string]outcome.Requirement{}}
	if err := yaml.Unmarshal(requirementsFile, &r.list); err != nil {
		return nil, fmt.Errorf("suites/requirements.yaml: %w", err)
	}
	for _, requirement := range r.list {
		if _, twice := r.byID[requirement.ID]; twice {
			return nil, fmt.Errorf("suites/requirements.yaml: %s stands there twice", requirement.ID)
		}
		r.byID[requirement.ID] = requirement
	}
	return r, nil
}

// All lists the requirements.
func (r *Requirements) All() []outcome.Requirement { return r.list }

// Find finds a requirement by its id.
func (r *Requirements) Find(id string) (outcome.Requirement, bool) {
	requirement, known := r.byID[id]
	return requirement, known
}

// IDs lists the ids of the requirements.
func (r *Requirements) IDs() []string {
	ids := make([]string, len(r.list))
	for i, requirement := range r.list {
		ids[i] = requirement.ID
	}
	return ids
}
