package runner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"conformance/fixtures"
	"conformance/internal/config"
	"conformance/internal/outcome"
	"conformance/internal/subject"
	"conformance/internal/target"
)

// Reach is what a config can exercise of a status path.
type Reach struct {
	Status string
	// Says is one sentence: how many of the path's cases, and what the others need.
	Says string
}

// CheckConfig reads a config as a run would, with its credentials and certificates, and tells
// what it can exercise of each status path. Nothing is sent. Its errors are of type *outcome.Error.
func CheckConfig(file string, environ func(name string) (string, bool)) ([]Reach, error) {
	set, _, err := load()
	if err != nil {
		return nil, err
	}
	c, err := config.Load(file, environ)
	if err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	if _, err := c.ResolveCredentials(environ); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	for name := range c.ClientCredentials() {
		if _, err := c.ClientSecret(name, environ); err != nil {
			return nil, outcome.Wrong("%w", err)
		}
	}
	if _, err := c.ClientTLS(); err != nil {
		return nil, outcome.Wrong("%w", err)
	}
	driver := target.NewDriver(target.DriverOptions{
		Credentials: target.Labels(slices.Collect(maps.Keys(c.Credentials))), Fixtures: set, Plan: subject.PlanOf(c),
	})
	var reach []Reach
	for _, path := range set.Paths {
		reach = append(reach, Reach{Status: path.Status, Says: reachOf(driver, path, c.Waive[path.Status])})
	}
	return reach, nil
}

func reachOf(driver *target.Driver, path fixtures.Path, waived string) string {
	var lacking []string
	can := 0
	for _, c := range path.Cases {
		if why := driver.Lacks(context.Background(), c); why == "" {
			can++
		} else if !slices.Contains(lacking, why) {
			lacking = append(lacking, why)
		}
	}
	says := fmt.Sprintf("%d of %d cases", can, len(path.Cases))
	if waived != "" {
		says += ", waived: " + waived
	}
	if len(lacking) > 0 {
		says += "; " + strings.Join(lacking, "; ")
	}
	return says
}
