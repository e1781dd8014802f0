package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"fundtrace/gateway/analytics/page"
)

// reporting says in which forms an analysis is given out besides the one for the terminal.
type reporting struct {
	html, language string
	json           bool
}

func (o *reporting) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.html, "html", "", "write a report with pictures to this `FILE`")
	o.language = "zh"
	f.Var((*language)(&o.language), "language", "of the report: zh, en")
	f.BoolVar(&o.json, "json", false, "print everything as JSON")
}

// give writes the report and the JSON that are asked for. It answers false where the result is still to be printed.
func (o *reporting) give(out io.Writer, result any, report func(language string) *page.Page) (given bool, err error) {
	if o.html != "" {
		if err := writePage(o.html, report(o.language)); err != nil {
			return true, err
		}
	}
	if o.json {
		return true, writeJSON(out, result)
	}
	return false, nil
}

// writePage writes a report to a file of its own.
func writePage(path string, p *page.Page) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if err := errors.Join(p.Write(file), file.Close()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// language is a flag that takes a language there are reports in: another would be answered in one that was not asked for.
type language string

func (l *language) String() string { return string(*l) }

func (l *language) Type() string { return "string" }

func (l *language) Set(s string) error {
	if s != "zh" && s != "en" {
		return errors.New("a report is in zh or en")
	}
	*l = language(s)
	return nil
}
