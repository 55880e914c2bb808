package credentials

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzParse: whatever a file of credentials holds, nothing of it is in an error, nor where the
// credentials are printed.
func FuzzParse(f *testing.F) {
	f.Add("user: fleet\npassword: secret-one\n")
	f.Add("token: secret-one\n")
	f.Add("SUsecret-one")
	f.Add("password: secret-one\npassword: x\n")
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "secret-one"
		c := Credentials{Path: "file"}
		err := c.parse(text)
		if told := fmt.Sprintf("%v %+v %#v %v", c, c, c, err); strings.Contains(text, secret) && strings.Contains(told, secret) {
			t.Fatalf("found a secret in what is told: %s", told)
		}
	})
}
