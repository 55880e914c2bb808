package check

import "testing"

// TestKeyIsNotSentInTheClear wants a key to be sent over TLS, or on this machine.
func TestKeyIsNotSentInTheClear(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://archive.example.org": true, "http://archive.example.org": false, "http://192.0.2.1": false,
		"http://127.0.0.1:8080": true, "http://[::1]:8080": true, "http://localhost": true, "http://localhost.example": false,
	} {
		c, err := newClient(address, "key")
		if err != nil {
			t.Fatal(err)
		}
		if sent, why := c.keyed(); sent != want || sent == (why != "") {
			t.Errorf("%s: found it to be %t (%s), expected %t", address, sent, why, want)
		}
	}
}
