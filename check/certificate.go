package check

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"alphanode/store/disk"
)

// How long before its end a certificate is told of: when it is late, and when it is too
// late for renewal to be tried again.
const (
	renewal = 21 * 24 * time.Hour
	lapse   = 3 * 24 * time.Hour
)

// certificateFile looks at the first certificate of a PEM file.
func certificateFile(path string, now time.Time) Finding {
	data, _, err := disk.ReadRegular(path) // a pipe would be waited for
	if err != nil {
		return fault(err.Error(), "a certificate that can be read", "")
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return fault("there is no PEM block in it", "a certificate in PEM", "")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return fault(err.Error(), "a certificate in PEM", "")
	}
	return lasts(leaf, now)
}

// lasts says how long a certificate holds.
func lasts(leaf *x509.Certificate, now time.Time) Finding {
	until := leaf.NotAfter.UTC().Format(time.DateOnly)
	left := leaf.NotAfter.Sub(now)
	expected := fmt.Sprintf("a certificate that holds for more than %d days", int(renewal.Hours()/24))
	switch {
	case now.Before(leaf.NotBefore):
		return fault("the certificate holds from "+leaf.NotBefore.UTC().Format(time.DateOnly)+" on", "one that holds now", "look at the clock of this machine, and at the certificate")
	case left <= 0:
		return fault("the certificate ended on "+until, expected, "renew it")
	case left < lapse:
		return fault("the certificate ends on "+until, expected, "renew it")
	case left < renewal:
		return warning("the certificate ends on "+until, expected, "renew it")
	}
	return right("the certificate holds until %s", until)
}
