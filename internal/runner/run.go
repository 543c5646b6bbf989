package runner

import (
	"context"
	"io"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"conformance/internal/outcome"
	"conformance/suites"
)

// Run tests what the options name and writes the reports. It returns what was found, or an
// *outcome.Error when there is nothing to report. Ginkgo allows one run a process.
func Run(ctx context.Context, options Options) (*outcome.Run, error) {
	p, err := Prepare(ctx, options)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	specs(p.Suite, options)
	return p.Finish()
}

// Judge is Run without Ginkgo, of all specs whatever the filter. It may be called for several runs
// at a time.
func Judge(ctx context.Context, options Options) (*outcome.Run, error) {
	options.Filter = ""
	p, err := Prepare(ctx, options)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	p.Suite.Run()
	return p.Finish()
}

// specs runs the suite's specs under Ginkgo, without Ginkgo's own report.
func specs(suite *suites.Suite, options Options) {
	formatter.ColorableStdOut, formatter.ColorableStdErr = io.Discard, io.Discard
	suite.Describe()
	if options.TakeSignals != nil {
		ginkgo.BeforeSuite(options.TakeSignals)
	}
	gomega.RegisterFailHandler(ginkgo.Fail)
	suiteConfig := types.NewDefaultSuiteConfig()
	suiteConfig.LabelFilter = options.Filter
	suiteConfig.GracePeriod = time.Second
	reporterConfig := types.NewDefaultReporterConfig()
	reporterConfig.NoColor = true
	reporterConfig.Succinct = true
	ginkgo.RunSpecs(reporter{}, "Unlock Account", suiteConfig, reporterConfig)
}

// reporter is what Ginkgo needs of a test: a place to say that something failed. The outcomes
// say more, so that it is not listened to.
type reporter struct{}

func (reporter) Fail() {}
