package iati

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"fundtrace/chaincode/ledger"
)

// file reads the one root element and everything to the end of the file.
func (d *decoder) file(f *File) error {
	root := false
	for {
		tok, err := d.next()
		switch {
		case errors.Is(err, io.EOF) && root:
			return nil
		case errors.Is(err, io.EOF):
			return d.refuse(ledger.Malformed, "the file holds no element iati-activities: give an IATI activity file")
		case err != nil:
			return err
		}
		switch t := tok.(type) {
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return d.refuse(ledger.Malformed, "there is text outside the root element: this is no XML activity file")
			}
		case xml.StartElement:
			if root {
				return d.refuse(ledger.Malformed, "a second root element follows: a file has one")
			}
			root = true
			if t.Name.Space != "" || t.Name.Local != "iati-activities" {
				return d.refuse(ledger.FieldInvalid, "the root element is "+quote(t.Name.Local)+": give an activity file, whose root is iati-activities")
			}
			if err := d.activities(f, t); err != nil {
				return err
			}
		}
	}
}

func (d *decoder) activities(f *File, root xml.StartElement) error {
	version := value(root, "version")
	if err := d.version(version); err != nil {
		return err
	}
	return d.each(func(t xml.StartElement) error {
		if t.Name.Space != "" || t.Name.Local != "iati-activity" {
			return d.skip()
		}
		if len(f.Activities) == d.limits.Activities {
			return d.refuse(ledger.TooLarge, fmt.Sprintf("the file holds more than %d activities: split it", d.limits.Activities))
		}
		a := Activity{At: d.at, Version: version, Dataset: value(t, "dataset"), Currency: value(t, "default-currency")}
		if v := value(t, "version"); v != "" {
			a.Version = v
			if err := d.version(v); err != nil {
				return err
			}
		}
		err := d.activity(&a)
		f.Activities = append(f.Activities, a)
		return err
	}, nil)
}

// version accepts 1.x, 2.x and files that state none.
func (d *decoder) version(v string) error {
	if v == "" || strings.HasPrefix(v, "1.") || strings.HasPrefix(v, "2.") {
		return nil
	}
	return d.refuse(ledger.FieldInvalid, "the version is "+quote(v)+": versions 1.x and 2.x can be read")
}

func (d *decoder) activity(a *Activity) error {
	return d.each(func(t xml.StartElement) (err error) {
		if t.Name.Space != "" {
			return d.skip()
		}
		switch t.Name.Local {
		case "iati-identifier":
			if a.ID != "" {
				return d.refuse(ledger.Malformed, "the activity "+quote(a.ID)+" has a second iati-identifier")
			}
			a.ID, err = d.text()
		case "reporting-org":
			if a.Reporting != nil {
				return d.skip()
			}
			a.Reporting, err = d.org(t, "")
		case "participating-org":
			var o *Org
			if o, err = d.org(t, "activity-id"); err == nil {
				a.Participating = append(a.Participating, *o)
			}
		case "recipient-country":
			a.Countries = append(a.Countries, value(t, "code"))
			err = d.skip()
		case "sector":
			a.Sectors = append(a.Sectors, Sector{Vocabulary: value(t, "vocabulary"), Code: value(t, "code")})
			err = d.skip()
		case "transaction":
			if d.transactions++; d.transactions > d.limits.Transactions {
				return d.refuse(ledger.TooLarge, fmt.Sprintf("the file holds more than %d transactions: split it", d.limits.Transactions))
			}
			x := Transaction{At: d.at}
			err = d.transaction(&x)
			a.Transactions = append(a.Transactions, x)
		default:
			err = d.skip() // also contact-info: persons' data is not read
		}
		return err
	}, nil)
}

func (d *decoder) transaction(x *Transaction) error {
	seen := map[string]bool{}
	return d.each(func(t xml.StartElement) (err error) {
		if t.Name.Space != "" {
			return d.skip()
		}
		name := t.Name.Local
		switch name {
		case "transaction-type", "value", "transaction-date", "provider-org", "receiver-org":
			if seen[name] {
				x.Twice = name
				return d.skip()
			}
			seen[name] = true
		}
		switch name {
		case "transaction-type":
			x.Type = value(t, "code")
			return d.skip()
		case "value":
			x.Currency, x.ValueDate = value(t, "currency"), value(t, "value-date")
			x.Value, err = d.text()
			return err
		case "transaction-date":
			x.Date = value(t, "iso-date")
			return d.skip()
		case "provider-org":
			x.Provider, err = d.org(t, "provider-activity-id")
			return err
		case "receiver-org":
			x.Receiver, err = d.org(t, "receiver-activity-id")
			return err
		}
		return d.skip()
	}, nil)
}

// org reads an organisation: its name is the element's text in 1.x and its first non-blank narrative in 2.x.
func (d *decoder) org(t xml.StartElement, activity string) (*Org, error) {
	o := &Org{Ref: value(t, "ref"), Type: value(t, "type")}
	if activity != "" {
		o.Activity, o.HasActivity = attribute(t, activity)
	}
	var own strings.Builder
	err := d.each(func(t xml.StartElement) error {
		if t.Name.Space != "" || t.Name.Local != "narrative" || o.Name != "" {
			return d.skip()
		}
		name, err := d.text()
		o.Name = name
		return err
	}, d.gather(&own))
	if o.Name == "" {
		o.Name = strings.TrimSpace(own.String())
	}
	return o, err
}

// text answers the trimmed text of the element just entered, without that of its children.
func (d *decoder) text() (string, error) {
	var b strings.Builder
	err := d.each(func(xml.StartElement) error { return d.skip() }, d.gather(&b))
	return strings.TrimSpace(b.String()), err
}

func (d *decoder) gather(b *strings.Builder) func([]byte) error {
	return func(text []byte) error {
		if b.Len()+len(text) > d.limits.Text {
			return d.refuse(ledger.TooLarge, fmt.Sprintf("a value is longer than %d bytes", d.limits.Text))
		}
		b.Write(text)
		return nil
	}
}
