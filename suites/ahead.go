package suites

import (
	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"conformance/fixtures"
	"conformance/internal/target"
)

// ahead drives the cases of all selected status paths in one go, and hands each path its trials:
// the next path's requests go out while the last answers of the one before are awaited. The burst
// is not among them, for it needs the target to itself.
type ahead struct {
	trials map[string]chan target.Trial
}

// driven is one of the paths that can be driven with others.
func driven(path fixtures.Path) bool { return path.Status != "429" }

// trials are those of a path, in the order of its cases. All that are selected are sent from the
// first call on.
func (s *Suite) trials(path fixtures.Path) <-chan target.Trial {
	if s.ahead == nil || s.ahead.trials[path.Status] == nil {
		s.ahead = s.goAhead(path)
	}
	return s.ahead.trials[path.Status]
}

// goAhead begins with the path that is asked for.
func (s *Suite) goAhead(first fixtures.Path) *ahead {
	a := &ahead{trials: map[string]chan target.Trial{}}
	var cases []fixtures.Case
	var of []chan target.Trial
	for _, status := range order {
		path, _ := s.options.Fixtures.Path(status)
		if !driven(path) || status != first.Status && !s.selected(status) {
			continue
		}
		// There is room for all, so that no path has to be read before the next is sent.
		a.trials[status] = make(chan target.Trial, len(path.Cases))
		for _, c := range path.Cases {
			cases, of = append(cases, c), append(of, a.trials[status])
		}
	}
	go func() {
		next := 0
		s.options.Driver.Drive(s.options.Context, cases, func(trial target.Trial) {
			of[next] <- trial
			next++
		})
	}()
	return a
}

// selected says whether Ginkgo was asked for any spec of the path. Where it was asked in another
// way than by labels, only what is needed at once is sent.
func (s *Suite) selected(status string) bool {
	if s.pathByPath {
		return false
	}
	asked, _ := GinkgoConfiguration()
	if len(asked.FocusStrings)+len(asked.SkipStrings)+len(asked.FocusFiles)+len(asked.SkipFiles) > 0 {
		return false
	}
	matches, err := types.ParseLabelFilter(asked.LabelFilter)
	if err != nil {
		return false
	}
	for _, spec := range Specs(s.options.Fixtures, s.options.Requirements) {
		if spec.Path == status && matches(spec.Labels()) {
			return true
		}
	}
	return false
}
