package openapi

import (
	"fmt"
	"slices"
	"strings"
)

// NotFoundError says that a document does not have exactly one operation of a name.
type NotFoundError struct {
	// File is the document.
	File string
	// Operation is what was looked for.
	Operation Operation
	// Candidates are the operations that fit equally well; empty when none does.
	Candidates []string
	// Nearest are operations or paths of the document that come near, when none fits.
	Nearest []string
}

// Error says what there is instead, and what to do.
func (e *NotFoundError) Error() string {
	if len(e.Candidates) > 0 {
		return fmt.Sprintf("%s has %d operations that %s can stand for: %s; name the path as it is written there",
			e.File, len(e.Candidates), e.Operation, strings.Join(e.Candidates, ", "))
	}
	if len(e.Nearest) == 0 {
		return fmt.Sprintf("%s has no operation %s: it has no paths", e.File, e.Operation)
	}
	return fmt.Sprintf("%s has no operation %s; nearest are %s", e.File, e.Operation, strings.Join(e.Nearest, ", "))
}

// found is the operation in the document.
type found struct {
	// path is the key under paths, base the path of the server that goes before it.
	path, base string
	item       located
	operation  located
	// line is the line of the method's key.
	line int
}

// nearestPaths is how many paths the error about an operation that is not there lists.
const nearestPaths = 3

// find looks for the operation among the paths. The closest fit wins; of several equally
// close ones none does.
func find(files *files, top *file, wanted Operation) (found, error) {
	paths := pairs(member(top.top, "paths"))
	general := basePaths(member(top.top, "servers"))
	best := unlike
	var fits []found
	for _, path := range paths {
		item, err := files.resolve(located{aliased(path.value), top})
		if err != nil {
			if fit(wanted.Path, path.key, general) > unlike {
				return found{}, err
			}
			continue // what is wrong with other paths is nobody's concern here
		}
		bases := general
		if servers := member(item.node, "servers"); servers != nil {
			bases = basePaths(servers)
		}
		how := fit(wanted.Path, path.key, bases)
		if how == unlike {
			continue
		}
		for _, method := range pairs(item.node) {
			if method.key != strings.ToLower(wanted.Method) || how < best {
				continue
			}
			if how > best {
				best, fits = how, nil
			}
			base := bases[0]
			if servers := member(method.value, "servers"); servers != nil {
				base = basePaths(servers)[0]
			}
			fits = append(fits, found{
				path: path.key, base: base, item: item,
				operation: located{aliased(method.value), item.file}, line: method.at.Line,
			})
		}
	}
	if len(fits) == 1 {
		return fits[0], nil
	}
	missing := &NotFoundError{File: top.name, Operation: wanted}
	for _, one := range fits {
		missing.Candidates = append(missing.Candidates, wanted.Method+" "+one.path)
	}
	if len(fits) == 0 {
		missing.Nearest = nearest(paths, wanted)
	}
	return found{}, missing
}

// nearest lists the operations of the document whose paths share most with the one wanted.
func nearest(paths []pair, wanted Operation) []string {
	type candidate struct {
		name   string
		shared int
	}
	want := anonymous(withoutVersions(segments(wanted.Path)))
	var candidates []candidate
	for _, path := range paths {
		have := anonymous(withoutVersions(segments(path.key)))
		shared := -max(len(have), len(want))
		for _, part := range have {
			if slices.Contains(want, part) {
				shared += 2
			}
		}
		for _, method := range pairs(path.value) {
			if slices.Contains(methods, strings.ToUpper(method.key)) {
				score := 2 * shared
				if strings.EqualFold(method.key, wanted.Method) {
					score++
				}
				candidates = append(candidates, candidate{strings.ToUpper(method.key) + " " + path.key, score})
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return b.shared - a.shared })
	var names []string
	for _, c := range candidates[:min(nearestPaths, len(candidates))] {
		names = append(names, c.name)
	}
	return names
}
